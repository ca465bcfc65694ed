"""Tests of the dashboard: queries on a real MongoDB, chart specifications, whole pages."""
