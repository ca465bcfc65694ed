"""OAuth clients: the files that Google's console gives out, one per client, in one folder.

A client's name is the name of its file without ``.json``. Files are read when they are needed, so
that one that is added or replaced counts at once.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.addresses import is_encrypted
from fitbit_pipeline.sources.google_health.client import API_URL

REVOKE_URI = "https://oauth2.googleapis.com/revoke"
KINDS = ("installed", "web")
NEEDED = ("client_id", "client_secret", "auth_uri", "token_uri")


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """One OAuth client of one Google Cloud project.

    Attributes:
        name: Ours: the name of its file.
        project: The Google Cloud project, whose clients share their limits; the client's own name
            where the file does not say.
        kind: ``installed`` (a desktop app) or ``web``.
        client_id: Google's name for it.
        client_secret: Sent with every request for tokens.
        auth_uri: Where people consent.
        token_uri: Where tokens are given out.
        revoke_uri: Where they are taken back.
        api_url: Where the data is, without ``/v4``.
        redirect_uris: Where Google may send people back to; registered for ``web`` alone.
    """

    name: str
    project: str
    kind: str
    client_id: str
    client_secret: str = field(repr=False)
    auth_uri: str
    token_uri: str
    revoke_uri: str
    api_url: str
    redirect_uris: tuple[str, ...]


class OAuthClients:
    """The clients in a folder."""

    def __init__(self, folder: Path):
        """Binds the folder; nothing is read yet."""
        self.folder = folder

    def all(self) -> dict[str, OAuthClient]:
        """Every client by name; none where there is no folder.

        Raises:
            UserError: If a file cannot be used.
        """
        return {path.stem: read_client(path) for path in self._paths()}

    def get(self, name: str) -> OAuthClient:
        """One client.

        Raises:
            UserError: If there is none of that name, or its file cannot be used.
        """
        for path in self._paths():
            if path.stem == name:
                return read_client(path)
        raise UserError(
            f"There is no OAuth client {name!r}: put its file, as downloaded from Google's "
            f"console, into {self.folder} as {name}.json."
        )

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.json"))


def read_client(path: Path) -> OAuthClient:
    """Reads and checks the file of one client.

    Raises:
        UserError: If it cannot be used; the sentence quotes nothing of it.
    """
    kind, part = _part(path)
    for name in NEEDED:
        if not isinstance(part.get(name), str) or not part[name].strip():
            raise UserError(
                f"The OAuth client {path} has no {name}: download it again from Google's console."
            )
    redirects = part.get("redirect_uris", [])
    if not isinstance(redirects, list) or not all(isinstance(each, str) for each in redirects):
        raise UserError(
            f"The redirect_uris of the OAuth client {path} are no list of addresses: download it "
            "again from Google's console."
        )
    client = OAuthClient(
        name=path.stem,
        project=str(part.get("project_id") or path.stem),
        kind=kind,
        client_id=part["client_id"].strip(),
        client_secret=part["client_secret"].strip(),
        auth_uri=part["auth_uri"],
        token_uri=part["token_uri"],
        revoke_uri=str(part.get("revoke_uri", REVOKE_URI)),
        api_url=str(part.get("api_url", API_URL)).rstrip("/"),
        redirect_uris=tuple(redirects),
    )
    for name in ("auth_uri", "token_uri", "revoke_uri", "api_url"):
        if not is_encrypted(getattr(client, name)):
            raise UserError(
                f"The {name} of the OAuth client {path} is not encrypted: it must begin with "
                "https://, or lead to this machine itself."
            )
    return client


def _part(path: Path) -> tuple[str, Mapping[str, Any]]:
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        raise UserError(
            f"The OAuth client {path} is not JSON: download it again from Google's console."
        ) from None
    except OSError as error:
        raise UserError(
            f"The OAuth client {path} cannot be read ({error.strerror}): make it readable for the "
            "user who runs this."
        ) from None
    if isinstance(content, dict):
        for kind in KINDS:
            if isinstance(content.get(kind), dict):
                return kind, content[kind]
        if content.get("type") == "service_account":
            raise UserError(
                f"{path} is the key of a service account, to which nobody can consent: make an "
                "OAuth client of the type 'Desktop app' in Google's console."
            )
    raise UserError(
        f"{path} is not the file of an OAuth client: download one of the type 'Desktop app' from "
        "Google's console."
    )
