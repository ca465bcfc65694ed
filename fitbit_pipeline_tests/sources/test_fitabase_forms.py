"""Fitabase tables that cannot be used at all, and what programs on the way do to a CSV."""

from pathlib import Path

import pytest

from fitbit_pipeline.errors import UserError
from fitbit_pipeline_tests.fitabase_tables import (
    ACTIVITY_LINE,
    activity_line,
    activity_table,
    survey,
    told_steps,
)


class TestTables:
    """Tables that cannot be used at all."""

    def test_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "sleepDay_merged.csv").write_bytes(b"")
        with pytest.raises(UserError, match=r"sleepDay_merged\.csv is empty"):
            survey(tmp_path)

    def test_a_header_and_nothing_else(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="holds no record that can be used: export it again"):
            survey(activity_table(tmp_path))

    def test_only_records_that_cannot_be_used(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"can be used .*line 2: TotalSteps is not a number"):
            survey(activity_table(tmp_path, activity_line(TotalSteps="x")))

    @pytest.mark.parametrize("column", ["Id", "ActivityDate", "TotalSteps", "Calories"])
    def test_a_missing_column_is_named(self, tmp_path: Path, column: str) -> None:
        folder = activity_table(tmp_path, activity_line())
        path = folder / "dailyActivity_merged.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(column, "X", 1), encoding="utf-8")
        with pytest.raises(UserError, match=f"line 1: the column {column} is missing"):
            survey(folder)

    @pytest.mark.parametrize(
        "content", [b"Id,\xff\xfe\n", "Id,Date\n".encode("utf-16"), b"\x89PNG"]
    )
    def test_a_file_that_is_no_utf_8_text(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "sleepDay_merged.csv").write_bytes(content)
        with pytest.raises(UserError, match="is not a CSV text file"):
            survey(tmp_path)


class TestForms:
    """What programs on the way do to a CSV."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (b"Id,", b"\xef\xbb\xbfId,"),
            (b"\n", b"\r\n"),
            (b"\n", b"\n\n"),
            (b"1503960366", b'"1503960366"'),
            (b",25,", b", 25 ,"),
            (b"4/12/2016", b"04/12/2016"),
            (b"4/12/2016", b"4/12/2016 12:00:00 AM"),
        ],
        ids=["bom", "crlf", "empty-lines", "quotes", "spaces", "zeros", "midnight"],
    )
    def test_the_same_table_in_another_form(
        self, tmp_path: Path, before: bytes, after: bytes
    ) -> None:
        folder = activity_table(tmp_path, activity_line())
        path = folder / "dailyActivity_merged.csv"
        assert before in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(before, after))
        assert not survey(folder).problems
        assert told_steps(folder) == "13162"

    def test_columns_in_another_order_and_further_ones(self, tmp_path: Path) -> None:
        header = ["Mood", *reversed(ACTIVITY_LINE)]
        record = ["good", *reversed(ACTIVITY_LINE.values())]
        path = tmp_path / "dailyActivity_merged.csv"
        path.write_text(f"{','.join(header)}\n{','.join(record)}\n", encoding="utf-8")
        assert told_steps(tmp_path) == "13162"
