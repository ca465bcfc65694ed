"""Heart rate zones of a person, as Fitbit names and bounds them."""

from functools import lru_cache

from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.made_up.tallies import ZONES, zones

ZONE_NAMES = ("Out of Range", "Fat Burn", "Cardio", "Peak")
"""In the order of ``ZONES``."""

_LOWEST, _HIGHEST = 30, 220


@lru_cache(maxsize=1024)
def zone_bounds(person: Person) -> tuple[tuple[int, int], ...]:
    """From which rate up to before which each zone reaches."""
    of_rates = zones(person, bytes(range(256)))
    starts = [of_rates.index(number) for number in range(2, len(ZONES) + 1)]
    return tuple(zip([_LOWEST, *starts], [*starts, _HIGHEST], strict=True))
