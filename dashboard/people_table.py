"""The table of participants: a row each, to sort, to download, and to open a person from."""

from typing import Any

import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]
import streamlit as st

from dashboard.calls_list import open_person
from dashboard.people_filter import STANDINGS

TABLE_KEY = "people-table"
HOURS_OF_DAY = 24
MINUTES_OF_HOUR = 60
MARK_OF_NO_DATA = -3
"""Where a bar of a day without data ends, in hours below the line."""
ROWS_IN_SIGHT = 20
ROW_PIXELS, HEADING_PIXELS = 35, 38
"""As Streamlit draws them."""

HEADINGS = {
    "name": "Name",
    "status": "Status",
    "days_since_sync": "Days since sync",
    "synced_until": "Last sync",
    "days_since_worn": "Days since worn",
    "worn_7": "Worn days of 7",
    "worn_30": "Worn days of 30",
    "data_percent": "Days with data of 30",
    "wear_hours": "Hours worn a day",
    "why_call": "Why a call",
    "troubles": "Failed or not shared",
    "last_data": "Last day with data",
}
"""The columns of the table, and what people call them."""

DOWNLOADED = {
    "name": "name",
    "standing": "status",
    "status_reason": "status_reason",
    "source": "source",
    "time_zone": "time_zone",
    "enrolled_on": "enrolled_on",
    "last_day": "last_day",
    "synced_until": "last_sync_utc",
    "days_since_sync": "days_since_sync",
    "last_data": "last_day_with_data",
    "days_since_worn": "days_since_worn",
    "worn_7": "worn_days_of_7",
    "expected_7": "expected_days_of_7",
    "worn_30": "worn_days_of_30",
    "data_30": "days_with_data_of_30",
    "expected_30": "expected_days_of_30",
    "troubles": "failed_or_not_shared",
    "why_call": "why_call",
}
"""The columns of the downloaded table, and their names there."""


def show_people(people: pd.DataFrame, zone: str) -> None:
    """The table with its explanation; a row that is ticked opens the person.

    Args:
        people: Rows of ``queries.study.Study.people``; at least one.
        zone: In which time zone instants are shown.
    """
    st.caption(
        "Tick the box on the left of a row to open the person; click a heading to sort. The days "
        "are the 7 and 30 before today, where each participant lives, as far as they belong to the "
        "study; days since worn count up to yesterday, so that 0 is worn yesterday. In the hours "
        "worn a day, yesterday is on the right; a short mark below the line is a day of which the "
        "wear is not known, such as one without data, and no mark at all a day on which the device "
        "was not worn. A dash means that there is nothing to count: never, or not any more after "
        "an archive has ended or somebody has left."
    )
    event = st.dataframe(
        _table(people),
        hide_index=True,
        height=min(len(people), ROWS_IN_SIGHT) * ROW_PIXELS + HEADING_PIXELS,
        column_config=_columns(zone),
        placeholder="–",
        key=TABLE_KEY,
        on_select="rerun",
        selection_mode="single-row",
        alt="Participants: status, last sync, wear of the last 30 days, and why to call",
    )
    if event.selection.rows:
        open_person(str(people["name"].iloc[event.selection.rows[0]]))
    st.download_button(
        "Download table (CSV)",
        lambda: csv_of(people),
        file_name="participants.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def csv_of(people: pd.DataFrame) -> str:
    """The table as a file: what is shown but for the small charts, and what is behind it."""
    return people[list(DOWNLOADED)].rename(columns=DOWNLOADED).to_csv(index=False)


def _table(people: pd.DataFrame) -> pa.Table:
    expected = people["expected_30"].where(people["expected_30"] > 0)
    shown = people.assign(
        status=people["standing"].map(STANDINGS).astype("category"),
        data_percent=(people["data_30"] / expected * 100).round().astype("Int16"),
    )
    plain_columns = [name for name in HEADINGS if name != "wear_hours"]
    table = pa.Table.from_pandas(shown[plain_columns], preserve_index=False)
    table = table.append_column("wear_hours", _hours(people["wear_minutes"]))
    # Pandas cannot read its own description of a column of lists.
    return table.select(list(HEADINGS)).replace_schema_metadata()


def _hours(minutes: pd.Series) -> pa.ListArray:
    """Minutes as hours, and days without them as marks below the line.

    Streamlit draws nothing of a row in which one value is missing.
    """
    lists = pa.chunked_array([pa.array(minutes)]).combine_chunks()
    hours = pc.divide(lists.values, MINUTES_OF_HOUR)
    # Above the top, all bars of a row would shrink: the day on which clocks go back has 25 hours.
    hours = pc.min_element_wise(hours, HOURS_OF_DAY, skip_nulls=False)
    marked = pc.fill_null(hours, MARK_OF_NO_DATA).cast(pa.float32())
    return pa.ListArray.from_arrays(lists.offsets, marked, mask=lists.is_null())


def _columns(zone: str) -> dict[str, Any]:
    """How columns are drawn that are no mere text or number."""
    kinds = st.column_config
    return {
        **HEADINGS,
        "name": kinds.TextColumn(HEADINGS["name"], pinned=True),
        "synced_until": kinds.DatetimeColumn(
            HEADINGS["synced_until"],
            format="YYYY-MM-DD HH:mm",
            timezone=zone,
            help=f"The instant up to which the device is known to have synced, in {zone}.",
        ),
        "data_percent": kinds.ProgressColumn(
            HEADINGS["data_percent"],
            format="%d%%",
            min_value=0,
            max_value=100,
            help="Days with any data, as a share of those that belong to the study.",
        ),
        "wear_hours": kinds.BarChartColumn(
            HEADINGS["wear_hours"],
            width="medium",
            y_min=MARK_OF_NO_DATA,
            y_max=HOURS_OF_DAY,
            help="From 0 to 24 hours. A short mark below the line stands for a day not known.",
        ),
        "why_call": kinds.TextColumn(HEADINGS["why_call"], width="large"),
    }
