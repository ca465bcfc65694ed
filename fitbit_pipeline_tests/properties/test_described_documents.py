"""Random documents that conform to what the services describe, through source and rules.

Of Google's discovery document, which comes with its client, and of the OpenAPI description of the
Fitbit Web API, which is not part of the project (``fitbit_samples``).

Proves that no conforming answer raises anything but a typed failure or a refusal (invariants 3 and
5), and that what it gives lies on the day that it names and is of the catalogue's type.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.fitbit_web.client import Answer
from fitbit_pipeline.sources.fitbit_web.days import newest_first
from fitbit_pipeline.sources.fitbit_web.planning import PlannedRequest
from fitbit_pipeline.sources.fitbit_web.reading import reading_of
from fitbit_pipeline.sources.fitbit_web.resources import RESOURCES, Resource
from fitbit_pipeline.sources.google_health.data_types import READS, Method, Read
from fitbit_pipeline.sources.google_health.rows import DayRows, finished
from fitbit_pipeline.sources.protocol import FailureKind, RequestRecord, SourceFailure
from fitbit_pipeline_tests.fitbit_samples import DESCRIPTION, HAS_DATA, MISSING
from fitbit_pipeline_tests.hypothesis_profiles import examples
from fitbit_pipeline_tests.properties.reading import read_or_refuse
from fitbit_pipeline_tests.properties.schema_documents import Documents
from fitbit_pipeline_tests.sandbox.fitbit_web.description import schema_of
from fitbit_pipeline_tests.sandbox.schemas import validate

DAY = date(2026, 7, 15)
ZONE = ZoneInfo("America/New_York")
FIRST, LAST = DAY - timedelta(days=1), DAY + timedelta(days=1)
POINT_OF = {
    Method.RECONCILE: "ReconciledDataPoint",
    Method.DAILY_ROLL_UP: "DailyRollupDataPoint",
    Method.ROLL_UP: "RollupDataPoint",
}
TIMES = ("civilStartTime", "civilEndTime", "startTime", "endTime", "dataPointName")
READ_BY_KEY = {read.key: read for reads in READS.values() for read in reads}


@cache
def _google() -> Documents:
    found = files("googleapiclient") / "discovery_cache" / "documents" / "health.v4.json"
    return Documents(json.loads(found.read_text(encoding="utf-8"))["schemas"], DAY)


@cache
def _rows(read: Read) -> st.SearchStrategy[list[Any]]:
    """Rows of a read; only with the value that it is of, as the service gives them."""
    name = POINT_OF[read.method]
    point = _google().of(name, only=(*TIMES, read.union_key), always=(read.union_key,))
    return st.lists(point, max_size=4)


@pytest.mark.parametrize("key", READ_BY_KEY)
@examples(short=5, deep=100)
@given(data=st.data())
def test_what_is_made_conforms_to_the_discovery_document(key: str, data: st.DataObject) -> None:
    """Else what follows would say something else."""
    read = READ_BY_KEY[key]
    for row in data.draw(_rows(read)):
        validate(POINT_OF[read.method], row)


@pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
@examples(short=20, deep=1200)
@given(data=st.data())
def test_google_health(endpoint: str, data: st.DataObject) -> None:
    days: dict[date, dict[str, Any]] = {}
    for read in READS[endpoint]:
        rows = DayRows(read, FIRST, LAST, ZONE)
        try:
            rows.add(data.draw(_rows(read)))
        except SourceFailure as failure:
            assert failure.kind is FailureKind.DAMAGED
            return
        for offset in range(3):
            day = FIRST + timedelta(days=offset)
            if taken := rows.take(day):
                assert finished(read, taken) in {True, False}
                days.setdefault(day, {})[read.key] = taken
    for day, payload in days.items():
        read_or_refuse("google_health", endpoint, payload, day)


@cache
def _fitbit() -> Mapping[str, Any]:
    described = json.loads(DESCRIPTION.read_text(encoding="utf-8"))
    found: Mapping[str, Any] = described["components"]["schemas"]
    return found


@cache
def _answers(resource: Resource) -> st.SearchStrategy[Any]:
    name = schema_of(resource.path.format(first=DAY, last=DAY))
    members = [
        each for each in _fitbit()[name]["properties"] if each.lower() == resource.key.lower()
    ]
    documents = Documents(_fitbit(), DAY).of(name, only=(*members, "pagination"), always=members)
    if name == "GetSpO2SummaryResponse":
        return documents.map(lambda document: document["spo2"])
    return documents


@pytest.mark.skipif(not HAS_DATA, reason=MISSING)
@pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
@examples(short=20, deep=1200)
@given(data=st.data())
def test_fitbit_web(endpoint: str, data: st.DataObject) -> None:
    asked = 0

    def ask(resource: Resource, planned: PlannedRequest) -> Answer:
        nonlocal asked
        asked += 1
        # Pages may go on for ever, as far as the description is concerned.
        document = data.draw(_answers(resource)) if asked <= 6 else {resource.key: []}
        return Answer(document, RequestRecord("GET", planned.path))

    readings = [reading_of(ask, resource, FIRST, LAST) for resource in RESOURCES[endpoint]]
    try:
        for response in newest_first(readings, FIRST, LAST):
            assert FIRST <= response.date <= LAST
            if response.payload is not None:
                read_or_refuse("fitbit_web", endpoint, response.payload, response.date)
    except SourceFailure as failure:
        assert failure.by_day([FIRST])
