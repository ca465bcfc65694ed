"""What the assets do, free of Dagster: ask sources, derive metrics, derive engagement, import.

It joins sources, metrics, engagement and the store, which do not know each other. What does not
belong here: anything that Dagster decides (which days, in which run, when).
"""
