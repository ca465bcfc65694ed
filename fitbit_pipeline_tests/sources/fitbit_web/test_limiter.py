"""An hour's quota: what the headers say, what is kept in reserve, and how the next is awaited."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from requests.structures import CaseInsensitiveDict

from fitbit_pipeline.sources.fitbit_web.limiter import (
    LONGEST_SLEEP,
    MARGIN,
    HourlyQuota,
    HourlyQuotas,
    Waiting,
)
from fitbit_pipeline_tests.sources.fitbit_web.conftest import NOON, RESERVE, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[Waiting]:
    return []


@pytest.fixture
def quota(clock: Clock, told: list[Waiting]) -> HourlyQuota:
    return HourlyQuotas(RESERVE, clock, clock.sleep, told.append).of("P07", "22ABCD")


def says(left: int, resets_in: int | None) -> dict[str, str]:
    headers = {"Fitbit-Rate-Limit-Limit": "150", "Fitbit-Rate-Limit-Remaining": str(left)}
    return headers if resets_in is None else {**headers, "Fitbit-Rate-Limit-Reset": str(resets_in)}


def send(quota: HourlyQuota, times: int) -> None:
    for _ in range(times):
        quota.wait()


def test_as_long_as_nothing_is_known_nothing_is_waited_for(
    quota: HourlyQuota, clock: Clock
) -> None:
    send(quota, 200)

    assert not clock.slept


def test_the_reserve_is_left_unused_and_then_the_reset_is_awaited_with_a_margin(
    quota: HourlyQuota, clock: Clock, told: list[Waiting]
) -> None:
    quota.answered(says(RESERVE + 3, 3600))
    send(quota, 3)
    assert not clock.slept

    quota.wait()

    assert clock.now == NOON + timedelta(hours=1) + MARGIN
    assert [str(waiting) for waiting in told] == [
        "waiting until 13:00:20 UTC for P07's hourly quota"
    ]


def test_a_wait_is_taken_in_short_steps(quota: HourlyQuota, clock: Clock) -> None:
    """A laptop that sleeps itself must not oversleep the hour."""
    quota.answered(says(0, 1800))

    quota.wait()

    assert max(clock.slept) <= LONGEST_SLEEP


def test_headers_that_lag_behind_do_not_give_requests_back(
    quota: HourlyQuota, clock: Clock
) -> None:
    quota.answered(says(RESERVE + 4, 3600))
    for _ in range(4):
        quota.wait()
        quota.answered(says(RESERVE + 4, 3600))
    assert not clock.slept

    quota.wait()

    assert clock.slept


def test_what_another_process_has_used_is_gone_for_us_too(quota: HourlyQuota, clock: Clock) -> None:
    quota.answered(says(140, 3600))
    quota.wait()
    quota.answered(says(RESERVE, 3590))

    quota.wait()

    assert clock.now >= NOON + timedelta(seconds=3590)


def test_another_hour_gives_everything_anew(quota: HourlyQuota, clock: Clock) -> None:
    quota.answered(says(RESERVE + 1, 10))
    clock.now += timedelta(seconds=11)
    quota.answered(says(149, 3599))

    send(quota, 100)

    assert not clock.slept


def test_after_a_wait_the_first_answer_says_what_there_is(quota: HourlyQuota, clock: Clock) -> None:
    quota.answered(says(0, 60))
    quota.wait()
    waited = clock.now
    quota.answered(says(149, 3500))

    send(quota, 144)
    assert clock.now == waited

    quota.wait()
    assert clock.now > waited


def test_a_refusal_counts_more_than_what_was_said_to_be_left(
    quota: HourlyQuota, clock: Clock
) -> None:
    quota.answered(says(100, 1200))
    quota.refused(says(98, 1200))

    quota.wait()

    assert clock.now == NOON + timedelta(seconds=1200) + MARGIN


def test_retry_after_is_not_believed(quota: HourlyQuota, clock: Clock) -> None:
    quota.refused({**says(0, 1200), "Retry-After": "3"})

    quota.wait()

    assert clock.now == NOON + timedelta(seconds=1200) + MARGIN


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "7"}, {"Fitbit-Rate-Limit-Reset": "soon"}])
def test_a_refusal_without_a_reset_waits_for_the_full_hour(
    clock: Clock, quota: HourlyQuota, headers: dict[str, str]
) -> None:
    clock.now = NOON + timedelta(minutes=42)
    quota.refused(headers)

    quota.wait()

    assert clock.now == NOON + timedelta(hours=1) + MARGIN


def test_a_reset_is_never_further_off_than_an_hour(quota: HourlyQuota, clock: Clock) -> None:
    quota.refused(says(0, 99_999_999_999))

    quota.wait()

    assert clock.now == NOON + timedelta(hours=1) + MARGIN


def test_names_of_headers_have_no_case(quota: HourlyQuota, clock: Clock) -> None:
    """Behind Google's front end they come in lower case."""
    quota.answered({name.lower(): value for name, value in says(RESERVE, 60).items()})
    quota.wait()
    quota.answered(CaseInsensitiveDict(says(RESERVE, 60)))
    quota.wait()

    assert clock.now == NOON + 2 * (timedelta(seconds=60) + MARGIN)


@pytest.mark.parametrize("left", ["", "many", "-1", "1.5", "150, 150", "²"])
def test_headers_that_are_no_numbers_are_not_said(
    quota: HourlyQuota, clock: Clock, left: str
) -> None:
    quota.answered({"Fitbit-Rate-Limit-Remaining": left, "Fitbit-Rate-Limit-Reset": "60"})

    send(quota, 10)

    assert not clock.slept


def test_one_participant_does_not_wait_for_another(clock: Clock) -> None:
    quotas = HourlyQuotas(RESERVE, clock, clock.sleep)
    quotas.of("P07", "22ABCD").refused(says(0, 600))

    quotas.of("P08", "22ABCD").wait()
    quotas.of("P07", "33ABCD").wait()

    assert not clock.slept
    assert quotas.of("P07", "22ABCD") is quotas.of("P07", "22ABCD")


def test_many_threads_together_send_no_more_than_is_left(clock: Clock, told: list[Waiting]) -> None:
    class Full(Exception):
        """Raised in place of sleeping."""

    def refuse(seconds: float) -> None:
        raise Full

    quota = HourlyQuotas(RESERVE, clock, refuse, told.append).of("P07", "22ABCD")
    quota.answered(says(50, 600))

    def ask(_number: int) -> bool:
        try:
            quota.wait()
        except Full:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(ask, range(200)))

    assert sum(asked) == 50 - RESERVE
    assert len(told) == 1


def test_by_itself_a_wait_is_told_in_the_log(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    quota = HourlyQuotas(RESERVE, clock, clock.sleep).of("P07", "22ABCD")
    quota.refused(says(0, 60))

    quota.wait()

    assert "waiting until 12:01:20 UTC for P07's hourly quota" in caplog.text
