"""The store as the pages get it: connected once per process, asked again at most every minute."""

from collections.abc import Callable
from types import FunctionType
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from dashboard.charts.figure import Drawing, Figure, drawing
from dashboard.queries.reading import Reading
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.connection import Connection, connect
from fitbit_pipeline.store.store import Store

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


def open_store(settings: Settings) -> Store:
    """The store of this deployment.

    Raises:
        UserError: If the server cannot be reached now, even if it could be before.
    """
    # The driver waits a minute for a server that has gone; a greeting takes milliseconds and fails
    # within seconds, with a sentence for people. So every page greets, and keeps the first.
    uri = settings.mongodb_uri
    greeting = connect(
        uri.get_secret_value() if uri else None, settings.mongodb_directory, settings.database
    )
    kept = _kept(greeting)
    if kept is not greeting:
        greeting.close()
    return Store(kept.database)


def ask(
    reading: Reading,
    question: Callable[Concatenate[Reading, Parameters], Answer],
    *arguments: Parameters.args,
    **named: Parameters.kwargs,
) -> Answer:
    """What a query answers, remembered for the minute in which the reading began.

    So all answers and figures of one page are of the same minute.

    Args:
        reading: Whom to ask; who is looking is part of the cache's key.
        question: A function of ``queries``.
        *arguments: What it takes besides the reading: participants and dates, which become part of
            the cache's key. Never a health value.
        **named: Likewise.
    """
    answer: Answer = _remembered(reading, question, arguments, named)
    return answer


def draw(
    reading: Reading,
    scope: str,
    key: str,
    build: Callable[..., Figure],
    *made_of: Any,
    **named: Any,
) -> Drawing:
    """A figure ready to be shown, remembered as long as the answers that it is made of.

    Args:
        reading: Who is looking is part of the cache's key.
        scope: Whose and which days, part of it too.
        key: Tells figures of one builder apart.
        build: Makes the figure.
        *made_of: Answers of ``ask``, and what is fixed for the deployment; no part of the key.
        **named: Likewise.
    """
    drawn: Drawing = _drawn(reading, scope, key, build, made_of, named)
    return drawn


def _address(connection: Connection) -> tuple[str, str | None]:
    # An embedded server may come back at another port.
    return connection.database.name, connection.server.uri if connection.server else None


def _whose(reading: Reading) -> tuple[str, str | None, int]:
    return reading.store.database.name, reading.bound_to, reading.minute


def _name(question: FunctionType) -> str:
    return f"{question.__module__}.{question.__qualname__}"


@st.cache_resource(
    max_entries=1,
    show_spinner=False,
    on_release=Connection.close,
    hash_funcs={Connection: _address},
)
def _kept(connection: Connection) -> Connection:
    return connection


@st.cache_data(
    ttl=60, max_entries=200, show_spinner=False, hash_funcs={Reading: _whose, FunctionType: _name}
)
def _remembered(
    reading: Reading,
    question: Callable[..., Any],
    arguments: tuple[Any, ...],
    named: dict[str, Any],
) -> Any:
    return question(reading, *arguments, **named)


@st.cache_data(
    ttl=60, max_entries=200, show_spinner=False, hash_funcs={Reading: _whose, FunctionType: _name}
)
def _drawn(
    reading: Reading,  # noqa: ARG001 - part of the key, as the next two are
    scope: str,  # noqa: ARG001
    key: str,  # noqa: ARG001
    build: Callable[..., Figure],
    _made_of: tuple[Any, ...],
    _named: dict[str, Any],
) -> Drawing:
    return drawing(build, *_made_of, **_named)
