"""Does the same for many participants side by side: it is mostly waiting for others."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fitbit_pipeline.sources.interrupts import interrupting_sleepers, no_longer_interrupted

Item = TypeVar("Item")
Result = TypeVar("Result")


def side_by_side(
    do: Callable[[Item], Result], items: Sequence[Item], at_once: int
) -> Iterator[Result]:
    """The results in the order of the items, each as soon as it and those before it are there.

    Args:
        do: What to do with one item; may be called from several threads.
        items: Whom to do it for.
        at_once: How many are done at the same time.

    Raises:
        Exception: The first that ``do`` raised, after the others that had begun have ended. Those
            that wait for a quota end at once where the program is interrupted.
    """
    try:
        with ThreadPoolExecutor(max_workers=at_once) as pool, interrupting_sleepers():
            yield from pool.map(do, items)
    finally:
        no_longer_interrupted()
