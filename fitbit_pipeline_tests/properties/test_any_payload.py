"""Whatever stands in a payload: values, or a refusal, and nothing else.

Proves that metrics are a total function of raw responses (invariant 3): rules never raise anything
but a refusal, so that one damaged day fails alone (invariants 5 and 8); that what they give is
finite and of the catalogue's type; and that a refusal names no value (invariant 9).
"""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline_tests.hypothesis_profiles import examples
from fitbit_pipeline_tests.properties.corpus import SOURCES_AND_ENDPOINTS, Corpus
from fitbit_pipeline_tests.properties.json_values import damaged, names_in, places, values
from fitbit_pipeline_tests.properties.reading import read_or_refuse

GONE = object()
HARMFUL: list[Any] = [
    *(None, True, 0, -1, 0.5, 1e308, -1e308, 5e-324, 2**53, 2**63, 2**64 - 1, 1440),
    *("", "0", "-1", "NaN", "inf", "1e308", "9" * 400, "٣", "\0", "0001-01-01T00:00:00Z"),
    *("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59", "-9999999999s", "24:00:00", "47-51"),
    *([], [[]], [{}], [None], [1], {}, {"": None}, {"value": []}, {"$gt": ""}),
]
"""Values that are read in many places as something else than they are."""

of_every_kind = pytest.mark.parametrize(
    ("source", "endpoint"), SOURCES_AND_ENDPOINTS, ids=lambda name: name
)


@of_every_kind
def test_a_real_day_is_read(source: str, endpoint: str, corpus: Corpus) -> None:
    """Else what follows would say nothing."""
    day = corpus[source, endpoint]

    assert read_or_refuse(source, endpoint, day.payload, day.date)


@of_every_kind
def test_a_real_day_with_any_place_harmed(source: str, endpoint: str, corpus: Corpus) -> None:
    """Every place of it in turn is gone, or holds each of the values that have done harm."""
    day = corpus[source, endpoint]
    for *path, last in places(day.payload):
        for value in (GONE, *HARMFUL):
            payload = deepcopy(day.payload)
            holder: Any = payload
            for key in path:
                holder = holder[key]
            if value is GONE:
                del holder[last]
            else:
                holder[last] = deepcopy(value)

            read_or_refuse(source, endpoint, payload, day.date)


@of_every_kind
@examples(short=8, deep=500)
@given(data=st.data())
def test_any_shape_at_all(source: str, endpoint: str, corpus: Corpus, data: st.DataObject) -> None:
    """Of JSON with the names that the rules look for."""
    day = corpus[source, endpoint]
    tables = st.sampled_from(sorted(day.payload))
    inner = values(*names_in(day.payload))
    payload: dict[str, Any] = data.draw(st.dictionaries(tables, inner, max_size=3))

    read_or_refuse(source, endpoint, payload, day.date)


@of_every_kind
@examples(short=12, deep=700)
@given(data=st.data())
def test_a_real_day_with_up_to_three_damages(
    source: str, endpoint: str, corpus: Corpus, data: st.DataObject
) -> None:
    day = corpus[source, endpoint]

    read_or_refuse(source, endpoint, data.draw(damaged(day.payload)), day.date)
