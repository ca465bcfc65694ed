"""What the page about sleep asks of the store, asked of a real MongoDB; and times on the clock."""

from datetime import date, timedelta

import pandas as pd
import pytest

from dashboard.queries.reading import NotYoursError, Reading
from dashboard.queries.sleep import (
    Night,
    clock_changes,
    in_bed_shares,
    last_sleep,
    placed_sleeps,
    refusals,
    sleep_days,
    sleep_figures,
)
from dashboard.queries.sleep_clock import quietest_hour, signed_distance, usual_time
from fitbit_pipeline.store.coverage import NOT_SERVED, CoverageState
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.nights import a_night, only_a_nap, only_totals, with_nap
from fitbit_pipeline_tests.dashboard.sample import (
    Metrics,
    a_day,
    write_coverage,
    write_metrics,
    write_person,
)

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (2, 3, 4, 5))
CLOCKS_GO_BACK = date(2026, 10, 25)


def _days(store: Store, reading: Reading, *nights: Metrics | None) -> pd.DataFrame:
    """Monday and the days after it, each with what is given, None for nothing."""
    written = {MONDAY + timedelta(days=place): night for place, night in enumerate(nights)}
    if known := {day: night for day, night in written.items() if night}:
        write_metrics(store, "P07", known)
    return sleep_days(reading, "P07", MONDAY, max(written))


def test_every_day_of_the_range_has_a_row_and_says_what_is_known_of_its_night(
    store: Store, reading: Reading
) -> None:
    days = _days(store, reading, a_night(MONDAY), None, only_a_nap(), only_totals())

    assert list(days["date"]) == ["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"]
    assert list(days["night"]) == [
        Night.MAIN,
        Night.NOTHING,
        Night.NAPS_ONLY,
        Night.TOTALS_ONLY,
    ]


def test_a_classic_sleep_has_no_stages_rather_than_none_slept(
    store: Store, reading: Reading
) -> None:
    days = _days(store, reading, a_night(MONDAY, stages=False))

    assert days["deep_minutes"][0] is pd.NA
    assert days["minutes_asleep"][0] == 440


def test_a_night_is_placed_by_its_start_and_its_length_on_the_wall_clock(
    store: Store, reading: Reading
) -> None:
    days = _days(store, reading, a_night(MONDAY, "23:15", 450), a_night(TUESDAY, "01:00", 300))

    assert placed_sleeps(days) == [(23 * 60 + 15, 450), (60, 300)]


@pytest.mark.parametrize("end", ["2026-11-01T22:30:00", "2026-11-02T23:30:00"])
def test_a_night_that_ends_before_it_began_or_a_day_later_has_no_place(
    store: Store, reading: Reading, end: str
) -> None:
    """After a flight to the west the clock at the end may show less than at the start."""
    days = _days(store, reading, a_night(MONDAY) | {"sleep_end": end})

    assert days["night"][0] == Night.MAIN
    assert placed_sleeps(days) == []


def test_the_night_on_which_clocks_change_is_as_long_as_the_wall_clock_says(
    store: Store, reading: Reading
) -> None:
    """From 23:00 to 07:00 on the clock are nine hours in bed when clocks go back."""
    night = a_night(CLOCKS_GO_BACK, "23:00", 480) | {"time_in_bed_minutes": 540}
    write_metrics(store, "P07", {CLOCKS_GO_BACK: night})

    days = sleep_days(reading, "P07", CLOCKS_GO_BACK, CLOCKS_GO_BACK)

    assert placed_sleeps(days) == [(23 * 60, 480)]
    assert days["time_in_bed_minutes"][0] == 540


def test_the_days_on_which_clocks_change_are_those_of_the_participant_s_zone(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", {MONDAY: a_day()})
    write_person(store, "P08", {MONDAY: a_day()}, zone="Asia/Kolkata")

    assert clock_changes(reading, "P07", date(2026, 10, 1), MONDAY) == [CLOCKS_GO_BACK]
    assert clock_changes(reading, "P08", date(2026, 10, 1), MONDAY) == []


def test_the_means_are_over_the_nights_there_are(store: Store, reading: Reading) -> None:
    days = _days(store, reading, a_night(MONDAY, length=400), None, a_night(WEDNESDAY, length=500))

    figures = sleep_figures(days)

    assert (figures.days, figures.nights, figures.days_with_sleep) == (3, 2, 2)
    assert figures.mean_time_in_bed == 450
    assert figures.mean_minutes_asleep == 410
    assert figures.mean_efficiency == pytest.approx(91)


def test_a_day_with_nothing_but_a_nap_is_no_night(store: Store, reading: Reading) -> None:
    figures = sleep_figures(_days(store, reading, a_night(MONDAY), only_a_nap()))

    assert (figures.nights, figures.days_with_sleep) == (1, 2)
    assert figures.mean_minutes_asleep == 440
    assert figures.mean_total_asleep == (440 + 30) / 2


def test_totals_alone_give_means_of_totals_and_no_times(store: Store, reading: Reading) -> None:
    figures = sleep_figures(_days(store, reading, only_totals(400), only_totals(300)))

    assert figures.nights == 0
    assert (figures.mean_total_asleep, figures.mean_total_in_bed) == (350, 375)
    assert (figures.mean_minutes_asleep, figures.start, figures.end) == (None, None, None)


def test_no_sleep_at_all_gives_no_numbers(store: Store, reading: Reading) -> None:
    figures = sleep_figures(_days(store, reading, None, None))

    assert (figures.days, figures.nights, figures.days_with_sleep) == (2, 0, 0)
    assert figures.mean_total_asleep is None


def test_the_usual_times_are_found_across_midnight(store: Store, reading: Reading) -> None:
    figures = sleep_figures(
        _days(store, reading, a_night(MONDAY, "23:50", 480), a_night(TUESDAY, "00:10", 480))
    )

    assert figures.start is not None
    assert signed_distance(0, figures.start.mean) == pytest.approx(0, abs=1e-6)
    assert figures.end is not None
    assert figures.end.median == pytest.approx(8 * 60)
    assert figures.middle is not None
    assert figures.middle.median == pytest.approx(4 * 60)


def test_shares_in_bed_are_of_the_nights_that_ended_on_that_weekday(
    store: Store, reading: Reading
) -> None:
    week = timedelta(days=7)
    write_metrics(
        store,
        "P07",
        {
            MONDAY: a_night(MONDAY, "23:00", 480),
            MONDAY + week: a_night(MONDAY + week, "00:00", 480),
            TUESDAY: a_night(TUESDAY, "23:00", 480),
            WEDNESDAY: only_a_nap(),
        },
    )

    shares = in_bed_shares(sleep_days(reading, "P07", MONDAY, MONDAY + week))

    found = shares.set_index(["weekday", "slot"])["share"]
    assert len(found) == 7 * 48
    assert (found[0, 46], found[0, 0], found[0, 14], found[0, 24]) == (0.5, 1, 0.5, 0)
    assert found[1, 46] == 1
    assert found[2, 46] is pd.NA


def test_a_half_hour_counts_if_the_night_covers_its_middle(store: Store, reading: Reading) -> None:
    shares = in_bed_shares(_days(store, reading, a_night(MONDAY, "23:10", 440)))

    in_bed = shares[(shares["weekday"] == 0) & (shares["in_bed"] > 0)]["slot"]

    # From 23:10 to 06:30: 23:15 is in bed, and the last middle is 06:15.
    assert set(in_bed) == {46, 47, *range(13)}


def test_the_last_sleep_is_found_outside_the_range(store: Store, reading: Reading) -> None:
    write_metrics(store, "P07", {MONDAY: a_night(MONDAY), WEDNESDAY: {"steps": 8000}})

    assert last_sleep(reading, "P07") == MONDAY
    assert last_sleep(reading, "P08") is None


def test_refusals_are_counted_by_kind_and_reason(store: Store, reading: Reading) -> None:
    write_coverage(
        store,
        "P07",
        "sleep",
        [MONDAY, TUESDAY],
        CoverageState.FORBIDDEN,
        reason="Not in the table.",
        kind=NOT_SERVED,
    )
    write_coverage(store, "P07", "sleep", [WEDNESDAY], CoverageState.EMPTY)

    found = refusals(reading, "P07", MONDAY, THURSDAY)

    assert found.to_dict("records") == [
        {"kind": NOT_SERVED, "reason": "Not in the table.", "days": 2}
    ]


def test_nobody_sees_the_sleep_of_another(store: Store) -> None:
    write_metrics(store, "P07", {MONDAY: a_night(MONDAY)})

    with pytest.raises(NotYoursError):
        sleep_days(Reading(store, bound_to="P08"), "P07", MONDAY, TUESDAY)


def test_naps_are_no_part_of_the_main_sleep(store: Store, reading: Reading) -> None:
    days = _days(store, reading, with_nap(a_night(MONDAY), 25))

    assert (days["minutes_asleep"][0], days["nap_minutes_asleep"][0]) == (440, 25)


@pytest.mark.parametrize(
    ("times", "mean", "middle", "spread"),
    [
        ([1430, 10], 0, 0, 14.142),
        ([1380, 1380, 1380], 1380, 1380, 0),
        ([1320, 0, 60], 1420, 0, 91.652),
        ([480], 480, 480, None),
    ],
)
def test_times_have_mean_median_and_spread_round_the_clock(
    times: list[float], mean: float, middle: float, spread: float | None
) -> None:
    found = usual_time(times)

    assert found is not None
    assert signed_distance(mean, found.mean) == pytest.approx(0, abs=1e-6)
    assert signed_distance(middle, found.median) == pytest.approx(0, abs=1e-6)
    assert found.spread == (None if spread is None else pytest.approx(spread, abs=1e-3))
    assert found.is_usual


def test_times_all_round_the_clock_are_not_usual() -> None:
    shifts = usual_time([0, 10, 480, 490, 960, 980])

    assert shifts is not None
    assert not shifts.is_usual


@pytest.mark.parametrize("times", [[], [0, 720]])
def test_times_without_a_direction_have_nothing_in_common(times: list[float]) -> None:
    assert usual_time(times) is None


@pytest.mark.parametrize(
    ("sleeps", "hour"),
    [
        ([(23 * 60, 480)], 15),
        ([(8 * 60, 420)], 0),
        ([(23 * 60, 480), (8 * 60, 420)], 19),
        ([], 12),
    ],
)
def test_the_clock_is_cut_where_nobody_sleeps(sleeps: list[tuple[float, float]], hour: int) -> None:
    assert quietest_hour(sleeps) == hour


def test_the_clock_is_cut_where_fewest_sleep_if_every_hour_is_slept_through() -> None:
    by_shift = [(start * 60 - 30, 540) for start in (0, 8, 16)]
    twice_at_noon = (8 * 60 + 30, 420)

    # From 01:00 to 07:00 and from 17:00 to 23:00 one sleep is crossed, at all other hours two.
    assert quietest_hour([*by_shift, twice_at_noon]) == 4
