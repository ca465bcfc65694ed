"""Up to when a participant's device has synced, as asking its source brings it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from fitbit_pipeline.flow.ingest import ingest
from fitbit_pipeline.flow.open_source import SourceOpener
from fitbit_pipeline.sources.protocol import FailureKind, Source
from fitbit_pipeline.store.participants import Participant
from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.deployments import NOW, TestBed, settings_for, test_bed
from fitbit_pipeline_tests.fitabase_archive import write_export
from fitbit_pipeline_tests.flow.test_failures import ScriptedSource

DAY = date(2026, 11, 1)
EVENING = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
MORNING = EVENING + timedelta(hours=9)


@pytest.fixture
def bed(tmp_path: Path, mongodb_uri: str, database_name: str) -> Iterator[TestBed]:
    """P1 and P2."""
    with test_bed(settings_for(tmp_path, mongodb_uri, database_name)) as bed:
        people = [Participant(name, "google_health", "UTC", DAY) for name in ("P1", "P2")]
        bed.deployment.store.participants.save(people)
        yield bed


class Synced(ScriptedSource):
    """Says up to when the device has synced, if it knows."""

    def __init__(self, until: datetime | None, failure: FailureKind | None = None):
        """Knows one instant, or none."""
        super().__init__(failure)
        self.synced_until = until  # type: ignore[assignment]


def _ask(store: Store, sources: dict[str, Source], endpoint: str = "steps") -> None:
    people = [each for each in store.participants.all() if each.name in sources]
    ingest(store, lambda each: sources[each.name], people, endpoint, DAY, DAY, NOW, 2)


def _known(bed: TestBed) -> dict[str, datetime | None]:
    return {each.name: each.synced_until for each in bed.deployment.store.participants.all()}


def test_asking_notes_up_to_when_each_device_has_synced(bed: TestBed) -> None:
    _ask(bed.deployment.store, {"P1": Synced(EVENING), "P2": Synced(MORNING)})

    assert _known(bed) == {"P1": EVENING, "P2": MORNING}


def test_a_source_that_does_not_know_changes_nothing(bed: TestBed) -> None:
    _ask(bed.deployment.store, {"P1": Synced(EVENING)})
    _ask(bed.deployment.store, {"P1": Synced(None)})

    assert _known(bed) == {"P1": EVENING, "P2": None}


def test_an_earlier_sync_does_not_replace_a_later_one(bed: TestBed) -> None:
    _ask(bed.deployment.store, {"P1": Synced(MORNING)})
    _ask(bed.deployment.store, {"P1": Synced(EVENING)})

    assert _known(bed)["P1"] == MORNING


def test_the_sync_is_known_even_where_the_days_could_not_be_brought(bed: TestBed) -> None:
    _ask(bed.deployment.store, {"P1": Synced(EVENING, FailureKind.TRANSIENT)})

    assert _known(bed)["P1"] == EVENING


class Updates(CommandListener):
    """Remembers which collections were updated."""

    def __init__(self) -> None:
        """Nothing was updated yet."""
        self.collections: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        """Notes a command that updates."""
        if event.command_name == "update":
            self.collections.append(event.command["update"])

    def succeeded(self, event: object) -> None:
        """Is of no interest."""

    def failed(self, event: object) -> None:
        """Is of no interest."""


def test_one_write_notes_everybody_and_the_other_endpoints_write_nothing(
    bed: TestBed, mongodb_uri: str
) -> None:
    updates = Updates()
    with MongoClient(mongodb_uri, event_listeners=[updates], tz_aware=True) as client:
        store = Store(client[bed.deployment.store.database.name])
        for endpoint in ("steps", "sleep", "heart_rate"):
            _ask(store, {"P1": Synced(EVENING), "P2": Synced(MORNING)}, endpoint)

    assert updates.collections.count("participants") == 1


def test_an_archive_says_the_instant_up_to_which_it_is_whole(
    mongodb_uri: str, database_name: str, tmp_path: Path
) -> None:
    days = [date(2026, 3, 1), date(2026, 3, 2)]
    with test_bed(settings_for(tmp_path, mongodb_uri, database_name)) as bed:
        write_export(tmp_path / "export", {"1": dict.fromkeys(days, 5000)})
        bed.import_folder(tmp_path / "export")
        assert _known(bed) == {"P1": None}, "nobody asked it yet"

        bed.carry(*days)
        assert _known(bed) == {"P1": datetime(2026, 3, 2, tzinfo=UTC)}

        write_export(tmp_path / "more", {"1": dict.fromkeys([date(2026, 3, 3)], 5000)})
        bed.import_folder(tmp_path / "more")
        assert _known(bed) == {"P1": datetime(2026, 3, 2, tzinfo=UTC)}, "not forgotten"


def test_a_sync_that_is_noted_does_not_open_the_source_anew(bed: TestBed) -> None:
    """A live source asks for the paired devices once, and an archive is indexed once."""
    opened: list[str] = []

    def open_one(participant: Participant) -> Source:
        opened.append(participant.name)
        return Synced(EVENING)

    settings = bed.deployment.settings
    sources = SourceOpener(settings.archives_directory, 1, {"google_health": open_one})
    store = bed.deployment.store
    for endpoint in ("steps", "sleep"):
        people = store.participants.all()
        ingest(store, sources.open, people, endpoint, DAY, DAY, NOW, 2)

    assert sorted(opened) == ["P1", "P2"]
    assert sources.open(replace(people[0], time_zone="Europe/Athens")) is not None
    assert len(opened) == 3, "another zone cuts the days elsewhere"
