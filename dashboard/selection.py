"""The sidebar: which participant, and from which day to which.

The choice stands in the address (``?participant=P07&from=2026-11-01&to=2026-11-30``), so that a
view can be bookmarked and sent; and it is kept while the reader moves between pages.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from dashboard.queries.people import Person, Span
from fitbit_pipeline.civil import time_zone, today
from fitbit_pipeline.deployment import utc_now
from fitbit_pipeline.store.participants import Participant

DEFAULT_DAYS = 30

PARTICIPANT_KEY = "selected-participant"
FIRST_KEY = "selected-first-day"
LAST_KEY = "selected-last-day"

_ADDRESS_NAMES = ("participant", "from", "to")
_REMEMBERED_KEY = "address-of-the-view"


@dataclass(frozen=True, slots=True)
class View:
    """What the reader wants to see.

    Attributes:
        participant: Whose days.
        first: From which day.
        last: To which day, included.
        data_span: The first and last day with data at all, None if there is none.
    """

    participant: Participant
    first: date
    last: date
    data_span: Span | None


def choose_view(names: Sequence[str], person: Callable[[str], Person]) -> View:
    """Draws the sidebar and returns what is chosen.

    What an address asks for and cannot have is replaced by what comes nearest, and said.

    Args:
        names: At least one participant.
        person: Tells who has a name, and how far their data reach.
    """
    _take_over_address(names)
    with st.sidebar:
        name = st.selectbox("Participant", names, key=PARTICIPANT_KEY, on_change=_forget_days)
        found = person(name)
        participant, span = found.participant, found.data_span
        earliest, latest = _bounds(participant, span)
        _prepare_days(participant, span, earliest, latest)
        chosen = (
            st.date_input(label, min_value=earliest, max_value=latest, key=key, format="YYYY-MM-DD")
            for label, key in (("From", FIRST_KEY), ("To", LAST_KEY))
        )
        first, last = sorted(chosen)
        if span is not None:
            st.button("Last 30 days with data", on_click=_forget_days, width="stretch")
    address = {"participant": name, "from": first.isoformat(), "to": last.isoformat()}
    st.session_state[_REMEMBERED_KEY] = address
    st.query_params.update(address)
    return View(participant, first, last, span)


def look_at(name: str) -> None:
    """Makes a participant the one whom the sidebar shows from the next run on."""
    st.session_state[_REMEMBERED_KEY] = {"participant": name}
    st.session_state.pop(PARTICIPANT_KEY, None)
    _forget_days()


def default_days(participant: Participant, span: Span | None) -> Span:
    """The days shown unless others are asked for: the last 30 up to the last day with data."""
    last = span[1] if span else participant.last_day or _today(participant)
    first = last - timedelta(days=DEFAULT_DAYS - 1)
    earliest, _ = _bounds(participant, span)
    return max(first, earliest), max(last, earliest)


def _take_over_address(names: Sequence[str]) -> None:
    address = {name: st.query_params[name] for name in _ADDRESS_NAMES if name in st.query_params}
    remembered = st.session_state.get(_REMEMBERED_KEY, {})
    if address and address != remembered:
        wanted = address
    elif st.session_state.get(PARTICIPANT_KEY) not in names:
        wanted = remembered
    else:
        return
    if wanted.get("participant") in names:
        st.session_state[PARTICIPANT_KEY] = wanted["participant"]
    else:
        st.session_state[PARTICIPANT_KEY] = names[0]
        if "participant" in wanted:
            # What the address said is not repeated: anybody can write anything into a link.
            st.warning(
                "The address names a participant who is not here; this is "
                f"{st.session_state[PARTICIPANT_KEY]} instead."
            )
    for name, key in (("from", FIRST_KEY), ("to", LAST_KEY)):
        st.session_state.pop(key, None)
        if name in wanted:
            _take_over_day(wanted[name], key)


def _take_over_day(text: str, key: str) -> None:
    try:
        st.session_state[key] = date.fromisoformat(text)
    except ValueError:
        st.warning(
            "The address holds a date that cannot be read, so the usual one is shown: write dates "
            "as 2026-11-30."
        )


def _forget_days() -> None:
    for key in (FIRST_KEY, LAST_KEY):
        st.session_state.pop(key, None)


def _prepare_days(
    participant: Participant, span: Span | None, earliest: date, latest: date
) -> None:
    usual = dict(zip((FIRST_KEY, LAST_KEY), default_days(participant, span), strict=True))
    for key, day in usual.items():
        wanted = st.session_state.get(key) or day
        st.session_state[key] = min(max(wanted, earliest), latest)


def _bounds(participant: Participant, span: Span | None) -> Span:
    earliest = min(participant.enrolled_on, span[0]) if span else participant.enrolled_on
    end = participant.last_day or _today(participant)
    latest = max(end, span[1]) if span else end
    return earliest, max(latest, earliest)


def _today(participant: Participant) -> date:
    return today(utc_now(), time_zone(participant.time_zone))
