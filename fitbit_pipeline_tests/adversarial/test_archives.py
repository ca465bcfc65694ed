"""Archives that were made to harm, imported by the program itself and in this process.

Proves that an archive is data: nothing is unpacked to a path that it names, no link or device is
followed, memory stays bounded whatever it unpacks to, and what cannot be used is told with file and
place (section 5), while an archive of which nothing can be used changes nothing. Broken zips and
climbing paths are in ``sources.test_archive_harm``.
"""

import json
import os
import stat
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline_tests.adversarial.bombs import MEGABYTE, write_bomb
from fitbit_pipeline_tests.fitabase_archive import activity_row, write_activity, write_export
from fitbit_pipeline_tests.flow.importing import ImportBench
from fitbit_pipeline_tests.program import Program
from fitbit_pipeline_tests.takeout_archive import TakeoutArchive, sleep_log, utc

TWO_GIGABYTES = 2048 * MEGABYTE
MORE_THAN_A_SMALL_IMPORT = 96 * MEGABYTE
"""So much more memory a bomb may take than an import of one day: a fifth of a file's bound."""
RECORD = b'{"dateTime": "03/01/26 00:01:00", "value": "7"},'
BLOCK = (RECORD * (MEGABYTE // len(RECORD))).ljust(MEGABYTE)


@pytest.fixture
def bench(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[ImportBench]:
    with ImportBench.open(mongodb_uri, database_name, tmp_path / "home") as bench:
        yield bench


class Measured:
    """The program's imports, each in a process of its own whose memory is measured."""

    def __init__(self, folder: Path, environment: dict[str, str]):
        """Imports nothing yet."""
        self._program = Program(folder, folder / "home", environment)
        self._folder = folder

    def run(self, archive: Path) -> tuple[int, str, int]:
        """Exit code, what was told on the error channel, and the peak of memory in bytes."""
        with (self._folder / "told.txt").open("w+") as told:
            process = subprocess.Popen(
                self._program.command(
                    "import", str(archive), "--time-zone", "UTC", "--register-only"
                ),
                cwd=self._folder,
                env=self._program.variables(),
                stdout=subprocess.DEVNULL,
                stderr=told,
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            told.seek(0)
            return process.returncode, told.read(), usage.ru_maxrss * 1024


@pytest.fixture(scope="module")
def measured(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    folder = tmp_path_factory.mktemp("bombs")
    environment = {
        "FITBIT_PIPELINE_MONGODB_URI": mongodb_uri,
        "FITBIT_PIPELINE_DATABASE": "test_bombs",
    }
    return Measured(folder, environment)


@pytest.fixture(scope="module")
def small(measured: Measured, tmp_path_factory: pytest.TempPathFactory) -> int:
    """What an import of one day takes."""
    folder = tmp_path_factory.mktemp("small")
    code, told, peak = measured.run(write_export(folder / "export", {"1": {date(2026, 3, 1): 1}}))
    assert code == 0, told
    return peak


def _honest(folder: Path) -> Path:
    return write_bomb(folder / "bomb.zip", "Takeout/steps-2026-03-01.json", BLOCK, 2048)


def _lying(folder: Path) -> Path:
    return write_bomb(folder / "bomb.zip", "Takeout/steps-2026-03-01.json", BLOCK, 2048, 4096)


def _sparse(folder: Path) -> Path:
    (folder / "export").mkdir()
    with (folder / "export" / "steps-2026-03-01.json").open("wb") as file:
        file.truncate(TWO_GIGABYTES)
    return folder / "export"


def _table(folder: Path) -> Path:
    return write_bomb(folder / "bomb.zip", "dailyActivity_merged.csv", BLOCK, 2048)


@pytest.mark.parametrize("make", [_honest, _lying, _sparse, _table])
def test_two_gigabytes_are_refused_in_little_memory(
    make: Any, measured: Measured, small: int, tmp_path: Path
) -> None:
    """Of JSON that is, or is not, as large as its zip says; of nothing at all; of a table."""
    code, told, peak = measured.run(make(tmp_path))

    assert code == 1
    assert len(told.strip().splitlines()) == 1
    assert "Traceback" not in told
    assert peak < small + MORE_THAN_A_SMALL_IMPORT


HARMFUL_JSON = {
    "a hundred thousand levels": "[" * 100_000 + "]" * 100_000,
    "a hundred thousand levels of objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "not a number": '[{"dateTime": "03/02/26 00:01:00", "value": NaN}]',
    "infinity": '[{"dateTime": "03/02/26 00:01:00", "value": Infinity}]',
    "more than a number holds": '[{"dateTime": "03/02/26 00:01:00", "value": 1e999}]',
    "ten thousand digits": '[{"dateTime": "03/02/26 00:01:00", "value": %s}]' % ("9" * 10_000),
    "ten thousand digits as text": '[{"dateTime": "03/02/26 00:01:00", "value": "%s"}]'
    % ("9" * 10_000),
    "half of a character": '[{"dateTime": "03/02/26 00:01:00", "value": "\\ud800"}]',
    "NUL": '[{"dateTime": "03/02/26\\u0000", "value": "\\u0000"}]',
    "the year 1": '[{"dateTime": "0001-01-01T00:00:00", "value": "1"}]',
    "the year 9999": '[{"dateTime": "9999-12-31T23:59:59", "value": "1"}]',
    "a day that is none": '[{"dateTime": "02/30/26 00:01:00", "value": "1"}]',
    "an operator": '[{"dateTime": {"$gt": ""}, "value": {"$gt": ""}}]',
    "records that are none": '[1, null, "x", [], {}]',
}


@pytest.mark.parametrize("what", HARMFUL_JSON)
def test_a_harmful_file_among_good_ones_is_told_and_the_rest_is_imported(
    what: str, bench: ImportBench, tmp_path: Path
) -> None:
    archive = TakeoutArchive(tmp_path / "export")
    archive.series("steps", "2026-03-01", {utc("2026-03-01T10:00"): 100})
    archive.write("steps-2026-03-02.json", HARMFUL_JSON[what])

    imported = bench.run(tmp_path / "export", time_zone="UTC")

    assert "steps-2026-03-02.json" in {problem.file for problem in imported.survey.problems}
    assert all(len(str(problem)) < 200 for problem in imported.survey.problems)
    assert (imported.first_day, imported.last_day) == (date(2026, 3, 1), date(2026, 3, 1))


@pytest.mark.parametrize("what", HARMFUL_JSON)
def test_an_archive_of_nothing_else_changes_nothing(
    what: str, bench: ImportBench, tmp_path: Path
) -> None:
    TakeoutArchive(tmp_path / "export").write("steps-2026-03-02.json", HARMFUL_JSON[what])

    with bench.unchanged(), pytest.raises(UserError, match="steps-2026-03-02"):
        bench.run(tmp_path / "export", time_zone="UTC")


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "9999-12-30", "9999-12-31"])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_sleep_at_either_end_of_time_is_no_day(
    day: str, zone: str, bench: ImportBench, tmp_path: Path
) -> None:
    archive = TakeoutArchive(tmp_path / "export")
    archive.series("steps", "2026-03-01", {utc("2026-03-01T10:00"): 100})
    archive.json(f"sleep-{day[:7]}-01.json", [sleep_log(day, in_bed=60)])

    try:
        imported = bench.run(tmp_path / "export", time_zone=zone)
    except UserError as refused:
        assert "sleep-" in str(refused)
    else:
        assert imported.first_day.year in range(2007, 2101)
        assert imported.last_day.year in range(2007, 2101)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_day_of_fitabase_at_either_end_of_time_is_no_day(
    day: date, bench: ImportBench, tmp_path: Path
) -> None:
    rows = [activity_row("1", day), activity_row("1", date(2026, 3, 1))]
    write_activity(tmp_path / "export" / "dailyActivity_merged.csv", rows)

    imported = bench.run(tmp_path / "export", time_zone="UTC")

    assert [problem.place for problem in imported.survey.problems] == ["line 2"]
    assert (imported.first_day, imported.last_day) == (date(2026, 3, 1), date(2026, 3, 1))


def _zip(path: Path, files: dict[str, bytes], mode: int = stat.S_IFREG | 0o644) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, (2026, 3, 1, 0, 0, 0))
            info.external_attr = mode << 16
            opened.writestr(info, content)
    return path


STEPS = json.dumps([{"dateTime": "03/01/26 10:00:00", "value": "100"}]).encode()


def test_a_link_inside_a_zip_is_not_followed(bench: ImportBench, tmp_path: Path) -> None:
    """Its content is the text of the path, which is no JSON."""
    secret = tmp_path / "secret.json"
    secret.write_bytes(STEPS)
    files = {"Takeout/steps-2026-03-01.json": str(secret).encode()}
    path = _zip(tmp_path / "x.zip", files, stat.S_IFLNK | 0o777)

    with bench.unchanged(), pytest.raises(UserError, match="holds no day that can be used"):
        bench.run(path, time_zone="UTC")


def test_a_link_in_a_folder_is_not_followed(bench: ImportBench, tmp_path: Path) -> None:
    """Neither one to a file nor one to a folder, be it the folder itself."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "steps-2026-03-01.json").write_bytes(STEPS)
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "loop").symlink_to(tmp_path / "export")
    (tmp_path / "export" / "more").symlink_to(tmp_path / "outside")
    (tmp_path / "export" / "steps-2026-03-01.json").symlink_to("../outside/steps-2026-03-01.json")

    assert open_archive([tmp_path / "export"]).members == ()


def test_a_pipe_or_device_in_a_folder_is_not_read(tmp_path: Path) -> None:
    """Whoever read it would wait for ever."""
    os.mkfifo(tmp_path / "steps-2026-03-01.json")

    assert open_archive([tmp_path]).members == ()


@pytest.mark.parametrize("name", ["NUL", "CON.json", "aux/steps-2026-03-01.json", "COM1.csv"])
def test_a_file_named_like_a_device_is_a_file(name: str, tmp_path: Path) -> None:
    files = open_archive([_zip(tmp_path / "x.zip", {name: STEPS})])

    assert files.read(files.members[0]) == STEPS
    files.close()


def test_a_file_that_is_there_twice_counts_once(bench: ImportBench, tmp_path: Path) -> None:
    """Of the two contents of one name the zip's list shows the last."""
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as opened, pytest.warns(UserWarning, match="Duplicate name"):
        opened.writestr("Takeout/steps-2026-03-01.json", STEPS.replace(b"100", b"999"))
        opened.writestr("Takeout/steps-2026-03-01.json", STEPS)

    bench.run(path, time_zone="UTC")

    source = bench.sources.open(bench.get("me"))
    (response,) = source.fetch("steps", date(2026, 3, 1), date(2026, 3, 1))
    assert response.payload is not None
    assert [record["value"] for record in response.payload["steps"]] == ["100"]
