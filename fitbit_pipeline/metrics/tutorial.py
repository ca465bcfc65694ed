"""The tutorial's own wear time, kept beside ours for comparison."""

from collections.abc import Mapping

from fitbit_pipeline.metrics.catalogue import MetricValue

WHOLE_DAY_MINUTES = 1440


def tutorial_wear_minutes(values: Mapping[str, MetricValue]) -> int | None:
    """The tutorial's ``totalWearTime``: all activity levels added up, sedentary 1440 as 0.

    Args:
        values: The day's activity levels in minutes, by metric name.

    Returns:
        Minutes; None unless all four levels are there. It is about the day less the time in bed,
        whether the device was worn or not.
    """
    levels = [
        values.get(name)
        for name in (
            "sedentary_minutes",
            "lightly_active_minutes",
            "fairly_active_minutes",
            "very_active_minutes",
        )
    ]
    sedentary, *active = levels
    if not isinstance(sedentary, int) or not all(isinstance(each, int) for each in active):
        return None
    seated = 0 if sedentary == WHOLE_DAY_MINUTES else sedentary
    return seated + sum(each for each in active if isinstance(each, int))
