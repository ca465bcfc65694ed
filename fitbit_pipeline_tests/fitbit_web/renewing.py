"""What other processes do in tests of tokens; it imports little, for ten of them start at once."""

import os
import signal
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from fitbit_pipeline.flow.fitbit_tokens import FitbitTokens
from fitbit_pipeline.sources.fitbit_web.clients import FitbitClients
from fitbit_pipeline.store.credentials import Credentials
from fitbit_pipeline.vault import Vault

PARTICIPANT = "me"
STEP = timedelta(hours=8)
ROUNDS = 3


def tokens_of(home: Path, uri: str, database: str, now: datetime) -> FitbitTokens:
    """The tokens of the participant, in a process of its own."""
    client = MongoClient[dict[str, Any]](uri, tz_aware=True, tzinfo=UTC)
    credentials = Credentials(client[database]["fitbit_credentials"], "Fitbit", "fitbit_user_id")
    clients = FitbitClients(home / "fitbit-clients")
    return FitbitTokens(PARTICIPANT, credentials, Vault(home / "key"), clients, lambda: now)


def renew_in_rounds(
    home: Path, uri: str, database: str, begun: datetime, start: Barrier, end: Barrier, results: Any
) -> None:
    """Asks for a token in each round, at the moment at which all others do."""
    for round_ in range(1, ROUNDS + 1):
        tokens = tokens_of(home, uri, database, begun + round_ * STEP)
        start.wait(120)
        results.put(tokens.current())
        end.wait(120)


def renew_and_be_killed(home: Path, uri: str, database: str, now: datetime) -> None:
    """Asks for a token, and is killed when the answer is there and not yet stored."""

    def kill(*_args: Any, **_named: Any) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return False

    Credentials.compare_and_set = kill  # type: ignore[method-assign]
    tokens_of(home, uri, database, now).current()
