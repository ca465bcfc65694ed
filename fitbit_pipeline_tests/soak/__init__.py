"""The simulated year in its short form, and that its tally would notice."""
