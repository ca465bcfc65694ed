"""What becomes of tables that are no tables."""

from datetime import date
from pathlib import Path

import pytest

from fitbit_pipeline.sources.protocol import FailureKind, SourceFailure
from fitbit_pipeline_tests.takeout_archive import (
    TakeoutArchive,
    fetch,
    fetch_failing,
    responses,
    utc,
)

SPO2 = "timestamp,average_value,lower_bound,upper_bound"


@pytest.fixture
def archive(tmp_path: Path) -> TakeoutArchive:
    """An archive with steps on 1 and 30 June, so that the days between are the archive's."""
    archive = TakeoutArchive(tmp_path)
    archive.series("steps", "2024-06-01", {utc("2024-06-01T12:00"): 5, utc("2024-06-30T12:00"): 5})
    return archive


def test_table_without_a_needed_column(archive: TakeoutArchive) -> None:
    """The file, the line and the column are named, and its days fail."""
    archive.table("Daily SpO2 - 2024-06-01.csv", "timestamp,average_value", ["2024-06-10,96"])
    (problem,) = archive.survey().problems
    assert str(problem) == (
        "Daily SpO2 - 2024-06-01.csv, line 1: the file has no column 'lower_bound'"
    )
    _, failure = fetch_failing(archive.source(), "spo2", "2024-06-10")
    assert failure.days


def test_table_of_a_header_alone(archive: TakeoutArchive) -> None:
    """A header without rows is an answer: there was nothing."""
    archive.table("Daily SpO2 - 2024-06-01.csv", SPO2, [])
    archive.table("Daily SpO2 - 2024-06-20.csv", SPO2, ["2024-06-25T00:00:00Z,96.1,93.0,98.2"])
    assert archive.survey().problems == ()
    assert fetch(archive.source(), "spo2", "2024-06-10") == {"2024-06-10": None}


def test_endpoint_of_empty_tables_is_not_served(archive: TakeoutArchive) -> None:
    """What the archive has nothing of is not among its endpoints."""
    archive.table("Daily SpO2 - 2024-06-01.csv", SPO2, [])
    source = archive.source()
    assert "spo2" not in source.endpoints
    with pytest.raises(SourceFailure) as raised:
        responses(source, "spo2", "2024-06-10")
    assert raised.value.kind is FailureKind.NOT_SERVED


def test_text_that_says_no_data(archive: TakeoutArchive) -> None:
    """Exports of 2026 put the words in place of the table."""
    archive.write("Daily SpO2 - 2024-06-01.csv", "no data\n")
    assert archive.survey().problems == ()


def test_other_text_instead_of_a_table(archive: TakeoutArchive) -> None:
    """Any other text is no table."""
    archive.write("Daily SpO2 - 2024-06-01.csv", "This folder holds oxygen values.\nRead on.\n")
    assert "no column" in archive.survey().problems[0].message


@pytest.mark.parametrize("content", [b"\x00\x01\x02\xff", b""])
def test_bytes_instead_of_a_table(archive: TakeoutArchive, content: bytes) -> None:
    """Neither nothing nor bytes are a table."""
    archive.write("Daily SpO2 - 2024-06-01.csv", content)
    assert len(archive.survey().problems) == 1


def test_row_with_too_few_cells(archive: TakeoutArchive) -> None:
    """A row that lost a cell is named by its line; the rows around it stand."""
    rows = ["2024-06-10T08:00:00Z,60,Charge 6", "2024-06-10T08:00", "2024-06-10T08:01:00Z,61,C"]
    archive.google("heart_rate_2024-06-10.csv", "beats per minute", rows)
    assert [each.place for each in archive.survey().problems] == ["line 3"]
    assert fetch(archive.source(), "heart_rate", "2024-06-10")["2024-06-10"]


def test_table_cut_in_a_row(archive: TakeoutArchive) -> None:
    """A table that ends within a row was cut, and more than that row is missing."""
    archive.table("Daily SpO2 - 2024-06-01.csv", SPO2, ["2024-06-10,96,93,98"])
    archive.write("Daily SpO2 - 2024-06-11.csv", f"{SPO2}\n2024-06-11,96,93,98\n2024-06-12,9", "x")
    payloads, failure = fetch_failing(archive.source(), "spo2", "2024-06-10", "2024-06-14")
    assert list(payloads) == ["2024-06-10"]
    assert "line 3: the file is cut off" in (failure.days or {})[date(2024, 6, 11)]
