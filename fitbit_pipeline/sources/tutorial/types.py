"""The tutorial's types of documents: what they answer, and when a value of one is sound.

What does not belong here: which metric a type is (``metrics.tutorial_days``).
"""

from datetime import datetime

TYPES: dict[str, tuple[str, ...]] = {
    "steps": ("steps",),
    "activity_minutes": (
        "minutesSedentary",
        "minutesLightlyActive",
        "minutesFairlyActive",
        "minutesVeryActive",
        "totalWearTime",
    ),
    "sleep": (
        "sleep_startTime",
        "sleep_endTime",
        "timeInBed",
        "minutesAsleep",
        "minutesAwake",
        "sleep_efficiency",
        "sleep_Deep",
        "sleep_Light",
        "sleep_Rem",
        "sleep_Wake",
    ),
}
"""The types that answer an endpoint, by its name."""

ENDPOINT_OF = {type_: endpoint for endpoint, types in TYPES.items() for type_ in types}

_TIMES = frozenset({"sleep_startTime", "sleep_endTime"})
_HIGHEST = {"steps": 200_000, "sleep_efficiency": 1000}
_MOST_MINUTES = 3000
"""Far above what is plausible, which is judged later: here only nonsense is refused."""


def fault(type_: str, value: object) -> str | None:
    """What is wrong with a value, without the value; None where it is sound."""
    if type_ in _TIMES:
        return None if _is_time(value) else "has no date and time as its value"
    number = _number(value)
    if number is None:
        return "has no number as its value"
    if not 0 <= number <= _HIGHEST.get(type_, _MOST_MINUTES):
        return "has an impossible number as its value"
    return None


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and "T" in value and bool(datetime.fromisoformat(value))
    except ValueError:
        return False


def _number(value: object) -> float | None:
    """A whole number, written as number or as text: the tutorial keeps steps as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if number.is_integer() else None
