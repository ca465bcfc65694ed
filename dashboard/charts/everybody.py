"""How everybody's last days stand, endpoint by endpoint: stacked bars of participant days."""

from datetime import date
from typing import Any

import altair as alt
import pandas as pd

from dashboard.charts.figure import Figure, counted, spoken_range, texts
from dashboard.charts.standing import (
    LOOKS,
    ROW,
    endpoint_label,
    legend,
    row_axis,
    shapes,
)

ROOM_FOR_LEGEND_AND_AXIS = 130
PIXELS_PER_DIGIT, PIXELS_AROUND_DIGITS = 8, 10
CONCERNED = "Participants with failures"


def everybody_figure(
    endpoints: pd.DataFrame, participants: int, participant_days: int, first: date, last: date
) -> Figure:
    """Participant days per endpoint and standing.

    Args:
        endpoints: From ``queries.everybody``: a row per endpoint, a column per standing.
        participants: Of how many participants.
        participant_days: How many days of theirs lie in the range, at least one.
        first: The first day.
        last: The last day, included.
    """
    named = endpoints.assign(endpoint=[endpoint_label(each) for each in endpoints["endpoint"]])
    present = {name for name in LOOKS if named[name].sum()}
    whose = counted(participants, "participant")
    return Figure(
        title="Everybody: participant days by kind of data",
        explanation=(
            f"{whose}, {spoken_range(first, last)}: {counted(participant_days, 'participant day')} "
            "for each kind of data. "
            + " ".join(
                f"{look.label}: {look.meaning}." for name, look in LOOKS.items() if name in present
            )
        ),
        chart=_layers(named, participant_days, present),
        alt=_spoken(named, participants, participant_days, first, last),
        table=_for_people(named),
        name="coverage-of-everybody",
    )


def _layers(endpoints: pd.DataFrame, participant_days: int, present: set[str]) -> alt.LayerChart:
    segments = _segments(endpoints)
    base = alt.Chart(segments).encode(y=row_axis("endpoint", list(endpoints["endpoint"])))
    where: dict[str, Any] = {
        "x": alt.X(
            "begin:Q",
            scale=alt.Scale(domain=[0, participant_days], nice=False),
            axis=alt.Axis(title="Participant days", tickCount=5, format=",d", tickMinStep=1),
        ),
        "x2": "end:Q",
    }
    hover = base.mark_rect(opacity=0, height=ROW, aria=False).encode(
        **where,
        tooltip=[
            alt.Tooltip("endpoint:N", title="Kind of data"),
            alt.Tooltip("told_state:N", title="State"),
            alt.Tooltip("days:Q", title="Participant days", format=",d"),
            alt.Tooltip("share:Q", title="Share", format=".1%"),
            alt.Tooltip("concerned:Q", title=CONCERNED, format=",d"),
        ],
    )
    wide = (
        f"datum.days / {participant_days} * width"
        f" > datum.digits * {PIXELS_PER_DIGIT} + {PIXELS_AROUND_DIGITS}"
    )
    on_blue = base.transform_filter("datum.standing == 'data'")
    elsewhere = base.transform_filter("datum.standing != 'data'")
    labels = [
        text.encode(x="middle:Q", text=alt.Text("days:Q", format=",d"))
        for text in (
            on_blue.mark_text(
                color="#FFFFFF", fontSize=11, opacity=alt.expr(f"{wide} ? 1 : 0"), aria=False
            ),
            *texts(elsewhere, wide, outline=6, align="center", baseline="middle"),
        )
    ]
    return alt.LayerChart(
        layer=[*shapes(base, present, **where), *labels, hover, legend(present)]
    ).properties(height=len(endpoints) * ROW + ROOM_FOR_LEGEND_AND_AXIS)


def _segments(endpoints: pd.DataFrame) -> pd.DataFrame:
    segments = []
    for row in endpoints.to_dict("records"):
        whole = sum(row[name] for name in LOOKS)
        begin = 0
        for name, look in LOOKS.items():
            if not row[name]:
                continue
            segments.append(
                {
                    "endpoint": row["endpoint"],
                    "standing": name,
                    "days": row[name],
                    "begin": begin,
                    "middle": begin + row[name] / 2,
                    "end": begin + row[name],
                    "share": row[name] / whole,
                    "digits": len(f"{row[name]:,}"),
                    "concerned": row["concerned"],
                    "told_state": f"{look.label}: {look.meaning}",
                }
            )
            begin += row[name]
    return pd.DataFrame(segments)


def _spoken(
    endpoints: pd.DataFrame, participants: int, participant_days: int, first: date, last: date
) -> str:
    told = ", ".join(
        f"{endpoints[name].sum():,} {look.label.lower()}"
        for name, look in LOOKS.items()
        if endpoints[name].sum()
    )
    failed = endpoints[endpoints["failed"] > 0]
    where = "; ".join(
        f"{row['endpoint']} {counted(row['failed'], 'day')} of "
        f"{counted(row['concerned'], 'participant')}"
        for row in failed.to_dict("records")
    )
    failures = f" Failed: {where}." if where else ""
    return (
        f"Stacked bar chart of {counted(participant_days, 'participant day')} of "
        f"{counted(participants, 'participant')} for each of {len(endpoints)} kinds of data, "
        f"{spoken_range(first, last)}: over all kinds {told}.{failures}"
    )


def _for_people(endpoints: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Kind of data": endpoints["endpoint"],
            **{look.label: endpoints[name] for name, look in LOOKS.items()},
            CONCERNED: endpoints["concerned"],
        }
    )
