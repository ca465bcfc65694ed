"""The assets: raw responses, metrics, engagement. Each only calls ``flow`` and tells what it did.

Every asset is partitioned by date alone and covers a range of days in one run.
"""
