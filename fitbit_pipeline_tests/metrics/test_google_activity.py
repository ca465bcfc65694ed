"""Steps, distance, levels, zones and exercises of the Google Health API."""

from copy import deepcopy
from typing import Any

import pytest

from fitbit_pipeline.metrics.normaliser import PayloadRefused
from fitbit_pipeline_tests.metrics.google_days import PAYLOADS, WALK
from fitbit_pipeline_tests.metrics.google_rows import Row, metrics, rolled_up


def levels(*entries: tuple[str, str]) -> Row:
    """A row of minutes at levels of activity."""
    return rolled_up(
        "activeMinutes",
        {
            "activeMinutesRollupByActivityLevel": [
                {"activityLevel": level, "activeMinutesSum": minutes} for level, minutes in entries
            ]
        },
    )


def exercise(name: str, **members: Any) -> Row:
    """The observed walk under another name, with other members; None leaves one out."""
    changed = {**deepcopy(WALK["exercise"]), **members}
    return {
        "dataPointName": name,
        "exercise": {member: value for member, value in changed.items() if value is not None},
    }


class TestActivity:
    """Steps, distance, energy, levels, zones, exercises."""

    @pytest.mark.parametrize("stated", ["4151", 4151])
    def test_whole_numbers_are_text_or_plain(self, stated: object) -> None:
        found = metrics("steps", {"steps:dailyRollUp": [rolled_up("steps", {"countSum": stated})]})

        assert found == {"steps": 4151}

    def test_a_stated_zero_is_zero(self) -> None:
        """The device was worn and counted none."""
        rows = [rolled_up("steps", {"countSum": "0"})]

        assert metrics("steps", {"steps:dailyRollUp": rows}) == {"steps": 0}

    def test_millimetres_become_kilometres_without_noise(self) -> None:
        rows = [rolled_up("distance", {"millimetersSum": "1103"})]

        assert metrics("distance", {"distance:dailyRollUp": rows}) == {"distance": 0.001103}

    def test_a_level_that_is_missing_beside_others_is_zero(self) -> None:
        """A day without moderate minutes, as observed."""
        rows = [levels(("LIGHT", "144"), ("VIGOROUS", "48"))]

        assert metrics("activity_minutes", {"active-minutes:dailyRollUp": rows}) == {
            "lightly_active_minutes": 144,
            "fairly_active_minutes": 0,
            "very_active_minutes": 48,
        }

    def test_a_level_without_its_number_is_zero(self) -> None:
        block = {"activeMinutesRollupByActivityLevel": [{"activityLevel": "LIGHT"}]}
        rows = [rolled_up("activeMinutes", block)]

        found = metrics("activity_minutes", {"active-minutes:dailyRollUp": rows})
        assert found["lightly_active_minutes"] == 0

    def test_a_block_without_levels_is_no_reading(self) -> None:
        rows = [levels()]

        assert metrics("activity_minutes", {"active-minutes:dailyRollUp": rows}) == {}

    def test_unknown_levels_are_passed_over(self) -> None:
        rows = [levels(("FRANTIC", "9"), ("LIGHT", "144"))]

        found = metrics("activity_minutes", {"active-minutes:dailyRollUp": rows})
        assert found == {
            "lightly_active_minutes": 144,
            "fairly_active_minutes": 0,
            "very_active_minutes": 0,
        }

    def test_unknown_levels_alone_say_nothing_of_the_known_ones(self) -> None:
        rows = [levels(("FRANTIC", "9"))]

        assert metrics("activity_minutes", {"active-minutes:dailyRollUp": rows}) == {}

    def test_sedentary_time_alone(self) -> None:
        """Part of the reads may have nothing for a day; there is no wear time without all."""
        payload = {"sedentary-period:dailyRollUp": [rolled_up("sedentaryPeriod",
                   {"durationSum": "39600s"})]}  # fmt: skip

        assert metrics("activity_minutes", payload) == {"sedentary_minutes": 660}

    def test_sedentary_seconds_are_kept_and_the_tutorial_takes_whole_minutes(self) -> None:
        payload = {
            **PAYLOADS["activity_minutes"],
            "sedentary-period:dailyRollUp": [
                rolled_up("sedentaryPeriod", {"durationSum": "39630.5s"})
            ],
        }

        found = metrics("activity_minutes", payload)
        assert found["sedentary_minutes"] == pytest.approx(660.508, abs=0.001)
        assert found["tutorial_wear_minutes"] == 831

    def test_sums_of_credited_minutes_that_are_left_out_are_zero(self) -> None:
        rows = [rolled_up("activeZoneMinutes", {"sumInPeakHeartZone": "6"})]

        assert metrics("active_zone_minutes", {"active-zone-minutes:dailyRollUp": rows}) == {
            "active_zone_minutes": 6,
            "fat_burn_zone_minutes": 0,
            "cardio_zone_minutes": 0,
            "peak_zone_minutes": 6,
        }

    def test_exercises_are_counted_and_their_active_time_added_up(self) -> None:
        rows = [exercise("1", activeDuration="1025s"), exercise("2", activeDuration="774.500s")]

        assert metrics("exercise", {"exercise:reconcile": rows}) == {
            "exercise_count": 2,
            "exercise_minutes": pytest.approx(1799.5 / 60),
        }

    def test_without_active_time_an_exercise_lasts_from_start_to_end(self) -> None:
        rows = [exercise("1", activeDuration=None)]

        found = metrics("exercise", {"exercise:reconcile": rows})
        assert found["exercise_minutes"] == 1025 / 60

    def test_active_time_of_zero_is_zero(self) -> None:
        rows = [exercise("1", activeDuration="0s")]

        assert metrics("exercise", {"exercise:reconcile": rows})["exercise_minutes"] == 0

    def test_an_exercise_that_is_there_twice_counts_once(self) -> None:
        rows = [WALK, exercise("another"), WALK]

        assert metrics("exercise", {"exercise:reconcile": rows})["exercise_count"] == 2

    def test_kinds_of_exercise_may_be_new(self) -> None:
        rows = [exercise("1", exerciseType="UNDERWATER_CHESS")]

        assert metrics("exercise", {"exercise:reconcile": rows})["exercise_count"] == 1

    def test_an_exercise_that_ends_before_it_begins_is_refused(self) -> None:
        interval = {"startTime": "2026-08-05T14:43:38Z", "endTime": "2026-08-05T14:26:33Z"}

        with pytest.raises(PayloadRefused):
            rows = [exercise("1", activeDuration=None, interval=interval)]
            metrics("exercise", {"exercise:reconcile": rows})
