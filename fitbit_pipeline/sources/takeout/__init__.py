"""Google Takeout of Fitbit or Google Health, and the exports of fitbit.com before it.

``kind.Takeout`` is what others use; the rest of the package is how it is done.
"""

from fitbit_pipeline.sources.takeout.kind import Takeout

__all__ = ["Takeout"]
