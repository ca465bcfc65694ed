"""Writes the tables of the documentation from the code that they describe: ``make readme``."""

import re
from pathlib import Path

from fitbit_pipeline.metrics.catalogue import METRICS
from fitbit_pipeline.settings import Settings
from fitbit_pipeline_tests.sources_compared.differences import DIFFERENCES
from tools.invariants import INVARIANTS

README = Path(__file__).parents[1] / "README.md"
SOURCES_PAGE = README.parent / "docs" / "sources.md"
INVARIANTS_PAGE = README.parent / "docs" / "invariants.md"
PAGES = (README, SOURCES_PAGE, INVARIANTS_PAGE)


def metrics_table() -> str:
    """The catalogue of metrics as Markdown."""
    rows = ["| metric | unit | read from | what it is | tutorial's type |", "|---|---|---|---|---|"]
    rows += [
        f"| `{metric.name}` | {metric.unit} | `{metric.endpoint}` | {metric.description} | "
        f"{f'`{metric.tutorial}`' if metric.tutorial else '–'} |"
        for metric in METRICS
    ]
    return "\n".join(rows)


def settings_table() -> str:
    """The settings, their defaults and what they choose, as Markdown."""
    rows = ["| `FITBIT_PIPELINE_…` | default | what |", "|---|---|---|"]
    rows += [
        f"| `{name.upper()}` | {'–' if field.default is None else f'`{field.default}`'} | "
        f"{field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(rows)


def differences_table() -> str:
    """What sources tell otherwise than others, as Markdown; a test holds the days against it."""
    rows = ["| metric | source | how it differs | why | where that is known from |"]
    rows += ["|---|---|---|---|---|"]
    for row in DIFFERENCES:
        names, sources = (
            ", ".join(f"`{each}`" for each in column) for column in (row.names, row.sources)
        )
        rows.append(f"| {names} | {sources} | {row.how} | {row.why} | {row.citation} |")
    return "\n".join(rows)


def invariants_table() -> str:
    """The invariants, the tests that prove each, and what breaks it, as Markdown."""
    rows = ["| | invariant | proved by | broken by |", "|---|---|---|---|"]
    for each in INVARIANTS:
        tests = "<br>".join(f"`{_short(test)}`" for test in each.tests)
        rows.append(
            f"| {each.number} | {each.sentence} | {tests} | in `{each.sabotage.file}`, "
            f"`{each.sabotage.broken}` |"
        )
    return "\n".join(rows)


def _short(test: str) -> str:
    """A test without the folders that it is in."""
    return test.removeprefix("fitbit_pipeline_tests/")


def with_tables(text: str) -> str:
    """A page whose tables are as the code says."""
    tables = {
        "metrics": metrics_table(),
        "settings": settings_table(),
        "differences": differences_table(),
        "invariants": invariants_table(),
    }
    for name, table in tables.items():
        pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- end of {name} -->)"
        text = re.sub(
            pattern,
            lambda found, table=table: f"{found[1]}{table}\n{found[2]}",
            text,
            flags=re.DOTALL,
        )
    return text


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
