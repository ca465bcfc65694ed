"""What docs/fitbit_web.md says of costs is what the program asks for."""

import re
from pathlib import Path

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.flow.cheapest_first import COSTS, HISTORY_DAYS
from fitbit_pipeline.sources.fitbit_web.planning import fewest_requests_together
from fitbit_pipeline.sources.fitbit_web.resources import RESOURCES

TEXT = (Path(__file__).parents[2] / "docs" / "fitbit_web.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| (\S[^|]*) \| (\d+) \|$", TEXT, re.MULTILINE)
PROFILE_AND_DEVICES = 2
NIGHT_DAYS = 7


def test_the_table_has_every_endpoint_cheapest_first_with_its_requests() -> None:
    assert {name: int(requests) for name, _days, requests in ROWS} == COSTS
    assert [int(requests) for *_, requests in ROWS] == sorted(COSTS.values())


def test_the_table_has_the_longest_ranges() -> None:
    for name, days, _requests in ROWS:
        ranges = {str(each.most_days) for each in RESOURCES[name] if each.most_days}
        assert ranges <= set(re.findall(r"\d+", days))


def test_the_sums_are_right() -> None:
    without = [name for name in ENDPOINT_NAMES if name != "heart_rate"]
    past = fewest_requests_together(without, HISTORY_DAYS) + PROFILE_AND_DEVICES
    night = fewest_requests_together(ENDPOINT_NAMES, NIGHT_DAYS) + PROFILE_AND_DEVICES

    assert f"{past} in all without `heart_rate`" in TEXT
    assert f"with it {past + HISTORY_DAYS:,}" in TEXT
    assert f"A night takes {night}." in TEXT
