"""Engagement: whether the device was worn, and how much the days were moved."""

import pandas as pd
import streamlit as st

from dashboard.charts.activity import PARTS, activity_figure
from dashboard.charts.figure import counted
from dashboard.charts.shares import bucket_figure, level_figure
from dashboard.charts.steps import steps_figure
from dashboard.charts.wear import wear_figure
from dashboard.charts.wear_and_sleep import wear_and_sleep_figure
from dashboard.page_frame import PersonFrame, person_page, say_range_without_data
from dashboard.page_parts import Tile, show_tiles
from dashboard.queries import engagement


def draw(page: PersonFrame) -> None:
    """The whole page."""
    figures = page.about(engagement.key_figures)
    if not figures.days_with_data:
        say_range_without_data(page)
        return
    show_tiles(_tiles(figures))
    days = page.about(engagement.engagement_days)
    page.show(steps_figure, days, page.thresholds)
    _show_shares(page)
    _show_activity(page, days)
    page.show(wear_figure, days, page.about(engagement.wear_evidence), page.thresholds)
    _show_wear_and_sleep(page, days)


def _tiles(figures: engagement.KeyFigures) -> list[Tile]:
    mean = "–" if figures.mean_steps is None else f"{figures.mean_steps:,.0f}"
    known = counted(figures.wear_known_days, "day")
    with_steps = counted(figures.steps_days, "day")
    return [
        Tile("Days in range", f"{figures.days:,}"),
        Tile("Days with data", f"{figures.days_with_data:,}"),
        Tile(
            "Missing days",
            f"{figures.missing_days:,}",
            "Days without any data; they count as nothing.",
        ),
        Tile("Worn days", f"{figures.worn_days:,}", f"Of {known} of which it is known."),
        Tile("Mean steps a day", mean, f"Over the {with_steps} that have steps, worn or not."),
    ]


def _show_shares(page: PersonFrame) -> None:
    view = page.view
    left, right = st.columns(2, gap="large")
    with left:
        buckets = page.about(engagement.bucket_days)
        page.show(bucket_figure, buckets, view.first, view.last, page.thresholds)
    with right:
        levels = page.about(engagement.level_shares)
        if levels.empty:
            _say_instead(
                "Time per activity level",
                "No day of this range states its minutes at all four activity levels.",
            )
        else:
            page.show(level_figure, levels, view.first, view.last)


def _show_activity(page: PersonFrame, days: pd.DataFrame) -> None:
    if days[[part.column for part in PARTS]].notna().any(axis=None):
        page.show(activity_figure, days)
    else:
        _say_instead("Activity minutes per day", "No day of this range states active minutes.")


def _show_wear_and_sleep(page: PersonFrame, days: pd.DataFrame) -> None:
    if days[["wear_minutes", "minutes_asleep"]].notna().any(axis=None):
        page.show(wear_and_sleep_figure, days, page.thresholds)
    else:
        _say_instead(
            "Wear time and time asleep per day",
            "Of no day of this range is wear time or sleep known: the source has no minutes of "
            "heart rate, and no sleep was recorded.",
        )


def _say_instead(title: str, sentence: str) -> None:
    st.header(title, anchor=False)
    st.info(sentence, icon=":material/event_busy:")


person_page("Engagement", draw)
