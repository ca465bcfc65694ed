"""The grammar of filters: what is let through, and what is refused with which reason."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fitbit_pipeline.sandbox.api_types import DATA_TYPES
from fitbit_pipeline.sandbox.errors import ApiError
from fitbit_pipeline.sandbox.filters import parse_filter

RECORDS: dict[str, dict[str, Any]] = {
    "steps": {
        "interval": {
            "startTime": "2026-03-28T23:30:00Z",
            "startUtcOffset": "3600s",
            "endTime": "2026-03-28T23:31:00Z",
            "endUtcOffset": "3600s",
        }
    },
    "weight": {"sampleTime": {"physicalTime": "2026-03-29T06:00:00.5Z", "utcOffset": "7200s"}},
    "daily-vo2-max": {"date": {"year": 2026, "month": 3, "day": 29}},
    "sleep": {
        "interval": {
            "startTime": "2026-03-28T22:00:00Z",
            "startUtcOffset": "3600s",
            "endTime": "2026-03-29T22:30:00Z",
            "endUtcOffset": "7200s",
        }
    },
    "exercise": {
        "interval": {
            "startTime": "2026-03-29T05:00:00Z",
            "startUtcOffset": "-18000s",
            "endTime": "2026-03-29T06:00:00Z",
            "endUtcOffset": "-18000s",
        }
    },
}


def _holds(data_type: str, text: str) -> bool:
    return parse_filter(text, DATA_TYPES[data_type]).holds(RECORDS[data_type])


def _refusal(data_type: str, text: str) -> str:
    with pytest.raises(ApiError) as caught:
        parse_filter(text, DATA_TYPES[data_type])
    (info, violations) = caught.value.details
    assert caught.value.code == 400
    assert violations["fieldViolations"][0]["field"] == "filter"
    return str(info.get("metadata", {}).get("detailedReasons", info["reason"]))


@pytest.mark.parametrize(
    ("data_type", "text", "holds"),
    [
        ("steps", 'steps.interval.start_time >= "2026-03-28T23:30:00Z"', True),
        ("steps", 'steps.interval.start_time >= "2026-03-28T23:30:00.000001Z"', False),
        ("steps", 'steps.interval.start_time < "2026-03-28T23:30:00Z"', False),
        ("steps", 'steps.interval.start_time < "2026-03-29T01:30:01+02:00"', True),
        # 00:30 on the 29th, where the person is.
        ("steps", 'steps.interval.civil_start_time >= "2026-03-29"', True),
        ("steps", 'steps.interval.civil_start_time < "2026-03-29T00:30:01"', True),
        ("steps", 'steps.interval.civil_start_time < "2026-03-29"', False),
        ("weight", 'weight.sample_time.physical_time >= "2026-03-29T06:00:00.5Z"', True),
        ("weight", 'weight.sample_time.civil_time < "2026-03-29T08:00:00"', False),
        ("weight", 'weight.sample_time.civil_time < "2026-03-29T08:00:01"', True),
        ("daily-vo2-max", 'daily_vo2_max.date >= "2026-03-29"', True),
        ("daily-vo2-max", 'daily_vo2_max.date < "2026-03-29"', False),
        # The night ends on the 30th at 00:30, summer time.
        ("sleep", 'sleep.interval.civil_end_time >= "2026-03-30"', True),
        ("sleep", 'sleep.interval.end_time >= "2026-03-30T00:00:00Z"', False),
        ("exercise", 'exercise.interval.civil_start_time >= "2026-03-29T00:00:00"', True),
        ("exercise", 'exercise.interval.civil_start_time < "2026-03-29"', False),
        (
            "exercise",
            'exercise.interval.civil_start_time>="2026-03-29" AND '
            'exercise.interval.civil_start_time<"2026-03-30"',
            True,
        ),
        ("exercise", "", True),
    ],
)
def test_a_filter_lets_through_what_lies_in_its_time(
    data_type: str, text: str, *, holds: bool
) -> None:
    assert _holds(data_type, text) is holds


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        # Everywhere on Earth, so a day before and a day after.
        ('steps.interval.start_time >= "2026-03-10T02:00:00Z"', date(2026, 3, 9), date.max),
        ('steps.interval.start_time < "2026-03-10T22:00:00Z"', date.min, date(2026, 3, 11)),
        ('steps.interval.civil_start_time >= "2026-03-10T02:00:00"', date(2026, 3, 10), date.max),
        ('steps.interval.civil_start_time < "2026-03-10"', date.min, date(2026, 3, 10)),
    ],
)
def test_a_filter_knows_beyond_which_days_it_finds_nothing(
    text: str, first: date, last: date
) -> None:
    accepted = parse_filter(text, DATA_TYPES["steps"])

    assert accepted.civil_days(date.min, date.max) == (first, last)


def test_sleep_alone_knows_or_and_it_binds_closer_than_and() -> None:
    text = (
        'sleep.interval.civil_end_time < "2026-01-01" OR '
        'sleep.interval.civil_end_time >= "2026-03-30" AND '
        'sleep.interval.civil_end_time < "2026-03-30T00:30:01"'
    )

    assert _holds("sleep", text)


@pytest.mark.parametrize(
    ("data_type", "text", "reason"),
    [
        ("steps", 'steps.interval.start_time <= "2026-01-01T00:00:00Z"', "RESTRICTION_COMPARATOR"),
        ("steps", 'steps.interval.start_time > "2026-01-01T00:00:00Z"', "RESTRICTION_COMPARATOR"),
        ("steps", 'steps.interval.start_time = "2026-01-01T00:00:00Z"', "RESTRICTION_COMPARATOR"),
        ("steps", 'steps.interval.start_time != "2026-01-01T00:00:00Z"', "RESTRICTION_COMPARATOR"),
        ("steps", 'steps.interval.end_time >= "2026-01-01T00:00:00Z"', "DATA_TYPE_MEMBER"),
        ("steps", 'steps.interval.civil_end_time >= "2026-01-01"', "DATA_TYPE_MEMBER"),
        ("steps", 'steps.date >= "2026-01-01"', "DATA_TYPE_MEMBER"),
        ("steps", 'steps.start_time >= "2026-01-01"', "DATA_TYPE_MEMBER"),
        ("weight", 'weight.sample_time >= "2026-01-01"', "DATA_TYPE_MEMBER"),
        ("sleep", 'sleep.interval.civil_start_time >= "2026-01-01"', "DATA_TYPE_MEMBER"),
        ("sleep", 'sleep.interval.start_time >= "2026-01-01T00:00:00Z"', "DATA_TYPE_MEMBER"),
        ("exercise", 'exercise.interval.start_time >= "2026-01-01T00:00:00Z"', "DATA_TYPE_MEMBER"),
        ("exercise", 'exercise.interval.civil_end_time >= "2026-01-01"', "DATA_TYPE_MEMBER"),
        ("daily-vo2-max", 'daily_vo2_max.interval.start_time >= "2026"', "DATA_TYPE_MEMBER"),
        ("daily-vo2-max", 'daily-vo2-max.date >= "2026-01-01"', ""),
        ("daily-vo2-max", 'dailyVo2Max.date >= "2026-01-01"', "DATA_TYPE_RESTRICTION"),
        ("steps", 'weight.sample_time.civil_time >= "2026-01-01"', "COLLECTION_MISMATCH"),
        ("steps", 'steps.interval.civil_start_time >= "2026-01-01T00:00:00Z"', "CIVIL_FORMAT"),
        ("steps", 'steps.interval.civil_start_time >= "2026-01-01T00:00:00+01:00"', "CIVIL_FORMAT"),
        ("steps", 'steps.interval.civil_start_time >= "2026-02-30"', "CIVIL_FORMAT"),
        ("steps", 'steps.interval.civil_start_time >= "2026-1-1"', "CIVIL_FORMAT"),
        ("daily-vo2-max", 'daily_vo2_max.date >= "2026-01-01T00:00:00"', "CIVIL_FORMAT"),
        ("steps", 'steps.interval.start_time >= "2026-01-01"', "PHYSICAL_FORMAT"),
        ("steps", 'steps.interval.start_time >= "2026-01-01T00:00:00"', "PHYSICAL_FORMAT"),
        ("steps", "steps.interval.civil_start_time >= '2026-01-01'", "SYNTAX"),
        ("steps", 'steps.interval.civil_start_time >= "2026-01-01', "SYNTAX"),
        ("steps", "steps.interval.civil_start_time >= 2026-01-01", "RESTRICTION_COMPARABLE"),
        ("steps", "steps.interval.civil_start_time >=", "UNEXPECTED_END_OF_INPUT"),
        ("steps", 'steps.interval.civil_start_time "2026-01-01"', "MISSING_TOKEN"),
        ("steps", "steps.interval.civil_start_time", "UNEXPECTED_END_OF_INPUT"),
        ("steps", 'steps.interval.civil_start_time >= "2026-01-01" AND', "UNEXPECTED_END_OF_INPUT"),
        (
            "steps",
            'steps.interval.civil_start_time >= "2026-01-01" '
            'OR steps.interval.civil_start_time < "2025-01-01"',
            "EXPRESSION_STRUCTURE",
        ),
        (
            "steps",
            'steps.interval.civil_start_time >= "2026-01-01" '
            'and steps.interval.civil_start_time < "2026-01-02"',
            "UNEXPECTED_TOKEN",
        ),
        ("steps", '(steps.interval.civil_start_time >= "2026-01-01")', "EXPRESSION_STRUCTURE"),
        ("steps", 'NOT steps.interval.civil_start_time >= "2026-01-01"', "EXPRESSION_STRUCTURE"),
        (
            "steps",
            'steps.interval.start_time >= "2026-01-01T00:00:00Z" '
            'AND steps.interval.civil_start_time < "2026-01-02"',
            "MIXED_TIME_RESTRICTIONS",
        ),
        (
            "electrocardiogram",
            'electrocardiogram.interval.start_time < "2026-01-01T00:00:00Z"',
            "RESTRICTION_COMPARATOR",
        ),
    ],
)
def test_what_google_does_not_understand_is_refused(data_type: str, text: str, reason: str) -> None:
    full = {
        "": "INVALID_DATA_POINT_FILTER",
        "CIVIL_FORMAT": "INVALID_DATA_POINT_FILTER_CIVIL_DATE_TIME_FORMAT",
        "PHYSICAL_FORMAT": "INVALID_DATA_POINT_FILTER_PHYSICAL_TIME_FORMAT",
    }

    assert _refusal(data_type, text) == full.get(reason, f"INVALID_DATA_POINT_FILTER_{reason}")


@pytest.mark.parametrize("end", ["2026-01-01", "2025-12-31"])
def test_a_range_must_end_after_it_begins(end: str) -> None:
    text = (
        'steps.interval.civil_start_time >= "2026-01-01" '
        f'AND steps.interval.civil_start_time < "{end}"'
    )

    assert _refusal("steps", text) == "INVALID_TIME_RANGE"


def test_a_refusal_names_the_column() -> None:
    with pytest.raises(ApiError) as caught:
        parse_filter('steps.interval.civil_start_time > "2026-01-01"', DATA_TYPES["steps"])

    description = caught.value.details[1]["fieldViolations"][0]["description"]
    assert "(at line 1, column 33)" in description


@given(
    text=st.text(alphabet='steps.interval_civil_start_time >=<"2026-01T:ZANDOR()\x00é', max_size=80)
)
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    try:
        parse_filter(text, DATA_TYPES["steps"])
    except ApiError as error:
        assert error.code == 400
