"""Who needs a call today: a list to work through from the top, and the way to each person."""

from collections import Counter
from collections.abc import Sequence
from typing import NoReturn

import streamlit as st

from dashboard.charts.figure import counted
from dashboard.page_parts import plain
from dashboard.queries.study import PersonToCall
from dashboard.selection import look_at
from fitbit_pipeline.engagement.calls import CallReason

SHOWN_AT_FIRST = 12
ALL_KEY = "all-calls"

MATTERS = {
    CallReason.CONSENT_GONE: "consent gone",
    CallReason.NOT_SYNCED: "not synced",
    CallReason.NOT_WORN: "not worn",
    CallReason.NO_DATA_EVER: "no data ever",
    CallReason.NOT_SHARED: "not shared",
    CallReason.FAILING: "failing",
}
"""What is the matter, in two words, most urgent first."""


def show_calls(to_call: Sequence[PersonToCall], after_days: int) -> None:
    """The list, or a sentence if nobody needs a call.

    Args:
        to_call: Who, most urgent first.
        after_days: For how many days something must have held.
    """
    st.header("Who needs a call today", anchor=False)
    if not to_call:
        st.success("Nobody needs a call today.", icon=":material/task_alt:")
        return
    st.caption(
        "Listed are those whose consent is gone, whose device has not synced or was not worn for "
        f"{counted(after_days, 'day')} or longer, of whom no data ever came, who do not share a "
        "kind of data, or of whom one could not be fetched that often in a row. The most urgent "
        "come first, and of these the longest. Days are those of each participant's own time "
        "zone. Who has left the study, or whose archive has ended, needs no call."
    )
    first_reasons = Counter(person.why[0].reason for person in to_call)
    st.markdown(
        " · ".join(
            f"{first_reasons[reason]:,} {matter}"
            for reason, matter in MATTERS.items()
            if first_reasons[reason]
        )
    )
    for person in to_call[: None if st.session_state.get(ALL_KEY) else SHOWN_AT_FIRST]:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            if st.button(plain(person.name), key=f"call-{person.name}", width=150):
                open_person(person.name)
            st.markdown(plain(" ".join(call.sentence for call in person.why)))
    more = len(to_call) - SHOWN_AT_FIRST
    if more > 0:
        st.toggle(f"Show all {len(to_call):,}: {more:,} more need a call", key=ALL_KEY)


def open_person(name: str) -> NoReturn:
    """Goes to the overview of somebody."""
    look_at(name)
    st.switch_page("app_pages/overview.py")
