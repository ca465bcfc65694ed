"""Tests of the sandbox's Fitbit Web API, mirroring ``fitbit_pipeline.sandbox.fitbit_web``."""
