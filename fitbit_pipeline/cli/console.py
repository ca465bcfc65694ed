"""What all commands share: the console, and how a user's mistake ends a command."""

import functools
import signal
from collections.abc import Callable
from datetime import date
from types import FrameType
from typing import ParamSpec, TypeVar

import typer
from rich.console import Console

from fitbit_pipeline.errors import UserError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

EXIT_USER_ERROR = 1
EXIT_INTERRUPTED = 130


def told_plainly(command: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Turns a ``UserError`` into its sentence and exit code 1, and Ctrl-C into exit code 130."""

    @functools.wraps(command)
    def plain(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        try:
            return command(*args, **kwargs)
        except UserError as error:
            errors.print(str(error), style="red", markup=False, soft_wrap=True)
            raise typer.Exit(EXIT_USER_ERROR) from None
        except KeyboardInterrupt:
            errors.print("Interrupted; what was finished stays.", markup=False)
            raise typer.Exit(EXIT_INTERRUPTED) from None

    return plain


def end_on_signals() -> None:
    """Makes SIGTERM end a command as Ctrl-C does, so that what it started is stopped.

    SIGINT is set, too: a shell that starts a command in the background makes it deaf to it.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)


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
