"""The metrics of the sleeps of a day, as the Google Health API states them."""

from copy import deepcopy
from itertools import permutations
from typing import Any

import pytest

from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.metrics.normaliser import PayloadRefused
from fitbit_pipeline_tests.metrics.google_rows import Row, classic_nap, metrics, sleep, stage

STAGE_METRICS = ("deep_minutes", "light_minutes", "rem_minutes", "wake_minutes")
UNFINISHED = {"processed": False}
STAGES = [
    stage("AWAKE", "2026-09-26T04:09:00Z", "2026-09-26T04:15:30Z"),
    stage("LIGHT", "2026-09-26T04:15:30Z", "2026-09-26T07:00:00Z"),
    stage("DEEP", "2026-09-26T07:00:00Z", "2026-09-26T08:00:00Z"),
    stage("LIGHT", "2026-09-26T08:00:00Z", "2026-09-26T08:23:00Z"),
]


def night(*rows: Row) -> dict[str, MetricValue]:
    """The metrics of sleeps that ended on one day."""
    return metrics("sleep", {"sleep:reconcile": list(rows)})


def stages_of(found: dict[str, MetricValue]) -> list[MetricValue | None]:
    """Deep, light, REM, awake."""
    return [found.get(name) for name in STAGE_METRICS]


class TestWhichIsMain:
    """One main sleep, the others naps."""

    def test_the_longest_of_those_marked(self) -> None:
        """Two nights can end on one date."""
        short = sleep("1", minutes=200)
        long = sleep("2", start="2026-09-26T12:00:00Z", minutes=300)

        found = night(short, long)
        assert (found["time_in_bed_minutes"], found["nap_time_in_bed_minutes"]) == (300, 200)

    def test_a_short_one_that_is_marked_goes_before_a_long_one_that_is_not(self) -> None:
        long = sleep("2", start="2026-09-26T12:00:00Z", minutes=300, metadata={"processed": True})

        found = night(sleep("1", minutes=200), long)
        assert (found["time_in_bed_minutes"], found["nap_time_in_bed_minutes"]) == (200, 300)

    def test_a_short_one_that_is_marked_goes_before_a_long_one_flagged_nap(self) -> None:
        """A second long sleep of a day was observed with the flag of a nap."""
        found = night(sleep(minutes=240), classic_nap(minutes=400))

        assert (found["time_in_bed_minutes"], found["nap_time_in_bed_minutes"]) == (240, 400)

    def test_without_a_mark_the_longest_that_is_no_nap(self) -> None:
        unmarked = sleep(minutes=240, metadata={"processed": True})

        found = night(unmarked, classic_nap(minutes=400))
        assert (found["time_in_bed_minutes"], found["nap_count"]) == (240, 1)

    def test_naps_alone_are_no_main_sleep(self) -> None:
        assert night(classic_nap()) == {
            "nap_count": 1,
            "nap_minutes_asleep": 50,
            "nap_time_in_bed_minutes": 60,
            "sleep_records": 1,
            "total_minutes_asleep": 50,
            "total_time_in_bed_minutes": 60,
        }

    def test_without_metadata_a_sleep_is_no_nap(self) -> None:
        assert night(sleep(metadata=None))["time_in_bed_minutes"] == 254

    def test_the_order_of_rows_means_nothing(self) -> None:
        rows = [
            sleep("1", minutes=200),
            sleep("2", minutes=30, metadata=UNFINISHED),
            classic_nap("3"),
            classic_nap("4", start="2026-09-26T20:00:00Z", minutes=20),
        ]

        first, *others = [night(*order) for order in permutations(rows)]
        assert first["sleep_records"] == 3
        assert all(other == first for other in others)


class TestWhatCountsOnce:
    """Copies and fragments."""

    def test_the_same_session_twice(self) -> None:
        assert night(sleep(), sleep()) == night(sleep())

    def test_a_session_that_was_revised_between_two_pages(self) -> None:
        """One name, two starts: the longer one."""
        found = night(sleep("1", start="2026-09-26T04:30:00Z", minutes=200), sleep("1"))

        assert (found["sleep_records"], found["time_in_bed_minutes"]) == (1, 254)

    def test_its_name_stands_under_either_of_two_members(self) -> None:
        """Reconciled points and points as they are call it differently."""
        row = sleep("1", start="2026-09-26T04:30:00Z", minutes=200)
        row["name"] = row.pop("dataPointName")

        assert night(row, sleep("1"))["sleep_records"] == 1

    def test_stubs_that_began_with_the_night_are_passed_over(self) -> None:
        """Fragments that were never revised share the instant at which the night began."""
        stub = sleep("1", start="2026-09-26T04:09:00.000Z", minutes=11, metadata=UNFINISHED)

        assert night(stub, sleep("2")) == night(sleep("2"))

    def test_of_equals_the_finished_one(self) -> None:
        unfinished = sleep("1", metadata=UNFINISHED, summary=None)

        assert night(unfinished, sleep("2")) == night(sleep("2"))

    def test_sleeps_of_different_starts_are_all_kept(self) -> None:
        found = night(sleep("1"), classic_nap("2"), classic_nap("3", start="2026-09-26T11:00:00Z"))

        assert (found["sleep_records"], found["nap_count"]) == (3, 2)


class TestStages:
    """Minutes of each stage of the main sleep."""

    def test_summaries_that_hold_every_stage_twice_count_once(self) -> None:
        row = sleep()
        row["sleep"]["summary"]["stagesSummary"] *= 2

        assert stages_of(night(row)) == [48, 146, 54, 6]

    def test_without_a_summary_of_stages_the_stages_are_added_up(self) -> None:
        summary = {"minutesInSleepPeriod": "254", "minutesAsleep": "247"}

        found = night(sleep(summary=summary, stages=STAGES * 2))
        assert stages_of(found) == [60, 187.5, 0, 6.5]

    def test_a_stage_that_did_not_occur_is_zero(self) -> None:
        row = sleep()
        entries = row["sleep"]["summary"]["stagesSummary"]
        row["sleep"]["summary"]["stagesSummary"] = [e for e in entries if e["type"] != "REM"]

        assert night(row)["rem_minutes"] == 0

    def test_short_awakenings_lie_over_stages_and_do_not_count(self) -> None:
        awakenings = [stage("AWAKE", "2026-09-26T05:00:00Z", "2026-09-26T05:02:00Z")]

        found = night(sleep(summary={}, stages=STAGES, shortAwakenings=awakenings))
        assert found["wake_minutes"] == 6.5

    def test_a_classic_sleep_has_none(self) -> None:
        nap = classic_nap()
        nap["sleep"]["metadata"] = {"processed": True, "mainSleep": True}

        found = night(nap)
        assert stages_of(found) == [None] * 4
        assert (found["minutes_asleep"], found["minutes_awake"]) == (50, 10)

    def test_a_classic_sleep_has_none_even_if_it_names_some(self) -> None:
        assert stages_of(night(sleep(type="CLASSIC"))) == [None] * 4

    def test_a_stage_whose_minutes_are_left_out_is_zero(self) -> None:
        row = sleep()
        row["sleep"]["summary"]["stagesSummary"][3] = {"type": "REM", "count": "1"}

        assert stages_of(night(row)) == [48, 146, 0, 6]

    def test_a_staged_sleep_whose_stages_were_rejected_has_none(self) -> None:
        summary = {"minutesInSleepPeriod": "254", "minutesAsleep": "248", "minutesAwake": "6"}

        assert stages_of(night(sleep(summary=summary))) == [None] * 4

    def test_those_of_a_nap_are_not_those_of_the_night(self) -> None:
        main = classic_nap(minutes=100)
        main["sleep"]["metadata"] = {"mainSleep": True}
        nap = sleep("3", metadata={"nap": True})

        assert stages_of(night(main, nap)) == [None] * 4

    def test_unknown_stages_and_kinds_are_passed_over(self) -> None:
        row = sleep(type="FRAGMENTED")
        row["sleep"]["summary"]["stagesSummary"].append({"type": "DOZING", "minutes": "9"})

        assert night(row) == night(sleep())


class TestTimes:
    """The wall clock where the person was."""

    def test_a_flight_between_two_zones(self) -> None:
        """Asleep in London (UTC+1), awake in Paris (UTC+2)."""
        row = sleep(start="2026-09-29T22:30:00Z", minutes=420)
        row["sleep"]["interval"] |= {"startUtcOffset": "3600s", "endUtcOffset": "7200s"}

        found = night(row)
        assert found["sleep_start"] == "2026-09-29T23:30:00"
        assert found["sleep_end"] == "2026-09-30T07:30:00"
        assert found["time_in_bed_minutes"] == 420

    @pytest.mark.parametrize("offset", ["0s", None])
    def test_an_offset_of_zero_may_be_left_out(self, offset: str | None) -> None:
        row = sleep()
        row["sleep"]["interval"] |= {"startUtcOffset": offset, "endUtcOffset": offset}

        assert night(row)["sleep_start"] == "2026-09-26T04:09:00"

    def test_an_offset_of_a_half_hour_west(self) -> None:
        assert night(sleep(offset="-12600s"))["sleep_start"] == "2026-09-26T00:39:00"

    def test_fractions_of_a_second_are_dropped(self) -> None:
        found = night(sleep(start="2026-09-26T04:09:30.999999999Z"))

        assert found["sleep_start"] == "2026-09-26T13:09:30"


class TestMinutes:
    """What the summary states, and what takes its place."""

    def test_numbers_may_be_plain(self) -> None:
        row = sleep()
        summary = row["sleep"]["summary"]
        plain = {key: int(value) for key, value in summary.items() if isinstance(value, str)}
        row["sleep"]["summary"] = summary | plain

        assert night(row) == night(sleep())

    def test_what_the_summary_states_goes_before_what_could_be_added_up(self) -> None:
        """The person lay awake before and after the stages."""
        row = sleep()
        row["sleep"]["summary"] |= {
            "minutesInSleepPeriod": "250",
            "minutesAsleep": "240",
            "minutesAwake": "10",
        }

        found = night(row)
        assert found["time_in_bed_minutes"] == 250
        assert (found["minutes_asleep"], found["minutes_awake"]) == (240, 10)

    def test_a_sleep_in_the_making_is_read_as_far_as_it_states_something(self) -> None:
        """Its day is asked for again."""
        found = night(sleep(metadata=UNFINISHED, summary=None))

        assert found == {
            "sleep_start": "2026-09-26T13:09:00",
            "sleep_end": "2026-09-26T17:23:00",
            "time_in_bed_minutes": 254,
            "nap_count": 0,
            "nap_minutes_asleep": 0,
            "nap_time_in_bed_minutes": 0,
            "sleep_records": 1,
            "total_time_in_bed_minutes": 254,
        }

    def test_minutes_that_are_left_out_are_those_of_the_stages(self) -> None:
        """Zero minutes awake may be left out; the stages tell them from unknown ones."""
        found = night(sleep(summary={"minutesInSleepPeriod": "254"}, stages=STAGES[1:]))

        assert (found["minutes_asleep"], found["minutes_awake"]) == (247.5, 0)

    def test_a_nap_of_unknown_sleep_makes_the_sum_unknown(self) -> None:
        nap = classic_nap()
        nap["sleep"]["summary"] = {"minutesInSleepPeriod": "60"}

        found = night(sleep(), nap)
        assert "nap_minutes_asleep" not in found
        assert "total_minutes_asleep" not in found
        assert found["total_time_in_bed_minutes"] == 314

    @pytest.mark.parametrize(
        ("awake", "percent"), [(0, 100), (6, 98), (254, 0)], ids=["all", "most", "none"]
    )
    def test_efficiency_is_the_whole_percent_asleep(self, awake: int, percent: int) -> None:
        found = night(sleep(awake=awake))

        assert found["sleep_efficiency"] == percent
        assert isinstance(found["sleep_efficiency"], int)

    def test_no_time_in_bed_is_no_efficiency(self) -> None:
        assert "sleep_efficiency" not in night(sleep(minutes=0, awake=0))

    @pytest.mark.parametrize("minutes", ["1", "0.000001"])
    def test_the_shortest_time_in_bed_has_an_efficiency(self, minutes: str) -> None:
        summary = {"minutesInSleepPeriod": minutes, "minutesAsleep": minutes}

        assert night(sleep(summary=summary))["sleep_efficiency"] == 100


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("interval",), None),
        (("interval", "startTime"), "late"),
        (("interval", "startTime"), "2026-09-26T04:09:00"),
        (("interval", "endTime"), "2026-09-26T04:08:59Z"),
        (("interval", "endUtcOffset"), "+09:00"),
        (("summary", "minutesAsleep"), "many"),
        (("summary", "minutesInSleepPeriod"), True),
        (("summary", "stagesSummary"), "none"),
        (("metadata", "nap"), "perhaps"),
        (("type",), 7),
    ],
)
def test_a_sleep_that_cannot_be_read_is_refused(place: tuple[str, ...], value: Any) -> None:
    """The refusal names the member alone."""
    row = deepcopy(sleep())
    *path, last = ("sleep", *place)
    inner = row
    for key in path:
        inner = inner[key]
    inner[last] = value

    with pytest.raises(PayloadRefused) as raised:
        night(row)
    assert str(value) not in str(raised.value)
