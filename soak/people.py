"""Who takes part in the simulated study, and how they join, leave, withdraw and renew."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from fitbit_pipeline.civil import days_between, minutes_of_day, time_zone
from fitbit_pipeline.cli.demo_sandbox import CLIENT, connect_people
from fitbit_pipeline.deployment import Deployment
from fitbit_pipeline.flow.connect import disconnect
from fitbit_pipeline.flow.connect_fitbit import connect_fitbit, disconnect_fitbit
from fitbit_pipeline.flow.consents import ConnectRequest
from fitbit_pipeline.flow.new_account import read_new_fitbit_account
from fitbit_pipeline.sandbox.api_types import SCOPES
from fitbit_pipeline.sandbox.consent import grant
from fitbit_pipeline.sandbox.made_up.habits import zone_at_midnight
from fitbit_pipeline.sandbox.made_up.people import Person
from fitbit_pipeline.sandbox.world import Sandbox
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.sources.fitbit_web.oauth import Consent
from soak.plan import Event, Happening, Plan

CANDIDATES_PER_PARTICIPANT = 4
DAYS_BEFORE_JOINING = 3
"""So many days before they join are asked for too."""
FITBIT_EVERY = 7
"""Of as many participants, one is connected to the Fitbit Web API."""
MINUTES = 24 * 60
_WITHOUT_SLEEP = [scope for scope in SCOPES if ".sleep" not in scope]


def choose_people(sandbox: Sandbox, plan: Plan) -> dict[str, str]:
    """Who takes part: keys of people of the sandbox, by the names of the participants.

    Somebody who travels meanwhile, somebody whose clocks go forward and somebody whose clocks go
    back are among those who stay all the time. Nobody is chosen whose device is in a drawer for
    good: their days stay open for ever.
    """
    chance = Random(f"{plan.seed}/people")  # noqa: S311 - a simulation, no secret
    people = [person for person in sandbox.population.people if person.left is None]
    chance.shuffle(people)
    nights = [night.date for night in plan.nights]
    chosen = [next(each for each in people if _travels(each, nights))]
    for forward in (True, False):
        chosen.append(
            next(
                each
                for each in people
                if each not in chosen and _changes_clocks(each, nights, forward=forward)
            )
        )
    chosen += [each for each in people if each not in chosen][: len(plan.names) - len(chosen)]
    return {name: person.key for name, person in zip(plan.names, chosen, strict=True)}


def is_of_fitbit(plan: Plan, name: str) -> bool:
    """Whether a participant is connected to the Fitbit Web API."""
    return list(plan.names).index(name) % FITBIT_EVERY == FITBIT_EVERY - 1


def travellers(people: Mapping[str, str], sandbox: Sandbox, plan: Plan) -> int:
    """How many participants are in another zone than at home on some of the days."""
    nights = [night.date for night in plan.nights]
    return sum(_travels(sandbox.population.person(key), nights) for key in people.values())


def write_clients(sandbox: Sandbox, settings: Settings) -> None:
    """Leaves the sandbox's OAuth clients in a home."""
    for folder, client in (
        (settings.google_clients_directory, sandbox.client_file()),
        (settings.fitbit_clients_directory, sandbox.fitbit_client_file("personal")),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{CLIENT}.json").write_text(json.dumps(client), encoding="utf-8")


def happen(deployment: Deployment, sandbox: Sandbox, plan: Plan, key: str, event: Event) -> None:
    """Lets something happen to a participant.

    Args:
        deployment: Of the study.
        sandbox: Where they are.
        plan: Of the year.
        key: Who they are in the sandbox.
        event: What happens.
    """
    fitbit = is_of_fitbit(plan, event.name)
    match event.what:
        case Happening.JOIN | Happening.RENEW:
            join(deployment, plan, {event.name: key}, _first_day(event.day))
        case Happening.RENEW_WITHOUT_SLEEP if not fitbit:
            connect_people(
                deployment, {event.name: key}, _first_day(event.day), scopes=_WITHOUT_SLEEP
            )
        case Happening.RENEW_WITHOUT_SLEEP:
            join(deployment, plan, {event.name: key}, _first_day(event.day))
        case Happening.REVOKE:
            sandbox.accounts.revoke_person(key)
            sandbox.fitbit.accounts.revoke_person(key)
        case Happening.LEAVE if fitbit:
            web = deployment.fitbit_web
            disconnect_fitbit(deployment.store, web.vault, web.clients, event.name)
        case Happening.LEAVE:
            google = deployment.google_health
            disconnect(deployment.store, google.vault, google.clients, event.name)


def join(deployment: Deployment, plan: Plan, people: Mapping[str, str], first: date) -> None:
    """Connects participants; who was connected before keeps the first day that they had."""
    google = {name: key for name, key in people.items() if not is_of_fitbit(plan, name)}
    connect_people(deployment, google, first)
    for name in people.keys() - google.keys():
        known = deployment.store.participants.get(name)
        _connect_fitbit(deployment, name, people[name], known.enrolled_on if known else first)


def _first_day(joined: date) -> date:
    return joined - timedelta(days=DAYS_BEFORE_JOINING)


def _connect_fitbit(deployment: Deployment, name: str, key: str, first: date) -> None:
    web = deployment.fitbit_web
    client = web.clients.get(CLIENT)
    consent = Consent(client)
    tokens = consent.exchange(
        consent.code_of(grant(consent.address, person=key)), deployment.clock()
    )
    connect_fitbit(
        deployment.store,
        web.vault,
        client,
        tokens,
        read_new_fitbit_account(client, tokens, deployment.clock),
        ConnectRequest(name, enrolled_on=first),
        first,
        deployment.clock(),
    )


def _travels(person: Person, nights: Sequence[date]) -> bool:
    home = time_zone(person.time_zone)
    return any(zone_at_midnight(person, day) != home for day in nights[2:-2])


def _changes_clocks(person: Person, nights: Sequence[date], *, forward: bool) -> bool:
    """Whether a day of theirs has fewer than 24 hours, or more."""
    zone = time_zone(person.time_zone)
    lengths = [minutes_of_day(day, zone) for day in days_between(nights[0], nights[-1])]
    return min(lengths) < MINUTES if forward else max(lengths) > MINUTES
