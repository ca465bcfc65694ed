"""A day of every endpoint of the Google Health API, and what is read from it.

Shapes are as observed; numbers and names are nobody's.
"""

from fitbit_pipeline.metrics.catalogue import MetricValue
from fitbit_pipeline_tests.metrics.google_rows import (
    Row,
    classic_nap,
    daily,
    rolled_up,
    sample,
    sleep,
    window,
)

WALK: Row = {
    "dataPointName": "users/1/dataTypes/exercise/dataPoints/6661252888799707592",
    "exercise": {
        "interval": {
            "startTime": "2026-08-05T14:26:33Z",
            "startUtcOffset": "-14400s",
            "endTime": "2026-08-05T14:43:38Z",
            "endUtcOffset": "-14400s",
        },
        "exerciseType": "WALKING",
        "metricsSummary": {
            "caloriesKcal": 130,
            "distanceMillimeters": 1284300,
            "steps": "1606",
            "heartRateZoneDurations": {"lightTime": "1020s", "moderateTime": "0s"},
        },
        "exerciseMetadata": {},
        "displayName": "Walk",
        "activeDuration": "1025s",
    },
}

PAYLOADS: dict[str, dict[str, list[Row]]] = {
    "steps": {"steps:dailyRollUp": [rolled_up("steps", {"countSum": "4151"})]},
    "distance": {"distance:dailyRollUp": [rolled_up("distance", {"millimetersSum": "3058000"})]},
    "floors": {"floors:dailyRollUp": [rolled_up("floors", {"countSum": "12"})]},
    "calories": {
        "total-calories:dailyRollUp": [rolled_up("totalCalories", {"kcalSum": 2221.364542})]
    },
    "activity_minutes": {
        "active-minutes:dailyRollUp": [
            rolled_up(
                "activeMinutes",
                {
                    "activeMinutesRollupByActivityLevel": [
                        {"activityLevel": "LIGHT", "activeMinutesSum": "159"},
                        {"activityLevel": "MODERATE", "activeMinutesSum": "12"},
                    ]
                },
            )
        ],
        "sedentary-period:dailyRollUp": [
            rolled_up("sedentaryPeriod", {"durationSum": "39600s"}),
        ],
    },
    "active_zone_minutes": {
        "active-zone-minutes:dailyRollUp": [
            rolled_up(
                "activeZoneMinutes",
                {
                    "sumInFatBurnHeartZone": "7",
                    "sumInCardioHeartZone": "4",
                    "sumInPeakHeartZone": "0",
                },
            )
        ]
    },
    "exercise": {"exercise:reconcile": [WALK]},
    "heart_rate": {
        "heart-rate:dailyRollUp": [
            rolled_up(
                "heartRate",
                {"beatsPerMinuteMin": 50, "beatsPerMinuteAvg": 70.31575, "beatsPerMinuteMax": 129},
            )
        ],
        "heart-rate:rollUp": [
            window(
                f"2026-07-15T08:0{minute}:00Z",
                {"beatsPerMinuteAvg": 102.3, "beatsPerMinuteMax": 121, "beatsPerMinuteMin": 88},
            )
            for minute in range(3)
        ],
    },
    "resting_heart_rate": {
        "daily-resting-heart-rate:reconcile": [
            daily(
                "dailyRestingHeartRate",
                beatsPerMinute="53",
                dailyRestingHeartRateMetadata={"calculationMethod": "WITH_SLEEP"},
            )
        ]
    },
    "heart_rate_zones": {
        "time-in-heart-rate-zone:dailyRollUp": [
            rolled_up(
                "timeInHeartRateZone",
                {
                    "timeInHeartRateZones": [
                        {"heartRateZone": "LIGHT", "duration": "85260s"},
                        {"heartRateZone": "MODERATE", "duration": "60s"},
                    ]
                },
            )
        ]
    },
    "hrv": {
        "daily-heart-rate-variability:reconcile": [
            daily(
                "dailyHeartRateVariability",
                averageHeartRateVariabilityMilliseconds=73.1,
                nonRemHeartRateBeatsPerMinute="58",
                entropy=3.106,
                deepSleepRootMeanSquareOfSuccessiveDifferencesMilliseconds=70.55,
            )
        ]
    },
    "sleep": {"sleep:reconcile": [classic_nap(), sleep()]},
    "breathing_rate": {
        "daily-respiratory-rate:reconcile": [daily("dailyRespiratoryRate", breathsPerMinute=14.2)]
    },
    "spo2": {
        "daily-oxygen-saturation:reconcile": [
            daily(
                "dailyOxygenSaturation",
                averagePercentage=99.3,
                lowerBoundPercentage=97.9,
                upperBoundPercentage=100,
            )
        ]
    },
    "skin_temperature": {
        "daily-sleep-temperature-derivations:reconcile": [
            daily(
                "dailySleepTemperatureDerivations",
                nightlyTemperatureCelsius=34.5,
                baselineTemperatureCelsius=34.25,
                relativeNightlyStddev30dCelsius=0.4,
            )
        ]
    },
    "vo2_max": {
        "daily-vo2-max:reconcile": [
            daily("dailyVo2Max", vo2Max=43.7, estimated=True, cardioFitnessLevel="GOOD")
        ]
    },
    "weight": {
        "weight:reconcile": [sample("weight", "2026-08-07T14:46:22.749348Z", weightGrams=87090)],
        "body-fat:reconcile": [sample("bodyFat", "2026-08-07T14:46:22.749348Z", percentage=24.5)],
    },
}
"""A day of every endpoint."""

VALUES: dict[str, dict[str, MetricValue]] = {
    "steps": {"steps": 4151},
    "distance": {"distance": 3.058},
    "floors": {"floors": 12},
    "calories": {"calories": 2221.364542},
    "activity_minutes": {
        "sedentary_minutes": 660,
        "lightly_active_minutes": 159,
        "fairly_active_minutes": 12,
        "very_active_minutes": 0,
        "tutorial_wear_minutes": 831,
    },
    "active_zone_minutes": {
        "active_zone_minutes": 11,
        "fat_burn_zone_minutes": 7,
        "cardio_zone_minutes": 4,
        "peak_zone_minutes": 0,
    },
    "exercise": {"exercise_count": 1, "exercise_minutes": 1025 / 60},
    "heart_rate": {
        "heart_rate_minutes": 3,
        "heart_rate_average": 70.31575,
        "heart_rate_lowest": 50,
        "heart_rate_highest": 129,
    },
    "resting_heart_rate": {"resting_heart_rate": 53},
    "heart_rate_zones": {
        "zone_below_minutes": 1421,
        "zone_fat_burn_minutes": 1,
        "zone_cardio_minutes": 0,
        "zone_peak_minutes": 0,
    },
    "hrv": {"hrv_rmssd": 73.1, "hrv_deep_rmssd": 70.55},
    "sleep": {
        "sleep_start": "2026-09-26T13:09:00",
        "sleep_end": "2026-09-26T17:23:00",
        "time_in_bed_minutes": 254,
        "minutes_asleep": 248,
        "minutes_awake": 6,
        "sleep_efficiency": 98,
        "deep_minutes": 48,
        "light_minutes": 146,
        "rem_minutes": 54,
        "wake_minutes": 6,
        "nap_count": 1,
        "nap_minutes_asleep": 50,
        "nap_time_in_bed_minutes": 60,
        "sleep_records": 2,
        "total_minutes_asleep": 298,
        "total_time_in_bed_minutes": 314,
    },
    "breathing_rate": {"breathing_rate": 14.2},
    "spo2": {"spo2_average": 99.3, "spo2_lowest": 97.9, "spo2_highest": 100},
    "skin_temperature": {"skin_temperature_deviation": 0.25},
    "vo2_max": {"vo2_max": 43.7},
    "weight": {"weight": 87.09, "body_fat": 24.5},
}
"""What is read from them."""
