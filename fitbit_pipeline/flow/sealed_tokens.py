"""Tokens as they are stored: encrypted, and encrypted again with a new key.

Whose tokens they are and when they are renewed is not known here (``stored_tokens``).
"""

import json
from collections.abc import Sequence
from datetime import datetime

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.tokens import TokenSet
from fitbit_pipeline.store.credentials import Credential, Credentials
from fitbit_pipeline.vault import Vault

MOST_TRIES = 10


def seal(vault: Vault, tokens: TokenSet) -> bytes:
    """Tokens as ciphertext; the scopes are kept beside it.

    Raises:
        UserError: If the vault's keys cannot be used.
    """
    plain = {
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": tokens.expires_at.isoformat(),
    }
    return vault.encrypt(json.dumps(plain).encode())


def unseal(vault: Vault, credential: Credential) -> TokenSet:
    """The tokens of a credential.

    Raises:
        UserError: If no key of the vault fits.
    """
    plain = json.loads(vault.decrypt(credential.secret))
    return TokenSet(
        access_token=plain["access_token"],
        refresh_token=plain["refresh_token"],
        expires_at=datetime.fromisoformat(plain["expires_at"]),
        scopes=credential.scopes,
    )


def rotate_key(services: Sequence[Credentials], vault: Vault) -> int:
    """Encrypts every credential of every service with a new key, and drops the older keys.

    May be interrupted anywhere and done again. With keys from the setting nothing is made or
    dropped: the first of them is the new one.

    Returns:
        How many credentials were encrypted again.

    Raises:
        UserError: If one cannot be decrypted, and then nothing was changed; or if the keys cannot
            be used.
    """
    for credentials in services:
        for each in credentials.all():
            try:
                vault.decrypt(each.secret)
            except UserError as error:
                raise UserError(f"{each.participant}: {error}") from None
    with vault.new_key():
        return sum(_encrypt_again(credentials, vault) for credentials in services)


def _encrypt_again(credentials: Credentials, vault: Vault) -> int:
    """Encrypts with the first key what is not.

    A process that stores tokens meanwhile either comes first, and they are encrypted again, or is
    refused by the version, and reads anew, with the new key.
    """
    done = 0
    for _ in range(MOST_TRIES):
        old = [
            each for each in credentials.all() if not vault.encrypted_with_first_key(each.secret)
        ]
        if not old:
            return done
        for each in old:
            secret = vault.encrypt(vault.decrypt(each.secret))
            done += credentials.compare_and_set(each.participant, each.version, secret=secret)
    raise UserError("Other processes keep changing the consents: stop them, and try again.")
