"""Where the Fitbit Web API's description, recorded answers and errors lie, for tests.

They are other people's and not part of this project. FITBIT_WEB_DATA names their folder; by
default it is ``shared/data`` beside the checkout. Where there is none, the tests that need them are
skipped; what they prove is proved by answers written here in the documented forms, too.
"""

import json
import os
from pathlib import Path

SETTING = "FITBIT_WEB_DATA"
FOLDER = Path(
    os.environ.get(SETTING) or Path(__file__).resolve().parents[2] / "shared" / "data",
)
DESCRIPTION = FOLDER / "fitbit-web-openapi.json"
"""The API's own description (OpenAPI)."""
SAMPLES = FOLDER / "fitbit-web-samples"
ERRORS = FOLDER / "fitbit-web-errors"

MISSING = f"{SETTING} names no folder of the Fitbit Web API's description, samples and errors."
HAS_DATA = DESCRIPTION.is_file() and SAMPLES.is_dir() and ERRORS.is_dir()


def samples() -> list[Path]:
    """Every recorded answer, valid JSON or not; none where there is no folder."""
    return sorted(SAMPLES.rglob("*.json"))


def valid_samples() -> list[Path]:
    """The recorded answers that are JSON."""
    return [path for path in samples() if _is_json(path)]


def error_bodies() -> list[Path]:
    """The bodies of refusals; the status stands at the end of the name."""
    return sorted(ERRORS.glob("[!_]*.json"))


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True
