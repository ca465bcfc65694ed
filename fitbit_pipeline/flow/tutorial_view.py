"""Which participant the tutorial's collection shows."""

from fitbit_pipeline.metrics.catalogue import METRICS
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.store.tutorial_view import TutorialView

TYPES = {metric.name: metric.tutorial for metric in METRICS if metric.tutorial}
"""The tutorial's types by the metrics that they show."""


def refresh_tutorial_view(store: Store, chosen: str | None) -> bool:
    """Makes the view ``fitbitCollection`` show the participant chosen, or the only one there is.

    With several participants and none chosen there is no view: its documents do not say whose they
    are.

    Args:
        store: Where participants, metrics and the view are.
        chosen: The name that the setting gives; None for the only participant.

    Returns:
        Whether the view is so; False where the tutorial's own collection is in its place.
    """
    names = store.participants.names(at_most=2)
    only = names[0] if len(names) == 1 else None
    return TutorialView(store.database, TYPES).show(chosen or only)
