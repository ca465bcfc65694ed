"""Stories of kills: a run is cut off at a point, nights follow, and what is wrong is told."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from fitbit_pipeline.civil import days_between
from fitbit_pipeline_tests.kills.carrying import Carrier, carry
from fitbit_pipeline_tests.kills.points import WRITES
from fitbit_pipeline_tests.kills.truth import contradictions, differences, untruths, wanting
from fitbit_pipeline_tests.kills.world import NIGHT, Documents, World


@dataclass(frozen=True, repr=False)
class Undisturbed:
    """What a backfill and the nights after it leave when nothing disturbs them.

    Attributes:
        points: The names of the points of the backfill, in their order.
        after_backfill: The documents after it.
        afterwards: The documents at the end of the story.
    """

    points: Sequence[str]
    after_backfill: Documents
    afterwards: Documents


class FirstBackfill:
    """Nothing is known yet. A backfill is killed, and the next night repairs it."""

    def __init__(self, world: World):
        """Lets it happen once without a kill."""
        self._world = world
        world.begin_again()
        outcome = Carrier(world.task).ended()
        assert outcome.raised is None, outcome.raised
        after_backfill = world.documents()
        world.pass_night()
        self.undisturbed = Undisturbed(outcome.passed, after_backfill, world.documents())

    def wrong_after_a_kill(self, point: int) -> list[str]:
        """What is wrong at the moment of the kill, and after the next night."""
        self._world.begin_again()
        if not Carrier(self._world.task, point).ended().killed:
            return ["it was not killed"]
        return [*self._wrong_now(), *self._wrong_afterwards()]

    def wrong_after_several(self, seed: int) -> list[str]:
        """What is wrong after a backfill and up to two nights were killed, at random points."""
        drawn = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self._world.begin_again()
        points = len(self.undisturbed.points)
        Carrier(self._world.task, drawn.randrange(points)).ended()
        wrong = self._wrong_now()
        night = replace(self._world.task, now=NIGHT + timedelta(days=1), days=None)
        self._world.move_to(night.now)
        for _ in range(drawn.randrange(3)):
            Carrier(night, drawn.randrange(points)).ended()
            wrong += contradictions(self._world.store)
        return [*wrong, *self._wrong_afterwards()]

    def _wrong_now(self) -> list[str]:
        store = self._world.store
        return [*contradictions(store), *untruths(store, self.undisturbed.after_backfill)]

    def _wrong_afterwards(self) -> Iterator[str]:
        days = self._world.task.days
        assert days is not None
        open_days = wanting(self._world.store, *days)
        asked = {day for whole in self._world.pass_night() for day in days_between(*whole)}
        yield from (f"the night leaves {day}" for day in sorted(open_days - asked))
        yield from differences(self.undisturbed.afterwards, self._world.documents())


class BackfillAgain:
    """Everything is known, and the source says something else now. A backfill is killed.

    The night need not ask for settled days, but what was begun has to be consistent after it; the
    backfill, done again, brings the rest.
    """

    def __init__(self, world: World):
        """Makes the past what other people did, and lets it happen once without a kill."""
        self._world = world
        world.begin_again()
        carry(world.task)
        world.exchange_people()
        outcome = Carrier(world.task).ended()
        assert outcome.raised is None, outcome.raised
        after_backfill = world.documents()
        self._mend()
        self.undisturbed = Undisturbed(outcome.passed, after_backfill, world.documents())

    def wrong_after_a_kill(self, point: int) -> list[str]:
        """What is wrong at the moment of the kill, after the night, and in the end."""
        self._world.begin_again()
        if not Carrier(self._world.task, point).ended().killed:
            return ["it was not killed"]
        store, days = self._world.store, self._world.task.days
        assert days is not None
        wrong = contradictions(store)
        self._world.pass_night()
        wrong += contradictions(store)
        wrong += [f"{day} is not derived after the night" for day in wanting(store, *days)]
        self._mend()
        return wrong + list(differences(self.undisturbed.afterwards, self._world.documents()))

    def _mend(self) -> None:
        self._world.pass_night()
        carry(replace(self._world.task, now=NIGHT + timedelta(days=1)))
        self._world.pass_night(nights_later=2)


def behind_writes(points: Sequence[str]) -> list[int]:
    """The numbers of the points at which something has just been written."""
    return [
        number
        for number, name in enumerate(points)
        if name in {f"behind {write}" for write in WRITES}
    ]


def spread(points: int, chosen: int) -> list[int]:
    """So many numbers of points, evenly spread, the first and the last among them."""
    return sorted({round(each * (points - 1) / (chosen - 1)) for each in range(chosen)})
