"""What ``fitbit-pipeline up`` looks at before it serves: who could open the pages, and with what.

The signing in itself is the dashboard's work (``dashboard.access``).
"""

import os
import stat
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fitbit_pipeline.cli.console import warn
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.sources.addresses import is_encrypted, is_loopback

NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
CALLBACK = "/oauth2callback"
SHORTEST_COOKIE_SECRET = 32
GUIDE = "docs/dashboard.md"

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def secrets_arguments(settings: Settings) -> Sequence[str]:
    """What Streamlit's command line needs for signing in; no secret stands in it."""
    if settings.dashboard_sign_in != "oidc":
        return ()
    return ("--secrets.files", str(settings.dashboard_secrets_file))


def allowed_hosts_arguments(settings: Settings) -> Sequence[str]:
    """Under which names a dashboard of this machine alone answers, as Streamlit's command line.

    A web page can make its own name lead to this machine, and its visitor's browser then reads
    whatever asks nobody to sign in (DNS rebinding).
    """
    if settings.dashboard_sign_in != "none" or not is_loopback(f"http://{settings.host}"):
        return ()
    names = dict.fromkeys(("localhost", "127.0.0.1", settings.host))
    return [part for name in names for part in ("--server.allowedHosts", name)]


def check_secrets(settings: Settings) -> None:
    """Looks whether people can sign in through OpenID Connect, if they are to.

    Raises:
        UserError: If the file with the secrets is missing, can be read by others, or cannot do.
    """
    if settings.dashboard_sign_in != "oidc":
        return
    path = settings.dashboard_secrets_file
    section = _read(path).get("auth")
    found = section if isinstance(section, dict) else {}
    missing = [name for name in NEEDED if not isinstance(found.get(name), str) or not found[name]]
    if missing:
        raise UserError(
            f"{path} lacks {', '.join(missing)} in its section [auth]: add what is missing; "
            f"{GUIDE} has an example."
        )
    address = found["redirect_uri"]
    if not address.endswith(CALLBACK) or not is_encrypted(address):
        raise UserError(
            f"The redirect_uri in {path} cannot be used: write the dashboard's address as browsers "
            f"see it, followed by {CALLBACK}; it begins with https:// unless it is this machine's."
        )
    if len(found["cookie_secret"]) < SHORTEST_COOKIE_SECRET:
        raise UserError(
            f"The cookie_secret in {path} is too short, and whoever guesses it is anybody: put in "
            "what openssl rand -hex 32 prints."
        )


def warn_of_open_pages(settings: Settings) -> None:
    """Warns where others than this machine reach pages that ask nobody who they are."""
    if is_loopback(f"http://{settings.host}"):
        return
    if settings.dashboard_sign_in == "none":
        warn(
            f"Everybody who reaches {settings.host} can read everybody's days in the dashboard and "
            "start runs in the Dagster UI: set FITBIT_PIPELINE_HOST to 127.0.0.1, or see 'Who may "
            f"look' in {GUIDE}."
        )
    else:
        warn(
            f"The Dagster UI asks nobody to sign in, and everybody who reaches {settings.host} can "
            f"open it: {GUIDE} tells how to let others reach the dashboard alone."
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as opened:
            # Windows keeps no such bits, and protects the user's folder as a whole.
            if os.name == "posix" and os.fstat(opened.fileno()).st_mode & OTHERS:
                raise UserError(f"{path} can be read by others: protect it with chmod 600 {path}")
            return tomllib.load(opened)
    except FileNotFoundError:
        raise UserError(
            f"FITBIT_PIPELINE_DASHBOARD_SIGN_IN is oidc, but {path} is not there: write it with a "
            f"section [auth] that holds {', '.join(NEEDED)}; {GUIDE} has an example."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # The parser's own words may hold a part of a secret.
        raise UserError(f"{path} is not TOML: {GUIDE} has an example.") from None
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}): make it a file that the user who runs this "
            "can read."
        ) from None
