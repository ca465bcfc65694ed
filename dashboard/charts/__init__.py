"""From tables to figures: a chart, and the words that go with it.

Pure: the same table gives the same figure. What does not belong: Streamlit, and where the table
comes from.
"""

from dashboard.charts.figure import Figure
from dashboard.charts.shares import bucket_figure, level_figure
from dashboard.charts.steps import steps_figure
from dashboard.charts.wear import wear_figure

__all__ = ["Figure", "bucket_figure", "level_figure", "steps_figure", "wear_figure"]
