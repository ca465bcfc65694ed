"""How the charts of sleep write clock times and nights without what they show."""

import math
from datetime import datetime

import pandas as pd

from dashboard.charts.figure import hours_and_minutes
from dashboard.queries.sleep_clock import MINUTES_OF_CLOCK

NO_MAIN_SLEEP = "no main sleep"
NOT_STATED = "–"


def clock_text(minutes: float) -> str:
    """A time of the day: ``23:07`` for 1387 minutes from a midnight, and for 2827."""
    # Half a minute counts up, also where arithmetic left it a hair short of a half.
    whole = math.floor(round(minutes, 6) + 0.5)
    hours, rest = divmod(whole % MINUTES_OF_CLOCK, 60)
    return f"{hours:02d}:{rest:02d}"


def moment_text(moment: str) -> str:
    """A local time with its day, from ISO text: ``Thu 19 Nov, 23:07``."""
    if pd.isna(moment):
        return NOT_STATED
    when = datetime.fromisoformat(moment)
    return f"{when:%a} {when.day} {when:%b, %H:%M}"


def duration_text(minutes: float) -> str:
    """Minutes for people, or that they are not stated."""
    return NOT_STATED if pd.isna(minutes) else hours_and_minutes(minutes)


def percent_text(percent: float) -> str:
    """A percentage for people, or that it is not stated."""
    return NOT_STATED if pd.isna(percent) else f"{percent:.0f} %"
