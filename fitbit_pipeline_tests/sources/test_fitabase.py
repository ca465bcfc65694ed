"""Fitabase exports: who is in them, and what is said of every day."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fitbit_pipeline.civil import day_start
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.fitabase import Fitabase
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline_tests.fitabase_tables import (
    DEMO_ACTIVITY,
    DEMO_DATA,
    DEMO_SLEEP,
    activity_line,
    activity_table,
    ask,
    sleep_line,
    sleep_table,
    sources,
    survey,
)
from fitbit_pipeline_tests.zip_files import zip_folder

ME = "1503960366"
APRIL_12 = "2016-04-12"
ALL_ENDPOINTS = {"steps", "distance", "activity_minutes", "calories", "sleep"}


def served(endpoint: str) -> int:
    """How many days of the real people have something of an endpoint."""
    return sum(
        isinstance(answer, dict)
        for source in sources(DEMO_DATA).values()
        for answer in ask(source, endpoint, "2016-03-01", "2016-05-31").values()
    )


class TestRealPeople:
    """The recorded days that the project carries."""

    def test_there_are_35_people(self) -> None:
        found = survey(DEMO_DATA)
        assert len({person.key for person in found.people}) == len(found.people) == 35
        assert list(found.people) == sorted(found.people, key=lambda person: person.key)
        assert not found.problems

    @pytest.mark.parametrize("endpoint", ["steps", "distance", "activity_minutes", "calories"])
    def test_there_are_1373_days_of_activity(self, endpoint: str) -> None:
        assert served(endpoint) == 1373

    def test_there_are_410_days_of_sleep(self) -> None:
        assert served("sleep") == 410

    def test_it_says_how_doubled_records_were_settled(self) -> None:
        (note,) = survey(DEMO_DATA).notes
        assert note.startswith("27 doubled records: ")

    def test_everybody_is_known_from_their_first_day_to_their_last(self) -> None:
        found = survey(DEMO_DATA).people
        assert min(person.first_day for person in found) == date(2016, 3, 12)
        assert max(person.last_day for person in found) == date(2016, 5, 12)
        me = next(person for person in found if person.key == ME)
        assert (me.first_day, me.last_day) == (date(2016, 3, 25), date(2016, 5, 12))

    def test_a_filled_in_record_is_no_record_of_the_day(self) -> None:
        """1440 sedentary minutes and 0 calories stand against a day of 7213 steps."""
        answer = ask(sources(DEMO_DATA)["4702921684"], "steps", APRIL_12, APRIL_12)[APRIL_12]
        assert isinstance(answer, dict)
        assert answer["dailyActivity"]["TotalSteps"] == "7213"

    def test_a_zip_says_the_same_as_its_folder(self, tmp_path: Path) -> None:
        zipped = zip_folder(DEMO_DATA, tmp_path / "export.zip", "export/")
        assert survey(zipped) == survey(DEMO_DATA)
        days = ("2016-03-12", "2016-05-12")
        assert ask(sources(zipped)[ME], "steps", *days) == ask(
            sources(DEMO_DATA)[ME], "steps", *days
        )


class TestWhichDays:
    """Every day asked for is told: something, nothing, or why not."""

    def test_a_day_is_told_verbatim_with_whose_it_is(self, tmp_path: Path) -> None:
        source = sources(activity_table(tmp_path, activity_line(TotalDistance="8.50000")))[ME]
        assert ask(source, "steps", APRIL_12, APRIL_12)[APRIL_12] == {
            "dailyActivity": {"Id": ME, "ActivityDate": "4/12/2016", "TotalSteps": "13162"}
        }
        told = ask(source, "distance", APRIL_12, APRIL_12)[APRIL_12]
        assert isinstance(told, dict)
        assert told["dailyActivity"]["TotalDistance"] == "8.50000"

    def test_sleep_days_outside_the_sleep_table_are_not_served(self) -> None:
        """Activity goes back to March, the sleep table begins on the 12th of April."""
        told = ask(sources(DEMO_DATA)[ME], "sleep", "2016-04-10", "2016-04-13")
        reason = (FailureKind.NOT_SERVED, "The table sleepDay does not reach this day.")
        assert (told["2016-04-10"], told["2016-04-11"]) == (reason, reason)
        assert isinstance(told["2016-04-12"], dict)
        assert isinstance(told["2016-04-13"], dict)

    def test_sleep_days_inside_the_table_without_a_record_are_empty(self) -> None:
        told = ask(sources(DEMO_DATA)[ME], "sleep", "2016-04-12", "2016-05-12")
        assert len(told) == 31
        assert [day for day, answer in told.items() if answer is None][:3] == [
            "2016-04-14",
            "2016-04-18",
            "2016-04-22",
        ]

    def test_somebody_who_is_only_in_the_other_table_has_empty_days(self, tmp_path: Path) -> None:
        activity_table(tmp_path, activity_line())
        source = sources(sleep_table(tmp_path, sleep_line(Id="42")))["42"]
        assert ask(source, "steps", APRIL_12, APRIL_12) == {APRIL_12: None}

    def test_days_far_outside_are_not_served(self) -> None:
        told = ask(sources(DEMO_DATA)[ME], "steps", "2020-01-01", "2020-01-03")
        assert {answer[0] for answer in told.values() if isinstance(answer, tuple)} == {
            FailureKind.NOT_SERVED
        }
        assert len(told) == 3

    def test_it_serves_only_what_its_tables_hold(self) -> None:
        assert survey(DEMO_DATA).people[0].endpoints == ALL_ENDPOINTS
        assert survey(DEMO_ACTIVITY).people[0].endpoints == ALL_ENDPOINTS - {"sleep"}
        assert survey(DEMO_SLEEP).people[0].endpoints == {"sleep"}
        assert sources(DEMO_SLEEP)[ME].endpoints == {"sleep"}

    def test_the_request_names_the_files_read(self) -> None:
        source = sources(DEMO_DATA)[ME]
        (response,) = source.fetch("sleep", date(2016, 4, 12), date(2016, 4, 12))
        assert (response.request.method, response.request.url) == ("READ", "sleepDay_merged.csv")


class TestTheLastDay:
    """The export cut the last day of each person."""

    def test_the_archive_is_whole_up_to_the_beginning_of_the_last_day(self) -> None:
        zone = ZoneInfo("Europe/Athens")
        for person in survey(DEMO_DATA, zone=zone).people:
            assert person.synced_until == day_start(person.last_day, zone)
            assert person.time_zone == "Europe/Athens"

    def test_without_a_zone_it_cannot_be_known_when_a_day_began(self) -> None:
        with pytest.raises(UserError, match="name it with --time-zone"):
            survey(DEMO_DATA, zone=None)


class TestShift:
    """The demo moves dates forward; payloads stay as they were."""

    def test_dates_move_and_payloads_do_not(self) -> None:
        days = 7 * 500
        moved = ask(sources(DEMO_DATA, shift_days=days)[ME], "steps", "2025-09-11", "2026-01-01")
        still = ask(sources(DEMO_DATA)[ME], "steps", "2016-02-11", "2016-06-02")
        shift = timedelta(days=days)
        assert moved == {
            (date.fromisoformat(day) + shift).isoformat(): answer for day, answer in still.items()
        }
        assert sum(isinstance(answer, dict) for answer in moved.values()) == 49

    def test_the_instant_up_to_which_it_is_whole_moves_too(self, tmp_path: Path) -> None:
        source = sources(activity_table(tmp_path, activity_line()), shift_days=7)[ME]
        assert source.synced_until == datetime(2016, 4, 19, tzinfo=UTC)

    @pytest.mark.parametrize("weeks", [1, 30])
    def test_it_moves_on_the_clock_of_the_wall(self, tmp_path: Path, weeks: int) -> None:
        """Moved from summer into winter, a day still begins at midnight."""
        zone = ZoneInfo("Europe/Athens")
        folder = activity_table(tmp_path, activity_line())
        source = sources(folder, shift_days=7 * weeks, zone=zone)[ME]
        last_day = date(2016, 4, 12) + timedelta(weeks=weeks)
        assert source.synced_until == day_start(last_day, zone)


class TestRecognising:
    """The kind is told by the names of the files."""

    @pytest.mark.parametrize(
        "name",
        [
            "dailyActivity_merged.csv",
            "sleepDay_merged.csv",
            "DAILYACTIVITY_MERGED.CSV",
            "dailyActivity_merged (1).csv",
            "sleepDay_merged_part2.csv",
        ],
    )
    def test_a_table_is_recognised_by_its_name(self, tmp_path: Path, name: str) -> None:
        shutil.copy(DEMO_SLEEP, tmp_path / name)
        assert Fitabase().recognises(open_archive([tmp_path / name]))
        assert Fitabase().relevant(name)

    @pytest.mark.parametrize(
        "name",
        [
            "hourlySteps_merged.csv",
            "sleepDay.csv",
            "my_sleepDay_merged.csv",
            "sleepDay_merged.json",
        ],
    )
    def test_other_files_are_not(self, tmp_path: Path, name: str) -> None:
        shutil.copy(DEMO_SLEEP, tmp_path / name)
        assert not Fitabase().recognises(open_archive([tmp_path / name]))
        assert not Fitabase().relevant(name)

    def test_other_files_beside_the_tables_are_left_alone(self, tmp_path: Path) -> None:
        folder = activity_table(tmp_path, activity_line())
        (folder / "hourlySteps_merged.csv").write_bytes(b"\xff\xfe")
        assert len(survey(folder).people) == 1
