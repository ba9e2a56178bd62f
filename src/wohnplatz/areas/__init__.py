"""Geodata: read and check areas, keep divisions, find neighbours, draw shapes."""

from .adjacency import neighbours
from .checks import check_layer
from .conversion import CORRELATION, Converted, aligned, compose, convert, reverse
from .crosswalk import Basis, Crosswalk, crosswalk_of, identity
from .crosswalk_making import CrosswalkResult, WeightedPoints, make_crosswalk
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
from .location import locate
from .predecessors import ChangeKind, Predecessor, predecessors
from .reading import ColumnDescription, FileDescription, LayerDescription, describe_file, read_layer
from .shapes import Shapes, shapes

__all__ = [
    "CORRELATION", "METRIC", "AreaLayer", "Basis", "ChangeKind", "ColumnDescription", "Converted",
    "Crosswalk", "CrosswalkResult", "FileDescription", "LayerDescription", "Pair", "Predecessor", "Shapes",
    "WeightedPoints", "aligned", "check_layer", "compose", "convert", "crosswalk_csv", "crosswalk_of",
    "crosswalk_of_pairs", "crosswalk_rows", "describe_file", "dissolve", "identity", "load_crosswalk",
    "load_division", "locate", "make_crosswalk", "make_division", "neighbours", "predecessors",
    "read_layer", "read_pairs", "reverse", "save_crosswalk", "save_division", "shapes",
]  # fmt: skip
