"""Follows an answer from page to page until it is whole; what is not whole is a failure.

An empty page may be followed by others, so only the token says where the end is.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fitbit_pipeline.sources.google_health import failures
from fitbit_pipeline.sources.google_health.client import Answer, HealthApi, named

MOST_PAGES = 100_000
"""Far beyond any answer: it ends what never ends."""


def pages(
    api: HealthApi,
    path: str,
    rows_name: str,
    *,
    params: Mapping[str, str] | None = None,
    body: Mapping[str, Any] | None = None,
) -> Iterator[tuple[Answer, list[Any]]]:
    """Every page of one question: the answer, and the rows in it.

    Each page is asked for by the same question, with the token of the page before.

    Args:
        api: Whom to ask.
        path: Below the API's address.
        rows_name: The member that holds the rows: ``dataPoints``.
        params: The query of a ``GET``.
        body: The JSON body of a ``POST``; without one it is a ``GET``.

    Raises:
        SourceFailure: As ``HealthApi.get``; ``transient`` if a page token comes again,
            ``damaged`` if rows or token have another form than documented.
    """
    what = named(path)
    seen: set[str] = set()
    page: dict[str, str] = {}
    while True:
        if body is None:
            answer = api.get(path, {**(params or {}), **page})
        else:
            answer = api.post(path, {**body, **page})
        rows = answer.document.get(rows_name) or []
        token = answer.document.get("nextPageToken") or ""
        if not isinstance(rows, list) or not isinstance(token, str):
            raise failures.unreadable(what)
        if token in seen or len(seen) >= MOST_PAGES:
            raise failures.pages_without_end(what)
        yield answer, rows
        if not token:
            return
        seen.add(token)
        page = {"pageToken": token}
