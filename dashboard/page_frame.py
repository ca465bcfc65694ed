"""The frame in which every page stands: who is looking at whom, and helpful sentences if nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from dashboard.charts.figure import Figure, spoken, spoken_range
from dashboard.connection import ask, draw
from dashboard.page_parts import errors_in_words, plain, reasons, show_drawing
from dashboard.queries import people
from dashboard.queries.engagement import engagement_days
from dashboard.queries.people import Person
from dashboard.queries.reading import Reading
from dashboard.selection import View, choose_view
from fitbit_pipeline.engagement.daily import Thresholds
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.participants import ParticipantStatus

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")

STATUS = {
    ParticipantStatus.ACTIVE: "",
    ParticipantStatus.NEEDS_CONSENT: " · consent needed",
    ParticipantStatus.LEFT: " · left the study",
}

_FRAME_KEY = "frame-of-this-run"


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page is given.

    Attributes:
        settings: What was chosen for the deployment.
        reading: The store as the viewer may read it.
    """

    settings: Settings
    reading: Reading

    @property
    def thresholds(self) -> Thresholds:
        """The lines that the settings draw."""
        return Thresholds(
            worn_minutes=self.settings.worn_minutes,
            worn_steps=self.settings.worn_steps,
            normal_steps=self.settings.normal_steps,
            high_steps=self.settings.high_steps,
        )

    def ask(
        self,
        question: Callable[Concatenate[Reading, Parameters], Answer],
        *arguments: Parameters.args,
        **named: Parameters.kwargs,
    ) -> Answer:
        """What a query answers, remembered for a minute."""
        return ask(self.reading, question, *arguments, **named)

    def draw(
        self, scope: str, build: Callable[..., Figure], *made_of: Any, key: str = "", **named: Any
    ) -> None:
        """Shows a figure, drawn once as long as the answers that it is made of are remembered.

        Args:
            scope: Whose and which days; all on which the figure's answers depend.
            build: Makes the figure.
            *made_of: Answers, and what is fixed for the deployment.
            key: Tells figures of one builder apart.
            **named: As ``made_of``.
        """
        show_drawing(draw(self.reading, scope, key, build, *made_of, **named), scope)


@dataclass(frozen=True, slots=True)
class PersonFrame(Frame):
    """What a page about one participant is given.

    Attributes:
        view: Whom and which days the sidebar shows.
    """

    view: View

    @property
    def scope(self) -> str:
        """Whose and which days, for names of files."""
        return f"{self.view.participant.name}-{self.view.first}-{self.view.last}"

    def about(self, question: Callable[..., Answer], *more: Any) -> Answer:
        """What a query answers about the chosen participant and range."""
        view = self.view
        return self.ask(question, view.participant.name, view.first, view.last, *more)

    def show(
        self, build: Callable[..., Figure], *made_of: Any, key: str = "", **named: Any
    ) -> None:
        """Shows a figure about the chosen participant and range; see ``draw``."""
        self.draw(self.scope, build, *made_of, key=key, **named)


def enter(settings: Settings, reading: Reading) -> None:
    """Gives the page that runs next its frame."""
    st.session_state[_FRAME_KEY] = Frame(settings, reading)


def frame() -> Frame:
    """The frame of the running page."""
    entered: Frame = st.session_state[_FRAME_KEY]
    return entered


def person_page(
    title: str, draw: Callable[[PersonFrame], None], *, without_data: bool = False
) -> None:
    """A page about the participant and the days that the sidebar shows.

    Args:
        title: The page's title.
        draw: Draws it.
        without_data: Whether it has something to say of a participant without any data.
    """
    st.title(title, anchor=False)
    with errors_in_words():
        found = frame()
        names = found.ask(people.names)
        if not names:
            say_nobody(found)
            return

        def person(name: str) -> Person:
            return found.ask(people.person, name) or _gone()

        whole = PersonFrame(found.settings, found.reading, choose_view(names, person))
        _say_whose(whole.view)
        if whole.view.data_span is None and not without_data:
            _say_no_data(whole.view)
            return
        draw(whole)


def say_range_without_data(page: PersonFrame) -> None:
    """Says that the range has no data, why, and where there is some."""
    view = page.view
    where = ""
    if view.data_span is not None:
        first, last = view.data_span
        where = (
            f" Data reach from {spoken(first)} to {spoken(last)}: choose other days in the sidebar."
        )
    why = reasons(page.about(engagement_days))
    st.info(
        plain(
            f"There is no data of {view.participant.name} from {spoken(view.first)} to "
            f"{spoken(view.last)}. {why}{where}"
        ),
        icon=":material/event_busy:",
    )


def say_nobody(found: Frame) -> None:
    """Says that nobody is there, and what to do about it."""
    if found.reading.bound_to is not None:
        st.info(
            "Nothing of yours is here yet: ask whoever runs this pipeline to connect your account.",
            icon=":material/person_add:",
        )
        return
    st.info(
        "There is no participant yet. Run `fitbit-pipeline connect me` to connect an account, "
        "`fitbit-pipeline import` with an archive of yours, or `make demo` to look around with "
        "real people's data.",
        icon=":material/person_add:",
    )


def _gone() -> Person:
    # Removed since the names were remembered: they are asked for anew.
    st.cache_data.clear()
    st.rerun()


def _say_whose(view: View) -> None:
    participant = view.participant
    st.markdown(
        f"**{plain(participant.name)}** · {spoken_range(view.first, view.last)} · "
        f"{plain(participant.time_zone)}{STATUS[participant.status]}"
    )
    if participant.note:
        st.info(plain(participant.note), icon=":material/info:")


def _say_no_data(view: View) -> None:
    st.info(
        f"There is no data of {plain(view.participant.name)} yet. Run `fitbit-pipeline import` "
        "with an archive, or `fitbit-pipeline backfill` if the source is connected.",
        icon=":material/hourglass_empty:",
    )
