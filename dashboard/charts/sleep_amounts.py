"""How long the nights were: in bed, asleep and awake, and in which stages."""

import pandas as pd

from dashboard.charts.figure import BLUE, GREEN, GREY, ORANGE, SKY, Figure, counted
from dashboard.charts.sleep_words import NO_MAIN_SLEEP
from dashboard.charts.stacked import Part, stacked_figure
from dashboard.queries.sleep import Night

IN_BED_TITLE = "Time in bed of the main sleep, asleep and awake"
STAGES_TITLE = "Sleep stages of the main sleep"
TOTALS_TITLE = "Time in bed of all sleeps of the day, asleep and awake"
NO_STAGES = "no stages"

STAGE_PARTS = (
    Part("deep_minutes", "Deep", BLUE),
    Part("light_minutes", "Light", SKY),
    Part("rem_minutes", "REM", GREEN),
    Part("wake_minutes", "Awake", ORANGE),
)


def in_bed_figure(days: pd.DataFrame) -> Figure:
    """Minutes asleep and awake per night.

    Args:
        days: From ``queries.sleep.sleep_days``; some night states its time in bed or asleep.
    """
    asleep, awake = days["minutes_asleep"], days["minutes_awake"]
    other = _rest(days["time_in_bed_minutes"], asleep, awake)
    parts = [Part("minutes_asleep", "Asleep", BLUE), Part("minutes_awake", "Awake", ORANGE)]
    sentences = [
        "From the ground up: asleep, then awake; above a bar its time in bed in hours and minutes. "
        "A night stands at the day on which it ended.",
        "Awake is the source's own count for the whole sleep, restless minutes included where it "
        "tells no stages.",
    ]
    if (other > 0).any():
        parts.append(Part("other_minutes", "Neither stated", GREY))
        sentences.append(
            "Neither stated: time in bed that the source counts as neither asleep nor awake, such "
            "as falling asleep."
        )
    return stacked_figure(
        days.assign(other_minutes=other),
        parts,
        title=IN_BED_TITLE,
        explanation=" ".join(sentences),
        total="Time in bed",
        total_column="time_in_bed_minutes",
        write_totals=True,
        unstated=NO_MAIN_SLEEP,
        name="sleep-time-in-bed",
    )


def stages_figure(days: pd.DataFrame) -> Figure:
    """Minutes of each stage per night.

    Args:
        days: From ``queries.sleep.sleep_days``; some night has stages.
    """
    columns = [part.column for part in STAGE_PARTS]
    classic = (days["night"] == Night.MAIN) & days[columns].isna().all(axis=1)
    sentences = [
        "From the ground up: deep, light, REM, awake. Awake is here what the stages add up to; the "
        "minutes awake that the source counts for the whole sleep may differ by some."
    ]
    if classic.any():
        sentences.append(
            f"{counted(int(classic.sum()), 'night')} without stages: the source kept a classic "
            "sleep, which happens when heart rate was not measured well enough, or the sleep was "
            "short or entered by hand."
        )
    return stacked_figure(
        days,
        STAGE_PARTS,
        title=STAGES_TITLE,
        explanation=" ".join(sentences),
        total="All stages",
        unstated=NO_STAGES,
        name="sleep-stages",
    )


def totals_figure(days: pd.DataFrame) -> Figure:
    """Minutes asleep and awake in bed of all sleeps of a day together.

    Args:
        days: From ``queries.sleep.sleep_days``; some day states its minutes asleep.
    """
    asleep = days["total_minutes_asleep"]
    in_bed = days["total_time_in_bed_minutes"]
    return stacked_figure(
        days.assign(total_awake=_rest(in_bed, asleep)),
        [Part("total_minutes_asleep", "Asleep", BLUE), Part("total_awake", "Awake in bed", ORANGE)],
        title=TOTALS_TITLE,
        explanation=(
            "All sleeps that ended on the day added up, naps included; above a bar the time in bed "
            "in hours and minutes. Awake in bed is what is left of it."
        ),
        total="Time in bed",
        total_column="total_time_in_bed_minutes",
        write_totals=True,
        unstated="no minutes",
        name="sleep-totals",
    )


def _rest(whole: pd.Series, *parts: pd.Series) -> pd.Series:
    """What the parts leave of the whole; 0 where a source's parts exceed it by some minutes."""
    known = sum((part.fillna(0) for part in parts), start=0 * whole)
    return (whole - known).clip(lower=0)
