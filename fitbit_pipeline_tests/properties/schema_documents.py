"""Strategies for documents that conform to a schema, of Google's discovery or of OpenAPI.

Both are small dialects of JSON Schema, without bounds, combinations or required members. Texts and
numbers are drawn from what such members hold, and from what they might. What a discovery document
says of formats is as ``sandbox.schemas`` checks it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from hypothesis import strategies as st

from fitbit_pipeline_tests.properties.json_values import NUMBERS, TEXTS

Schema = Mapping[str, Any]
MOST_LEVELS = 7

_INT64 = st.integers(-(2**63), 2**63 - 1) | st.integers(0, 2000)
_SECONDS = st.integers(-86_400, 200_000) | st.integers(-(10**11), 10**11)
_FRACTIONS = st.sampled_from(["", ".5", ".000000001", ".999999999"])
_OFTEN_MEANT = (
    st.integers(0, 20_000).map(str)
    | st.floats(0, 300, allow_nan=False).map(lambda number: f"{number:.3f}")
    | st.times().map(lambda time: f"2026-07-15T{time.isoformat(timespec='milliseconds')}")
    | st.times().map(lambda time: time.isoformat(timespec="seconds"))
)


class Documents:
    """Strategies for the schemas of one description."""

    def __init__(self, schemas: Mapping[str, Schema], day: date):
        """Makes none yet.

        Args:
            schemas: By name.
            day: A day that dates and instants often lie on or beside.
        """
        self._schemas = schemas
        self._days = st.just(day) | st.dates(date(2026, 7, 14), date(2026, 7, 16)) | st.dates()

    def of(
        self, name: str, *, only: Sequence[str] | None = None, always: Sequence[str] = ()
    ) -> Any:
        """Objects of a schema.

        Args:
            name: The schema's.
            only: Which of its members may be there; all by default.
            always: Which of them are there in any case.
        """
        members = self._schemas[name]["properties"]
        wanted = {each: members[each] for each in members if only is None or each in only}
        return self._object(wanted, MOST_LEVELS, always)

    def _object(
        self, members: Mapping[str, Schema], levels: int, always: Sequence[str] = ()
    ) -> st.SearchStrategy[dict[str, Any]]:
        if levels == 0:
            return st.just({})
        made = {name: self._value(schema, levels - 1) for name, schema in members.items()}
        return st.fixed_dictionaries(
            {name: made[name] for name in always},
            optional={name: each for name, each in made.items() if name not in always},
        )

    def _value(self, schema: Schema, levels: int) -> st.SearchStrategy[Any]:
        if "$ref" in schema:
            return self._value(self._schemas[schema["$ref"].rpartition("/")[2]], levels)
        # The OpenAPI description has a few types that are schemas themselves.
        kind = schema.get("type")
        if isinstance(kind, dict):
            return self._value(kind, levels)
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        if kind == "array":
            return st.lists(self._value(schema["items"], levels), max_size=3)
        if kind == "object" or "properties" in schema:
            return self._object(schema.get("properties", {}), levels)
        return _scalar(schema, self._days)


def _instant(day: date, at: time, fraction: str) -> str:
    return f"{day}T{at.isoformat(timespec='seconds')}{fraction}Z"


def _scalar(schema: Schema, days: st.SearchStrategy[date]) -> st.SearchStrategy[Any]:
    kind, form = schema.get("type"), schema.get("format")
    of_format: dict[str, st.SearchStrategy[Any]] = {
        "google-datetime": st.builds(_instant, days, st.times(), _FRACTIONS),
        "google-duration": st.builds(lambda whole, part: f"{whole}{part}s", _SECONDS, _FRACTIONS),
        "date": days.map(str),
        "double": NUMBERS | st.just("NaN"),
        "int32": st.integers(0, 3000) | st.integers(-(2**31), 2**31 - 1),
    }
    of_kind: dict[str, st.SearchStrategy[Any]] = {
        "integer": st.integers(0, 3000) | _INT64,
        "number": st.integers(0, 300) | NUMBERS,
        "boolean": st.booleans(),
        "string": _INT64.map(str) if form == "int64" else _OFTEN_MEANT | TEXTS,
    }
    return of_format[str(form)] if form in of_format else of_kind[str(kind)]
