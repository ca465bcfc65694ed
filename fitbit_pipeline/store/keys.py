"""Natural keys: how participants, endpoints, dates and metrics become ``_id`` values.

A participant's name is checked here and nowhere else; everything else treats it as opaque. Since
it holds no slash, all documents of a participant and a range of days lie side by side in the
``_id`` index, and a range of keys finds them without another index.
"""

import re
from datetime import date, timedelta
from typing import Any

from fitbit_pipeline.errors import UserError

PARTICIPANT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def participant_name(name: str) -> str:
    """A participant's name, checked.

    Raises:
        UserError: If it has other characters than letters, digits, ``_`` and ``-``, begins with
            neither letter nor digit, or is longer than 64 characters.
    """
    if not PARTICIPANT_NAME.fullmatch(name):
        raise UserError(
            "A participant's name has 1 to 64 letters, digits, '_' and '-', and begins with a "
            f"letter or digit: {name[:80]!r} does not."
        )
    return name


def raw_key(participant: str, endpoint: str, day: date) -> str:
    """``P07/steps/2026-11-20``."""
    return f"{participant}/{endpoint}/{day.isoformat()}"


def day_key(participant: str, day: date) -> str:
    """``P07/2026-11-20``."""
    return f"{participant}/{day.isoformat()}"


def day_range(prefix: str, first: date, last: date) -> dict[str, Any]:
    """A filter on ``_id`` for every key ``prefix/<date>…`` from the first to the last day."""
    return {"_id": {"$gte": f"{prefix}/{first}", "$lt": f"{prefix}/{last + timedelta(days=1)}"}}
