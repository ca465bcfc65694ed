"""What the source needs of a participant's consent: an access token, whenever it asks for one.

What does not belong here: where tokens are kept and how they are encrypted (``store``, ``vault``).
"""

from typing import Protocol


class AccessTokens(Protocol):
    """The access tokens of one participant; safe to be used from several threads."""

    def current(self) -> str:
        """A token that is valid now; refreshed, and kept, when it is about to expire.

        Raises:
            SourceFailure: ``consent_lost`` where the participant must connect again,
                ``transient``, ``quota`` or ``service_disabled`` where Google could not be asked.
        """

    def renewed(self, refused: str) -> str:
        """Another token than the one that the service has just refused.

        Args:
            refused: The token that was answered with 401.

        Raises:
            SourceFailure: As ``current``.
        """
