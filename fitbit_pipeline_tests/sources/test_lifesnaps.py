"""The collection of LifeSnaps: everybody's part as an archive of Takeout, its traps included."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import ObjectId

from fitbit_pipeline.civil import minutes_of_day, time_zone
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.metrics.normaliser import DayContext
from fitbit_pipeline.metrics.takeout import NORMALISERS
from fitbit_pipeline.sources.archive import Survey
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.lifesnaps import SplitCollection, member_of, split
from fitbit_pipeline.sources.lifesnaps.records import FAMILY_OF, file_name
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.takeout import Takeout
from fitbit_pipeline_tests.lifesnaps_collection import (
    ANN,
    BEN,
    document,
    heart_rate,
    iso,
    levels,
    ordinary_day,
    resting,
    sleep,
    steps,
    us,
)
from fitbit_pipeline_tests.takeout_archive import STAGES
from fitbit_pipeline_tests.tutorial_collection import bson_file, json_lines, json_list

Document = dict[str, Any]
DAY = date(2021, 5, 24)
NOON = datetime(2021, 5, 24, 12, 0)  # noqa: DTZ001
ATHENS = "Europe/Athens"


def divide(documents: Iterable[Document], folder: Path) -> SplitCollection:
    """Splits a dump of documents."""
    files = open_archive([bson_file(folder / "fitbit.bson", documents)])
    member = member_of(files)
    assert member is not None
    (folder / "workshop").mkdir(parents=True, exist_ok=True)
    return split(files, member, folder / "workshop")


def survey(path: Path, zone: str = "UTC") -> Survey:
    """What is in one person's folder."""
    return Takeout().survey(open_archive([path]), time_zone(zone))


def metrics(path: Path, endpoint: str, day: date, zone: str = "UTC") -> dict[str, Any]:
    """What is derived of a day of one person's folder."""
    kind, files = Takeout(), open_archive([path])
    person = kind.survey(files, time_zone(zone)).people[0]
    (response,) = kind.open(files, person, 0).fetch(endpoint, day, day)
    if response.payload is None:
        return {}
    context = DayContext(day, minutes_of_day(day, time_zone(zone)))
    return NORMALISERS[endpoint](response.payload, context)


class TestPeople:
    """Each person's part is what they would have downloaded."""

    def test_everybody_has_a_folder(self, tmp_path: Path) -> None:
        documents = [*ordinary_day(BEN, DAY, 900), *ordinary_day(ANN, DAY, 800)]
        people = divide(documents, tmp_path).people
        assert list(people) == [ANN, BEN]
        assert metrics(people[ANN], "steps", DAY) == {"steps": 800}
        assert metrics(people[BEN], "steps", DAY) == {"steps": 900}

    def test_documents_may_come_in_any_order(self, tmp_path: Path) -> None:
        documents = [*ordinary_day(ANN, DAY, 800), *ordinary_day(BEN, DAY, 900)]
        straight = divide(documents, tmp_path / "1").people
        mixed = divide([*documents[1::2], *documents[::-2]], tmp_path / "2").people
        for key in (ANN, BEN):
            assert metrics(mixed[key], "heart_rate", DAY) == metrics(
                straight[key], "heart_rate", DAY
            )

    def test_it_holds_what_an_archive_of_takeout_holds(self, tmp_path: Path) -> None:
        (folder,) = divide(ordinary_day(ANN, DAY, 800), tmp_path).people.values()
        (person,) = survey(folder, ATHENS).people
        assert (person.first_day, person.last_day) == (DAY, DAY)
        assert person.time_zone == ATHENS
        assert person.endpoints == {
            "steps", "activity_minutes", "resting_heart_rate", "heart_rate", "sleep",
        }  # fmt: skip

    def test_tables_become_tables(self, tmp_path: Path) -> None:
        """Their numbers are numbers in the database, and cells in an archive."""
        row = {
            "timestamp": "2021-05-24T00:00:00",
            "rmssd": 41.2,
            "nremhr": 58.1,
            "entropy": None,
        }
        documents = [
            *ordinary_day(ANN, DAY, 800),
            document(ANN, "Daily Heart Rate Variability Summary", row),
        ]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "hrv", DAY)["hrv_rmssd"] == 41.2

    @pytest.mark.parametrize("name", FAMILY_OF)
    def test_every_file_has_a_name_by_which_takeout_knows_it(self, name: str) -> None:
        family = FAMILY_OF[name]
        record: Document = {"dateTime": "05/24/21 00:00:00"}
        inside = record
        for key in family.stamp[:-1]:
            inside = inside.setdefault(key, {})
        inside[family.stamp[-1]] = "2021-05-24T10:00:00"
        assert family.pattern.fullmatch(file_name(family, record))

    def test_exercises_stand_on_pages_without_a_date(self, tmp_path: Path) -> None:
        log = {
            "logId": 7,
            "activityName": "Walk",
            "startTime": us(NOON),
            "duration": 1_800_000,
            "activeDuration": 1_800_000,
        }
        later = {**log, "logId": 8, "startTime": us(NOON + timedelta(hours=2))}
        documents = [
            *ordinary_day(ANN, DAY, 800),
            *(document(ANN, "exercise", each) for each in (log, later, log)),
        ]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "exercise", DAY) == {"exercise_count": 2, "exercise_minutes": 60}

    def test_an_instant_of_mongodb_is_a_stamp_too(self, tmp_path: Path) -> None:
        documents = [document(ANN, "steps", {"dateTime": NOON, "value": "12"})]
        (folder,) = divide(documents, tmp_path).people.values()
        assert metrics(folder, "steps", DAY) == {"steps": 12}

    def test_days_are_civil_days_of_the_zone_though_stamps_are_utc(self, tmp_path: Path) -> None:
        """Athens is three hours ahead: the last evening of May in UTC is its first of June."""
        evening = datetime(2021, 5, 31, 20, 59)  # noqa: DTZ001
        moments = [evening, evening + timedelta(minutes=1), evening + timedelta(minutes=2)]
        documents = [
            *steps(ANN, [(moment, 10) for moment in moments]),
            *heart_rate(ANN, moments),
        ]
        (folder,) = divide(documents, tmp_path).people.values()
        last_of_may, first_of_june = date(2021, 5, 31), date(2021, 6, 1)
        assert metrics(folder, "steps", last_of_may, ATHENS) == {"steps": 10}
        assert metrics(folder, "steps", first_of_june, ATHENS) == {"steps": 20}
        readings = metrics(folder, "heart_rate", first_of_june, ATHENS)
        assert readings["heart_rate_minutes"] == 2

    @pytest.mark.parametrize("write", [json_lines, json_list])
    def test_an_export_in_json_is_split_alike(
        self, write: Callable[[Path, list[Document]], Path], tmp_path: Path
    ) -> None:
        documents = ordinary_day(ANN, DAY, 800)
        files = open_archive([write(tmp_path / "fitbit.json.gz", documents)])
        member = member_of(files)
        assert member is not None
        (tmp_path / "workshop").mkdir()
        people = split(files, member, tmp_path / "workshop").people
        dumped = divide(documents, tmp_path / "2").people
        kind = Takeout()
        digests = {
            opened.digest(opened.members)
            for opened in (open_archive([each[ANN]]) for each in (people, dumped))
        }
        assert len(digests) == 1
        assert kind.recognises(open_archive([people[ANN]]))

    def test_only_everybodys_folders_are_left(self, tmp_path: Path) -> None:
        divide(ordinary_day(ANN, DAY, 800), tmp_path)
        assert [each.name for each in (tmp_path / "workshop").iterdir()] == ["people"]


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


class TestDamage:
    """A document that cannot be used is told, and spoils nobody else's."""

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"id": "../../etc"}, "has no identifier of letters and digits as 'id'"),
            ({"id": ""}, "has no identifier of letters and digits as 'id'"),
            ({"id": "x" * 100}, "has no identifier of letters and digits as 'id'"),
            ({"data": [1]}, "has no 'data'"),
            ({"data": {"value": "12"}}, "has no date"),
            ({"data": {"dateTime": "13/45/21 00:00:00"}}, "has a date that cannot be read"),
            ({"data": {"dateTime": "../../x"}}, "has a date that cannot be read"),
            ({"data": {"dateTime": "05/24/99 00:00:00"}}, None),
        ],
    )
    def test_it_is_told_with_its_number(
        self, changes: Document, message: str | None, tmp_path: Path
    ) -> None:
        bad = {**document(ANN, "steps", {"dateTime": us(NOON), "value": "1"}), **changes}
        found = divide([*ordinary_day(ANN, DAY, 800), bad, bad], tmp_path)
        number = len(ordinary_day(ANN, DAY, 800)) + 1
        expected = [f"fitbit.bson, document {number}: {message} (2 such documents)"]
        assert [str(each) for each in found.problems] == (expected if message else [])
        assert metrics(found.people[ANN], "steps", DAY) == {"steps": 800}
        assert {path.name for path in tmp_path.iterdir()} == {"fitbit.bson", "workshop"}

    def test_a_bad_value_of_a_day_makes_it_a_failed_one(self, tmp_path: Path) -> None:
        """As in every archive of Takeout."""
        next_day = DAY + timedelta(days=1)
        bad = document(
            ANN, "lightly_active_minutes", {"dateTime": us(NOON + timedelta(days=1)), "value": "?"}
        )
        documents = [*ordinary_day(ANN, DAY, 800), bad, *steps(ANN, [(NOON + timedelta(1), 5)])]
        (folder,) = divide(documents, tmp_path).people.values()
        assert "has no number as 'value'" in str(survey(folder).problems[0])
        with pytest.raises(SourceFailure) as failure:
            metrics(folder, "activity_minutes", next_day)
        assert failure.value.by_day({next_day})[next_day][0] is FailureKind.DAMAGED

    def test_types_that_are_not_used_are_told_with_their_number(self, tmp_path: Path) -> None:
        others = [document(ANN, "badge", {"name": "x"})] * 3 + [document(ANN, "Profile", {})]
        found = divide([*others, *ordinary_day(ANN, DAY, 800)], tmp_path)
        assert found.notes == ("Types of documents that are not used: badge (3), Profile (1).",)

    def test_a_collection_of_something_else_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"fitbit\.bson holds no record of LifeSnaps"):
            divide([{"_id": ObjectId(), "a": 1}], tmp_path)

    def test_a_dump_that_was_cut_off_is_refused(self, tmp_path: Path) -> None:
        path = bson_file(tmp_path / "fitbit.bson", ordinary_day(ANN, DAY, 800))
        path.write_bytes(path.read_bytes()[:-3])
        files = open_archive([path])
        member = member_of(files)
        assert member is not None
        with pytest.raises(UserError, match="the file is cut off here"):
            split(files, member, tmp_path)

    def test_a_disk_without_room_is_told(self, tmp_path: Path) -> None:
        files = open_archive([bson_file(tmp_path / "fitbit.bson", ordinary_day(ANN, DAY, 1))])
        member = member_of(files)
        assert member is not None
        (tmp_path / "workshop").write_text("a file where the folder should be", encoding="utf-8")
        with pytest.raises(UserError, match="cannot be split under"):
            split(files, member, tmp_path / "workshop")

    def test_what_json_cannot_hold_is_refused_alone(self, tmp_path: Path) -> None:
        nest: Document = {}
        for _ in range(300):
            nest = {"a": nest}
        bad = document(ANN, "steps", {"dateTime": us(NOON), "value": "1", "more": nest})
        found = divide([bad, *ordinary_day(BEN, DAY, 800)], tmp_path)
        assert list(found.people) == [BEN]
        assert len(found.problems) == 1
