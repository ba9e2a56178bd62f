"""Statistics on arrays: the composite index and the classes of maps.

Pure functions: arrays in, frozen results out; no files, no tables, no settings.
"""

from .classes import classify
from .index import IndexResult, index_classes, standardised_sum

__all__ = ["IndexResult", "classify", "index_classes", "standardised_sum"]
