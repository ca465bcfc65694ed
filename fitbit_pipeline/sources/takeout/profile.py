"""What the archive says about the person that readings need: time zone, unit of weight, height.

Name, birthday and address stand in the same file and are never read out of it.
"""

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.archive_files import ArchiveFiles, Member
from fitbit_pipeline.sources.takeout.clock import StampError, parse_stamp
from fitbit_pipeline.sources.takeout.family import as_number

PROFILE_NAMES = frozenset({"Profile.csv", "Your Profile.csv"})
HEIGHT_PATTERN = re.compile(r"height-[^/]*\.json")
_ABSENT = {"", "null"}


@dataclass(frozen=True, slots=True)
class Profile:
    """What is read of the profile.

    Attributes:
        time_zone: The IANA name of the account's zone; None where it is not stated.
        weight_unit: The account's unit as stated, such as ``METRIC``; None where it is not.
    """

    time_zone: str | None = None
    weight_unit: str | None = None


def read_profile(files: ArchiveFiles) -> Profile:
    """The profile of an archive; all None where there is none that can be read."""
    for member in _members(files, lambda name: name in PROFILE_NAMES):
        try:
            text = files.read(member).decode("utf-8-sig")
            row = next(csv.DictReader(io.StringIO(text, newline="")), None)
        except (UserError, UnicodeDecodeError, csv.Error):
            continue
        if row:
            return Profile(_stated(row, "timezone"), _stated(row, "weight_unit"))
    return Profile()


def _stated(row: dict[str, str], column: str) -> str | None:
    for name, value in row.items():
        if name and value and name.strip().casefold() == column:
            return None if value.strip().casefold() in _ABSENT else value.strip()
    return None


class Heights:
    """The heights that the person entered, in millimetres, each from its day on."""

    def __init__(self, files: ArchiveFiles):
        """Reads the height files; what cannot be read of them is passed over."""
        entries: dict[date, float] = {}
        for member in _members(files, lambda name: HEIGHT_PATTERN.fullmatch(name) is not None):
            for record in _list(files, member):
                try:
                    day = parse_stamp(record.get("dateTime")).date()
                except StampError:
                    continue
                if (millimetres := as_number(record.get("value"))) and millimetres > 0:
                    entries[day] = millimetres
        self._days = sorted(entries)
        self._millimetres = [entries[day] for day in self._days]

    def on(self, day: date) -> float | None:
        """The height on a day: the last entered until then, else the first; None without any."""
        if not self._days:
            return None
        return self._millimetres[max(bisect_right(self._days, day) - 1, 0)]


def _list(files: ArchiveFiles, member: Member) -> list[dict[str, Any]]:
    try:
        records = orjson.loads(files.read(member))
    except (UserError, orjson.JSONDecodeError):
        return []
    if not isinstance(records, list):
        return []
    return [record for record in records if isinstance(record, dict)]


def _members(files: ArchiveFiles, wanted: Callable[[str], bool]) -> list[Member]:
    found = (member for member in files.members if wanted(member.base_name))
    return sorted(found, key=lambda member: (member.base_name, member.path))
