"""A metric as people read it: its name, its unit, and how its values are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from fitbit_pipeline.metrics.catalogue import METRIC


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric as people read it.

    Attributes:
        column: The metric's name in the catalogue.
        label: What people call it.
        short: The same where there is little room.
        meaning: What it is, in a sentence.
        decimals: How many of its decimals mean anything.
        companions: Further metrics of the same endpoint to tell with it, with their headings.
        reach: Those between which each day's value lies, if there are such: the lower and the
            upper, both among the companions.
    """

    column: str
    label: str
    short: str
    meaning: str
    decimals: int = 0
    companions: Mapping[str, str] = field(default_factory=dict, hash=False)
    reach: tuple[str, str] | None = None

    @property
    def unit(self) -> str:
        """Its unit."""
        return METRIC[self.column].unit

    def told(self, value: Any) -> str:
        """A value without its unit; ``–`` where there is none."""
        if pd.isna(value):
            return "–"
        # Adding nothing turns a -0.0 that rounding left into 0.0.
        return f"{round(float(value), self.decimals) + 0.0:,.{self.decimals}f}"

    def told_range(self, low: Any, high: Any) -> str:
        """``58 to 64``; ``–`` where it is not known."""
        return "–" if pd.isna(low) else f"{self.told(low)} to {self.told(high)}"
