"""Writes the README's tables from the code that they describe: ``make readme``."""

import re
from pathlib import Path

from fitbit_pipeline.metrics.catalogue import METRICS
from fitbit_pipeline.settings import Settings

README = Path(__file__).parents[1] / "README.md"


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


def with_tables(text: str) -> str:
    """A README whose tables are as the code says."""
    for name, table in (("metrics", metrics_table()), ("settings", settings_table())):
        pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- end of {name} -->)"
        text = re.sub(
            pattern,
            lambda found, table=table: f"{found[1]}{table}\n{found[2]}",
            text,
            flags=re.DOTALL,
        )
    return text


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
