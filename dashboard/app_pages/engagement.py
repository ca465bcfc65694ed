"""Engagement: whether the device was worn, and how much the days were moved."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import queries
from dashboard.charts import bucket_figure, level_figure, steps_figure, wear_figure
from dashboard.charts.figure import counted, spoken, spoken_range
from dashboard.connection import ask, open_store
from dashboard.page_parts import errors_in_words, plain, show_figure
from dashboard.selection import View, choose_view
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.settings import load_settings
from fitbit_pipeline.store.participants import ParticipantStatus
from fitbit_pipeline.store.store import Store

STATUS = {
    ParticipantStatus.ACTIVE: "",
    ParticipantStatus.NEEDS_CONSENT: " · consent needed",
    ParticipantStatus.LEFT: " · left the study",
}


def page() -> None:
    """The whole page."""
    st.title("Engagement", anchor=False)
    with errors_in_words():
        settings = load_settings()
        with st.spinner("Connecting to the database"):
            store = open_store(settings)
        everybody = ask(store, queries.participants)
        if not everybody:
            st.info(
                "There is no participant yet. Run `fitbit-pipeline import` with an archive of "
                "yours, or `make demo` to look around with real people's data.",
                icon=":material/person_add:",
            )
            return
        view = choose_view(everybody, lambda name: ask(store, queries.data_span, name))
        _say_whose(view)
        thresholds = Thresholds(
            worn_minutes=settings.worn_minutes,
            worn_steps=settings.worn_steps,
            normal_steps=settings.normal_steps,
            high_steps=settings.high_steps,
        )
        figures = _about(store, view)(queries.key_figures)
        if figures.days_with_data:
            _show_key_figures(figures)
            _show_figures(store, view, thresholds)
        else:
            _say_nothing_there(store, view)


def _about(store: Store, view: View) -> Callable[[Callable[..., Any]], Any]:
    return lambda question: ask(store, question, view.participant.name, view.first, view.last)


def _say_whose(view: View) -> None:
    participant = view.participant
    st.markdown(
        f"**{plain(participant.name)}** · {spoken_range(view.first, view.last)} · "
        f"{plain(participant.time_zone)}{STATUS[participant.status]}"
    )
    if participant.note:
        st.info(plain(participant.note), icon=":material/info:")


def _show_key_figures(figures: queries.KeyFigures) -> None:
    mean = "–" if figures.mean_steps is None else f"{figures.mean_steps:,.0f}"
    known = counted(figures.wear_known_days, "day")
    with_steps = counted(figures.steps_days, "day")
    tiles = (
        ("Days in range", f"{figures.days:,}", None),
        ("Days with data", f"{figures.days_with_data:,}", None),
        (
            "Missing days",
            f"{figures.missing_days:,}",
            "Days without any data; they count as nothing.",
        ),
        ("Worn days", f"{figures.worn_days:,}", f"Of {known} of which it is known."),
        ("Mean steps a day", mean, f"Over the {with_steps} that have steps, worn or not."),
    )
    with st.container(horizontal=True):
        for label, value, explanation in tiles:
            st.metric(label, value, help=explanation, border=True)


def _show_figures(store: Store, view: View, thresholds: Thresholds) -> None:
    about = _about(store, view)
    scope = f"{view.participant.name}-{view.first}-{view.last}"
    days: pd.DataFrame = about(queries.engagement_days)
    show_figure(steps_figure(days, thresholds), scope)
    left, right = st.columns(2, gap="large")
    with left:
        buckets = about(queries.bucket_days)
        show_figure(bucket_figure(buckets, view.first, view.last, thresholds), scope)
    with right:
        levels = about(queries.level_shares)
        if levels.empty:
            st.subheader("Time per activity level", anchor=False)
            st.info("No day of this range states its minutes at all four activity levels.")
        else:
            show_figure(level_figure(levels, view.first, view.last), scope)
    show_figure(wear_figure(days, about(queries.wear_evidence), thresholds), scope)


def _say_nothing_there(store: Store, view: View) -> None:
    name = plain(view.participant.name)
    if view.data_span is None:
        st.info(
            f"There is no data of {name} yet. Run `fitbit-pipeline import` with an archive, or "
            "`fitbit-pipeline backfill` if the source is connected.",
            icon=":material/hourglass_empty:",
        )
        return
    days: pd.DataFrame = _about(store, view)(queries.engagement_days)
    reasons = "; ".join(
        f"{counted(count, 'day')}: {reason}"
        for reason, count in days["why_missing"].value_counts().items()
    )
    first, last = view.data_span
    st.info(
        f"There is no data of {name} from {spoken(view.first)} to {spoken(view.last)} "
        f"({reasons}). Data reach from {spoken(first)} to {spoken(last)}: choose other days in the "
        "sidebar.",
        icon=":material/event_busy:",
    )


page()
