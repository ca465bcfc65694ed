"""The metrics of the sleeps of a day."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.metrics.normaliser import PayloadRefused
from fitbit_pipeline.metrics.sleep_logs import sleep_metrics
from fitbit_pipeline_tests.takeout_archive import STAGES, sleep_log

DAY = "2018-05-06"
NAP = sleep_log(DAY, 9, in_bed=60, mainSleep=False)


def test_classic_sleep_has_no_stages() -> None:
    """The stages of a classic sleep are absent, not zero."""
    assert sleep_metrics([sleep_log(DAY)]) == {
        "sleep_start": "2018-05-05T23:00:00",
        "sleep_end": "2018-05-06T07:00:00",
        "time_in_bed_minutes": 480,
        "minutes_asleep": 450,
        "minutes_awake": 30,
        "sleep_efficiency": 94,
        "nap_count": 0,
        "nap_minutes_asleep": 0,
        "nap_time_in_bed_minutes": 0,
        "sleep_records": 1,
        "total_minutes_asleep": 450,
        "total_time_in_bed_minutes": 480,
    }


def test_a_classic_sleep_has_none_even_if_its_summary_names_some() -> None:
    log = sleep_log(DAY, **STAGES) | {"type": "classic"}
    assert "deep_minutes" not in sleep_metrics([log])


@pytest.mark.parametrize("levels", [None, "none", {}, {"summary": []}])
def test_a_staged_sleep_without_a_summary_has_none(levels: object) -> None:
    found = sleep_metrics([sleep_log(DAY, type="stages", levels=levels)])
    assert found == sleep_metrics([sleep_log(DAY)])


def test_times_are_of_the_clock_to_the_second() -> None:
    """Whatever offset and fraction stand behind them."""
    changes = {"startTime": "2018-05-05T23:00:30.500-04:00", "endTime": "2018-05-06T07:00:59.999Z"}
    found = sleep_metrics([sleep_log(DAY, **changes)])
    assert found["sleep_start"] == "2018-05-05T23:00:30"
    assert found["sleep_end"] == "2018-05-06T07:00:59"


def test_staged_sleep() -> None:
    """Minutes of each stage come from the summary."""
    found = sleep_metrics([sleep_log(DAY, **STAGES)])
    names = ("deep_minutes", "light_minutes", "rem_minutes", "wake_minutes")
    assert [found[name] for name in names] == [80, 260, 110, 30]


def test_stages_are_of_the_main_sleep() -> None:
    """A staged nap beside a classic night gives no stages."""
    assert "deep_minutes" not in sleep_metrics([sleep_log(DAY), NAP | STAGES])


def test_naps_are_counted_beside_the_main_sleep() -> None:
    """Totals are of all sleeps, naps of all but the main one."""
    found = sleep_metrics([NAP, sleep_log(DAY)])
    assert (found["nap_count"], found["nap_minutes_asleep"]) == (1, 30)
    assert (found["sleep_records"], found["total_time_in_bed_minutes"]) == (2, 540)
    assert found["time_in_bed_minutes"] == 480


def test_longest_of_two_main_sleeps() -> None:
    """29 dates of a real export have two: the longer is the main one, the other a nap."""
    found = sleep_metrics([sleep_log(DAY, 1, in_bed=200), sleep_log(DAY, 2, in_bed=300)])
    assert (found["time_in_bed_minutes"], found["nap_time_in_bed_minutes"]) == (300, 200)


def test_equals_are_told_apart_by_their_id() -> None:
    """Of two equally long main sleeps the one with the lower id, as a number."""
    logs = [sleep_log(DAY, 10, efficiency=10), sleep_log(DAY, 9, efficiency=9)]
    assert sleep_metrics(logs)["sleep_efficiency"] == 9


@pytest.mark.parametrize(("first", "second"), [("a", "b"), (7, "a"), (7, None), (7, 10**400)])
def test_equals_whose_ids_are_no_numbers_are_told_apart_too(first: object, second: object) -> None:
    """Whatever the order of the logs."""
    logs = [
        sleep_log(DAY, efficiency=10) | {"logId": first},
        sleep_log(DAY, efficiency=20) | {"logId": second},
    ]
    assert sleep_metrics(logs)["sleep_efficiency"] == 10
    assert sleep_metrics(logs[::-1])["sleep_efficiency"] == 10


def test_logs_without_an_id_are_told_apart_by_their_place() -> None:
    log = sleep_log(DAY)
    del log["logId"]
    assert sleep_metrics([log, log])["sleep_records"] == 2


def test_a_short_main_sleep_goes_before_a_long_nap() -> None:
    """Which one is main is the log's to say."""
    found = sleep_metrics([sleep_log(DAY, 1, in_bed=100), NAP | {"timeInBed": 200}])
    assert found["time_in_bed_minutes"] == 100


def test_logs_without_a_mark() -> None:
    """Old logs do not say which is the main sleep: the longest is."""
    logs = [sleep_log(DAY, 1, in_bed=100), sleep_log(DAY, 2, in_bed=300)]
    unmarked = [{k: v for k, v in log.items() if k != "mainSleep"} for log in logs]
    assert sleep_metrics(unmarked)["time_in_bed_minutes"] == 300


def test_naps_alone() -> None:
    """A day of naps has no main sleep, and none of its metrics."""
    found = sleep_metrics([NAP])
    assert "sleep_start" not in found
    assert (found["nap_count"], found["sleep_records"]) == (1, 1)


def test_mark_of_the_api() -> None:
    """The API says the same under another name."""
    log = sleep_log(DAY)
    log["isMainSleep"] = log.pop("mainSleep")
    assert sleep_metrics([log]) == sleep_metrics([sleep_log(DAY)])


def test_log_that_is_there_twice_counts_once() -> None:
    """The id tells."""
    assert sleep_metrics([sleep_log(DAY), sleep_log(DAY)]) == sleep_metrics([sleep_log(DAY)])


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"timeInBed": None}, "a sleep has no number as 'timeInBed'"),
        ({"timeInBed": True}, "a sleep has no number as 'timeInBed'"),
        ({"timeInBed": float("nan")}, "a sleep has no number as 'timeInBed'"),
        ({"timeInBed": 10**12 + 1}, "a sleep has a number as 'timeInBed' that nothing measures"),
        ({"timeInBed": 10**400}, "a sleep has a number as 'timeInBed' that nothing measures"),
        ({"minutesAsleep": "450"}, "a sleep has no number as 'minutesAsleep'"),
        ({"startTime": "late"}, "a sleep has no time as 'startTime'"),
        ({"logId": []}, "a log has no number as 'logId'"),
    ],
)
def test_log_that_cannot_be_read(changes: dict[str, Any], told: str) -> None:
    """A log without its numbers or times is refused; the refusal names the key alone."""
    with pytest.raises(PayloadRefused) as raised:
        sleep_metrics([sleep_log(DAY) | changes])
    assert str(raised.value) == told


def test_the_longest_time_that_is_read() -> None:
    assert sleep_metrics([sleep_log(DAY) | {"timeInBed": 10**12}])["time_in_bed_minutes"] == 10**12


def test_what_is_no_log_at_all_is_refused() -> None:
    logs: list[Any] = [sleep_log(DAY), "a nap"]
    with pytest.raises(PayloadRefused) as raised:
        sleep_metrics(logs)
    assert str(raised.value) == "a sleep is no record of names and values"


@given(st.permutations([sleep_log(DAY, n, in_bed=60 * n, mainSleep=n > 2) for n in range(1, 6)]))
def test_order_of_logs_means_nothing(logs: list[dict[str, Any]]) -> None:
    """Files have the newest first, the API too: any order gives the same."""
    found = sleep_metrics(logs)
    assert found["time_in_bed_minutes"] == 300
    assert found["nap_time_in_bed_minutes"] == 600
