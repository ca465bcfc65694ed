"""When the person slept: each night a bar from its start to its end on the clock."""

import math
from collections.abc import Sequence
from datetime import date

import altair as alt
import pandas as pd

from dashboard.charts.days import (
    day_chart,
    days_of,
    state_layers,
    state_sentences,
    table_for_people,
)
from dashboard.charts.figure import BLUE, INK, Figure, counted, hours_and_minutes, spoken, texts
from dashboard.charts.sleep_words import (
    NOT_STATED,
    clock_text,
    duration_text,
    moment_text,
    percent_text,
)
from dashboard.charts.unstated import stated_table, unstated_layers, unstated_sentences
from dashboard.queries.sleep import SleepFigures, placed_sleeps
from dashboard.queries.sleep_clock import on_clock, quietest_hour

CLOCK_TITLE = "When the main sleep began and ended, by the clock"
HEIGHT = 400
VALUE_WIDTH = 34
MARGIN_HOURS = 1
NO_TIMES = "no start and end"
LABELLED_EVERY = ((9, 1), (20, 2))
LABELLED_ELSE_EVERY = 4


def clock_figure(
    days: pd.DataFrame, figures: SleepFigures, clock_changes: Sequence[date]
) -> Figure:
    """Start to end of the main sleep of each night, as floating bars.

    Args:
        days: From ``queries.sleep.sleep_days``; some night has a place on the clock.
        figures: From ``queries.sleep.sleep_figures`` of these days.
        clock_changes: The days of the range on which clocks change.
    """
    cut = quietest_hour(placed_sleeps(days)) * 60
    began = pd.Series([_behind(cut, start) for start in days["start_minute"]], dtype="Float64")
    table = stated_table(days, began.notna(), NO_TIMES)
    frame = table.assign(
        began=began,
        ended=began + days["length_minutes"],
        told_start=[moment_text(each) for each in days["sleep_start"]],
        told_end=[moment_text(each) for each in days["sleep_end"]],
        told_in_bed=[duration_text(each) for each in days["time_in_bed_minutes"]],
        told_asleep=[duration_text(each) for each in days["minutes_asleep"]],
        told_efficiency=[percent_text(each) for each in days["sleep_efficiency"]],
        clock_start=[_clock_or_dash(each) for each in began],
        clock_end=[_clock_or_dash(each) for each in began + days["length_minutes"]],
    )
    return Figure(
        title=CLOCK_TITLE,
        explanation=" ".join(
            [
                *_how_to_read(figures, table, clock_changes),
                *state_sentences(table),
                *unstated_sentences(table, "no main sleep with a start and a later end"),
            ]
        ),
        chart=_layers(frame, cut, figures),
        alt=_spoken(table, figures),
        table=table_for_people(
            table,
            {
                "Start": days["sleep_start"].str.replace("T", " "),
                "End": days["sleep_end"].str.replace("T", " "),
                "Time in bed (min)": days["time_in_bed_minutes"],
                "Asleep (min)": days["minutes_asleep"],
                "Efficiency (%)": days["sleep_efficiency"],
            },
        ),
        name="sleep-clock",
    )


def _behind(cut: float, minutes: float) -> float | None:
    return None if pd.isna(minutes) else cut + on_clock(minutes - cut)


def _clock_or_dash(minutes: float) -> str:
    return NOT_STATED if pd.isna(minutes) else clock_text(minutes)


def _how_to_read(
    figures: SleepFigures, table: pd.DataFrame, clock_changes: Sequence[date]
) -> list[str]:
    sentences = [
        "Each bar reaches from the start above to the end below, at the day on which the sleep "
        "ended; the better the bars line up, the more regular the sleep. Naps are not in it: of "
        "them only minutes are known."
    ]
    if usual := _usual(figures):
        start, end = map(clock_text, usual)
        sentences.append(f"Dashed lines: the middle (median) start {start} and end {end}.")
    sentences.append("Times are those of the wall clock.")
    shown = set(table["date"])
    changed = [day for day in clock_changes if day.isoformat() in shown]
    if changed:
        listed = ", ".join(spoken(day) for day in changed)
        sentences.append(
            f"Clocks changed on {listed}: a bar across the change is longer or shorter than the "
            "time in bed."
        )
    return sentences


def _layers(frame: pd.DataFrame, cut: float, figures: SleepFigures) -> alt.LayerChart:
    earliest = math.floor(float(frame["began"].min()) / 60) - MARGIN_HOURS
    latest = math.ceil(float(frame["ended"].max()) / 60) + MARGIN_HOURS
    scale = alt.Scale(domain=[earliest * 60, latest * 60], reverse=True, nice=False, zero=False)
    axis = _clock_axis(earliest, latest)
    base = day_chart(
        frame,
        {
            "told_start": "Start",
            "told_end": "End",
            "told_in_bed": "In bed",
            "told_asleep": "Asleep",
            "told_efficiency": "Efficiency",
        },
    )
    shown = base.transform_filter("isValid(datum.began)")
    began, ended = (alt.Y(f"{edge}:Q", scale=scale, axis=axis) for edge in ("began", "ended"))
    bars = shown.mark_bar(color=BLUE, cornerRadius=2).encode(y=began, y2="ended:Q")
    room = f"width / {len(frame)} >= {VALUE_WIDTH}"
    values = [
        *(each.encode(y=began, text="clock_start:N") for each in texts(shown, room, dy=-8)),
        *(each.encode(y=ended, text="clock_end:N") for each in texts(shown, room, dy=9)),
    ]
    lines = []
    if usual := _usual(figures):
        start = cut + on_clock(usual[0] - cut)
        lines = [
            *_median_line(start, scale, axis),
            *_median_line(start + on_clock(usual[1] - start), scale, axis),
        ]
    return alt.LayerChart(
        layer=[
            bars,
            *lines,
            *values,
            *state_layers(base, frame),
            *unstated_layers(base, frame, NO_TIMES),
        ]
    ).properties(height=HEIGHT)


def _usual(figures: SleepFigures) -> tuple[float, float] | None:
    start, end = figures.start, figures.end
    if start is None or end is None or not (start.is_usual and end.is_usual):
        return None
    return start.median, end.median


def _clock_axis(earliest: int, latest: int) -> alt.Axis:
    hours = latest - earliest
    every = next((each for up_to, each in LABELLED_EVERY if hours <= up_to), LABELLED_ELSE_EVERY)
    labelled = [hour * 60 for hour in range(earliest, latest + 1) if hour % every == 0]
    labels = {minutes: clock_text(minutes) for minutes in labelled}
    return alt.Axis(title=None, values=labelled, labelExpr=f"{labels}[datum.value]")


def _median_line(minutes: float, scale: alt.Scale, axis: alt.Axis) -> list[alt.Chart]:
    everywhere = alt.Chart(pd.DataFrame({"minutes": [minutes]})).encode(
        y=alt.Y("minutes:Q", scale=scale, axis=axis)
    )
    return [
        everywhere.mark_rule(strokeDash=[5, 4], color=INK, aria=False),
        everywhere.mark_text(
            text=clock_text(minutes), align="left", dx=5, fontSize=11, color=INK, aria=False
        ).encode(x=alt.value(alt.expr("width"))),
    ]


def _spoken(table: pd.DataFrame, figures: SleepFigures) -> str:
    shown = int((~table["missing"] & ~table["unstated"]).sum())
    words = [
        f"Bars from start to end of the main sleep by the clock, {days_of(table)}: "
        f"{counted(shown, 'night')} shown, {counted(int(table['missing'].sum()), 'day')} without "
        "data."
    ]
    if usual := _usual(figures):
        start, end = map(clock_text, usual)
        words.append(f"The median start is {start}, the median end {end}.")
    if figures.middle and figures.middle.spread is not None:
        words.append(
            f"The middle of the sleep varies by {hours_and_minutes(figures.middle.spread)} "
            "(standard deviation)."
        )
    return " ".join(words)
