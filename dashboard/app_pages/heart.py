"""Heart and recovery: what each day and night measured, against what is usual for the person."""

from collections import defaultdict
from datetime import date

import pandas as pd

from dashboard.charts.figure import GREY, ORANGE, SKY, VERMILLION, spoken
from dashboard.charts.measure import Measure
from dashboard.charts.stacked import Part, stacked_figure
from dashboard.charts.usual import usual_figure
from dashboard.page_frame import PersonFrame, person_page, say_range_without_data
from dashboard.page_parts import Tile, reasons, show_missing, show_tiles
from dashboard.queries.days import WHY, metric_days
from dashboard.queries.engagement import key_figures
from dashboard.queries.recovery import ABOVE, BELOW, WITHIN, not_served, usual_days
from fitbit_pipeline.metrics.catalogue import METRIC
from fitbit_pipeline.store.coverage import CoverageState

RESTING = Measure(
    "resting_heart_rate",
    "Resting heart rate",
    "Resting heart rate",
    "What the source states for the whole day, from the heart at rest and in sleep.",
)
MEASURES = (
    Measure(
        "hrv_rmssd",
        "Heart-rate variability (HRV)",
        "HRV",
        "RMSSD over the sleep that ended on the day: how much the time between beats varies.",
        companions={"hrv_deep_rmssd": "In deep sleep (ms)"},
    ),
    Measure(
        "breathing_rate",
        "Breathing rate asleep",
        "Breathing rate",
        "Breaths a minute in the sleep that ended on the day.",
        decimals=1,
    ),
    Measure(
        "spo2_average",
        "Blood oxygen saturation asleep (SpO2)",
        "SpO2",
        "Points: the mean of the sleep that ended on the day. Grey lines: from its lower to its "
        "upper bound, as the source states them.",
        decimals=1,
        companions={"spo2_lowest": "Lower bound (%)", "spo2_highest": "Upper bound (%)"},
        reach=("spo2_lowest", "spo2_highest"),
    ),
    Measure(
        "skin_temperature_deviation",
        "Skin temperature asleep, from the baseline",
        "Skin temperature",
        "How far the night was from the person's baseline, which the source keeps; it needs some "
        "weeks of nights before it states any.",
        decimals=1,
    ),
    Measure(
        "vo2_max",
        "Cardio fitness (VO2max)",
        "VO2max",
        "An estimate that the source smooths over weeks: many days in a row outside the usual "
        "range are a slow change. Where it states a range, this is its middle.",
        decimals=1,
    ),
    Measure(
        "weight",
        "Weight",
        "Weight",
        "The last weight logged on the day. Most people do not log one every day.",
        decimals=1,
    ),
)

ZONES = (
    Part("zone_fat_burn_minutes", "Fat burn", SKY),
    Part("zone_cardio_minutes", "Cardio", ORANGE),
    Part("zone_peak_minutes", "Peak", VERMILLION),
    # Nearly the whole day, beside which nothing else could be seen.
    Part("zone_below_minutes", "Below the zones", GREY, drawn=False),
)
ZONES_LABEL = "Time in heart-rate zones"

AGAINST = {
    WITHIN: "within the usual {}",
    ABOVE: "above the usual {}",
    BELOW: "below the usual {}",
}


def draw(page: PersonFrame) -> None:
    """The whole page."""
    zones: pd.DataFrame = page.about(metric_days, *(part.column for part in ZONES))
    has_zones = bool(zones[[part.column for part in ZONES if part.drawn]].notna().any(axis=None))
    found = {
        measure: page.about(usual_days, measure.column, *measure.companions)
        for measure in (RESTING, *MEASURES)
    }
    shown = {measure: days for measure, days in found.items() if days["has_data"].any()}
    missing = {
        _within_a_sentence(measure.short): (METRIC[measure.column].endpoint, days)
        for measure, days in found.items()
        if measure not in shown
    }
    if not has_zones:
        missing[_within_a_sentence(ZONES_LABEL)] = ("heart_rate_zones", _unstated(zones))
    if not shown and not has_zones and not page.about(key_figures).days_with_data:
        say_range_without_data(page)
        return
    show_tiles([_tile(measure, days, page.view.last) for measure, days in shown.items()])
    _show_figures(page, shown, zones if has_zones else None)
    if missing:
        _say_missing(page, missing)


def _show_figures(
    page: PersonFrame, shown: dict[Measure, pd.DataFrame], zones: pd.DataFrame | None
) -> None:
    if RESTING in shown:
        page.show(usual_figure, shown[RESTING], RESTING, key=RESTING.column)
    if zones is not None:
        page.show(
            stacked_figure,
            zones,
            ZONES,
            title=f"{ZONES_LABEL} per day",
            explanation="From the ground up: fat burn, cardio and peak, which are bands of heart "
            "rate that the source sets for the person; above a bar the time in all three. The time "
            "below them is in the table.",
            total="In the zones",
            write_totals=True,
            unstated="no zones",
            name="zones",
        )
    for measure in MEASURES:
        if measure in shown:
            page.show(usual_figure, shown[measure], measure, key=measure.column)


def _tile(measure: Measure, days: pd.DataFrame, last: date) -> Tile:
    row = days.loc[days["has_data"]].iloc[-1]
    day = date.fromisoformat(row["date"])
    usual = measure.told_range(row["usual_low"], row["usual_high"])
    against = row["against_usual"]
    words = "no usual range yet" if pd.isna(against) else AGAINST[against].format(usual)
    # What is as usual needs few words, so that more tiles stand side by side.
    short = f"usual {usual}" if not pd.isna(against) and against == WITHIN else words
    open_mark = " ◇" if row["may_change"] else ""
    told = f"On {spoken(day)}, the last day of the range with a value: {words}."
    if row["may_change"]:
        told += " ◇ It may still change: the device had not synced up to the day's end."
    return Tile(
        f"{measure.short} ({measure.unit}){open_mark}",
        measure.told(row[measure.column]),
        told,
        compared_with=short if day == last else f"{day.day} {day:%b}: {short}",
    )


def _unstated(days: pd.DataFrame) -> pd.DataFrame:
    """Days of which none states what is wanted, with that as the reason where there are others."""
    why = days["note"].mask(days["has_data"], WHY[CoverageState.DATA.value])
    return days.assign(has_data=False, note=why)


def _say_missing(page: PersonFrame, missing: dict[str, tuple[str, pd.DataFrame]]) -> None:
    # One box for all that is missing for the same reason: a source without sensors is said once.
    unserved = set(page.about(not_served, *(endpoint for endpoint, _ in missing.values())))
    together: defaultdict[tuple[bool, str], list[str]] = defaultdict(list)
    for label, (endpoint, days) in missing.items():
        together[endpoint in unserved, reasons(days)].append(label)
    participant = page.view.participant
    for (is_unserved, _), labels in together.items():
        names = f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else labels[0]
        if is_unserved:
            title = "Not in the source"
            sentence = (
                f"The source of {participant.name} ({participant.source}) has nothing of this: "
                f"{names}. Most of it takes a device that measures heart rate, and a source that "
                "passes it on: Google Health or a Takeout archive."
            )
        else:
            title = "Without a value in these days"
            sentence = f"No day of this range has a value of this: {names}."
        show_missing(title, sentence, missing[labels[0]][1])


def _within_a_sentence(name: str) -> str:
    is_word = name[1:].islower()
    return name[0].lower() + name[1:] if is_word else name


person_page("Heart and recovery", draw)
