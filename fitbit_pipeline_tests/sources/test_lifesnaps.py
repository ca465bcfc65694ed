"""The collection of LifeSnaps: everybody's part as an archive of Takeout, and what is damaged."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from bson import ObjectId

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.lifesnaps import member_of, split
from fitbit_pipeline.sources.lifesnaps.records import FAMILY_OF, file_name
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline.sources.takeout import Takeout
from fitbit_pipeline_tests.lifesnaps_collection import (
    ANN,
    BEN,
    document,
    heart_rate,
    ordinary_day,
    steps,
    us,
)
from fitbit_pipeline_tests.sources.lifesnaps_parts import (
    DAY,
    NOON,
    Document,
    divide,
    metrics,
    survey,
)
from fitbit_pipeline_tests.tutorial_collection import bson_file, json_lines, json_list

ATHENS = "Europe/Athens"


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
