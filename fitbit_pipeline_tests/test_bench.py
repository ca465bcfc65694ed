"""The benchmarks work, and the pages quote what they found. How fast is not asked here.

Those that start servers for each figure are tried on what they could have measured.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import psutil
import pytest

from bench.__main__ import BENCHMARKS, SIZES, sizes
from bench.dashboard import PAGES, Dashboard, Filled, Views
from bench.figure import Detail, Figure, Outcome
from bench.machine import Machine, this_machine
from bench.measured import run_measured
from bench.night import Night, Nights
from bench.report import ORDER, PAGE, README, figures_of, with_results
from bench.results import Result, newest, save
from bench.start import Start, Starts
from bench.streamlit_session import ScriptRun
from bench.study import Study
from bench.takeout import Import, write_archive
from bench.throughput import Throughput
from bench.year import measure_year
from fitbit_pipeline.settings import Settings

MACHINE = Machine("A processor", 2, 24.0, "Linux x86_64", 0.1, {"Python": "3.11.7"})
RESULT = Result(
    benchmark="year",
    measured_at=datetime(2026, 11, 24, 8, tzinfo=UTC),
    machine=MACHINE,
    options={"days": 365},
    complete=True,
    seconds=120.0,
    outcome=Outcome(
        [
            Figure("requests of a year", 180, 180, most=1.0, quoted=True),
            Figure("disk of a year", 10.4, 25, "MB", digits=1, most=1.0),
        ],
        [Detail("Requests", ["endpoint", "counted"], [["`steps`", "5"]], "A note.")],
    ),
)
MARKED = """\
By hand.
<!-- every figure: made by hand -->
<!-- end of every figure -->
<!-- quoted figures: made by hand -->
<!-- end of quoted figures -->
<!-- year: made by hand -->
What was there.
<!-- end of year -->
<!-- night: made by hand -->
What was there.
<!-- end of night -->
"""


def _quoted(page: Path, name: str) -> list[str]:
    """The rows of a table between its marks."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name}: [^>]*-->\n(.*?)<!-- end of {name} -->", text, re.DOTALL)
    assert found, f"{page.name} has no marks for {name}"
    rows = [line for line in found[1].splitlines() if line.startswith("|")]
    return rows[2:]


def _check(outcome: Outcome, figures: int) -> None:
    assert len(outcome.figures) == figures
    assert all(figure.ratio > 0 for figure in outcome.figures)
    assert len({figure.what for figure in outcome.figures}) == figures
    for detail in outcome.details:
        assert detail.rows
        assert {len(row) for row in detail.rows} == {len(detail.columns)}


def test_the_requests_of_some_days_are_counted_and_are_the_fewest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FITBIT_PIPELINE_MONGODB_URI", "FITBIT_PIPELINE_DATABASE"):
        monkeypatch.delenv(name, raising=False)

    year = measure_year(tmp_path, days=3)

    _check(year.outcome(), 3)
    assert year.google.counted == year.google.fewest
    assert year.fitbit.counted == year.fitbit.fewest
    assert all(count > 0 for count in year.google.counted.values())
    assert year.megabytes > 0


def test_a_process_is_measured_without_the_memory_of_whoever_measures_it() -> None:
    own = psutil.Process().memory_info().rss / 1024 / 1024

    small = run_measured([sys.executable, "-I", "-S", "-c", "pass"], {})

    assert 0 < small.peak_megabytes < own / 2
    assert small.seconds > 0


def test_a_process_that_fails_is_told() -> None:
    with pytest.raises(RuntimeError, match="exit code 3"):
        run_measured([sys.executable, "-I", "-S", "-c", "raise SystemExit(3)"], {})


def test_the_archive_that_is_imported_is_a_whole_takeout(tmp_path: Path) -> None:
    last = datetime(2026, 3, 31, tzinfo=UTC).date()

    files, size = write_archive(tmp_path / "takeout.zip", last.replace(day=30), last)

    assert files > 10
    assert size > 2 * 500_000


def _views(seconds: float) -> Views:
    runs = [ScriptRun(seconds, 40_000, 3) for _ in range(3)]
    return Views(runs[0], runs, runs)


def _dashboard() -> Dashboard:
    newest_day = date(2026, 11, 23)
    small, large = (
        Filled(Settings(), Study([f"P{number}" for number in range(people)], newest_day, 9), 1.0)
        for people in (10, 1000)
    )
    pages = {page: (_views(0.1), _views(0.12)) for page in PAGES}
    return Dashboard(365, small, large, pages)


NIGHTS = [Night(10, 210, 20.0, 180.0), Night(100, 2100, 44.0, 190.0)]
FIGURES: Sequence[tuple[Outcome, int]] = [
    (Nights([*NIGHTS, Night(1000, 21_000, 264.0, 222.0)]).outcome(), 3),
    (Starts([Start(12.0, 6.0)], [Start(9.0, 3.0)]).outcome(), 2),
    (Import(730, 2000, 400.0, 300.0, 200.0, 8.0, 4.0).outcome(), 3),
    (Throughput(100, 365, 839_500, 25.0, 47.0, 12.0, 60.0, 145.0, 13.0).outcome(), 4),
    (_dashboard().outcome(), 2 * len(PAGES) + 2),
]


@pytest.mark.parametrize(("outcome", "figures"), FIGURES)
def test_every_measurement_has_its_row(outcome: Outcome, figures: int) -> None:
    _check(outcome, figures)


def test_growth_is_told_for_each_participant_more() -> None:
    (detail,) = Nights(NIGHTS).outcome().details

    assert detail.rows[1][-3:] == ["21.0", "267 ms", "0.11 MB"]


@pytest.mark.parametrize(
    ("limit", "holds", "told"),
    [
        ({"most": 1.5}, True, "at most 1.50"),
        ({"most": 1.4}, False, "at most 1.40"),
        ({"least": 1.5}, True, "at least 1.50"),
        ({"least": 1.6}, False, "at least 1.60"),
        ({}, None, "–"),
    ],
)
def test_a_ratio_is_held_against_its_limit(
    limit: dict[str, float], holds: bool | None, told: str
) -> None:
    figure = Figure("this against that", 3000, 2000, "ms", **limit)  # type: ignore[arg-type]

    assert figure.holds is holds
    assert figure.cells[1:5] == ("3,000 ms", "2,000 ms", "1.50", told)


def test_nights_of_three_sizes_are_compared() -> None:
    assert sizes(1000) == [10, 100, 1000]
    assert sizes(20) == [1, 2, 20]


def test_every_benchmark_is_told_of() -> None:
    assert set(BENCHMARKS) == set(SIZES) == set(ORDER)


def test_what_was_found_is_kept_and_read_again(tmp_path: Path) -> None:
    newer = replace(RESULT, measured_at=datetime(2026, 11, 25, tzinfo=UTC), machine=this_machine())
    for each in (RESULT, newer):
        save(each, tmp_path)
    (tmp_path / "older.json").write_text('{"benchmark": "year"}')

    assert newest(tmp_path) == {"year": newer}


def test_a_quick_try_is_not_told_on_any_page(tmp_path: Path) -> None:
    save(replace(RESULT, complete=False), tmp_path)

    assert newest(tmp_path) == {}
    assert newest(tmp_path, complete=False).keys() == {"year"}


def test_pages_are_written_from_what_was_found() -> None:
    page = with_results(MARKED, {"year": RESULT})

    assert page.startswith("By hand.\n")
    assert "| requests of a year | 180 | 180 | 1.00 | at most 1.00 | yes |" in page
    quoted = page.partition("<!-- quoted figures")[2].partition("<!-- end of quoted figures")[0]
    assert "requests of a year" in quoted
    assert "disk of a year" not in quoted
    assert "| `steps` | 5 |" in page
    assert page.count("What was there.") == 1
    assert with_results(page, {"year": RESULT}) == page


def test_without_results_a_page_stays_as_it_is() -> None:
    assert with_results(MARKED, {}) == MARKED
    assert figures_of({}) == []


def test_what_the_readme_quotes_stands_in_the_performance_page() -> None:
    quoted = _quoted(README, "quoted figures")

    assert quoted
    assert set(quoted) <= set(_quoted(PAGE, "every figure"))


@pytest.mark.parametrize("name", ORDER)
def test_the_performance_page_has_a_place_for_every_benchmark(name: str) -> None:
    assert f"<!-- {name}: " in PAGE.read_text(encoding="utf-8")
    assert f"<!-- end of {name} -->" in PAGE.read_text(encoding="utf-8")
