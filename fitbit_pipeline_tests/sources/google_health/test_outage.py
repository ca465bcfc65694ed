"""When the service is down for everybody, nobody is waited for one by one."""

import pytest

from fitbit_pipeline.sources.outage import Outage
from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure


class Seconds:
    """A clock that is moved by hand."""

    now = 1000.0

    def __call__(self) -> float:
        """The present second."""
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """A clock of its own for each test."""
    return Seconds()


@pytest.fixture
def outage(seconds: Seconds) -> Outage:
    """Three failures in a row, then a minute's pause."""
    return Outage(3, 60, seconds)


def _fail(outage: Outage, times: int) -> None:
    for _ in range(times):
        outage.check()
        outage.failed()


def _refused(outage: Outage) -> SourceFailure | None:
    try:
        outage.check()
    except SourceFailure as failure:
        return failure
    return None


def test_a_few_failures_are_somebodys_own(outage: Outage) -> None:
    _fail(outage, 2)

    assert _refused(outage) is None


def test_many_in_a_row_are_everybodys(outage: Outage) -> None:
    _fail(outage, 3)

    failure = _refused(outage)
    assert failure is not None
    assert failure.kind is FailureKind.TRANSIENT
    assert failure.reason.endswith("later.")


def test_an_answer_between_them_begins_the_count_anew(outage: Outage) -> None:
    _fail(outage, 2)
    outage.answered()
    _fail(outage, 2)

    assert _refused(outage) is None


def test_after_the_pause_one_request_finds_out(outage: Outage, seconds: Seconds) -> None:
    _fail(outage, 3)
    seconds.now += 61

    assert _refused(outage) is None
    outage.failed()
    assert _refused(outage) is not None, "still down: paused again"


def test_after_the_pause_an_answer_ends_it(outage: Outage, seconds: Seconds) -> None:
    _fail(outage, 3)
    seconds.now += 61
    outage.check()
    outage.answered()
    _fail(outage, 2)

    assert _refused(outage) is None
