"""Pages: their tokens, and which rows stand on which page.

A place is told by how many older rows are left, so that rows that arrive meanwhile at the newest
end shift nothing.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

import orjson

from fitbit_pipeline.sandbox.errors import ApiError, invalid

Row = Mapping[str, Any]
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins.

    Attributes:
        page: The number of the page, from 1.
        day: The civil day of its first row, where days are walked through; None is the newest.
        left: How many rows are left, of that day or in all; None means all.
    """

    page: int = 1
    day: date | None = None
    left: int | None = None


class PageTokens:
    """Writes and reads page tokens. Each belongs to one request, and to this server."""

    def __init__(self) -> None:
        """Begins with a key that nobody knows."""
        self._key = secrets.token_bytes(32)

    def write(self, place: Place, request: object) -> str:
        """The token of a place.

        Args:
            place: The place.
            request: All that must stay the same from page to page, as a JSON value.
        """
        said = [place.page, place.day.isoformat() if place.day else None, place.left]
        return urlsafe_b64encode(orjson.dumps([*said, self._seal(said, request)])).decode()

    def read(self, token: str, request: object) -> Place:
        """The place of a token; no token is the beginning.

        Raises:
            ApiError: If the token is none of this server's, or belongs to another request.
        """
        if not token:
            return Place()
        try:
            *said, seal = orjson.loads(urlsafe_b64decode(token.encode()))
        except (ValueError, TypeError):
            raise _refused() from None
        if not isinstance(seal, str) or not secrets.compare_digest(
            seal.encode(), self._seal(said, request).encode()
        ):
            raise _refused()
        page, day, left = said
        return Place(page, date.fromisoformat(day) if day else None, left)

    def _seal(self, said: Sequence[object], request: object) -> str:
        return blake2b(orjson.dumps([said, request]), key=self._key, digest_size=16).hexdigest()


def page_number(token: str) -> int:
    """The number of the page that a token leads to, whether it is good or not; 1 without one."""
    try:
        number = orjson.loads(urlsafe_b64decode(token.encode()))[0]
    except (ValueError, TypeError, LookupError):
        return 1
    return number if isinstance(number, int) else 1


def page_of_rows(rows: Sequence[Row], place: Place, size: int) -> tuple[list[Row], Place | None]:
    """One page of rows, and the place of the next one.

    Args:
        rows: All rows, newest first.
        place: Where the page begins.
        size: How many rows it holds at most.
    """
    left = len(rows) if place.left is None else min(place.left, len(rows))
    begin = len(rows) - left
    page = list(rows[begin : begin + size])
    return page, (Place(place.page + 1, None, left - size) if left > size else None)


def page_of_days(
    rows_of: Callable[[date], Sequence[Row]], first: date, last: date, place: Place, size: int
) -> tuple[list[Row], Place | None]:
    """One page of the rows of days, from the last day back to the first one.

    Args:
        rows_of: Gives the rows of a day, newest first.
        first: The first day.
        last: The last day, included.
        place: Where the page begins.
        size: How many rows it holds at most.
    """
    page: list[Row] = []
    day, left = (place.day or last), place.left
    while day >= first:
        rows = rows_of(day)
        if left is not None:
            rows = rows[max(0, len(rows) - left) :]
        room = size - len(page)
        page.extend(rows[:room])
        if len(rows) > room:
            return page, Place(place.page + 1, day, len(rows) - room)
        day, left = day - _ONE_DAY, None
    return page, None


def _refused() -> ApiError:
    return invalid(
        "Invalid page token.",
        "INVALID_PAGE_TOKEN",
        "pageToken",
        "The page token is not valid for this request.",
    )
