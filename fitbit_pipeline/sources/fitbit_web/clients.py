"""Fitbit applications: the files that say how each asks for consent, in one folder.

A client's name is the name of its file without ``.json``. The file is written by hand, or by the
sandbox: what dev.fitbit.com shows of an application, under the names of OAuth. Files are read when
they are needed, so that one that is added or replaced counts at once.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fitbit_pipeline.errors import UserError
from fitbit_pipeline.sources.addresses import is_encrypted

API_URL = "https://api.fitbit.com"
AUTHORIZE_URL = "https://www.fitbit.com/oauth2/authorize"
KINDS = ("server", "client", "personal")
WITH_SECRET = ("server", "personal")


@dataclass(frozen=True, slots=True)
class FitbitClient:
    """One application that is registered with Fitbit, or with a server that speaks its API.

    Attributes:
        name: Ours: the name of its file.
        kind: ``server``, ``client``, or ``personal``, which alone needs no approval for values
            within a day, those of its owner.
        client_id: Fitbit's name for it.
        client_secret: Sent with every request for tokens; None for ``client``, which has none.
        redirect_uri: Where Fitbit sends people back to, as it is registered.
        api_url: Where the data and the tokens are, without a path.
        authorize_url: Where people consent.
    """

    name: str
    kind: str
    client_id: str
    client_secret: str | None = field(repr=False)
    redirect_uri: str
    api_url: str
    authorize_url: str

    @property
    def token_url(self) -> str:
        """Where tokens are given out."""
        return f"{self.api_url}/oauth2/token"

    @property
    def revoke_url(self) -> str:
        """Where they are taken back."""
        return f"{self.api_url}/oauth2/revoke"


class FitbitClients:
    """The clients in a folder."""

    def __init__(self, folder: Path, api_url: str = API_URL, authorize_url: str = AUTHORIZE_URL):
        """Binds the folder; nothing is read yet.

        Args:
            folder: Where the files are.
            api_url: Where the API is, unless a file names another place.
            authorize_url: Where people consent, unless a file names another place.
        """
        self.folder = folder
        self._api_url = api_url
        self._authorize_url = authorize_url

    def all(self) -> dict[str, FitbitClient]:
        """Every client by name; none where there is no folder.

        Raises:
            UserError: If a file cannot be used.
        """
        return {path.stem: self._read(path) for path in self._paths()}

    def get(self, name: str) -> FitbitClient:
        """One client.

        Raises:
            UserError: If there is none of that name, or its file cannot be used.
        """
        for path in self._paths():
            if path.stem == name:
                return self._read(path)
        raise UserError(
            f"There is no Fitbit client {name!r}: write its file, with what dev.fitbit.com shows "
            f"of the application, to {self.folder} as {name}.json."
        )

    def _read(self, path: Path) -> FitbitClient:
        return read_client(path, self._api_url, self._authorize_url)

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.json"))


def read_client(
    path: Path, api_url: str = API_URL, authorize_url: str = AUTHORIZE_URL
) -> FitbitClient:
    """Reads and checks the file of one client.

    Args:
        path: The file.
        api_url: Where the API is, unless the file names another place.
        authorize_url: Where people consent, unless the file names another place.

    Raises:
        UserError: If it cannot be used; the sentence quotes nothing of it.
    """
    said = _content(path)
    kind = said.get("kind")
    if kind not in KINDS:
        raise UserError(
            f"The Fitbit client {path} has no kind: write the application's type as 'server', "
            "'client' or 'personal'."
        )
    client = FitbitClient(
        name=path.stem,
        kind=kind,
        client_id=_text(said, "client_id", path),
        client_secret=_text(said, "client_secret", path) if kind in WITH_SECRET else None,
        redirect_uri=_text(said, "redirect_uri", path),
        api_url=_text(said, "api_url", path, api_url).rstrip("/"),
        authorize_url=_text(said, "authorize_url", path, authorize_url),
    )
    for name in ("api_url", "authorize_url"):
        if not is_encrypted(getattr(client, name)):
            raise UserError(
                f"The {name} of the Fitbit client {path} is not encrypted: it must begin with "
                "https://, or lead to this machine itself."
            )
    return client


def _content(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        raise UserError(
            f"The Fitbit client {path} is not JSON: write it again, an object with client_id, "
            "kind and redirect_uri."
        ) from None
    except OSError as error:
        raise UserError(
            f"The Fitbit client {path} cannot be read ({error.strerror}): make it readable for "
            "the user who runs this."
        ) from None
    if not isinstance(content, dict):
        raise UserError(
            f"{path} is not the file of a Fitbit client: write an object with client_id, kind and "
            "redirect_uri."
        )
    return content


def _text(said: Mapping[str, Any], name: str, path: Path, otherwise: str = "") -> str:
    value = said.get(name, otherwise)
    # What is no ASCII cannot stand in a header.
    if not isinstance(value, str) or not value.strip() or not value.isascii():
        raise UserError(
            f"The Fitbit client {path} has no {name}: copy it from the application's page at "
            "dev.fitbit.com."
        )
    return value.strip()
