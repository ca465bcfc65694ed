"""Data quality: which days are there, which are not and why, and whether the pipeline runs."""

from datetime import date

import pandas as pd
import streamlit as st

from dashboard.charts.coverage import coverage_figure
from dashboard.charts.everybody import everybody_figure
from dashboard.charts.figure import counted, spoken_range
from dashboard.charts.standing import LOOKS, endpoint_label
from dashboard.night_card import show_night
from dashboard.page_frame import PersonFrame, person_page
from dashboard.page_parts import Tile, plain, show_table, show_tiles
from dashboard.queries.everybody import everybodys_coverage
from dashboard.queries.quality import STATES, Gap, endpoint_days, gaps, state_counts
from dashboard.remedies import Reach, remedy, spoken_days
from fitbit_pipeline.civil import ONE_DAY, time_zone, today
from fitbit_pipeline.deployment import utc_now
from fitbit_pipeline.endpoints import ENDPOINT_NAMES

LAST_DAYS = 7
GAPS_TOLD = 12
KINDS_NAMED = 4

MEANINGS = {
    "data": "The source had something.",
    "empty": "The source answered fully and had nothing. That is an answer, not a failure.",
    "failed": "The last try failed. An earlier answer, if there was one, is kept.",
    "forbidden": "Not granted by the person, or not served by their source.",
    "never_asked": "Nobody asked the source for it yet.",
    "unsettled": "Among all these: what a later sync or another try may still change.",
}
HEADINGS = {
    **{name: name.replace("_", " ").capitalize() for name in STATES},
    "unsettled": "Not settled",
}


def draw(page: PersonFrame) -> None:
    """The whole page."""
    show_night(page)
    yesterday = _yesterday(page)
    view = page.view
    days = page.ask(endpoint_days, view.participant.name, view.first, min(view.last, yesterday))
    if days.empty:
        st.info(
            f"None of these days can be asked for: they are not over yet, or are not days of "
            f"{plain(view.participant.name)}. Choose others in the sidebar.",
            icon=":material/event_busy:",
        )
    else:
        _show_person(page, days)
    if page.reading.bound_to is None:
        _show_everybody(page, yesterday)


def _yesterday(page: PersonFrame) -> date:
    """The newest day that is over in the deployment's zone, as for the command line."""
    return today(utc_now(), time_zone(page.settings.time_zone)) - ONE_DAY


def _show_person(page: PersonFrame, days: pd.DataFrame) -> None:
    counts = state_counts(days)
    st.header(f"{plain(page.view.participant.name)}: endpoint days by state", anchor=False)
    st.caption(
        f"An endpoint day is one kind of data on one day: {len(ENDPOINT_NAMES)} kinds on "
        f"{counted(days['date'].nunique(), 'day')}."
    )
    show_tiles(
        [
            Tile(heading, f"{counts[name].sum():,}", MEANINGS[name])
            for name, heading in HEADINGS.items()
        ]
    )
    show_table(_counts_for_people(counts), "Days by kind of data and state", f"days-{page.scope}")
    page.show(coverage_figure, days)
    _show_gaps(page, gaps(days))


def _counts_for_people(counts: pd.DataFrame) -> pd.DataFrame:
    named = counts.assign(endpoint=[endpoint_label(each) for each in counts["endpoint"]])
    return named.rename(columns={"endpoint": "Kind of data", **HEADINGS})


def _show_gaps(page: PersonFrame, found: list[Gap]) -> None:
    st.header("What is missing, why, and what to do", anchor=False)
    if not found:
        st.success("Nothing is missing: every kind of data has an answer for every day.")
        return
    participant = page.view.participant
    nights = _yesterday(page) - (page.settings.nightly_limit_days - 1) * ONE_DAY
    reach = Reach(page.settings.start_date, nights)
    if page.reading.bound_to is not None:
        st.caption("The commands are for whoever runs this pipeline.")
    st.markdown(
        "\n".join(
            f"- **{_kinds(gap)}** · {LOOKS[gap.standing].label.lower()} · "
            f"{counted(len(gap.days), 'day')}: {spoken_days(gap.days)}. {plain(gap.reason or '')} "
            f"→ {remedy(gap, participant, reach)}"
            for gap in found[:GAPS_TOLD]
        )
    )
    if len(found) > GAPS_TOLD:
        st.caption(f"The first {GAPS_TOLD} of {len(found)}; the table has all of them.")
    show_table(
        pd.DataFrame(
            {
                "Kinds of data": [", ".join(map(endpoint_label, gap.endpoints)) for gap in found],
                "State": [LOOKS[gap.standing].label for gap in found],
                "Days": [len(gap.days) for gap in found],
                "Which": [spoken_days(gap.days) for gap in found],
                "Why": [gap.reason for gap in found],
                "What to do": [remedy(gap, participant, reach).replace("`", "") for gap in found],
            }
        ),
        "What is missing, why, and what to do",
        f"missing-{page.scope}",
    )


def _kinds(gap: Gap) -> str:
    if len(gap.endpoints) == len(ENDPOINT_NAMES):
        return f"All {len(ENDPOINT_NAMES)} kinds of data"
    named = ", ".join(endpoint_label(each) for each in gap.endpoints[:KINDS_NAMED])
    more = len(gap.endpoints) - KINDS_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _show_everybody(page: PersonFrame, yesterday: date) -> None:
    first = yesterday - (LAST_DAYS - 1) * ONE_DAY
    found = page.ask(everybodys_coverage, first, yesterday)
    if not found.participants:
        st.header("Everybody", anchor=False)
        st.info(
            f"Nobody has a day from {spoken_range(first, yesterday)}: who is here has left, or "
            "comes from an archive that ends before.",
            icon=":material/event_busy:",
        )
        return
    page.draw(
        f"{first}-{yesterday}",
        everybody_figure,
        found.endpoints,
        found.participants,
        found.participant_days,
        first,
        yesterday,
    )
    if found.concerned:
        st.markdown(
            f"Failures concern {counted(found.concerned, 'participant')} of "
            f"{found.participants:,}. The page *Participants* tells who."
        )


person_page("Data quality", draw, without_data=True)
