"""The course of a sleep: its stages one after another, in whole minutes."""

from random import Random

Stage = tuple[str, int]
"""A stage's name and its minutes."""

ASLEEP = frozenset({"LIGHT", "DEEP", "REM", "ASLEEP"})
"""Stages that count as sleep; in a sleep without stages, restlessness does not."""

_RESTLESS = "RESTLESS"


def staged(chance: Random, minutes: int) -> list[Stage]:
    """A night as a device that feels the pulse sees it: deep first, REM towards morning."""
    stages: list[Stage] = [("AWAKE", chance.randrange(2, 9))]
    cycle = 0
    while sum(length for _, length in stages) < minutes:
        deep = max(0, chance.randrange(14, 38) - 7 * cycle)
        stages += [
            ("LIGHT", chance.randrange(10, 30)),
            ("DEEP", deep),
            ("LIGHT", chance.randrange(12, 32)),
            ("AWAKE", chance.choice((0, 0, 0, 1, 2, 6))),
            ("REM", min(40, chance.randrange(5, 16) + 6 * cycle)),
            ("AWAKE", chance.choice((0, 0, 1, 2, 4))),
        ]
        cycle += 1
    return _cut(stages, minutes)


def unstaged(chance: Random, minutes: int) -> list[Stage]:
    """A sleep as a device sees it that only feels movement."""
    stages: list[Stage] = []
    while sum(length for _, length in stages) < minutes:
        stages += [
            ("ASLEEP", chance.randrange(12, 95)),
            (_RESTLESS, chance.randrange(1, 5)),
        ]
        if chance.random() < 0.15:
            stages += [("ASLEEP", chance.randrange(5, 20)), ("AWAKE", chance.randrange(1, 4))]
    return _cut(stages, minutes)


def summary(stages: list[Stage]) -> dict[str, object]:
    """The summary of a sleep, which its stages come to."""
    minutes: dict[str, int] = {}
    counts: dict[str, int] = {}
    for name, length in stages:
        minutes[name] = minutes.get(name, 0) + length
        counts[name] = counts.get(name, 0) + 1
    total = sum(minutes.values())
    asleep = sum(length for name, length in minutes.items() if name in ASLEEP)
    return {
        "minutesInSleepPeriod": str(total),
        "minutesAfterWakeUp": "0",
        "minutesToFallAsleep": "0",
        "minutesAsleep": str(asleep),
        "minutesAwake": str(total - asleep),
        "stagesSummary": [
            {"type": name, "minutes": str(minutes[name]), "count": str(counts[name])}
            for name in ("AWAKE", "RESTLESS", "ASLEEP", "LIGHT", "DEEP", "REM")
            if name in minutes
        ],
    }


def _cut(stages: list[Stage], minutes: int) -> list[Stage]:
    """The first minutes of stages; neighbours of one name become one, empty ones go."""
    kept: list[Stage] = []
    left = minutes
    for name, length in stages:
        taken = min(length, left)
        left -= taken
        if not taken:
            continue
        if kept and kept[-1][0] == name:
            kept[-1] = (name, kept[-1][1] + taken)
        else:
            kept.append((name, taken))
    return kept
