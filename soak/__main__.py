"""``make soak``: lives through a simulated year and prints its tally."""

import argparse
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from soak.plan import FEWEST_NIGHTS, FEWEST_PARTICIPANTS, draw_plan
from soak.tally import tally_of
from soak.year import simulated


def main() -> int:
    """Simulates, counts, prints; 1 if anything is not as it must be."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=7, help="decides everything")
    parser.add_argument("--nights", type=int, default=365, help=f"at least {FEWEST_NIGHTS}")
    parser.add_argument(
        "--participants", type=int, default=20, help=f"at least {FEWEST_PARTICIPANTS}"
    )
    parser.add_argument(
        "--minutes", type=float, default=240, help="after so many, the next night is the last"
    )
    arguments = parser.parse_args()
    console = Console(soft_wrap=True)
    try:
        plan = draw_plan(arguments.seed, arguments.nights, arguments.participants)
    except ValueError as error:
        parser.error(str(error))
    with (
        tempfile.TemporaryDirectory(prefix="fitbit-soak-") as folder,
        simulated(plan, Path(folder), arguments.minutes, console.print) as year,
    ):
        tally = tally_of(year)
    console.print(tally.table())
    for fault in tally.faults:
        console.print(fault)
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
