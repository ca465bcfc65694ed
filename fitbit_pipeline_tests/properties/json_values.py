"""Strategies for JSON: any value at all, and what is put in the place of a part of a document."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]

TELLING = (
    *("", "NaN", "Infinity", "-1", "0", "7", "1e308", "-1e308", "1e999", "9" * 40, "1_000", "٣"),
    *("60s", "-9999999999s", "47-51", "2026-07-15", "2026-07-15T07:00:00.000", "0001-01-01"),
    *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-07-15T25:00:00", "24:00:00", "23:59"),
    *("DEEP", "LIGHT", "stages", "classic", "Fat Burn", "true", "\0", "\u202e", "../x", "$where"),
)
"""Texts that mean something somewhere, or nearly do."""

NUMBERS = (
    st.integers(-2, 2)
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([1e308, -1e308, 5e-324, 2**53, 2**63, 2**64 - 1, 1440, 1e15])
)
"""Numbers as parsed JSON holds them."""

TEXTS = st.sampled_from(TELLING) | st.text(max_size=8)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS


@cache
def values(*names: str, levels: int = 3) -> st.SearchStrategy[Any]:
    """Any JSON value, whose objects have some of these names, or any other."""
    if levels == 0:
        return SCALARS
    named = st.sampled_from(names) | TEXTS if names else TEXTS
    inner = values(*names, levels=levels - 1)
    return SCALARS | st.lists(inner, max_size=3) | st.dictionaries(named, inner, max_size=4)


def places(node: Any, path: Path = ()) -> Iterator[Path]:
    """Every place inside a JSON value, the outer ones first."""
    inner = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in inner:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


def names_in(node: Any) -> list[str]:
    """Every name of an object inside a JSON value."""
    return sorted({place[-1] for place in places(node) if isinstance(place[-1], str)})


@st.composite
def damaged(draw: st.DrawFn, document: Any, most: int = 3) -> Any:
    """A document of which up to some places are gone, doubled, or hold something else."""
    changed = deepcopy(document)
    names = names_in(document)
    for _ in range(draw(st.integers(1, most))):
        found = list(places(changed))
        if not found:
            break
        # The many rows of a list would else take all the harm, and its frame none.
        depth = draw(st.sampled_from(sorted({len(place) for place in found})))
        *path, last = draw(st.sampled_from([place for place in found if len(place) == depth]))
        holder = changed
        for key in path:
            holder = holder[key]
        what = draw(st.sampled_from(("another value", "gone", "renamed", "doubled")))
        if what == "gone":
            del holder[last]
        elif what == "renamed" and isinstance(holder, dict):
            holder[draw(st.sampled_from([*names, *TELLING]))] = holder.pop(last)
        elif what == "doubled" and isinstance(holder, list):
            holder.append(deepcopy(holder[last]))
        else:
            holder[last] = draw(values(*names))
    return changed
