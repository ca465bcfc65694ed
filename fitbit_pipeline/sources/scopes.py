"""What people are asked to share with a live service, and what of it they granted.

Which scopes a service has stands with the service.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure


@dataclass(frozen=True, slots=True)
class Scope:
    """One box on a service's consent page.

    Attributes:
        name: As the service names it: Google by an address, Fitbit by a word.
        title: In words.
        endpoints: The endpoints that cannot be read without it.
        purpose: What it is for.
    """

    name: str
    title: str
    endpoints: frozenset[str]
    purpose: str


def granted(scopes: Iterable[Scope], names: Iterable[str]) -> tuple[Scope, ...]:
    """The scopes asked for that are among those of an answer, whatever the answer's order."""
    known = frozenset(names)
    return tuple(scope for scope in scopes if scope.name in known)


def endpoints_granted(scopes: Iterable[Scope], names: Iterable[str]) -> frozenset[str]:
    """The endpoints that can be read with what was granted."""
    return frozenset[str]().union(*(scope.endpoints for scope in granted(scopes, names)))


def scope_not_granted(what: str, scope: str) -> SourceFailure:
    """What was asked for needs a scope that is known not to have been granted."""
    return SourceFailure(
        FailureKind.SCOPE_MISSING,
        f"The participant did not agree to share {scope}, so {what} was not asked for: "
        "to have it they must connect again and tick that box.",
    )
