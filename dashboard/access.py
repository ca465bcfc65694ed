"""Who is looking: lets nobody past who is not known, once sign-in is switched on.

Before that nothing is sent to the browser but a form, not even which pages there are. What somebody
may see is decided elsewhere, by the ``Reading`` that they are given.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard import attempts
from dashboard.address_kept import keep_address, return_to_kept_address
from dashboard.page_parts import plain
from fitbit_pipeline.deployment import utc_now
from fitbit_pipeline.errors import UserError
from fitbit_pipeline.passwords import is_password
from fitbit_pipeline.settings import Settings
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.store.viewers import LONGEST_NAME, Viewer

TITLE = "Sign in"
ICON = ":material/lock:"
NOT_VOUCHED_FOR = (
    "The service with which you signed in does not vouch for your e-mail address: confirm the "
    "address there, or sign in with another account."
)

_SIGNED_IN_KEY = "signed-in-viewer"


@dataclass(frozen=True, slots=True)
class Admission:
    """Leave to look.

    Attributes:
        bound_to: The one participant whom the viewer may see, None for everybody.
    """

    bound_to: str | None = None


def admit(settings: Settings, store: Store) -> Admission | None:
    """Lets somebody in whom the database knows now, with a button to sign out.

    Returns:
        None if it is nobody known: then what they need for signing in was drawn, and nothing else
        may be.

    Raises:
        UserError: If the dashboard was not started so that people can sign in.
    """
    if settings.dashboard_sign_in == "none":
        return Admission()
    by_password = settings.dashboard_sign_in == "password"
    viewer = _viewer(settings, store)
    if viewer is None:
        _show_alone((lambda: _ask_password(store)) if by_password else _ask_provider)
        return None
    with st.sidebar:
        st.caption(f"Signed in as {plain(viewer.name)}")
        _show_sign_out(_forget_session if by_password else _sign_out_of_provider)
        if not by_password:
            return_to_kept_address()
    return Admission(viewer.participant)


def leave_if_changed(settings: Settings, store: Store, bound_to: str | None) -> None:
    """Runs the whole page anew if the viewer may not see any more what they saw.

    For parts of a page that refresh themselves: they run without the router.

    Args:
        settings: What was chosen for the deployment.
        store: Who is known.
        bound_to: As the viewer was admitted.
    """
    if settings.dashboard_sign_in == "none":
        return
    viewer = _viewer(settings, store)
    if viewer is None or viewer.participant != bound_to:
        st.rerun()


def _viewer(settings: Settings, store: Store) -> Viewer | None:
    if settings.dashboard_sign_in == "password":
        remembered: Viewer | None = st.session_state.get(_SIGNED_IN_KEY)
        known = store.viewers.get(remembered.name) if remembered else None
        # Who signed in with a password that is not theirs any more must not go on.
        is_same = known and remembered and known.password == remembered.password
        return known if is_same else None
    if "is_logged_in" not in st.user:
        raise UserError(
            "People are to sign in here, but the dashboard was started without the secrets for it: "
            "start it with fitbit-pipeline up."
        )
    email = _vouched_for()
    return store.viewers.get(email) if email else None


def _vouched_for() -> str | None:
    """The address of who is signed in, if the provider says that it is theirs."""
    email = st.user.get("email")
    is_theirs = st.user["is_logged_in"] is True and st.user.get("email_verified") is True
    return email if is_theirs and isinstance(email, str) else None


def _ask_password(store: Store) -> None:
    if _SIGNED_IN_KEY in st.session_state:
        _forget_session()
        st.info("Your access was ended or changed: sign in again.", icon=ICON)
    with st.form("sign-in", width=400):
        name = st.text_input("Name", max_chars=LONGEST_NAME, autocomplete="username")
        password = st.text_input("Password", type="password", autocomplete="current-password")
        sent = st.form_submit_button(TITLE, type="primary")
    viewer = _check(store, name, password) if sent else None
    if viewer is not None:
        st.session_state[_SIGNED_IN_KEY] = viewer
        st.rerun()


def _check(store: Store, name: str, password: str) -> Viewer | None:
    with attempts.attempt(name) as again_at:
        if again_at is not None:
            minutes = max(math.ceil((again_at - utc_now()).total_seconds() / 60), 1)
            st.error(
                "There were too many wrong passwords for this name: try again in "
                f"{minutes} {'minute' if minutes == 1 else 'minutes'}.",
                icon=ICON,
            )
            return None
        viewer = store.viewers.get(name)
        # Also of a name that nobody has: how long the answer takes tells as little as its words.
        if not is_password(password, viewer.password if viewer else None):
            st.error("The name or the password is wrong.", icon=ICON)
            return None
    attempts.forget(name)
    return viewer


def _ask_provider() -> None:
    if st.user["is_logged_in"] is not True:
        st.write("Sign in with your account to see this dashboard.")
        st.button(TITLE, icon=ICON, type="primary", on_click=st.login)
        keep_address()
        return
    email = _vouched_for()
    unknown = (
        f"The address {email} is not known here: ask whoever runs this dashboard to add it, or "
        "sign in with another account."
    )
    st.error(plain(unknown) if email else NOT_VOUCHED_FOR, icon=ICON)
    _show_sign_out(_sign_out_of_provider)


def _show_sign_out(sign_out: Callable[[], None]) -> None:
    st.button("Sign out", icon=":material/logout:", on_click=sign_out)


def _sign_out_of_provider() -> None:
    _forget_session()
    st.logout()


def _forget_session() -> None:
    # What was chosen goes, too: the next to sign in in this window may be somebody else.
    st.session_state.clear()
    st.query_params.clear()


def _show_alone(draw: Callable[[], None]) -> None:
    def page() -> None:
        st.title(TITLE, anchor=False)
        draw()

    # Where no page is, Streamlit says "Page not found". So there is one wherever the address
    # points, and after signing in the page of that path is found in its place.
    pages = [st.Page(page, title=TITLE, url_path="sign-in", default=True)]
    asked = (st.context.url or "").rstrip("/").rpartition("/")[2]
    if asked not in {"", "sign-in"}:
        pages.append(st.Page(page, title=TITLE, url_path=asked))
    st.navigation(pages, position="hidden").run()
