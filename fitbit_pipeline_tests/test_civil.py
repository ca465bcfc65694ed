"""Civil days: how long they are, where they begin, and ranges of them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.civil import (
    contiguous_ranges,
    day_end,
    day_start,
    days_between,
    minutes_of_day,
    time_zone,
    today,
)
from fitbit_pipeline.errors import UserError

# Zones whose clocks change in the middle of the night, at midnight, by half an hour, or never.
ZONES = (
    "UTC",
    "Europe/Athens",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2005, 1, 1), date(2030, 12, 31))
few_days = st.sets(st.dates(date(2016, 1, 1), date(2016, 3, 31)), max_size=40)


class TestDays:
    """A civil day lies between two instants."""

    @pytest.mark.parametrize(
        ("zone", "day", "minutes"),
        [
            ("UTC", "2026-03-29", 1440),
            ("Europe/Athens", "2026-03-28", 1440),
            ("Europe/Athens", "2026-03-29", 1380),
            ("Europe/Athens", "2026-10-25", 1500),
            ("America/New_York", "2026-03-08", 1380),
            ("America/New_York", "2026-11-01", 1500),
            # Clocks went from 24:00 to 1:00, and back from 24:00 to 23:00.
            ("America/Sao_Paulo", "2018-11-04", 1380),
            ("America/Sao_Paulo", "2019-02-16", 1500),
            # Lord Howe moves its clocks by half an hour.
            ("Australia/Lord_Howe", "2026-10-04", 1410),
            ("Australia/Lord_Howe", "2026-04-05", 1470),
            ("Asia/Kathmandu", "2026-03-29", 1440),
            # Samoa went over the date line: the 30th of December 2011 did not take place.
            ("Pacific/Apia", "2011-12-29", 1440),
            ("Pacific/Apia", "2011-12-30", 0),
            ("Pacific/Apia", "2011-12-31", 1440),
        ],
    )
    def test_a_day_is_as_long_as_its_clocks_make_it(
        self, zone: str, day: str, minutes: int
    ) -> None:
        assert minutes_of_day(date.fromisoformat(day), ZoneInfo(zone)) == minutes

    @pytest.mark.parametrize(
        ("zone", "day", "start"),
        [
            ("UTC", "2026-06-01", "2026-06-01T00:00+00:00"),
            ("Europe/Athens", "2026-06-01", "2026-05-31T21:00+00:00"),
            ("Europe/Athens", "2026-12-01", "2026-11-30T22:00+00:00"),
            ("Asia/Kathmandu", "2026-06-01", "2026-05-31T18:15+00:00"),
            ("Australia/Lord_Howe", "2026-06-01", "2026-05-31T13:30+00:00"),
            # There is no 0:00 on this day: it begins at 1:00.
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00+00:00"),
        ],
    )
    def test_a_day_begins_at_its_own_midnight(self, zone: str, day: str, start: str) -> None:
        begun = day_start(date.fromisoformat(day), ZoneInfo(zone))
        assert begun == datetime.fromisoformat(start)
        assert begun.tzinfo is UTC

    @given(days, zones)
    def test_a_day_ends_where_the_next_begins(self, day: date, zone: ZoneInfo) -> None:
        assert day_end(day, zone) == day_start(day + timedelta(days=1), zone)

    @given(st.integers(2005, 2030), zones)
    def test_the_minutes_of_its_days_add_up_to_the_year(self, year: int, zone: ZoneInfo) -> None:
        first, last = date(year, 1, 1), date(year, 12, 31)
        total = sum(minutes_of_day(day, zone) for day in days_between(first, last))
        assert timedelta(minutes=total) == day_end(last, zone) - day_start(first, zone)

    @given(days, zones)
    def test_the_first_instant_of_a_day_is_on_it_and_the_one_before_is_not(
        self, day: date, zone: ZoneInfo
    ) -> None:
        start = day_start(day, zone)
        # On the day that Samoa skipped there is no instant at all.
        on_it = day if minutes_of_day(day, zone) else day + timedelta(days=1)
        assert today(start, zone) == on_it
        assert today(start - timedelta(microseconds=1), zone) < day

    def test_one_instant_has_another_date_elsewhere(self) -> None:
        instant = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
        assert today(instant, ZoneInfo("America/New_York")) == date(2026, 11, 23)
        assert today(instant, ZoneInfo("Europe/Athens")) == date(2026, 11, 24)


class TestZones:
    """A zone is named as in the IANA list."""

    @pytest.mark.parametrize("name", ["", "Mars/Base", "Europe", "../etc/passwd", "/etc/localtime"])
    def test_a_zone_that_does_not_exist_is_a_mistake_of_the_user(self, name: str) -> None:
        with pytest.raises(UserError, match="is not a time zone"):
            time_zone(name)

    def test_a_zone_is_found_by_its_name(self) -> None:
        assert time_zone("Europe/Athens").key == "Europe/Athens"


class TestRanges:
    """Days in order, and folded into ranges."""

    def test_days_between_includes_both_ends(self) -> None:
        found = list(days_between(date(2016, 2, 28), date(2016, 3, 1)))
        assert found == [date(2016, 2, 28), date(2016, 2, 29), date(2016, 3, 1)]

    def test_there_are_no_days_between_the_wrong_way_round(self) -> None:
        assert list(days_between(date(2016, 3, 2), date(2016, 3, 1))) == []

    def test_days_fold_into_ranges_oldest_first(self) -> None:
        days = [date(2016, 3, 1), date(2016, 2, 28), date(2016, 3, 5), date(2016, 2, 29)]
        assert contiguous_ranges([*days, days[0]]) == [
            (date(2016, 2, 28), date(2016, 3, 1)),
            (date(2016, 3, 5), date(2016, 3, 5)),
        ]

    @given(few_days)
    def test_ranges_cover_exactly_their_days(self, wanted: set[date]) -> None:
        covered = [day for whole in contiguous_ranges(wanted) for day in days_between(*whole)]
        assert covered == sorted(wanted)

    @given(few_days)
    def test_between_two_ranges_there_is_a_gap(self, wanted: set[date]) -> None:
        ranges = contiguous_ranges(wanted)
        for (_, last), (first, _) in pairwise(ranges):
            assert first - last > timedelta(days=1)
