"""A week beside the four before it: two bars per measure, and the difference in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Self

import altair as alt
import pandas as pd

from dashboard.charts.figure import (
    BLUE,
    GREY,
    Figure,
    counted,
    hours_and_minutes,
    spoken_range,
    texts,
)
from dashboard.queries.overview import BASELINE_DAYS, WEEK_DAYS

ROW_HEIGHT = 74
AROUND_ROWS_HEIGHT = 40
WEEK_LABEL = f"These {WEEK_DAYS} days"
BEFORE_LABEL = f"The {BASELINE_DAYS} days before"
HEADING = "heading"
COLOURS = {WEEK_LABEL: BLUE, BEFORE_LABEL: GREY}
ROOM_FOR_WORDS = "width < 480 ? 1.9 : 1.3"


@dataclass(frozen=True, slots=True)
class Compared:
    """How people read one of the measures.

    Attributes:
        measure: As in ``queries.overview.week_and_before``.
        label: What people call it.
        told: A value in words.
        more: What a higher value is called.
        less: What a lower one is called.
        decimals: How many of its decimals are told.
        in_percent: Whether people think of its differences in percent, too.
    """

    measure: str
    label: str
    told: Callable[[float], str]
    more: str = "more"
    less: str = "less"
    decimals: int = 0
    in_percent: bool = False


MEASURES = (
    Compared("steps", "Steps a day", "{:,.0f}".format, less="fewer", in_percent=True),
    Compared("wear_minutes", "Wear time a day", hours_and_minutes, in_percent=True),
    Compared("minutes_asleep", "Time asleep a day", hours_and_minutes, in_percent=True),
    Compared("resting_heart_rate", "Resting heart rate", "{:.1f} bpm".format, "higher", "lower", 1),
    Compared("worn_days", "Worn days a week", "{:.1f}".format, less="fewer", decimals=1),
)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean, None where there is none, and the number of days behind it."""

    value: float | None
    days: int

    @classmethod
    def of(cls, value: Any, days: Any) -> Self:
        """As it stands in the table of the query."""
        return cls(None if pd.isna(value) else float(value), int(days))


@dataclass(frozen=True, slots=True)
class Pair:
    """A measure with the two means that are compared."""

    of: Compared
    week: Mean
    before: Mean

    @property
    def means(self) -> dict[str, Mean]:
        """Both by their labels."""
        return {WEEK_LABEL: self.week, BEFORE_LABEL: self.before}

    @property
    def longest(self) -> float:
        """The higher of the two; never 0."""
        return max(self.week.value or 0, self.before.value or 0) or 1

    def told(self, mean: Mean) -> str:
        """``9,120 · 7 days``."""
        if mean.value is None:
            return "no day has a value"
        return f"{self.of.told(mean.value)} · {counted(mean.days, 'day')}"

    @property
    def difference(self) -> str:
        """``977 more (+12%)``."""
        week, before = self.week.value, self.before.value
        if week is None or before is None:
            return "nothing to compare with"
        # Rounded as they are told, so that what is told adds up.
        apart = round(week, self.of.decimals) - round(before, self.of.decimals)
        if not apart:
            return "the same"
        words = self.of.more if apart > 0 else self.of.less
        percent = week / before * 100 - 100 if self.of.in_percent and before else 0
        in_percent = f" ({percent:+.0f}%)" if round(percent) else ""
        return f"{self.of.told(abs(apart))} {words}{in_percent}"


def comparison_figure(found: pd.DataFrame, last: date, *, may_change: bool) -> Figure:
    """The last seven days beside the 28 before.

    Args:
        found: From ``queries.overview.week_and_before``; some row has a value.
        last: The last of the seven days.
        may_change: Whether one of them is still open.
    """
    rows = {row["measure"]: row for row in found.to_dict("records")}
    pairs = [
        Pair(
            measure,
            Mean.of(row["week"], row["week_days"]),
            Mean.of(row["before"], row["before_days"]),
        )
        for measure in MEASURES
        for row in [rows[measure.measure]]
    ]
    shown = [pair for pair in pairs if any(mean.value is not None for mean in pair.means.values())]
    week_first = last - timedelta(days=WEEK_DAYS - 1)
    week = spoken_range(week_first, last)
    before = spoken_range(
        week_first - timedelta(days=BASELINE_DAYS), week_first - timedelta(days=1)
    )
    sentences = [
        f"Means of {week}, beside those of {before}, each with the number of days behind it: a day "
        "without a value counts in no mean. Bars of one colour are not to be compared with each "
        "other."
    ]
    if may_change:
        sentences.append("◇ Some of these seven days may still change, and the means with them.")
    unknown = [pair.of.label.lower() for pair in pairs if pair not in shown]
    if unknown:
        sentences.append(f"Not known in either: {', '.join(unknown)}.")
    said = (
        f"{pair.of.label}: {pair.told(pair.week)}, against {pair.told(pair.before)}, which is "
        f"{pair.difference}."
        for pair in shown
    )
    return Figure(
        title=f"This week against the last four{' ◇' if may_change else ''}",
        explanation=" ".join(sentences),
        chart=_layers(shown),
        alt=" ".join([f"Pairs of bars, means of {week} beside those of {before}.", *said]),
        table=_table(shown),
        name="week-against-four",
    )


def _table(pairs: Sequence[Pair]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "What": pair.of.label,
                **{
                    f"{label}{of}": value
                    for label, mean in pair.means.items()
                    for of, value in (
                        (", mean", "–" if mean.value is None else pair.of.told(mean.value)),
                        (", days", mean.days),
                    )
                },
                "Difference": pair.difference,
            }
            for pair in pairs
        ]
    )


def _layers(pairs: Sequence[Pair]) -> alt.LayerChart:
    bars = [
        {
            "measure": pair.of.label,
            "slot": label,
            # Each measure has its own length: its unit is not the others'.
            "share": None if mean.value is None else mean.value / pair.longest,
            "end": (mean.value or 0) / pair.longest,
            "told": pair.told(mean),
            "difference": pair.difference,
        }
        for pair in pairs
        for label, mean in pair.means.items()
    ]
    headings = [
        {
            "measure": pair.of.label,
            "slot": HEADING,
            "end": 0,
            "told": f"{pair.of.label}: {pair.difference}",
        }
        for pair in pairs
    ]
    places: dict[str, Any] = {
        "y": alt.Y(
            "measure:N",
            axis=None,
            scale=alt.Scale(domain=[pair.of.label for pair in pairs], paddingInner=0.12),
        ),
        "yOffset": alt.YOffset("slot:N", scale=alt.Scale(domain=[HEADING, *COLOURS])),
    }
    scale = alt.Scale(domainMin=0, domainMax=alt.expr(ROOM_FOR_WORDS), nice=False)
    base = alt.Chart(pd.DataFrame(bars)).encode(
        **places,
        tooltip=[
            alt.Tooltip("measure:N", title="What"),
            alt.Tooltip("slot:N", title="Days"),
            alt.Tooltip("told:N", title="Mean · days behind it"),
            alt.Tooltip("difference:N", title="Difference"),
        ],
    )
    drawn = (
        base.transform_filter("isValid(datum.share)")
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            x=alt.X("share:Q", axis=None, scale=scale),
            color=alt.Color(
                "slot:N",
                scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
                legend=alt.Legend(title=None, orient="top", symbolType="square"),
            ),
        )
    )
    above = alt.Chart(pd.DataFrame(headings)).encode(**places)
    words = [
        *texts(base, "true", align="left", dx=6),
        *texts(above, "true", align="left", fontWeight="bold", dy=3),
    ]
    told = [mark.encode(x=alt.X("end:Q", axis=None, scale=scale), text="told:N") for mark in words]
    return alt.LayerChart(layer=[drawn, *told]).properties(
        height=ROW_HEIGHT * len(pairs) + AROUND_ROWS_HEIGHT
    )
