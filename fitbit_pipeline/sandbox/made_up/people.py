"""Who the participants are: names, places and devices; traits are in ``traits``."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from fitbit_pipeline.sandbox.made_up.draws import draw, identifier
from fitbit_pipeline.sandbox.made_up.traits import BACKGROUND, Traits, draw_traits
from fitbit_pipeline.sandbox.made_up.wearables import PIXEL_WATCH, WEARABLES

_NAMES = """
    Ada Ahmed Aiko Alejandro Amara Anders Anjali Astrid Beatriz Bilal Carmen Chidi Daniel Daria
    Dimitra Eleni Emil Esther Farah Felix Fiona Giorgos Grace Hana Hugo Ines Ingrid Ivan Jamal
    Jonas Kateryna Keiko Kofi Lars Leila Liam Linnea Lucia Magnus Mariam Mateo Mei Milan Nadia
    Nikos Noor Olga Omar Paolo Petra Priya Rafael Rosa Samir Sanna Sofia Tariq Tomas Yuki Zofia
""".split()  # noqa: SIM905 - four lines of names read better than sixty

_NORTH, _SOUTH = 1, -1
_ZONES = (
    ("Europe/Athens", _NORTH),
    ("America/New_York", _NORTH),
    ("Asia/Kolkata", _NORTH),
    ("Europe/London", _NORTH),
    ("Asia/Tokyo", _NORTH),
    ("Australia/Adelaide", _SOUTH),
    ("America/St_Johns", _NORTH),
    ("Africa/Nairobi", _SOUTH),
    ("Asia/Kathmandu", _NORTH),
    ("America/Los_Angeles", _NORTH),
    ("America/Santiago", _SOUTH),
    ("Europe/Stockholm", _NORTH),
    ("Pacific/Auckland", _SOUTH),
    ("America/Sao_Paulo", _SOUTH),
    ("Australia/Lord_Howe", _SOUTH),
    ("Africa/Cairo", _NORTH),
)

_LETTERS = "BCDFGHJKLMNPQRSTVWXYZ23456789"


@dataclass(frozen=True)
class Person:
    """A made-up participant.

    Attributes:
        key: ``p001``, ``p002`` …
        name: A first name; several people may share it.
        health_user_id: Google's number, 19 digits.
        legacy_user_id: Fitbit's old identifier, six characters.
        time_zone: Where they live (IANA).
        joined: The first civil day with data.
        left: The first civil day on which the device stayed in the drawer for good, if any.
        lacks: Data types that the device has no sensor for.
        device: The device's name.
        form_factor: The device's shape.
        seed: Of the population.
        traits: What shapes their days.
        silences: First and last UTC days of stretches in which nothing was synced.
    """

    key: str
    name: str
    health_user_id: str
    legacy_user_id: str
    time_zone: str
    joined: date
    left: date | None
    lacks: frozenset[str]
    device: str
    form_factor: str
    seed: int
    traits: Traits
    silences: tuple[tuple[date, date], ...] = ()

    def __hash__(self) -> int:
        return hash((self.seed, self.key))


def draw_people(seed: int, count: int, first_day: date) -> tuple[Person, ...]:
    """The people of a seed; the first has every sensor, wears it nearly always, and travels."""
    digits = max(3, len(str(count)))
    people = [
        _drawn(seed, number, f"p{number:0{digits}}", first_day) for number in range(1, count + 1)
    ]
    return (*(_made_rich(person, first_day) for person in people[:1]), *people[1:])


def _drawn(seed: int, number: int, key: str, first_day: date) -> Person:
    # The number and not the key: p001 of ten people and p0001 of thousands are the same person.
    chance = draw(seed, number, "person")
    zone, summer = _ZONES[(number + chance.randrange(3)) % len(_ZONES)]
    wearable = chance.choices(WEARABLES, weights=(5, 5, 3, 5, 4, 3, 3, 2))[0]
    joined = first_day + timedelta(days=chance.choice((0, 0, 0, 1, 2, 5, 9)))
    left = joined + timedelta(days=chance.randrange(20, 120)) if chance.random() < 0.04 else None
    return Person(
        key=key,
        name=_NAMES[(number * 7 + seed) % len(_NAMES)],
        health_user_id=identifier(seed, number, "health user"),
        legacy_user_id="".join(chance.choices(_LETTERS, k=6)),
        time_zone=zone,
        joined=joined,
        left=left if number > 10 else None,
        lacks=wearable.lacks,
        device=wearable.name,
        form_factor=wearable.form_factor,
        seed=seed,
        traits=draw_traits(chance, summer),
    )


def _made_rich(person: Person, first_day: date) -> Person:
    traits = replace(
        person.traits,
        exercises=("Run", "Bike", "Walk"),
        exercise_chance=0.55,
        summer=_NORTH,
        nap_chance=0.12,
        wear=0.97,
        night_wear=0.97,
        removal_chance=0.05,
        travels=1.0,
        classic_chance=0.03,
        sync_days=BACKGROUND,
        phone=True,
        scale="FITBIT",
        second_sleep_source=True,
    )
    return replace(
        person,
        time_zone="Europe/Berlin",
        joined=first_day,
        lacks=PIXEL_WATCH.lacks,
        device=PIXEL_WATCH.name,
        form_factor=PIXEL_WATCH.form_factor,
        traits=traits,
    )
