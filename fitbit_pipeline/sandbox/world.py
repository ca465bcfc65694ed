"""The sandbox as one object: its people, accounts, faults and counters, and its one clock."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from fitbit_pipeline.sandbox.accounts import Accounts, OAuthClient
from fitbit_pipeline.sandbox.counting import Requests
from fitbit_pipeline.sandbox.faults import Faults
from fitbit_pipeline.sandbox.fitbit_web.world import PER_HOUR, FitbitWeb
from fitbit_pipeline.sandbox.made_up.population import Population
from fitbit_pipeline.sandbox.quota import Quota

PROJECT = "fitbit-pipeline-sandbox"


class Sandbox:
    """A made-up Google.

    Attributes:
        clock: Tells the present instant, UTC; everything in the sandbox asks it, and it may be
            replaced at any time.
        first_day: The first day of which there can be data.
        population: The made-up people.
        accounts: Their consents.
        faults: What goes wrong.
        requests: What was asked.
        quota: How much may be asked.
        client: The application that people consent to.
        fitbit: The Fitbit of the same people.
        base_url: Where it is served, such as ``http://127.0.0.1:8600``; empty before.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        first_day: date,
        *,
        people: int = 3,
        seed: int = 1,
        requests_per_minute: int = 300,
        testing_mode: bool = False,
        fitbit_requests_per_hour: int = PER_HOUR,
        fitbit_intraday: bool = True,
        fitbit_gone: bool = False,
    ):
        """Makes the people up; nothing is served yet.

        Args:
            clock: Tells the present instant, UTC.
            first_day: The first day of which there can be data.
            people: How many there are.
            seed: Decides who they are and what they do; the same seed brings the same.
            requests_per_minute: How many requests of the Health API each person may have.
            testing_mode: Whether the project is in testing: refresh tokens live seven days.
            fitbit_requests_per_hour: How many requests of the Fitbit Web API each person may have.
            fitbit_intraday: Whether its applications are approved for readings within the day.
            fitbit_gone: Whether it was switched off.
        """
        self.clock = clock
        self.first_day = first_day
        self.population = Population(seed, people, first_day, self.now)
        self.accounts = Accounts(self.now, testing_mode=testing_mode)
        self.faults = Faults()
        self.requests = Requests()
        self.quota = Quota(requests_per_minute, self.now)
        self.client = OAuthClient(
            f"{seed:012d}-sandbox.apps.googleusercontent.com", f"GOCSPX-{seed:028d}"
        )
        self.accounts.add_client(self.client)
        self.fitbit = FitbitWeb(
            self.now,
            self.population,
            seed,
            requests_per_hour=fitbit_requests_per_hour,
            intraday=fitbit_intraday,
            gone=fitbit_gone,
        )
        self.base_url = ""

    def now(self) -> datetime:
        """The present instant, UTC, after the clock of the moment."""
        return self.clock()

    def fitbit_client_file(self, kind: str = "server") -> dict[str, Any]:
        """An application of Fitbit as a file for the pipeline, with the addresses of this sandbox.

        Args:
            kind: ``server``, ``client`` or ``personal``.

        Raises:
            KeyError: If there is no such kind.
        """
        return self.fitbit.clients[kind].file(self.base_url)

    def client_file(self) -> dict[str, Any]:
        """The OAuth client as a file for the pipeline, with the addresses of this sandbox."""
        return {
            "installed": {
                "client_id": self.client.client_id,
                "client_secret": self.client.client_secret,
                "project_id": PROJECT,
                "auth_uri": f"{self.base_url}/o/oauth2/v2/auth",
                "token_uri": f"{self.base_url}/token",
                "redirect_uris": list(self.client.redirect_uris),
                "revoke_uri": f"{self.base_url}/revoke",
                "api_url": self.base_url,
            }
        }
