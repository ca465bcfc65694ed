"""Room for what is under way: nothing of it stays, also when a process is killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.workshop import workshop

WORKER = """
import sys
from pathlib import Path
from fitbit_pipeline.sources.workshop import workshop
with workshop(Path(sys.argv[1])) as folder:
    (folder / "large").write_text("1")
    print(folder, flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(directory: Path) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """A process with a workshop of its own, in which it stays until it is told to end."""
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())


def test_it_is_gone_when_the_block_ends(tmp_path: Path) -> None:
    with workshop(tmp_path / "archives") as folder:
        (folder / "large").write_text("1", encoding="utf-8")

    assert list((tmp_path / "archives").iterdir()) == []


def test_it_is_gone_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(UserError), workshop(tmp_path):
        raise UserError("Nothing came of it.")

    assert list(tmp_path.iterdir()) == []


def test_nobody_else_may_look_into_it(tmp_path: Path) -> None:
    with workshop(tmp_path / "archives") as folder:
        modes = [path.stat().st_mode & 0o077 for path in (tmp_path / "archives", folder)]

    assert modes == [0, 0]


def test_what_a_killed_process_left_is_swept_away_by_the_next(tmp_path: Path) -> None:
    with another_process(tmp_path) as (process, left):
        process.kill()
    assert (left / "large").exists()

    with workshop(tmp_path):
        assert not left.exists()


def test_what_another_process_works_in_is_left_alone(tmp_path: Path) -> None:
    with another_process(tmp_path) as (process, theirs):
        with workshop(tmp_path):
            pass
        assert (theirs / "large").exists()
        process.communicate()

    assert list(tmp_path.iterdir()) == []


def test_kept_archives_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "0a1b" / "000").mkdir(parents=True)

    with workshop(tmp_path):
        pass

    assert (tmp_path / "0a1b" / "000").exists()


def test_without_room_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "archives").write_text("a file where the folder should be", encoding="utf-8")

    with (
        pytest.raises(UserError, match="There is no room for an import"),
        workshop(tmp_path / "archives"),
    ):
        pass
