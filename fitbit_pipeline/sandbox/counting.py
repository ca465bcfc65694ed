"""How many requests came: by person, method and data type."""

import threading
from collections import Counter
from typing import Any

UNKNOWN = "unknown"
"""Stands for the person of a request that does not say whose it is."""


class Requests:
    """Counts requests, also those that are refused. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begins at zero."""
        self._counts: Counter[tuple[str, str, str | None]] = Counter()
        self._lock = threading.Lock()

    def note(self, person: str | None, method: str, data_type: str | None = None) -> None:
        """Counts one.

        Args:
            person: Whose data it is about; None if it does not say.
            method: ``list``, ``get``, ``reconcile``, ``rollUp``, ``dailyRollUp``, ``identity``,
                ``profile``, ``settings``, ``pairedDevices``, ``fitbit`` for all reads of the
                Fitbit Web API, ``token``, ``refresh``, ``revoke`` or ``introspect``.
            data_type: The data type or the resource, where there is one.
        """
        with self._lock:
            self._counts[person or UNKNOWN, method, data_type] += 1

    def total(
        self, person: str | None = None, method: str | None = None, data_type: str | None = None
    ) -> int:
        """How many came that fit all that is given."""
        with self._lock:
            return sum(
                count
                for (whose, how, what), count in self._counts.items()
                if person in (None, whose) and method in (None, how) and data_type in (None, what)
            )

    def reset(self) -> None:
        """Goes back to zero."""
        with self._lock:
            self._counts.clear()

    def document(self) -> dict[str, Any]:
        """All counts as JSON: the total, by method, and by person with method and data type."""
        with self._lock:
            counts = dict(self._counts)
        by_method: Counter[str] = Counter()
        people: dict[str, dict[str, Any]] = {}
        for (person, method, data_type), count in counts.items():
            by_method[method] += count
            own = people.setdefault(person, {"total": 0, "requests": []})
            own["total"] += count
            own["requests"].append({"method": method, "dataType": data_type, "count": count})
        return {
            "total": sum(by_method.values()),
            "by_method": dict(by_method),
            "by_person": dict(sorted(people.items())),
        }
