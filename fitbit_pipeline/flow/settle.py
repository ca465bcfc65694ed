"""Keeps concurrent runs from leaving what an older input gave."""

from collections.abc import Callable
from typing import TypeVar

Inputs = TypeVar("Inputs")
Result = TypeVar("Result")

MOST_TRIES = 10


class InputsKeepChangingError(RuntimeError):
    """The inputs changed during every try: other runs write the same days over and over."""


def settle(read: Callable[[], Inputs], derive: Callable[[Inputs], Result]) -> Result:
    """Derives until the inputs were the same before and after.

    Two runs may derive the same days at once. Whichever writes last has looked at the inputs after
    its own writing, so a result of an older input never stays.

    Args:
        read: What the inputs are now, or a fingerprint of them; compared with ``==``.
        derive: Derives from what was read, writes, and returns what it did.

    Raises:
        InputsKeepChangingError: After ten tries.
    """
    inputs = read()
    for _ in range(MOST_TRIES):
        result = derive(inputs)
        now = read()
        if now == inputs:
            return result
        inputs = now
    raise InputsKeepChangingError("Other runs keep changing the same days: run this one again.")
