"""Wear: a calendar of ISO weeks in which every day stands, with its state in sign and colour."""

from datetime import date, timedelta
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.figure import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    SKY,
    Figure,
    counted,
    hatching,
    hours_and_minutes,
    spoken_range,
)
from dashboard.queries.engagement import NO_DATA, NOT_WORN, PARTLY_WORN, UNKNOWN, WORN
from fitbit_pipeline.engagement.daily import Thresholds, WearMethod

WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
ROW_HEIGHT = 34
LOW_ROW_HEIGHT = 21
HIGH_ROWS_UP_TO_WEEKS = 20
AROUND_ROWS_HEIGHT = 105

SIGNS = {WORN: "✓", PARTLY_WORN: "½", NOT_WORN: "✗", UNKNOWN: "?", NO_DATA: "–"}
OPEN_SIGN = "◇"
LABELS = {
    WORN: "✓ worn",
    PARTLY_WORN: "½ partly worn",
    NOT_WORN: "✗ not worn",
    UNKNOWN: "? wear unknown",
    NO_DATA: "– no data",
}
COLOURS: dict[str, Any] = {
    WORN: BLUE,
    PARTLY_WORN: SKY,
    NOT_WORN: ORANGE,
    UNKNOWN: "transparent",
    NO_DATA: "transparent",
}

METHODS = {
    WearMethod.HEART_RATE.value: "minutes with at least one heart-rate reading",
    WearMethod.HEART_RATE_ZONES.value: "minutes in all heart-rate zones",
    WearMethod.NO_MOVEMENT.value: (
        "nothing but sedentary minutes all day, no step, no sleep, no resting heart rate: 0 minutes"
    ),
}


def wear_figure(days: pd.DataFrame, evidence: pd.DataFrame, thresholds: Thresholds) -> Figure:
    """When the device was worn.

    Args:
        days: From ``queries.engagement_days``: a row for every civil day of the range.
        evidence: From ``queries.wear_evidence``.
        thresholds: From where on a day counts as worn.
    """
    calendar = _calendar(days)
    weeks = calendar["week"].nunique()
    row_height = ROW_HEIGHT if weeks <= HIGH_ROWS_UP_TO_WEEKS else LOW_ROW_HEIGHT
    return Figure(
        title="Worn days, and hours of wear where measured",
        explanation=" ".join([_how_it_was_found(evidence, thresholds), *_open_days(days)]),
        chart=_cells(calendar).properties(height=row_height * weeks + AROUND_ROWS_HEIGHT),
        alt=_spoken(days),
        table=_table(days, calendar),
        name="wear",
    )


def _calendar(days: pd.DataFrame) -> pd.DataFrame:
    dates = [date.fromisoformat(day) for day in days["date"]]
    hours = [
        "" if pd.isna(minutes) else f"{minutes / 60:.1f} h" for minutes in days["wear_minutes"]
    ]
    signs = [
        f"{SIGNS[state]}{OPEN_SIGN if may_change else ''}"
        for state, may_change in zip(days["wear_state"], days["may_change"], strict=True)
    ]
    return pd.DataFrame(
        {
            "date": days["date"],
            "week": [(day - timedelta(days=day.weekday())).isoformat() for day in dates],
            "iso_week": [
                f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in dates
            ],
            "weekday": [WEEKDAYS[day.weekday()] for day in dates],
            "state": days["wear_state"],
            "label": [LABELS[state] for state in days["wear_state"]],
            "sign": signs,
            "sign_and_hours": [
                f"{sign} {hour}".strip() for sign, hour in zip(signs, hours, strict=True)
            ],
            "worn_for": [
                "not known" if pd.isna(minutes) else hours_and_minutes(minutes)
                for minutes in days["wear_minutes"]
            ],
            "found_by": [_found_by(row) for row in days.itertuples()],
            "note": days["note"],
        }
    )


def _found_by(row: Any) -> str:
    if not row.has_data:
        return "–"
    if not pd.isna(row.wear_method):
        return METHODS[row.wear_method]
    return "neither wear time nor steps" if pd.isna(row.worn_by) else "steps"


def _cells(calendar: pd.DataFrame) -> alt.LayerChart:
    used = [state for state in LABELS if state in set(calendar["state"])]
    base = alt.Chart(calendar).encode(
        x=alt.X(
            "weekday:O",
            scale=alt.Scale(domain=WEEKDAYS, padding=0.06),
            axis=alt.Axis(title=None, orient="top", labelAngle=0, grid=False),
        ),
        y=alt.Y(
            "week:O",
            scale=alt.Scale(padding=0.08),
            axis=alt.Axis(
                title=None,
                grid=False,
                labelExpr="utcFormat(toDate(datum.value), '%-d %b')",
                labelOverlap=False,
            ),
        ),
        tooltip=[
            alt.Tooltip("date:N", title="Day"),
            alt.Tooltip("iso_week:N", title="ISO week"),
            alt.Tooltip("label:N", title="State"),
            alt.Tooltip("worn_for:N", title="Wear time"),
            alt.Tooltip("found_by:N", title="Found by"),
            alt.Tooltip("note:N", title="Note"),
        ],
    )
    colour = alt.Color(
        "label:N",
        scale=alt.Scale(
            domain=[LABELS[state] for state in used], range=[COLOURS[state] for state in used]
        ),
        legend=alt.Legend(
            title=None,
            orient="bottom",
            symbolType="square",
            symbolStrokeColor=GREY,
            symbolStrokeWidth=1,
            symbolSize=160,
            columns=alt.expr(f"width < 420 ? 2 : {len(used)}"),
        ),
    )
    cells = base.mark_rect(cornerRadius=4, stroke=GREY, strokeWidth=1).encode(color=colour)
    empty = base.transform_filter(f"datum.state == '{NO_DATA}'").mark_rect(
        cornerRadius=4, fill=hatching(10), opacity=0.45, stroke=GREY, strokeWidth=1
    )
    return alt.LayerChart(
        layer=[
            cells,
            empty,
            _words(base, "sign_and_hours", "width >= 420"),
            _words(base, "sign", "width < 420"),
        ]
    )


def _words(base: alt.Chart, field: str, when: str) -> alt.Chart:
    ink = alt.when(f"datum.state == '{WORN}'").then(alt.value("#FFFFFF"))
    ink = ink.when(f"datum.state == '{NOT_WORN}' || datum.state == '{PARTLY_WORN}'").then(
        alt.value("#000000")
    )
    marks: alt.Chart = base.mark_text(
        fontSize=13, fontWeight="bold", opacity=alt.expr(f"{when} ? 1 : 0"), aria=False
    ).encode(text=f"{field}:N", color=ink.otherwise(alt.value(INK)))
    return marks


def _how_it_was_found(evidence: pd.DataFrame, thresholds: Thresholds) -> str:
    sentences = [
        f"A day counts as worn from {thresholds.worn_minutes:,} minutes of wear on; where wear "
        f"time is not known, from {thresholds.worn_steps:,} steps on."
    ]
    for worn_by, method, number in evidence.itertuples(index=False, name=None):
        days = counted(number, "day")
        if worn_by == "wear_minutes":
            sentences.append(f"Wear time of {days}: {METHODS[method]}.")
        elif worn_by == "steps":
            sentences.append(f"Judged by steps: {days}.")
        else:
            sentences.append(f"Unknown, with neither wear time nor steps: {days}.")
    return " ".join(sentences)


def _open_days(days: pd.DataFrame) -> list[str]:
    still_open = int(days["may_change"].sum())
    return [f"{OPEN_SIGN} {counted(still_open, 'day')} may still change."] if still_open else []


def _spoken(days: pd.DataFrame) -> str:
    first, last = (date.fromisoformat(days["date"].iloc[each]) for each in (0, -1))
    counts = days["wear_state"].value_counts()
    said = ", ".join(
        f"{counted(int(counts.get(state, 0)), 'day')} {LABELS[state][2:]}" for state in LABELS
    )
    return f"Calendar of wear by ISO week, {spoken_range(first, last)}: {said}."


def _table(days: pd.DataFrame, calendar: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Day": days["date"],
            "ISO week": calendar["iso_week"],
            "State": [LABELS[state][2:] for state in days["wear_state"]],
            "Wear time (min)": days["wear_minutes"],
            "Found by": calendar["found_by"],
            "Note": days["note"],
        }
    )
