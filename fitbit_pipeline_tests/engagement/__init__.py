"""Tests of engagement: pure functions of metric values."""
