"""Nights, fitness and weight from the Google Health API."""

from typing import Any

import pytest

from fitbit_pipeline_tests.metrics.google_days import PAYLOADS
from fitbit_pipeline_tests.metrics.google_rows import daily, metrics, sample


class TestBody:
    """Nights, fitness, weight."""

    def test_skin_temperature_is_the_night_against_the_baseline(self) -> None:
        """The relative deviation that stands beside them is another statistic."""
        found = metrics("skin_temperature", PAYLOADS["skin_temperature"])

        assert found == {"skin_temperature_deviation": 34.5 - 34.25}

    @pytest.mark.parametrize(
        "changes",
        [
            {"baselineTemperatureCelsius": "NaN", "relativeNightlyStddev30dCelsius": "NaN"},
            {"baselineTemperatureCelsius": float("nan")},
            {"baselineTemperatureCelsius": None},
            {"nightlyTemperatureCelsius": "NaN"},
            {"nightlyTemperatureCelsius": None},
        ],
    )
    def test_before_there_is_a_baseline_there_is_no_deviation(
        self, changes: dict[str, Any]
    ) -> None:
        night = {
            "nightlyTemperatureCelsius": 34.32994350282487,
            "baselineTemperatureCelsius": 34.1,
            "relativeNightlyStddev30dCelsius": 0.5,
            **changes,
        }
        rows = [daily("dailySleepTemperatureDerivations", **night)]

        payload = {"daily-sleep-temperature-derivations:reconcile": rows}
        assert metrics("skin_temperature", payload) == {}

    def test_saturation_without_bounds(self) -> None:
        rows = [daily("dailyOxygenSaturation", averagePercentage=96.5, lowerBoundPercentage="NaN")]

        assert metrics("spo2", {"daily-oxygen-saturation:reconcile": rows}) == {
            "spo2_average": 96.5
        }

    def test_the_last_weight_and_the_last_fat_of_the_day(self) -> None:
        """Rows come newest first; the instants tell, however many digits they have."""
        payload = {
            "weight:reconcile": [
                sample("weight", "2026-08-07T20:00:00.000000001Z", weightGrams=81500),
                sample("weight", "2026-08-07T07:00:00Z", weightGrams=80250.5),
            ],
            "body-fat:reconcile": [
                sample("bodyFat", "2026-08-07T07:00:00Z", percentage=24.5),
                sample("bodyFat", "2026-08-07T07:30:00+01:00", percentage=25.5),
            ],
        }

        assert metrics("weight", payload) == {"weight": 81.5, "body_fat": 24.5}

    def test_fat_without_a_weight(self) -> None:
        payload = {"body-fat:reconcile": PAYLOADS["weight"]["body-fat:reconcile"]}

        assert metrics("weight", payload) == {"body_fat": 24.5}
