"""Records of Fitabase tables: damaged ones, doubled ones, and tables that cannot be used."""

import csv
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fitbit_pipeline.sources.protocol import FailureKind
from fitbit_pipeline_tests.fitabase_tables import (
    ACTIVITY_LINE,
    DEMO_ACTIVITY,
    activity_line,
    activity_table,
    ask,
    sleep_line,
    sleep_table,
    sources,
    survey,
    told_steps,
)

ME = "1503960366"
BEFORE, BAD_DAY, AFTER = "2016-04-11", "2016-04-12", "2016-04-13"
VALUES = (
    "VeryActiveMinutes",
    "FairlyActiveMinutes",
    "LightlyActiveMinutes",
    "SedentaryMinutes",
    "Calories",
    "TotalSteps",
)


def damaged(folder: Path, line: str) -> Path:
    """A table of three days, the one in the middle as given."""
    return activity_table(
        folder,
        activity_line(ActivityDate="4/11/2016"),
        line,
        activity_line(ActivityDate="4/13/2016"),
    )


lines = st.fixed_dictionaries(
    {name: st.sampled_from(["0", "1", "200", "728"]) for name in VALUES}
    | {"ActivityDate": st.sampled_from(["4/11/2016", "4/12/2016"])}
).map(lambda drawn: activity_line(**drawn))


class TestDamagedRecords:
    """A record that cannot be used costs its own day and no other."""

    @pytest.mark.parametrize(
        ("column", "text", "message"),
        [
            ("TotalSteps", "-1", "TotalSteps is not between 0 and 200000"),
            ("TotalSteps", "200001", "TotalSteps is not between 0 and 200000"),
            ("TotalSteps", "", "TotalSteps is not a number of its kind"),
            ("TotalSteps", "many-4711", "TotalSteps is not a number of its kind"),
            ("TotalSteps", "4711.5", "TotalSteps is not a number of its kind"),
            ("TotalSteps", "4.7e3", "TotalSteps is not a number of its kind"),
            ("TotalDistance", "nan", "TotalDistance is not between 0 and 500"),
            ("TotalDistance", "inf", "TotalDistance is not between 0 and 500"),
            ("TotalDistance", "-inf", "TotalDistance is not between 0 and 500"),
            ("TotalDistance", "1e300", "TotalDistance is not between 0 and 500"),
            ("SedentaryMinutes", "1501", "SedentaryMinutes is not between 0 and 1500"),
            ("Calories", "50001", "Calories is not between 0 and 50000"),
        ],
    )
    def test_a_value_that_cannot_be_is_told_by_file_line_and_column(
        self, tmp_path: Path, column: str, text: str, message: str
    ) -> None:
        (problem,) = survey(damaged(tmp_path, activity_line(**{column: text}))).problems
        assert str(problem) == f"dailyActivity_merged.csv, line 3: {message}"

    @pytest.mark.parametrize(
        "text",
        ["", "12/4", "2016-04-12", "13/12/2016", "2/30/2016", "4/12/16", "soon", "4/12/20160"],
    )
    def test_a_date_that_is_none(self, tmp_path: Path, text: str) -> None:
        (problem,) = survey(damaged(tmp_path, activity_line(ActivityDate=text))).problems
        assert (problem.place, problem.message) == ("line 3", "ActivityDate is not a date")

    @pytest.mark.parametrize("text", ["1/1/0001", "12/31/2006", "1/1/2100", "12/31/9999"])
    def test_a_date_on_which_no_device_was_worn(self, tmp_path: Path, text: str) -> None:
        found = survey(damaged(tmp_path, activity_line(ActivityDate=text)))
        assert found.problems[0].message == "ActivityDate is not between 2007 and 2099"
        assert found.people[0].last_day.isoformat() == AFTER

    @pytest.mark.parametrize("text", ["", "../x", "a/b", "$where", "Zoë", "1 2", "x" * 41])
    def test_an_identifier_that_is_none(self, tmp_path: Path, text: str) -> None:
        found = survey(damaged(tmp_path, activity_line(Id=text)))
        assert found.problems[0].message == "Id is not an identifier of letters and digits"
        assert [person.key for person in found.people] == [ME]

    @pytest.mark.parametrize("text", ["-4711", "many-4711", "nan4711", "47114711", "4711.25"])
    def test_no_message_holds_the_value(self, tmp_path: Path, text: str) -> None:
        folder = damaged(tmp_path, activity_line(TotalSteps=text))
        (problem,) = survey(folder).problems
        told = ask(sources(folder)[ME], "steps", BAD_DAY, BAD_DAY)
        assert "4711" not in f"{problem}{told}"

    def test_its_day_is_damaged_and_the_others_stand(self, tmp_path: Path) -> None:
        folder = damaged(tmp_path, activity_line(Calories="-5"))
        told = ask(sources(folder)[ME], "steps", BEFORE, AFTER)
        assert told[BAD_DAY] == (
            FailureKind.DAMAGED,
            "dailyActivity_merged.csv, line 3: Calories is not between 0 and 50000: "
            "export it again.",
        )
        assert isinstance(told[BEFORE], dict)
        assert isinstance(told[AFTER], dict)

    @pytest.mark.parametrize("columns", [2, 3, 10, 14])
    def test_a_record_that_was_cut_is_damaged_and_not_empty(
        self, tmp_path: Path, columns: int
    ) -> None:
        cut = ",".join(activity_line().split(",")[:columns])
        told = ask(sources(damaged(tmp_path, cut))[ME], "steps", BEFORE, AFTER)
        reason = f"dailyActivity_merged.csv, line 3: has {columns} of 15 columns: export it again."
        assert told[BAD_DAY] == (FailureKind.DAMAGED, reason)
        assert isinstance(told[AFTER], dict)

    def test_a_record_that_was_cut_before_its_date_is_a_problem(self, tmp_path: Path) -> None:
        (problem,) = survey(damaged(tmp_path, "15039")).problems
        assert problem.place == "line 3"

    def test_a_record_with_too_many_columns_is_damaged(self, tmp_path: Path) -> None:
        told = ask(sources(damaged(tmp_path, activity_line() + ",7"))[ME], "steps", BEFORE, AFTER)
        answer = told[BAD_DAY]
        assert isinstance(answer, tuple)
        assert "has 16 of 15 columns" in answer[1]

    def test_a_day_at_the_edge_that_is_damaged_belongs_to_the_person(self, tmp_path: Path) -> None:
        folder = activity_table(
            tmp_path, activity_line(), activity_line(ActivityDate="4/13/2016", TotalSteps="x")
        )
        assert survey(folder).people[0].last_day.isoformat() == AFTER
        answer = ask(sources(folder)[ME], "steps", AFTER, AFTER)[AFTER]
        assert isinstance(answer, tuple)
        assert answer[0] is FailureKind.DAMAGED

    def test_one_persons_damaged_record_does_not_touch_another(self, tmp_path: Path) -> None:
        folder = activity_table(tmp_path, activity_line(TotalSteps="x"), activity_line(Id="42"))
        assert isinstance(ask(sources(folder)["42"], "steps", BAD_DAY, BAD_DAY)[BAD_DAY], dict)

    def test_a_damaged_night_leaves_the_days_activity_alone(self, tmp_path: Path) -> None:
        sleep_table(tmp_path, sleep_line(TotalTimeInBed="1501"))
        folder = activity_table(tmp_path, activity_line())
        answer = ask(sources(folder)[ME], "sleep", BAD_DAY, BAD_DAY)[BAD_DAY]
        assert isinstance(answer, tuple)
        assert answer[0] is FailureKind.DAMAGED
        assert told_steps(folder) == "13162"

    @pytest.mark.parametrize("bad_first", [True, False])
    def test_a_whole_record_of_the_same_day_mends_a_damaged_one(
        self, tmp_path: Path, bad_first: bool
    ) -> None:
        lines = [activity_line(TotalSteps="x"), activity_line()]
        folder = activity_table(tmp_path, *(lines if bad_first else reversed(lines)))
        assert told_steps(folder) == "13162"
        assert len(survey(folder).problems) == 1


class TestDoubledRecords:
    """Of two records of one day, the one that accounts for more of it is kept."""

    def test_the_record_of_more_minutes_is_kept_even_with_fewer_steps(self, tmp_path: Path) -> None:
        more = activity_line(SedentaryMinutes="900", TotalSteps="1")
        assert told_steps(activity_table(tmp_path, activity_line(), more)) == "1"

    def test_a_placeholder_accounts_for_no_minute(self, tmp_path: Path) -> None:
        placeholder = activity_line(SedentaryMinutes="1440", TotalSteps="0", Calories="0")
        assert told_steps(activity_table(tmp_path, activity_line(), placeholder)) == "13162"

    def test_a_placeholder_alone_is_the_record_of_its_day(self, tmp_path: Path) -> None:
        assert (
            told_steps(activity_table(tmp_path, activity_line(TotalSteps="0", Calories="0"))) == "0"
        )

    def test_a_record_that_is_there_twice_counts_once(self, tmp_path: Path) -> None:
        folder = sleep_table(tmp_path, sleep_line(), sleep_line())
        assert survey(folder).notes[0].startswith("1 doubled records")
        told = ask(sources(folder)[ME], "sleep", BAD_DAY, BAD_DAY)
        assert isinstance(told[BAD_DAY], dict)

    def test_without_doubled_records_nothing_is_said(self, tmp_path: Path) -> None:
        assert not survey(activity_table(tmp_path, activity_line())).notes

    def test_numbers_that_are_equal_but_written_otherwise_do_not_depend_on_order(
        self,
        tmp_path: Path,
    ) -> None:
        lines = [activity_line(TotalDistance=text) for text in ("8.5", "8.50", "8.500")]
        told = [
            ask(sources(activity_table(tmp_path, *order))[ME], "distance", BAD_DAY, BAD_DAY)
            for order in permutations(lines)
        ]
        assert all(each == told[0] for each in told)

    @settings(deadline=None, max_examples=40)
    @given(st.lists(lines, min_size=2, max_size=6), st.data())
    def test_the_order_of_rows_and_files_never_matters(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        rows: list[str],
        data: st.DataObject,
    ) -> None:
        shuffled = data.draw(st.permutations(rows))
        half = data.draw(st.integers(0, len(rows)))
        one = activity_table(tmp_path_factory.mktemp("one"), *rows)
        two = tmp_path_factory.mktemp("two")
        activity_table(two / "b", *shuffled[:half])
        activity_table(two / "a", *shuffled[half:])
        days = (BEFORE, AFTER)
        assert [ask(sources(one)[ME], name, *days) for name in ("steps", "calories")] == [
            ask(sources(two)[ME], name, *days) for name in ("steps", "calories")
        ]

    def test_the_order_of_real_rows_does_not_matter(self, tmp_path: Path) -> None:
        header, *rows = DEMO_ACTIVITY.read_text(encoding="utf-8-sig").splitlines()
        assert header.split(",") == list(ACTIVITY_LINE)
        doubled = {
            (row[0], row[1])
            for row in csv.reader(rows)
            if sum(each.startswith(f"{row[0]},{row[1]},") for each in rows) > 1
        }
        assert len(doubled) == 24
        backwards = sources(activity_table(tmp_path, *reversed(rows)))
        forwards = sources(DEMO_ACTIVITY)
        for person, _ in doubled:
            days = (person, "2016-04-12", "2016-04-12")
            assert ask(backwards[days[0]], "steps", *days[1:]) == ask(
                forwards[days[0]], "steps", *days[1:]
            )
