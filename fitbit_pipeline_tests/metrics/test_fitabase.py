"""Metric values of the records of a Fitabase export."""

from datetime import date
from typing import Any

import pytest

from fitbit_pipeline.metrics.catalogue import METRIC, MetricValue
from fitbit_pipeline.metrics.fitabase import NORMALISERS
from fitbit_pipeline.metrics.normaliser import DayContext, PayloadRefused
from fitbit_pipeline.sources.fitabase import ANSWERING

DAY = DayContext(date(2016, 3, 25), 1440)
WHO_AND_WHEN = {"Id": "1503960366", "ActivityDate": "3/25/2016"}
SLEEP = {
    "Id": "1503960366",
    "SleepDay": "4/13/2016 12:00:00 AM",
    "TotalSleepRecords": "2",
    "TotalMinutesAsleep": "384",
    "TotalTimeInBed": "407",
}


def read(endpoint: str, **record: Any) -> dict[str, MetricValue]:
    """The values of a record of the activity table."""
    return NORMALISERS[endpoint]({"dailyActivity": {**WHO_AND_WHEN, **record}}, DAY)


class TestActivity:
    """The table of daily activity, each endpoint its own columns."""

    def test_steps(self) -> None:
        assert read("steps", TotalSteps="11004") == {"steps": 11004}

    def test_calories(self) -> None:
        assert read("calories", Calories="1819") == {"calories": 1819}

    def test_distances_are_kilometres_by_their_own_names(self) -> None:
        found = read(
            "distance",
            TotalDistance="7.110000134",
            TrackerDistance="7",
            LoggedActivitiesDistance="0",
            VeryActiveDistance="2.5",
            ModeratelyActiveDistance="0.46",
            LightActiveDistance="4.07",
            SedentaryActiveDistance="0",
        )
        assert found == {
            "distance": 7.110000134,
            "tracker_distance": 7.0,
            "logged_distance": 0.0,
            "very_active_distance": 2.5,
            "fairly_active_distance": 0.46,
            "lightly_active_distance": 4.07,
            "sedentary_distance": 0.0,
        }

    def test_levels_come_with_the_tutorials_wear_time(self) -> None:
        found = read(
            "activity_minutes",
            VeryActiveMinutes="33",
            FairlyActiveMinutes="12",
            LightlyActiveMinutes="205",
            SedentaryMinutes="804",
        )
        assert found == {
            "very_active_minutes": 33,
            "fairly_active_minutes": 12,
            "lightly_active_minutes": 205,
            "sedentary_minutes": 804,
            "tutorial_wear_minutes": 1054,
        }

    def test_1440_sedentary_minutes_are_kept_and_only_the_tutorials_number_is_0(self) -> None:
        found = read(
            "activity_minutes",
            VeryActiveMinutes="0",
            FairlyActiveMinutes="0",
            LightlyActiveMinutes="0",
            SedentaryMinutes="1440",
        )
        assert found["sedentary_minutes"] == 1440
        assert found["tutorial_wear_minutes"] == 0


class TestSleep:
    """The sleep table adds all sleeps of a day up."""

    def test_sleep_gives_totals_and_nothing_about_the_main_sleep(self) -> None:
        assert NORMALISERS["sleep"]({"sleepDay": SLEEP}, DAY) == {
            "sleep_records": 2,
            "total_minutes_asleep": 384,
            "total_time_in_bed_minutes": 407,
        }


class TestWhatIsNotThere:
    """What a payload does not state is left out, never 0."""

    def test_a_column_that_is_missing_gives_no_value(self) -> None:
        assert read("activity_minutes", SedentaryMinutes="804") == {"sedentary_minutes": 804}

    def test_columns_that_are_not_known_are_left_alone(self) -> None:
        assert read("steps", TotalSteps="1", Mood="good") == {"steps": 1}

    @pytest.mark.parametrize("payload", [{}, {"sleepDay": SLEEP}, {"dailyActivity": "3/25/2016"}])
    def test_a_payload_without_the_record_is_refused(self, payload: dict[str, Any]) -> None:
        with pytest.raises(PayloadRefused, match="no record of the table dailyActivity"):
            NORMALISERS["steps"](payload, DAY)

    @pytest.mark.parametrize("text", ["", "many-4711", "4711.5", "nan", None, ["4711"]])
    def test_what_is_no_number_is_refused_by_its_column_and_without_its_value(
        self, text: Any
    ) -> None:
        with pytest.raises(PayloadRefused) as refused:
            read("steps", TotalSteps=text)
        assert str(refused.value) == "TotalSteps is not a number."

    @pytest.mark.parametrize(("number", "read"), [(10**12, True), (10**12 + 1, False)])
    def test_what_nothing_measures_is_refused_too(self, number: int, read: bool) -> None:
        record = {"dailyActivity": {"TotalSteps": str(number), "TotalDistance": str(-number)}}
        if read:
            found = NORMALISERS["steps"](record, DAY)
            assert found == {"steps": number, "distance": -number}
        else:
            with pytest.raises(PayloadRefused, match="is not a number"):
                NORMALISERS["steps"](record, DAY)


class TestTheWhole:
    """Rules, columns and catalogue fit together."""

    def test_every_endpoint_that_the_source_answers_has_a_rule(self) -> None:
        assert NORMALISERS.keys() == ANSWERING.keys()

    @pytest.mark.parametrize("endpoint", ANSWERING)
    def test_every_column_of_an_endpoint_is_a_metric_of_that_endpoint(self, endpoint: str) -> None:
        answering = ANSWERING[endpoint]
        record = dict.fromkeys(answering.columns, "1")
        found = NORMALISERS[endpoint]({answering.table.name: record}, DAY)
        assert len(found) >= len(record)
        assert {METRIC[name].endpoint for name in found} == {endpoint}
