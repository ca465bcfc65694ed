"""How everybody is doing, asked of a real MongoDB."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from dashboard.queries.reading import Reading
from dashboard.queries.study import Standing, Study, study
from fitbit_pipeline.engagement.calls import CallReason
from fitbit_pipeline.store.participants import Participant, ParticipantStatus
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.sample import a_day, a_still_day, write_person
from fitbit_pipeline_tests.dashboard.studies import still_days, worn_days, write_living

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)
AFTER_DAYS = 3


def _ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def _write(store: Store, name: str, days: Any, zone: str = "UTC", **changes: Any) -> None:
    write_living(store, name, days, NOW, zone, **changes)


def _days(first: int, last: int = 1) -> Any:
    return worn_days(TODAY, first, last)


def _study(reading: Reading, now: datetime = NOW) -> Study:
    return study(reading, now, AFTER_DAYS)


def _person(reading: Reading, name: str = "P07", now: datetime = NOW) -> pd.Series:
    people = _study(reading, now).people.set_index("name")
    return people.loc[name]


def _reasons(reading: Reading) -> dict[str, list[CallReason]]:
    return {each.name: [call.reason for call in each.why] for each in _study(reading).to_call}


def test_nobody_there_is_an_empty_table(reading: Reading) -> None:
    found = _study(reading)

    assert found.people.empty
    assert found.to_call == ()
    assert found.newest_asked is None


def test_somebody_with_whom_all_is_well(store: Store, reading: Reading) -> None:
    _write(store, "P07", _days(40))

    person = _person(reading)

    assert person["standing"] == Standing.ACTIVE
    assert (person["worn_7"], person["worn_30"]) == (7, 30)
    assert (person["expected_7"], person["expected_30"], person["data_30"]) == (7, 30, 30)
    assert (person["days_since_sync"], person["days_since_worn"]) == (0, 0)
    assert bool(person["worn_yesterday"])
    assert person["synced_until"] == pd.Timestamp(NOW - timedelta(hours=2))
    assert person["last_data"] == "2026-11-23"
    assert (person["why_call"], person["troubles"]) == ("", "")
    assert not _study(reading).to_call


def test_everybody_has_a_row_by_name(store: Store, reading: Reading) -> None:
    for name in ("P10", "P02", "P01"):
        _write(store, name, _days(3))

    assert list(_study(reading).people["name"]) == ["P01", "P02", "P10"]


def test_who_goes_on_comes_before_who_has_left_or_ended(store: Store, reading: Reading) -> None:
    _write(store, "P01", _days(60, 40), last_day=_ago(40))
    _write(store, "P02", _days(3), status=ParticipantStatus.LEFT)
    _write(store, "P03", _days(3), status=ParticipantStatus.NEEDS_CONSENT)
    _write(store, "P04", _days(3))

    assert list(_study(reading).people["name"]) == ["P03", "P04", "P01", "P02"]


def test_a_viewer_who_is_bound_to_somebody_sees_them_alone(store: Store) -> None:
    _write(store, "P07", _days(10), status=ParticipantStatus.NEEDS_CONSENT)
    _write(store, "P08", _days(10), status=ParticipantStatus.NEEDS_CONSENT)

    found = _study(Reading(store, bound_to="P08"))

    assert list(found.people["name"]) == ["P08"]
    assert [each.name for each in found.to_call] == ["P08"]


def test_a_missing_day_is_neither_worn_nor_not_worn(store: Store, reading: Reading) -> None:
    """Four days ago it was worn; then it lay in a drawer, nobody knows, and it lay there again."""
    _write(store, "P07", {_ago(4): a_day(), _ago(3): a_still_day(), _ago(1): a_still_day()})

    person = _person(reading)

    assert (person["worn_30"], person["data_30"], person["expected_30"]) == (1, 3, 4)
    wear = person["wear_minutes"]
    assert len(wear) == 30
    assert wear[-4] == 1100
    assert pd.isna(wear[-2])
    assert (wear[-3], wear[-1]) == (0, 0)
    assert "1 day of them without data" in person["why_call"]


def test_wear_that_the_data_do_not_tell_is_missing(store: Store, reading: Reading) -> None:
    _write(store, "P07", {YESTERDAY: a_day(heart_rate_minutes=None)})

    person = _person(reading)

    assert pd.isna(person["wear_minutes"][-1])
    # Steps tell that it was worn, though not for how long.
    assert person["worn_30"] == 1


def test_days_since_worn_count_up_to_yesterday(store: Store, reading: Reading) -> None:
    _write(store, "P07", {**_days(20, 6), **still_days(TODAY, 5)})

    assert _person(reading)["days_since_worn"] == 5
    assert _reasons(reading) == {"P07": [CallReason.NOT_WORN]}


def test_a_worn_day_of_months_ago_is_found(store: Store, reading: Reading) -> None:
    _write(store, "P07", {_ago(80): a_day(), **still_days(TODAY, 79)})

    person = _person(reading)

    assert person["days_since_worn"] == 79
    assert "last worn on 5 September" in person["why_call"]


def test_who_never_wore_it_has_no_days_since(store: Store, reading: Reading) -> None:
    _write(store, "P07", still_days(TODAY, 10))

    assert pd.isna(_person(reading)["days_since_worn"])


def test_days_end_with_the_yesterday_of_each_zone(store: Store, reading: Reading) -> None:
    """It is the evening of 23 November in Honolulu, and the evening of 24 November in Tonga."""
    _write(store, "P07", _days(40), zone="Pacific/Honolulu")
    _write(store, "P08", _days(40, 0), zone="Pacific/Tongatapu")

    western, eastern = _person(reading, "P07"), _person(reading, "P08")

    assert western["last_data"] == "2026-11-22"
    assert eastern["last_data"] == "2026-11-23"
    assert western["worn_30"] == eastern["worn_30"] == 30
    assert western["days_since_worn"] == eastern["days_since_worn"] == 0


def test_at_the_end_of_a_utc_day_the_east_has_one_more_day(store: Store, reading: Reading) -> None:
    _write(store, "P07", _days(40, 0), zone="Pacific/Auckland")

    person = _person(reading, now=datetime(2026, 11, 24, 12, tzinfo=UTC))

    assert person["last_data"] == "2026-11-24"
    assert person["worn_30"] == 30


def test_of_who_enrolled_lately_fewer_days_are_expected(store: Store, reading: Reading) -> None:
    _write(store, "P07", _days(5))

    person = _person(reading)

    assert (person["expected_7"], person["expected_30"]) == (5, 5)
    assert (person["worn_7"], person["worn_30"], person["data_30"]) == (5, 5, 5)


def test_an_archive_that_ended_has_nothing_to_count_and_needs_no_call(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", _days(200, 100))

    person = _person(reading)

    assert person["standing"] == Standing.ENDED
    assert person["last_data"] == _ago(100).isoformat()
    nothing = ["worn_7", "worn_30", "data_30", "expected_30", "days_since_worn", "wear_minutes"]
    assert person[nothing].isna().all()
    assert not _study(reading).to_call


def test_an_archive_that_ended_lately_is_counted_up_to_its_end(
    store: Store, reading: Reading
) -> None:
    write_person(store, "P07", _days(40, 11))

    person = _person(reading)

    assert person["standing"] == Standing.ENDED
    assert (person["worn_7"], person["worn_30"], person["expected_30"]) == (0, 20, 20)
    assert pd.isna(person["days_since_worn"])


def test_who_has_left_needs_no_call_and_nothing_is_expected_of_them(
    store: Store, reading: Reading
) -> None:
    _write(store, "P07", _days(60, 20), status=ParticipantStatus.LEFT)
    _write(store, "P08", _days(60, 40), status=ParticipantStatus.LEFT)

    lately, long_ago = _person(reading, "P07"), _person(reading, "P08")

    assert lately["standing"] == Standing.LEFT
    assert (lately["worn_30"], lately["expected_30"]) == (11, 0)
    assert pd.isna(long_ago["worn_30"])
    assert long_ago["last_data"] == _ago(40).isoformat()
    assert not _study(reading).to_call


def test_who_never_synced_and_has_no_data(store: Store, reading: Reading) -> None:
    store.participants.save([Participant("P07", "google_health", "UTC", _ago(4))])

    person = _person(reading)

    assert person[["synced_until", "days_since_sync", "last_data", "days_since_worn"]].isna().all()
    assert person["expected_30"] == 4
    assert (person["worn_30"], person["data_30"]) == (0, 0)
    assert pd.isna(person["wear_minutes"]).all()
    assert _reasons(reading) == {"P07": [CallReason.NO_DATA_EVER]}


def test_old_data_are_data(store: Store, reading: Reading) -> None:
    """Nothing came for two months, but something did before."""
    _write(store, "P07", _days(90, 60), synced_until=NOW - timedelta(days=60))

    assert _person(reading)["last_data"] == _ago(60).isoformat()
    assert _reasons(reading) == {"P07": [CallReason.NOT_SYNCED]}


def test_whose_consent_is_gone(store: Store, reading: Reading) -> None:
    _write(
        store,
        "P07",
        _days(20),
        status=ParticipantStatus.NEEDS_CONSENT,
        status_reason="The consent was withdrawn.",
    )

    person = _person(reading)

    assert person["standing"] == Standing.NEEDS_CONSENT
    assert person["status_reason"] == "The consent was withdrawn."
    assert person["why_call"].startswith("The consent was withdrawn.")


def test_who_needs_a_call_comes_most_urgent_first_and_then_the_longest(
    store: Store, reading: Reading
) -> None:
    _write(store, "A-unworn", {**_days(20, 6), **still_days(TODAY, 5)})
    _write(store, "B-silent", _days(20, 6), synced_until=NOW - timedelta(days=5))
    _write(store, "C-silent", _days(20, 9), synced_until=NOW - timedelta(days=8))
    _write(store, "D-consent", _days(20), status=ParticipantStatus.NEEDS_CONSENT)
    _write(store, "E-well", _days(20))

    names = [each.name for each in _study(reading).to_call]

    assert names == ["D-consent", "C-silent", "B-silent", "A-unworn"]


@pytest.mark.parametrize(("newest", "expected"), [(1, _ago(1)), (5, _ago(5)), (30, None)])
def test_it_is_known_up_to_when_sources_were_asked(
    store: Store, reading: Reading, newest: int, expected: date | None
) -> None:
    _write(store, "P07", _days(40, newest))

    assert _study(reading).newest_asked == expected
