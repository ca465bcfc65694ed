"""The minutes of activity of each day, by how hard they were."""

import pandas as pd

from dashboard.charts.figure import BLUE, ORANGE, SKY, Figure
from dashboard.charts.stacked import Part, stacked_figure

PARTS = (
    Part("lightly_active_minutes", "Lightly active", SKY),
    Part("fairly_active_minutes", "Fairly active", BLUE),
    Part("very_active_minutes", "Very active", ORANGE),
)


def activity_figure(days: pd.DataFrame) -> Figure:
    """Activity minutes per day, stacked.

    Args:
        days: From ``queries.engagement_days``; some day states active minutes.
    """
    return stacked_figure(
        days,
        PARTS,
        title="Activity minutes per day",
        explanation=(
            "From the ground up: lightly, fairly and very active. Sedentary time is left out; its "
            "share is above."
        ),
        total="Active",
        name="activity-minutes",
    )
