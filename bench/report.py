"""``python -m bench.report``: writes the newest results into docs/performance.md and the README.

What stands between the marks is made here; what stands around them is written by hand. Only results
of the usual sizes count, so that a quick try changes no page; a benchmark without one keeps what
there is of it.
"""

import argparse
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.__main__ import unusual
from bench.figure import Figure
from bench.results import RESULTS, Result, newest
from bench.tables import detail_markdown, figures_markdown, figures_table, wide_console

README = Path(__file__).parents[1] / "README.md"
PAGE = README.parent / "docs" / "performance.md"
SECONDS_TOLD = 90
"""Longer is told in minutes."""
ORDER = ("year", "start", "night", "backfill", "takeout", "dashboard")


def main() -> None:
    """Prints the table of what is kept, and writes the pages."""
    parser = argparse.ArgumentParser(prog="python -m bench.report", description=__doc__)
    parser.add_argument("--results", type=Path, default=RESULTS, help="where results are kept")
    parser.add_argument("--print", action="store_true", help="print the table, and write nothing")
    chosen = parser.parse_args()
    results = newest(chosen.results, complete=not chosen.print)
    wide_console().print(figures_table(figures_of(results)))
    if not chosen.print:
        for page in (PAGE, README):
            page.write_text(with_results(page.read_text("utf-8"), results), encoding="utf-8")


def with_results(text: str, results: Mapping[str, Result]) -> str:
    """A page whose marked parts are as the results say.

    Args:
        text: The page.
        results: By benchmark; what there is none of is left as it is.
    """
    for name, result in results.items():
        text = _between(text, name, _benchmark(result))
    if results:
        every = figures_of(results)
        text = _between(text, "every figure", figures_markdown(every))
        text = _between(
            text, "quoted figures", figures_markdown(each for each in every if each.quoted)
        )
        text = _between(text, "machine", _machines(results))
    return text


def figures_of(results: Mapping[str, Result]) -> list[Figure]:
    """All figures, in the order in which they are told."""
    return [figure for name in ORDER if name in results for figure in results[name].outcome.figures]


def _benchmark(result: Result) -> str:
    details = "\n\n".join(detail_markdown(detail) for detail in result.outcome.details)
    own = details or figures_markdown(result.outcome.figures)
    arguments = " ".join([result.benchmark, *unusual(result.options)])
    given = f"'{arguments}'" if " " in arguments else arguments
    took = _length(result.seconds)
    return f"`make bench BENCH_ARGS={given}` took {took} on {_day(result)}.\n\n{own}"


def _length(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < SECONDS_TOLD else f"{seconds / 60:,.0f} minutes"


def _machines(results: Mapping[str, Result]) -> str:
    told = _unique(f"{_day(each)}: {each.machine}." for each in _in_order(results))
    return "\n".join(f"- {each}" for each in told)


def _in_order(results: Mapping[str, Result]) -> list[Result]:
    return [results[name] for name in ORDER if name in results]


def _day(result: Result) -> str:
    moment = result.measured_at
    return f"{moment.day} {moment:%B %Y}"


def _unique(lines: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(lines))


def _between(text: str, name: str, content: str) -> str:
    pattern = rf"(<!-- {name}: [^>]*-->\n).*?(<!-- end of {name} -->)"
    return re.sub(
        pattern, lambda found: f"{found[1]}\n{content}\n\n{found[2]}", text, flags=re.DOTALL
    )


if __name__ == "__main__":
    main()
