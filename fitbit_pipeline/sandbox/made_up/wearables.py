"""The devices that participants wear: names, shapes, and the sensors that some have not."""

from dataclasses import dataclass

_OF_THE_PULSE = frozenset(
    {
        "heart-rate",
        "daily-resting-heart-rate",
        "daily-heart-rate-variability",
        "daily-oxygen-saturation",
        "daily-respiratory-rate",
        "daily-sleep-temperature-derivations",
        "daily-vo2-max",
        "active-zone-minutes",
        "time-in-heart-rate-zone",
    }
)


@dataclass(frozen=True)
class Wearable:
    """A kind of device.

    Attributes:
        name: What Google calls it.
        form_factor: ``WATCH`` or ``FITNESS_BAND``.
        lacks: Data types that it has no sensor for.
    """

    name: str
    form_factor: str
    lacks: frozenset[str] = frozenset()


PIXEL_WATCH = Wearable("Pixel Watch 4", "WATCH")

WEARABLES = (
    PIXEL_WATCH,
    Wearable("Charge 6", "FITNESS_BAND"),
    Wearable("Sense 2", "WATCH"),
    Wearable("Inspire 3", "FITNESS_BAND", frozenset({"floors"})),
    Wearable("Charge 5", "FITNESS_BAND", frozenset({"floors"})),
    Wearable("Versa 2", "WATCH", frozenset({"daily-sleep-temperature-derivations"})),
    Wearable(
        "Inspire 2",
        "FITNESS_BAND",
        frozenset({"floors", "daily-oxygen-saturation", "daily-sleep-temperature-derivations"}),
    ),
    Wearable("Alta", "FITNESS_BAND", _OF_THE_PULSE | {"floors"}),
)
"""From the newest to the one that only counts steps."""
