"""How members of the Google Health API's rows are read."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_pipeline.metrics.google_values import (
    block_in,
    blocks_in,
    duration,
    elapsed,
    flag,
    instant,
    minutes,
    number,
    text,
    wall_clock,
)
from fitbit_pipeline.metrics.normaliser import PayloadRefused


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("9525", 9525),
        (9525, 9525),
        ("0", 0),
        ("-3", -3),
        (70.31575, 70.31575),
        ("70.5", 70.5),
        ("1e3", 1000.0),
        ("NaN", None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_numbers(stated: object, read: object) -> None:
    found = number({"n": stated}, "n")

    assert (found, type(found)) == (read, type(read))


@pytest.mark.parametrize(
    "stated",
    ["", "1_000", " 7", "٣", "0x1F", "Infinity", float("inf"), True, [], {}, 10**400, "9" * 5000],
)
def test_what_is_no_number(stated: object) -> None:
    with pytest.raises(PayloadRefused):
        number({"n": stated}, "n")


@settings(deadline=None)
@given(st.integers(-(2**53), 2**53))
def test_whole_numbers_are_read_exactly(value: int) -> None:
    assert number({"n": str(value)}, "n") == number({"n": value}, "n") == value


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("3600s", 3600),
        ("3539.368s", 3539.368),
        ("-14400s", -14400),
        ("-0.5s", -0.5),
        ("0s", 0),
        ("1.000000999s", 1),
    ],
)
def test_durations(stated: str, seconds: float) -> None:
    assert duration({"d": stated}, "d") == timedelta(seconds=seconds)


@pytest.mark.parametrize("stated", ["", "s", "60", "60 s", "1m", ".5s", "99999999999s", 60, [], {}])
def test_what_is_no_duration(stated: object) -> None:
    with pytest.raises(PayloadRefused):
        duration({"d": stated}, "d")


@pytest.mark.parametrize("digits", range(10))
def test_instants_have_up_to_nine_digits_of_a_second(digits: int) -> None:
    fraction = "." + "123456789"[:digits] if digits else ""

    assert instant({"t": f"2026-08-07T14:46:22{fraction}Z"}, "t") == datetime(
        2026, 8, 7, 14, 46, 22, int("123456"[:digits].ljust(6, "0")), tzinfo=UTC
    )


@pytest.mark.parametrize(
    "stated",
    [
        "2026-08-07",
        "2026-08-07T14:46:22",
        "2026-08-07 14:46:22Z",
        "2026-02-30T00:00:00Z",
        "2026-08-07T14:46:22.1234567890Z",
        "0001-01-01T00:00:00+14:00",
        1786113982,
        None,
    ],
)
def test_what_is_no_instant(stated: object) -> None:
    with pytest.raises(PayloadRefused):
        instant({"t": stated}, "t")


def test_a_wall_clock_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(PayloadRefused):
        wall_clock({"t": "9999-12-31T23:59:59Z", "o": "3600s"}, "t", "o")


def test_the_zone_of_this_machine_means_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    interval = {"t": "2026-08-07T14:46:22Z", "o": "-14400s"}
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert instant(interval, "t").utcoffset() == timedelta()
        assert wall_clock(interval, "t", "o") == "2026-08-07T10:46:22"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_hour_that_the_clock_shows_twice_is_elapsed_time_all_the_same() -> None:
    """Lengths are of physical time: 02:30 to 02:30 an hour later, as summer time ends."""
    interval = {"startTime": "2026-10-25T02:30:00+02:00", "endTime": "2026-10-25T02:30:00+01:00"}

    assert elapsed(interval) == timedelta(hours=1)


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**6), max_size=50))
def test_lengths_are_added_up_without_noise(tenths: list[int]) -> None:
    """Six hundred tenths of a second are a minute."""
    lengths = [timedelta(milliseconds=100 * each) for each in tenths]

    assert minutes(lengths) == sum(tenths) / 600
    assert isinstance(minutes(lengths), int) == (sum(tenths) % 600 == 0)


@pytest.mark.parametrize(
    ("reader", "left_out", "malformed"), [(text, "", 7), (flag, False, "false")]
)
def test_texts_and_flags_may_be_left_out(reader: Any, left_out: object, malformed: object) -> None:
    assert reader({}, "m") == reader({"m": None}, "m") == left_out
    with pytest.raises(PayloadRefused):
        reader({"m": malformed}, "m")


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (lambda row: text(row, "m"), "'m' is not a text"),
        (lambda row: flag(row, "m"), "'m' is neither true nor false"),
        (lambda row: number(row, "m"), "'m' is not a number"),
        (lambda row: duration(row, "m"), "'m' is not a length of time"),
        (lambda row: instant(row, "m"), "'m' is not an instant"),
        (lambda row: block_in(row, "m"), "'m' is not a record of names and values"),
        (lambda row: blocks_in(row, "m"), "'m' is not a list of names and values"),
        (lambda row: number(row, "large"), "'large' is larger than any number that is measured"),
        (lambda row: wall_clock(row, "last", "offset"), "'offset' is not an offset"),
        (lambda row: elapsed(row), "an interval ends before it begins"),
    ],
)
def test_a_refusal_names_the_member_alone(read: Callable[[Any], object], told: str) -> None:
    row = {
        "m": [7],
        "large": 2**53 + 1,
        "last": "9999-12-31T23:59:59Z",
        "offset": "3600s",
        "startTime": "2026-08-07T14:46:22Z",
        "endTime": "2026-08-07T14:46:21Z",
    }

    with pytest.raises(PayloadRefused) as raised:
        read(row)
    assert str(raised.value) == told
