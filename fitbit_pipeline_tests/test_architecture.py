"""The rooms of the house: who may know whom. An import that points up, or sideways, fails here."""

import ast
from pathlib import Path

import pytest

import fitbit_pipeline
from fitbit_pipeline_tests.conftest import HERE, LONGEST_FIRST

ROOT = Path(fitbit_pipeline.__file__).parents[1]

VOCABULARY = {"civil", "endpoints", "errors"}
ALLOWED = {
    "civil": {"errors"},
    "endpoints": set(),
    "errors": set(),
    "settings": {"civil", "errors"},
    "metrics": VOCABULARY,
    "engagement": {*VOCABULARY, "metrics"},
    "sources": VOCABULARY,
    "store": VOCABULARY,
    "vault": {"errors"},
    "passwords": {"errors"},
    "sandbox": {"civil", "errors"},
    "flow": {*VOCABULARY, "sources", "metrics", "engagement", "store", "vault"},
    "dagster_events": set(),
    "deployment": {*VOCABULARY, "settings", "engagement", "flow", "sources", "store", "vault"},
    "partitions": {*VOCABULARY, "settings"},
    "resources": {*VOCABULARY, "settings", "deployment", "store"},
    "assets": {*VOCABULARY, "engagement", "flow", "metrics", "resources", "store"},
    "checks": {*VOCABULARY, "assets", "flow", "resources"},
    "schedules": {*VOCABULARY, "deployment", "flow", "resources", "settings", "store"},
    "definitions": {
        *VOCABULARY,
        "assets",
        "checks",
        "deployment",
        "partitions",
        "resources",
        "schedules",
        "settings",
    },
}
"""Which rooms each room may import from; the command line and the dashboard stand above all."""

ONLY_IN = {
    "pymongo": {"store"},
    "bson": {"store", "sources"},
    "dagster": {
        "assets",
        "checks",
        "cli",
        "dagster_events",
        "definitions",
        "partitions",
        "resources",
        "schedules",
    },
    "requests": {"sources", "sandbox"},
    "google": {"sources"},
    "google_auth_oauthlib": {"sources"},
    "cryptography": {"vault"},
    "limits": {"sources", "dashboard"},
    "starlette": {"sandbox"},
    "uvicorn": {"sandbox"},
    "streamlit": {"dashboard"},
    "altair": {"dashboard"},
}
"""Packages that belong to some rooms alone."""

FILES = sorted(
    path for folder in ("fitbit_pipeline", "dashboard") for path in (ROOT / folder).rglob("*.py")
)


def _room(path: Path) -> str:
    inside = path.relative_to(ROOT)
    if inside.parts[0] == "dashboard":
        return "dashboard"
    return inside.parts[1].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_from_rooms_below_it(path: Path) -> None:
    room = _room(path)
    if room in {"cli", "dashboard", "__init__"}:
        return
    known = {name.split(".")[1] for name in _imports(path) if name.startswith("fitbit_pipeline.")}

    assert known - {room} <= ALLOWED[room]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_package_is_imported_only_where_it_belongs(path: Path) -> None:
    packages = {name.split(".")[0] for name in _imports(path)}

    for package in packages & ONLY_IN.keys():
        assert _room(path) in ONLY_IN[package], f"{package} does not belong in {path}"


@pytest.mark.parametrize("name", ["queries", "charts"])
def test_queries_and_charts_know_no_streamlit(name: str) -> None:
    """Each is a module, or a package of modules."""
    inside = ROOT / "dashboard" / name
    paths = [path for path in FILES if path.with_suffix("") == inside or inside in path.parents]

    assert paths
    for path in paths:
        assert "streamlit" not in {each.split(".")[0] for each in _imports(path)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_one_place_reads_the_clock(path: Path) -> None:
    """Now is injected; the dashboard and the waiting for servers measure durations alone."""
    text = path.read_text(encoding="utf-8")

    if path.name != "deployment.py":
        assert "datetime.now(" not in text
        assert "date.today(" not in text
        assert "utcnow(" not in text


def test_no_file_is_longer_than_300_lines() -> None:
    long = [path for path in FILES if len(path.read_text(encoding="utf-8").splitlines()) > 300]

    assert not long


def test_the_files_that_are_run_first_are_there() -> None:
    """Else a file that was renamed would be last again, and everybody would wait for it."""
    assert not [name for name in LONGEST_FIRST if not (HERE / name).is_file()]
