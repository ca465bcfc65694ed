"""What holds for every endpoint of the Google Health API."""

import pytest

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.metrics.google_health import NORMALISERS
from fitbit_pipeline.metrics.normaliser import PayloadRefused
from fitbit_pipeline_tests.metrics.google_days import PAYLOADS, VALUES
from fitbit_pipeline_tests.metrics.google_rows import metrics, rolled_up


class TestEveryEndpoint:
    """What holds for all of them."""

    def test_each_is_read(self) -> None:
        assert set(NORMALISERS) == set(ENDPOINT_NAMES) == set(PAYLOADS)

    @pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
    def test_a_day_as_observed(self, endpoint: str) -> None:
        assert metrics(endpoint, PAYLOADS[endpoint]) == VALUES[endpoint]

    @pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
    def test_whole_numbers_stay_whole(self, endpoint: str) -> None:
        found = metrics(endpoint, PAYLOADS[endpoint])

        assert {name: type(value) for name, value in found.items()} == {
            name: type(value) for name, value in VALUES[endpoint].items()
        }

    @pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
    def test_nothing_gives_nothing(self, endpoint: str) -> None:
        assert metrics(endpoint, {}) == {}

    @pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
    @pytest.mark.parametrize("rows", [[], [{}], None])
    def test_rows_without_values_give_nothing(self, endpoint: str, rows: object) -> None:
        assert metrics(endpoint, dict.fromkeys(PAYLOADS[endpoint], rows)) == {}

    @pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
    def test_an_empty_block_is_no_reading_and_not_zero(self, endpoint: str) -> None:
        """Days and windows without a reading come back with an empty block, or not at all."""
        empty = {
            read: [
                {
                    member: {} if member not in {"startTime", "endTime", "dataPointName"} else value
                    for member, value in row.items()
                }
                for row in rows
            ]
            for read, rows in PAYLOADS[endpoint].items()
        }

        assert metrics(endpoint, empty) == {}

    @pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
    def test_another_shape_is_refused(self, endpoint: str) -> None:
        for rows in ("rows", {"rows": 1}, ["row"], 7):
            with pytest.raises(PayloadRefused):
                metrics(endpoint, dict.fromkeys(PAYLOADS[endpoint], rows))

    def test_a_refusal_tells_no_value(self) -> None:
        with pytest.raises(PayloadRefused) as raised:
            metrics("steps", {"steps:dailyRollUp": [rolled_up("steps", {"countSum": "4,151"})]})

        assert str(raised.value) == "'countSum' is not a number"

    def test_of_two_rows_of_a_day_the_first_counts_and_none_is_added(self) -> None:
        rows = [rolled_up("steps", {"countSum": each}) for each in ("4151", "4100")]

        assert metrics("steps", {"steps:dailyRollUp": rows}) == {"steps": 4151}
