"""Reads metric values from the documents of the tutorial's collection.

Of documents that speak of the same day and type, the last counts: it is of the latest run. What
does not belong here: the tutorial's formula of wear time (``tutorial``); here it is as stored.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fitbit_pipeline.metrics.catalogue import METRICS, MetricValue
from fitbit_pipeline.metrics.normaliser import DayContext, Normaliser, PayloadRefused
from fitbit_pipeline.metrics.records import Values, number, records_of

_METRIC_OF = {metric.tutorial: metric for metric in METRICS if metric.tutorial}


def _steps(payload: Mapping[str, Any], _day: DayContext) -> dict[str, MetricValue]:
    return _values(payload, "steps")


def _activity(payload: Mapping[str, Any], _day: DayContext) -> dict[str, MetricValue]:
    values = _values(payload, "activity_minutes")
    # The tutorial wrote 0 for a day that was sedentary throughout: what the API said is lost.
    if values.get("sedentary_minutes") == 0:
        del values["sedentary_minutes"]
    return values


def _sleep(payload: Mapping[str, Any], _day: DayContext) -> dict[str, MetricValue]:
    return _values(payload, "sleep")


def _values(payload: Mapping[str, Any], endpoint: str) -> Values:
    values: Values = {}
    for type_ in payload:
        metric = _METRIC_OF.get(type_)
        if metric is None or metric.endpoint != endpoint:
            raise PayloadRefused("There is a type of which the tutorial knows nothing here.")
        documents = records_of(payload, type_)
        if not documents:
            continue
        last = documents[-1]
        values[metric.name] = (
            _time(last) if metric.unit == "local time" else _whole_number(last, type_)
        )
    return values


def _whole_number(document: Mapping[str, Any], type_: str) -> int:
    value = number(document, "value")
    if not float(value).is_integer():
        raise PayloadRefused(f"'{type_}' is no whole number")
    return int(value)


def _time(document: Mapping[str, Any]) -> str:
    """A time of the wall clock to the second; the tutorial kept the API's milliseconds."""
    try:
        moment = datetime.fromisoformat(str(document.get("value")))
    except ValueError:
        raise PayloadRefused("a document has no date and time as 'value'") from None
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


NORMALISERS: dict[str, Normaliser] = {
    "steps": _steps,
    "activity_minutes": _activity,
    "sleep": _sleep,
}
