"""Heart rate, its zones and its variability from the Google Health API."""

from typing import Any

import pytest

from fitbit_pipeline.metrics.normaliser import PayloadRefused
from fitbit_pipeline_tests.metrics.google_days import PAYLOADS
from fitbit_pipeline_tests.metrics.google_rows import daily, metrics, rolled_up, window


def zones(*entries: tuple[str, str]) -> dict[str, Any]:
    """A payload of time in heart-rate zones."""
    block = [{"heartRateZone": zone, "duration": length} for zone, length in entries]
    row = rolled_up("timeInHeartRateZone", {"timeInHeartRateZones": block})
    return {"time-in-heart-rate-zone:dailyRollUp": [row]}


class TestHeart:
    """Heart rate, zones, variability."""

    def test_a_minute_counts_once_however_it_is_written(self) -> None:
        """Travel: the same physical minute is served twice, with two offsets."""
        block = {"beatsPerMinuteAvg": 70.5}
        rows = [
            window("2026-09-30T10:00:00Z", block),
            window("2026-09-30T10:00:00.000Z", block),
            window("2026-09-30T12:00:00+02:00", block),
            window("2026-09-30T10:01:00Z", block),
        ]

        assert metrics("heart_rate", {"heart-rate:rollUp": rows}) == {"heart_rate_minutes": 2}

    def test_windows_within_a_minute_are_one_minute(self) -> None:
        block = {"beatsPerMinuteAvg": 70.5}
        seconds = ("10:00:05Z", "10:00:10Z", "10:00:10.250Z")
        rows = [window(f"2026-09-30T{at}", block) for at in seconds]

        assert metrics("heart_rate", {"heart-rate:rollUp": rows}) == {"heart_rate_minutes": 1}

    def test_any_reading_above_zero_is_one(self) -> None:
        rows = [window("2026-09-30T10:00:00Z", {"beatsPerMinuteMin": 1})]

        assert metrics("heart_rate", {"heart-rate:rollUp": rows}) == {"heart_rate_minutes": 1}

    def test_windows_without_a_reading_are_not_worn(self) -> None:
        rows = [
            window("2026-09-30T10:00:00Z", {"beatsPerMinuteAvg": 70.5}),
            window("2026-09-30T10:01:00Z", {}),
            window("2026-09-30T10:02:00Z", None),
            window("2026-09-30T10:03:00Z", {"beatsPerMinuteAvg": "NaN"}),
            window("2026-09-30T10:04:00Z", {"beatsPerMinuteAvg": 0}),
            {"startTime": "2026-09-30T10:05:00Z", "endTime": "2026-09-30T10:06:00Z"},
        ]

        assert metrics("heart_rate", {"heart-rate:rollUp": rows}) == {"heart_rate_minutes": 1}

    def test_without_windows_the_minutes_are_unknown(self) -> None:
        """The day's mean says that it was read: 0 minutes would be wrong."""
        payload = {"heart-rate:dailyRollUp": PAYLOADS["heart_rate"]["heart-rate:dailyRollUp"]}

        assert metrics("heart_rate", payload) == {
            "heart_rate_average": 70.31575,
            "heart_rate_lowest": 50,
            "heart_rate_highest": 129,
        }

    def test_a_window_without_an_instant_is_refused(self) -> None:
        with pytest.raises(PayloadRefused):
            metrics(
                "heart_rate", {"heart-rate:rollUp": [window("08:00", {"beatsPerMinuteAvg": 7})]}
            )

    def test_resting_heart_rate_as_text_is_a_number(self) -> None:
        found = metrics("resting_heart_rate", PAYLOADS["resting_heart_rate"])

        assert found["resting_heart_rate"] == 53

    def test_a_zone_that_is_missing_beside_others_is_zero(self) -> None:
        assert metrics("heart_rate_zones", zones(("PEAK", "90s"))) == {
            "zone_below_minutes": 0,
            "zone_fat_burn_minutes": 0,
            "zone_cardio_minutes": 0,
            "zone_peak_minutes": 1.5,
        }

    def test_unknown_zones_are_passed_over(self) -> None:
        payload = zones(("LIGHT", "60s"), ("CUSTOM", "600s"))

        assert metrics("heart_rate_zones", payload)["zone_below_minutes"] == 1
        assert metrics("heart_rate_zones", zones(("CUSTOM", "600s"))) == {}

    def test_variability_without_deep_sleep(self) -> None:
        rows = [daily("dailyHeartRateVariability", averageHeartRateVariabilityMilliseconds=31.5)]

        assert metrics("hrv", {"daily-heart-rate-variability:reconcile": rows}) == {
            "hrv_rmssd": 31.5
        }
