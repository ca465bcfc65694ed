"""A night of a hundred participants, three of them in trouble: the others do not notice."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg
import pytest

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sandbox.api_types import SCOPES
from fitbit_pipeline.sandbox.faults import Fault, FaultKind
from fitbit_pipeline.store.participants import ParticipantStatus
from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed
from fitbit_pipeline_tests.google_health.connecting import QUICK, connect
from fitbit_pipeline_tests.sandbox_server import NOW, running_sandbox

FIRST, LAST = date(2026, 11, 13), date(2026, 11, 19)
REVOKED, NO_SLEEP, BROKEN = "P007", "P042", "P099"

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Night:
    """A night that is over."""

    bed: TestBed
    result: dg.ExecuteInProcessResult
    documents: dict[str, dict[str, Any]]

    def entry(self, name: str, endpoint: str) -> dict[str, Any]:
        """What is known of the last day of an endpoint."""
        endpoints: dict[str, Any] = self.documents["coverage"][f"{name}/{LAST}"]["endpoints"]
        return endpoints.get(endpoint, {})


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, mongodb_uri: str) -> Iterator[Night]:
    """One run over the trailing days of everybody."""
    database = "test_a_hundred"
    settings = settings_for(
        tmp_path_factory.mktemp("hundred"), mongodb_uri, database, start_date=FIRST, **QUICK
    )
    with running_sandbox(people=100) as sandbox, test_bed(settings, NOW) as bed:
        names = {f"P{number:03}": f"p{number:03}" for number in range(1, 101)}
        no_sleep = {NO_SLEEP: names.pop(NO_SLEEP)}
        connect(bed.deployment, sandbox, names, FIRST)
        without = [scope for scope in SCOPES if ".sleep" not in scope]
        connect(bed.deployment, sandbox, no_sleep, FIRST, without)
        sandbox.accounts.revoke_person("p007")
        sandbox.faults.add(Fault(kind=FaultKind.STATUS, status=500, person="p099"))

        result = bed.run(FIRST, LAST)

        yield Night(bed, result, bed.documents())
        bed.deployment.store.database.client.drop_database(database)


def test_the_night_succeeds(night: Night) -> None:
    assert night.result.success


def test_ninety_seven_have_every_endpoint_of_every_day(night: Night) -> None:
    in_trouble = {REVOKED, NO_SLEEP, BROKEN}
    states = Counter(
        entry["state"]
        for document in night.documents["coverage"].values()
        if document["participant"] not in in_trouble
        for entry in document["endpoints"].values()
    )

    assert states.keys() == {"data", "empty"}
    assert states.total() == 97 * 7 * len(ENDPOINT_NAMES)


def test_whose_consent_is_gone_is_marked_and_not_asked_on(night: Night) -> None:
    found = night.bed.deployment.store.participants.get(REVOKED)

    assert found is not None
    assert found.status is ParticipantStatus.NEEDS_CONSENT
    assert found.status_reason is not None
    assert f"fitbit-pipeline connect {REVOKED}" in found.status_reason
    asked = night.documents["coverage"][f"{REVOKED}/{LAST}"]["endpoints"]
    assert len(asked) == 1
    assert {entry["kind"] for entry in asked.values()} == {"consent_lost"}


def test_who_withheld_the_sleep_lacks_the_sleep_alone(night: Night) -> None:
    sleep = night.entry(NO_SLEEP, "sleep")
    others = [night.entry(NO_SLEEP, name) for name in ENDPOINT_NAMES if name != "sleep"]

    assert (sleep["state"], sleep["kind"]) == ("forbidden", "scope_missing")
    assert {entry["state"] for entry in others} <= {"data", "empty"}


def test_whose_service_is_broken_has_failed_on_every_endpoint(night: Night) -> None:
    entries = [night.entry(BROKEN, name) for name in ENDPOINT_NAMES]

    assert {(entry["state"], entry["kind"]) for entry in entries} == {("failed", "transient")}


def test_the_runs_metadata_names_the_three_with_their_reasons(night: Night) -> None:
    told: dict[str, set[str]] = {}
    for event in night.result.all_events:
        if event.is_step_materialization:
            metadata = event.step_materialization_data.materialization.metadata
            if "participants_told" in metadata:
                for name, reason in metadata["participants_told"].value.items():
                    told.setdefault(name, set()).add(reason)

    assert told.keys() == {REVOKED, NO_SLEEP, BROKEN}
    assert all(reason.endswith(".") for reasons in told.values() for reason in reasons)


def test_the_check_of_coverage_names_the_three_with_their_reasons(night: Night) -> None:
    """The sleep's check names all three, and warns: somebody's sleep failed."""
    (check,) = [
        each
        for each in night.result.get_asset_check_evaluations()
        if each.asset_key == dg.AssetKey(["raw", "sleep"])
    ]

    assert check.metadata["participants_told"].value.keys() == {REVOKED, NO_SLEEP, BROKEN}
    assert not check.passed
    assert check.severity is dg.AssetCheckSeverity.WARN


def test_whoever_has_steps_has_engagement_and_the_two_without_an_answer_have_none(
    night: Night,
) -> None:
    with_steps = {
        document["participant"]
        for document in night.documents["coverage"].values()
        if document["endpoints"].get("steps", {}).get("state") == "data"
    }
    with_days = {each["participant"] for each in night.documents["daily_engagement"].values()}

    assert with_steps <= with_days
    assert len(with_steps) > 80
    assert not with_days & {REVOKED, BROKEN}
