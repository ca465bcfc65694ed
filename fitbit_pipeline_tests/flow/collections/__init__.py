"""Tests of importing the tutorial's collection and LifeSnaps."""
