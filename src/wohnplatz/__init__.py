"""Wohnplatz: strategic social planning for a German district.

The core is a library and needs no settings: ``import wohnplatz as wp``. The names below are loaded when
they are first used.

>>> import numpy as np
>>> import wohnplatz as wp
>>> z = wp.standardised_sum(np.array([[1.0], [2.0], [3.0]]))
>>> [round(float(v), 4) for v in z.index]
[-1.2247, 0.0, 1.2247]
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "model": (
        "Area", "Catalogue", "CellState", "Division", "FigureTable", "Finding", "Hierarchy", "Indicator",
        "Observation", "ReleasedTable", "Variable", "WohnplatzError",
    ),
    "store": ("DuckDBEngine", "Manifest", "ObjectStore"),
    "areas": ("check_layer", "describe_file", "make_division", "neighbours", "read_layer"),
    "intake": ("read_delivery", "write_template"),
    "monitoring": ("classify", "index_classes", "legend_classes", "standardised_sum"),
    "disclosure": ("load_rules",),
    "indicators": ("compute", "load_catalogue", "parse"),
}  # fmt: skip
_ROOM_OF = {name: room for room, names in _HOMES.items() for name in names}
__all__ = ["__version__", *_ROOM_OF]  # noqa: PLE0604 (all of them are texts)


def __getattr__(name: str) -> Any:
    """Load a name of the core from its room."""
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'wohnplatz' has no attribute {name!r}")
    return getattr(import_module(f"wohnplatz.{_ROOM_OF[name]}"), name)
