"""Metrics of the exercises of one day, as the Fitbit API and the archives made from it log them.

What does not belong here: where the logs stand in a payload, and to which day a log belongs.
"""

from collections.abc import Sequence

from fitbit_pipeline.metrics.records import Record, Values, log_key, number, total

_MILLISECONDS_PER_MINUTE = 60_000


def exercise_metrics(logs: Sequence[Record]) -> Values:
    """Logs and their active time, or their whole time where that is not stated.

    Args:
        logs: The logs of the day, in any order. One that is there twice counts once.

    Raises:
        PayloadRefused: If a log states no length, or its id cannot be one.
    """
    if not logs:
        return {}
    by_id = {log_key(log, place): log for place, log in enumerate(logs)}
    milliseconds = total(
        number(log, "activeDuration" if log.get("activeDuration") is not None else "duration")
        for log in by_id.values()
    )
    return {
        "exercise_count": len(by_id),
        "exercise_minutes": round(milliseconds / _MILLISECONDS_PER_MINUTE, 6),
    }
