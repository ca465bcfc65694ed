"""Overview: how the last day was, how the week compares, how long the device was worn."""

from collections import defaultdict

import pandas as pd
import streamlit as st

from dashboard.charts.comparison import comparison_figure
from dashboard.charts.figure import counted, spoken
from dashboard.charts.small import Small, small_figure
from dashboard.charts.standing import ABBREVIATIONS
from dashboard.last_day import ACTIVE_MINUTES, LAST_DAY, ZONE_MINUTES, last_day_tile
from dashboard.page_frame import PersonFrame, person_page, say_range_without_data
from dashboard.page_parts import Tile, plain, show_missing, show_tiles
from dashboard.queries.days import NEVER_ASKED
from dashboard.queries.engagement import KeyFigures, key_figures
from dashboard.queries.overview import (
    BASELINE_DAYS,
    WEEK_DAYS,
    lacking,
    overview_days,
    week_and_before,
)
from dashboard.queries.wear_streak import WearStreak, wear_streak
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageState

STEPS = Small("steps-small", "Steps per day", "Steps")
SLEEP = Small("sleep-small", "Time asleep per day, in hours", "Hours", 60, 1)

LACKS = {
    CoverageState.FAILED.value: "The last try failed for",
    CoverageState.FORBIDDEN.value: "Not shared, so that consent is needed:",
    NEVER_ASKED: "Never asked for:",
}


def draw(page: PersonFrame) -> None:
    """The whole page."""
    figures = page.about(key_figures)
    if not figures.days_with_data:
        say_range_without_data(page)
        return
    days: pd.DataFrame = page.about(overview_days)
    measures = {str(name): found for name, found in days.groupby("measure")}
    _show_last_day(page, measures)
    _show_week(page, measures)
    _show_streak(page, figures)
    _show_lacking(page, figures)
    _show_range(page, measures)


def _show_last_day(page: PersonFrame, measures: dict[str, pd.DataFrame]) -> None:
    last = page.view.last
    has_zones = measures[ZONE_MINUTES.measure]["value"].notna().any()
    shown = (*LAST_DAY, ZONE_MINUTES if has_zones else ACTIVE_MINUTES)
    of_the_day = [measures[each.measure].iloc[-1] for each in shown]
    is_open = any(row["may_change"] for row in of_the_day)
    mark = " ◇" if is_open else ""
    st.header(f"The last day: {last:%A}, {spoken(last)}{mark}", anchor=False)
    if all(pd.isna(row["value"]) for row in of_the_day):
        st.info(
            plain(f"Nothing is known of this day: {of_the_day[0]['note']}."),
            icon=":material/event_busy:",
        )
        return
    sentence = (
        f"Beside each number: how it differs from the person's median of the {BASELINE_DAYS} days "
        "before. Beneath: the days of the range that have a value."
    )
    if is_open:
        sentence += " ◇ may still change: the device had not synced up to the day's end."
    st.caption(sentence)
    show_tiles([last_day_tile(each, measures[each.measure], page.view.first) for each in shown])


def _show_week(page: PersonFrame, measures: dict[str, pd.DataFrame]) -> None:
    view = page.view
    found = page.ask(week_and_before, view.participant.name, view.last)
    if not found[["week", "before"]].notna().any(axis=None):
        return
    compared = [days for measure, days in measures.items() if measure in set(found["measure"])]
    may_change = any(days["may_change"].tail(WEEK_DAYS).any() for days in compared)
    page.show(comparison_figure, found, view.last, may_change=may_change)


def _show_streak(page: PersonFrame, figures: KeyFigures) -> None:
    streak = page.about(wear_streak)
    st.header("Wear", anchor=False)
    show_tiles(
        [
            Tile("Wear streak", counted(streak.days, "day"), *_about_streak(streak)),
            Tile(
                "Longest streak of the range",
                counted(streak.longest, "day"),
                "The most worn days in a row; a day without data ends a streak.",
                compared_with="in these days",
            ),
            Tile(
                "Worn days of the range",
                f"{figures.worn_days:,} of {figures.days:,}",
                f"A day counts as worn from {page.thresholds.worn_minutes:,} minutes of wear on, "
                f"or from {page.thresholds.worn_steps:,} steps on where wear time is not known.",
                compared_with=f"known of {counted(figures.wear_known_days, 'day')}",
            ),
        ]
    )


def _about_streak(streak: WearStreak) -> tuple[str, None, str]:
    if streak.last_day is None:
        return "There is no day with data.", None, "no data"
    day = spoken(streak.last_day)
    told = f"Worn days in a row up to {day}, the last day of the range with data."
    if streak.is_open:
        told += " That day is not a worn one yet and may still change, so it ends no streak."
    if streak.since is None:
        return f"{told} There are none.", None, f"not worn on {day}, or not known"
    return told, None, f"since {spoken(streak.since)}"


def _show_lacking(page: PersonFrame, figures: KeyFigures) -> None:
    found = page.about(lacking)
    sentences = []
    if figures.missing_days:
        sentences.append(
            f"{counted(figures.missing_days, 'day')} of {figures.days:,} without any data."
        )
    for state, words in LACKS.items():
        endpoints = found[found["state"] == state]
        if len(endpoints):
            sentences.append(f"{words} {_listed(endpoints)}.")
    unserved = found.loc[found["state"] == NOT_SERVED]
    st.header("What is missing", anchor=False)
    if not sentences:
        sentences = [
            "Nothing is missing: every day has some data, and whatever the source has was asked "
            "for and answered."
        ]
    if len(unserved):
        sentences.append(f"The source ({page.view.participant.source}) has no {_listed(unserved)}.")
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in sentences))
    st.page_link(
        "app_pages/data_quality.py",
        label="Which days, and why: Data quality",
        icon=":material/fact_check:",
    )


def _listed(found: pd.DataFrame) -> str:
    by_days: defaultdict[int, list[str]] = defaultdict(list)
    for endpoint, days in zip(found["endpoint"], found["days"], strict=True):
        by_days[days].append(ABBREVIATIONS.get(endpoint, endpoint.replace("_", " ")))
    return "; ".join(
        f"{_and(names)} ({counted(days, 'day')})" for days, names in sorted(by_days.items())
    )


def _and(names: list[str]) -> str:
    if len(names) == len(ENDPOINT_NAMES):
        return "everything"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _show_range(page: PersonFrame, measures: dict[str, pd.DataFrame]) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        _show_small(page, measures["steps"], STEPS)
        st.page_link(
            "app_pages/engagement.py", label="More: Engagement", icon=":material/directions_walk:"
        )
    with right:
        _show_small(page, measures["minutes_asleep"], SLEEP)
        st.page_link("app_pages/sleep.py", label="More: Sleep", icon=":material/bedtime:")


def _show_small(page: PersonFrame, days: pd.DataFrame, what: Small) -> None:
    in_range = days[days["date"] >= page.view.first.isoformat()].reset_index(drop=True)
    if in_range["value"].notna().any():
        page.show(small_figure, in_range, what, key=what.title)
    else:
        in_range = in_range.assign(has_data=False)
        show_missing(what.title, "No day of this range has a value.", in_range)


person_page("Overview", draw)
