"""How often Fitbit may be asked: 150 times an hour for each participant of an application.

The API tells with every answer how many requests are left and when they are counted anew, both
approximately. A reserve is left unused, and a margin is waited after the hour is over. What is
known is kept by process: another learns it from its first answer.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fitbit_pipeline.sources.interrupts import patient_sleep

LEFT = "Fitbit-Rate-Limit-Remaining"
RESETS_IN = "Fitbit-Rate-Limit-Reset"

MARGIN = timedelta(seconds=20)
"""Fitbit's clock and ours differ a little."""
HOUR = timedelta(hours=1)
ANOTHER_HOUR = timedelta(minutes=30)
"""An hour that ends so much later than the one known is another."""
LONGEST_SLEEP = 60.0
"""Seconds; then the clock is looked at again, for a machine may have been asleep itself."""
SHORTEST_SLEEP = 0.01

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody's quota is used up; what is still to be asked of them waits.

    Attributes:
        participant: Whose.
        until: When they are asked again, UTC.
    """

    participant: str
    until: datetime

    def __str__(self) -> str:
        return f"waiting until {self.until:%H:%M:%S} UTC for {self.participant}'s hourly quota"


Tell = Callable[[Waiting], None]


def log_waiting(waiting: Waiting) -> None:
    """Tells of a wait in the log."""
    _log.info("%s", waiting)


class HourlyQuota:
    """What is left of one participant's hour; safe to be used from several threads."""

    def __init__(
        self,
        participant: str,
        reserve: int,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        tell: Tell,
    ):
        """Begins knowing nothing, and so lets the first request through.

        Args:
            participant: Whose.
            reserve: So many requests of an hour are left unused.
            clock: Tells the present instant, UTC.
            sleep: Waits for a number of seconds.
            tell: Called once when a wait begins.
        """
        self._participant = participant
        self._reserve = reserve
        self._clock = clock
        self._sleep = sleep
        self._tell = tell
        self._lock = threading.Lock()
        self._left: int | None = None
        self._resets_at: datetime | None = None
        self._told: datetime | None = None

    def wait(self) -> None:
        """Returns once a request may be sent, which is thereby counted."""
        while (until := self._take()) is not None:
            self._tell_once(until)
            seconds = (until - self._clock()).total_seconds()
            self._sleep(min(max(seconds, SHORTEST_SLEEP), LONGEST_SLEEP))

    def answered(self, headers: Mapping[str, str]) -> None:
        """Learns from an answer what is left.

        The numbers lag behind, so within an hour the lower one counts: ours or Fitbit's.

        Args:
            headers: The answer's, whatever the case of their names.
        """
        left = _number(headers, LEFT)
        if left is None:
            return
        resets_at = self._reset_of(headers)
        with self._lock:
            known = self._resets_at
            if self._left is None or known is None or resets_at - known > ANOTHER_HOUR:
                self._left = left
            else:
                self._left = min(self._left, left)
            self._resets_at = resets_at

    def refused(self, headers: Mapping[str, str]) -> None:
        """Learns from a 429 that nothing is left, whatever the numbers said until then.

        ``Retry-After`` is not looked at, for it has been seen to be wrong; without the reset the
        next full hour is waited for.

        Args:
            headers: The answer's.
        """
        resets_at = self._reset_of(headers)
        with self._lock:
            self._left = 0
            self._resets_at = resets_at

    def _take(self) -> datetime | None:
        """None if a request was left and is now taken, else when to look again."""
        now = self._clock()
        with self._lock:
            if self._resets_at is not None and now >= self._resets_at + MARGIN:
                self._left = self._resets_at = None
            if self._left is None or self._resets_at is None:
                return None
            if self._left > self._reserve:
                self._left -= 1
                return None
            return self._resets_at + MARGIN

    def _tell_once(self, until: datetime) -> None:
        with self._lock:
            if self._told is not None and abs(until - self._told) < MARGIN:
                return
            self._told = until
        self._tell(Waiting(self._participant, until))

    def _reset_of(self, headers: Mapping[str, str]) -> datetime:
        now = self._clock()
        seconds = _number(headers, RESETS_IN)
        if seconds is None:
            return now.replace(minute=0, second=0, microsecond=0) + HOUR
        return now + min(timedelta(seconds=seconds), HOUR)


class HourlyQuotas:
    """Everybody's quota; one for a whole process."""

    def __init__(
        self,
        reserve: int,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = patient_sleep,
        tell: Tell = log_waiting,
    ):
        """Knows of nobody yet; the arguments are those of ``HourlyQuota``."""
        self._reserve = reserve
        self._clock = clock
        self._sleep = sleep
        self._tell = tell
        self._quotas: dict[tuple[str, str], HourlyQuota] = {}
        self._lock = threading.Lock()

    def of(self, participant: str, client_id: str) -> HourlyQuota:
        """The quota of one participant: the same object every time.

        Args:
            participant: Whose data are asked for.
            client_id: On whose account: the application's id.
        """
        with self._lock:
            key = (client_id, participant)
            if key not in self._quotas:
                self._quotas[key] = HourlyQuota(
                    participant, self._reserve, self._clock, self._sleep, self._tell
                )
            return self._quotas[key]


def _number(headers: Mapping[str, str], name: str) -> int | None:
    written = next((value for key, value in headers.items() if key.lower() == name.lower()), "")
    return int(written) if written.isascii() and written.strip().isdigit() else None
