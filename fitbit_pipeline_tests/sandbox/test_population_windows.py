"""Physical windows: anchored at their start, and together what the minutes come to."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_pipeline_tests.sandbox.populations import instant, population

EVERYBODY = population(people=3)
START = datetime(2026, 6, 22, 3, 0, tzinfo=UTC)
END = START + timedelta(hours=30)
MINUTES = {
    data_type: {
        instant(row["startTime"]): row[member]
        for row in EVERYBODY.roll_up("p001", data_type, START, END, 60)
    }
    for data_type, member in (("steps", "steps"), ("heart-rate", "heartRate"))
}

lengths = st.integers(1, 400).map(lambda minutes: 60 * minutes)


@given(window=lengths)
@settings(max_examples=40, deadline=None)
def test_steps_of_windows_are_those_of_their_minutes(window: int) -> None:
    rows = EVERYBODY.roll_up("p001", "steps", START, END, window)

    for row in rows:
        start, end = instant(row["startTime"]), instant(row["endTime"])
        inside = [value for at, value in MINUTES["steps"].items() if start <= at < end]
        assert (start - START).total_seconds() % window == 0
        assert end == min(start + timedelta(seconds=window), END)
        assert int(row["steps"]["countSum"]) == sum(int(value["countSum"]) for value in inside)
    assert sum(int(row["steps"]["countSum"]) for row in rows) == sum(
        int(value["countSum"]) for value in MINUTES["steps"].values()
    )


@given(window=lengths)
@settings(max_examples=40, deadline=None)
def test_heart_rate_of_windows_is_that_of_their_minutes(window: int) -> None:
    rows = EVERYBODY.roll_up("p001", "heart-rate", START, END, window)
    covered = 0

    for row in rows:
        start, end = instant(row["startTime"]), instant(row["endTime"])
        inside = [value for at, value in MINUTES["heart-rate"].items() if start <= at < end]
        covered += len(inside)
        value = row["heartRate"]
        assert value["beatsPerMinuteMin"] == min(each["beatsPerMinuteMin"] for each in inside)
        assert value["beatsPerMinuteMax"] == max(each["beatsPerMinuteMax"] for each in inside)
        mean = sum(each["beatsPerMinuteAvg"] for each in inside) / len(inside)
        assert abs(value["beatsPerMinuteAvg"] - mean) < 1e-9
    assert covered == len(MINUTES["heart-rate"])


@given(seconds=st.integers(0, 7200), window=st.sampled_from([15, 60, 90, 900]))
@settings(max_examples=30, deadline=None)
def test_windows_are_anchored_at_the_start_of_the_range(seconds: int, window: int) -> None:
    start = START + timedelta(seconds=seconds)
    rows = EVERYBODY.roll_up("p001", "heart-rate", start, start + timedelta(hours=2), window)

    assert all((instant(row["startTime"]) - start).total_seconds() % window == 0 for row in rows)
    starts = [row["startTime"] for row in rows]
    assert len(set(starts)) == len(starts)


def test_minutes_cut_out_of_a_range_are_those_of_the_whole() -> None:
    part = EVERYBODY.roll_up(
        "p001", "heart-rate", START + timedelta(hours=5), START + timedelta(hours=9), 60
    )

    assert part
    for row in part:
        assert MINUTES["heart-rate"][instant(row["startTime"])] == row["heartRate"]


def test_a_week_of_minutes_fits_between_its_bounds() -> None:
    end = START + timedelta(minutes=10_000)
    rows = EVERYBODY.roll_up("p001", "heart-rate", START, end, 60)

    assert 7_000 < len(rows) <= 10_000
    assert instant(rows[-1]["startTime"]) >= START
    assert instant(rows[0]["endTime"]) <= end
