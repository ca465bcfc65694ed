"""Asks for the known vulnerabilities of what ``requirements.lock`` pins: ``make audit``.

pip-audit calls a package that its service does not know "skipped" and ends well, so that a machine
whose network lacks the service would look clean. Here what was not looked at is told, and counts.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
NOT_CHECKED = 3
MOST_SECONDS = 300
"""Longer, and the service is taken to be out of reach: it is asked once a package."""


def main() -> int:
    """Runs pip-audit in an environment of its own.

    Returns:
        0 where everything was looked at and nothing found, 1 where something was found, 3 where
        the service of vulnerabilities could not be asked for everything.
    """
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    command = [
        *(uv, "tool", "run", "pip-audit", "--disable-pip", "--require-hashes"),
        *("--progress-spinner", "off", "--format", "json", "--requirement", str(LOCK)),
    ]
    try:
        asked = subprocess.run(  # noqa: S603 - our own command, no shell
            command, capture_output=True, text=True, check=False, timeout=MOST_SECONDS
        )
        packages = json.loads(asked.stdout)["dependencies"]
    except (OSError, ValueError, KeyError, subprocess.TimeoutExpired):
        return _say(NOT_CHECKED, "Not checked: pip-audit could not be run, or not ask its service.")
    found = [
        f"{package['name']} {package['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version yet'}"
        for package in packages
        for fault in package.get("vulns", ())
    ]
    skipped = [package for package in packages if "skip_reason" in package]
    for sentence in found:
        _say(1, sentence)
    if skipped:
        _say(
            NOT_CHECKED,
            f"Not checked: the service of vulnerabilities does not know {len(skipped)} of "
            f"{len(packages)} packages. Ask again on a network that reaches PyPI itself.",
        )
    if not found and not skipped:
        _say(0, f"No known vulnerability in {len(packages)} packages.")
    return 1 if found else NOT_CHECKED if skipped else 0


def _say(code: int, sentence: str) -> int:
    sys.stdout.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
