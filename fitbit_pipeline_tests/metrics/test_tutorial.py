"""The tutorial's wear time, kept beside ours for comparison."""

import pytest

from fitbit_pipeline.engagement.daily import LEVELS
from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.metrics.tutorial import tutorial_wear_minutes


def levels(*minutes: MetricValue) -> dict[str, MetricValue]:
    """Minutes at the four levels, the most sedentary first."""
    return dict(zip(LEVELS, minutes, strict=True))


class TestTutorialWearMinutes:
    """The four levels added up, sedentary 1440 as 0."""

    def test_all_levels_add_up(self) -> None:
        assert tutorial_wear_minutes(levels(728, 328, 13, 25)) == 1094

    def test_1440_sedentary_minutes_count_as_none(self) -> None:
        assert tutorial_wear_minutes(levels(1440, 0, 0, 0)) == 0

    def test_1440_sedentary_minutes_take_no_active_minute_away(self) -> None:
        assert tutorial_wear_minutes(levels(1440, 5, 3, 2)) == 10

    @pytest.mark.parametrize("sedentary", [1380, 1439, 1441, 1500])
    def test_only_1440_counts_as_none_however_long_the_day_was(self, sedentary: int) -> None:
        assert tutorial_wear_minutes(levels(sedentary, 1, 0, 0)) == sedentary + 1

    @pytest.mark.parametrize("missing", LEVELS)
    def test_without_one_of_the_levels_there_is_no_sum(self, missing: str) -> None:
        known = levels(700, 200, 20, 10)
        del known[missing]
        assert tutorial_wear_minutes(known) is None

    def test_other_metrics_do_not_count(self) -> None:
        assert tutorial_wear_minutes({**levels(700, 0, 0, 0), "steps": 9000}) == 700
