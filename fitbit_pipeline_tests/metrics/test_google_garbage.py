"""Whatever a Google Health payload looks like: values, or a refusal, and nothing else."""

import math
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.metrics.normaliser import PayloadRefused
from fitbit_pipeline_tests.metrics.google_days import PAYLOADS
from fitbit_pipeline_tests.metrics.google_rows import metrics

TELLING = ["", "NaN", "-1", "7", "60s", "1e999", "9" * 40, "2026-09-26T04:09:00Z", "DEEP", "LIGHT"]
LARGEST_IN_MONGODB = 2**63 - 1
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(TELLING)
)


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    inner = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from _places(value, (*path, key))


def _names(endpoint: str) -> list[str]:
    places = _places(PAYLOADS[endpoint])
    return sorted({place[-1] for place in places if isinstance(place[-1], str)})


def _shapes(endpoint: str) -> st.SearchStrategy[Any]:
    names = st.sampled_from(_names(endpoint)) | st.text(max_size=3)
    return st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
        max_leaves=12,
    )


def _read(endpoint: str, payload: dict[str, Any]) -> None:
    """Reads it; what comes back can be stored, and the catalogue knows it under the endpoint."""
    try:
        found = metrics(endpoint, payload)
    except PayloadRefused:
        return
    for value in found.values():
        assert type(value) in {int, float, str}
        assert isinstance(value, str) or math.isfinite(value)
        assert not isinstance(value, int) or abs(value) <= LARGEST_IN_MONGODB


@pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_any_shape(endpoint: str, data: st.DataObject) -> None:
    reads = st.sampled_from(sorted(PAYLOADS[endpoint])) | st.text(max_size=3)

    _read(endpoint, data.draw(st.dictionaries(reads, _shapes(endpoint), max_size=3)))


@pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_day_in_which_up_to_three_places_hold_something_else(
    endpoint: str, data: st.DataObject
) -> None:
    """Members replaced or left out, at any depth."""
    payload: dict[str, Any] = deepcopy(PAYLOADS[endpoint])
    for _ in range(data.draw(st.integers(1, 3))):
        *path, last = data.draw(st.sampled_from(sorted(_places(payload), key=str)))
        holder: Any = payload
        for key in path:
            holder = holder[key]
        if data.draw(st.booleans()) and isinstance(holder, dict):
            del holder[last]
        else:
            holder[last] = data.draw(_shapes(endpoint))
        if not payload:
            break

    _read(endpoint, payload)
