"""Looks for tokens and secrets where none may be: in what is printed, and in kept logs."""

import re
from collections.abc import Iterator
from pathlib import Path

SECRETS = re.compile(
    rb"ya29\.[\w-]{16,}"  # access tokens
    rb"|1//[\w-]{16,}"  # refresh tokens
    rb"|GOCSPX-[\w-]{8,}"  # secrets of OAuth clients
    rb"|eyJ[\w-]{16,}\.[\w-]{16,}"  # access tokens of Fitbit
    rb"|gAAAA[\w-]{40,}"  # what Fernet encrypted
)
"""What Google's and Fitbit's tokens and secrets look like; the sandbox gives out the same kinds."""

FILES_OF_DAGSTER = ("*.db", "*.db-wal", "*.out", "*.err", "*.log", "*.yaml", "*.json")
OTHERS_FILES = frozenset({"mongodb", "google-clients", "profile"})
"""Folders that hold a secret rightly (an OAuth client's own file), or that no run writes."""


def secrets_in(text: bytes | str) -> int:
    """How many tokens and secrets stand in a text; which ones is not told."""
    return len(SECRETS.findall(text.encode() if isinstance(text, str) else text))


def files_with_secrets(folder: Path) -> Iterator[Path]:
    """Every file of a Dagster home or log below a folder in which a token or secret stands."""
    for pattern in FILES_OF_DAGSTER:
        for path in folder.rglob(pattern):
            ours = path.is_file() and not OTHERS_FILES & set(path.parts)
            if ours and secrets_in(path.read_bytes()):
                yield path
