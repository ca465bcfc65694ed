"""The catalogue of metrics: names, units, bounds."""

import re

import pytest

from fitbit_pipeline.endpoints import ENDPOINT_NAMES, ENDPOINTS, Family, endpoints_of
from fitbit_pipeline.metrics import fitabase, google_health, takeout
from fitbit_pipeline.metrics.catalogue import DAY, METRIC, METRICS, Metric, metrics_of

UNITS = {
    "count",
    "min",
    "km",
    "kcal",
    "bpm",
    "ms",
    "%",
    "local time",
    "breaths/min",
    "°C",
    "ml/kg/min",
    "kg",
    "kg/m²",
}
TUTORIAL_TYPES = {
    "sleep_startTime",
    "sleep_endTime",
    "timeInBed",
    "minutesAsleep",
    "minutesAwake",
    "sleep_efficiency",
    "sleep_Deep",
    "sleep_Light",
    "sleep_Rem",
    "sleep_Wake",
    "minutesSedentary",
    "minutesLightlyActive",
    "minutesFairlyActive",
    "minutesVeryActive",
    "totalWearTime",
    "steps",
}
every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)


class TestMetrics:
    """Every row of the table."""

    def test_names_are_unique(self) -> None:
        assert len(METRIC) == len(METRICS)

    @every_metric
    def test_a_name_can_stand_in_a_key(self, metric: Metric) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", metric.name)

    @every_metric
    def test_a_unit_is_spelled_in_one_way(self, metric: Metric) -> None:
        assert metric.unit in UNITS

    @every_metric
    def test_a_metric_is_read_from_an_endpoint_and_belongs_to_its_family(
        self, metric: Metric
    ) -> None:
        assert metric.endpoint in endpoints_of(metric.family)

    @every_metric
    def test_numbers_have_plausible_bounds_and_times_have_none(self, metric: Metric) -> None:
        if metric.unit == "local time":
            assert (metric.lowest, metric.highest) == (None, None)
        else:
            assert metric.lowest is not None
            assert metric.highest is not None
            assert metric.highest == DAY or metric.lowest < metric.highest

    @every_metric
    def test_it_is_said_what_it_is(self, metric: Metric) -> None:
        assert metric.description
        assert not metric.description.endswith(".")

    @every_metric
    def test_of_what_is_counted_or_covered_there_may_be_none(self, metric: Metric) -> None:
        assert metric.unit not in {"count", "min", "km", "kcal"} or metric.lowest == 0

    @pytest.mark.parametrize(
        ("name", "highest"), [("steps", 100_000), ("distance", 300), ("time_in_bed_minutes", DAY)]
    )
    def test_what_is_plausible_on_a_day(self, name: str, highest: float) -> None:
        assert METRIC[name].highest == highest

    @every_metric
    def test_only_minutes_are_bounded_by_the_day(self, metric: Metric) -> None:
        assert metric.highest != DAY or metric.unit == "min"

    @every_metric
    def test_what_is_called_minutes_is_measured_in_minutes(self, metric: Metric) -> None:
        assert "minutes" not in metric.name or metric.unit == "min"

    def test_every_type_of_the_tutorial_has_exactly_one_metric(self) -> None:
        types = [metric.tutorial for metric in METRICS if metric.tutorial]
        assert len(types) == len(set(types))
        assert set(types) == TUTORIAL_TYPES


class TestFamilies:
    """Families share endpoints and metrics out among them."""

    def test_every_metric_is_in_exactly_one_family(self) -> None:
        shared_out = [name for family in Family for name in metrics_of(family)]
        assert sorted(shared_out) == sorted(METRIC)

    def test_every_endpoint_is_in_exactly_one_family(self) -> None:
        shared_out = [name for family in Family for name in endpoints_of(family)]
        assert sorted(shared_out) == sorted(ENDPOINT_NAMES)
        assert len(ENDPOINT_NAMES) == len(set(ENDPOINT_NAMES))

    @pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
    def test_every_endpoint_gives_at_least_one_metric(self, endpoint: object) -> None:
        assert any(metric.endpoint == getattr(endpoint, "name", None) for metric in METRICS)

    @pytest.mark.parametrize(
        "rules", [fitabase.NORMALISERS, google_health.NORMALISERS, takeout.NORMALISERS]
    )
    def test_sources_have_rules_for_known_endpoints_only(self, rules: dict[str, object]) -> None:
        assert rules.keys() <= set(ENDPOINT_NAMES)
