"""Keeps every day of Fitbit data of one person or of a whole study."""
