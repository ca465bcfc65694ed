"""The scopes of the Fitbit Web API, and what the consent page says about each."""

SCOPES = {
    "activity": "Activity and exercise",
    "cardio_fitness": "Cardio fitness (VO2 max)",
    "electrocardiogram": "Electrocardiograms",
    "heartrate": "Heart rate",
    "irregular_rhythm_notifications": "Irregular rhythm notifications",
    "location": "Location and GPS",
    "nutrition": "Food and water logs",
    "oxygen_saturation": "Oxygen saturation",
    "profile": "Profile",
    "respiratory_rate": "Breathing rate",
    "settings": "Fitbit devices and settings",
    "sleep": "Sleep",
    "social": "Friends",
    "temperature": "Temperature",
    "weight": "Weight and body fat",
}
"""By name: what a person reads."""
