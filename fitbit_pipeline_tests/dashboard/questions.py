"""Finds every question that can be asked of the store, and puts it for whoever is looking.

A question is a function of ``dashboard.queries`` whose first parameter is a ``Reading``, or a
method of ``Reading`` itself. One that is added later is found as well; what it takes is looked up
here by the names of its parameters, else by their types.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

import pandas as pd

import dashboard.queries
from dashboard.queries.reading import Reading

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

WHO = {"participant", "name"}
"""Parameters that name a participant."""

BY_NAME: Mapping[str, Any] = {
    "first": FIRST,
    "last": LAST,
    "now": NOW,
    "metric": "resting_heart_rate",
    "metrics": ("resting_heart_rate",),
    "companions": (),
    "endpoint": "steps",
    "endpoints": ("steps", "sleep"),
    "found": {},
    "columns": {"steps": "Float64"},
    "collection": "daily_engagement",
    "fields": {},
    "conditions": {},
    "stages": [],
}
BY_TYPE: Mapping[Any, Any] = {date: LAST, datetime: NOW, int: 7, float: 7.0, bool: True}


@dataclass(frozen=True, slots=True)
class Question:
    """Something that can be asked of the store.

    Attributes:
        name: Where it stands, and what it is called.
        ask: Asks it.
    """

    name: str
    ask: Callable[..., Any]

    @property
    def about(self) -> str | None:
        """The parameter that says whom it is about, None for those about everybody."""
        return next((name for name in self._parameters() if name in WHO), None)

    def put(self, reading: Reading, who: str) -> str:
        """Asks it, and tells the whole answer as text."""
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for name, (parameter, hint) in self._parameters().items():
            value = who if name in WHO else self._value(parameter, hint)
            if parameter.kind is parameter.VAR_POSITIONAL:
                positional += value
            elif parameter.kind is parameter.KEYWORD_ONLY:
                named[name] = value
            else:
                positional.append(value)
        return told(self.ask(reading, *positional, **named))

    def _parameters(self) -> dict[str, tuple[inspect.Parameter, Any]]:
        hints = get_type_hints(self.ask)
        _, *rest = inspect.signature(self.ask).parameters.values()
        return {each.name: (each, hints.get(each.name)) for each in rest}

    def _value(self, parameter: inspect.Parameter, hint: Any) -> Any:
        if parameter.name in BY_NAME:
            return BY_NAME[parameter.name]
        if hint in BY_TYPE:
            return BY_TYPE[hint]
        assert parameter.default is not parameter.empty, (
            f"{self.name} takes {parameter.name}: give it a value in BY_NAME of {__file__}."
        )
        return parameter.default


def all_questions() -> list[Question]:
    """Every question, by name."""
    found = [
        Question(f"Reading.{name}", method)
        for name, method in inspect.getmembers(Reading, inspect.isfunction)
        if not name.startswith("_")
    ]
    for module in pkgutil.iter_modules(dashboard.queries.__path__, "dashboard.queries."):
        found += _questions_of(module.name)
    return sorted(found, key=lambda each: each.name)


def _questions_of(module_name: str) -> Iterator[Question]:
    module = importlib.import_module(module_name)
    for name, function in inspect.getmembers(module, inspect.isfunction):
        parameters = list(inspect.signature(function).parameters)
        is_public = function.__module__ == module_name and not name.startswith("_")
        if is_public and parameters and get_type_hints(function).get(parameters[0]) is Reading:
            yield Question(f"{module_name.removeprefix('dashboard.queries.')}.{name}", function)


def told(answer: Any) -> str:
    """An answer as text, with nothing left out."""
    if isinstance(answer, pd.DataFrame | pd.Series):
        return answer.to_csv()
    if is_dataclass(answer) and not isinstance(answer, type):
        return told({each.name: getattr(answer, each.name) for each in fields(answer)})
    if isinstance(answer, Mapping):
        # MongoDB hands groups back in no order, and a mapping promises none.
        return "; ".join(sorted(f"{told(key)}: {told(value)}" for key, value in answer.items()))
    if isinstance(answer, str) or not hasattr(answer, "__iter__"):
        return repr(answer)
    return ", ".join(told(each) for each in answer)
