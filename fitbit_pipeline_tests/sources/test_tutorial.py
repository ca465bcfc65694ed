"""The tutorial's collection as a source: which documents count, and which spoil their day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive import Survey
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.protocol import FailureKind, Source, SourceFailure
from fitbit_pipeline.sources.tutorial import Tutorial
from fitbit_pipeline.sources.tutorial.types import ENDPOINT_OF
from fitbit_pipeline_tests.fitabase_tables import ask
from fitbit_pipeline_tests.tutorial_collection import (
    WRITTEN,
    Night,
    Notebook,
    bson_file,
    json_lines,
    mongodump,
)

MARCH = [date(2026, 3, 1) + timedelta(days=offset) for offset in range(31)]
ZONE = time_zone("Europe/Athens")


@pytest.fixture
def notebook() -> Notebook:
    """Three ordinary days."""
    notebook = Notebook()
    for offset in range(3):
        notebook.day(MARCH[offset], 4000 + offset)
    return notebook


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the dump goes."""
    return tmp_path / "dump"


def survey(notebook: Notebook, folder: Path) -> Survey:
    """What a dump of the notebook's documents holds."""
    path = bson_file(folder / "fitbitCollection.bson", notebook.documents)
    return Tutorial().survey(open_archive([path]), ZONE)


def source(notebook: Notebook, folder: Path, shift_days: int = 0) -> Source:
    """The source of the notebook's person."""
    path = bson_file(folder / "fitbitCollection.bson", notebook.documents)
    kind, files = Tutorial(), open_archive([path])
    return kind.open(files, kind.survey(files, ZONE).people[0], shift_days)


def values(payload: Any) -> dict[str, list[Any]]:
    """The values of a payload by type, in their order."""
    return {type_: [each["value"] for each in documents] for type_, documents in payload.items()}


class TestSurvey:
    """Whose days there are, and how far they reach."""

    def test_one_person_from_the_first_document_to_the_last(
        self, notebook: Notebook, folder: Path
    ) -> None:
        (person,) = survey(notebook, folder).people
        assert (person.first_day, person.last_day) == (MARCH[0], MARCH[2])
        assert person.endpoints == {"steps", "activity_minutes", "sleep"}
        assert (person.key, person.time_zone) == ("", "Europe/Athens")

    def test_it_is_whole_up_to_when_its_last_document_was_written(
        self, notebook: Notebook, folder: Path
    ) -> None:
        (person,) = survey(notebook, folder).people
        last = timedelta(seconds=len(notebook.documents) - 1)
        assert person.synced_until == WRITTEN + last

    def test_without_keys_of_mongodb_it_is_whole_to_the_end_of_its_last_day(
        self, notebook: Notebook, folder: Path
    ) -> None:
        """An export that left ``_id`` out."""
        for document in notebook.documents:
            del document["_id"]
        (person,) = survey(notebook, folder).people
        assert person.synced_until == datetime(2026, 3, 3, 22, 0, tzinfo=UTC)

    def test_the_time_zone_must_be_named(self, notebook: Notebook, folder: Path) -> None:
        files = open_archive([mongodump(folder, "fitbitCollection", notebook.documents)])
        with pytest.raises(UserError, match="name it with --time-zone"):
            Tutorial().survey(files, None)

    def test_a_clean_collection_has_neither_notes_nor_problems(
        self, notebook: Notebook, folder: Path
    ) -> None:
        found = survey(notebook, folder)
        assert (list(found.notes), list(found.problems)) == ([], [])

    def test_types_that_are_not_read_are_counted(self, notebook: Notebook, folder: Path) -> None:
        for _ in range(2):
            notebook.store("mood", MARCH[0], "fine")
        notebook.store("odd\n\x1b[31m" + "x" * 100, MARCH[0], 1)
        told = [str(each) for each in survey(notebook, folder).problems]
        assert told[0] == "fitbitCollection.bson: documents with the type 'mood' are not read (2)"
        assert "odd??[31m" in told[1]
        assert len(told[1]) < 150

    @pytest.mark.parametrize(
        "documents",
        [[], [{"a": 1}], [{"type": "steps"}], [{"type": "steps", "data": {"dateTime": "x"}}]],
        ids=["none", "of something else", "without data", "without a date"],
    )
    def test_a_collection_without_a_usable_document_is_refused(
        self, documents: list[dict[str, Any]], folder: Path
    ) -> None:
        path = bson_file(folder / "fitbitCollection.bson", documents)
        with pytest.raises(UserError, match=r"fitbitCollection\.bson holds no document of the"):
            Tutorial().survey(open_archive([path]), ZONE)

    def test_a_collection_that_is_there_twice_is_refused(
        self, notebook: Notebook, folder: Path
    ) -> None:
        """Which one is meant is for the person to say."""
        bson_file(folder / "old" / "fitbitCollection.bson", notebook.documents)
        json_lines(folder / "fitbitCollection.json", notebook.documents)
        with pytest.raises(UserError, match="holds the collection fitbitCollection 2 times"):
            Tutorial().survey(open_archive([folder]), ZONE)


class TestDays:
    """The documents of a day are its payload, as they were stored."""

    def test_a_payload_holds_the_documents_by_type(self, notebook: Notebook, folder: Path) -> None:
        found = ask(source(notebook, folder), "activity_minutes", "2026-03-01", "2026-03-01")
        assert found["2026-03-01"] == {
            "minutesSedentary": [{"dateTime": "2026-03-01", "value": 586}],
            "minutesLightlyActive": [{"dateTime": "2026-03-01", "value": 180}],
            "minutesFairlyActive": [{"dateTime": "2026-03-01", "value": 60}],
            "minutesVeryActive": [{"dateTime": "2026-03-01", "value": 54}],
            "totalWearTime": [{"dateTime": "2026-03-01", "value": 880}],
        }

    def test_steps_stay_the_text_that_they_were(self, notebook: Notebook, folder: Path) -> None:
        found = ask(source(notebook, folder), "steps", "2026-03-01", "2026-03-03")
        assert [values(each)["steps"] for each in found.values()] == [["4000"], ["4001"], ["4002"]]

    def test_a_day_without_documents_is_empty(self, notebook: Notebook, folder: Path) -> None:
        notebook.steps(MARCH[4], 7)
        found = ask(source(notebook, folder), "steps", "2026-03-04", "2026-03-05")
        assert found["2026-03-04"] is None
        assert values(found["2026-03-05"]) == {"steps": ["7"]}

    def test_doubled_documents_are_kept_in_their_order_and_told(
        self, notebook: Notebook, folder: Path
    ) -> None:
        """The notebook was run again after the device had synced."""
        notebook.day(MARCH[2], 9000)
        assert list(survey(notebook, folder).notes) == [
            "16 doubled documents, as every run of the tutorial adds them: of a day and type the "
            "one written last counts."
        ]
        found = ask(source(notebook, folder), "steps", "2026-03-03", "2026-03-03")
        assert values(found["2026-03-03"]) == {"steps": ["4002", "9000"]}

    def test_an_endpoint_without_documents_is_not_served(
        self, notebook: Notebook, folder: Path
    ) -> None:
        with pytest.raises(SourceFailure) as failure:
            list(source(notebook, folder).fetch("heart_rate", MARCH[0], MARCH[1]))
        assert failure.value.kind is FailureKind.NOT_SERVED

    def test_dates_may_be_moved(self, notebook: Notebook, folder: Path) -> None:
        """Athens puts its clocks forward meanwhile: an instant keeps to the clock of the wall."""
        moved = source(notebook, folder, shift_days=14)
        found = ask(moved, "steps", "2026-03-15", "2026-03-17")
        assert [values(each)["steps"] for each in found.values()] == [["4000"], ["4001"], ["4002"]]
        last = timedelta(seconds=len(notebook.documents) - 1)
        assert moved.synced_until == WRITTEN + last + timedelta(days=14, hours=-1)

    def test_days_beyond_the_collection_are_not_told(
        self, notebook: Notebook, folder: Path
    ) -> None:
        assert ask(source(notebook, folder), "steps", "2026-02-01", "2026-03-01").keys() == {
            "2026-03-01"
        }

    def test_a_classic_sleep_has_no_stages(self, folder: Path) -> None:
        notebook = Notebook()
        notebook.sleep(MARCH[0], Night(stages=None))
        found = ask(source(notebook, folder), "sleep", "2026-03-01", "2026-03-01")
        assert not [type_ for type_ in found["2026-03-01"] if "Deep" in type_]

    def test_an_instant_of_mongodb_as_value_becomes_the_text_that_it_means(
        self, notebook: Notebook, folder: Path
    ) -> None:
        at = datetime(2026, 3, 4, 23, 1, 30, tzinfo=UTC)
        notebook.store("sleep_startTime", MARCH[4], at)
        found = ask(source(notebook, folder), "sleep", "2026-03-05", "2026-03-05")
        assert values(found["2026-03-05"]) == {"sleep_startTime": ["2026-03-04T23:01:30.000"]}


BAD_VALUES: dict[str, tuple[str, Any]] = {
    "steps that are no number": ("steps", "many"),
    "steps that are nothing": ("steps", None),
    "steps that are a truth": ("steps", True),
    "steps below zero": ("steps", "-1"),
    "steps without end": ("steps", "inf"),
    "steps of no value": ("steps", float("nan")),
    "more steps than anybody": ("steps", 10**9),
    "half a minute": ("minutesSedentary", 0.5),
    "a list of minutes": ("minutesSedentary", [1]),
    "a time that is none": ("sleep_startTime", "25:00"),
    "a date without a time": ("sleep_startTime", "2026-03-01"),
    "a number as time": ("sleep_endTime", 7),
    "something of mongodb alone": ("timeInBed", ObjectId("a" * 24)),
}

NO_DAYS: dict[str, Callable[[dict[str, Any]], object]] = {
    "no data": lambda document: document.pop("data"),
    "data that is a list": lambda document: document.update(data=[1]),
    "no date": lambda document: document["data"].pop("dateTime"),
    "a date that does not exist": lambda document: document["data"].update(dateTime="2026-02-30"),
    "another form of date": lambda document: document["data"].update(dateTime="03/01/26"),
    "a number as date": lambda document: document["data"].update(dateTime=20260301),
    "a date before Fitbit": lambda document: document["data"].update(dateTime="1970-01-01"),
}


class TestDamage:
    """A document that cannot be used makes its day a failed one, never an empty one."""

    @pytest.mark.parametrize("name", BAD_VALUES)
    def test_a_bad_value_spoils_its_day_alone(
        self, name: str, notebook: Notebook, folder: Path
    ) -> None:
        type_, value = BAD_VALUES[name]
        notebook.store(type_, MARCH[4], value)
        notebook.day(MARCH[5], 1)
        found = ask(source(notebook, folder), ENDPOINT_OF[type_], "2026-03-04", "2026-03-06")
        assert found["2026-03-04"] is None
        assert isinstance(found["2026-03-06"], dict)
        kind, reason = found["2026-03-05"]
        assert kind is FailureKind.DAMAGED
        assert reason.startswith("fitbitCollection.bson, document 49: has ")
        assert reason.endswith(
            f" ({type_}): mend or remove the document, and dump the collection again."
        )

    def test_the_value_is_not_told(self, notebook: Notebook, folder: Path) -> None:
        notebook.store("steps", MARCH[4], "secretly 12345")
        (problem,) = survey(notebook, folder).problems
        assert "12345" not in str(problem)

    def test_a_sound_double_saves_the_day(self, notebook: Notebook, folder: Path) -> None:
        """Of a document that is there twice, one is whole."""
        notebook.store("steps", MARCH[0], "?")
        found = ask(source(notebook, folder), "steps", "2026-03-01", "2026-03-01")
        assert values(found["2026-03-01"]) == {"steps": ["4000"]}

    def test_a_sound_document_of_another_type_does_not(
        self, notebook: Notebook, folder: Path
    ) -> None:
        """A wear time without its levels would be taken for a day without any."""
        notebook.store("totalWearTime", MARCH[4], 300)
        notebook.store("minutesSedentary", MARCH[4], "?")
        found = ask(source(notebook, folder), "activity_minutes", "2026-03-05", "2026-03-05")
        assert found["2026-03-05"][0] is FailureKind.DAMAGED

    @pytest.mark.parametrize("name", NO_DAYS)
    def test_a_document_without_a_day_leaves_no_day_empty(
        self, name: str, notebook: Notebook, folder: Path
    ) -> None:
        """It may be of any day of its endpoint that has no document."""
        NO_DAYS[name](notebook.store("steps", MARCH[3], "4003"))
        notebook.steps(MARCH[4], 4004)
        found = ask(source(notebook, folder), "steps", "2026-03-03", "2026-03-05")
        assert values(found["2026-03-03"]) == {"steps": ["4002"]}
        assert found["2026-03-04"][0] is FailureKind.DAMAGED
        assert values(found["2026-03-05"]) == {"steps": ["4004"]}

    def test_what_has_no_day_says_nothing_of_other_endpoints(
        self, notebook: Notebook, folder: Path
    ) -> None:
        notebook.store("steps", "no date", "4003")
        notebook.steps(MARCH[4], 4004)
        found = ask(source(notebook, folder), "sleep", "2026-03-04", "2026-03-05")
        assert set(found.values()) == {None}
