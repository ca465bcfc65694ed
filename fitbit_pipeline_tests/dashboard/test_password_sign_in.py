"""Signing in with a name and a password, run by Streamlit without a browser."""

import time
from collections.abc import Iterator

import pytest
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from streamlit.testing.v1 import AppTest

from dashboard import attempts
from fitbit_pipeline.passwords import hash_password
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.store.viewers import Viewer
from fitbit_pipeline_tests.dashboard.running import address_of
from fitbit_pipeline_tests.dashboard.signing_in import (
    button_of,
    check_alone,
    names_of,
    open_address,
    titles_of,
    write_people,
)

PASSWORD = "four words and blanks"
STORED = hash_password(PASSWORD)
WRONG = "The name or the password is wrong."
ENDED = "Your access was ended or changed: sign in again."
NAMES = ("anna", "olga", "by-address-alone", "nobody")

pytestmark = pytest.mark.usefixtures("deployment", "people")


@pytest.fixture
def people(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """P07 and P08; Anna who sees P07, and Olga who sees everybody; nothing tried yet."""
    monkeypatch.setenv("FITBIT_PIPELINE_DASHBOARD_SIGN_IN", "password")
    write_people(store)
    store.viewers.add(Viewer("anna", "P07", STORED))
    store.viewers.add(Viewer("olga", None, STORED))
    store.viewers.add(Viewer("by-address-alone", None, None))
    yield
    for name in NAMES:
        attempts.forget(name)


def _sign_in(app: AppTest, name: str, password: str = PASSWORD) -> AppTest:
    app.text_input[0].input(name)
    app.text_input[1].input(password)
    return app.button[0].click().run()


def _opened_by(name: str, page: str = "engagement", **address: str) -> AppTest:
    return _sign_in(open_address(page, **address), name)


def _errors(app: AppTest) -> list[str]:
    return [each.value for each in app.error]


def test_who_is_not_signed_in_gets_nothing_but_the_form() -> None:
    for page in ("engagement", "overview", "participants"):
        app = open_address(page, participant="P08")

        check_alone(app, ["Sign in"])
        assert [each.label for each in app.text_input] == ["Name", "Password"]


def test_without_the_setting_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FITBIT_PIPELINE_DASHBOARD_SIGN_IN")

    app = open_address("engagement")

    assert names_of(app) == ["P07", "P08"]
    assert "Sign out" not in [each.label for each in app.button]


def test_the_right_password_shows_the_page() -> None:
    app = _opened_by("olga")

    assert not app.exception
    assert titles_of(app) == ["Engagement"]
    assert names_of(app) == ["P07", "P08"]
    assert app.sidebar.caption[0].value == "Signed in as olga"
    assert PASSWORD not in str(app)


def test_capital_letters_and_blanks_around_a_name_do_not_matter() -> None:
    assert [each.value for each in _opened_by(" Olga ").title] == ["Engagement"]


def test_the_address_survives_signing_in() -> None:
    app = _opened_by("olga", participant="P08", from_="2026-11-02", to="2026-11-03")

    assert address_of(app) == {"participant": "P08", "from": "2026-11-02", "to": "2026-11-03"}
    assert app.selectbox[0].value == "P08"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("anna", PASSWORD.upper()),
        ("anna", f"{PASSWORD} "),
        ("anna", ""),
        ("nobody", PASSWORD),
        ("", ""),
        ("by-address-alone", ""),
        ("by-address-alone", PASSWORD),
        ("anna", STORED),
    ],
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(name: str, password: str) -> None:
    app = _sign_in(open_address("engagement"), name, password)

    assert _errors(app) == [WRONG]
    check_alone(app, ["Sign in"])


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_after_too_many_wrong_passwords_even_the_right_one_must_wait(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "ALLOWED", RateLimitItemPerMinute(2, 15))
    app = open_address("engagement")
    for _ in range(2):
        assert _errors(_sign_in(app, name, "wrong")) == [WRONG]

    app = _sign_in(app, name.upper())

    assert _errors(app) == [
        "There were too many wrong passwords for this name: try again in 15 minutes."
    ]
    assert not app.selectbox
    attempts.forget(name)


def test_too_many_wrong_passwords_of_one_name_leave_others_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attempts, "ALLOWED", RateLimitItemPerMinute(1, 15))
    app = _sign_in(open_address("engagement"), "anna", "wrong")

    assert names_of(_sign_in(app, "olga")) == ["P07", "P08"]
    attempts.forget("anna")


def test_who_waited_may_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "ALLOWED", RateLimitItemPerSecond(1, 3))
    app = _sign_in(open_address("engagement"), "anna", "wrong")
    assert _errors(_sign_in(app, "anna")) == [
        "There were too many wrong passwords for this name: try again in 1 minute."
    ]
    time.sleep(3)

    assert names_of(_sign_in(app, "anna")) == ["P07"]


def test_the_right_password_wipes_out_the_wrong_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "ALLOWED", RateLimitItemPerMinute(2, 15))
    app = open_address("engagement")

    for _ in range(3):
        app = _sign_in(app, "anna", "wrong")
        app = _sign_in(app, "anna")
        assert names_of(app) == ["P07"]
        app = button_of(app, "Sign out").click().run()


def test_somebody_bound_sees_themselves_alone() -> None:
    app = _opened_by("anna")

    assert names_of(app) == ["P07"]
    assert "P08" not in str(app.main)


def test_an_address_that_names_another_shows_somebody_bound_themselves() -> None:
    app = _opened_by("anna", participant="P08", from_="2026-11-02", to="2026-11-03")

    assert names_of(app) == ["P07"]
    assert address_of(app)["participant"] == "P07"
    assert "P08" not in str(app.main)
    assert "P08" not in str(app.sidebar)


def test_somebody_bound_is_not_offered_the_page_of_everybody() -> None:
    bound = {each["page_name"] for each in _opened_by("anna")._registered_pages.values()}
    unbound = {each["page_name"] for each in _opened_by("olga")._registered_pages.values()}

    assert unbound - bound == {"Participants"}


def test_somebody_bound_does_not_reach_the_page_of_everybody() -> None:
    app = _opened_by("anna", "participants")

    assert not app.exception
    assert titles_of(app) == ["Overview"]
    assert "P08" not in str(app.main)


def test_signing_out_leaves_nothing_behind() -> None:
    app = _opened_by("olga", participant="P08")

    app = button_of(app, "Sign out").click().run()

    check_alone(app, ["Sign in"])
    assert address_of(app) == {}
    app = _sign_in(app, "anna")
    assert names_of(app) == ["P07"]
    assert not app.warning


def test_who_is_removed_while_signed_in_loses_access_at_the_next_run(store: Store) -> None:
    app = _opened_by("olga")
    store.viewers.remove("olga")

    app.run()

    assert [each.value for each in app.info] == [ENDED]
    check_alone(app, ["Sign in"])


def test_who_is_bound_while_signed_in_sees_themselves_alone_from_the_next_run(
    store: Store,
) -> None:
    app = _opened_by("olga", participant="P08")
    store.viewers.add(Viewer("olga", "P07", STORED))

    app.run()

    assert names_of(app) == ["P07"]
    assert "P08" not in str(app.main)


@pytest.mark.parametrize("password", [hash_password("another password"), None])
def test_a_new_password_ends_what_the_old_one_began(store: Store, password: str | None) -> None:
    app = _opened_by("olga")
    store.viewers.add(Viewer("olga", None, password))

    app.run()

    assert [each.value for each in app.info] == [ENDED]
    check_alone(app, ["Sign in"])


def test_who_is_bound_to_somebody_without_data_is_told_so(store: Store) -> None:
    store.viewers.add(Viewer("anna", "P99", STORED))

    app = _opened_by("anna")

    assert app.info[0].value.startswith("Nothing of yours is here yet")


def test_an_identity_of_a_sign_in_service_does_not_count() -> None:
    app = open_address("engagement")
    app.user = {"is_logged_in": True, "email": "olga", "email_verified": True}

    check_alone(app.run(), ["Sign in"])
