"""What the source is to all above it: a source like others, and one whose requests are scarce."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.sources.fitbit_web.limiter import MARGIN
from fitbit_pipeline.sources.google_health.source import GoogleHealthSource
from fitbit_pipeline.sources.protocol import CountsRequests, ScarceRequests, Source
from fitbit_pipeline_tests.sources.fitbit_web.conftest import NOON, Person, by_day
from fitbit_pipeline_tests.sources.fitbit_web.recorded import Recorded, last_days, refused
from fitbit_pipeline_tests.sources.scripted_server import Asked, Reply, ScriptedServer

LAST = date(2023, 6, 30)


class HourlyServer:
    """Counts an hour's requests by a clock, as the API does, and refuses what is beyond."""

    def __init__(self, person: Person, recorded: Recorded, per_hour: int = 150):
        self._person = person
        self._recorded = recorded
        self._per_hour = per_hour
        self._hour = person.clock.now.replace(minute=0)
        self.used = 0
        self.refused: list[str] = []

    def __call__(self, asked: Asked) -> Reply:
        now = self._person.clock.now
        if now - self._hour >= timedelta(hours=1):
            self._hour, self.used = now.replace(minute=0, second=0), 0
        self.used += 1
        left = self._per_hour - self.used
        headers = {
            "fitbit-rate-limit-limit": str(self._per_hour),
            # Updated every four requests, and so mostly too high.
            "fitbit-rate-limit-remaining": str(max(left + self.used % 4, 0)),
            "fitbit-rate-limit-reset": str(
                round((self._hour + timedelta(hours=1) - now).total_seconds())
            ),
        }
        if left < 0:
            self.refused.append(asked.path)
            refusal = refused("system", "Too Many Requests", 429)
            return Reply(refusal.content, status=429, headers=headers)
        return Reply(self._recorded(asked).content, headers=headers)


def test_it_is_a_source_that_counts_its_scarce_requests(
    server: ScriptedServer, person: Person
) -> None:
    source: Source = person.source()

    assert source.name == "fitbit_web"
    assert source.endpoints == set(ENDPOINT_NAMES)
    assert isinstance(source, CountsRequests)
    assert isinstance(source, ScarceRequests)
    assert source.scarce_requests
    assert not server.asked


def test_other_live_sources_have_requests_in_plenty() -> None:
    assert not hasattr(GoogleHealthSource, "scarce_requests")


def test_a_year_of_minutes_waits_for_hour_after_hour_and_is_never_refused(
    server: ScriptedServer, person: Person
) -> None:
    hours = HourlyServer(person, Recorded())
    server.script = hours

    days = person.days("heart_rate", last_days(365, LAST)[0], LAST)

    assert len(days) == 365
    assert not hours.refused
    assert len(server.asked) == 365 + 1
    assert [each.until for each in person.told] == [
        NOON + timedelta(hours=1) + MARGIN,
        NOON + timedelta(hours=2) + MARGIN,
    ]


def test_who_begins_with_a_quota_that_is_used_up_is_refused_once_and_goes_on(
    server: ScriptedServer, person: Person
) -> None:
    """As after a process that was killed: what it used is not known."""
    hours = HourlyServer(person, Recorded(), per_hour=10)
    hours.used = 10
    server.script = hours

    days = person.days("heart_rate", LAST - timedelta(days=2), LAST)

    assert len(days) == 3
    assert len(hours.refused) == 1


def test_the_participants_zone_is_not_needed_to_tell_days_apart(
    server: ScriptedServer, person: Person
) -> None:
    """The API's days are civil days already."""
    server.script = Recorded()

    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        assert ZoneInfo(zone)
        assert by_day(person.source(zone), "hrv", LAST, LAST).keys() == {LAST}
