"""The minutes of a civil day: complete, of one date, and bodily possible."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_pipeline.sandbox.made_up.days import Day, day_of
from fitbit_pipeline.sandbox.made_up.habits import resting_heart_rate
from fitbit_pipeline.sandbox.made_up.nights import night
from fitbit_pipeline.sandbox.made_up.people import Person, draw_people
from fitbit_pipeline.sandbox.made_up.textures import ASLEEP, UNWORN, VIGOROUS

ONE_DAY = timedelta(days=1)
PEOPLE = draw_people(5, 60, date(2025, 1, 1))

people = st.sampled_from(PEOPLE)
days = st.dates(date(2024, 12, 25), date(2026, 12, 31))


def _civil_date(day: Day, minute: int) -> date:
    second = (day.first + minute) * 60 + day.offset_at(minute)
    return datetime.fromtimestamp(second, UTC).date()


@given(person=people, day=days)
@settings(max_examples=400, deadline=None)
def test_every_minute_is_of_the_date(person: Person, day: date) -> None:
    """Also on days of travel and of clock changes, at which the offset changes."""
    happened = day_of(person, day)
    edges = {0, happened.length - 1}
    for start, _ in happened.offsets[1:]:
        edges |= {start - 1, start}

    assert {_civil_date(happened, minute) for minute in edges} == {day}


@given(person=people, day=days)
@settings(max_examples=200, deadline=None)
def test_a_day_ends_where_the_next_begins(person: Person, day: date) -> None:
    happened = day_of(person, day)

    assert happened.first + happened.length == day_of(person, day + ONE_DAY).first
    assert 16 * 60 <= happened.length <= 32 * 60


@given(person=people, day=days)
@settings(max_examples=300, deadline=None)
def test_layers_have_all_minutes_and_agree_on_which_were_worn(person: Person, day: date) -> None:
    happened = day_of(person, day)
    layers = (
        happened.watch_steps,
        happened.phone_steps,
        happened.steps,
        happened.pulse,
        happened.patterns,
        happened.levels,
        happened.floors,
    )

    assert {len(layer) for layer in layers} == {happened.length}
    for minute, level in enumerate(happened.levels):
        worn = level != UNWORN
        counted_by = happened.watch_steps if worn else happened.phone_steps
        assert bool(happened.pulse[minute]) == worn
        assert happened.steps[minute] == counted_by[minute]
        assert worn or not happened.watch_steps[minute]


@given(person=people, day=days)
@settings(max_examples=300, deadline=None)
def test_bodies_stay_within_what_is_possible(person: Person, day: date) -> None:
    happened = day_of(person, day)
    beats = [each for each in happened.pulse if each]

    assert sum(happened.steps) < 45_000
    assert all(
        resting_heart_rate(person, day) - 6 <= each <= person.traits.highest_heart_rate
        for each in beats
    )
    for minute, level in enumerate(happened.levels):
        if level == ASLEEP:
            assert not happened.steps[minute]
        if happened.pulse[minute] > 0.9 * person.traits.highest_heart_rate:
            assert level == VIGOROUS


@given(person=people, day=days)
@settings(max_examples=300, deadline=None)
def test_nights_end_on_their_day_and_leave_time_to_live(person: Person, day: date) -> None:
    before, after = night(person, day), night(person, day + ONE_DAY)
    happened = day_of(person, day)

    assert happened.first < before.end < after.start
    assert before.end - happened.first <= 12 * 60
    assert 180 <= before.end - before.start <= 16 * 60
    if before.recorded:
        start = max(0, before.start - happened.first)
        assert set(happened.levels[start : before.end - happened.first]) == {ASLEEP}


def test_there_are_days_of_every_length_that_clocks_and_travel_make() -> None:
    lengths = {
        day_of(person, date(2026, 1, 1) + timedelta(days=offset)).length
        for person in PEOPLE[:20]
        for offset in range(365)
    }

    assert {1380, 1440, 1500} <= lengths
    assert min(lengths) < 1300
    assert max(lengths) > 1600
