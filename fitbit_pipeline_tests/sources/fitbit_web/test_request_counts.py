"""As few requests as the documented ranges allow, counted by a server that refuses longer ones."""

from datetime import date, timedelta
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.fitbit_web.planning import (
    fewest_requests,
    fewest_requests_together,
    plan,
)
from fitbit_pipeline.sources.fitbit_web.resources import RESOURCES, Form, Resource
from fitbit_pipeline_tests.sources.fitbit_web.conftest import Person, by_day
from fitbit_pipeline_tests.sources.fitbit_web.recorded import (
    EXERCISES,
    PROFILE,
    Recorded,
    exercise,
    last_days,
    series,
)
from fitbit_pipeline_tests.sources.scripted_server import ScriptedServer

LAST = date(2023, 12, 31)
THREE_YEARS = last_days(1095, LAST)

EXPECTED = {
    "steps": 1,
    "distance": 1,
    "floors": 1,
    "calories": 1,
    "activity_minutes": 4,
    "active_zone_minutes": 1,
    "exercise": 4,
    "heart_rate": 1095,
    "resting_heart_rate": 3,
    "heart_rate_zones": 3,
    "hrv": 37,
    "sleep": 11,
    "breathing_rate": 37,
    "spo2": 37,
    "skin_temperature": 37,
    "vo2_max": 37,
    "weight": 36 + 37,
}
"""For 1,095 days with 313 exercises: written out, not computed."""
LOGS = [
    exercise(number, f"{day}T18:00:00.000+02:00")
    for number, day in enumerate(THREE_YEARS[::-1][::7])
] + [
    exercise(1000 + number, f"{day}T07:00:00.000+02:00")
    for number, day in enumerate(THREE_YEARS[:156])
]
RANGES = [
    resource
    for resources in RESOURCES.values()
    for resource in resources
    if resource.form is not Form.PAGES
]


def _everything() -> Recorded:
    items = {"activities/steps": series(THREE_YEARS, lambda day: "1")}
    return Recorded(items=items, exercises=LOGS)


@pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
def test_three_years_take_the_least_requests(
    server: ScriptedServer, person: Person, endpoint: str
) -> None:
    server.script = _everything()
    source = person.source()

    days = by_day(source, endpoint, THREE_YEARS[0], LAST)

    assert len(days) == 1095
    sent = [asked for asked in server.asked if asked.path != PROFILE]
    assert len(sent) == EXPECTED[endpoint] == fewest_requests(endpoint, 1095, len(LOGS))
    assert source.requests_sent == len(sent) + 1


def test_one_source_asks_for_everything_with_the_least_requests_and_the_profile_once(
    server: ScriptedServer, person: Person
) -> None:
    """Zones and resting rate share their requests."""
    server.script = _everything()
    source = person.source()
    first = LAST - timedelta(days=99)

    for endpoint in ENDPOINT_NAMES:
        assert len(by_day(source, endpoint, first, LAST)) == 100
    assert source.synced_until is None

    in_range = [each for each in LOGS if str(each["startTime"]) >= first.isoformat()]
    fewest = fewest_requests_together(ENDPOINT_NAMES, 100, len(in_range))
    assert source.requests_sent == fewest + 2
    assert fewest == sum(fewest_requests(each, 100, len(in_range)) for each in ENDPOINT_NAMES) - 1


def test_a_night_takes_a_request_a_resource(server: ScriptedServer, person: Person) -> None:
    server.script = _everything()

    for endpoint in ENDPOINT_NAMES:
        if endpoint != "heart_rate":
            by_day(person.source(), endpoint, LAST - timedelta(days=6), LAST)

    sent = [asked.path for asked in server.asked if asked.path != PROFILE]
    assert len(sent) == sum(len(each) for each in RESOURCES.values()) - 1
    assert sent.count(EXERCISES) == 1


@given(
    resource=st.sampled_from(RANGES),
    first=st.dates(date(2015, 1, 1), date(2026, 1, 1)),
    days=st.integers(1, 2500),
)
def test_planned_ranges_cover_every_day_once_newest_first(
    resource: Resource, first: date, days: int
) -> None:
    last = first + timedelta(days=days - 1)
    planned = list(plan(resource, first, last))

    assert len(planned) == ceil(days / resource.most_days)
    after = last + timedelta(days=1)
    covered: list[date] = []
    for request in planned:
        assert (after - request.first).days <= resource.most_days
        covered += reversed(list(days_between(request.first, after - timedelta(days=1))))
        after = request.first
    assert covered == list(reversed(list(days_between(first, last))))
