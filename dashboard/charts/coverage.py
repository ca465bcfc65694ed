"""What is known of every endpoint and day, as a map: endpoints in rows, days in columns."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.days import day_axis
from dashboard.charts.figure import Figure, counted, spoken_range
from dashboard.charts.standing import (
    LOOKS,
    NEVER_ASKED,
    NOT_SERVED,
    ROW,
    endpoint_label,
    legend,
    open_marks,
    row_axis,
    shapes,
)

DAYS_IN_CELLS = 62
"""Up to so many days each has a cell of its own; else neighbours that are alike share one."""

ROOM_FOR_LEGEND_AND_AXIS = 110
NEVER = "–"


def coverage_figure(days: pd.DataFrame) -> Figure:
    """Every endpoint and day.

    Args:
        days: From ``queries.quality.endpoint_days``, at least one row.
    """
    named = days.assign(endpoint=[endpoint_label(each) for each in days["endpoint"]])
    every_day = list(dict.fromkeys(named["date"]))
    rows, never_served = _rows(named)
    present = set(named["standing"])
    return Figure(
        title="What is there, by kind of data and day",
        explanation=_how_to_read(named, present, never_served),
        chart=_layers(named, rows, every_day, present),
        alt=_spoken(named, every_day),
        table=_for_people(named),
        name="coverage",
    )


def _rows(days: pd.DataFrame) -> tuple[list[str], int]:
    """The rows from top to bottom, and how many of the last ones the source never serves."""
    asked = days[days["standing"] != NEVER_ASKED]
    never = (asked["standing"] == NOT_SERVED).groupby(asked["endpoint"]).all()
    rows = list(dict.fromkeys(days["endpoint"]))
    last = [row for row in rows if never.get(row, default=False)]
    return [*(row for row in rows if row not in last), *last], len(last)


def _layers(
    days: pd.DataFrame, rows: Sequence[str], every_day: Sequence[str], present: set[str]
) -> alt.LayerChart:
    joined = len(every_day) > DAYS_IN_CELLS
    cells = _cells(days, joined=joined)
    base = alt.Chart(cells).encode(y=row_axis("endpoint", rows))
    x = day_axis(every_day)
    where = {"x": x.bandPosition(0), "x2": alt.X2("until", bandPosition=1)} if joined else {"x": x}
    hover = base.mark_rect(opacity=0, aria=False, height=ROW).encode(
        **where,
        tooltip=[
            alt.Tooltip(f"{column}:N", title=title)
            for column, title in (
                ("endpoint", "Kind of data"),
                ("told_days", "Day"),
                ("told_state", "State"),
                ("told_reason", "Reason"),
                ("told_asked", "Asked at"),
                ("told_attempts", "Failed tries in a row"),
                ("told_settled", "Settled"),
            )
        ],
    )
    still_open = cells[cells["unsettled"]]
    signs = alt.Chart(still_open.assign(date=still_open["middle"])).encode(
        x=x, y=row_axis("endpoint", rows)
    )
    marks = [open_marks(signs)] if len(still_open) else []
    return alt.LayerChart(
        layer=[*shapes(base, present, **where), *marks, hover, legend(present)]
    ).properties(height=len(rows) * ROW + ROOM_FOR_LEGEND_AND_AXIS)


def _cells(days: pd.DataFrame, *, joined: bool) -> pd.DataFrame:
    """What is drawn as one: a day of an endpoint, or a run of days that are alike."""
    runs: list[list[Any]] = []
    for row in days.itertuples():
        if joined and runs and _alike(runs[-1][-1], row):
            runs[-1].append(row)
        else:
            runs.append([row])
    return pd.DataFrame([_cell(run) for run in runs])


def _alike(one: Any, other: Any) -> bool:
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("endpoint", "standing", "unsettled", "reason")
    )


def _cell(run: Sequence[Any]) -> dict[str, Any]:
    one = run[0]
    look = LOOKS[one.standing]
    return {
        "endpoint": one.endpoint,
        "standing": one.standing,
        "unsettled": one.unsettled,
        "date": one.date,
        "until": run[-1].date,
        "middle": run[len(run) // 2].date,
        "told_days": _told_days(run),
        "told_state": f"{look.label}: {look.meaning}",
        "told_reason": one.reason or NEVER,
        "told_asked": _between([f"{row.asked_at:%Y-%m-%d %H:%M}" for row in run], " UTC")
        if one.standing != NEVER_ASKED
        else NEVER,
        "told_attempts": _between([row.attempts for row in run]),
        "told_settled": _told_settled(one),
    }


def _told_days(run: Sequence[Any]) -> str:
    if len(run) == 1:
        return str(run[0].date)
    return f"{run[0].date} to {run[-1].date} ({counted(len(run), 'day')})"


def _between(values: Sequence[Any], unit: str = "") -> str:
    least, most = min(values), max(values)
    return f"{least}{unit}" if least == most else f"{least} to {most}{unit}"


def _told_settled(row: Any) -> str:
    if row.standing == NEVER_ASKED:
        return NEVER
    return "no: may still change" if row.unsettled else "yes: stays as it is"


def _how_to_read(days: pd.DataFrame, present: set[str], never_served: int) -> str:
    sentences = [
        f"{look.label}: {look.meaning}." for name, look in LOOKS.items() if name in present
    ]
    unsettled = int(days["unsettled"].sum())
    if unsettled:
        sentences.append(
            f"◇ {counted(unsettled, 'endpoint day')} may still change: when last asked, the device "
            "had not synced past the day's end, or the try failed."
        )
    if never_served:
        what = "kind of data" if never_served == 1 else "kinds of data"
        sentences.append(f"At the bottom: {never_served} {what} that the source never has.")
    return " ".join(sentences)


def _spoken(days: pd.DataFrame, every_day: Sequence[str]) -> str:
    span = spoken_range(*(date.fromisoformat(every_day[each]) for each in (0, -1)))
    counts = days["standing"].value_counts()
    told = ", ".join(
        f"{counts[name]:,} {look.label.lower()}" for name, look in LOOKS.items() if name in counts
    )
    failed = days.loc[days["standing"] == "failed", "endpoint"].value_counts()
    where = "; ".join(f"{name} {counted(count, 'day')}" for name, count in failed.items())
    failures = f" Failed: {where}." if where else ""
    return (
        f"Map of {days['endpoint'].nunique()} kinds of data by day, {span}: of {len(days):,} "
        f"endpoint days {told}; {int(days['unsettled'].sum()):,} may still change."
        f"{failures}"
    )


def _for_people(days: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Kind of data": days["endpoint"],
            "Day": days["date"],
            "State": [LOOKS[each].label for each in days["standing"]],
            "May still change": ["yes" if each else "" for each in days["unsettled"]],
            "Failed tries in a row": days["attempts"],
            "Asked at (UTC)": days["asked_at"].dt.strftime("%Y-%m-%d %H:%M"),
            "Reason": days["reason"],
        }
    )
