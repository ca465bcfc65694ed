"""Importing the tutorial's collection and LifeSnaps: who is registered, and what is kept."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import WriteError

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.import_archive import AlreadyImportedError, Imported
from fitbit_pipeline.flow.live_collection import live_collection
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.library import ArchiveLibrary
from fitbit_pipeline.sources.lifesnaps import member_of, split
from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed
from fitbit_pipeline_tests.fitabase_tables import ask
from fitbit_pipeline_tests.flow.importing import ImportBench
from fitbit_pipeline_tests.lifesnaps_collection import ANN, BEN, document, levels, ordinary_day
from fitbit_pipeline_tests.tutorial_collection import (
    Notebook,
    bson_file,
    json_lines,
    json_list,
    mongodump,
)
from fitbit_pipeline_tests.zip_files import cut, flip_content, write_folder, zip_folder

DAY = date(2021, 5, 24)
Document = dict[str, Any]


@pytest.fixture
def bench(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[ImportBench]:
    """A store without anybody, and an empty home."""
    with ImportBench.open(mongodb_uri, database_name, tmp_path / "home") as bench:
        yield bench


@pytest.fixture
def notebook() -> Notebook:
    """Three days of the tutorial."""
    notebook = Notebook()
    for offset in range(3):
        notebook.day(DAY + timedelta(days=offset), 4000 + offset)
    return notebook


@pytest.fixture
def study() -> list[Document]:
    """Two days of each of two people, as LifeSnaps has them."""
    days = (DAY, DAY + timedelta(days=1))
    return [
        each
        for person, count in ((ANN, 800), (BEN, 900))
        for offset, day in enumerate(days)
        for each in ordinary_day(person, day, count + offset)
    ]


def steps(bench: ImportBench, name: str, day: date = DAY) -> Any:
    """What a participant's source says of the steps of a day."""
    return ask(bench.sources.open(bench.get(name)), "steps", f"{day}", f"{day}")[f"{day}"]


TUTORIAL_FORMS: dict[str, Callable[[Path, list[Document]], Path]] = {
    "mongodump": lambda folder, documents: mongodump(folder, "fitbitCollection", documents),
    "its file": lambda folder, documents: bson_file(folder / "fitbitCollection.bson", documents),
    "mongodump --gzip": lambda folder, documents: bson_file(
        folder / "dump" / "fitbitCollection.bson.gz", documents
    ),
    "a zip of a dump": lambda folder, documents: zip_folder(
        mongodump(folder / "dump", "fitbitCollection", documents), folder / "dump.zip"
    ),
    "mongoexport": lambda folder, documents: json_lines(folder / "my export.json", documents),
    "mongoexport --jsonArray, packed": lambda folder, documents: json_list(
        folder / "export.json.gz", documents
    ),
    "a zip of an export": lambda folder, documents: zip_folder(
        json_lines(folder / "in" / "x.json", documents).parent, folder / "x.zip"
    ),
}


class TestTutorial:
    """One person's collection, in every form."""

    @pytest.mark.parametrize("form", TUTORIAL_FORMS)
    def test_it_is_recognised_and_its_days_are_read_from_what_is_kept(
        self, form: str, bench: ImportBench, notebook: Notebook, tmp_path: Path
    ) -> None:
        path = TUTORIAL_FORMS[form](tmp_path / "in", notebook.documents)
        imported = bench.run(path, time_zone="Europe/Athens")
        (tmp_path / "in").rename(tmp_path / "gone")
        assert imported.kind == bench.get("me").source == "tutorial"
        assert (imported.first_day, imported.last_day) == (DAY, DAY + timedelta(days=2))
        assert steps(bench, "me") == {"steps": [{"dateTime": "2021-05-24", "value": "4000"}]}

    def test_it_may_be_anybodys(
        self, bench: ImportBench, notebook: Notebook, tmp_path: Path
    ) -> None:
        bench.run(bson_file(tmp_path / "fitbitCollection.bson", notebook.documents),
                  participant="P07", time_zone="UTC")  # fmt: skip
        assert bench.get("P07").time_zone == "UTC"

    def test_the_second_time_it_is_there_already(
        self, bench: ImportBench, notebook: Notebook, tmp_path: Path
    ) -> None:
        folder = mongodump(tmp_path / "dump", "fitbitCollection", notebook.documents)
        bench.run(folder, time_zone="UTC")
        zipped = zip_folder(folder, tmp_path / "dump.zip")
        with bench.unchanged(), pytest.raises(AlreadyImportedError, match="me has this archive"):
            bench.run(zipped)

    def test_a_later_dump_brings_what_was_stored_since(
        self, bench: ImportBench, notebook: Notebook, tmp_path: Path
    ) -> None:
        """The tutorial stored the third day again, and a fourth."""
        bench.run(bson_file(tmp_path / "1" / "fitbitCollection.bson", notebook.documents),
                  time_zone="UTC")  # fmt: skip
        notebook.day(DAY + timedelta(days=2), 9000)
        notebook.day(DAY + timedelta(days=3), 4003)
        bench.run(bson_file(tmp_path / "2" / "fitbitCollection.bson", notebook.documents))
        assert bench.get("me").last_day == DAY + timedelta(days=3)
        values = [each["value"] for each in steps(bench, "me", DAY + timedelta(days=2))["steps"]]
        assert values == ["4002", "9000"]

    def test_without_a_time_zone_nothing_is_imported(
        self, bench: ImportBench, notebook: Notebook, tmp_path: Path
    ) -> None:
        path = bson_file(tmp_path / "fitbitCollection.bson", notebook.documents)
        with bench.unchanged(), pytest.raises(UserError, match="name it with --time-zone"):
            bench.run(path)


class TestLifeSnaps:
    """Everybody in the collection becomes a participant with an archive of their own."""

    @pytest.mark.parametrize(
        "write",
        [
            lambda folder, documents: mongodump(folder, "fitbit", documents),
            lambda folder, documents: bson_file(folder / "fitbit.bson.gz", documents),
            lambda folder, documents: zip_folder(
                mongodump(folder / "dump", "fitbit", documents), folder / "rais_anonymized.zip"
            ),
            lambda folder, documents: json_lines(folder / "people.json", documents),
        ],
        ids=["mongodump", "mongodump --gzip", "zip", "mongoexport"],
    )
    def test_it_is_recognised_and_split(
        self,
        write: Callable[[Path, list[Document]], Path],
        bench: ImportBench,
        study: list[Document],
        tmp_path: Path,
    ) -> None:
        imported = bench.run(write(tmp_path / "in", study))
        (tmp_path / "in").rename(tmp_path / "gone")
        assert imported.kind == "lifesnaps"
        assert [each.name for each in imported.participants] == [f"P{ANN}", f"P{BEN}"]
        assert {each.source for each in bench.store.participants.all()} == {"takeout"}
        assert [each["value"] for each in steps(bench, f"P{BEN}")["steps"]] == ["900"]

    def test_the_prefix_and_the_zone_may_be_chosen(
        self, bench: ImportBench, study: list[Document], tmp_path: Path
    ) -> None:
        path = bson_file(tmp_path / "fitbit.bson", study)
        imported = bench.run(path, participant="LS-", time_zone="Europe/Athens")
        assert bench.get(f"LS-{ANN}").time_zone == "Europe/Athens"
        assert any("days are those of Europe/Athens" in note for note in imported.survey.notes)

    def test_only_everybodys_own_part_is_kept(
        self, bench: ImportBench, study: list[Document], tmp_path: Path
    ) -> None:
        bench.run(bson_file(tmp_path / "fitbit.bson", study))
        folders = {name.split("/")[0] for name in bench.archives()}
        digests = {bench.get(f"P{key}").archives[0].digest for key in (ANN, BEN)}
        assert folders == digests
        assert len(digests) == 2
        of_ann = bench.get(f"P{ANN}").archives[0].digest
        kept = b"".join(
            content for name, content in bench.archives().items() if name.startswith(of_ann)
        )
        assert b"801" in kept
        assert b"901" not in kept

    def test_the_second_time_it_is_there_already(
        self, bench: ImportBench, study: list[Document], tmp_path: Path
    ) -> None:
        """In whatever form it comes."""
        bench.run(bson_file(tmp_path / "fitbit.bson", study))
        again = json_list(tmp_path / "again.json", study)
        with bench.unchanged(), pytest.raises(AlreadyImportedError, match=f"P{ANN} has this"):
            bench.run(again)

    def test_an_import_that_was_cut_off_halfway_is_finished_by_repeating_it(
        self, bench: ImportBench, study: list[Document], tmp_path: Path
    ) -> None:
        """The database refuses the second of two people: the first is there already."""
        path = bson_file(tmp_path / "fitbit.bson", study)
        with bench.refusing(f"P{BEN}"), pytest.raises(WriteError):
            bench.run(path)
        assert [each.name for each in bench.store.participants.all()] == [f"P{ANN}"]
        before = bench.get(f"P{ANN}")
        bench.run(path)
        assert bench.get(f"P{ANN}") == before
        assert [each["value"] for each in steps(bench, f"P{BEN}")["steps"]] == ["900"]

    def test_a_disk_that_fills_up_halfway_leaves_nothing(
        self, bench: ImportBench, study: list[Document], tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        """The part of the first person was kept already."""
        keep, kept = ArchiveLibrary.keep, []

        def keep_one(library: ArchiveLibrary, *archive: Any) -> bool:
            if kept:
                raise UserError("The archive cannot be kept.")
            kept.append(archive)
            return keep(library, *archive)

        path = bson_file(tmp_path / "fitbit.bson", study)
        bench.directory.mkdir(parents=True)
        monkeypatch.setattr(ArchiveLibrary, "keep", keep_one)
        with bench.unchanged(), pytest.raises(UserError, match="cannot be kept"):
            bench.run(path)
        assert len(kept) == 1

    def test_what_is_there_already_is_not_undone(
        self, bench: ImportBench, study: list[Document], tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        """Ann was imported before; a third person comes along, and the disk is full."""
        bench.run(bson_file(tmp_path / "1" / "fitbit.bson", study))
        third = ordinary_day("f" * 24, DAY, 7)
        keep = ArchiveLibrary.keep

        def keep_known(library: ArchiveLibrary, files: Any, kind: Any, digest: str) -> bool:
            if not (bench.directory / digest).exists():
                raise UserError("The archive cannot be kept.")
            return keep(library, files, kind, digest)

        path = bson_file(tmp_path / "2" / "fitbit.bson", [*study, *third])
        monkeypatch.setattr(ArchiveLibrary, "keep", keep_known)
        with bench.unchanged(), pytest.raises(UserError, match="cannot be kept"):
            bench.run(path)

    def test_somebody_who_never_used_a_device_is_left_out_and_told(
        self, bench: ImportBench, study: list[Document], tmp_path: Path
    ) -> None:
        nobody = "f" * 24
        padding = levels(nobody, DAY, (1440, 0, 0, 0))
        imported = bench.run(bson_file(tmp_path / "fitbit.bson", [*study, *padding]))
        assert len(imported.participants) == 2
        expected = f"{nobody} is left out: no record shows that they used a device."
        assert expected in imported.survey.notes

    def test_what_cannot_be_used_is_told_with_its_person(
        self, bench: ImportBench, study: list[Document], tmp_path: Path
    ) -> None:
        noon = datetime(2021, 5, 24, 12, 1)  # noqa: DTZ001
        stamp = f"{noon:%m/%d/%y %H:%M:%S}"
        bad = document(ANN, "steps", {"dateTime": stamp, "value": "many"})
        imported = bench.run(bson_file(tmp_path / "fitbit.bson", [*study, bad]))
        (problem,) = map(str, imported.survey.problems)
        assert problem == f"{ANN}/steps-2021-05-01.json, record 3: it has no number as 'value'"


class TestLive:
    """A collection on a server, which is read and left as it is."""

    @pytest.fixture
    def server(self, mongodb_uri: str, database_name: str) -> Iterator[Any]:
        """Somebody else's database on the server, and its address."""
        place = mongodb_uri.partition("?")[0].rstrip("/")
        with MongoClient[Document](mongodb_uri) as client:
            name = f"{database_name}_theirs"
            yield client[name], f"{place}/{name}"
            client.drop_database(name)

    def run(
        self, bench: ImportBench, address: str, collection: str | None = None, **request: Any
    ) -> Imported:
        """Imports a collection."""
        with live_collection(address, collection, bench.sources.library) as path:
            return bench.run(path, **request)

    def test_the_tutorial_s(self, bench: ImportBench, notebook: Notebook, server: Any) -> None:
        database, address = server
        database["fitbitCollection"].insert_many(notebook.documents)
        before = list(database["fitbitCollection"].find())
        self.run(bench, address, time_zone="UTC")
        assert list(database["fitbitCollection"].find()) == before
        assert database.list_collection_names() == ["fitbitCollection"]
        assert [each["value"] for each in steps(bench, "me")["steps"]] == ["4000"]

    def test_it_is_the_same_archive_as_its_dump(
        self, bench: ImportBench, notebook: Notebook, server: Any, tmp_path: Path
    ) -> None:
        database, address = server
        database["fitbitCollection"].insert_many(notebook.documents)
        self.run(bench, address, time_zone="UTC")
        dump = mongodump(tmp_path / "dump", "fitbitCollection", notebook.documents)
        with bench.unchanged(), pytest.raises(AlreadyImportedError):
            bench.run(dump)

    @pytest.mark.parametrize("collection", [None, "fitbit"])
    def test_lifesnaps(
        self, bench: ImportBench, study: list[Document], server: Any, collection: str | None
    ) -> None:
        database, address = server
        database["fitbit"].insert_many(study)
        assert len(self.run(bench, address, collection).participants) == 2

    def test_a_collection_of_another_name_is_recognised_by_its_documents(
        self, bench: ImportBench, notebook: Notebook, study: list[Document], server: Any
    ) -> None:
        database, address = server
        database["mine"].insert_many(notebook.documents)
        database["theirs"].insert_many(study)
        assert self.run(bench, address, "mine", time_zone="UTC").kind == "tutorial"
        assert self.run(bench, address, "theirs").kind == "lifesnaps"

    def test_of_what_is_read_only_the_archive_stays(
        self, bench: ImportBench, notebook: Notebook, server: Any
    ) -> None:
        database, address = server
        database["fitbitCollection"].insert_many(notebook.documents)
        self.run(bench, address, time_zone="UTC")
        (name,) = bench.archives()
        digest = bench.get("me").archives[0].digest
        assert name == f"{digest}/000/fitbitCollection.bson"

    @pytest.mark.parametrize("documents", [[], [{"a": 1}]], ids=["empty", "of something else"])
    def test_what_is_none_of_both_is_refused(
        self, bench: ImportBench, documents: list[Document], server: Any
    ) -> None:
        database, address = server
        database.create_collection("fitbitCollection")
        if documents:
            database["fitbitCollection"].insert_many(documents)
        bench.directory.mkdir(parents=True)
        with bench.unchanged(), pytest.raises(UserError, match="holds no document of the tutor"):
            self.run(bench, address, time_zone="UTC")


BAD: dict[str, Callable[[Path, Notebook, list[Document]], Path]] = {
    "the tutorial's dump, cut off": lambda folder, notebook, _: cut(
        bson_file(folder / "fitbitCollection.bson", notebook.documents), 0.7
    ),
    "a packed dump, cut off": lambda folder, notebook, _: cut(
        bson_file(folder / "fitbitCollection.bson.gz", notebook.documents), 0.7
    ),
    "a zip of a dump, damaged inside": lambda folder, notebook, _: flip_content(
        zip_folder(
            bson_file(folder / "in" / "fitbitCollection.bson", notebook.documents).parent,
            folder / "x.zip",
        )
    ),
    "an export, cut off": lambda folder, notebook, _: cut(
        json_lines(folder / "export.json", notebook.documents), 0.7
    ),
    "JSON of something else": lambda folder, *_: write_folder(
        folder, {"x.json": b'[{"name": "beach"}]'}
    ),
    "no JSON": lambda folder, *_: write_folder(folder, {"x.json": b"hello"}) / "x.json",
    "a dump of something else": lambda folder, *_: bson_file(folder / "x.bson", [{"a": 1}]),
    "the tutorial's collection twice": lambda folder, notebook, _: (
        json_lines(
            mongodump(folder, "fitbitCollection", notebook.documents) / "fitbitCollection.json",
            notebook.documents,
        ).parent
    ),
    "LifeSnaps, cut off": lambda folder, _, study: cut(
        bson_file(folder / "fitbit.bson", study), 0.9
    ),
    "LifeSnaps twice": lambda folder, _, study: (
        json_lines(mongodump(folder, "fitbit", study) / "fitbit.json", study).parent
    ),
    "LifeSnaps with nobody who used a device": lambda folder, *_: bson_file(
        folder / "fitbit.bson", levels(ANN, DAY, (1440, 0, 0, 0))
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_collection_changes_nothing(
    name: str, bench: ImportBench, notebook: Notebook, study: list[Document], tmp_path: Path
) -> None:
    """Not even a folder that was under way is left."""
    path = BAD[name](tmp_path / "in" / "export", notebook, study)
    bench.directory.mkdir(parents=True)
    with bench.unchanged(), pytest.raises(UserError) as refused:
        bench.run(path, time_zone="UTC")
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence


class TestDays:
    """What was imported, carried through to metrics, and derived again from what is kept."""

    @pytest.fixture
    def bed(self, mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[TestBed]:
        """A deployment whose first day is before all of theirs."""
        settings = settings_for(tmp_path, mongodb_uri, database_name, start_date=date(2021, 1, 1))
        with test_bed(settings) as bed:
            yield bed

    def metrics(self, bed: TestBed, participant: str, day: date) -> dict[str, Any]:
        """The metrics of somebody's day."""
        found = bed.deployment.store.metrics.find(
            {"participant": participant, "date": day.isoformat()}
        )
        return {each["metric"]: each["value"] for each in found}

    def test_metrics_are_what_the_tutorial_stored(
        self, bed: TestBed, notebook: Notebook, tmp_path: Path
    ) -> None:
        drawer = DAY + timedelta(days=2)
        notebook.documents = [
            each for each in notebook.documents if each["data"]["dateTime"] != f"{drawer}"
        ]
        notebook.activity(drawer, 1440, 0, 0, 0)
        notebook.steps(drawer, 0)
        path = bson_file(tmp_path / "fitbitCollection.bson", notebook.documents)
        bed.import_folder(path, time_zone="Europe/Athens")
        bed.carry(DAY, drawer)
        assert self.metrics(bed, "me", DAY) == {
            "steps": 4000,
            "sedentary_minutes": 586,
            "lightly_active_minutes": 180,
            "fairly_active_minutes": 60,
            "very_active_minutes": 54,
            "tutorial_wear_minutes": 880,
            "sleep_start": "2021-05-23T23:00:00",
            "sleep_end": "2021-05-24T07:00:00",
            "time_in_bed_minutes": 480,
            "minutes_asleep": 450,
            "minutes_awake": 30,
            "sleep_efficiency": 94,
            "deep_minutes": 80,
            "light_minutes": 260,
            "rem_minutes": 110,
            "wake_minutes": 30,
        }
        assert self.metrics(bed, "me", drawer) == {
            "steps": 0,
            "lightly_active_minutes": 0,
            "fairly_active_minutes": 0,
            "very_active_minutes": 0,
            "tutorial_wear_minutes": 0,
        }

    def test_a_damaged_document_makes_its_day_failed_with_the_reason(
        self, bed: TestBed, notebook: Notebook, tmp_path: Path
    ) -> None:
        notebook.store("steps", DAY + timedelta(days=3), "many")
        path = bson_file(tmp_path / "fitbitCollection.bson", notebook.documents)
        bed.import_folder(path, time_zone="UTC")
        bed.carry(DAY, DAY + timedelta(days=3))
        coverage = bed.documents()["coverage"]
        states = {
            key: each["endpoints"]["steps"]["state"] for key, each in sorted(coverage.items())
        }
        assert list(states.values()) == ["data", "data", "data", "failed"]
        entry = coverage["me/2021-05-27"]["endpoints"]["steps"]
        assert "document 49: has no number as its value (steps)" in entry["reason"]

    @pytest.mark.parametrize("source", ["tutorial", "lifesnaps"])
    def test_days_are_derived_again_from_what_is_kept(
        self, source: str, bed: TestBed, notebook: Notebook, study: list[Document], tmp_path: Path
    ) -> None:
        """Everything but participants is dropped, the dump is gone, and the same is back."""
        last = DAY + timedelta(days=2)
        if source == "tutorial":
            path = bson_file(tmp_path / "in" / "fitbitCollection.bson", notebook.documents)
        else:
            path = bson_file(tmp_path / "in" / "fitbit.bson", study)
        bed.import_folder(path, time_zone="UTC")
        bed.carry(DAY, last)
        before = bed.documents()
        path.unlink()
        for name in before:
            if name != "participants":
                bed.deployment.store.database[name].delete_many({})
        bed.carry(DAY, last)
        assert bed.documents() == before
        assert before["daily_engagement"]


def test_splitting_twice_gives_the_same(study: list[Document], tmp_path: Path) -> None:
    """Or the same collection would be another archive the next time."""
    files = open_archive([bson_file(tmp_path / "fitbit.bson", study)])
    member = member_of(files)
    assert member is not None
    digests = []
    for name in ("1", "2"):
        (tmp_path / name).mkdir()
        people = split(files, member, tmp_path / name).people
        parts = [open_archive([path]) for path in people.values()]
        digests.append([part.digest(part.members) for part in parts])
    assert digests[0] == digests[1]
