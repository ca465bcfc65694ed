"""Importing LifeSnaps: everybody becomes a participant with an archive of their own."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo.errors import WriteError

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.flow.import_archive import AlreadyImportedError
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.library import ArchiveLibrary
from fitbit_pipeline.sources.lifesnaps import member_of, split
from fitbit_pipeline_tests.flow.collections.imported import DAY, Document, steps
from fitbit_pipeline_tests.flow.importing import ImportBench
from fitbit_pipeline_tests.lifesnaps_collection import ANN, BEN, document, levels, ordinary_day
from fitbit_pipeline_tests.tutorial_collection import bson_file, json_lines, json_list, mongodump
from fitbit_pipeline_tests.zip_files import zip_folder


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
