"""Weight, body fat and body mass index from the logs of a Takeout archive.

A log does not say its unit: it is the account's, kilograms or pounds. The rule lies here and
nowhere else.
"""

from collections.abc import Mapping
from typing import Any

from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline.metrics.records import log_moment, number, records_of

_KILOGRAMS_PER_POUND = 0.45359237
_UNITS = {"METRIC": 1.0, "EN_US": _KILOGRAMS_PER_POUND}
_TALLEST_MM = 3000
_TOLERANCE = 1.25
"""Between kilograms and pounds lies a factor of 2.2; a height entered anew changes far less."""


def weight(payload: Mapping[str, Any]) -> dict[str, MetricValue]:
    """The last log of the day.

    The unit is that of the profile (``METRIC`` or ``en_US``); where the profile is silent, that in
    which the weight agrees with body mass index times height squared. Where neither tells, or the
    log contradicts the profile, the weight is left out; fat and index are not in question.

    Args:
        payload: ``weight`` with the logs, and ``profile`` with ``weight_unit`` and ``height_mm``
            as far as they are known; or ``GoogleData weight``, whose rows are in grams.

    Returns:
        ``weight`` in kilograms, ``body_fat`` in percent, ``bmi``.

    Raises:
        PayloadRefused: If the logs have no numbers or no times.
    """
    if rows := records_of(payload, "GoogleData weight"):
        last_row = max(rows, key=lambda row: str(row.get("timestamp")))
        return {"weight": number(last_row, "weight grams") / 1000}
    logs = records_of(payload, "weight")
    if not logs:
        return {}
    last = max(logs, key=log_moment)
    values: dict[str, MetricValue] = {
        name: number(last, key)
        for key, name in (("fat", "body_fat"), ("bmi", "bmi"))
        if last.get(key) is not None
    }
    profile = payload.get("profile")
    if factor := _kilograms_per_unit(last, profile if isinstance(profile, Mapping) else {}):
        values["weight"] = number(last, "weight") * factor
    return values


def _kilograms_per_unit(log: Mapping[str, Any], profile: Mapping[str, Any]) -> float | None:
    stated = _UNITS.get(str(profile.get("weight_unit")).upper())
    inferred = _agreeing_units(log, profile.get("height_mm"))
    if stated is None:
        return inferred[0] if inferred else None
    return stated if inferred is None or stated in inferred else None


def _agreeing_units(log: Mapping[str, Any], height_mm: object) -> list[float] | None:
    """The units in which the log agrees with its own index; None where it cannot be told."""
    if not isinstance(height_mm, (int, float)) or not 0 < height_mm < _TALLEST_MM:
        return None
    kilograms = number(log, "bmi") * (height_mm / 1000) ** 2 if log.get("bmi") else 0
    if kilograms <= 0:
        return None
    return [
        factor
        for factor in _UNITS.values()
        if 1 / _TOLERANCE < number(log, "weight") * factor / kilograms < _TOLERANCE
    ]
