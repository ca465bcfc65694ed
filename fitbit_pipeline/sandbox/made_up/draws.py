"""Chance that is the same on every machine, in every process and in every order of asking."""

from hashlib import blake2b
from random import Random

_IDENTIFIERS = 8 * 10**18


def draw(*topic: object) -> Random:
    """The random numbers of a topic, such as a seed, a person, a day and a purpose.

    Args:
        topic: What tells this stream of numbers from all others; compared as text.
    """
    return Random(_hashed(topic))  # noqa: S311 - made-up data, not a secret


def identifier(*topic: object) -> str:
    """A number of 19 digits for a topic, as Google gives users and data points."""
    return str(10**18 + _hashed(topic) % _IDENTIFIERS)


def _hashed(topic: tuple[object, ...]) -> int:
    text = "/".join(map(str, topic))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
