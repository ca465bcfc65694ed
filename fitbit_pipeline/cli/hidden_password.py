"""Keeps a password that was typed on the command line out of the list of processes.

Everybody on a machine may read the arguments of every process, but only its owner the environment.
So a program with a password among its arguments begins anew, without it, before it does anything.
"""

import json
import os
import re
import sys

_ADDRESS = re.compile(
    r"(?P<user>mongodb(?:\+srv)?:/*[^/:@]*):.*@(?P<place>[^@]*)", re.IGNORECASE | re.DOTALL
)
_ARGUMENTS = "_FITBIT_PIPELINE_ARGUMENTS"


def arguments() -> list[str]:
    """The arguments of this program; does not return where it begins anew."""
    kept = os.environ.pop(_ARGUMENTS, None)
    if kept is not None:
        return list(map(str, json.loads(kept)))
    shown = [without_password(each) for each in sys.orig_argv]
    if shown != sys.orig_argv:
        environment = {**os.environ, _ARGUMENTS: json.dumps(sys.argv[1:])}
        os.execve(sys.executable, shown, environment)  # noqa: S606 - this program itself
    return sys.argv[1:]


def without_password(text: str) -> str:
    """The address of a MongoDB server as others may see it; any other text as it is.

    All that stands before the last ``@`` goes but for the user: a password that was not encoded
    may hold any character.
    """
    found = _ADDRESS.fullmatch(text)
    return f"{found['user']}:***@{found['place']}" if found else text
