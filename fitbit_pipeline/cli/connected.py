"""Says who was connected, whichever service their account belongs to."""

from fitbit_pipeline.cli.console import say, warn
from fitbit_pipeline.flow.kept_consents import Connected

GUIDE = "docs/google_health.md"


def tell(connected: Connected) -> None:
    """Says who was connected, what is shared, and what to do next."""
    participant, account = connected.participant, connected.account
    devices = ", ".join(account.devices or ()) or "none that it tells of"
    say(f"{participant.name} is connected: time zone {participant.time_zone}, devices: {devices}.")
    say(f"Shared: {', '.join(scope.title for scope in connected.granted)}.")
    for scope in connected.withheld:
        warn(
            f"Not shared: {scope.title} ({scope.purpose}). To share it, connect again and tick "
            "its box."
        )
    if connected.account_zone_differs:
        warn(
            f"The account's time zone is {account.time_zone}, and the days of {participant.name} "
            f"are kept in {participant.time_zone}. After a move, connect again with --time-zone."
        )
    if connected.consent_ends is not None:
        warn(
            f"This consent ends by itself on {connected.consent_ends:%Y-%m-%d}: the Google Cloud "
            "project is still in testing, or the person limited it. Publish the app ('In "
            f"production') and connect again; {GUIDE} tells how."
        )
    if connected.reopened:
        say(f"{connected.reopened} entries that were forbidden are asked for again at night.")
    say(
        "Every night asks for new days while fitbit-pipeline up runs. For the days before: "
        f"fitbit-pipeline backfill --participant {participant.name} "
        f"--from {participant.source_since}"
    )
