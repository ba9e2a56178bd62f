"""Geodata: read and check areas, keep divisions, find neighbours, draw shapes."""

from .adjacency import neighbours
from .checks import check_layer
from .division import load_division, make_division, save_division
from .layer import METRIC, AreaLayer, dissolve
from .location import locate
from .reading import ColumnDescription, FileDescription, LayerDescription, describe_file, read_layer
from .shapes import Shapes, shapes

__all__ = [
    "METRIC", "AreaLayer", "ColumnDescription", "FileDescription", "LayerDescription", "Shapes",
    "check_layer", "describe_file", "dissolve", "load_division", "locate", "make_division", "neighbours",
    "read_layer", "save_division", "shapes",
]  # fmt: skip
