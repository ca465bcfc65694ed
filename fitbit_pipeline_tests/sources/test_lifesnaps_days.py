"""The days of LifeSnaps, as Takeout reads them from everybody's part: its traps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fitbit_pipeline_tests.lifesnaps_collection import (
    ANN,
    BEN,
    document,
    iso,
    levels,
    ordinary_day,
    resting,
    sleep,
    steps,
    us,
)
from fitbit_pipeline_tests.sources.lifesnaps_parts import DAY, NOON, divide, metrics, survey
from fitbit_pipeline_tests.takeout_archive import STAGES


class TestMixedDates:
    """Most stamps are American, others ISO 8601."""

    def test_both_are_of_the_same_day(self, tmp_path: Path) -> None:
        later = NOON + timedelta(minutes=1)
        documents = [
            document(ANN, "steps", {"dateTime": us(NOON), "value": "12"}),
            document(ANN, "steps", {"dateTime": iso(later), "value": "30"}),
        ]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "steps", DAY) == {"steps": 42}
        assert not survey(folder).problems

    def test_the_same_minute_written_in_two_ways_counts_once(self, tmp_path: Path) -> None:
        documents = [
            document(ANN, "steps", {"dateTime": us(NOON), "value": "12"}),
            document(ANN, "steps", {"dateTime": iso(NOON), "value": "12"}),
        ]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "steps", DAY) == {"steps": 12}

    @pytest.mark.parametrize("write", [iso, lambda moment: f"{iso(moment)}.000Z"])
    def test_readings_of_a_minute_written_in_two_ways_are_one_minute(
        self, write: Callable[[datetime], str], tmp_path: Path
    ) -> None:
        """They are no doubles: they are half a minute apart."""
        value = {"bpm": 60, "confidence": 2}
        stamps = us(NOON), write(NOON + timedelta(seconds=30))
        documents = [
            document(ANN, "heart_rate", {"dateTime": stamp, "value": value}) for stamp in stamps
        ]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "heart_rate", DAY)["heart_rate_minutes"] == 1

    def test_levels_of_a_day_written_in_two_ways_are_of_one_day(self, tmp_path: Path) -> None:
        midnight = datetime(2021, 5, 24, 0, 0)  # noqa: DTZ001
        documents = [
            *steps(ANN, [(NOON, 5)]),
            *levels(ANN, DAY, (600, 200, 20, 10)),
            document(ANN, "very_active_minutes", {"dateTime": iso(midnight), "value": "10"}),
        ]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "activity_minutes", DAY)["very_active_minutes"] == 10


class TestDoubles:
    """Records are there twice for a person, date and type."""

    def test_the_greater_number_of_a_day_counts(self, tmp_path: Path) -> None:
        """As in the analyses that the data set came with."""
        documents = [
            *levels(ANN, DAY, (1440, 0, 0, 0)),
            *levels(ANN, DAY, (600, 200, 20, 10)),
            *levels(ANN, DAY, (600, 150, 0, 0)),
            *steps(ANN, [(NOON, 800)]),
        ]
        found = divide(documents, tmp_path)
        values = metrics(found.people[ANN], "activity_minutes", DAY)
        assert values["lightly_active_minutes"] == 200
        assert values["fairly_active_minutes"] == 20
        assert "8 doubled records count once; of two that differ the one with the greater " in str(
            found.notes
        )

    def test_steps_of_a_minute_are_not_added_up(self, tmp_path: Path) -> None:
        documents = [*steps(ANN, [(NOON, 30)]), *steps(ANN, [(NOON, 30), (NOON, 12)])]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "steps", DAY) == {"steps": 30}

    def test_a_sleep_is_one_by_its_log(self, tmp_path: Path) -> None:
        documents = [sleep(ANN, DAY, 7), sleep(ANN, DAY, 7), sleep(ANN, DAY, 8, mainSleep=False)]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "sleep", DAY)["sleep_records"] == 2

    def test_another_person_s_record_is_no_double(self, tmp_path: Path) -> None:
        documents = [*steps(ANN, [(NOON, 30)]), *steps(BEN, [(NOON, 30)])]
        found = divide(documents, tmp_path)
        assert metrics(found.people[BEN], "steps", DAY) == {"steps": 30}
        assert not found.notes


class TestRestingHeartRate:
    """0.0 is what stands for a day without one."""

    def test_it_is_no_value(self, tmp_path: Path) -> None:
        documents = [
            *ordinary_day(ANN, DAY, 800),
            resting(ANN, DAY + timedelta(days=1), 0.0),
            *steps(ANN, [(NOON + timedelta(days=2), 5)]),
        ]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "resting_heart_rate", DAY) == {"resting_heart_rate": 61.5}
        assert metrics(folder, "resting_heart_rate", DAY + timedelta(days=1)) == {}

    @pytest.mark.parametrize("is_first", [True, False])
    def test_it_does_not_hide_the_value_of_the_same_day(
        self, is_first: bool, tmp_path: Path
    ) -> None:
        both = [resting(ANN, DAY, 0.0), resting(ANN, DAY, 58.25)]
        documents = [*(both if is_first else both[::-1]), *steps(ANN, [(NOON, 800)])]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "resting_heart_rate", DAY) == {"resting_heart_rate": 58.25}


def test_of_several_main_sleeps_the_longest_is_the_night(tmp_path: Path) -> None:
    documents = [
        sleep(ANN, DAY, 7, in_bed=300),
        sleep(ANN, DAY, 8, in_bed=480, **STAGES),
        sleep(ANN, DAY, 9, in_bed=200),
    ]
    (folder,) = divide(documents, tmp_path).people.values()
    night = metrics(folder, "sleep", DAY)
    assert (night["time_in_bed_minutes"], night["deep_minutes"]) == (480, 80)
    assert night["nap_count"] == 2


def test_days_of_padding_behind_the_last_use_are_cut(tmp_path: Path) -> None:
    """Sedentary 1440, nothing else, and resting heart rates of 0.0: no device wrote that."""
    documents = ordinary_day(ANN, DAY, 800)
    for offset in range(1, 60):
        day = DAY + timedelta(days=offset)
        documents += [*levels(ANN, day, (1440, 0, 0, 0)), resting(ANN, day, 0.0)]
    (folder,) = divide(documents, tmp_path).people.values()
    (person,) = survey(folder).people
    assert (person.first_day, person.last_day) == (DAY, DAY)
    assert person.synced_until < datetime(2021, 5, 25, tzinfo=UTC)
