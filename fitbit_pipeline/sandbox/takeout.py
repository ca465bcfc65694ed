"""A Takeout archive of a made-up person: the days of the live APIs, in the files of an export.

Shapes, chunks, time zones and padding are those that were measured on real exports. What the files
hold stands in ``takeout_minutes`` (series of minutes), ``takeout_days`` (JSON of days) and
``takeout_tables`` (CSV).
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

from fitbit_pipeline.sandbox.fitbit_web.synced import Synced
from fitbit_pipeline.sandbox.made_up.population import Population
from fitbit_pipeline.sandbox.takeout_days import daily_files, exercise_files
from fitbit_pipeline.sandbox.takeout_files import File
from fitbit_pipeline.sandbox.takeout_minutes import minute_files, pulse_files
from fitbit_pipeline.sandbox.takeout_tables import profile_file, table_files

_ROOT = "Takeout/Fitbit"


def takeout_archive(
    population: Population, key: str, now: datetime, first: date, last: date
) -> bytes:
    """A zip file as Google Takeout gives it; the same arguments give the same bytes.

    Args:
        population: Everybody.
        key: Of a person.
        now: When the export is made, UTC; what was not synced by then is not in it.
        first: The first civil day.
        last: The last civil day. Days without the device before or after its time are left out;
            the padding behind the last synced day is that of a real export.

    Raises:
        KeyError: If there is nobody of that key.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, written in takeout_files(population, key, now, first, last):
            info = zipfile.ZipInfo(path, now.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, written)
    return content.getvalue()


def takeout_files(
    population: Population, key: str, now: datetime, first: date, last: date
) -> Iterator[File]:
    """The files of that archive, one after the other; arguments and errors are those of it."""
    synced = Synced.of(population, key, now)
    return ((f"{_ROOT}/{path}", written) for path, written in _files(synced, first, last))


def _files(synced: Synced, first: date, last: date) -> Iterator[File]:
    yield profile_file(synced)
    first = max(first, synced.person.joined)
    last = min(last, synced.newest_day)
    if first <= last:
        yield from pulse_files(synced, first, last)
        yield from minute_files(synced, first, last)
        yield from daily_files(synced, first, last)
        yield from exercise_files(synced, first, last)
        yield from table_files(synced, first, last)
