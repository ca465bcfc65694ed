"""The disk refuses writes: one sentence, nothing lost, and the next run brings the rest.

Invariant 2: what is done twice leaves the same documents. Invariant 5: what could not be kept never
becomes an empty day. A limit on the size of files stands in for a full disk: it refuses writes as
that does, needs no privilege, and can be taken back.
"""

import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import psutil
import pytest

from fitbit_pipeline.store.embedded import ensure_server, stop_server
from fitbit_pipeline_tests.fitabase_archive import write_export
from fitbit_pipeline_tests.kills.carrying import Carrier
from fitbit_pipeline_tests.kills.homes import connected_home
from fitbit_pipeline_tests.kills.story import FirstBackfill
from fitbit_pipeline_tests.kills.truth import contradictions, differences, untruths
from fitbit_pipeline_tests.kills.world import small_world
from fitbit_pipeline_tests.program import Program

LIMITED = (
    "import os, resource, sys; _, most = resource.getrlimit(resource.RLIMIT_FSIZE); "
    "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), most)); "
    "os.execv(sys.argv[2], sys.argv[2:])"
)

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a running process"),
]


@contextmanager
def no_room_for(pid: int) -> Iterator[None]:
    """Lets a running process write nothing any more."""
    process = psutil.Process(pid)
    _, most = process.rlimit(psutil.RLIMIT_FSIZE)
    process.rlimit(psutil.RLIMIT_FSIZE, (0, most))
    yield
    if psutil.pid_exists(pid):
        process.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, most))


def test_a_run_whose_database_cannot_write_fails_and_the_next_night_repairs_it(
    tmp_path: Path,
) -> None:
    directory = tmp_path / "mongodb"
    server = ensure_server(directory)
    try:
        impatient = server.uri + "&serverSelectionTimeoutMS=2000&timeoutMS=10000"
        with small_world(tmp_path, impatient, "test_full_disk", people=1) as world:
            story = FirstBackfill(world)
            right = story.undisturbed
            world.begin_again()
            run = Carrier(world.task, len(right.points) // 2, waits=True)
            run.wait_until_there()

            with no_room_for(server.pid):
                run.go_on()
                outcome = run.ended()
            ensure_server(directory)

            assert outcome.raised == "UserError"
            assert "see that it runs and that its disk is not full" in outcome.message
            assert contradictions(world.store) == []
            assert list(untruths(world.store, right.after_backfill)) == []
            world.pass_night()
            assert list(differences(right.afterwards, world.documents())) == []
    finally:
        stop_server(directory)


def test_who_calls_the_program_is_told_in_one_sentence(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with connected_home(tmp_path) as home:
        backfill = home.start_backfill(log)
        home.wait_for_requests(5, backfill)
        with no_room_for(home.server.pid):
            code = backfill.wait(300)
        told = [line for line in log.read_text().splitlines() if "asset days" not in line]

    assert code == 1
    assert len(told) == 1, told
    assert "its disk is not full" in told[0]


def test_an_archive_that_finds_no_room_is_told_and_changes_nothing(tmp_path: Path) -> None:
    """What was copied is gone again, and nobody is registered."""
    program = Program(tmp_path, tmp_path / "home", {"FITBIT_PIPELINE_START_DATE": "2026-01-01"})
    days = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(200)]
    write_export(tmp_path / "export", {str(person): dict.fromkeys(days, 4000) for person in "123"})
    server = ensure_server(program.home / "mongodb")
    command = ["import", str(tmp_path / "export"), "--register-only"]
    try:
        refused = subprocess.run(
            [sys.executable, "-c", LIMITED, "20000", *program.command(*command)],
            cwd=tmp_path,
            env=program.variables(),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        registered = program.documents()["participants"]
        left = [path for path in (program.home / "archives").rglob("*") if path.is_file()]
        again = program.run(*command)

        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1, refused.stderr
        assert registered == {}
        assert left == []
        assert again.returncode == 0, again.stderr
        assert len(program.documents()["participants"]) == 3
        assert server.pid == ensure_server(program.home / "mongodb").pid
    finally:
        program.stop()
