"""Several archives of one person as one source."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from fitbit_pipeline.sources.combined import CombinedSource, Part
from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline_tests.fitabase_tables import (
    Answer,
    activity_line,
    activity_table,
    ask,
    sleep_line,
    sleep_table,
    sources,
)

ME = "1503960366"
NO_ARCHIVE = (FailureKind.NOT_SERVED, "No archive reaches this day.")


def april(day: int, **changes: str) -> str:
    """A line of activity of a day of April 2016."""
    return activity_line(ActivityDate=f"4/{day}/2016", **changes)


def night(day: int, **changes: str) -> str:
    """A line of sleep of a day of April 2016."""
    return sleep_line(SleepDay=f"4/{day}/2016 12:00:00 AM", **changes)


def part(folder: Path, first: int, last: int, synced: int | None = None) -> Part:
    """An archive that spans days of April, made on its last day unless told otherwise."""
    return Part(
        sources(folder)[ME],
        date(2016, 4, first),
        date(2016, 4, last),
        datetime(2016, 4, synced or last, tzinfo=UTC),
    )


def told(parts: list[Part], first: int, last: int, endpoint: str = "steps") -> list[Answer | str]:
    """Of every day the steps or the minutes asleep, or why there are none."""
    combined = CombinedSource("fitabase", parts)
    answers = ask(combined, endpoint, f"2016-04-{first:02}", f"2016-04-{last:02}")
    assert len(answers) == last - first + 1
    found: list[Answer | str] = []
    for _, answer in sorted(answers.items()):
        if isinstance(answer, dict):
            (record,) = answer.values()
            found.append(record["TotalSteps" if endpoint == "steps" else "TotalMinutesAsleep"])
        else:
            found.append(answer)
    return found


@pytest.fixture
def early(tmp_path: Path) -> Part:
    """An archive of the 10th to the 12th, cut on its last day."""
    lines = [april(10, TotalSteps="110"), april(11, TotalSteps="111"), april(12, TotalSteps="1")]
    return part(activity_table(tmp_path / "early", *lines), 10, 12)


@pytest.fixture
def late(tmp_path: Path) -> Part:
    """An archive of the 12th to the 14th."""
    lines = [april(day, TotalSteps=f"2{day}") for day in (12, 13, 14)]
    return part(activity_table(tmp_path / "late", *lines), 12, 14)


class TestWhoAnswers:
    """Each day from the archive that knows it best."""

    @pytest.mark.parametrize("turned", [False, True])
    def test_the_archive_made_last_answers_for_days_in_both(
        self, early: Part, late: Part, turned: bool
    ) -> None:
        """The first archive was cut on the 12th: the second saw the whole of it."""
        parts = [late, early] if turned else [early, late]
        assert told(parts, 10, 14) == ["110", "111", "212", "213", "214"]

    def test_days_between_the_archives_are_not_served(self, early: Part, tmp_path: Path) -> None:
        later = part(activity_table(tmp_path / "later", april(15, TotalSteps="5")), 15, 15)
        assert told([early, later], 12, 16) == ["1", NO_ARCHIVE, NO_ARCHIVE, "5", NO_ARCHIVE]

    def test_an_older_archive_around_the_newer_one_fills_both_sides(
        self, late: Part, tmp_path: Path
    ) -> None:
        lines = [april(day, TotalSteps=f"1{day}") for day in range(10, 17)]
        wide = part(activity_table(tmp_path / "wide", *lines), 10, 16, synced=11)
        assert told([late, wide], 10, 16) == ["110", "111", "212", "213", "214", "115", "116"]

    def test_an_empty_day_of_the_newer_archive_is_empty(self, early: Part, tmp_path: Path) -> None:
        """It was made later and has nothing there: it knows."""
        lines = [april(10), april(12, TotalSteps="7")]
        newer = part(activity_table(tmp_path / "newer", *lines), 10, 12, synced=20)
        assert told([early, newer], 11, 12) == [None, "7"]

    def test_a_damaged_day_of_the_newer_archive_is_damaged(
        self, early: Part, tmp_path: Path
    ) -> None:
        lines = [april(11, TotalSteps="x"), april(12, TotalSteps="7")]
        newer = part(activity_table(tmp_path / "newer", *lines), 11, 12, synced=20)
        answers = told([early, newer], 10, 12)
        assert (answers[0], answers[2]) == ("110", "7")
        assert isinstance(answers[1], tuple)
        assert answers[1][0] is FailureKind.DAMAGED


class TestWhatOnlyOneServes:
    """An endpoint that only one of the archives holds."""

    def test_an_older_archive_answers_what_the_newer_one_does_not_hold(
        self, late: Part, tmp_path: Path
    ) -> None:
        nights = part(sleep_table(tmp_path / "nights", night(12, TotalMinutesAsleep="400")), 12, 12)
        combined = CombinedSource("fitabase", [late, nights])
        assert {"sleep", "steps"} <= combined.endpoints
        assert told([late, nights], 12, 13, "sleep") == ["400", NO_ARCHIVE]

    def test_an_older_archive_answers_days_that_a_table_of_the_newer_one_does_not_reach(
        self,
        tmp_path: Path,
    ) -> None:
        """The newer archive has activity from the 10th on, but nights only from the 13th on."""
        old = activity_table(tmp_path / "old", april(10), april(12))
        sleep_table(old, night(11, TotalMinutesAsleep="311"), night(12, TotalMinutesAsleep="312"))
        new = activity_table(tmp_path / "new", april(10), april(14))
        sleep_table(new, night(13, TotalMinutesAsleep="413"), night(14, TotalMinutesAsleep="414"))
        parts = [part(old, 10, 12), part(new, 10, 14)]
        answers = told(parts, 10, 14, "sleep")
        assert answers[1:] == ["311", "312", "413", "414"]
        assert isinstance(answers[0], tuple)
        assert answers[0][0] is FailureKind.NOT_SERVED

    def test_what_is_damaged_in_the_only_archive_that_reaches_it_is_damaged(
        self, tmp_path: Path
    ) -> None:
        old = sleep_table(tmp_path / "old", night(11, TotalMinutesAsleep="x"), night(12))
        new = activity_table(tmp_path / "new", april(10), april(14))
        sleep_table(new, night(13))
        (answer,) = told([part(old, 11, 12), part(new, 10, 14)], 11, 11, "sleep")
        assert isinstance(answer, tuple)
        assert answer[0] is FailureKind.DAMAGED


class TestSynced:
    """The device has synced as far as the latest archive says."""

    def test_it_is_whole_as_far_as_the_archive_made_last(self, early: Part, late: Part) -> None:
        for parts in ([early, late], [late, early]):
            assert CombinedSource("fitabase", parts).synced_until == datetime(
                2016, 4, 14, tzinfo=UTC
            )
