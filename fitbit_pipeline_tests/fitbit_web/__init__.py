"""The Fitbit Web API as a source, from the consent to the metrics, against the sandbox."""
