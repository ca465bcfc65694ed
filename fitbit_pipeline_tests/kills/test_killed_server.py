"""The database is killed under a run: the run waits or fails, and the next night repairs it.

Invariant 2: what is done twice leaves the same documents. Invariant 3: derived documents never stay
behind the raw ones. Invariant 5: what was cut off never becomes an empty day. Every write is
acknowledged by a majority and journaled, so that what coverage speaks of is there after a crash.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fitbit_pipeline.store.embedded import RunningServer, ensure_server, stop_server
from fitbit_pipeline_tests.kills.carrying import Carrier
from fitbit_pipeline_tests.kills.homes import IMPATIENT, connected_home
from fitbit_pipeline_tests.kills.points import UNPROMISED, WRITES
from fitbit_pipeline_tests.kills.story import FirstBackfill, spread
from fitbit_pipeline_tests.kills.truth import contradictions, differences, untruths
from fitbit_pipeline_tests.kills.world import World, small_world
from fitbit_pipeline_tests.store.homes import kill

POINTS = 3

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where an embedded server is that may be killed."""
    directory = tmp_path_factory.mktemp("killed-server") / "mongodb"
    yield directory
    stop_server(directory)


@pytest.fixture(scope="module")
def world(directory: Path) -> Iterator[World]:
    uri = ensure_server(directory).uri
    with small_world(directory.parent, uri, "test_killed_server") as world:
        yield world


@pytest.fixture(scope="module")
def story(world: World) -> FirstBackfill:
    return FirstBackfill(world)


@pytest.fixture
def server(directory: Path) -> RunningServer:
    return ensure_server(directory)


def _writes(story: FirstBackfill) -> list[int]:
    """Some points right before a write, the first and the last among them."""
    found = [
        number
        for number, name in enumerate(story.undisturbed.points)
        if name.startswith("before") and name.split()[1] in WRITES
    ]
    return [found[position] for position in spread(len(found), POINTS)]


def test_every_write_waits_for_the_journal_of_a_majority(story: FirstBackfill) -> None:
    points = story.undisturbed.points

    assert len([name for name in points if name.startswith("before insert")]) > 10
    assert [name for name in points if UNPROMISED in name] == []


@pytest.mark.parametrize("which", range(POINTS))
def test_a_run_waits_for_a_server_that_comes_back(
    world: World, story: FirstBackfill, server: RunningServer, directory: Path, which: int
) -> None:
    world.begin_again()
    run = Carrier(world.task, _writes(story)[which], waits=True)
    run.wait_until_there()

    kill(server)
    run.go_on()
    ensure_server(directory)

    assert run.ended().raised is None
    right = story.undisturbed.after_backfill
    assert list(differences(right, world.documents())) == []


@pytest.mark.parametrize("which", range(POINTS))
def test_a_run_whose_server_stays_away_fails_and_the_next_night_repairs_it(
    world: World, story: FirstBackfill, server: RunningServer, directory: Path, which: int
) -> None:
    world.begin_again()
    impatient = replace(world.task, uri=server.uri + IMPATIENT)
    run = Carrier(impatient, _writes(story)[which], waits=True)
    run.wait_until_there()

    kill(server)
    run.go_on()
    outcome = run.ended()
    ensure_server(directory)

    assert outcome.raised == "UserError"
    assert "went away or refused to write" in outcome.message
    right = story.undisturbed
    assert [*contradictions(world.store), *untruths(world.store, right.after_backfill)] == []
    world.pass_night()
    assert list(differences(right.afterwards, world.documents())) == []


def test_who_calls_the_program_is_told_in_one_sentence(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with connected_home(tmp_path) as home:
        backfill = home.start_backfill(log)
        home.wait_for_requests(5, backfill)
        kill(home.server)
        code = backfill.wait(300)
        told = [line for line in log.read_text().splitlines() if "asset days" not in line]

        server = ensure_server(home.program.home / "mongodb")
        again = home.start_backfill(log)
        assert (again.wait(300), server.started_here) == (0, True), log.read_text()

    assert code == 1
    assert len(told) == 1, told
    assert "went away or refused to write" in told[0]
    assert "what was finished stays" in told[0]
