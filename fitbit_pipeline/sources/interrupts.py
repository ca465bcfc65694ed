"""Ends long waits of other threads when the program is interrupted.

An interruption reaches the main thread alone. A thread that waits an hour for a quota would keep
the program from ending for as long.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_interrupted = threading.Event()


def patient_sleep(seconds: float) -> None:
    """Waits for a number of seconds, in whatever thread.

    Raises:
        KeyboardInterrupt: If the program is interrupted meanwhile.
    """
    if _interrupted.wait(seconds):
        raise KeyboardInterrupt


@contextmanager
def interrupting_sleepers() -> Iterator[None]:
    """Passes what interrupts this thread on to those who sleep in others."""
    try:
        yield
    except Exception:
        raise
    except BaseException:
        _interrupted.set()
        raise


def no_longer_interrupted() -> None:
    """Lets threads sleep again, once those that were to end have ended."""
    _interrupted.clear()
