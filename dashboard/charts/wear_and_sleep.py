"""Wear time against sleep time, per day: the hours that are known, beside the hours slept."""

import altair as alt
import pandas as pd

from dashboard.charts.days import (
    day_chart,
    day_table,
    days_of,
    legend_on_top,
    state_layers,
    state_sentences,
    table_for_people,
)
from dashboard.charts.figure import BLUE, INK, ORANGE, Figure, counted, hours_and_minutes
from fitbit_pipeline.engagement.daily import Thresholds

HEIGHT = 300
WEAR = "Wear time"
SLEEP = "Time asleep"


def wear_and_sleep_figure(days: pd.DataFrame, thresholds: Thresholds) -> Figure:
    """Wear time and time asleep, per day.

    Args:
        days: From ``queries.engagement_days``; some day has one of the two.
        thresholds: From where on a day counts as worn.
    """
    wear, sleep = days["wear_minutes"], days["minutes_asleep"]
    table = day_table(days)
    stated = wear.notna() | sleep.notna()
    table.loc[days["has_data"] & ~stated, "note"] = "neither wear time nor sleep is known"
    frame = table.assign(
        wear=wear / 60, sleep=sleep / 60, told_wear=_told(wear), told_sleep=_told(sleep)
    )
    sentences = [
        "Wear time is the minutes with a heart-rate reading where the source tells them; sleep is "
        "all sleep that ended on the day. A night of sleep without wear time beside it was tracked "
        "by another device, or the source tells no wear time.",
        f"Dashed line: {hours_and_minutes(thresholds.worn_minutes)}, from where on a day counts as "
        "worn.",
        *state_sentences(table),
    ]
    return Figure(
        title="Wear time and time asleep per day, in hours",
        explanation=" ".join(sentences),
        chart=_layers(frame, thresholds),
        alt=(
            f"Bars of wear time with points of time asleep, {days_of(table)}. {_mean(WEAR, wear)}; "
            f"{_mean(SLEEP, sleep)}; {counted(int(table['missing'].sum()), 'day')} without data."
        ),
        table=table_for_people(table, {f"{WEAR} (min)": wear, f"{SLEEP} (min)": sleep}),
        name="wear-and-sleep",
    )


def _told(minutes: pd.Series) -> list[str]:
    return ["not known" if pd.isna(each) else hours_and_minutes(each) for each in minutes]


def _mean(what: str, minutes: pd.Series) -> str:
    known = minutes.dropna()
    if known.empty:
        return f"{what}: not known"
    return f"{what}: {hours_and_minutes(known.mean())} on average of {counted(len(known), 'day')}"


def _layers(frame: pd.DataFrame, thresholds: Thresholds) -> alt.LayerChart:
    base = day_chart(frame, {"told_wear": WEAR, "told_sleep": SLEEP})
    hours = alt.Axis(title="Hours", values=list(range(0, 28, 4)))
    scale = alt.Scale(domain=[0, 25 if (frame["wear"] > 24).any() else 24], nice=False)
    colour = alt.Color(
        "what:N",
        scale=alt.Scale(domain=[WEAR, SLEEP], range=[BLUE, ORANGE]),
        legend=legend_on_top(2, narrow_columns=2),
    )
    bars = (
        base.transform_filter("isValid(datum.wear)")
        .transform_calculate(what=f"'{WEAR}'")
        .mark_bar()
        .encode(y=alt.Y("wear:Q", axis=hours, scale=scale), color=colour)
    )
    points = (
        base.transform_filter("isValid(datum.sleep)")
        .transform_calculate(what=f"'{SLEEP}'")
        # An outline in the page's colour keeps a point readable on a bar.
        .mark_point(filled=True, size=60, opacity=1, stroke=alt.expr("background"), strokeWidth=1.5)
        .encode(y=alt.Y("sleep:Q", axis=hours, scale=scale), color=colour)
    )
    line = (
        alt.Chart(pd.DataFrame({"hours": [thresholds.worn_minutes / 60]}))
        .mark_rule(strokeDash=[5, 4], color=INK, aria=False)
        .encode(y=alt.Y("hours:Q", scale=scale))
    )
    return alt.LayerChart(layer=[bars, line, points, *state_layers(base, frame)]).properties(
        height=HEIGHT
    )
