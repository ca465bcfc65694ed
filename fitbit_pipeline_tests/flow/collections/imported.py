"""The day on which the collections begin, and what was imported of it."""

from datetime import date
from typing import Any

from fitbit_pipeline_tests.fitabase_tables import ask
from fitbit_pipeline_tests.flow.importing import ImportBench

DAY = date(2021, 5, 24)
Document = dict[str, Any]


def steps(bench: ImportBench, name: str, day: date = DAY) -> Any:
    """What a participant's source says of the steps of a day."""
    return ask(bench.sources.open(bench.get(name)), "steps", f"{day}", f"{day}")[f"{day}"]
