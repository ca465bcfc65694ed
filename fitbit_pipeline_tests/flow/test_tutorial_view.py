"""Whom the tutorial's collection shows, as the settings of a deployment say."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import write_metrics
from fitbit_pipeline_tests.deployments import settings_for

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.fixture
def chosen(tmp_path: Path, mongodb_uri: str, database_name: str) -> Any:
    """Opens the deployment with settings of its own."""

    def opened(**settings: Any) -> Any:
        return open_deployment(
            settings_for(tmp_path, mongodb_uri, database_name, **settings), lambda: NOW
        )

    return opened


def _join(store: Store, name: str, steps: int) -> None:
    store.participants.save([Participant(name, "fitbit_web", "Europe/Athens", DAY)])
    write_metrics(store, name, {DAY: {"steps": steps}})


def _steps(store: Store) -> list[str]:
    found = store.database["fitbitCollection"].find({"type": "steps"})
    return [document["data"]["value"] for document in found]


def test_the_only_participant_is_shown_as_soon_as_the_one_who_joined_is_there(chosen: Any) -> None:
    with chosen() as deployment:
        _join(deployment.store, "P07", 9210)
        assert _steps(deployment.store) == []

    with chosen() as deployment:
        assert _steps(deployment.store) == ["9210"]


def test_of_several_the_one_that_the_setting_names_is_shown(chosen: Any) -> None:
    with chosen() as deployment:
        _join(deployment.store, "P07", 9210)
        _join(deployment.store, "P08", 18061)

    with chosen() as deployment:
        assert "fitbitCollection" not in deployment.store.database.list_collection_names()
    with chosen(tutorial_participant="P08") as deployment:
        assert _steps(deployment.store) == ["18061"]


def test_the_tutorial_s_own_collection_stays_as_it_is(chosen: Any) -> None:
    own = {"id": "abc", "type": "steps", "data": {"dateTime": "2023-03-29", "value": "5"}}
    with chosen() as deployment:
        _join(deployment.store, "P07", 9210)
        deployment.store.database.drop_collection("fitbitCollection")
        deployment.store.database["fitbitCollection"].insert_one(dict(own))

    with chosen(tutorial_participant="P07") as deployment:
        (found,) = deployment.store.database["fitbitCollection"].find({}, {"_id": 0})
        assert found == own
