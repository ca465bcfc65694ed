"""Random damage to real-shaped answers and archives: refused with a reason, or kept as it came.

Proves that nothing is half there (invariant 5): a source that meets damage yields, for each day,
records that stand so in the answer or file, or it fails the day with a sentence; it never raises
anything else, never yields a day twice, and what it yields is read or refused whole (invariant 3).
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.civil import days_between
from fitbit_pipeline.endpoints import ENDPOINT_NAMES
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import open_archive
from fitbit_pipeline.sources.fitabase import Fitabase
from fitbit_pipeline.sources.google_health.data_types import READS
from fitbit_pipeline.sources.google_health.rows import DayRows
from fitbit_pipeline.sources.protocol import FailureKind, Source, SourceFailure
from fitbit_pipeline.sources.takeout import Takeout
from fitbit_pipeline_tests.fitabase_archive import ACTIVITY_HEADER, activity_row
from fitbit_pipeline_tests.hypothesis_profiles import examples
from fitbit_pipeline_tests.metrics.google_days import PAYLOADS
from fitbit_pipeline_tests.metrics.google_rows import CONTEXT
from fitbit_pipeline_tests.properties.json_values import damaged
from fitbit_pipeline_tests.properties.reading import read_or_refuse
from fitbit_pipeline_tests.takeout_archive import STAGES, TakeoutArchive, sleep_log, us

ZONE = ZoneInfo("America/New_York")
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 3)
NUL = "\0"
DAYS = list(days_between(FIRST, LAST))
HOURS = [datetime(2026, 3, 1, 6, tzinfo=UTC) + timedelta(hours=4 * step) for step in range(16)]

FILES: dict[str, tuple[str, str, list[Any]]] = {
    "steps": (
        "steps",
        "steps-2026-03-01.json",
        [{"dateTime": us(at), "value": str(7 * at.hour)} for at in HOURS],
    ),
    "heart_rate": (
        "heart_rate",
        "heart_rate-2026-03-02.json",
        [
            {"dateTime": us(at), "value": {"bpm": 60 + at.hour, "confidence": 3}}
            for at in HOURS[4:9]
        ],
    ),
    "sleep": (
        "sleep",
        "sleep-2026-03-01.json",
        [sleep_log(str(day), number, **STAGES) for number, day in enumerate(DAYS)],
    ),
    "resting_heart_rate": (
        "resting_heart_rate",
        "resting_heart_rate-2026-01-01.json",
        [
            {"dateTime": us(day), "value": {"date": us(day)[:8], "value": 61.5, "error": 6.7}}
            for day in DAYS
        ],
    ),
    "weight": (
        "weight",
        "weight-2026-03-01.json",
        [
            {
                "logId": 17 + day.day,
                "weight": 180.5,
                "bmi": 24.1,
                "date": us(day)[:8],
                "time": "07:00:00",
            }
            for day in DAYS
        ],
    ),
}
"""By endpoint: the family, the file, and its records."""


def _taken(source: Source, endpoint: str, first: date, last: date) -> dict[date, Any]:
    """What a source says of each day: a payload, None, or the sentence of a failure.

    Raises:
        AssertionError: If it says two things of a day, or nothing.
    """
    told: dict[date, Any] = {}
    try:
        for response in source.fetch(endpoint, first, last):
            assert response.date not in told
            told[response.date] = response.payload
    except SourceFailure as failure:
        assert failure.kind in {FailureKind.DAMAGED, FailureKind.NOT_SERVED}
        failed = failure.by_day(())
        assert not failed.keys() & told.keys()
        told |= {day: reason for day, (_, reason) in failed.items()}
    assert told.keys() == set(days_between(first, last))
    return told


@contextmanager
def _archive() -> Iterator[TakeoutArchive]:
    """An archive with a sound day of steps at either end, so that it is always one."""
    with tempfile.TemporaryDirectory() as folder:
        archive = TakeoutArchive(Path(folder))
        for day in (FIRST, LAST):
            noon = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
            archive.json(
                f"time_in_heart_rate_zones-{day}.json",
                [
                    {
                        "dateTime": us(noon),
                        "value": {"valuesInZones": {"BELOW_DEFAULT_ZONE_1": 700.0}},
                    }
                ],
            )
        yield archive


def _check_takeout(archive: TakeoutArchive, endpoint: str, content: bytes) -> int:
    """Surveys and fetches; every record that comes stands so in the file.

    Returns:
        How many days have records.
    """
    family, name, _ = FILES[endpoint]
    archive.write(name, content)
    files = archive.open()
    try:
        survey = Takeout().survey(files, ZONE)
        assert all(0 < len(str(problem)) < 250 for problem in survey.problems)
        (person,) = survey.people
        if endpoint not in person.endpoints:
            return 0
        source = Takeout().open(files, person, 0)
        told = _taken(source, endpoint, person.first_day, person.last_day)
    finally:
        files.close()
    try:
        records = orjson.loads(content)
    except orjson.JSONDecodeError:
        records = []
    for day, payload in told.items():
        if isinstance(payload, dict):
            assert all(record in records for record in payload.get(family, ()))
            read_or_refuse("takeout", endpoint, payload, day)
    return sum(isinstance(payload, dict) for payload in told.values())


@pytest.mark.parametrize("endpoint", FILES)
def test_an_archive_without_damage_has_days(endpoint: str) -> None:
    """Else what follows would say nothing."""
    with _archive() as archive:
        assert _check_takeout(archive, endpoint, orjson.dumps(FILES[endpoint][2])) >= 2


@pytest.mark.parametrize("endpoint", FILES)
@examples(short=15, deep=800)
@given(data=st.data())
def test_records_of_takeout(endpoint: str, data: st.DataObject) -> None:
    """Up to three places of the JSON are gone, doubled, or hold something else."""
    content = orjson.dumps(data.draw(damaged(FILES[endpoint][2])))
    with _archive() as archive:
        _check_takeout(archive, endpoint, content)


@pytest.mark.parametrize("endpoint", FILES)
@examples(short=10, deep=500)
@given(data=st.data())
def test_bytes_of_takeout(endpoint: str, data: st.DataObject) -> None:
    """The file is cut off, or some of its bytes are others."""
    content = bytearray(orjson.dumps(FILES[endpoint][2]))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)) | st.just(len(content)))
    with _archive() as archive:
        _check_takeout(archive, endpoint, bytes(content[:cut]))


@examples(short=25, deep=2500)
@given(data=st.data())
def test_cells_of_fitabase(data: st.DataObject) -> None:
    """A cell is another, or some bytes of the table are."""
    rows = [activity_row(person, day).split(",") for person in "12" for day in DAYS]
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(rows))
        cell = st.text(max_size=6) | st.sampled_from(
            ["", "-1", "1e999", "nan", "9" * 400, '"', "\0"]
        )
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(cell)
    text = "\n".join([ACTIVITY_HEADER, *(",".join(row) for row in rows), ""])
    content = bytearray(text.encode("utf-8", "surrogatepass"))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=2)):
        content[place] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "dailyActivity_merged.csv").write_bytes(content)
        _check_fitabase(Path(folder))


def _check_fitabase(folder: Path) -> None:
    files = open_archive([folder])
    kind = Fitabase()
    try:
        survey = kind.survey(files, ZONE)
    except UserError as refused:
        assert len(str(refused).splitlines()) == 1
        return
    finally:
        files.close()
    assert all(0 < len(str(problem)) < 250 for problem in survey.problems)
    for person in survey.people:
        source = kind.open(files, person, 0)
        last = min(person.last_day, person.first_day + timedelta(days=5))
        told = _taken(source, "steps", person.first_day, last)
        for day, payload in told.items():
            if isinstance(payload, dict):
                assert read_or_refuse("fitabase", "steps", payload, day) is not None


@pytest.mark.parametrize("endpoint", ENDPOINT_NAMES)
@examples(short=10, deep=500)
@given(data=st.data())
def test_rows_of_google_health(endpoint: str, data: st.DataObject) -> None:
    payload: dict[str, Any] = {}
    for read in READS[endpoint]:
        served = data.draw(damaged(PAYLOADS[endpoint].get(read.key, [])))
        rows = DayRows(read, CONTEXT.date, CONTEXT.date, ZONE)
        try:
            rows.add(served)
        except SourceFailure as failure:
            assert failure.kind is FailureKind.DAMAGED
            assert len(failure.reason) < 250
            return
        taken = rows.take(CONTEXT.date)
        assert all(row in served for row in taken)
        if taken:
            payload[read.key] = taken
    read_or_refuse("google_health", endpoint, payload, CONTEXT.date)
