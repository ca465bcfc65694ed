"""Consents as a person would in a browser: opens the address, fills the form in, sends it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

_TIMEOUT = (10, 30)


class NoConsentPage(Exception):
    """There is no page on which this person could consent; the message says what is instead."""


def grant(
    address: str,
    *,
    person: str | None = None,
    scopes: Collection[str] | None = None,
    allow: bool = True,
) -> str:
    """Goes through the consent page.

    Args:
        address: The authorization address, as a person would open it.
        person: The key of the person who consents, such as ``p001``; None takes whom the page
            proposes.
        scopes: The scopes that stay ticked; None leaves all of them.
        allow: Whether to press Allow, or Cancel.

    Returns:
        The address to which the browser is sent back, with code and state or an error. It is not
        opened.

    Raises:
        NoConsentPage: If there is no such page, or nobody of that key on it.
    """
    with requests.Session() as browser:
        page = browser.get(address, timeout=_TIMEOUT)
        form = _Form()
        form.feed(page.text)
        if page.status_code != requests.codes.ok or not form.action:
            raise NoConsentPage(" ".join(form.words))
        if person is not None and person not in form.people:
            raise NoConsentPage(f"the page offers {', '.join(form.people)}, not {person}")
        fields = list(form.hidden)
        fields.append(("person", form.person if person is None else person))
        fields += [("granted", scope) for scope in form.ticked if scopes is None or scope in scopes]
        fields.append(("decision", "allow" if allow else "cancel"))
        answer = browser.post(
            urljoin(address, form.action), data=fields, timeout=_TIMEOUT, allow_redirects=False
        )
        if answer.status_code != requests.codes.found:
            raise NoConsentPage(f"the form was answered with status {answer.status_code}")
        return answer.headers["location"]


@dataclass(eq=False)
class _Form(HTMLParser):
    """What stands in the form of a page."""

    action: str = ""
    hidden: list[tuple[str, str]] = field(default_factory=list)
    ticked: list[str] = field(default_factory=list)
    person: str = ""
    people: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes an element up."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found.get("action", "")
        elif tag == "input" and found.get("type") == "hidden":
            self.hidden.append((found["name"], found["value"]))
        elif tag == "input" and "checked" in found:
            self.ticked.append(found["value"])
        elif tag == "option":
            self.people.append(found["value"])
            if not self.person or "selected" in found:
                self.person = found["value"]

    def handle_data(self, data: str) -> None:
        """Takes text up."""
        if data.strip() and self.lasttag != "style":
            self.words.append(data.strip())
