"""A simulated year of a study in which everything goes wrong; what is lost by then is counted."""
