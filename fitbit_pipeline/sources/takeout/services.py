"""The endpoints that an archive serves, and from which families of files.

Columns and keys as measured on a real export of 2015 to 2018 and as noted of exports of 2026. What
does not belong here: how a metric is read from the records (``metrics.takeout``).
"""

from dataclasses import dataclass

from fitbit_pipeline.sources.takeout.clock import TimeRule
from fitbit_pipeline.sources.takeout.daily_json import (
    DEMOGRAPHIC_VO2_MAX,
    EXERCISE,
    HEART_RATE_ZONES,
    RESTING_HEART_RATE,
    RUN_VO2_MAX,
    SLEEP,
    WEIGHT,
)
from fitbit_pipeline.sources.takeout.families import (
    DAY_MINUTES,
    google,
    level,
    series,
    table,
)
from fitbit_pipeline.sources.takeout.family import Cadence, Field, FileFamily

_METRES = 300_000


@dataclass(frozen=True, slots=True)
class Service:
    """How an endpoint is served.

    Attributes:
        primary: The families whose records of a day make its payload together.
        fallback: The family that is asked for the days of which these have nothing.
    """

    primary: tuple[FileFamily, ...]
    fallback: FileFamily | None = None

    @property
    def families(self) -> tuple[FileFamily, ...]:
        """All of them, the fallback last."""
        return (*self.primary, self.fallback) if self.fallback else self.primary


def _cell(column: str, lowest: float, highest: float, *, optional: bool = False) -> Field:
    return Field((column,), lowest, highest, optional)


SERVICES: dict[str, Service] = {
    "steps": Service(
        (series("steps", "steps", 100_000, TimeRule.UTC),),
        google("steps", "steps", (_cell("steps", 0, 100_000),)),
    ),
    "distance": Service(
        (series("distance", "distance", 100 * _METRES, TimeRule.UTC),),
        google("distance", "distance", (_cell("distance", 0, _METRES),)),
    ),
    "calories": Service(
        (series("calories", "calories", 20_000, TimeRule.LOCAL, shows_use=False),),
        google("calories", "calories", (_cell("calories", 0, 20_000),), shows_use=False),
    ),
    "activity_minutes": Service(
        (
            level("sedentary_minutes", shows_use=False),
            level("lightly_active_minutes"),
            level("moderately_active_minutes"),
            level("very_active_minutes"),
        ),
        google(
            "active_minutes",
            "activity_minutes",
            tuple(_cell(name, 0, DAY_MINUTES) for name in ("light", "moderate", "very")),
        ),
    ),
    "active_zone_minutes": Service(
        (
            table(
                "Active Zone Minutes",
                "active_zone_minutes",
                (_cell("total_minutes", 0, 2 * DAY_MINUTES),),
                stamp="date_time",
                words=("heart_zone_id",),
                daily=False,
                moment=True,
            ),
        ),
        google(
            "active_zone_minutes",
            "active_zone_minutes",
            (_cell("total minutes", 0, 2 * DAY_MINUTES),),
            words=("heart rate zone",),
        ),
    ),
    "exercise": Service((EXERCISE,)),
    "heart_rate": Service(
        (
            series(
                "heart_rate",
                "heart_rate",
                400,
                TimeRule.UTC,
                value=("value", "bpm"),
                cadence=Cadence.DAY,
            ),
        ),
        google("heart_rate", "heart_rate", (_cell("beats per minute", 0, 400),)),
    ),
    "resting_heart_rate": Service(
        (RESTING_HEART_RATE,),
        google(
            "daily_resting_heart_rate",
            "resting_heart_rate",
            (_cell("beats per minute", 1, 300),),
            rule=TimeRule.LOCAL,
            undated=True,
            daily=True,
        ),
    ),
    "heart_rate_zones": Service((HEART_RATE_ZONES,)),
    "hrv": Service(
        (
            table(
                "Daily Heart Rate Variability Summary",
                "hrv",
                (_cell("rmssd", 0, 1000, optional=True),),
            ),
        )
    ),
    "sleep": Service((SLEEP,)),
    "breathing_rate": Service(
        (
            table(
                "Daily Respiratory Rate Summary",
                "breathing_rate",
                (_cell("daily_respiratory_rate", -1, 200, optional=True),),
            ),
            table(
                "Respiratory Rate Summary",
                "breathing_rate",
                (_cell("full_sleep_breathing_rate", -1, 200, optional=True),),
            ),
        )
    ),
    "spo2": Service(
        (
            table(
                "Daily SpO2",
                "spo2",
                tuple(
                    _cell(name, 0, 100, optional=True)
                    for name in ("average_value", "lower_bound", "upper_bound")
                ),
            ),
        )
    ),
    "skin_temperature": Service(
        (
            table(
                "Computed Temperature",
                "skin_temperature",
                (
                    _cell("temperature_samples", 0, 1_000_000),
                    _cell("nightly_temperature", -50, 100, optional=True),
                    _cell("baseline_relative_sample_sum", -1e7, 1e7, optional=True),
                ),
                stamp="sleep_end",
                moment=True,
            ),
        )
    ),
    "vo2_max": Service((DEMOGRAPHIC_VO2_MAX, RUN_VO2_MAX)),
    "weight": Service(
        (WEIGHT,),
        google(
            "weight",
            "weight",
            (_cell("weight grams", 1000, 1_000_000),),
            undated=True,
            daily=True,
        ),
    ),
}

FAMILIES: tuple[FileFamily, ...] = tuple(
    family for service in SERVICES.values() for family in service.families
)
