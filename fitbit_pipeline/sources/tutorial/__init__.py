"""The collection ``fitbitCollection`` of the tutorial that this project grew from.

``kind.Tutorial`` is what others use; the rest of the package is how it is done.
"""

from fitbit_pipeline.sources.tutorial.kind import Tutorial

__all__ = ["Tutorial"]
