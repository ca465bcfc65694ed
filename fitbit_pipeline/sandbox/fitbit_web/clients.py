"""The applications that may ask for consent at the made-up Fitbit."""

import re
from dataclasses import dataclass
from typing import Any

KINDS = ("server", "client", "personal")
"""As applications were registered; those of kind ``client`` have no secret."""

REDIRECT_URI = "http://127.0.0.1:8189/"
"""Where the sandbox's applications are registered to receive answers."""

_LOOPBACK = re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?(/[^#]*)?")


@dataclass(frozen=True, slots=True, repr=False)
class FitbitClient:
    """An application.

    Attributes:
        client_id: Its public name.
        kind: One of ``KINDS``.
        client_secret: What proves that a request for tokens is its own; empty for a ``client``.
        redirect_uri: Where answers go.
    """

    client_id: str
    kind: str
    client_secret: str = ""
    redirect_uri: str = REDIRECT_URI

    def may_redirect_to(self, address: str) -> bool:
        """Whether answers may go to an address.

        The real ones were registered with each address; here any of this machine will do.
        """
        return address == self.redirect_uri or _LOOPBACK.fullmatch(address) is not None

    def file(self, base_url: str) -> dict[str, Any]:
        """As a file for the pipeline, with the addresses of a server."""
        secret = {"client_secret": self.client_secret} if self.client_secret else {}
        return {
            "client_id": self.client_id,
            **secret,
            "kind": self.kind,
            "redirect_uri": self.redirect_uri,
            "api_url": base_url,
            "authorize_url": f"{base_url}/oauth2/authorize",
        }


def clients_of(seed: int) -> dict[str, FitbitClient]:
    """One application of each kind."""
    return {
        kind: FitbitClient(
            f"23S{number}{seed:02}", kind, "" if kind == "client" else f"{seed:031d}{number}"
        )
        for number, kind in enumerate(KINDS)
    }
