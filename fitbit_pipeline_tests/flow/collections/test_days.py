"""The days of imported collections, carried through to metrics, and derived again."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from fitbit_pipeline_tests.deployments import TestBed, settings_for, test_bed
from fitbit_pipeline_tests.flow.collections.imported import DAY, Document
from fitbit_pipeline_tests.tutorial_collection import Notebook, bson_file


class TestDays:
    """What was imported, carried through to metrics, and derived again from what is kept."""

    @pytest.fixture
    def bed(self, mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[TestBed]:
        """A deployment whose first day is before all of theirs."""
        settings = settings_for(tmp_path, mongodb_uri, database_name, start_date=date(2021, 1, 1))
        with test_bed(settings) as bed:
            yield bed

    def metrics(self, bed: TestBed, participant: str, day: date) -> dict[str, Any]:
        """The metrics of somebody's day."""
        found = bed.deployment.store.metrics.find(
            {"participant": participant, "date": day.isoformat()}
        )
        return {each["metric"]: each["value"] for each in found}

    def test_metrics_are_what_the_tutorial_stored(
        self, bed: TestBed, notebook: Notebook, tmp_path: Path
    ) -> None:
        drawer = DAY + timedelta(days=2)
        notebook.documents = [
            each for each in notebook.documents if each["data"]["dateTime"] != f"{drawer}"
        ]
        notebook.activity(drawer, 1440, 0, 0, 0)
        notebook.steps(drawer, 0)
        path = bson_file(tmp_path / "fitbitCollection.bson", notebook.documents)
        bed.import_folder(path, time_zone="Europe/Athens")
        bed.carry(DAY, drawer)
        assert self.metrics(bed, "me", DAY) == {
            "steps": 4000,
            "sedentary_minutes": 586,
            "lightly_active_minutes": 180,
            "fairly_active_minutes": 60,
            "very_active_minutes": 54,
            "tutorial_wear_minutes": 880,
            "sleep_start": "2021-05-23T23:00:00",
            "sleep_end": "2021-05-24T07:00:00",
            "time_in_bed_minutes": 480,
            "minutes_asleep": 450,
            "minutes_awake": 30,
            "sleep_efficiency": 94,
            "deep_minutes": 80,
            "light_minutes": 260,
            "rem_minutes": 110,
            "wake_minutes": 30,
        }
        assert self.metrics(bed, "me", drawer) == {
            "steps": 0,
            "lightly_active_minutes": 0,
            "fairly_active_minutes": 0,
            "very_active_minutes": 0,
            "tutorial_wear_minutes": 0,
        }

    def test_a_damaged_document_makes_its_day_failed_with_the_reason(
        self, bed: TestBed, notebook: Notebook, tmp_path: Path
    ) -> None:
        notebook.store("steps", DAY + timedelta(days=3), "many")
        path = bson_file(tmp_path / "fitbitCollection.bson", notebook.documents)
        bed.import_folder(path, time_zone="UTC")
        bed.carry(DAY, DAY + timedelta(days=3))
        coverage = bed.documents()["coverage"]
        states = {
            key: each["endpoints"]["steps"]["state"] for key, each in sorted(coverage.items())
        }
        assert list(states.values()) == ["data", "data", "data", "failed"]
        entry = coverage["me/2021-05-27"]["endpoints"]["steps"]
        assert "document 49: has no number as its value (steps)" in entry["reason"]

    @pytest.mark.parametrize("source", ["tutorial", "lifesnaps"])
    def test_days_are_derived_again_from_what_is_kept(
        self, source: str, bed: TestBed, notebook: Notebook, study: list[Document], tmp_path: Path
    ) -> None:
        """Everything but participants is dropped, the dump is gone, and the same is back."""
        last = DAY + timedelta(days=2)
        if source == "tutorial":
            path = bson_file(tmp_path / "in" / "fitbitCollection.bson", notebook.documents)
        else:
            path = bson_file(tmp_path / "in" / "fitbit.bson", study)
        bed.import_folder(path, time_zone="UTC")
        bed.carry(DAY, last)
        before = bed.documents()
        path.unlink()
        for name in before:
            if name != "participants":
                bed.deployment.store.database[name].delete_many({})
        bed.carry(DAY, last)
        assert bed.documents() == before
        assert before["daily_engagement"]
