"""Wear time, worn days, activity buckets, trailing windows: pure functions of metric values."""
