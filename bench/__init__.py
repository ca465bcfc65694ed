"""Benchmarks, each a ratio of two measurements of one run on one machine."""
