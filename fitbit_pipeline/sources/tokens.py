"""What a live source needs of a participant's consent: an access token, whenever it asks for one.

What does not belong here: where tokens are kept and how they are encrypted (``store``, ``vault``).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TokenSet:
    """The tokens of one consent.

    Attributes:
        access_token: Goes with every request.
        refresh_token: Buys the next access token.
        expires_at: When the access token ends, UTC.
        scopes: What was granted, as the service names it: Google by addresses, Fitbit by words.
        consent_seconds: After how many seconds the consent itself ends, if the service says so:
            in Google projects that are in testing, or where the person limited it.
        user_id: Whose account it is, if the service says so with its tokens, as Fitbit does.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    scopes: frozenset[str]
    consent_seconds: int | None = None
    user_id: str | None = None


class AccessTokens(Protocol):
    """The access tokens of one participant; safe to be used from several threads."""

    def current(self) -> str:
        """A token that is valid now; refreshed, and kept, when it is about to expire.

        Raises:
            SourceFailure: ``consent_lost`` where the participant must connect again,
                ``transient``, ``quota`` or ``service_disabled`` where the service could not be
                asked.
        """

    def renewed(self, refused: str) -> str:
        """Another token than the one that the service has just refused.

        Args:
            refused: The token that was answered with 401.

        Raises:
            SourceFailure: As ``current``.
        """
