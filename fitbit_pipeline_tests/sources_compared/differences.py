"""The differences that the sources really have: one table, for the documentation and for the test.

Each row says in words what a reader must know, and as a rule what the test accepts. A difference
that no row explains, and a row that explains nothing, fail the test. What does not belong here:
defects, which are mended.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline_tests.sources_compared.days import ARCHIVE, ENGAGEMENT, GOOGLE, WEB, Day, Truth

Value = MetricValue | bool | None

WHOLE_DAY = 1440
_LEVELS = ("lightly_active_minutes", "fairly_active_minutes", "very_active_minutes")
_OF_WEAR = ("wear_minutes", "wear_method", "worn", "worn_by")
_OF_SITTING = ("sedentary_minutes", "tutorial_wear_minutes")
_OF_LEVELS = (*_OF_SITTING, *_LEVELS)
_ZONES = ("zone_fat_burn_minutes", "zone_cardio_minutes", "zone_peak_minutes")
_BEATS = ("heart_rate_average", "heart_rate_lowest", "heart_rate_highest")
_CREDITS = (
    "active_zone_minutes",
    "fat_burn_zone_minutes",
    "cardio_zone_minutes",
    "peak_zone_minutes",
)
_MAIN_SLEEP = (
    "sleep_start",
    "sleep_end",
    "time_in_bed_minutes",
    "minutes_asleep",
    "minutes_awake",
    "sleep_efficiency",
)
_SLEEPS = (
    "nap_count",
    "nap_minutes_asleep",
    "nap_time_in_bed_minutes",
    "sleep_records",
    "total_minutes_asleep",
    "total_time_in_bed_minutes",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A value of the source that a row is about, beside that of another source.

    Attributes:
        name: The metric, or the field of daily engagement.
        own: What the source of the row told; None stands for nothing.
        other: What the other source told.
        source: The source of the row.
        day: The day, with all that was told of it.
    """

    name: str
    own: Value
    other: Value
    source: str
    day: Day

    @property
    def truth(self) -> Truth:
        """What happened on the day."""
        return self.day.truth

    @property
    def excess(self) -> float:
        """By how much the source's number is above the other's; not a number where one is none."""
        if isinstance(self.own, int | float) and isinstance(self.other, int | float):
            return self.own - self.other
        return float("nan")

    def told(self, *names: str) -> float:
        """Numbers of the day that the source told, added up; nothing counts as 0."""
        values = self.day.told[self.source]
        numbers = (values.get(name) for name in names)
        return sum(each for each in numbers if isinstance(each, int | float))


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of the table.

    Attributes:
        names: The metrics, and fields of daily engagement, that differ.
        sources: Which source tells something else than the others.
        how: How it differs.
        why: Why it does.
        citation: Where that is written or was measured.
        explains: Whether a difference is this one.
    """

    names: tuple[str, ...]
    sources: tuple[str, ...]
    how: str
    why: str
    citation: str
    explains: Callable[[Pair], bool]


def _fields(*names: str) -> tuple[str, ...]:
    return tuple(f"{ENGAGEMENT}.{name}" for name in names)


def _is_missing_unworn(pair: Pair) -> bool:
    return pair.own is None and not pair.truth.worn


def _is_zero_unworn(pair: Pair) -> bool:
    return _is_missing_unworn(pair) and pair.other == 0


def _is_sedentary_time(pair: Pair) -> bool:
    """Google's seconds of sitting with the device on; elsewhere the rest of the day."""
    active = pair.told(*_LEVELS)
    if pair.name.endswith("sedentary_minutes"):
        return pair.truth.worn and pair.own == pair.truth.seated
    return pair.truth.worn and pair.own == pair.truth.seated % WHOLE_DAY + active


def _is_mean_of_minutes(pair: Pair) -> bool:
    """Means of a minute lie within the readings of the minute."""
    bounds = {"heart_rate_lowest": (0, 10), "heart_rate_highest": (-10, 0)}
    low, high = bounds.get(pair.name, (-0.5, 0.5))
    return not pair.truth.abroad and low <= pair.excess <= high


def _is_clock_without_offset(pair: Pair) -> bool:
    return pair.truth.abroad or _is_repeated_hour(pair)


def _is_repeated_hour(pair: Pair) -> bool:
    return pair.truth.hours == 25 and (pair.name in _BEATS or -60 <= pair.excess < 0)


def _is_capped(pair: Pair) -> bool:
    return pair.own == WHOLE_DAY - pair.told(*_ZONES) and pair.excess < 0


def _is_of_fragment(pair: Pair) -> bool:
    return pair.truth.fragment and (pair.other is None or pair.excess > 0)


DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        ("steps", "distance"),
        (GOOGLE, ARCHIVE),
        "missing, not 0, on a day on which nothing counted a step",
        "Google leaves such a day out and the archive has no minutes of it; the Web API fills its "
        "series up with zeros.",
        "Google Health API, DailyRollupDataPoint; answers of a Versa 3 recorded in January 2023",
        _is_zero_unworn,
    ),
    Difference(
        ("calories", "floors", *_OF_LEVELS, *_fields(*_OF_LEVELS)),
        (GOOGLE,),
        "missing on a day without the device",
        "Google leaves out what was not measured; Fitbit states a whole sedentary day of 1440 "
        "minutes with the energy of a body at rest.",
        "Google Health API, DailyRollupDataPoint; answers of a Versa 3 recorded in January 2023",
        _is_missing_unworn,
    ),
    Difference(
        _ZONES,
        (GOOGLE, ARCHIVE),
        "missing, not 0, on a day without the device",
        "Both speak of minutes with readings alone; the Web API fills the day up.",
        "Google Health API, DailyRollupDataPoint; LifeSnaps, Zenodo 7229547, days of 1440 "
        "sedentary minutes; answers of a Versa 3 recorded in January 2023",
        _is_zero_unworn,
    ),
    Difference(
        (ENGAGEMENT,),
        (GOOGLE,),
        "missing on a day on which nothing was measured",
        "Nothing is known of it: a day without data is neither worn nor not worn.",
        "Google Health API, DailyRollupDataPoint",
        _is_missing_unworn,
    ),
    Difference(
        _fields("steps", "activity_bucket"),
        (GOOGLE,),
        "unknown on a day abroad of which there is nothing but heart rate",
        "Minutes of heart rate are counted in the days of the participant's zone, all else in the "
        "days as they were lived: on a journey a day not worn can have some of its neighbour's.",
        "Google Health API, RollUpDataPoints: windows of physical time",
        lambda pair: _is_missing_unworn(pair) and pair.truth.abroad,
    ),
    Difference(
        _fields("steps", "activity_bucket", *_OF_WEAR),
        (ARCHIVE,),
        "unknown on a day on which nothing was measured",
        "Archives fill such days up to the end of a file with 1440 sedentary minutes, also days "
        "after the export, and state no steps with them: that is no evidence of a day.",
        "a Fitbit archive of 2015 to 2018, padded up to 2020",
        _is_missing_unworn,
    ),
    Difference(
        (*_OF_SITTING, *_fields(*_OF_SITTING)),
        (GOOGLE,),
        "only minutes in which the device was worn",
        "Google counts not moving while wearing the device, minute by minute; Fitbit counts the "
        "rest of 1440 minutes after the active ones and those in bed, worn or not.",
        "Google Health API, SedentaryPeriod; LifeSnaps, Zenodo 7229547",
        _is_sedentary_time,
    ),
    Difference(
        ("floors",),
        (GOOGLE,),
        "missing, not 0, for a device without an altimeter",
        "Google has no points of what a device cannot measure; the Web API states zeros.",
        "Google Health API, data types by device",
        lambda pair: pair.own is None and pair.other == 0 and not pair.truth.floors_counted,
    ),
    Difference(
        ("floors",),
        (ARCHIVE,),
        "never there",
        "Archives state the altitude gained, and not the floors that Fitbit makes of it.",
        "a Fitbit archive of 2015 to 2018, the kinds of its files",
        lambda pair: pair.own is None,
    ),
    Difference(
        ("calories",),
        (WEB,),
        "whole kilocalories",
        "The Web API rounds the day; the others state it with its fractions.",
        "Fitbit Web API reference, activity time series",
        lambda pair: isinstance(pair.own, int) and abs(pair.excess) <= 0.5,
    ),
    Difference(
        _CREDITS,
        (WEB, ARCHIVE),
        "missing, not 0, on a day on which none were earned",
        "The Web API leaves such days out and the archive has no rows of them; Google states sums "
        "of zero for a day on which the device was worn.",
        "answers of a Versa 3 recorded in January 2023; Google Health API, active-zone-minutes",
        lambda pair: pair.own is None and pair.other == 0 and pair.truth.worn,
    ),
    Difference(
        _BEATS,
        (WEB,),
        "of the means of each minute",
        "Read minute by minute, the Web API states one whole number for each; the others have the "
        "readings between them.",
        "Fitbit Web API reference, heart rate intraday",
        _is_mean_of_minutes,
    ),
    Difference(
        ("heart_rate_minutes", *_BEATS, *_fields(*_OF_WEAR)),
        (WEB,),
        "by the wall clock of where the device was, a repeated hour counted once",
        "Times of the Web API have no offset: minutes of the hour that autumn repeats, or of a "
        "flight westwards, cannot be told apart. The others state instants, which are counted in "
        "the days of the participant's zone.",
        "Fitbit Web API reference, application design: no time zones for data",
        _is_clock_without_offset,
    ),
    Difference(
        ("steps", "distance", *_BEATS, *_fields("steps", "activity_bucket")),
        (ARCHIVE,),
        "by the days of the participant's zone, also abroad",
        "Minutes of an archive are instants in UTC, and it does not say where the person was; the "
        "live sources give totals of the day as it was lived.",
        "a Fitbit archive of 2015 to 2018, bounds of its heart-rate files",
        lambda pair: pair.truth.abroad and pair.own is not None,
    ),
    Difference(
        ("zone_below_minutes",),
        (WEB,),
        "never there",
        "What the Web API calls out of range is the rest of 1440 minutes, worn or not, and no time "
        "with a heart rate below the zones.",
        "answers of a Versa 3 recorded in January 2023: 1440 on a day not worn",
        lambda pair: pair.own is None,
    ),
    Difference(
        ("zone_below_minutes",),
        (ARCHIVE,),
        "at most what is left of 1440 minutes, on a longer day",
        "Zones of an archive never add up to more than 1440 minutes, also where the day was longer "
        "because clocks went back or the person flew westwards.",
        "a Fitbit archive of 2015 to 2018, time in heart rate zones",
        _is_capped,
    ),
    Difference(
        ("hrv_deep_rmssd",),
        (ARCHIVE,),
        "never there",
        "The archive's table of days has RMSSD of the night, heart rate and entropy.",
        "LifeSnaps, Zenodo 7229547, Daily Heart Rate Variability Summary",
        lambda pair: pair.own is None,
    ),
    Difference(
        (*_MAIN_SLEEP, *_SLEEPS, *_fields("minutes_asleep")),
        (GOOGLE,),
        "now and then a short sleep more, on the day before a night",
        "Google can keep what it saw of a night while it lasted, unfinished for good. It is set "
        "aside beside its night; where it ended before midnight, it is a sleep of the day before.",
        "comparison of one account's days in Google Health and in the Web API, September 2026",
        _is_of_fragment,
    ),
    Difference(
        ("skin_temperature_deviation",),
        (WEB,),
        "to a tenth of a degree",
        "The Web API rounds it; of the others it is the difference of the night and the baseline.",
        "Fitbit Web API reference, temperature; 1,194 of 1,194 days of one account within 0.05",
        lambda pair: abs(pair.excess) <= 0.05 + 1e-9,
    ),
    Difference(
        ("vo2_max",),
        (WEB,),
        "the middle of a range of whole numbers",
        "The Web API states a range such as 47-51, or a whole number after runs with GPS; the "
        "others state the estimate.",
        "Fitbit Web API reference, cardio fitness score",
        lambda pair: abs(pair.excess) <= 0.5,
    ),
    Difference(
        ("bmi",),
        (GOOGLE,),
        "never there",
        "Google Health has no body mass index.",
        "Google Health API, data types",
        lambda pair: pair.own is None,
    ),
)
