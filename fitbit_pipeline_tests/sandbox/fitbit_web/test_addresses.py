"""Which addresses the sandbox's Fitbit knows, and what it says to the others."""

from datetime import UTC, date, datetime

import pytest
import requests

from fitbit_pipeline.civil import time_zone, today
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.fitbit_sandbox import fitbit_signed_in, read_fitbit
from fitbit_pipeline_tests.sandbox.fitbit_web.answers import document, refusal
from fitbit_pipeline_tests.sandbox_server import running_sandbox

STEPS = "1/user/-/activities/steps/date"


def _days(sandbox: Sandbox, session: requests.Session, path: str) -> list[str]:
    (rows,) = document(sandbox, session, path).values()
    return [row["dateTime"] for row in rows]


@pytest.mark.parametrize(
    ("days", "first", "count"),
    [
        ("2026-11-01/2026-11-03", "2026-11-01", 3),
        ("2026-11-01/2026-11-01", "2026-11-01", 1),
        ("2026-11-19/today", "2026-11-19", 2),
        ("today/2026-11-22", "2026-11-20", 3),
        ("2026-11-10/1d", "2026-11-10", 1),
        ("2026-11-10/7d", "2026-11-04", 7),
        ("2026-11-10/1w", "2026-11-04", 7),
        ("2026-11-10/30d", "2026-10-12", 30),
        ("2026-10-31/1m", "2026-10-01", 31),
        ("2026-03-31/1m", "2026-03-01", 31),
        ("2026-11-10/3m", "2026-08-11", 92),
        ("2026-11-10/1y", "2025-11-11", 365),
        ("today/7d", "2026-11-14", 7),
        ("2025-1-1/2025-1-2", "2025-01-01", 2),
    ],
)
def test_a_series_has_each_day_of_its_range_or_period(
    served: Sandbox, session: requests.Session, days: str, first: str, count: int
) -> None:
    found = _days(served, session, f"{STEPS}/{days}.json")

    assert len(found) == count
    assert found[0] == first
    assert found == sorted(set(found))


def test_today_is_the_day_where_the_person_lives() -> None:
    late = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
    days = set()
    with running_sandbox(people=8, now=late) as sandbox:
        for person in sandbox.population.people:
            with fitbit_signed_in(sandbox, person.key) as session:
                (found,) = _days(sandbox, session, f"{STEPS}/today/1d.json")
            assert found == today(late, time_zone(person.time_zone)).isoformat()
            days.add(found)

    assert len(days) == 2


@pytest.mark.parametrize("version", ["1", "1.1", "1.2"])
def test_all_versions_know_the_series(
    served: Sandbox, session: requests.Session, version: str
) -> None:
    path = f"{version}/user/-/activities/steps/date/2026-11-01/1d.json"

    assert len(_days(served, session, path)) == 1


def test_a_person_is_a_dash_or_their_own_name(served: Sandbox, session: requests.Session) -> None:
    own = served.population.person("p001").legacy_user_id
    other = served.population.person("p002").legacy_user_id

    assert _days(served, session, f"1/user/{own}/activities/steps/date/today/1d.json")
    answer = read_fitbit(served, session, f"1/user/{other}/profile.json")
    assert refusal(answer)[:2] == (404, "not_found")


@pytest.mark.parametrize(
    ("path", "days"),
    [
        ("1/user/-/activities/steps", 1095),
        ("1/user/-/activities/tracker/steps", 1095),
        ("1/user/-/activities/active-zone-minutes", 1095),
        ("1/user/-/body/weight", 1095),
        ("1/user/-/activities/activityCalories", 30),
        ("1/user/-/activities/heart", 365),
        ("1.2/user/-/sleep", 100),
        ("1/user/-/hrv", 30),
        ("1/user/-/spo2", 30),
        ("1/user/-/br", 30),
        ("1/user/-/temp/skin", 30),
        ("1/user/-/temp/core", 30),
        ("1/user/-/cardioscore", 30),
        ("1/user/-/body/log/weight", 31),
        ("1/user/-/body/log/fat", 30),
    ],
)
def test_a_range_may_be_as_long_as_documented_and_no_longer(
    served: Sandbox, session: requests.Session, path: str, days: int
) -> None:
    last = date(2026, 11, 20)
    first = date.fromordinal(last.toordinal() - days + 1)
    before = date.fromordinal(last.toordinal() - days)

    assert read_fitbit(served, session, f"{path}/date/{first}/{last}.json").status_code == 200
    refused = read_fitbit(served, session, f"{path}/date/{before}/{last}.json")
    points = "activities/" in path or "body/weight" in path
    expected = 422 if points and "heart" not in path else 400
    assert refusal(refused)[:2] == (expected, "validation")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"{STEPS}/2026-11-31/1d.json", (400, "validation")),
        (f"{STEPS}/yesterday/today.json", (400, "validation")),
        (f"{STEPS}/2026-11-03/2026-11-01.json", (400, "validation")),
        (f"{STEPS}/2026-11-03/2w.json", (400, "validation")),
        (f"{STEPS}/0001-01-01/1y.json", (400, "validation")),
        (f"{STEPS}/2026-11-03/max.json", (422, "validation")),
        ("1/user/-/activities/heart/date/2026-11-03/3m.json", (400, "validation")),
        (f"{STEPS}/2026-11-03/1d/1sec.json", (404, "not_found")),
        (f"{STEPS}/2026-11-03.json", (404, "not_found")),
        (f"{STEPS}/2026-11-03/1d", (404, "not_found")),
        (f"{STEPS}/2026-11-03/2026-11-04/1min.json", (400, "request")),
        (f"{STEPS}/2026-11-03/1d/1min/time/25:00/26:00.json", (400, "validation")),
        (f"{STEPS}/2026-11-03/1d/1min/time/09:00/08:00.json", (400, "validation")),
        (f"{STEPS}/2026-11-03/1d.json?timezone=UTC", (400, "validation")),
        ("1/user/-/activities/naps/date/today/1d.json", (404, "not_found")),
        ("1/user/-/sleep/date/2026-11-03.json", (404, "not_found")),
        ("2/user/-/profile.json", (404, "not_found")),
        ("1/user/-/activities/date/2026-11-01/2026-11-02.json", (404, "not_found")),
    ],
)
def test_a_wrong_address_is_refused(
    served: Sandbox, session: requests.Session, path: str, expected: tuple[int, str]
) -> None:
    assert refusal(read_fitbit(served, session, path))[:2] == expected


def test_days_at_the_ends_of_the_calendar_are_days_without_data(
    served: Sandbox, session: requests.Session
) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert document(served, session, f"{STEPS}/{day}/{day}.json")["activities-steps"] == [
            {"dateTime": day, "value": "0"}
        ]
        for path in ("activities/heart", "activities/active-zone-minutes", "body/weight"):
            document(served, session, f"1/user/-/{path}/date/{day}/{day}.json")
        for path in ("hrv", "spo2", "body/log/weight", "activities"):
            document(served, session, f"1/user/-/{path}/date/{day}.json")
        document(served, session, f"1.2/user/-/sleep/date/{day}.json")
        document(served, session, f"1/user/-/activities/heart/date/{day}/1d/1min.json")


@pytest.mark.parametrize("verb", ["POST", "DELETE"])
def test_nothing_can_be_changed(served: Sandbox, session: requests.Session, verb: str) -> None:
    answer = session.request(verb, f"{served.base_url}/1/user/-/sleep.json", timeout=10)

    assert refusal(answer)[:2] == (403, "insufficient_permissions")


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        (f"{STEPS}/today/1d.json", "activity"),
        ("1/user/-/activities/heart/date/today/1d.json", "heartrate"),
        ("1.2/user/-/sleep/date/today.json", "sleep"),
        ("1/user/-/hrv/date/today.json", "heartrate"),
        ("1/user/-/spo2/date/today.json", "oxygen_saturation"),
        ("1/user/-/br/date/today.json", "respiratory_rate"),
        ("1/user/-/temp/skin/date/today.json", "temperature"),
        ("1/user/-/cardioscore/date/today.json", "cardio_fitness"),
        ("1/user/-/body/log/weight/date/today.json", "weight"),
        ("1/user/-/devices.json", "settings"),
        ("1/user/-/profile.json", "profile"),
    ],
)
def test_a_resource_is_opened_by_its_scope_alone(served: Sandbox, path: str, scope: str) -> None:
    with fitbit_signed_in(served, "p002", scopes=(scope,)) as session:
        assert read_fitbit(served, session, path).status_code == 200
    with fitbit_signed_in(served, "p002", scopes=("social",)) as session:
        code, kind, message = refusal(read_fitbit(served, session, path))
    assert (code, kind) == (403, "insufficient_scope")
    assert f"access {scope.replace('_', ' ')} data" in message


def test_readings_within_the_day_need_approval_or_a_personal_application(
    served: Sandbox,
) -> None:
    path = "1/user/-/activities/heart/date/2026-11-18/1d/1min.json"
    served.fitbit.intraday = False
    try:
        for kind, status in (("server", 403), ("client", 403), ("personal", 200)):
            with fitbit_signed_in(served, kind=kind) as session:
                answer = read_fitbit(served, session, path)
                assert answer.status_code == status
                if status == 403:
                    assert refusal(answer)[1] == "insufficient_permissions"
                whole = "1/user/-/activities/heart/date/2026-11-18/1d.json"
                assert read_fitbit(served, session, whole).status_code == 200
    finally:
        served.fitbit.intraday = True


def test_requests_are_counted_by_resource(served: Sandbox, session: requests.Session) -> None:
    before = {
        name: served.requests.total("p001", "fitbit", name)
        for name in ("steps", "heart-intraday", "tracker/distance", "temp-skin")
    }
    read_fitbit(served, session, f"{STEPS}/today/1d.json")
    read_fitbit(served, session, "1/user/-/activities/heart/date/today/1d/1min.json")
    read_fitbit(served, session, "1/user/-/activities/tracker/distance/date/today/1d.json")
    read_fitbit(served, session, "1/user/-/temp/skin/date/2026-01-01/2026-11-01.json")

    for name, count in before.items():
        assert served.requests.total("p001", "fitbit", name) == count + 1


def test_the_language_decides_the_units(served: Sandbox, session: requests.Session) -> None:
    def read(path: str, language: str) -> dict[str, list[dict[str, str]]]:
        headers = {"accept-language": language}
        found = session.get(f"{served.base_url}/1/user/-/{path}", headers=headers, timeout=10)
        return dict(found.json())

    path = "activities/distance/date/2026-11-18/1d.json"
    metric, british, american = (
        float(read(path, language)["activities-distance"][0]["value"])
        for language in ("", "en_GB", "en_US")
    )
    assert metric == british
    assert american == pytest.approx(metric / 1.609344, rel=1e-5)

    path = "body/log/weight/date/2026-11-18/1m.json"
    kilograms, stones, pounds = (
        float(read(path, language)["weight"][0]["weight"]) for language in ("", "en_GB", "en_US")
    )
    assert pounds == pytest.approx(kilograms / 0.45359237, abs=0.01)
    assert stones == pytest.approx(kilograms / 6.35029318, abs=0.01)
