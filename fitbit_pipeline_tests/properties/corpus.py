"""A real-shaped day of every source and endpoint, as the sources themselves cut it out.

The answers are the sandbox's, the archives those that the sandbox writes. Long lists are cut: what
is done to one reading of ten thousand is done to any.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.flow.derive_metrics import NORMALISERS
from fitbit_pipeline.sandbox.made_up.population import Population
from fitbit_pipeline.sandbox.takeout import takeout_archive
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.fitabase import Fitabase
from fitbit_pipeline.sources.fitbit_web.client import Answer
from fitbit_pipeline.sources.fitbit_web.days import newest_first
from fitbit_pipeline.sources.fitbit_web.planning import PlannedRequest
from fitbit_pipeline.sources.fitbit_web.reading import reading_of
from fitbit_pipeline.sources.fitbit_web.resources import RESOURCES, Resource
from fitbit_pipeline.sources.protocol import DayResponse, RequestRecord, SourceFailure
from fitbit_pipeline.sources.takeout import Takeout
from fitbit_pipeline_tests.fitabase_archive import write_export
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_signed_in, read_fitbit
from fitbit_pipeline_tests.metrics.google_days import PAYLOADS
from fitbit_pipeline_tests.metrics.google_rows import CONTEXT
from fitbit_pipeline_tests.sandbox_server import NOW, running_sandbox

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 14)
MOST_ROWS = 8

SOURCES_AND_ENDPOINTS = [
    (source, endpoint) for source, endpoints in NORMALISERS.items() for endpoint in endpoints
]
"""Everything that any rule reads."""

_TUTORIAL: Mapping[str, Mapping[str, Any]] = {
    "steps": {"steps": "8123"},
    "activity_minutes": {
        "minutesSedentary": "701",
        "minutesLightlyActive": "201",
        "minutesFairlyActive": "10",
        "minutesVeryActive": "22",
        "totalWearTime": 934,
    },
    "sleep": {
        "sleep_startTime": "2026-10-01T23:14:30.000",
        "sleep_endTime": "2026-10-02T07:00:00.000",
        "timeInBed": 465,
        "minutesAsleep": 420,
        "minutesAwake": 45,
        "sleep_efficiency": 92,
        "sleep_Deep": 80,
        "sleep_Light": 230,
        "sleep_Rem": 110,
        "sleep_Wake": 45,
    },
}


@dataclass(frozen=True, slots=True)
class RealDay:
    """A payload as its source gives it, and its day."""

    payload: dict[str, Any]
    date: date


Corpus = Mapping[tuple[str, str], RealDay]


def make_corpus(folder: Path) -> Corpus:
    """A day for each of ``SOURCES_AND_ENDPOINTS``.

    Args:
        folder: Where archives may be written.
    """
    found: dict[tuple[str, str], RealDay] = {
        ("google_health", endpoint): RealDay(dict(payload), CONTEXT.date)
        for endpoint, payload in PAYLOADS.items()
    }
    for endpoint, values in _TUTORIAL.items():
        documents = {
            name: [{"dateTime": f"{FIRST}", "value": value}] for name, value in values.items()
        }
        found["tutorial", endpoint] = RealDay(documents, FIRST)
    found |= _of_archive("fitabase", _fitabase(folder))
    found |= _of_archive("takeout", _takeout(folder))
    found |= _fitbit_web()
    assert found.keys() == set(SOURCES_AND_ENDPOINTS)
    return found


def shortened(value: Any) -> Any:
    """A JSON value with the first few parts of every list."""
    if isinstance(value, dict):
        return {name: shortened(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shortened(part) for part in value[:MOST_ROWS]]
    return value


def _fullest(responses: Iterable[DayResponse]) -> RealDay:
    """The day that says most, as JSON that nobody else holds on to."""
    payloads = [(orjson.dumps(each.payload), each.date) for each in responses if each.payload]
    written, day = max(payloads, key=lambda found: len(found[0]))
    return RealDay(shortened(orjson.loads(written)), day)


def _of_archive(source: str, opened: Any) -> dict[tuple[str, str], RealDay]:
    found = {}
    for endpoint in NORMALISERS[source]:
        responses: list[DayResponse] = []
        try:
            responses.extend(opened.fetch(endpoint, FIRST, LAST))
        except SourceFailure as failure:
            raise AssertionError(f"{source} {endpoint}: {failure}") from failure
        found[source, endpoint] = _fullest(responses)
    return found


def _fitabase(folder: Path) -> Any:
    days = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    files = open_archive([write_export(folder / "fitabase", {"1": dict.fromkeys(days, 5000)})])
    kind = Fitabase()
    return kind.open(files, kind.survey(files, time_zone("UTC")).people[0], 0)


def _takeout(folder: Path) -> Any:
    population = Population(1, 40, date(2026, 1, 1), lambda: NOW)
    path = folder / "takeout.zip"
    path.write_bytes(takeout_archive(population, "p001", NOW, FIRST, NOW.date()))
    files = open_archive([path])
    return Takeout().open(files, Takeout().survey(files, None).people[0], 0)


def _fitbit_web() -> dict[tuple[str, str], RealDay]:
    with running_sandbox(people=1, check=False) as sandbox, fitbit_signed_in(sandbox) as session:

        def ask(_resource: Resource, planned: PlannedRequest) -> Answer:
            answer = read_fitbit(sandbox, session, planned.path.removeprefix("/"), **planned.params)
            assert answer.status_code == 200, (planned.path, answer.status_code)
            return Answer(orjson.loads(answer.content), RequestRecord("GET", planned.path))

        def responses(endpoint: str) -> Iterable[DayResponse]:
            readings = [reading_of(ask, each, FIRST, LAST) for each in RESOURCES[endpoint]]
            return newest_first(readings, FIRST, LAST)

        return {
            ("fitbit_web", endpoint): _fullest(responses(endpoint))
            for endpoint in NORMALISERS["fitbit_web"]
        }
