"""Whether whoever brings a code is the one who asked for it (RFC 7636)."""

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256


def verifier_fits(verifier: str, challenge: str, method: str) -> bool:
    """Whether a verifier is what a challenge was made of.

    Args:
        verifier: As the exchange of the code brings it.
        challenge: As the consent was asked for with it.
        method: ``S256`` or ``plain``.
    """
    given = verifier
    if method == "S256":
        given = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return secrets.compare_digest(given.encode(), challenge.encode())
