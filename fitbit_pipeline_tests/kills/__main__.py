"""Kills a small backfill at every point, and a larger one at random: ``make kills``.

Prints a tally, and every point after which something is wrong.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from fitbit_pipeline.store.embedded import ensure_server, stop_server
from fitbit_pipeline_tests.kills.story import BackfillAgain, FirstBackfill
from fitbit_pipeline_tests.kills.world import large_world, small_world

RANDOM_ROUNDS = 50


def main() -> int:
    """Runs all stories; returns how many kills left something wrong, 100 at most."""
    options = argparse.ArgumentParser(prog="python -m fitbit_pipeline_tests.kills")
    options.add_argument("--every", type=int, default=1, help="take every so-manyth point")
    options.add_argument("--rounds", type=int, default=RANDOM_ROUNDS, help="rounds at random")
    options.add_argument("--seed", type=int, default=1, help="the first round's")
    chosen = options.parse_args()
    folder = Path(tempfile.mkdtemp())
    server = folder / "mongodb"
    try:
        uri = ensure_server(server).uri
        wrong = 0
        for kind in (FirstBackfill, BackfillAgain):
            with small_world(folder / kind.__name__, uri, f"kills_{kind.__name__}") as world:
                story = kind(world)
                points = range(0, len(story.undisturbed.points), chosen.every)
                wrong += tally(
                    kind.__name__,
                    points,
                    story.wrong_after_a_kill,
                    lambda point, names=story.undisturbed.points: f"{point}, {names[point]}",
                )
        with large_world(folder / "at_random", uri, "kills_at_random") as world:
            seeds = range(chosen.seed, chosen.seed + chosen.rounds)
            several = FirstBackfill(world).wrong_after_several
            wrong += tally("Several kills at random", seeds, several, lambda seed: f"seed {seed}")
        return min(wrong, 100)
    finally:
        stop_server(server)
        shutil.rmtree(folder)


def tally(
    title: str,
    numbers: Iterable[int],
    wrong_after: Callable[[int], list[str]],
    named: Callable[[int], str],
) -> int:
    """Goes through a story for each number; tells and counts those that went wrong."""
    begun = time.monotonic()
    kills = bad = 0
    for number in numbers:
        kills += 1
        found = wrong_after(number)
        bad += bool(found)
        for sentence in found:
            print(f"  {title}: killed at {named(number)}: {sentence}", flush=True)  # noqa: T201
    seconds = time.monotonic() - begun
    print(f"{title}: {kills} kills, {bad} with something wrong, {seconds:.0f} s")  # noqa: T201
    return bad


if __name__ == "__main__":
    sys.exit(main())
