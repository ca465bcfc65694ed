"""The tutorial's collection as a view over one participant's metrics, in a real MongoDB."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.flow.tutorial_view import refresh_tutorial_view
from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import write_metrics

DAY, DRAWER = date(2026, 11, 20), date(2026, 11, 21)


@pytest.fixture
def store(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[Store]:
    """P07 with an ordinary day and one in a drawer, and P08."""
    with connect(mongodb_uri, tmp_path, database_name) as connection:
        found = Store(connection.database)
        _join(found, "P07")
        write_metrics(
            found,
            "P07",
            {
                DAY: {
                    "steps": 9210,
                    "sedentary_minutes": 586,
                    "tutorial_wear_minutes": 880,
                    "sleep_start": "2026-11-19T23:01:30",
                    "deep_minutes": 122,
                    "resting_heart_rate": 61,
                },
                DRAWER: {"steps": 0, "sedentary_minutes": 1440, "tutorial_wear_minutes": 0},
            },
        )
        write_metrics(found, "P08", {DAY: {"steps": 1}})
        yield found


def _join(store: Store, name: str) -> None:
    store.participants.save([Participant(name, "fitbit_web", "Europe/Athens", DAY)])


def _values(store: Store, type_: str) -> dict[str, Any]:
    found = store.database["fitbitCollection"].find({"type": type_})
    return {each["data"]["dateTime"]: each["data"]["value"] for each in found}


def test_a_document_per_day_and_type_in_the_tutorial_s_shape(store: Store) -> None:
    refresh_tutorial_view(store, None)

    first, second = store.database["fitbitCollection"].find({"type": "steps"})

    assert first.keys() == second.keys() == {"_id", "id", "type", "data"}
    assert first["data"].keys() == {"dateTime", "value"}
    assert first["id"] == second["id"]
    assert isinstance(first["id"], str)


def test_values_have_the_types_that_the_tutorial_stored(store: Store) -> None:
    """Steps as text, times as the API writes them, all else as numbers."""
    refresh_tutorial_view(store, None)

    assert _values(store, "steps") == {"2026-11-20": "9210", "2026-11-21": "0"}
    assert _values(store, "sleep_startTime") == {"2026-11-20": "2026-11-19T23:01:30.000"}
    assert _values(store, "sleep_Deep") == {"2026-11-20": 122}
    assert _values(store, "totalWearTime") == {"2026-11-20": 880, "2026-11-21": 0}


def test_numbers_are_whole_as_the_tutorial_s(store: Store) -> None:
    """Google tells sedentary time in seconds; the tutorial's minutes were whole."""
    write_metrics(store, "P07", {date(2026, 11, 22): {"sedentary_minutes": 600.75}})

    refresh_tutorial_view(store, None)

    value = _values(store, "minutesSedentary")["2026-11-22"]
    assert (value, type(value)) == (600, int)


def test_a_day_in_a_drawer_is_no_sedentary_day_as_in_the_tutorial(store: Store) -> None:
    refresh_tutorial_view(store, None)

    assert _values(store, "minutesSedentary") == {"2026-11-20": 586, "2026-11-21": 0}


def test_what_the_tutorial_did_not_store_is_not_there(store: Store) -> None:
    refresh_tutorial_view(store, None)

    types = store.database["fitbitCollection"].distinct("type")

    assert sorted(types) == [
        "minutesSedentary",
        "sleep_Deep",
        "sleep_startTime",
        "steps",
        "totalWearTime",
    ]


def test_with_two_participants_the_setting_decides(store: Store) -> None:
    _join(store, "P08")

    refresh_tutorial_view(store, "P08")

    assert _values(store, "steps") == {"2026-11-20": "1"}


def test_with_two_participants_and_no_setting_there_is_no_view(store: Store) -> None:
    refresh_tutorial_view(store, None)
    _join(store, "P08")

    refresh_tutorial_view(store, None)

    assert "fitbitCollection" not in store.database.list_collection_names()


def test_the_view_follows_the_setting(store: Store) -> None:
    refresh_tutorial_view(store, "P07")

    refresh_tutorial_view(store, "P08")

    assert _values(store, "steps") == {"2026-11-20": "1"}


def test_the_tutorial_s_own_collection_is_never_touched(store: Store) -> None:
    own = {"id": "abc", "type": "steps", "data": {"dateTime": "2023-03-29", "value": "5"}}
    store.database["fitbitCollection"].insert_one(own)

    assert refresh_tutorial_view(store, None) is False

    assert _values(store, "steps") == {"2023-03-29": "5"}
