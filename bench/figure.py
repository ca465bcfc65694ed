"""What a benchmark finds: figures, each a ratio of two measurements of one run, and details."""

from collections.abc import Sequence
from dataclasses import dataclass, field

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """One ratio, and the limit that it is held against; told, and never asserted.

    Attributes:
        what: What was measured against what, with the size of it.
        measured: The measurement.
        against: What it is divided by: another measurement of the same run, or a limit.
        unit: Of both.
        digits: Behind the point, of both.
        most: The largest ratio that is well; None where there is none.
        least: The smallest ratio that is well; None where there is none.
        quoted: Whether the README quotes it.
    """

    what: str
    measured: float
    against: float
    unit: str = ""
    digits: int = 0
    most: float | None = None
    least: float | None = None
    quoted: bool = False

    @property
    def ratio(self) -> float:
        """What carries over to other machines."""
        return self.measured / self.against

    @property
    def holds(self) -> bool | None:
        """Whether the limit holds; None where there is none."""
        if self.most is not None:
            return self.ratio <= self.most
        if self.least is not None:
            return self.ratio >= self.least
        return None

    @property
    def cells(self) -> tuple[str, ...]:
        """What, measured, against, ratio, limit, and whether it holds, as they are printed."""
        return (
            self.what,
            self._amount(self.measured),
            self._amount(self.against),
            f"{self.ratio:,.2f}" if self.ratio >= 0.1 else f"{self.ratio:.2g}",
            self._limit(),
            {True: "yes", False: "no", None: NOTHING}[self.holds],
        )

    def _amount(self, amount: float) -> str:
        return f"{amount:,.{self.digits}f} {self.unit}".rstrip()

    def _limit(self) -> str:
        if self.most is not None:
            return f"at most {self.most:.2f}"
        return NOTHING if self.least is None else f"at least {self.least:.2f}"


@dataclass(frozen=True, slots=True)
class Detail:
    """A table of what stands behind the figures.

    Attributes:
        title: What it shows.
        columns: Their names; all but the first hold numbers.
        rows: As they are printed.
        note: What one must know to read it.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that a benchmark found."""

    figures: Sequence[Figure]
    details: Sequence[Detail] = field(default_factory=list)
