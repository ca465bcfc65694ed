"""The page of every morning: who needs a call today, and how everybody is doing."""

from datetime import date

import streamlit as st

from dashboard.calls_list import show_calls
from dashboard.charts.figure import counted, spoken
from dashboard.page_frame import Frame, frame, say_nobody
from dashboard.page_parts import Tile, errors_in_words, show_tiles
from dashboard.people_filter import choose_filter
from dashboard.people_table import show_people
from dashboard.queries.study import Standing, Study, study
from fitbit_pipeline.civil import time_zone, today
from fitbit_pipeline.deployment import utc_now

QUARTER_MINUTES = 15
# A night asks about the day before, and that of today may be still to come.
LATE_DAYS = 3


def draw(page: Frame) -> None:
    """The page below its title."""
    now = utc_now()
    quarter = now.replace(
        minute=now.minute // QUARTER_MINUTES * QUARTER_MINUTES, second=0, microsecond=0
    )
    after_days = page.settings.call_after_days
    found = page.ask(study, quarter, after_days)
    if found.people.empty:
        say_nobody(page)
        return
    show_tiles(_tiles(found))
    this_day = today(now, time_zone(page.settings.time_zone))
    _say_if_late(found, this_day)
    show_calls(found.to_call, after_days)
    st.header("All participants", anchor=False)
    chosen = choose_filter(found.people["standing"].unique())
    people = found.people[chosen.matches(found.people)]
    if people.empty:
        st.info(
            "Nobody matches: search for another part of the name, or take a filter away.",
            icon=":material/search_off:",
        )
        return
    if len(people) < len(found.people):
        st.markdown(f"{len(people):,} of {counted(len(found.people), 'participant')} match.")
    show_people(people, page.settings.time_zone)


def _tiles(found: Study) -> list[Tile]:
    people = found.people
    counts = people["standing"].value_counts()
    going_on = people["standing"].isin([each.value for each in Standing if each.goes_on])
    worn = int(people.loc[going_on, "worn_yesterday"].fillna(value=False).sum())
    return [
        Tile("Participants", f"{len(people):,}", "Everybody, also those who have left."),
        Tile(
            "Active",
            f"{counts.get(Standing.ACTIVE, 0):,}",
            "Those who are asked for days and whose source can still have some.",
        ),
        Tile("Need a call", f"{len(found.to_call):,}", "See the list below."),
        Tile(
            "Consent needed",
            f"{counts.get(Standing.NEEDS_CONSENT, 0):,}",
            "Those who must connect again before anything can be asked for.",
        ),
        Tile(
            "Worn yesterday",
            f"{worn:,} of {int(going_on.sum()):,}",
            "Of those who are active or whose consent is needed, as far as devices have synced "
            "since. Yesterday is each participant's own.",
        ),
    ]


def _say_if_late(found: Study, this_day: date) -> None:
    """Silence of the pipeline must not be taken for that of the participants."""
    if not found.people["standing"].eq(Standing.ACTIVE).any():
        return
    newest = found.newest_asked
    if newest is not None and (this_day - newest).days < LATE_DAYS:
        return
    asked = f"only up to {spoken(newest)}" if newest else "about none of the last days"
    st.warning(
        f"Sources have been asked {asked}: what looks as if devices had not synced may be the "
        "pipeline's own silence. Look at the page Data quality.",
        icon=":material/cloud_off:",
    )


st.title("Participants", anchor=False)
with errors_in_words():
    draw(frame())
