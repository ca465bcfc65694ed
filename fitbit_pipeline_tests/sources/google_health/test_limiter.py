"""So many requests in a minute for one participant and for one project, and no more."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from fitbit_pipeline.sources.google_health.limiter import MINUTE, RequestLimiter


class Full(Exception):
    """Raised in place of sleeping."""

    def __init__(self, seconds: float):
        super().__init__(seconds)
        self.seconds = seconds


def refuse(seconds: float) -> None:
    raise Full(seconds)


def test_a_participant_is_asked_so_often_in_a_minute_and_then_waits() -> None:
    limiter = RequestLimiter(3, 100, sleep=refuse)
    wait = limiter.waiting_for("P01", "client")
    for _ in range(3):
        wait()

    with pytest.raises(Full) as caught:
        wait()

    assert 0 < caught.value.seconds <= MINUTE


def test_one_participant_does_not_wait_for_another() -> None:
    limiter = RequestLimiter(1, 100, sleep=refuse)
    limiter.waiting_for("P01", "client")()

    limiter.waiting_for("P02", "client")()

    with pytest.raises(Full):
        limiter.waiting_for("P01", "client")()


def test_participants_of_one_project_share_its_quota() -> None:
    limiter = RequestLimiter(100, 2, sleep=refuse)
    limiter.waiting_for("P01", "client")()
    limiter.waiting_for("P02", "client")()

    with pytest.raises(Full):
        limiter.waiting_for("P03", "client")()


def test_another_project_has_a_quota_of_its_own() -> None:
    limiter = RequestLimiter(100, 1, sleep=refuse)
    limiter.waiting_for("P01", "one")()

    limiter.waiting_for("P02", "other")()


def test_who_waited_is_asked_once_the_window_has_moved_on() -> None:
    """With a window of a second."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time.sleep(seconds)

    limiter = RequestLimiter(2, 100, window_seconds=1, sleep=sleep)
    wait = limiter.waiting_for("P01", "client")

    for _ in range(3):
        wait()

    assert slept
    assert all(0 < seconds <= 1 for seconds in slept)


def test_many_threads_together_ask_no_more_than_one_would() -> None:
    limiter = RequestLimiter(1000, 50, sleep=refuse)

    def ask(number: int) -> bool:
        try:
            limiter.waiting_for(f"P{number % 7}", "client")()
        except Full:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(ask, range(200)))

    assert sum(asked) == 50
