"""Metrics of the sleep sessions of one day, as the Google Health API states them.

What does not belong here: how single members are read (``google_values``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fitbit_pipeline.metrics.google_values import (
    Block,
    Values,
    block_in,
    blocks_in,
    elapsed,
    flag,
    instant,
    minutes,
    number,
    text,
    wall_clock,
)

_STAGES = {
    "DEEP": "deep_minutes",
    "LIGHT": "light_minutes",
    "REM": "rem_minutes",
    "AWAKE": "wake_minutes",
}
_SHORTEST_IN_BED = 1e-6
_STAGES_ASLEEP = ("DEEP", "LIGHT", "REM")
_ASLEEP = (*_STAGES_ASLEEP, "ASLEEP")
_AWAKE = ("AWAKE", "RESTLESS")

Number = int | float


@dataclass(frozen=True, slots=True)
class _Session:
    """One sleep; None stands for what it does not state."""

    name: str
    start: datetime
    sleep_start: str
    sleep_end: str
    in_bed: Number
    asleep: Number | None
    awake: Number | None
    stages: Values
    is_main: bool
    is_nap: bool
    is_finished: bool


def sleep_metrics(points: Iterable[tuple[str, Block]]) -> Values:
    """The metrics of the sleeps that ended on one day.

    The main sleep is the longest in bed of those marked so; where none is, the longest that is not
    marked as a nap. All others are naps. A session that is there twice counts once, and so do
    sessions that began at the very same instant, of which the longest counts: unfinished fragments
    of a night, 8 to 23 times shorter, were observed to stay beside it for good.

    A session still in the making is read like any other: its day is asked for again.

    Args:
        points: Name and values of every session of the day, in any order.

    Returns:
        Times as the wall clock where the person was at that instant (``2026-09-26T13:09:00``),
        durations in minutes. The efficiency is ours, since the API states none: minutes asleep in
        percent of those in bed, to the whole number, as the older API gave it. What a session does
        not state is left out, and so is every sum that it would be part of.

    Raises:
        PayloadRefused: If a session has no times, or a member is not what it should be.
    """
    sessions = _distinct([_session(name, sleep) for name, sleep in points])
    if not sessions:
        return {}
    main = _main_sleep(sessions)
    naps = [session for session in sessions if session is not main]
    return {
        **(_main_metrics(main) if main else {}),
        "nap_count": len(naps),
        **_total("nap_minutes_asleep", [nap.asleep for nap in naps]),
        **_total("nap_time_in_bed_minutes", [nap.in_bed for nap in naps]),
        "sleep_records": len(sessions),
        **_total("total_minutes_asleep", [session.asleep for session in sessions]),
        **_total("total_time_in_bed_minutes", [session.in_bed for session in sessions]),
    }


def _session(name: str, sleep: Block) -> _Session:
    interval = block_in(sleep, "interval")
    summary = block_in(sleep, "summary")
    metadata = block_in(sleep, "metadata")
    in_bed = number(summary, "minutesInSleepPeriod")
    length = elapsed(interval)
    by_stage = _minutes_by_stage(sleep, summary)
    return _Session(
        name=name,
        start=instant(interval, "startTime"),
        sleep_start=wall_clock(interval, "startTime", "startUtcOffset"),
        sleep_end=wall_clock(interval, "endTime", "endUtcOffset"),
        in_bed=minutes([length]) if in_bed is None else in_bed,
        asleep=_stated_or_added(summary, "minutesAsleep", by_stage, _ASLEEP),
        awake=_stated_or_added(summary, "minutesAwake", by_stage, _AWAKE),
        stages=_stages(text(sleep, "type"), by_stage),
        is_main=flag(metadata, "mainSleep"),
        is_nap=flag(metadata, "nap"),
        is_finished=flag(metadata, "processed"),
    )


def _minutes_by_stage(sleep: Block, summary: Block) -> dict[str, Number]:
    """Minutes of each stage that there is, unknown ones left out.

    The summary was observed to hold every stage twice: a stage counts once. Without a summary the
    stages themselves tell.
    """
    known = {*_ASLEEP, *_AWAKE}
    stated = {
        stage: number(entry, "minutes") or 0
        for entry in blocks_in(summary, "stagesSummary")
        if (stage := text(entry, "type")) in known
    }
    if stated:
        return stated
    lengths: dict[str, dict[datetime, timedelta]] = {}
    for entry in blocks_in(sleep, "stages"):
        if (stage := text(entry, "type")) in known:
            lengths.setdefault(stage, {})[instant(entry, "startTime")] = elapsed(entry)
    return {stage: minutes(by_start.values()) for stage, by_start in lengths.items()}


def _stated_or_added(
    summary: Block, key: str, by_stage: dict[str, Number], stages: Sequence[str]
) -> Number | None:
    stated = number(summary, key)
    if stated is not None or not by_stage:
        return stated
    return sum(by_stage.get(stage, 0) for stage in stages)


def _stages(kind: str, by_stage: dict[str, Number]) -> Values:
    """A stage that a staged sleep does not name did not occur; a classic sleep has none."""
    if kind == "CLASSIC" or not any(stage in by_stage for stage in _STAGES_ASLEEP):
        return {}
    return {name: by_stage.get(stage, 0) for stage, name in _STAGES.items()}


def _distinct(sessions: Sequence[_Session]) -> list[_Session]:
    """One session of each name and of each start, the longest first."""
    kept: list[_Session] = []
    for session in sorted(sessions, key=_longest_first):
        if not any(
            session.start == other.start or (session.name and session.name == other.name)
            for other in kept
        ):
            kept.append(session)
    return kept


def _longest_first(session: _Session) -> tuple[Number, bool, str]:
    return (-session.in_bed, not session.is_finished, session.name)


def _main_sleep(longest_first: Sequence[_Session]) -> _Session | None:
    marked = [session for session in longest_first if session.is_main]
    candidates = marked or [session for session in longest_first if not session.is_nap]
    return candidates[0] if candidates else None


def _main_metrics(main: _Session) -> Values:
    metrics: Values = {
        "sleep_start": main.sleep_start,
        "sleep_end": main.sleep_end,
        "time_in_bed_minutes": main.in_bed,
    }
    if main.asleep is not None:
        metrics["minutes_asleep"] = main.asleep
        # A share of next to nothing is beyond every number.
        if main.in_bed >= _SHORTEST_IN_BED:
            metrics["sleep_efficiency"] = round(100 * main.asleep / main.in_bed)
    if main.awake is not None:
        metrics["minutes_awake"] = main.awake
    return metrics | main.stages


def _total(name: str, numbers: Sequence[Number | None]) -> Values:
    known = [each for each in numbers if each is not None]
    return {name: sum(known)} if len(known) == len(numbers) else {}
