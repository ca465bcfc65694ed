"""LifeSnaps, a data set of 71 people: one MongoDB collection with Takeout's records of everybody.

``splitting.split`` makes of it what each person would have downloaded; importing goes on from there
as with any Takeout archive.
"""

from fitbit_pipeline.sources.lifesnaps.splitting import NAME, SplitCollection, member_of, split

__all__ = ["NAME", "SplitCollection", "member_of", "split"]
