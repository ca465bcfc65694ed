"""The Health API of the sandbox: what it answers to those who ask rightly."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import requests

from fitbit_pipeline.sandbox.made_up.population import POINT_TYPES, ROLL_UP_TYPES
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline_tests.sandbox.calls import (
    NIGHTS,
    all_rows,
    civil_range,
    days_of,
    points,
    reading,
    rolling_up,
)
from fitbit_pipeline_tests.sandbox_server import NOW, running_sandbox, signed_in


def _start(point: dict[str, Any], union: str) -> str:
    record = point[union]
    if "date" in record:
        day = record["date"]
        return f"{day['year']}-{day['month']:02}-{day['day']:02}"
    lies = record.get("interval") or record["sampleTime"]
    return str(lies.get("startTime") or lies["physicalTime"])


def test_a_person_is_read_as_me_or_by_their_own_number(
    served: Sandbox, session: requests.Session
) -> None:
    person = served.population.person("p001")
    mine = reading(served, session, "identity").json()
    own = session.get(
        f"{served.base_url}/v4/users/{person.health_user_id}/identity", timeout=10
    ).json()

    assert mine == own
    assert mine["healthUserId"] == person.health_user_id
    assert mine["legacyUserId"] == person.legacy_user_id


def test_profile_and_settings_are_the_persons(served: Sandbox, session: requests.Session) -> None:
    settings = reading(served, session, "settings").json()

    assert settings["timeZone"] == served.population.person("p001").time_zone
    assert reading(served, session, "profile").json() == served.population.profile("p001")


def test_devices_come_in_pages_and_one_by_one(served: Sandbox, session: requests.Session) -> None:
    devices = served.population.paired_devices("p001")
    first = reading(served, session, "pairedDevices", pageSize=1).json()
    second = reading(
        served, session, "pairedDevices", pageSize=1, pageToken=first["nextPageToken"]
    ).json()
    name = str(devices[0]["name"]).rpartition("/")[2]

    assert first["pairedDevices"] + second["pairedDevices"] == devices[:2]
    assert reading(served, session, f"pairedDevices/{name}").json() == devices[0]
    assert reading(served, session, "pairedDevices/0").status_code == 404


@pytest.mark.parametrize("data_type", sorted(POINT_TYPES - {"floors", "total-calories"}))
@pytest.mark.parametrize("method", ["", ":reconcile"])
def test_every_kind_of_point_is_listed_newest_first(
    served: Sandbox, session: requests.Session, data_type: str, method: str
) -> None:
    rows = points(served, session, data_type, method, pageSize=100).json()["dataPoints"]
    union = next(name for name in rows[0] if name not in {"name", "dataPointName", "dataSource"})
    starts = [_start(row, union) for row in rows]

    assert starts == sorted(starts, reverse=True)
    assert all(("dataSource" in row) is (method == "") for row in rows)


@pytest.mark.parametrize("data_type", sorted(ROLL_UP_TYPES))
def test_every_roll_up_brings_the_days_asked_for_without_the_end(
    served: Sandbox, session: requests.Session, data_type: str
) -> None:
    first, end = date(2026, 11, 1), date(2026, 11, 15)
    body = {"range": civil_range(first, end), "windowSizeDays": 1}
    rows = rolling_up(served, session, data_type, "dailyRollUp", body).json()["rollupDataPoints"]
    days = days_of(rows)

    assert days == sorted(days, reverse=True)
    assert first <= min(days)
    assert max(days) < end


def test_a_days_steps_are_the_sum_of_its_minutes(
    served: Sandbox, session: requests.Session
) -> None:
    day = date(2026, 11, 10)
    rolled = rolling_up(
        served,
        session,
        "steps",
        "dailyRollUp",
        {"range": civil_range(day, day + timedelta(days=1))},
    ).json()["rollupDataPoints"]
    (minutes,) = all_rows(
        served,
        session,
        "steps",
        ":reconcile",
        filter='steps.interval.civil_start_time >= "2026-11-10" '
        'AND steps.interval.civil_start_time < "2026-11-11"',
        pageSize=10000,
    )

    assert rolled[0]["steps"]["countSum"] == str(sum(int(row["steps"]["count"]) for row in minutes))


def test_the_windows_of_a_roll_up_lie_in_the_range(
    served: Sandbox, session: requests.Session
) -> None:
    body = {
        "range": {"startTime": "2026-11-10T00:00:00Z", "endTime": "2026-11-10T06:00:00Z"},
        "windowSize": "60s",
        "pageSize": 10000,
    }
    answer = rolling_up(served, session, "heart-rate", "rollUp", body).json()
    starts = [row["startTime"] for row in answer["rollupDataPoints"]]

    assert "nextPageToken" not in answer
    assert starts == sorted(starts, reverse=True)
    assert starts[0] <= "2026-11-10T05:59:00Z"
    assert starts[-1] >= "2026-11-10T00:00:00Z"


def test_a_filter_by_the_end_brings_the_nights_that_ended_then(
    served: Sandbox, session: requests.Session
) -> None:
    rows = points(served, session, "sleep", ":reconcile", filter=NIGHTS).json()["dataPoints"]
    (everything,) = all_rows(
        served,
        session,
        "sleep",
        ":reconcile",
        filter='sleep.interval.end_time >= "2026-10-28T00:00:00Z" '
        'AND sleep.interval.end_time < "2026-11-12T00:00:00Z"',
    )
    ends = [
        datetime.fromisoformat(row["sleep"]["interval"]["endTime"])
        + timedelta(seconds=int(row["sleep"]["interval"]["endUtcOffset"].removesuffix("s")))
        for row in everything
    ]
    expected = [
        row
        for row, end in zip(everything, ends, strict=True)
        if date(2026, 11, 1) <= end.date() < date(2026, 11, 8)
    ]

    assert rows == expected
    assert len(rows) >= 5


def test_nothing_found_is_an_empty_object(served: Sandbox, session: requests.Session) -> None:
    before = 'weight.sample_time.civil_time < "2020-01-01"'
    years_ago = {"range": civil_range(date(2020, 1, 1), date(2020, 1, 8))}

    assert points(served, session, "weight", filter=before).json() == {}
    assert rolling_up(served, session, "steps", "dailyRollUp", years_ago).json() == {}


def test_a_real_type_of_which_nobody_has_data_is_empty(
    served: Sandbox, session: requests.Session
) -> None:
    assert points(served, session, "blood-glucose").json() == {}
    body = {"range": civil_range(date(2026, 11, 1), date(2026, 11, 8))}
    assert rolling_up(served, session, "altitude", "dailyRollUp", body).json() == {}


def test_a_point_with_a_name_can_be_read_alone(served: Sandbox, session: requests.Session) -> None:
    listed = points(served, session, "exercise", pageSize=3).json()["dataPoints"][-1]
    name = listed["name"].rpartition("/")[2]

    assert reading(served, session, f"dataTypes/exercise/dataPoints/{name}").json() == listed
    missing = reading(served, session, "dataTypes/exercise/dataPoints/1")
    assert missing.status_code == 404
    assert missing.json()["error"]["details"][0]["reason"] == "RESOURCE_NOT_FOUND"


@pytest.mark.parametrize("family", ["all-sources", "google-sources", "google-wearables"])
def test_data_source_families_are_full_names(
    served: Sandbox, session: requests.Session, family: str
) -> None:
    name = f"users/me/dataSourceFamilies/{family}"

    assert points(served, session, "steps", ":reconcile", dataSourceFamily=name).json()[
        "dataPoints"
    ]


def test_wearables_leave_out_what_comes_by_hand_or_from_elsewhere() -> None:
    family = {"dataSourceFamily": "users/me/dataSourceFamilies/google-wearables"}
    with running_sandbox(people=12) as sandbox:
        by_hand = next(
            person.key
            for person in sandbox.population.people
            if (
                weights := sandbox.population.points(
                    person.key, "weight", date(2026, 1, 1), date(2026, 11, 20)
                )
            )
            and weights[0]["dataSource"] == {"recordingMethod": "MANUAL", "platform": "FITBIT"}
        )
        with signed_in(sandbox, by_hand) as session:
            assert points(sandbox, session, "weight").json()["dataPoints"]
            assert points(sandbox, session, "weight", **family).json() == {}
            assert points(sandbox, session, "weight", ":reconcile", **family).json() == {}


def test_this_client_wrote_nothing_itself(served: Sandbox, session: requests.Session) -> None:
    family = "users/me/dataSourceFamilies/self-sources"

    assert points(served, session, "steps", dataSourceFamily=family).json() == {}


def test_two_people_see_each_their_own(served: Sandbox, session: requests.Session) -> None:
    with signed_in(served, "p002") as other:
        theirs = reading(served, other, "identity").json()

    assert theirs["healthUserId"] == served.population.person("p002").health_user_id
    assert theirs != reading(served, session, "identity").json()


def test_data_grow_with_the_clock() -> None:
    day = NOW.date()
    body = {"range": civil_range(day, day + timedelta(days=1))}
    with running_sandbox() as sandbox, signed_in(sandbox) as session:
        morning = rolling_up(sandbox, session, "steps", "dailyRollUp", body).json()
        sandbox.clock = lambda: datetime(2026, 11, 20, 9, 50, tzinfo=UTC)
        later = rolling_up(sandbox, session, "steps", "dailyRollUp", body).json()

    (before,), (after,) = (each["rollupDataPoints"] for each in (morning, later))
    assert int(before["steps"]["countSum"]) < int(after["steps"]["countSum"])


def test_requests_are_counted_by_person_method_and_data_type() -> None:
    with running_sandbox() as sandbox, signed_in(sandbox) as session:
        reading(sandbox, session, "identity")
        points(sandbox, session, "steps", pageSize=1)
        points(sandbox, session, "steps", pageSize=1)
        points(sandbox, session, "sleep", ":reconcile", pageSize=1)
        requests.get(f"{sandbox.base_url}/v4/users/me/identity", timeout=10)
        address = f"{sandbox.base_url}/sandbox/requests"
        told = requests.get(address, timeout=10).json()

        assert sandbox.requests.total() == 6
        assert sandbox.requests.total(person="p001", method="token") == 1
        assert sandbox.requests.total(method="list", data_type="steps") == 2
        assert sandbox.requests.total(person="p002") == 0
        assert told["total"] == 6
        assert told["by_method"] == {"token": 1, "identity": 2, "list": 2, "reconcile": 1}
        assert told["by_person"]["unknown"]["total"] == 1
        assert {"method": "list", "dataType": "steps", "count": 2} in told["by_person"]["p001"][
            "requests"
        ]
        requests.delete(address, timeout=10)
        assert sandbox.requests.total() == 0


def test_the_start_page_says_what_this_is(served: Sandbox) -> None:
    page = requests.get(served.base_url, timeout=10)

    assert page.headers["content-type"].startswith("text/html")
    for person in served.population.people:
        assert person.key in page.text
    assert "/sandbox/client" in page.text


def test_the_people_are_told(served: Sandbox) -> None:
    people = requests.get(f"{served.base_url}/sandbox/people", timeout=10).json()

    assert [each["key"] for each in people] == ["p001", "p002", "p003"]
    assert people[0]["timeZone"] == served.population.person("p001").time_zone
