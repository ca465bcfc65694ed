"""What all commands share: the console, and how a user's mistake ends a command."""

import functools
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import FrameType
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.fitbit_web import limiter
from fitbit_pipeline.store.keys import participant_name

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

PIPED_WIDTH = 200


def _console(*, stderr: bool) -> Console:
    """A console that cuts nothing where nobody's window limits it."""
    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal:
        made.width = PIPED_WIDTH
    return made


console = _console(stderr=False)
errors = _console(stderr=True)


def say(sentence: str) -> None:
    """Prints a sentence in one line, so that a command in it can be copied."""
    console.print(in_one_line(sentence), markup=False, soft_wrap=True)


def warn(sentence: str) -> None:
    """Prints a warning in one line."""
    errors.print(in_one_line(sentence), style="yellow", markup=False, soft_wrap=True)


def fail(sentence: str) -> None:
    """Prints what went wrong, in one line."""
    errors.print(in_one_line(sentence), style="red", markup=False, soft_wrap=True)


def in_one_line(sentence: str) -> str:
    """A sentence in which new lines, colours and the like are spelled out.

    It may quote what somebody typed, or how a file of somebody's archive is called.
    """
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in sentence
    )


@contextmanager
def waits_told() -> Iterator[None]:
    """Says on the screen when the Fitbit Web API's quota is waited for."""
    waits, teller = logging.getLogger(limiter.__name__), _Teller()
    level = waits.level
    waits.setLevel(logging.INFO)
    waits.addHandler(teller)
    try:
        yield
    finally:
        waits.removeHandler(teller)
        waits.setLevel(level)


class _Teller(logging.Handler):
    """Prints what is logged, as a warning."""

    def emit(self, record: logging.LogRecord) -> None:
        warn(record.getMessage())


EXIT_USER_ERROR = 1
EXIT_INTERRUPTED = 130


def told_plainly(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Turns a ``UserError`` into its sentence and exit code 1, and Ctrl-C into exit code 130."""

    @functools.wraps(command)
    def plain(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except UserError as error:
            fail(str(error))
            raise typer.Exit(EXIT_USER_ERROR) from None
        except KeyboardInterrupt:
            errors.print("Interrupted; what was finished stays.", markup=False)
            raise typer.Exit(EXIT_INTERRUPTED) from None

    return plain


def ask_password(*, confirm: bool) -> str:
    """A password, typed without being shown or, where nobody types, read as a line.

    Args:
        confirm: Whether it is to be typed twice.

    Raises:
        UserError: If it is no text.
    """
    if sys.stdin.isatty():
        asked: str = typer.prompt(
            "Password", hide_input=True, confirmation_prompt=confirm, err=True
        )
        return asked
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        raise UserError("The password is not UTF-8 text: send it as UTF-8.") from None


def end_on_signals() -> None:
    """Makes SIGTERM end a command as Ctrl-C does, so that what it started is stopped.

    SIGINT is set, too: a shell that starts a command in the background makes it deaf to it.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)


def a_participants(name: str | None) -> str | None:
    """A participant's name given on the command line, checked; as the ``callback`` of typer.

    Raises:
        typer.BadParameter: If it is none that anybody may have.
    """
    try:
        return None if name is None else participant_name(name)
    except UserError as refused:
        raise typer.BadParameter(str(refused)) from None


def parse_day(text: str) -> date:
    """A civil date given on the command line.

    Raises:
        typer.BadParameter: If it is no ``YYYY-MM-DD``.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a date: write it as YYYY-MM-DD, such as 2026-11-20."
        ) from None
