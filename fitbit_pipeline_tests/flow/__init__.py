"""Tests of what the assets do."""
