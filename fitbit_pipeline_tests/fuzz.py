"""A plugin of pytest that adds up how many examples hypothesis itself says it ran.

``make fuzz`` loads it. What counts are the examples of the generation phase that ran to their end:
neither those that a strategy gave up nor those of shrinking.
"""

import re
from collections.abc import Iterator

import pytest
from _hypothesis_pytestplugin import STATS_KEY

LEAST = 100_000
_GENERATED = re.compile(
    r"during generate phase .*?- (\d+) passing, (\d+) failing, and (\d+) invalid", re.DOTALL
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the sum."""
    counts = list(_counts(terminalreporter))
    terminalreporter.write_line(
        f"{sum(counts)} examples in {len(counts)} properties, as hypothesis counted them."
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails where all tests together ran fewer examples than ``make fuzz`` promises."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or session.exitstatus or session.config.option.keyword:
        return
    if sum(_counts(reporter)) < LEAST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"Fewer than {LEAST} examples ran.")


def _counts(reporter: pytest.TerminalReporter) -> Iterator[int]:
    for reports in reporter.stats.values():
        for report in reports:
            for ran, failed, _ in _GENERATED.findall(report.__dict__.get(STATS_KEY) or ""):
                yield int(ran) + int(failed)
