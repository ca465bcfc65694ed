"""What belongs to the sandbox's Fitbit: its applications and consents, its quota, its end."""

from collections.abc import Callable
from datetime import datetime

from fitbit_pipeline.sandbox.fitbit_web.accounts import FitbitAccounts
from fitbit_pipeline.sandbox.fitbit_web.clients import clients_of
from fitbit_pipeline.sandbox.fitbit_web.quota import HourlyQuota
from fitbit_pipeline.sandbox.made_up.population import Population

PER_HOUR = 150
"""How many requests Fitbit allowed in an hour."""


class FitbitWeb:
    """A made-up Fitbit.

    Attributes:
        clients: The applications that people consent to, by kind.
        accounts: The consents.
        quota: How much may be asked.
        intraday: Whether applications of the kinds ``server`` and ``client`` are approved for
            readings within the day; may be changed at any time. Personal ones always are.
        gone: Whether the API was switched off; may be changed at any time.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        population: Population,
        seed: int,
        *,
        requests_per_hour: int = PER_HOUR,
        intraday: bool = True,
        gone: bool = False,
    ):
        """Begins without consents.

        Args:
            clock: Tells the present instant, UTC.
            population: The made-up people.
            seed: Decides the names of the applications.
            requests_per_hour: How many requests each person may have with one application.
            intraday: Whether applications are approved for readings within the day.
            gone: Whether the API was switched off.
        """
        self.clients = clients_of(seed)
        self.accounts = FitbitAccounts(clock, lambda key: population.person(key).legacy_user_id)
        for client in self.clients.values():
            self.accounts.add_client(client)
        self.quota = HourlyQuota(requests_per_hour, clock)
        self.intraday = intraday
        self.gone = gone
