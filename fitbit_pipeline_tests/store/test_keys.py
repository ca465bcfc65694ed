"""Natural keys: what a participant may be called, and how keys lie side by side."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.store.keys import day_key, day_range, participant_name, raw_key

BAD_NAMES = [
    "",
    " ",
    "../x",
    "a/b",
    "a.b",
    "$where",
    "_me",
    "-me",
    "me ",
    "me\n",
    "me\0",
    "Zoë",
    "P０７",
    "x" * 65,
]

names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,5}", fullmatch=True)
days = st.dates(date(2007, 1, 1), date(2099, 12, 30))


def within(key: str, prefix: str, first: date, last: date) -> bool:
    """Whether a filter by keys finds a document of this key."""
    bounds = day_range(prefix, first, last)["_id"]
    return bool(bounds["$gte"] <= key < bounds["$lt"])


class TestNames:
    """Names go into keys, paths and addresses, so they are plain."""

    @pytest.mark.parametrize("name", ["me", "P07", "7", "study-2_arm-B", "x" * 64])
    def test_a_plain_name_is_kept_as_it_is(self, name: str) -> None:
        assert participant_name(name) == name

    @pytest.mark.parametrize("name", BAD_NAMES)
    def test_any_other_name_is_refused(self, name: str) -> None:
        with pytest.raises(UserError, match="1 to 64 letters, digits"):
            participant_name(name)

    def test_a_refused_name_does_not_flood_the_message(self) -> None:
        with pytest.raises(UserError) as refused:
            participant_name("x" * 100_000)
        assert len(str(refused.value)) < 300


class TestKeys:
    """Keys of documents."""

    def test_a_raw_response_is_known_by_participant_endpoint_and_day(self) -> None:
        assert raw_key("P07", "steps", date(2026, 11, 20)) == "P07/steps/2026-11-20"

    def test_a_day_is_known_by_participant_and_date(self) -> None:
        assert day_key("P07", date(2026, 1, 2)) == "P07/2026-01-02"


class TestRanges:
    """A range of keys finds the days of one participant and nothing else."""

    def test_a_range_holds_both_its_ends_and_what_hangs_below_them(self) -> None:
        first, last = date(2026, 11, 20), date(2026, 11, 30)
        for key in ("P07/2026-11-20", "P07/2026-11-25", "P07/2026-11-30", "P07/2026-11-30/steps"):
            assert within(key, "P07", first, last)
        for key in ("P07/2026-11-19/steps", "P07/2026-12-01", "P07/2026-12-01/steps"):
            assert not within(key, "P07", first, last)

    @given(names, names, days, days, days, st.sampled_from(["", "/steps", "/sleep_start"]))
    def test_a_range_finds_exactly_the_days_of_its_participant(
        self, mine: str, other: str, first: date, last: date, day: date, below: str
    ) -> None:
        assert within(day_key(mine, day) + below, mine, first, last) == (first <= day <= last)
        if other != mine:
            assert not within(day_key(other, day) + below, mine, first, last)

    @given(names, days, st.integers(0, 400))
    def test_a_range_of_one_endpoint_does_not_reach_into_the_next(
        self, name: str, first: date, length: int
    ) -> None:
        last = min(first + timedelta(days=length), date(2099, 12, 30))
        assert within(raw_key(name, "heart_rate", first), f"{name}/heart_rate", first, last)
        assert not within(
            raw_key(name, "heart_rate_zones", first), f"{name}/heart_rate", first, last
        )
