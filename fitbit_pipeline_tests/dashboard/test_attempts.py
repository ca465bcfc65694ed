"""How often a password may be tried, by many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from dashboard import attempts
from fitbit_pipeline.deployment import utc_now


def _try(name: str) -> bool:
    with attempts.attempt(name) as again_at:
        return again_at is None


def test_tries_side_by_side_do_not_outrun_the_limit() -> None:
    with ThreadPoolExecutor(20) as pool:
        let_in = list(pool.map(_try, ["side-by-side"] * 60))

    assert let_in.count(True) == attempts.ALLOWED.amount


def test_it_is_told_when_to_try_again() -> None:
    while _try("impatient"):
        pass

    with attempts.attempt("impatient") as again_at:
        assert again_at is not None
        assert timedelta(minutes=14) < again_at - utc_now() <= timedelta(minutes=15)


def test_only_so_many_are_checked_at_once() -> None:
    seen: list[int] = []
    running: list[None] = []

    def check(number: int) -> None:
        with attempts.attempt(f"at-once-{number}"):
            running.append(None)
            seen.append(len(running))
            running.pop()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(check, range(200)))

    assert max(seen) <= attempts.AT_ONCE
