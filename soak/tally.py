"""The tally of a simulated year, as a table to print, and whether it is as it must be."""

from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.table import Table

from soak.count import EXAMPLES, Count, count
from soak.plan import DISTURBED, Happening, Trouble
from soak.reference import undisturbed
from soak.study import Year, opened
from soak.truth import days_lived


@dataclass(frozen=True, slots=True)
class Tally:
    """What a year came to.

    Attributes:
        year: What happened.
        count: What was counted at the end.
    """

    year: Year
    count: Count

    @property
    def never_struck(self) -> list[Trouble]:
        """Troubles that were to occur and did not."""
        return [each for each in DISTURBED if not self.year.struck[each]]

    @property
    def faults(self) -> list[str]:
        """Everything that is not as it must be, as sentences; none where all is well."""
        counted = self.count
        found = [
            f"{len(keys)} {what}: {', '.join(keys[:EXAMPLES])}."
            for keys, what in (
                (counted.lost, "days are lost"),
                (counted.doubled, "documents are doubled"),
                (counted.lied, "entries of coverage are not so at the end"),
                (counted.derived_differing, "derived documents are not as an undisturbed fetch's"),
            )
            if keys
        ]
        found += self.year.wrong
        if not counted.expected or not counted.with_data:
            found.append("There was nothing to be lost.")
        if not self.year.cut:
            found += [f"It never happened: {each}." for each in self.never_struck]
        return found

    def table(self) -> Table:
        """Everything that was counted."""
        year, counted = self.year, self.count
        plan = year.plan
        lived = sum(year.struck.values())
        title = (
            f"{lived} nights of {len(plan.names)} participants, seed {plan.seed}, "
            f"{year.seconds / 60:.0f} minutes"
        )
        table = Table(title=title, box=SIMPLE_HEAD, title_justify="left")
        table.add_column("what")
        table.add_column("how many", justify="right")
        rows: list[tuple[str, int]] = [("nights", lived)]
        rows += [(f"  {each}", year.struck[each]) for each in Trouble]
        rows += [(f"participants: {each}", year.happened[each]) for each in Happening]
        rows += [
            ("participants: travelled to another zone", year.travellers),
            ("stretches in which a device did not sync", len(plan.silences)),
            ("runs", year.runs),
            ("requests", year.requests),
            ("days older than a night repairs, reported and asked for by hand", year.reported),
            ("days expected (participant, endpoint, date)", counted.expected),
            ("  of them with data", counted.with_data),
            ("  of them known from the people themselves", counted.lived),
            ("days present", counted.present),
            ("days lost", len(counted.lost)),
            ("documents doubled", len(counted.doubled)),
            ("days whose coverage lied, after any night or at the end", self.lies),
            ("derived documents compared", counted.derived),
            ("derived documents differing", len(counted.derived_differing)),
        ]
        for what, how_many in rows:
            table.add_row(what, f"{how_many:,}")
        if year.cut:
            table.caption = f"Time was up: {lived} of {len(plan.nights)} nights were lived through."
        return table

    @property
    def lies(self) -> int:
        """How many entries of coverage said what was not so, whenever that was looked at."""
        return self.year.lies + len(self.count.lied)


def tally_of(year: Year) -> Tally:
    """Fetches the same people undisturbed, and compares."""
    lived = days_lived(year)
    with undisturbed(year) as reference, opened(year.settings, year.sandbox.now) as study:
        return Tally(year, count(study.store, reference.store, lived, frozenset(year.gone)))
