"""Metrics of the night and of fitness from a Takeout archive: a row or record of each day.

What does not belong here: sleeps themselves (``sleep_logs``).
"""

import math

from fitbit_pipeline.metrics.normaliser import DayContext, PayloadRefused
from fitbit_pipeline.metrics.records import (
    Payload,
    Values,
    named,
    number,
    part,
    records_of,
)


def hrv(payload: Payload, _context: DayContext) -> Values:
    """The night's RMSSD; the archive does not state that of deep sleep."""
    rows = records_of(payload, "Daily Heart Rate Variability Summary")
    return named(rows, {"rmssd": "hrv_rmssd"})


def breathing_rate(payload: Payload, _context: DayContext) -> Values:
    """The whole night's rate; -1 says that there was none."""
    for title, column in (
        ("Daily Respiratory Rate Summary", "daily_respiratory_rate"),
        ("Respiratory Rate Summary", "full_sleep_breathing_rate"),
    ):
        rates = named(records_of(payload, title), {column: "breathing_rate"})
        rate = rates.get("breathing_rate")
        if isinstance(rate, (int, float)) and rate > 0:
            return rates
    return {}


def spo2(payload: Payload, _context: DayContext) -> Values:
    """Mean and bounds of the night, in percent."""
    return named(
        records_of(payload, "Daily SpO2"),
        {
            "average_value": "spo2_average",
            "lower_bound": "spo2_lowest",
            "upper_bound": "spo2_highest",
        },
    )


def skin_temperature(payload: Payload, _context: DayContext) -> Values:
    """The night's mean of samples against the baseline, of the sleep with the most samples.

    The table states their sum and number. Nights before there was a baseline leave the sum blank.
    """
    rows = [
        row
        for row in records_of(payload, "Computed Temperature")
        if row.get("baseline_relative_sample_sum") and number(row, "temperature_samples") > 0
    ]
    if not rows:
        return {}
    night = max(rows, key=lambda row: number(row, "temperature_samples"))
    samples = number(night, "temperature_samples")
    deviation = number(night, "baseline_relative_sample_sum") / samples
    if not math.isfinite(deviation):
        raise PayloadRefused("a night has no number of samples")
    return {"skin_temperature_deviation": deviation}


def vo2_max(payload: Payload, _context: DayContext) -> Values:
    """The filtered estimate from everyday data, else that of the day's last run."""
    for family, key in (
        ("demographic_vo2_max", "filteredDemographicVO2Max"),
        ("run_vo2_max", "filteredRunVO2Max"),
    ):
        if records := records_of(payload, family):
            return {"vo2_max": number(part(records[-1], "value"), key)}
    return {}
