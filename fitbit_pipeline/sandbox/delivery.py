"""How an answer reaches the client: whole, or in one of the ways in which answers go wrong."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fitbit_pipeline.sandbox.faults import Fault, FaultKind

JSON = "application/json; charset=UTF-8"
HTML = "text/html; charset=UTF-8"

Drop = Callable[[Scope], None]
"""Ends the connection of a request, after what was written."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, before it is sent.

    Attributes:
        body: The bytes.
        status: The HTTP status.
        media_type: What the bytes are.
        headers: Further headers.
        fault: What goes wrong on the way, if something does.
    """

    body: bytes
    status: int = 200
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None


def json_answer(document: object, status: int = 200, fault: Fault | None = None) -> Answer:
    """A JSON value as an answer."""
    return Answer(orjson.dumps(document), status, fault=fault)


def html_answer(page: str, status: int = 200) -> Answer:
    """A page as an answer."""
    return Answer(page.encode(), status, HTML)


def bad_gateway() -> Answer:
    """What a proxy says when nobody answers behind it."""
    page = (
        "<!DOCTYPE html><html lang=en><title>Error 502 (Server Error)!!1</title>"
        "<p><b>502.</b> That’s an error.<p>The server encountered a temporary error and could not "
        "complete your request. Please try again in 30 seconds."
    )
    return html_answer(page, 502)


class Delivered(Response):
    """Sends an answer, with the fault that strikes it."""

    def __init__(self, answer: Answer, drop: Drop):
        """Prepares it.

        Args:
            answer: What to send.
            drop: Ends the connection.
        """
        self._fault = answer.fault.kind if answer.fault else None
        self._seconds = answer.fault.seconds if answer.fault else 0.0
        self._drop = drop
        body = answer.body
        if self._fault is FaultKind.TRUNCATED_JSON:
            body = body[: max(1, len(body) // 2)]
        super().__init__(body, answer.status, dict(answer.headers), answer.media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends."""
        if self._fault is FaultKind.DROPPED_CONNECTION:
            await self._end(scope, receive)
        elif self._fault in (FaultKind.CUT_BODY, FaultKind.SLOW_BODY):
            await self._halves(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)

    async def _halves(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self.body)
        half = len(body) // 2
        await send(
            {
                "type": "http.response.start",
                "status": self.status_code,
                "headers": self.raw_headers,
            }
        )
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        if self._fault is FaultKind.CUT_BODY:
            await self._end(scope, receive)
        elif not await _left_within(receive, self._seconds):
            await send({"type": "http.response.body", "body": body[half:]})

    async def _end(self, scope: Scope, receive: Receive) -> None:
        self._drop(scope)
        while (await receive())["type"] != "http.disconnect":
            pass


async def _left_within(receive: Receive, seconds: float) -> bool:
    """Waits, and says whether the client went away meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True
