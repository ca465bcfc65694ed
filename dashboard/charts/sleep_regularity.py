"""How regular the sleep is: how often the person was in bed, by weekday and half hour."""

import altair as alt
import pandas as pd

from dashboard.charts.figure import GREY, Figure, counted, hatching
from dashboard.charts.sleep_words import clock_text
from dashboard.queries.sleep import SLOT_MINUTES, SLOTS

REGULARITY_TITLE = "Nights in bed by weekday and half hour, in %"
ROW_HEIGHT = 34
AROUND_ROWS_HEIGHT = 100
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LABELLED_EVERY_HOURS = 2
VALUE_WIDTH = 25
SLOTS_OF_HOUR = 60 // SLOT_MINUTES


def regularity_figure(shares: pd.DataFrame, cut: int) -> Figure:
    """Weekday by half hour: the share of the nights in bed.

    Args:
        shares: From ``queries.sleep.in_bed_shares``, with some night.
        cut: The full hour at which the clock is cut open, from ``quietest_hour``.
    """
    placed = shares.assign(place=(shares["slot"] - cut * SLOTS_OF_HOUR) % SLOTS)
    used = placed.loc[placed["in_bed"] > 0, "place"]
    # An hour around the earliest and the latest night shows where they end.
    earliest = max(int(used.min()) - SLOTS_OF_HOUR, 0)
    latest = min(int(used.max()) + SLOTS_OF_HOUR, SLOTS - 1)
    shown = placed[placed["place"].between(earliest, latest)].sort_values(["weekday", "place"])
    frame = pd.DataFrame(
        {
            "weekday": [NAMES[each] for each in shown["weekday"]],
            "slot": shown["slot"].astype(str),
            "share": shown["share"],
            "percent": [_percent(each) for each in shown["share"]],
            "time": [_span(each) for each in shown["slot"]],
            "told": [
                f"{in_bed} of {counted(int(nights), 'night')}"
                for in_bed, nights in zip(shown["in_bed"], shown["nights"], strict=True)
            ],
            "nights": shown["nights"],
        }
    )
    nights = shares.drop_duplicates("weekday")["nights"].astype(int).tolist()
    order = list(dict.fromkeys(frame["slot"]))
    return Figure(
        title=REGULARITY_TITLE,
        explanation=" ".join(_how_to_read(nights)),
        chart=_cells(frame, order),
        alt=_spoken(placed, nights),
        table=_table(shown, nights),
        name="sleep-regularity",
    )


def _percent(share: float) -> str:
    return "" if pd.isna(share) or share == 0 else f"{share * 100:.0f}"


def _span(slot: int) -> str:
    return f"{clock_text(slot * SLOT_MINUTES)} to {clock_text((slot + 1) * SLOT_MINUTES)}"


def _how_to_read(nights: list[int]) -> list[str]:
    sentences = [
        "Rows are the weekday on which the night ended: Mon is the night from Sunday to Monday. A "
        "cell tells in how many % of these nights the person was in bed in the middle of the half "
        "hour, by the wall clock; an empty cell is 0. Sharp edges are regular times. Main sleeps "
        "only."
    ]
    if 0 in nights:
        sentences.append("Hatched: no night of that weekday in the range.")
    fewest = min((each for each in nights if each), default=0)
    if fewest < 4:
        sentences.append(
            f"Some weekday has but {counted(fewest, 'night')}: a longer range tells more."
        )
    return sentences


def _cells(frame: pd.DataFrame, order: list[str]) -> alt.LayerChart:
    starts = {slot: clock_text(int(slot) * SLOT_MINUTES) for slot in order}
    labelled = [slot for slot in order if int(slot) % (SLOTS_OF_HOUR * LABELLED_EVERY_HOURS) == 0]
    base = alt.Chart(frame).encode(
        x=alt.X(
            "slot:O",
            scale=alt.Scale(domain=order, padding=0),
            axis=alt.Axis(
                title=None,
                values=labelled,
                labelExpr=f"{starts}[datum.value]",
                labelAngle=0,
                labelOverlap="greedy",
                labelFlush=False,
                # At the beginning of the half hour, where its clock time is.
                bandPosition=0,
                labelOffset=alt.expr(f"-width / {2 * len(order)}"),
                ticks=True,
                grid=False,
            ),
        ),
        y=alt.Y(
            "weekday:O",
            scale=alt.Scale(domain=list(NAMES), padding=0.08),
            axis=alt.Axis(title=None, grid=False),
        ),
        tooltip=[
            alt.Tooltip("weekday:N", title="Weekday"),
            alt.Tooltip("time:N", title="Time"),
            alt.Tooltip("told:N", title="In bed"),
            alt.Tooltip("share:Q", title="Share", format=".0%"),
        ],
    )
    colour = alt.Color(
        "share:Q",
        # What is rare fades into the page, light or dark.
        scale=alt.Scale(
            scheme="cividis", domain=[0, 1], reverse=alt.expr("luminance(background) >= 0.4")
        ),
        legend=alt.Legend(
            title="Nights in bed",
            orient="top",
            direction="horizontal",
            format=".0%",
            values=[0, 0.5, 1],
            gradientLength=200,
        ),
    )
    cells = base.transform_filter("datum.share > 0").mark_rect().encode(color=colour)
    never = base.transform_filter("isValid(datum.share) && datum.share == 0").mark_rect(
        fill="transparent", stroke=GREY, strokeWidth=0.5, strokeOpacity=0.35
    )
    without = base.transform_filter("datum.nights == 0").mark_rect(
        fill=hatching(), opacity=0.45, aria=False
    )
    # The scale tells the colour of the cell, and that the ink on it.
    ink = alt.expr("luminance(scale('color', datum.share)) > 0.3 ? '#000000' : '#FFFFFF'")
    values = (
        base.transform_filter("datum.share > 0")
        .mark_text(
            fontSize=10,
            color=ink,
            opacity=alt.expr(f"width / {len(order)} >= {VALUE_WIDTH} ? 1 : 0"),
            aria=False,
        )
        .encode(text="percent:N")
    )
    return alt.LayerChart(layer=[never, without, cells, values]).properties(
        height=ROW_HEIGHT * len(NAMES) + AROUND_ROWS_HEIGHT
    )


def _spoken(placed: pd.DataFrame, nights: list[int]) -> str:
    said = []
    for weekday, name in enumerate(NAMES):
        if not nights[weekday]:
            said.append(f"{name} no night")
            continue
        row = placed[placed["weekday"] == weekday].sort_values("place")
        usual = row[(row["share"] >= 0.5).fillna(value=False)]["slot"].tolist()
        span = (
            f"{clock_text(usual[0] * SLOT_MINUTES)} to {clock_text((usual[-1] + 1) * SLOT_MINUTES)}"
            if usual
            else "no half hour"
        )
        said.append(f"{name} {span} ({counted(nights[weekday], 'night')})")
    return (
        f"Heat map of nights in bed by weekday and half hour. In bed in at least half of the "
        f"nights: {'; '.join(said)}."
    )


def _table(shown: pd.DataFrame, nights: list[int]) -> pd.DataFrame:
    percent = (shown["share"] * 100).round()
    by_weekday = {
        f"{name}, {counted(nights[weekday], 'night')} (%)": percent[
            shown["weekday"] == weekday
        ].reset_index(drop=True)
        for weekday, name in enumerate(NAMES)
    }
    spans = [_span(slot) for slot in shown.loc[shown["weekday"] == 0, "slot"]]
    return pd.DataFrame({"Half hour": spans, **by_weekday})
