"""Geodata: read and check areas, keep divisions, find neighbours, draw shapes."""

from .adjacency import neighbours
from .change import Changed, change_areas
from .change_drawn import line_of, pieces_of, pieces_text, read_pieces
from .change_kinds import Change, Merge, NewArea, Redraw, Rename, Shift, Split
from .checks import check_layer
from .conversion import CORRELATION, Converted, aligned, compose, convert, reverse
from .crosswalk import Basis, Crosswalk, crosswalk_of, identity
from .crosswalk_making import CrosswalkResult, WeightedPoints, make_crosswalk
from .crosswalk_points import load_points, read_points, save_points
from .crosswalk_table import (
    Pair,
    crosswalk_csv,
    crosswalk_of_pairs,
    crosswalk_rows,
    load_crosswalk,
    read_pairs,
    save_crosswalk,
)
from .division import load_division, make_division, save_division
from .layer import METRIC, AreaLayer, dissolve
from .location import lattice, locate
from .predecessors import ChangeKind, Predecessor, predecessors
from .reading import (
    ColumnDescription,
    FileDescription,
    LayerDescription,
    describe_file,
    read_layer,
    read_lines,
)
from .shapes import Shapes, shapes
from .streets import (
    Found,
    HouseNumber,
    Side,
    StreetRange,
    address_points,
    find_address,
    load_streets,
    read_streets,
    save_streets,
)

__all__ = [
    "CORRELATION", "METRIC", "AreaLayer", "Basis", "Change", "ChangeKind", "Changed", "ColumnDescription",
    "Converted", "Crosswalk", "CrosswalkResult", "FileDescription", "Found", "HouseNumber",
    "LayerDescription", "Merge", "NewArea", "Pair", "Predecessor", "Redraw", "Rename", "Shapes", "Shift",
    "Side", "Split", "StreetRange", "WeightedPoints", "address_points", "aligned", "change_areas",
    "check_layer", "compose", "convert", "crosswalk_csv", "crosswalk_of", "crosswalk_of_pairs",
    "crosswalk_rows", "describe_file", "dissolve", "find_address", "identity", "lattice", "line_of",
    "load_crosswalk", "load_division", "load_points", "load_streets", "locate", "make_crosswalk",
    "make_division", "neighbours", "pieces_of", "pieces_text", "predecessors", "read_layer", "read_lines",
    "read_pairs", "read_pieces", "read_points", "read_streets", "reverse", "save_crosswalk",
    "save_division", "save_points", "save_streets", "shapes",
]  # fmt: skip
