"""What is sent and looked for, held against Google's own description of the API.

The discovery document comes with google-api-python-client.
"""

import json
import re
from datetime import date
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fitbit_pipeline.sources.google_health.data_types import READS, Read
from fitbit_pipeline.sources.google_health.planning import DATA_TYPES, plan
from fitbit_pipeline.sources.google_health.scopes import SCOPES

EVERY_READ = [(endpoint, read) for endpoint, reads in READS.items() for read in reads]


@pytest.fixture(scope="module")
def discovery() -> dict[str, Any]:
    folder = files("googleapiclient") / "discovery_cache" / "documents"
    found: dict[str, Any] = json.loads((folder / "health.v4.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize(
    ("endpoint", "read"), EVERY_READ, ids=[read.key for _endpoint, read in EVERY_READ]
)
def test_a_read_is_as_google_describes_it(
    discovery: dict[str, Any], endpoint: str, read: Read
) -> None:
    data_types = discovery["resources"]["users"]["resources"]["dataTypes"]["resources"]
    method = data_types["dataPoints"]["methods"][read.method]
    schemas = discovery["schemas"]
    request = next(plan(read, date(2026, 9, 1), date(2026, 9, 2), ZoneInfo("UTC")))

    assert request.method == method["httpMethod"]
    flat_path = re.sub(r"\{\w+\}", "[^/]+", method["flatPath"])
    assert re.fullmatch(flat_path, request.path.removeprefix("/"))
    assert request.path.startswith(DATA_TYPES)
    if request.body is None:
        assert request.params.keys() <= method["parameters"].keys()
    else:
        sent = schemas[method["request"]["$ref"]]["properties"]
        assert request.body.keys() <= sent.keys()
        within = schemas[sent["range"]["$ref"]]["properties"]
        assert request.body["range"].keys() <= within.keys()
    answered = schemas[method["response"]["$ref"]]["properties"]
    rows = answered["dataPoints" if request.body is None else "rollupDataPoints"]
    assert "nextPageToken" in answered
    assert read.union_key in schemas[rows["items"]["$ref"]]["properties"]
    (scope,) = (scope.name for scope in SCOPES if endpoint in scope.endpoints)
    assert scope in method["scopes"]


def test_the_longest_roll_ups_are_those_that_google_documents(discovery: dict[str, Any]) -> None:
    said = discovery["schemas"]["DailyRollUpDataPointsRequest"]["properties"]["range"]
    short = re.search("range for (.*) is 14 days", said["description"])
    assert short is not None
    named = set(re.findall("`([a-z-]+)`", short[1]))

    for _endpoint, read in EVERY_READ:
        if read.most_days:
            assert read.most_days == (14 if read.data_type in named else 90)
    assert "other data types is 90 days" in said["description"]
