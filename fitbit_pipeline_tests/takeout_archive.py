"""Home-made Takeout archives, to the shapes that were measured on real exports."""

import csv
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from fitbit_pipeline.civil import time_zone
from fitbit_pipeline.sources.archive import Survey
from fitbit_pipeline.sources.archive_files import ArchiveFiles, open_archive
from fitbit_pipeline.sources.protocol import DayResponse, Source, SourceFailure
from fitbit_pipeline.sources.takeout import Takeout

GOOGLE = "Physical Activity_GoogleData"


def us(moment: datetime | date) -> str:
    """A stamp as the JSON series write it: ``05/06/18 14:00:05``."""
    return moment.strftime("%m/%d/%y %H:%M:%S")


def sleep_log(day: str, log_id: int = 1, *, in_bed: int = 480, **changes: Any) -> dict[str, Any]:
    """A classic main sleep that ended at seven on a day; changes go over it."""
    end = datetime.fromisoformat(f"{day}T07:00:00")
    start = end - timedelta(minutes=in_bed)
    return {
        "logId": log_id,
        "dateOfSleep": day,
        "startTime": start.isoformat(timespec="milliseconds"),
        "endTime": end.isoformat(timespec="milliseconds"),
        "duration": in_bed * 60_000,
        "minutesToFallAsleep": 0,
        "minutesAsleep": in_bed - 30,
        "minutesAwake": 30,
        "minutesAfterWakeup": 0,
        "timeInBed": in_bed,
        "efficiency": 94,
        "type": "classic",
        "infoCode": 0,
        "levels": {"summary": {"asleep": {"count": 0, "minutes": in_bed - 30}}, "data": []},
        "mainSleep": True,
        **changes,
    }


STAGES: dict[str, Any] = {
    "type": "stages",
    "levels": {
        "summary": {
            "deep": {"count": 4, "minutes": 80, "thirtyDayAvgMinutes": 70},
            "wake": {"count": 30, "minutes": 30, "thirtyDayAvgMinutes": 31},
            "light": {"count": 28, "minutes": 260, "thirtyDayAvgMinutes": 250},
            "rem": {"count": 9, "minutes": 110, "thirtyDayAvgMinutes": 90},
        },
        "data": [],
        "shortData": [],
    },
}


class TakeoutArchive:
    """Writes files of an export below a folder, in the folders of Google Takeout."""

    def __init__(self, folder: Path, root: str = "Takeout/Fitbit", data: str | None = None):
        """Writes nothing yet.

        Args:
            folder: Where the archive lies.
            root: The folder of the product inside it.
            data: The folder of JSON series in it.
        """
        self.folder = folder
        self._root = folder / root
        self._data = "Global Export Data" if data is None else data

    def write(self, name: str, content: bytes | str, folder: str | None = None) -> None:
        """Any file; text is written as UTF-8."""
        target = self._root / (self._data if folder is None else folder) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def json(self, name: str, records: Any) -> None:
        """A JSON file of records."""
        self.write(name, json.dumps(records))

    def table(
        self, name: str, header: str, rows: Iterable[str], folder: str = "Some Folder"
    ) -> None:
        """A CSV file; header and rows with commas."""
        self.write(name, "\n".join([header, *rows, ""]), folder)

    def series(self, family: str, chunk: str, values: Mapping[datetime, object]) -> None:
        """A JSON series of texts, such as steps: one record a minute."""
        records = [{"dateTime": us(at), "value": str(value)} for at, value in values.items()]
        self.json(f"{family}-{chunk}.json", records)

    def heart_rate(self, chunk: str, moments: Iterable[datetime], bpm: int = 64) -> None:
        """A file of heart-rate readings."""
        records = [
            {"dateTime": us(moment), "value": {"bpm": bpm, "confidence": 3}} for moment in moments
        ]
        self.json(f"heart_rate-{chunk}.json", records)

    def levels(self, chunk: str, days: Mapping[str, Sequence[int]]) -> None:
        """The four files of activity minutes: sedentary, lightly, moderately, very."""
        names = ("sedentary", "lightly_active", "moderately_active", "very_active")
        for place, name in enumerate(names):
            records = [
                {"dateTime": us(date.fromisoformat(day)), "value": str(minutes[place])}
                for day, minutes in days.items()
            ]
            self.json(f"{name}_minutes-{chunk}.json", records)

    def resting(self, chunk: str, days: Mapping[str, float | None]) -> None:
        """A file of resting heart rates; None writes the placeholder."""
        records = []
        for text, bpm in days.items():
            day = us(date.fromisoformat(text))
            value = {"date": day[:8] if bpm else None, "value": bpm or 0.0, "error": 0.0}
            records.append({"dateTime": day, "value": value})
        self.json(f"resting_heart_rate-{chunk}.json", records)

    def google(self, name: str, columns: str, rows: Iterable[str]) -> None:
        """A table of the folder that Google added, with data sources."""
        self.table(name, f"timestamp,{columns},data source", rows, GOOGLE)

    def profile(self, zone: str, unit: str = "METRIC") -> None:
        """A profile with what must never be told beside what is needed."""
        target = self._root / "Your Profile" / "Profile.csv"
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["id", "full_name", "date_of_birth", "timezone", "weight_unit"])
            writer.writerow(["X1", "Ada Secret", "1815-12-10", zone, unit])

    def open(self) -> ArchiveFiles:
        """The archive as a folder."""
        return open_archive([self.folder])

    def survey(self, zone: str | None = "UTC") -> Survey:
        """Its survey, in a zone that the user names unless None."""
        return Takeout().survey(self.open(), time_zone(zone) if zone else None)

    def source(self, zone: str | None = "UTC", shift_days: int = 0) -> Source:
        """The source of its person."""
        return Takeout().open(self.open(), self.survey(zone).people[0], shift_days)


def zip_parts(folder: Path, target: Path, parts: int = 1) -> list[Path]:
    """Zips a folder into one or several parts, files dealt out in turn."""
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    written = []
    for part in range(parts):
        path = target / f"takeout-20240601T000000Z-{part + 1:03}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names[part::parts]:
                archive.write(name, name.relative_to(folder).as_posix())
        written.append(path)
    return written


def utc(text: str) -> datetime:
    """An instant of UTC from ``2018-05-06T14:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def every_minute(start: str, count: int) -> list[datetime]:
    """Instants one minute apart."""
    return [utc(start) + timedelta(minutes=minute) for minute in range(count)]


def fetch(source: Source, endpoint: str, first: str, last: str | None = None) -> dict[str, Any]:
    """Payloads by day; the failures of the range are asserted to be none."""
    return {str(each.date): each.payload for each in responses(source, endpoint, first, last)}


def responses(
    source: Source, endpoint: str, first: str, last: str | None = None
) -> list[DayResponse]:
    """The day responses of a range."""
    start = date.fromisoformat(first)
    end = date.fromisoformat(last) if last else start
    return list(source.fetch(endpoint, start, end))


def fetch_failing(
    source: Source, endpoint: str, first: str, last: str | None = None
) -> tuple[dict[str, Any], SourceFailure]:
    """Payloads that came before the failure of a range, and the failure."""
    start = date.fromisoformat(first)
    end = date.fromisoformat(last) if last else start
    payloads: dict[str, Any] = {}
    try:
        for each in source.fetch(endpoint, start, end):
            payloads[str(each.date)] = each.payload
    except SourceFailure as failure:
        return payloads, failure
    raise AssertionError("the source did not fail")
