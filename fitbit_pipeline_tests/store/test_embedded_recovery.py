"""The embedded server after kills, damage and strangers: found, mended, nothing lost."""

import json
import os
import shutil
import socketserver
import threading
from pathlib import Path

import pytest

from fitbit_pipeline.store import mongod_files
from fitbit_pipeline.store.embedded import ensure_server, running_server, stop_server
from fitbit_pipeline_tests.store.homes import kill, one_process_serves, port_of, write, written


class Stranger:
    """Somebody else's server, which hangs up on everybody."""

    def __init__(self, port: int) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        socketserver.TCPServer.allow_reuse_address = True
        self.server = socketserver.TCPServer(("127.0.0.1", port), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class TestRecovery:
    """What the next start finds, and mends."""

    def test_acknowledged_writes_survive_kill(self, home: Path) -> None:
        server = ensure_server(home)
        for number in range(3):
            write(server, f"round {number}")
            kill(server)
            server = ensure_server(home)
            assert server.started_here
            assert written(server) == {f"round {done}" for done in range(number + 1)}

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "port": null}'])
    def test_damaged_record_of_a_running_server(self, home: Path, content: str) -> None:
        server = ensure_server(home)
        (home / "server.json").write_text(content)
        again = ensure_server(home)
        assert (again.uri, again.pid, again.started_here) == (server.uri, server.pid, False)
        assert json.loads((home / "server.json").read_text())["pid"] == server.pid

    def test_starter_killed_before_it_could_write_the_record(self, home: Path) -> None:
        server = ensure_server(home)
        (home / "server.json").unlink()
        found = running_server(home)
        assert found is not None
        assert found.pid == server.pid
        assert ensure_server(home).pid == server.pid
        assert one_process_serves(home)

    def test_record_lost_while_stopped_gives_another_port_and_the_same_data(
        self, home: Path
    ) -> None:
        server = ensure_server(home)
        write(server, "kept")
        stop_server(home)
        (home / "server.json").unlink()
        assert written(ensure_server(home)) == {"kept"}

    def test_recorded_pid_belongs_to_somebody_else(self, home: Path) -> None:
        server = ensure_server(home)
        stop_server(home)
        record = {"pid": os.getpid(), "port": port_of(server)}
        (home / "server.json").write_text(json.dumps(record))
        assert running_server(home) is None
        assert stop_server(home) is False
        assert ensure_server(home).started_here

    @pytest.mark.parametrize("end", [kill, None])
    def test_stranger_on_the_recorded_port(self, home: Path, end: object) -> None:
        server = ensure_server(home)
        write(server, "kept")
        kill(server) if end else stop_server(home)
        with Stranger(port_of(server)):
            assert running_server(home) is None
            moved = ensure_server(home)
            assert port_of(moved) != port_of(server)
            assert written(moved) == {"kept"}
            write(moved, "new")
        assert ensure_server(home).uri == moved.uri

    def test_another_homes_server_on_the_recorded_port(self, home: Path, tmp_path: Path) -> None:
        other_home = tmp_path / "other"
        other = ensure_server(other_home)
        try:
            mine = ensure_server(home)
            record = {"pid": other.pid, "port": port_of(other)}
            (home / "server.json").write_text(json.dumps(record))
            assert ensure_server(home).pid == mine.pid
            assert mine.uri.partition("?")[2] != other.uri.partition("?")[2]
        finally:
            stop_server(other_home)
            shutil.rmtree(other_home)

    def test_long_log_is_moved_aside_while_the_server_runs(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ensure_server(home)
        monkeypatch.setattr(mongod_files, "_LONGEST_LOG", 1000)
        ensure_server(home)
        assert (home / "mongod.log.1").stat().st_size > 1000
        assert (home / "mongod.log").exists()
