"""How long the dashboard's server takes for a page in a small and a large study, and what it sends.

Measured at a real ``streamlit run``, over a real WebSocket, one page after the other, each at a
server of its own; the browser's share, drawing, is not in it.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from bench.figure import Detail, Figure, Outcome
from bench.sandbox import free_port
from bench.streamlit_session import ScriptRun, Session
from bench.study import ORIGINALS, Original, Study, fill, originals
from dashboard import app_pages
from fitbit_pipeline.cli.processes import running, servers_of, wait_until_answering
from fitbit_pipeline.deployment import open_deployment
from fitbit_pipeline.settings import Settings

PAGES = sorted(path.stem for path in Path(app_pages.__file__).parent.glob("[!_]*.py"))
FIRST_PAGE = "overview"
"""The page without a name in the address."""
RANGES = (30, 90)
"""How many days are looked at: the usual range, and three months."""
STARTING_SECONDS = 60
MOST_RERUN_RATIO = 1.5
MOST_RERUN_MILLISECONDS = 500
KILOBYTE = 1024


@dataclass(frozen=True, slots=True)
class Views:
    """A page at a server that has answered nobody yet.

    Attributes:
        first: The first view of all.
        again: The same view, asked for once more, time after time.
        another: Other people and other ranges, each time with all answers forgotten.
    """

    first: ScriptRun
    again: Sequence[ScriptRun]
    another: Sequence[ScriptRun]

    @property
    def again_seconds(self) -> float:
        """The median time of the same view."""
        return median(run.seconds for run in self.again)

    @property
    def another_seconds(self) -> float:
        """The median time of another view."""
        return median(run.seconds for run in self.another)

    @property
    def again_bytes(self) -> float:
        """The median of what is sent for the same view."""
        return median(run.sent_bytes for run in self.again)

    @property
    def another_bytes(self) -> float:
        """The median of what is sent for another view."""
        return median(run.sent_bytes for run in self.another)


@dataclass(frozen=True, slots=True)
class Filled:
    """A study in a home of its own.

    Attributes:
        settings: Where.
        study: Who is in it.
        seconds: How long it took to write it.
    """

    settings: Settings
    study: Study
    seconds: float


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What was measured.

    Attributes:
        days: How many days everybody has.
        small: The study of ten.
        large: The other.
        views: By page, in the small and in the large study.
    """

    days: int
    small: Filled
    large: Filled
    views: dict[str, tuple[Views, Views]]

    def outcome(self) -> Outcome:
        """The figures of every page, the slowest against its limit, and what is sent."""
        large, small = (len(each.study.names) for each in (self.large, self.small))
        reruns: list[Figure] = []
        for page, (in_small, in_large) in self.views.items():
            for what, seconds, against in (
                ("the same view again", in_large.again_seconds, in_small.again_seconds),
                (
                    "another person, nothing cached",
                    in_large.another_seconds,
                    in_small.another_seconds,
                ),
            ):
                reruns.append(
                    Figure(
                        f"rerun of {page}, {what}: {large:,} × {self.days} days, against {small}",
                        1000 * seconds,
                        1000 * against,
                        "ms",
                        most=MOST_RERUN_RATIO,
                    )
                )
        slowest = [
            Figure(
                f"slowest rerun of a page, {large:,} × {self.days} days, {what}, against its limit",
                max(figure.measured for figure in reruns[place::2]),
                MOST_RERUN_MILLISECONDS,
                "ms",
                most=1.0,
                quoted=True,
            )
            for place, what in enumerate(("the same view again", "nothing cached"))
        ]
        return Outcome([*reruns, *slowest], [self._sent(large)])

    def _sent(self, participants: int) -> Detail:
        rows = []
        for page, (_, views) in self.views.items():
            sent = (views.first.sent_bytes, views.again_bytes, views.another_bytes)
            rows.append(
                [
                    page,
                    f"{views.first.charts}",
                    f"{1000 * views.first.seconds:,.0f} ms",
                    *(f"{each / KILOBYTE:,.0f} KB" for each in sent),
                ]
            )
        return Detail(
            f"Pages in the study of {participants:,} participants",
            ["page", "charts", "first view", "sent", "again", "sent for another person"],
            rows,
            "Medians of the server's time, from asking for a run to being told that it has "
            "finished. First view: of a server that has just started, and of nothing else. "
            f"{self.large.study.participant_days:,} participant days with data, against "
            f"{self.small.study.participant_days:,}.",
        )


def measure_dashboard(folder: Path, participants: int, days: int, reruns: int) -> Dashboard:
    """Fills two studies, and looks at every page of the dashboard in both.

    Args:
        folder: An empty folder.
        participants: How many people the large study has, ten at least; the small one has the
            first ten.
        days: How many days everybody has.
        reruns: How often each page is run again, and how often for somebody else.
    """
    made = originals(folder / "originals", days)
    with ExitStack() as stack:
        small, large = (
            stack.enter_context(_filled(folder / name, made, people, days))
            for name, people in (("small", ORIGINALS), ("large", participants))
        )
        views = {page: (_views(small, page, reruns), _views(large, page, reruns)) for page in PAGES}
    return Dashboard(days, small, large, views)


@contextmanager
def _filled(folder: Path, made: Sequence[Original], people: int, days: int) -> Iterator[Filled]:
    settings = Settings(home=folder, start_date=date(2015, 1, 1))
    with open_deployment(settings, keep_server=False) as deployment:
        newest = deployment.yesterday
        begun = time.monotonic()
        study = fill(deployment.store, made, people, newest - timedelta(days=days - 1), newest)
        yield Filled(settings, study, time.monotonic() - begun)


def _views(filled: Filled, page: str, reruns: int) -> Views:
    settings = filled.settings.model_copy(update={"dashboard_port": free_port()})
    _, server = servers_of(settings)
    with running([server], settings) as processes:
        wait_until_answering([server], processes, STARTING_SECONDS)
        name = "" if page == FIRST_PAGE else page
        with Session(settings.dashboard_port, name) as session:
            first = session.run(_address(filled.study, 0))
            again = [session.run() for _ in range(reruns)]
            another = [_look_at_another(session, filled.study, turn) for turn in range(reruns)]
    return Views(first, again, another)


def _look_at_another(session: Session, study: Study, turn: int) -> ScriptRun:
    session.clear_cache()
    return session.run(_address(study, turn + 1))


def _address(study: Study, turn: int) -> str:
    # The same people in both studies: only how many others there are differs.
    first = study.newest - timedelta(days=RANGES[turn % len(RANGES)] - 1)
    return urlencode(
        {
            "participant": study.names[turn % ORIGINALS],
            "from": first.isoformat(),
            "to": study.newest.isoformat(),
        }
    )
