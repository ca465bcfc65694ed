"""Opens pages of a dashboard that asks who is looking, and checks what is sent before it knows."""

from datetime import date, timedelta

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from fitbit_pipeline.store.store import Store
from fitbit_pipeline_tests.dashboard.running import APP, SECONDS
from fitbit_pipeline_tests.dashboard.sample import a_day, write_person

FIRST = date(2026, 11, 1)
DAYS = 5
PAGES = ("Overview", "Sleep", "Engagement", "Heart", "Participants", "Data quality")


def write_people(store: Store) -> None:
    """P07 and P08, with a few days each."""
    for name, steps in (("P07", 7000), ("P08", 12_000)):
        write_person(
            store, name, {FIRST + timedelta(days=each): a_day(steps) for each in range(DAYS)}
        )


def open_address(page: str, user: dict[str, object] | None = None, **address: str) -> AppTest:
    """Opens a page as a browser does, which tells its address as well.

    Args:
        page: Its path.
        user: What a sign-in service said of the person.
        **address: What the address asks for; ``from_`` stands for ``from``.
    """
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.context["url"] = f"http://localhost:8501/{page}"
    if user is not None:
        app.user = user
    for key, value in address.items():
        app.query_params[key.rstrip("_")] = value
    return app.switch_page(f"app_pages/{page}.py").run()


def check_alone(app: AppTest, buttons: list[str]) -> None:
    """Checks that nothing was sent but what one needs to sign in.

    Args:
        app: What was opened.
        buttons: The buttons that there are.
    """
    assert not app.exception
    assert titles_of(app) == ["Sign in"]
    assert [each.label for each in app.button] == buttons
    assert not app.sidebar.children
    sent = str(app.main) + str({each["page_name"] for each in app._registered_pages.values()})
    for hidden in ("P07", "P08", *PAGES):
        assert hidden not in sent


def titles_of(app: AppTest) -> list[str]:
    """The titles that a reader sees."""
    return [each.value for each in app.title]


def names_of(app: AppTest) -> list[str]:
    """Who can be chosen in the sidebar."""
    options: list[str] = app.selectbox[0].options
    return options


def button_of(app: AppTest, label: str) -> Button:
    """A button by its words."""
    return next(each for each in app.button if each.label == label)
