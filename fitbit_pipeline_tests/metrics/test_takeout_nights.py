"""The metrics of nights and of fitness from a Takeout archive."""

from datetime import date
from typing import Any

import pytest

from fitbit_pipeline.metrics.normaliser import DayContext, PayloadRefused
from fitbit_pipeline.metrics.takeout import NORMALISERS

CONTEXT = DayContext(date(2018, 5, 6), 1440)


def metrics(endpoint: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The metrics of a payload."""
    return dict(NORMALISERS[endpoint](payload, CONTEXT))


def test_hrv() -> None:
    """The summary states one RMSSD."""
    rows = [{"rmssd": "29.232", "nremhr": "49.6"}]
    assert metrics("hrv", {"Daily Heart Rate Variability Summary": rows}) == {"hrv_rmssd": 29.232}


@pytest.mark.parametrize(
    ("family", "column"),
    [
        ("Daily Respiratory Rate Summary", "daily_respiratory_rate"),
        ("Respiratory Rate Summary", "full_sleep_breathing_rate"),
    ],
)
def test_breathing_rate(family: str, column: str) -> None:
    """Two tables state the night's rate; -1 states that there was none."""
    assert metrics("breathing_rate", {family: [{column: "15.2"}]}) == {"breathing_rate": 15.2}
    assert metrics("breathing_rate", {family: [{column: "-1"}]}) == {}


def test_a_breathing_rate_is_above_zero() -> None:
    def read(rate: str) -> dict[str, Any]:
        rows = [{"daily_respiratory_rate": rate}]
        return metrics("breathing_rate", {"Daily Respiratory Rate Summary": rows})

    assert read("0") == {}
    assert read("0.5") == {"breathing_rate": 0.5}


def test_a_blank_cell_takes_nothing_back() -> None:
    """The last row that states a number counts."""
    rows = [{"rmssd": "29.232"}, {"rmssd": "30.5"}, {"rmssd": ""}]
    assert metrics("hrv", {"Daily Heart Rate Variability Summary": rows}) == {"hrv_rmssd": 30.5}


def test_spo2_is_the_mean_and_its_bounds() -> None:
    rows = [{"average_value": "96.1", "lower_bound": "94.5", "upper_bound": "98.2"}]
    assert metrics("spo2", {"Daily SpO2": rows}) == {
        "spo2_average": 96.1,
        "spo2_lowest": 94.5,
        "spo2_highest": 98.2,
    }


def test_spo2_leaves_out_blank_cells() -> None:
    """Each of the three numbers for itself."""
    rows = [{"average_value": "96.1", "lower_bound": "", "upper_bound": "98.2"}]
    assert metrics("spo2", {"Daily SpO2": rows}) == {"spo2_average": 96.1, "spo2_highest": 98.2}


def test_skin_temperature_is_the_mean_against_the_baseline() -> None:
    """The sum of samples by their number, of the longest sleep."""
    rows = [
        {"temperature_samples": "60", "baseline_relative_sample_sum": "60"},
        {"temperature_samples": "400", "baseline_relative_sample_sum": "-200"},
    ]
    assert metrics("skin_temperature", {"Computed Temperature": rows}) == {
        "skin_temperature_deviation": -0.5
    }


@pytest.mark.parametrize(
    ("samples", "found"), [("0", {}), ("1", {"skin_temperature_deviation": -200})]
)
def test_one_sample_is_a_skin_temperature_and_none_is_not(
    samples: str, found: dict[str, float]
) -> None:
    rows = [{"temperature_samples": samples, "baseline_relative_sample_sum": "-200"}]
    assert metrics("skin_temperature", {"Computed Temperature": rows}) == found


def test_next_to_no_sample_is_refused() -> None:
    rows = [{"temperature_samples": "1e-320", "baseline_relative_sample_sum": "-200"}]
    with pytest.raises(PayloadRefused, match=r"^a night has no number of samples$"):
        metrics("skin_temperature", {"Computed Temperature": rows})


def test_skin_temperature_without_a_baseline() -> None:
    """The first nights have none."""
    rows = [{"temperature_samples": "400", "baseline_relative_sample_sum": ""}]
    assert metrics("skin_temperature", {"Computed Temperature": rows}) == {}


def test_vo2_max_of_everyday_goes_before_that_of_runs() -> None:
    """Both are filtered estimates; without the first the last run counts."""
    runs = [{"value": {"filteredRunVO2Max": each}} for each in (49.0, 50.13)]
    daily = [{"value": {"filteredDemographicVO2Max": 40.74}}]
    payload = {"run_vo2_max": runs}
    assert metrics("vo2_max", payload) == {"vo2_max": 50.13}
    assert metrics("vo2_max", payload | {"demographic_vo2_max": daily}) == {"vo2_max": 40.74}
