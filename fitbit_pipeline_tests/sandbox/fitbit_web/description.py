"""Checks answers against the API's own description (OpenAPI), more strictly than it asks for.

The description is not part of this project (``fitbit_samples``); where there is none, nothing is
checked.
"""

import json
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

from fitbit_pipeline_tests.fitbit_samples import DESCRIPTION

_RESPONSES = (
    (r"activities/heart/date/[^/]+/[^/]+/[^/]+(/time/.+)?", "GetHeartRateIntradayResponse"),
    (r"activities/heart/date/.+", "GetHeartRateTimeSeriesResponse"),
    (r"activities/active-zone-minutes/date/.+", "GetAzmTimeSeriesResponse"),
    (r"activities/date/.+", "GetDailyActivitySummaryResponse"),
    (r"activities/list", "GetActivityLogListResponse"),
    (r"activities/[^/]+/date/[^/]+/[^/]+/[^/]+(/time/.+)?", "GetActivityIntradayResponse"),
    (r"activities/(tracker/)?[^/]+/date/.+", "GetActivityTimeSeriesResponse"),
    (r"sleep/list", "GetSleepLogListResponse"),
    (r"sleep/date/[^/]+", "GetSleepLogByDateResponse"),
    (r"sleep/date/.+", "GetSleepLogByDateRangeResponse"),
    (r"hrv/date/.+", "GetHrvSummaryResponse"),
    (r"spo2/date/.+", "GetSpO2SummaryResponse"),
    (r"br/date/.+", "GetBreathingRateSummaryResponse"),
    (r"temp/skin/date/.+", "GetTemperatureSkinSummaryResponse"),
    (r"temp/core/date/.+", "GetTemperatureCoreSummaryResponse"),
    (r"cardioscore/date/.+", "GetVo2MaxSummaryResponse"),
    (r"body/log/weight/date/.+", "GetWeightLogResponse"),
    (r"body/log/fat/date/.+", "GetBodyFatLogResponse"),
    (r"body/(weight|fat|bmi)/date/.+", "GetBodyTimeSeriesResponse"),
    (r"devices", "GetDevicesResponse"),
    (r"profile", "GetProfileResponse"),
)

_WIDER = {
    # Real lists of logs have the members of recorded exercises; the description names those of the
    # daily summary.
    "ActivityLog": None,
    # Real logs hold the fat that the scale measured with the weight.
    "WeightLog": {"fat": {"type": "number"}},
}
"""Schemas that real answers go beyond: the members that they add, or None for any."""


def validate(address: str, document: object) -> None:
    """Checks an answer, with no member that its schema does not name.

    Args:
        address: Of the request, such as ``http://127.0.0.1:8600/1/user/-/profile.json``.
        document: The answer.

    Raises:
        AssertionError: If it does not conform; the message names the places (ten at most).
    """
    name = schema_of(address)
    check(name, _as_described(name, document))


def schema_of(address: str) -> str:
    """The schema of the answer to a request."""
    path = urlsplit(address).path.partition("/user/-/")[2].removesuffix(".json")
    return next(name for pattern, name in _RESPONSES if re.fullmatch(pattern, path))


def check(name: str, document: object) -> None:
    """Checks a JSON value against a schema of the description.

    Raises:
        AssertionError: If it does not conform.
    """
    faults = [
        f"{fault.json_path}: {fault.message[:200]}"
        for fault in _validator(name).iter_errors(document)
    ]
    assert not faults, f"not a {name}:\n" + "\n".join(faults[:10])


def _as_described(name: str, document: Any) -> Any:
    """Where the description errs, what it says of what real answers held."""
    if name == "GetSpO2SummaryResponse":
        return {"spo2": document if isinstance(document, list) else [document]}
    if name == "GetVo2MaxSummaryResponse":
        return {"cardioscore": document["cardioScore"]}
    if name == "GetHeartRateIntradayResponse":
        rows = [_nested(row) for row in document["activities-heart"]]
        return {**document, "activities-heart": rows}
    return document


def _nested(row: dict[str, Any]) -> dict[str, Any]:
    """A row of heart rate; with a window of time it is flat, and its value a text."""
    if not isinstance(row["value"], str):
        return row
    zones = {name: value for name, value in row.items() if name.endswith("Zones")}
    return {"dateTime": row["dateTime"], "value": zones}


@cache
def _validator(name: str) -> Draft202012Validator:
    schemas = json.loads(DESCRIPTION.read_text(encoding="utf-8"))["components"]["schemas"]
    assert name in schemas
    strict = {each: _strict(schema, each) for each, schema in schemas.items()}
    reference = {"$ref": f"#/components/schemas/{name}"}
    return Draft202012Validator({**reference, "components": {"schemas": strict}})


def _strict(schema: Any, name: str = "") -> Any:
    if not isinstance(schema, dict):
        return schema
    inner = {
        key: {each: _strict(value) for each, value in member.items()}
        if key == "properties"
        else _strict(member)
        for key, member in schema.items()
    }
    wider = _WIDER.get(name, {})
    if wider is None:
        return {"type": "object"}
    if "properties" in inner and "additionalProperties" not in inner:
        inner["properties"] |= wider
        inner["additionalProperties"] = False
    return inner
