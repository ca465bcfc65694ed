"""The last night, as a card that refreshes itself: whether the pipeline runs, and what it did."""

from dataclasses import replace
from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from dashboard.charts.figure import counted, spoken_range
from dashboard.connection import open_store
from dashboard.page_frame import Frame
from dashboard.page_parts import errors_in_words, plain
from dashboard.queries import runs
from fitbit_pipeline.civil import ONE_DAY, time_zone
from fitbit_pipeline.deployment import utc_now
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.coverage import CoverageState

REFRESHED_EVERY = timedelta(minutes=1)
LATE_AFTER = timedelta(hours=26)
"""A night is due every 24 hours and may take a while."""

RUNS_SHOWN = 10
START = "start the pipeline with `fitbit-pipeline up`, which runs its nights"


def show_night(frame: Frame) -> None:
    """The card: when the last night was, what it did, and whether the next is overdue.

    Who is bound to a participant sees only when the last night was.
    """
    st.fragment(_refresh, run_every=REFRESHED_EVERY)(frame)


def _refresh(entered: Frame) -> None:
    with errors_in_words():
        # Long after the page was drawn the database may have gone, or come back elsewhere.
        reading = replace(entered.reading, store=open_store(entered.settings))
        frame = replace(entered, reading=reading)
        night = frame.ask(runs.last_night)
        if frame.reading.bound_to is not None:
            _tell_when(frame.settings, night)
            return
        st.header("The last night", anchor=False)
        if night is None:
            _say_none_yet(frame)
        else:
            _tell(frame, night)
        _show_runs(frame)


def _tell_when(settings: Settings, night: runs.Night | None) -> None:
    if night is None:
        st.caption(f"No night has asked for anybody's days yet. {_next(settings)}")
    else:
        st.caption(f"The last night that asked for days began {_both(settings, night.began)}.")


def _say_none_yet(frame: Frame) -> None:
    if frame.ask(runs.nights_have_somebody):
        st.info(
            f"No night has run yet. {_next(frame.settings)} If nothing happens by then, {START}.",
            icon=":material/bedtime:",
        )
    else:
        st.info(
            "No night has run yet, and none has anything to ask: nobody is connected to an account "
            "that lives on. `fitbit-pipeline connect` connects somebody; days of archives come "
            "with `fitbit-pipeline import`.",
            icon=":material/bedtime:",
        )


def _tell(frame: Frame, night: runs.Night) -> None:
    settings = frame.settings
    hours = (utc_now() - night.began) / timedelta(hours=1)
    if utc_now() - night.began > LATE_AFTER and frame.ask(runs.nights_have_somebody):
        st.warning(
            f"The last night began {hours:,.0f} hours ago, and one is due every 24: Dagster may "
            f"not be running. Look whether its UI answers, or {START}; the next night repairs "
            "what was missed.",
            icon=":material/alarm:",
        )
    st.markdown(_what_it_did(settings, night))
    if not night.finished:
        st.info(
            "A night without an end is under way, or was cut off: its run in the Dagster UI tells "
            "which. What was not asked for is asked for by the next night.",
            icon=":material/pending:",
        )
    with st.container(horizontal=True):
        st.link_button(
            "This night in the Dagster UI",
            f"{settings.dagster_link}/runs/{night.run_ids[-1]}",
            icon=":material/open_in_new:",
        )
        st.link_button(
            "All assets in the Dagster UI",
            f"{settings.dagster_link}/assets",
            icon=":material/open_in_new:",
        )


def _what_it_did(settings: Settings, night: runs.Night) -> str:
    ending = "ended" if night.finished else "last told of something done"
    answers = ", ".join(
        f"{night.states.get(state.value, 0):,} {state.value}" for state in CoverageState
    )
    concerned = (
        # Runs count heads and keep no names, so endpoints cannot be added up.
        f"In the kind of data with the most of them, failures or missing permissions concern "
        f"**{counted(night.concerned, 'participant')}**; the run in the Dagster UI names them."
        if night.concerned
        else "No failure kept anybody from a day."
    )
    return (
        f"Began {_both(settings, night.began)}, {ending} {_both(settings, night.ended)}, after "
        f"{_took((night.ended - night.began).total_seconds())}. Asked the sources of up to "
        f"{counted(night.participants, 'participant')} for "
        f"{spoken_range(night.first, night.last)}, in {counted(len(night.run_ids), 'run')} with "
        f"{counted(night.requests, 'request')}. Answers, in endpoint days: {answers}. {concerned}"
    )


def _show_runs(frame: Frame) -> None:
    table = frame.ask(runs.newest_runs, RUNS_SHOWN)
    if table.empty:
        return
    link = frame.settings.dagster_link
    with st.expander(f"The last {counted(len(table), 'run')} of any kind"):
        st.dataframe(
            pd.DataFrame(
                {
                    "Began (UTC)": [f"{each:%Y-%m-%d %H:%M}" for each in table["started_at"]],
                    "Kind": table["kind"],
                    "From": table["first"],
                    "To": table["last"],
                    "Took": [_took(each) for each in table["seconds"]],
                    "Finished": ["yes" if each else "no" for each in table["finished"]],
                    "Participants asked": table["participants"],
                    **{state.capitalize(): table[state.value] for state in CoverageState},
                    "Requests": table["requests"],
                    "In Dagster": [f"{link}/runs/{each}" for each in table["run_id"]],
                }
            ),
            hide_index=True,
            column_config={"In Dagster": st.column_config.LinkColumn(display_text="open")},
            alt="The last runs, newest first",
        )


def _next(settings: Settings) -> str:
    zone = time_zone(settings.time_zone)
    now = utc_now().astimezone(zone)
    day = now.date() if now.time() < settings.nightly_at else now.date() + ONE_DAY
    return f"The next is due on {day} at {settings.nightly_at:%H:%M} ({plain(settings.time_zone)})."


def _both(settings: Settings, instant: datetime) -> str:
    """An instant in UTC and, if that is another, in the deployment's zone."""
    said = f"{instant:%Y-%m-%d %H:%M} UTC"
    if settings.time_zone == "UTC":
        return said
    local = instant.astimezone(time_zone(settings.time_zone))
    return f"{said} ({local:%Y-%m-%d %H:%M} in {plain(settings.time_zone)})"


def _took(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
