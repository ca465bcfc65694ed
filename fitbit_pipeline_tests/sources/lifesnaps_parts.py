"""Splits collections of LifeSnaps, and reads everybody's part of them."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fitbit_pipeline.civil import minutes_of_day, time_zone
from fitbit_pipeline.metrics.normaliser import DayContext
from fitbit_pipeline.metrics.takeout import NORMALISERS
from fitbit_pipeline.sources.archive import Survey
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.lifesnaps import SplitCollection, member_of, split
from fitbit_pipeline.sources.takeout import Takeout
from fitbit_pipeline_tests.tutorial_collection import bson_file

Document = dict[str, Any]
DAY = date(2021, 5, 24)
NOON = datetime(2021, 5, 24, 12, 0)  # noqa: DTZ001


def divide(documents: Iterable[Document], folder: Path) -> SplitCollection:
    """Splits a dump of documents."""
    files = open_archive([bson_file(folder / "fitbit.bson", documents)])
    member = member_of(files)
    assert member is not None
    (folder / "workshop").mkdir(parents=True, exist_ok=True)
    return split(files, member, folder / "workshop")


def survey(path: Path, zone: str = "UTC") -> Survey:
    """What is in one person's folder."""
    return Takeout().survey(open_archive([path]), time_zone(zone))


def metrics(path: Path, endpoint: str, day: date, zone: str = "UTC") -> dict[str, Any]:
    """What is derived of a day of one person's folder."""
    kind, files = Takeout(), open_archive([path])
    person = kind.survey(files, time_zone(zone)).people[0]
    (response,) = kind.open(files, person, 0).fetch(endpoint, day, day)
    if response.payload is None:
        return {}
    context = DayContext(day, minutes_of_day(day, time_zone(zone)))
    return NORMALISERS[endpoint](response.payload, context)
