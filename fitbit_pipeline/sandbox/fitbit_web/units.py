"""Units of answers, which follow the header ``Accept-Language``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Units:
    """What one of our units is in those of an answer."""

    per_kilometre: float = 1.0
    per_metre: float = 1.0
    per_kilogram: float = 1.0
    per_degree: float = 1.0


METRIC = Units()
"""Kilometres, metres, kilograms, degrees Celsius: without the header, too."""

_OF_LANGUAGES = {
    "en_US": Units(0.621371, 3.28084, 2.20462, 1.8),
    "en_GB": Units(per_kilogram=0.157473),
}


def units_of(language: str) -> Units:
    """The units of an ``Accept-Language``, such as ``en_US`` (miles and pounds)."""
    return _OF_LANGUAGES.get(language.strip().replace("-", "_")[:5], METRIC)
