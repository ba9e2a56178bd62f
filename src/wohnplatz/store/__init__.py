"""Base data: immutable files named by content, releases as manifests, SQL steps over them."""

from .engine import DuckDBEngine, Engine, Sources, Step
from .errors import StepError, StoreError
from .figures import as_figures, query_figures, write_figures
from .manifest import DivisionRef, Entry, FormerDivisions, Manifest
from .objects import Kind, ObjectStore
from .observations import read_observations, write_observations
from .origins import Origin, origins
from .tables import read_table, write_table

__all__ = [
    "DivisionRef", "DuckDBEngine", "Engine", "Entry", "FormerDivisions", "Kind", "Manifest", "ObjectStore",
    "Origin", "Sources", "Step", "StepError", "StoreError", "as_figures", "origins", "query_figures",
    "read_observations", "read_table", "write_figures", "write_observations", "write_table",
]  # fmt: skip
