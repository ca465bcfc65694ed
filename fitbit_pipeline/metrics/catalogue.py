"""The catalogue of metrics: names, units, bounds. The README's table is made from it.

What does not belong here: how a value is read from a payload, which is each source's normaliser.
"""

from dataclasses import dataclass

from fitbit_pipeline.endpoints import ENDPOINTS, Family

RULE_VERSION = 2
"""Which rules made a document. Raised whenever the same payload would give another value."""

MetricValue = int | float | str


@dataclass(frozen=True, slots=True)
class Metric:
    """One normalised number or time of one participant and civil day.

    Attributes:
        name: Its plain name; part of the document's key.
        unit: Its unit, spelled as in the catalogue.
        endpoint: The raw data that it is read from.
        description: What it is.
        lowest: The smallest plausible value; None for times.
        highest: The largest plausible value; None for times. ``DAY`` stands for the length of the
            civil day in minutes.
        tutorial: The type under which the tutorial's collection stored it, if it did.
    """

    name: str
    unit: str
    endpoint: str
    description: str
    lowest: float | None = None
    highest: float | None = None
    tutorial: str | None = None

    @property
    def family(self) -> Family:
        """The group in which it is derived."""
        return FAMILY_OF_ENDPOINT[self.endpoint]


FAMILY_OF_ENDPOINT = {endpoint.name: endpoint.family for endpoint in ENDPOINTS}

DAY = -1.0
"""As ``highest``: the minutes of that civil day, 1380, 1440 or 1500."""


def _minutes(name: str, endpoint: str, description: str, tutorial: str | None = None) -> Metric:
    return Metric(name, "min", endpoint, description, 0, DAY, tutorial)


def _kilometres(name: str, description: str) -> Metric:
    return Metric(name, "km", "distance", description, 0, 300)


METRICS: tuple[Metric, ...] = (
    Metric("steps", "count", "steps", "Steps", 0, 100_000, "steps"),
    _kilometres("distance", "Distance covered"),
    _kilometres("tracker_distance", "Distance as the tracker alone measured it"),
    _kilometres("logged_distance", "Distance of activities that the person logged"),
    _kilometres("very_active_distance", "Distance covered at very active intensity"),
    _kilometres("fairly_active_distance", "Distance covered at fairly active intensity"),
    _kilometres("lightly_active_distance", "Distance covered at lightly active intensity"),
    _kilometres("sedentary_distance", "Distance covered while sedentary"),
    Metric("floors", "count", "floors", "Floors climbed", 0, 3000),
    Metric("calories", "kcal", "calories", "Energy burned, basal rate included", 0, 20_000),
    _minutes("sedentary_minutes", "activity_minutes", "Sedentary minutes", "minutesSedentary"),
    _minutes(
        "lightly_active_minutes", "activity_minutes", "Light activity", "minutesLightlyActive"
    ),
    _minutes(
        "fairly_active_minutes", "activity_minutes", "Moderate activity", "minutesFairlyActive"
    ),
    _minutes("very_active_minutes", "activity_minutes", "Vigorous activity", "minutesVeryActive"),
    Metric(
        "tutorial_wear_minutes",
        "min",
        "activity_minutes",
        "The tutorial's wear time: the four activity levels added up, sedentary 1440 as 0",
        0,
        DAY,
        "totalWearTime",
    ),
    Metric(
        "active_zone_minutes",
        "min",
        "active_zone_minutes",
        "Active zone minutes; cardio and peak count double",
        0,
        3000,
    ),
    Metric("fat_burn_zone_minutes", "min", "active_zone_minutes", "Credited in fat burn", 0, 3000),
    Metric("cardio_zone_minutes", "min", "active_zone_minutes", "Credited in cardio", 0, 3000),
    Metric("peak_zone_minutes", "min", "active_zone_minutes", "Credited in peak", 0, 3000),
    Metric("exercise_count", "count", "exercise", "Exercises that began on the day", 0, 100),
    _minutes("exercise_minutes", "exercise", "Active minutes in them"),
    _minutes("heart_rate_minutes", "heart_rate", "Minutes with a heart-rate reading"),
    Metric("heart_rate_average", "bpm", "heart_rate", "Mean heart rate of the day", 20, 250),
    Metric("heart_rate_lowest", "bpm", "heart_rate", "Lowest heart rate of the day", 20, 250),
    Metric("heart_rate_highest", "bpm", "heart_rate", "Highest heart rate of the day", 20, 250),
    Metric("resting_heart_rate", "bpm", "resting_heart_rate", "Resting heart rate", 20, 150),
    _minutes("zone_below_minutes", "heart_rate_zones", "Heart rate below the lowest zone"),
    _minutes("zone_fat_burn_minutes", "heart_rate_zones", "Heart rate in the fat burn zone"),
    _minutes("zone_cardio_minutes", "heart_rate_zones", "Heart rate in the cardio zone"),
    _minutes("zone_peak_minutes", "heart_rate_zones", "Heart rate in the peak zone"),
    Metric("hrv_rmssd", "ms", "hrv", "Heart-rate variability, RMSSD over the sleep", 0, 500),
    Metric("hrv_deep_rmssd", "ms", "hrv", "Heart-rate variability, RMSSD in deep sleep", 0, 500),
    Metric(
        "sleep_start",
        "local time",
        "sleep",
        "Start of the main sleep",
        tutorial="sleep_startTime",
    ),
    Metric("sleep_end", "local time", "sleep", "End of the main sleep", tutorial="sleep_endTime"),
    _minutes("time_in_bed_minutes", "sleep", "Time in bed of the main sleep", "timeInBed"),
    _minutes("minutes_asleep", "sleep", "Minutes asleep in the main sleep", "minutesAsleep"),
    _minutes("minutes_awake", "sleep", "Minutes awake in the main sleep", "minutesAwake"),
    Metric(
        "sleep_efficiency",
        "%",
        "sleep",
        "Efficiency of the main sleep as the source says, else asleep of time in bed",
        0,
        100,
        "sleep_efficiency",
    ),
    _minutes("deep_minutes", "sleep", "Deep sleep in the main sleep", "sleep_Deep"),
    _minutes("light_minutes", "sleep", "Light sleep in the main sleep", "sleep_Light"),
    _minutes("rem_minutes", "sleep", "REM sleep in the main sleep", "sleep_Rem"),
    _minutes("wake_minutes", "sleep", "Awake in the stages of the main sleep", "sleep_Wake"),
    Metric("nap_count", "count", "sleep", "Sleeps of the day besides the main one", 0, 20),
    _minutes("nap_minutes_asleep", "sleep", "Minutes asleep in them"),
    _minutes("nap_time_in_bed_minutes", "sleep", "Time in bed in them"),
    Metric("sleep_records", "count", "sleep", "All sleeps that ended on the day", 0, 20),
    _minutes("total_minutes_asleep", "sleep", "Minutes asleep in all of them"),
    _minutes("total_time_in_bed_minutes", "sleep", "Time in bed in all of them"),
    Metric("breathing_rate", "breaths/min", "breathing_rate", "Breathing rate asleep", 4, 40),
    Metric("spo2_average", "%", "spo2", "Blood oxygen saturation, mean of the sleep", 50, 100),
    Metric("spo2_lowest", "%", "spo2", "Blood oxygen saturation, lower bound", 50, 100),
    Metric("spo2_highest", "%", "spo2", "Blood oxygen saturation, upper bound", 50, 100),
    Metric(
        "skin_temperature_deviation",
        "°C",
        "skin_temperature",
        "Nightly skin temperature against the person's usual",
        -15,
        15,
    ),
    Metric("vo2_max", "ml/kg/min", "vo2_max", "Cardio fitness, filtered estimate", 10, 100),
    Metric("weight", "kg", "weight", "Last weight logged on the day", 10, 500),
    Metric("body_fat", "%", "weight", "Body fat of that log, or of the last log of fat", 0, 100),
    Metric("bmi", "kg/m²", "weight", "Body mass index of that log", 5, 200),
)

METRIC: dict[str, Metric] = {metric.name: metric for metric in METRICS}


def metrics_of(family: Family) -> tuple[str, ...]:
    """The names of the metrics of a family."""
    return tuple(metric.name for metric in METRICS if metric.family is family)
