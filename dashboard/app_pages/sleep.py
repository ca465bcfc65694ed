"""Sleep: when the person slept, for how long, how well, and how regularly."""

import pandas as pd
import streamlit as st

from dashboard.charts.figure import counted, spoken
from dashboard.charts.sleep_amounts import (
    IN_BED_TITLE,
    STAGES_TITLE,
    in_bed_figure,
    stages_figure,
    totals_figure,
)
from dashboard.charts.sleep_clock import CLOCK_TITLE, clock_figure
from dashboard.charts.sleep_efficiency import EFFICIENCY_TITLE, efficiency_figure
from dashboard.charts.sleep_naps import NAPS_TITLE, naps_figure
from dashboard.charts.sleep_regularity import REGULARITY_TITLE, regularity_figure
from dashboard.charts.sleep_words import NOT_STATED, clock_text, duration_text, percent_text
from dashboard.page_frame import PersonFrame, person_page
from dashboard.page_parts import Tile, plain, reasons, show_missing, show_tiles
from dashboard.queries import sleep
from dashboard.queries.sleep import Night, SleepFigures
from dashboard.queries.sleep_clock import UsualTime, quietest_hour
from fitbit_pipeline.store.coverage import NOT_SERVED

ICON = ":material/bedtime:"


def draw(page: PersonFrame) -> None:
    """The whole page."""
    days: pd.DataFrame = page.about(sleep.sleep_days)
    figures = sleep.sleep_figures(days)
    if not figures.days_with_sleep:
        _say_no_sleep(page, days)
        return
    if figures.nights:
        show_tiles(_tiles_of_amounts(figures))
        show_tiles(_tiles_of_times(figures))
        show_tiles(_tiles_of_regularity(figures))
        _show_clock(page, days, figures)
        _show_amounts(page, days)
    else:
        show_tiles(_tiles_of_totals(figures))
        _say_no_night(days)
    _show_naps(page, days)
    if figures.nights:
        _show_regularity(page, days)
    if (days["night"] == Night.TOTALS_ONLY).any() and _any(days, "total_minutes_asleep"):
        page.show(totals_figure, days)


def _show_clock(page: PersonFrame, days: pd.DataFrame, figures: SleepFigures) -> None:
    if _any(days, "start_minute"):
        changes = page.about(sleep.clock_changes)
        page.show(clock_figure, days, figures, changes)
    else:
        show_missing(CLOCK_TITLE, "No night of this range states when it began and ended.", days)


def _show_amounts(page: PersonFrame, days: pd.DataFrame) -> None:
    if _any(days, "time_in_bed_minutes", "minutes_asleep"):
        page.show(in_bed_figure, days)
    else:
        show_missing(IN_BED_TITLE, "No night of this range states how long it was.", days)
    if _any(days, *sleep.STAGES):
        page.show(stages_figure, days)
    else:
        show_missing(
            STAGES_TITLE,
            "No night of this range has stages: the source kept classic sleeps alone, which know "
            "asleep and awake. Stages need a device that measures heart rate, worn well, and three "
            "hours of sleep.",
            days,
        )
    if _any(days, "sleep_efficiency"):
        page.show(efficiency_figure, days)
    else:
        show_missing(EFFICIENCY_TITLE, "No night of this range has an efficiency.", days)


def _show_naps(page: PersonFrame, days: pd.DataFrame) -> None:
    naps = days["nap_count"]
    if (naps > 0).any():
        page.show(naps_figure, days)
    elif naps.notna().any():
        known = counted(int(naps.notna().sum()), "day")
        show_missing(NAPS_TITLE, f"There was no nap on the {known} with sleep.", days)


def _show_regularity(page: PersonFrame, days: pd.DataFrame) -> None:
    sleeps = sleep.placed_sleeps(days)
    if sleeps:
        shares = sleep.in_bed_shares(days)
        page.show(regularity_figure, shares, quietest_hour(sleeps))
    else:
        show_missing(
            REGULARITY_TITLE, "No night of this range states when it began and ended.", days
        )


def _any(days: pd.DataFrame, *columns: str) -> bool:
    return bool(days[list(columns)].notna().any(axis=None))


def _tiles_of_amounts(figures: SleepFigures) -> list[Tile]:
    return [
        Tile(
            "Nights with sleep",
            f"{figures.nights:,} of {figures.days:,}",
            "Days on which a main sleep ended, of all days of the range. The means are over these "
            "nights; the others count as nothing.",
        ),
        Tile(
            "Mean time asleep",
            _duration(figures.mean_minutes_asleep),
            f"In the main sleep; with naps {_duration(figures.mean_total_asleep)} a day.",
        ),
        Tile("Mean time in bed", _duration(figures.mean_time_in_bed), "In the main sleep."),
        Tile(
            "Mean efficiency",
            _percent(figures.mean_efficiency),
            "Minutes asleep in % of the time in bed.",
        ),
    ]


def _tiles_of_times(figures: SleepFigures) -> list[Tile]:
    return [
        _tile_of_time("Usual bedtime", "start", figures.start),
        _tile_of_time("Usual wake-up", "end", figures.end),
        _tile_of_time("Usual mid-sleep", "middle", figures.middle),
    ]


def _tiles_of_regularity(figures: SleepFigures) -> list[Tile]:
    return [
        _tile_of_spread("Bedtime varies by", "start", figures.start),
        _tile_of_spread("Wake-up varies by", "end", figures.end),
        _tile_of_spread("Mid-sleep varies by", "middle", figures.middle),
    ]


def _tiles_of_totals(figures: SleepFigures) -> list[Tile]:
    return [
        Tile(
            "Days with sleep",
            f"{figures.days_with_sleep:,} of {figures.days:,}",
            "Days on which any sleep ended, of all days of the range.",
        ),
        Tile(
            "Mean time asleep",
            _duration(figures.mean_total_asleep),
            "All sleeps of a day together, over the days that have some.",
        ),
        Tile(
            "Mean time in bed",
            _duration(figures.mean_total_in_bed),
            "All sleeps of a day together, over the days that have some.",
        ),
    ]


def _tile_of_time(label: str, what: str, usual: UsualTime | None) -> Tile:
    if usual is None or not usual.is_usual:
        return Tile(
            label,
            NOT_STATED,
            f"The {what} of the main sleep is not known, or lies all round the clock, so that no "
            "time is usual.",
        )
    return Tile(
        label,
        clock_text(usual.median),
        f"The middle (median) {what} of the main sleep in {counted(usual.number, 'night')}, by the "
        f"wall clock; the mean is {clock_text(usual.mean)}. Taken round the clock: between 23:50 "
        "and 00:10 lies midnight.",
    )


def _tile_of_spread(label: str, what: str, usual: UsualTime | None) -> Tile:
    if usual is None or usual.spread is None:
        return Tile(label, NOT_STATED, "Needs two nights with start and end.")
    return Tile(
        label,
        f"± {usual.spread:.0f} min",
        f"Standard deviation of the {what} of the main sleep over "
        f"{counted(usual.number, 'night')}: the smaller, the more regular. The middle lies "
        "half-way between start and end.",
    )


def _duration(minutes: float | None) -> str:
    return NOT_STATED if minutes is None else duration_text(minutes)


def _percent(percent: float | None) -> str:
    return NOT_STATED if percent is None else percent_text(percent)


def _say_no_night(days: pd.DataFrame) -> None:
    if (days["night"] == Night.TOTALS_ONLY).any():
        st.info(
            "The source of these days states only what all sleeps of a day add up to: when they "
            "began and ended, stages, efficiency and naps are not in it. A Google Takeout archive "
            "(`fitbit-pipeline import`) or a connected account (`fitbit-pipeline connect`) has "
            "them.",
            icon=ICON,
        )
    else:
        st.info(
            "There are naps in this range, but no main sleep, so there is nothing to say of "
            f"nights. {plain(reasons(days))}",
            icon=ICON,
        )


def _say_no_sleep(page: PersonFrame, days: pd.DataFrame) -> None:
    view = page.view
    show_missing(
        "No sleep in this range",
        f"There is no sleep of {view.participant.name} from {spoken(view.first)} to "
        f"{spoken(view.last)}.",
        days,
    )
    refused = page.about(sleep.refusals)
    for kind, reason, number in refused.itertuples(index=False, name=None):
        told = f"Sleep of {counted(int(number), 'day')} cannot be had."
        st.info(plain(f"{told} {reason or ''}") + _remedy(kind), icon=":material/lock:")
    last = page.ask(sleep.last_sleep, view.participant.name)
    if last is not None:
        st.info(
            f"The last sleep is that of {spoken(last)}: choose other days in the sidebar.",
            icon=ICON,
        )
    elif refused.empty:
        st.info(
            "There has never been any. Sleep is recorded only if the device is worn in bed; days "
            "that were never asked for can be fetched with `fitbit-pipeline backfill`.",
            icon=ICON,
        )


def _remedy(kind: str | None) -> str:
    if kind == NOT_SERVED:
        return (
            " Import an archive that holds sleep with `fitbit-pipeline import`, or connect an "
            "account with `fitbit-pipeline connect`."
        )
    return " The command for that is `fitbit-pipeline connect`."


person_page("Sleep", draw)
