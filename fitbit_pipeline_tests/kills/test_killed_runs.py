"""A run is killed wherever it can be; the next night repairs it.

Invariant 1: every participant, endpoint and day is in exactly one coverage state, whatever was cut
off. Invariants 2 and 4: what is done twice, or in another order, leaves the same documents.
Invariant 3: derived documents never stay behind the raw ones. Invariant 5: what was cut off never
becomes an empty day.

Here are some points, evenly spread; ``python -m fitbit_pipeline_tests.kills`` takes every one.
"""

from pathlib import Path

import pytest

from fitbit_pipeline_tests.kills.story import BackfillAgain, FirstBackfill, behind_writes, spread
from fitbit_pipeline_tests.kills.world import large_world, small_world

POINTS_OF_FIRST = 12
POINTS_OF_AGAIN = 8
SEEDS = range(2)

pytestmark = pytest.mark.timeout(600)


def test_wherever_a_first_backfill_is_killed_the_next_night_repairs_it(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    with small_world(tmp_path, mongodb_uri, database_name) as world:
        story = FirstBackfill(world)
        points = spread(len(story.undisturbed.points), POINTS_OF_FIRST)
        wrong = {point: found for point in points if (found := story.wrong_after_a_kill(point))}

    assert wrong == {}


def test_wherever_a_backfill_of_changed_days_is_killed_nothing_contradicts(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    with small_world(tmp_path, mongodb_uri, database_name) as world:
        story = BackfillAgain(world)
        changes = behind_writes(story.undisturbed.points)
        points = [changes[position] for position in spread(len(changes), POINTS_OF_AGAIN)]
        wrong = {point: found for point in points if (found := story.wrong_after_a_kill(point))}

    assert wrong == {}


def test_after_several_kills_of_a_backfill_and_of_nights_one_night_repairs_all(
    tmp_path: Path, mongodb_uri: str, database_name: str
) -> None:
    """Participants are asked side by side, so that it is chance what had happened by then."""
    with large_world(tmp_path, mongodb_uri, database_name) as world:
        story = FirstBackfill(world)
        wrong = {seed: found for seed in SEEDS if (found := story.wrong_after_several(seed))}

    assert wrong == {}
