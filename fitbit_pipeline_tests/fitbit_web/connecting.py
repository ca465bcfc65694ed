"""Brings sandbox people into a deployment through the Fitbit Web API, as the command line does."""

import json
from collections.abc import Collection, Mapping
from datetime import date

from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.flow.connect_fitbit import connect_fitbit
from fitbit_pipeline.flow.consents import ConnectRequest
from fitbit_pipeline.flow.new_account import read_new_fitbit_account
from fitbit_pipeline.sandbox.consent import grant
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.sources.fitbit_web.oauth import Consent
from fitbit_pipeline.store.participants import Participant

CLIENT = "sandbox"


def connect_fitbit_people(
    deployment: Deployment,
    sandbox: Sandbox,
    people: Mapping[str, str],
    first: date,
    scopes: Collection[str] | None = None,
    kind: str = "personal",
) -> list[Participant]:
    """Connects people of a sandbox.

    Args:
        deployment: To which.
        sandbox: Where they are.
        people: Their keys in the sandbox by the names of the participants.
        first: Their first day.
        scopes: What they share; all by default.
        kind: What kind of application asks.
    """
    folder = deployment.settings.fitbit_clients_directory
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{CLIENT}.json").write_text(json.dumps(sandbox.fitbit_client_file(kind)))
    client = deployment.fitbit_web.clients.get(CLIENT)
    connected = []
    for name, person in people.items():
        consent = Consent(client)
        code = consent.code_of(grant(consent.address, person=person, scopes=scopes))
        tokens = consent.exchange(code, deployment.clock())
        done = connect_fitbit(
            deployment.store,
            deployment.fitbit_web.vault,
            client,
            tokens,
            read_new_fitbit_account(client, tokens, deployment.clock),
            ConnectRequest(name, enrolled_on=first),
            first,
            deployment.clock(),
        )
        connected.append(done.participant)
    return connected
