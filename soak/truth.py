"""What the made-up people know of their own days, without HTTP and without the pipeline."""

from datetime import date

from fitbit_pipeline.civil import ONE_DAY
from soak.people import is_of_fitbit
from soak.study import Year

ROLL_UPS = {
    "steps": ("steps", "steps"),
    "distance": ("distance", "distance"),
    "heart_rate": ("heart-rate", "heartRate"),
    "heart_rate_zones": ("time-in-heart-rate-zone", "timeInHeartRateZone"),
    "active_zone_minutes": ("active-zone-minutes", "activeZoneMinutes"),
}
"""Endpoints of which a roll-up of the day tells whether there is anything."""


def days_lived(year: Year) -> set[str]:
    """Keys of days on which participants have data, as far as their devices had synced."""
    lived: set[str] = set()
    with_google = [name for name in year.final if not is_of_fitbit(year.plan, name)]
    for name in with_google:
        night = year.final[name]
        year.stand_at(year.due(night))
        for endpoint, (data_type, member) in ROLL_UPS.items():
            rows = year.sandbox.population.daily_roll_up(
                year.people[name], data_type, year.first_day[name], night - ONE_DAY
            )
            lived |= {
                f"{name}/{endpoint}/{date(**row['civilStartTime']['date'])}"  # type: ignore[index]
                for row in rows
                if row.get(member)
            }
    return lived
