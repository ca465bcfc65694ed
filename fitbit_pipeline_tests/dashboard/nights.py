"""Sample nights for the page about sleep: metrics of a day's sleeps, as normalisers give them."""

from datetime import date, datetime, timedelta

from fitbit_pipeline.metrics.catalogue import MetricValue

AWAKE_MINUTES = 40


def a_night(
    ended_on: date, start: str = "23:00", length: int = 480, *, stages: bool = True
) -> dict[str, MetricValue]:
    """The metrics of a day with one main sleep and no nap.

    Args:
        ended_on: The day.
        start: When it began by the clock; the last such time from which the sleep ends on the day.
        length: Its minutes in bed; 40 of them awake.
        stages: Whether it is a staged sleep, not a classic one.
    """
    began = datetime.fromisoformat(f"{ended_on}T{start}")
    if (began + timedelta(minutes=length)).date() > ended_on:
        began -= timedelta(days=1)
    asleep = length - AWAKE_MINUTES
    night: dict[str, MetricValue] = {
        "sleep_start": began.isoformat(),
        "sleep_end": (began + timedelta(minutes=length)).isoformat(),
        "time_in_bed_minutes": length,
        "minutes_asleep": asleep,
        "minutes_awake": AWAKE_MINUTES,
        "sleep_efficiency": round(100 * asleep / length),
        "nap_count": 0,
        "nap_minutes_asleep": 0,
        "nap_time_in_bed_minutes": 0,
        "sleep_records": 1,
        "total_minutes_asleep": asleep,
        "total_time_in_bed_minutes": length,
    }
    if stages:
        night |= {
            "deep_minutes": 70,
            "light_minutes": asleep - 170,
            "rem_minutes": 100,
            "wake_minutes": AWAKE_MINUTES - 2,
        }
    return night


def with_nap(night: dict[str, MetricValue], minutes: int = 30) -> dict[str, MetricValue]:
    """A night, and a nap on the day after it."""
    return night | {
        "nap_count": 1,
        "nap_minutes_asleep": minutes,
        "nap_time_in_bed_minutes": minutes + 5,
        "sleep_records": 2,
    }


def only_a_nap(minutes: int = 30) -> dict[str, MetricValue]:
    """A day without a main sleep."""
    return {
        "nap_count": 1,
        "nap_minutes_asleep": minutes,
        "nap_time_in_bed_minutes": minutes + 5,
        "sleep_records": 1,
        "total_minutes_asleep": minutes,
        "total_time_in_bed_minutes": minutes + 5,
    }


def only_totals(asleep: int = 400) -> dict[str, MetricValue]:
    """What a Fitabase export says of a day."""
    return {
        "sleep_records": 1,
        "total_minutes_asleep": asleep,
        "total_time_in_bed_minutes": asleep + 25,
    }
