"""Which days a night asks for."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.civil import ONE_DAY, days_between, today
from fitbit_pipeline.flow.nights import Known, Night, plan_night

YESTERDAY = date(2026, 11, 22)
ENROLLED = date(2026, 9, 1)


def ago(number: int) -> date:
    """The day that lies so many days before yesterday."""
    return YESTERDAY - timedelta(days=number)


def days(first: date, last: date) -> frozenset[date]:
    """All days from the first to the last."""
    return frozenset(days_between(first, last))


def live(
    asked: frozenset[date] = frozenset(),
    unfinished: frozenset[date] = frozenset(),
    enrolled_on: date = ENROLLED,
) -> Known:
    """A participant whose source lives on."""
    return Known(enrolled_on, None, asked, unfinished)


def archive(
    last_day: date, asked: frozenset[date], unfinished: frozenset[date] = frozenset()
) -> Known:
    """A participant whose archive ends on a day."""
    return Known(ENROLLED, last_day, asked, unfinished)


def plan(
    *people: Known,
    yesterday: date = YESTERDAY,
    trailing: int = 3,
    limit: int = 60,
    per_run: int = 92,
    underived: Collection[date] = (),
) -> Night:
    """The night after a day."""
    known = {f"P{number:02}": each for number, each in enumerate(people)}
    return plan_night(known, yesterday, trailing, limit, per_run, underived)


def both(night: Night) -> tuple[list[tuple[date, date]], list[date]]:
    """The ranges that a night asks for, and the days that it leaves."""
    return list(night.ranges), list(night.left)


near = st.dates(ago(60), YESTERDAY + timedelta(days=5))
someone = st.builds(
    Known,
    enrolled_on=near,
    last_day=st.none() | near,
    asked=st.frozensets(near, max_size=40),
    unfinished=st.frozensets(near, max_size=5),
)


def wanted(known: Known, trailing: int) -> set[date]:
    """The days of one participant, told the long way round."""
    found = set()
    for number in range(70):
        day, is_trailing = ago(number), number < trailing
        if day < known.enrolled_on or (known.last_day is not None and day > known.last_day):
            continue
        if known.last_day is not None:
            ask = bool(known.asked) and all(before < day for before in known.asked)
        else:
            ask = is_trailing or day not in known.asked or day in known.unfinished
        if ask:
            found.add(day)
    return found


UP_TO_DATE = live(asked=days(ENROLLED, YESTERDAY))


class TestWithoutMissedNights:
    """A quiet deployment."""

    def test_without_anybody_there_is_nothing_to_ask(self) -> None:
        assert both(plan()) == ([], [])

    def test_only_archives_that_were_asked_for_everything_leave_nothing_to_ask(self) -> None:
        whole = archive(ago(2), asked=days(ENROLLED, ago(2)))
        assert both(plan(whole)) == ([], [])

    def test_the_trailing_days_are_asked_for_again_since_late_syncs_arrive_in_them(self) -> None:
        assert plan(UP_TO_DATE).ranges == [(ago(2), YESTERDAY)]

    def test_with_one_trailing_day_a_night_asks_for_yesterday(self) -> None:
        assert plan(UP_TO_DATE, trailing=1).ranges == [(YESTERDAY, YESTERDAY)]

    def test_everybody_is_asked_in_the_same_ranges(self) -> None:
        assert plan(UP_TO_DATE, UP_TO_DATE).ranges == [(ago(2), YESTERDAY)]


class TestRepair:
    """What earlier nights left behind."""

    def test_one_missed_day_is_asked_for(self) -> None:
        asked = days(ENROLLED, YESTERDAY) - {ago(10)}
        assert plan(live(asked), trailing=1).ranges == [(ago(10), ago(10)), (YESTERDAY, YESTERDAY)]

    def test_four_missed_nights_are_repaired_by_the_next(self) -> None:
        asked = days(ENROLLED, ago(5))
        assert plan(live(asked), trailing=1).ranges == [(ago(4), YESTERDAY)]

    def test_more_missed_nights_than_trailing_days_are_repaired_too(self) -> None:
        asked = days(ENROLLED, ago(31))
        assert plan(live(asked), trailing=3).ranges == [(ago(30), YESTERDAY)]

    def test_a_day_that_failed_in_the_middle_is_asked_for_again(self) -> None:
        person = live(days(ENROLLED, YESTERDAY), unfinished=frozenset({ago(20)}))
        assert plan(person).ranges == [(ago(20), ago(20)), (ago(2), YESTERDAY)]

    def test_one_persons_failed_day_is_asked_for_though_others_have_it(self) -> None:
        failed = live(days(ENROLLED, YESTERDAY), unfinished=frozenset({ago(20)}))
        assert (ago(20), ago(20)) in plan(UP_TO_DATE, failed).ranges

    def test_an_unfinished_day_before_enrolment_is_not_asked_for(self) -> None:
        person = live(days(ago(30), YESTERDAY), frozenset({ago(30)}), enrolled_on=ago(10))
        assert both(plan(person)) == ([(ago(2), YESTERDAY)], [])


class TestJoining:
    """Participants are asked from their first day on."""

    def test_who_joined_yesterday_is_asked_for_yesterday_alone(self) -> None:
        assert plan(live(enrolled_on=YESTERDAY)).ranges == [(YESTERDAY, YESTERDAY)]

    def test_who_joins_today_is_not_asked_yet(self) -> None:
        assert both(plan(live(enrolled_on=YESTERDAY + ONE_DAY))) == ([], [])

    def test_who_joins_in_the_future_is_not_asked_yet(self) -> None:
        assert both(plan(live(enrolled_on=YESTERDAY + timedelta(days=90)))) == ([], [])

    def test_who_joined_in_the_past_is_asked_for_every_day_since(self) -> None:
        assert plan(live(enrolled_on=ago(40))).ranges == [(ago(40), YESTERDAY)]


class TestBounds:
    """One night goes back so far, one run covers so much."""

    def test_what_is_older_than_the_limit_is_reported_and_not_asked_for(self) -> None:
        night = plan(live(enrolled_on=ago(12)), limit=10)
        assert night.ranges == [(ago(9), YESTERDAY)]
        assert night.left == [ago(12), ago(11), ago(10)]

    def test_a_failed_day_older_than_the_limit_is_reported_once(self) -> None:
        person = live(days(ENROLLED, YESTERDAY), unfinished=frozenset({ago(50)}))
        assert plan(person, person, limit=10).left == [ago(50)]

    def test_the_oldest_day_within_the_limit_is_asked_for(self) -> None:
        person = live(days(ENROLLED, YESTERDAY), unfinished=frozenset({ago(9)}))
        assert plan(person, limit=10, trailing=1).ranges[0] == (ago(9), ago(9))

    def test_a_long_range_is_split_into_runs(self) -> None:
        night = plan(live(enrolled_on=ago(9)), per_run=4)
        assert night.ranges == [(ago(9), ago(6)), (ago(5), ago(2)), (ago(1), YESTERDAY)]

    def test_a_range_as_long_as_a_run_is_not_split(self) -> None:
        assert plan(live(enrolled_on=ago(3)), per_run=4).ranges == [(ago(3), YESTERDAY)]


def test_the_trailing_days_end_with_yesterday() -> None:
    assert plan(live(), trailing=3).trailing_from == ago(2)


class TestCutOff:
    """Runs that were cut off before they had derived everything."""

    def test_days_that_were_asked_for_but_not_derived_from_are_asked_for_again(self) -> None:
        night = plan(UP_TO_DATE, trailing=1, underived={ago(8), ago(7)})
        assert night.ranges == [(ago(8), ago(7)), (YESTERDAY, YESTERDAY)]

    def test_whose_days_they_are_does_not_matter(self) -> None:
        """Who has left, or whose archive is whole, is asked nothing; their days are derived."""
        assert plan(underived={ago(8)}).ranges == [(ago(8), ago(8))]

    def test_those_older_than_the_limit_are_reported(self) -> None:
        assert both(plan(limit=10, underived={ago(10)})) == ([], [ago(10)])

    def test_those_of_a_clock_that_was_ahead_wait_until_they_are_over(self) -> None:
        assert both(plan(underived={YESTERDAY + ONE_DAY})) == ([], [])


class TestArchives:
    """An archive does not change, but may have been imported on its last day."""

    def test_its_last_day_is_asked_for_in_the_night_after_the_import(self) -> None:
        imported = archive(YESTERDAY, asked=days(ENROLLED, ago(1)))
        assert plan(imported).ranges == [(YESTERDAY, YESTERDAY)]

    def test_its_last_day_is_asked_for_only_once(self) -> None:
        imported = archive(YESTERDAY, asked=days(ENROLLED, YESTERDAY))
        assert both(plan(imported)) == ([], [])

    def test_its_last_day_is_still_asked_for_after_missed_nights(self) -> None:
        imported = archive(ago(2), asked=days(ENROLLED, ago(3)))
        assert plan(imported).ranges == [(ago(2), ago(2))]

    def test_a_day_that_is_not_over_is_not_asked_for(self) -> None:
        imported = archive(YESTERDAY + ONE_DAY, asked=days(ENROLLED, YESTERDAY))
        assert both(plan(imported)) == ([], [])

    def test_its_last_days_are_asked_for_however_many_nights_were_missed(self) -> None:
        imported = archive(ago(40), asked=days(ENROLLED, ago(43)))
        assert plan(imported).ranges == [(ago(42), ago(40))]

    def test_a_past_that_was_only_registered_is_left_to_its_user(self) -> None:
        """Who registered an archive and did not materialise it decides when its past is read."""
        registered = archive(ago(30), asked=frozenset())
        assert both(plan(registered)) == ([], [])

    def test_its_damaged_days_are_not_asked_for_again(self) -> None:
        damaged = archive(
            YESTERDAY, days(ENROLLED, YESTERDAY), unfinished=frozenset({ago(1), ago(20)})
        )
        assert both(plan(damaged)) == ([], [])


class TestNightsOfChangingClocks:
    """Each night asks for the day before, however long the night was."""

    @pytest.mark.parametrize(
        ("zone", "day"),
        [
            ("Europe/Athens", date(2026, 3, 29)),
            ("Europe/Athens", date(2026, 10, 25)),
            ("America/New_York", date(2026, 3, 8)),
            ("America/New_York", date(2026, 11, 1)),
        ],
    )
    def test_every_night_around_the_change_asks_for_one_new_day(self, zone: str, day: date) -> None:
        asked: set[date] = set(days(ENROLLED - timedelta(days=300), day - timedelta(days=4)))
        for night in days_between(day - timedelta(days=2), day + timedelta(days=2)):
            at_five = datetime(night.year, night.month, night.day, 5, tzinfo=ZoneInfo(zone))
            yesterday = today(at_five.astimezone(UTC), ZoneInfo(zone)) - ONE_DAY
            found = plan(
                live(frozenset(asked), enrolled_on=min(asked)), yesterday=yesterday, trailing=1
            )
            assert both(found) == ([(night - ONE_DAY, night - ONE_DAY)], [])
            asked.add(yesterday)

    @pytest.mark.parametrize("zone", ["Europe/Athens", "America/New_York"])
    def test_a_year_of_nights_asks_for_every_day_once(self, zone: str) -> None:
        first = date(2026, 1, 1)
        asked: list[date] = []
        for night in days_between(first + ONE_DAY, first + timedelta(days=365)):
            at_five = datetime(night.year, night.month, night.day, 5, tzinfo=ZoneInfo(zone))
            yesterday = today(at_five.astimezone(UTC), ZoneInfo(zone)) - ONE_DAY
            person = live(frozenset(asked), enrolled_on=first)
            asked += [first for first, _ in plan(person, yesterday=yesterday, trailing=1).ranges]
        assert asked == list(days_between(first, date(2026, 12, 31)))


class TestAlways:
    """What holds for all people and nights."""

    @given(
        st.lists(someone, max_size=4), st.integers(1, 14), st.integers(1, 70), st.integers(1, 30)
    )
    def test_every_day_wanted_is_in_exactly_one_range_or_left(
        self, people: list[Known], trailing: int, limit: int, per_run: int
    ) -> None:
        night = plan(*people, trailing=trailing, limit=limit, per_run=per_run)
        asked_for = [day for whole in night.ranges for day in days_between(*whole)]
        told = asked_for + list(night.left)
        assert len(told) == len(set(told))
        assert set(told) == {day for each in people for day in wanted(each, trailing)}

    @given(
        st.lists(someone, max_size=4), st.integers(1, 14), st.integers(1, 70), st.integers(1, 30)
    )
    def test_ranges_lie_within_the_bounds_oldest_first(
        self, people: list[Known], trailing: int, limit: int, per_run: int
    ) -> None:
        night = plan(*people, trailing=trailing, limit=limit, per_run=per_run)
        flat = [day for whole in night.ranges for day in dict.fromkeys(whole)]
        assert flat == sorted(set(flat))
        assert all(0 <= (last - first).days < per_run for first, last in night.ranges)
        assert all(ago(limit - 1) <= day <= YESTERDAY for day in flat)
        assert all(day < ago(limit - 1) for day in night.left)
