"""Passwords as they are stored: as a hash with its salt and its cost, never as they are.

scrypt takes memory and time for each guess, so that a stolen database does not give passwords away.
Who has which password, and how often somebody may guess, is not known here.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata

from fitbit_pipeline.errors import UserError

LEAST_CHARACTERS = 12

LOG2_ROUNDS, BLOCK_SIZE, LANES = 15, 8, 3
"""32 MB and about a third of a second; as dear to guess as 2^17 rounds in one lane."""
SALT_BYTES, HASH_BYTES = 16, 32
MEMORY_LIMIT = 256 * 1024 * 1024

STORED = re.compile(
    r"\$scrypt\$ln=(?P<log2_rounds>\d{1,2}),r=(?P<block_size>\d{1,2}),p=(?P<lanes>\d{1,2})"
    r"\$(?P<salt>(?:[0-9a-f]{2})+)\$(?P<hash>[0-9a-f]{64})"
)


def hash_password(password: str) -> str:
    """What is stored of a new password: ``$scrypt$ln=15,r=8,p=3$<salt>$<hash>``, in hexadecimal.

    Raises:
        UserError: If it is too short to withstand guessing.
    """
    if len(password) < LEAST_CHARACTERS:
        raise UserError(
            f"The password is too short: it needs at least {LEAST_CHARACTERS} characters, such as "
            "four words that have nothing to do with each other."
        )
    salt = secrets.token_bytes(SALT_BYTES)
    return _stored(salt, _scrypt(password, salt, LOG2_ROUNDS, BLOCK_SIZE, LANES))


def is_password(password: str, stored: str | None) -> bool:
    """Whether a password is the one that was stored.

    Args:
        password: As somebody typed it.
        stored: From ``hash_password``; None where there is none, which takes just as long.
    """
    known = STORED.fullmatch(stored or "")
    # Against a hash of nothing: how long it takes does not tell whether there is a password.
    found = known or STORED.fullmatch(_stored(bytes(SALT_BYTES), bytes(HASH_BYTES)))
    assert found is not None  # noqa: S101 - the form is our own
    typed = _scrypt(
        password,
        bytes.fromhex(found["salt"]),
        int(found["log2_rounds"]),
        int(found["block_size"]),
        int(found["lanes"]),
    )
    same = hmac.compare_digest(typed, bytes.fromhex(found["hash"]))
    return same and known is not None


def _scrypt(password: str, salt: bytes, log2_rounds: int, block_size: int, lanes: int) -> bytes:
    # One keyboard sends ü as one character, another as two.
    text = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(
        text,
        salt=salt,
        n=2**log2_rounds,
        r=block_size,
        p=lanes,
        maxmem=MEMORY_LIMIT,
        dklen=HASH_BYTES,
    )


def _stored(salt: bytes, digest: bytes) -> str:
    cost = f"ln={LOG2_ROUNDS},r={BLOCK_SIZE},p={LANES}"
    return f"$scrypt${cost}${salt.hex()}${digest.hex()}"
