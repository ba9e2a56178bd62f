"""Base data: immutable files named by content, releases as manifests, SQL steps over them."""

from .engine import DuckDBEngine, Engine, Sources, Step
from .errors import StepError, StoreError
from .figures import KEYS, as_figures, query_beside, query_figures, write_beside, write_figures
from .manifest import DivisionRef, Entry, FormerDivisions, Manifest
from .objects import BesideStore, Kind, ObjectStore
from .observations import observations_in, read_observations, write_observations, write_without
from .origins import Origin, origins
from .tables import read_table, write_table

__all__ = [
    "KEYS", "BesideStore", "DivisionRef", "DuckDBEngine", "Engine", "Entry", "FormerDivisions", "Kind",
    "Manifest", "ObjectStore", "Origin", "Sources", "Step", "StepError", "StoreError", "as_figures",
    "observations_in", "origins", "query_beside", "query_figures", "read_observations", "read_table",
    "write_beside", "write_figures", "write_observations", "write_table", "write_without",
]  # fmt: skip
