"""Participants: what is written of them, by whomever, and what stays."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from fitbit_pipeline.store.connection import connect
from fitbit_pipeline.store.participants import Participant, Participants

EVENING = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 6, tzinfo=UTC)
P07 = Participant("P07", "google_health", "Europe/Athens", date(2026, 11, 1))


@pytest.fixture
def participants(mongodb_uri: str, database_name: str, tmp_path: Path) -> Iterator[Participants]:
    """P07 alone, of whose device nothing is known."""
    with connect(mongodb_uri, tmp_path, database_name) as connection:
        participants = Participants(connection.database["participants"])
        participants.save([P07])
        yield participants


def _synced_until(participants: Participants) -> datetime | None:
    (found,) = participants.all()
    return found.synced_until


def test_nothing_is_known_of_a_device_before_its_source_says_so(
    participants: Participants,
) -> None:
    assert participants.get("P07") == P07
    assert _synced_until(participants) is None


@pytest.mark.parametrize("told", [(EVENING, MORNING), (MORNING, EVENING), (MORNING, MORNING)])
def test_the_latest_sync_stays_whichever_night_writes_last(
    participants: Participants, told: tuple[datetime, ...]
) -> None:
    for instant in told:
        participants.synced({"P07": instant})

    assert _synced_until(participants) == MORNING


def test_a_sync_makes_no_participant(participants: Participants) -> None:
    participants.synced({"P07": EVENING, "P08": EVENING})

    assert [each.name for each in participants.all()] == ["P07"]


def test_saving_a_participant_read_before_a_sync_does_not_forget_it(
    participants: Participants,
) -> None:
    """Somebody connects again, or imports a second archive, while a night is under way."""
    participants.synced({"P07": EVENING})

    participants.save([replace(P07, note="A second archive.")])

    assert participants.get("P07") == replace(P07, note="A second archive.", synced_until=EVENING)


def test_what_is_kept_is_not_later_than_the_instant_it_was_made_of(
    participants: Participants,
) -> None:
    """The database keeps milliseconds; a source may say more, and says the same every night."""
    said = EVENING + timedelta(microseconds=1234)
    participants.synced({"P07": said})
    (kept,) = participants.all()

    assert kept.synced_until == EVENING + timedelta(milliseconds=1)
    assert not kept.synced_later(said)
    assert kept.synced_later(said + timedelta(milliseconds=1))
    assert P07.synced_later(said)
