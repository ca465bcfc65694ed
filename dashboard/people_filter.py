"""Whom the table of participants shows: by name, by status, and whether they need a call.

The choice stands in the address (``?search=P0&status=active&calls=yes``), so that a view can be
bookmarked and sent; what else stands there is left alone. It is kept while the reader is elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from dashboard.queries.study import Standing

STANDINGS = {
    Standing.ACTIVE.value: "Active",
    Standing.NEEDS_CONSENT.value: "Consent needed",
    Standing.LEFT.value: "Left the study",
    Standing.ENDED.value: "Archive ended",
}
"""What people call the ways of taking part."""

LONGEST_SEARCH = 100

SEARCH_KEY = "people-search"
STATUS_KEY = "people-status"
CALLS_KEY = "people-calls"

_ADDRESS_NAMES = ("search", "status", "calls")
_YES = "yes"
_REMEMBERED_KEY = "address-of-the-filter"

Address = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Filter:
    """Whom to show.

    Attributes:
        search: Part of the name, in capitals or not; empty shows all.
        standings: Of which status; none shows all.
        only_calls: Whether only those who need a call.
    """

    search: str = ""
    standings: frozenset[str] = field(default_factory=frozenset)
    only_calls: bool = False

    def matches(self, people: pd.DataFrame) -> pd.Series:
        """Who of a table is meant.

        Args:
            people: As in ``queries.study.Study``.

        Returns:
            True or False for each row.
        """
        found = pd.Series(data=True, index=people.index)
        if self.search:
            found &= people["name"].str.lower().str.contains(self.search.lower(), regex=False)
        if self.standings:
            found &= people["standing"].isin(self.standings)
        if self.only_calls:
            found &= people["why_call"] != ""
        return found


def choose_filter(standings: Iterable[str]) -> Filter:
    """Draws the filter and returns what is chosen.

    Args:
        standings: Those that occur.
    """
    _take_over_address()
    occurring = set(standings)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Name contains",
            key=SEARCH_KEY,
            type="search",
            max_chars=LONGEST_SEARCH,
            live="300ms",
            width=220,
        )
        chosen = st.multiselect(
            "Status",
            [name for name in STANDINGS if name in {*occurring, *st.session_state[STATUS_KEY]}],
            format_func=STANDINGS.__getitem__,
            key=STATUS_KEY,
            placeholder="Any",
            width=320,
        )
        only_calls = st.checkbox("Needs a call", key=CALLS_KEY)
    found = Filter((search or "").strip(), frozenset(chosen), only_calls)
    _write_address(found)
    return found


def _take_over_address() -> None:
    address = {
        name: st.query_params.get_all(name) for name in _ADDRESS_NAMES if name in st.query_params
    }
    remembered: Address = st.session_state.get(_REMEMBERED_KEY, {})
    if address and address != remembered:
        wanted = address
    elif SEARCH_KEY not in st.session_state:
        wanted = remembered
    else:
        return
    search = wanted.get("search", [""])[0]
    st.session_state[SEARCH_KEY] = search[:LONGEST_SEARCH]
    st.session_state[STATUS_KEY] = [
        each for each in dict.fromkeys(wanted.get("status", [])) if each in STANDINGS
    ]
    st.session_state[CALLS_KEY] = wanted.get("calls") == [_YES]


def _write_address(chosen: Filter) -> None:
    values = {
        "search": [chosen.search] if chosen.search else [],
        "status": [name for name in STANDINGS if name in chosen.standings],
        "calls": [_YES] if chosen.only_calls else [],
    }
    address = {name: each for name, each in values.items() if each}
    st.session_state[_REMEMBERED_KEY] = address
    for name in _ADDRESS_NAMES:
        if name in address:
            if st.query_params.get_all(name) != address[name]:
                st.query_params[name] = address[name]
        elif name in st.query_params:
            del st.query_params[name]
