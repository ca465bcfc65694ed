"""One answer for the endpoints that ask for the same: the second takes what the first has asked.

An answer serves each endpoint once; an endpoint that asks again is asked for anew.
"""

import threading
from dataclasses import dataclass, field

from fitbit_pipeline.sources.fitbit_web.client import Answer, FitbitApi
from fitbit_pipeline.sources.fitbit_web.planning import PlannedRequest
from fitbit_pipeline.sources.fitbit_web.reading import Ask
from fitbit_pipeline.sources.fitbit_web.resources import Resource, sharing


@dataclass(slots=True)
class _Kept:
    """An answer, and the endpoints that have not taken it yet."""

    answer: Answer
    awaited_by: set[str] = field(default_factory=set)


class SharedAnswers:
    """What was answered to one participant's source; safe to be used from several threads."""

    def __init__(self, api: FitbitApi):
        """Keeps nothing yet."""
        self._api = api
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def asking_for(self, endpoint: str) -> Ask:
        """What sends an endpoint's requests, as far as their answers are not there yet."""

        def ask(resource: Resource, planned: PlannedRequest) -> Answer:
            others = sharing(resource.path) - {endpoint}
            if not others:
                return self._api.get(planned.path, resource.what, planned.params)
            with self._lock:
                return self._shared(endpoint, others, resource, planned)

        return ask

    def _shared(
        self, endpoint: str, others: frozenset[str], resource: Resource, planned: PlannedRequest
    ) -> Answer:
        kept = self._kept.get(planned.path)
        if kept is not None and endpoint in kept.awaited_by:
            kept.awaited_by.remove(endpoint)
            if not kept.awaited_by:
                del self._kept[planned.path]
            return kept.answer
        answer = self._api.get(planned.path, resource.what, planned.params)
        self._kept[planned.path] = _Kept(answer, set(others))
        return answer
