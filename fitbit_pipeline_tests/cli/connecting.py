"""The program ``fitbit-pipeline`` beside a sandbox, and a person with a browser or a keyboard."""

import json
import os
import re
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import typer
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from fitbit_pipeline.cli import consent
from fitbit_pipeline.cli.main import app
from fitbit_pipeline.flow.sealed_tokens import unseal
from fitbit_pipeline.sandbox.consent import grant
from fitbit_pipeline.sandbox.server import Sandbox
from fitbit_pipeline.store.store import Store
from fitbit_pipeline.vault import Vault
from fitbit_pipeline_tests.sandbox_server import running_sandbox

ADDRESS = r"^http://\S+$"
Answering = Callable[[str], str]
"""From the address of the consent to the address at which the browser ends, or what is pasted."""


class Browser:
    """A browser with a person in front of it."""

    def __init__(self, answering: Answering, *, before: Callable[[str], None] | None = None):
        """Binds what the person does.

        Args:
            answering: Goes through the consent.
            before: What else the browser does first; given the redirect address.
        """
        self._answering = answering
        self._before = before
        self.addresses: list[str] = []
        self.pages: list[requests.Response] = []
        self._thread: threading.Thread | None = None

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        self.addresses.append(url)
        self._thread = threading.Thread(target=self._work, args=(url,))
        self._thread.start()
        return True

    def _work(self, url: str) -> None:
        landed = self._answering(url)
        if self._before is not None:
            self._before(landed)
        self.pages.append(requests.get(landed, timeout=10))

    def close(self) -> None:
        if self._thread is not None:
            self._thread.join(30)


class Keyboard:
    """Somebody who reads the last address on the screen and types what follows from it."""

    def __init__(self, *answers: Answering):
        self._answers = list(answers)

    def __call__(self, _question: str) -> str:
        sys.stdout.flush()
        screen = sys.stdout.buffer.getvalue().decode()  # type: ignore[attr-defined]
        return self._answers.pop(0)(re.findall(ADDRESS, screen, re.MULTILINE)[-1])


@dataclass
class Bench:
    """The program in a home of its own, connected to a sandbox."""

    sandbox: Sandbox
    home: Path
    store: Store
    monkeypatch: pytest.MonkeyPatch
    said: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def call(self, *arguments: str, keyboard: Keyboard | None = None) -> Result:
        if keyboard is not None:
            self.monkeypatch.setattr(typer, "prompt", keyboard)
        result = CliRunner().invoke(app, list(arguments))
        self.said.append(result.output)
        return result

    def connect(
        self,
        *arguments: str,
        person: str = "p001",
        scopes: tuple[str, ...] | None = None,
        **browser: Any,
    ) -> tuple[Result, Browser]:
        """Connects ``me``, or whom the arguments name, with a browser."""
        window = self.window(self.person(person, scopes), **browser)
        result = self.call("connect", *(arguments or ("me",)))
        window.close()
        return result, window

    def window(self, answering: Answering, **browser: Any) -> Browser:
        """A machine with a browser."""
        window = Browser(answering, **browser)
        webbrowser.register("sandbox", None, window, preferred=True)  # type: ignore[arg-type]
        return window

    def person(self, key: str = "p001", scopes: tuple[str, ...] | None = None) -> Answering:
        def answering(address: str) -> str:
            landed = grant(address, person=key, scopes=scopes)
            self.codes.append(landed)
            return landed

        return answering

    def settings(self) -> dict[str, str]:
        """The settings of the program in a process of its own."""
        return {
            name: value for name, value in os.environ.items() if name.startswith("FITBIT_PIPELINE_")
        }

    @property
    def vault(self) -> Vault:
        return Vault(self.home / "key")

    def secrets(self) -> set[str]:
        """Everything that must not be seen."""
        found = {self.sandbox.client.client_secret}
        for landed in self.codes:
            found.add(re.findall(r"code=([^&]+)", landed)[0])
        if (self.home / "key").exists():
            found.update((self.home / "key").read_text().split())
        for each in self.store.credentials.all():
            tokens = unseal(self.vault, each)
            found |= {tokens.access_token, tokens.refresh_token}
        return found


@contextmanager
def bench_of(
    tmp_path: Path, mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """A bench; at its end nothing that was said holds a secret."""
    home = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FITBIT_PIPELINE_HOME", str(home))
    monkeypatch.setenv("FITBIT_PIPELINE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("FITBIT_PIPELINE_DATABASE", database_name)
    monkeypatch.setenv("FITBIT_PIPELINE_START_DATE", "2026-01-01")
    monkeypatch.setattr(consent, "WAIT_SECONDS", 30)
    monkeypatch.setattr(webbrowser, "_browsers", {})
    monkeypatch.setattr(webbrowser, "_tryorder", [])
    with (
        running_sandbox() as sandbox,
        MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True) as client,
    ):
        (home / "google-clients").mkdir(parents=True)
        (home / "google-clients" / "sandbox.json").write_text(json.dumps(sandbox.client_file()))
        made = Bench(sandbox, home, Store(client[database_name]), monkeypatch)
        yield made
        secrets = made.secrets()
        assert not [secret for secret in secrets for said in made.said if secret in said]
