"""The whole deployment as a user has it: ``up``, a backfill launched in the UI's way, Ctrl-C."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline_tests.fitabase_archive import write_export
from fitbit_pipeline_tests.program import Program, free_port

FIRST = date(2026, 3, 1)
DAYS = [FIRST + timedelta(days=offset) for offset in range(6)]
ASSETS = [
    *(["raw", name] for name in ENDPOINT_NAMES),
    *(["metrics", name] for name in ("activity", "heart", "sleep", "body")),
    ["engagement", "days"],
    ["engagement", "summaries"],
]
LAUNCH = """
mutation Launch($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""
STATUS = """
query Status($id: String!) {
  partitionBackfillOrError(backfillId: $id) {
    __typename
    ... on PartitionBackfill { status error { message } }
  }
}
"""
RUNS = """
query Runs($id: String!) {
  runsOrError(filter: {tags: [{key: "dagster/backfill", value: $id}]}) {
    ... on Runs { results { status tags { key value } } }
  }
}
"""
SCHEDULES = """
{ workspaceOrError { ... on Workspace { locationEntries { locationOrLoadError {
  ... on RepositoryLocation { repositories { schedules {
    name cronSchedule executionTimezone scheduleState { status } } } }
  ... on PythonError { message } } } } } }
"""

pytestmark = pytest.mark.timeout(600)


class Served:
    """A deployment that is up."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes], log: Path) -> None:
        """Binds the parts."""
        self.program = program
        self.process = process
        self.log = log
        self.dagster = f"http://127.0.0.1:{program.environment['FITBIT_PIPELINE_DAGSTER_PORT']}"
        self.dashboard = f"http://127.0.0.1:{program.environment['FITBIT_PIPELINE_DASHBOARD_PORT']}"

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """A GraphQL query, as the UI sends it."""
        answer = requests.post(
            f"{self.dagster}/graphql", json={"query": query, "variables": variables}, timeout=60
        )
        answer.raise_for_status()
        body = answer.json()
        assert "errors" not in body, json.dumps(body["errors"])[:2000]
        return body["data"]

    def backfill(self, days: list[date]) -> str:
        """Launches a backfill of all assets and waits until it has ended."""
        launched = self.ask(
            LAUNCH,
            params={
                "assetSelection": [{"path": path} for path in ASSETS],
                "partitionNames": [str(day) for day in days],
                "fromFailure": False,
                "tags": [],
            },
        )["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        backfill = launched["backfillId"]
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            status = self.ask(STATUS, id=backfill)["partitionBackfillOrError"]
            if status["status"].startswith(("COMPLETED", "FAILED", "CANCELED")):
                assert status["status"] == "COMPLETED_SUCCESS", status
                return backfill
            time.sleep(1)
        raise AssertionError(f"The backfill does not end: {status}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Two people, registered only, and everything up."""
    folder = tmp_path_factory.mktemp("up")
    program = Program(
        folder,
        folder / "home",
        {
            "FITBIT_PIPELINE_START_DATE": "2026-01-01",
            "FITBIT_PIPELINE_DAYS_PER_RUN": "4",
            "FITBIT_PIPELINE_DAGSTER_PORT": str(free_port()),
            "FITBIT_PIPELINE_DASHBOARD_PORT": str(free_port()),
        },
    )
    write_export(
        folder / "export",
        {"1": dict.fromkeys(DAYS, 4000), "2": dict.fromkeys(DAYS[:3], 12_000)},
    )
    done = program.run("import", str(folder / "export"), "--register-only")
    assert done.returncode == 0, done.stderr
    log = folder / "up.log"
    process = program.start("up", log=log)
    try:
        deadline = time.monotonic() + 120
        while "Ctrl-C stops everything" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.5)
        yield Served(program, process, log)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(90)
        program.stop()


def test_a_backfill_from_the_ui_brings_the_documents(served: Served) -> None:
    """Six days in runs of four at most, all assets of a range in one run."""
    backfill = served.backfill(DAYS)

    documents = served.program.documents()
    steps = {
        key: each["value"]
        for key, each in documents["metrics"].items()
        if each["metric"] == "steps"
    }
    assert steps == {
        **{f"P1/{day}/steps": 4000 for day in DAYS},
        **{f"P2/{day}/steps": 12_000 for day in DAYS[:3]},
    }
    assert len(documents["daily_engagement"]) == 9
    summary = documents["engagement_summaries"][f"P1/{DAYS[-1]}/30"]
    assert (summary["worn_days"], summary["expected_days"]) == (6, 6)
    runs = served.ask(RUNS, id=backfill)["runsOrError"]["results"]
    assert {run["status"] for run in runs} == {"SUCCESS"}
    assert len(runs) == 2


def test_the_same_backfill_again_changes_nothing(served: Served) -> None:
    before = served.program.documents()

    served.backfill(DAYS)

    assert served.program.documents() == before


def test_the_nightly_schedule_is_in_the_ui_and_running(served: Served) -> None:
    locations = served.ask(SCHEDULES)["workspaceOrError"]["locationEntries"]
    schedules = locations[0]["locationOrLoadError"]["repositories"][0]["schedules"]

    assert schedules == [
        {
            "name": "nightly",
            "cronSchedule": "0 5 * * *",
            "executionTimezone": "UTC",
            "scheduleState": {"status": "RUNNING"},
        }
    ]


def test_the_dashboard_answers(served: Served) -> None:
    assert requests.get(f"{served.dashboard}/_stcore/health", timeout=10).text == "ok"


def test_the_addresses_are_told(served: Served) -> None:
    told = served.log.read_text()

    assert served.dagster in told
    assert served.dashboard in told


def test_a_second_up_says_that_the_port_is_taken(served: Served) -> None:
    second = served.program.run("up")

    assert second.returncode == 1
    assert "FITBIT_PIPELINE_DAGSTER_PORT" in second.stderr
    assert "Traceback" not in second.stderr


def test_ctrl_c_stops_everything(served: Served) -> None:
    """The last test of this deployment: nothing that it started goes on."""
    served.process.send_signal(signal.SIGINT)

    assert served.process.wait(90) == 0
    for address in (served.dagster, served.dashboard):
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=2)
