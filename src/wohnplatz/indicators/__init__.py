"""Indicators: catalogue, formula language and the computation of all figures of a release."""

from .compute import FIGURES, compute, compute_figures, compute_release, former_name
from .differences import (
    Dependant,
    FieldChange,
    ItemChange,
    dependants,
    differences,
    item_differences,
    other_differences,
    parts_of,
)
from .errors import FormulaError
from .expression import Expression, to_text
from .index import classes_of, scheme_of
from .index_table import index_figures, joined
from .items import Item, error_key, group_of, overlaid, read_item, to_toml
from .linear import linear
from .loading import catalogue_from_json, catalogue_json, load_catalogue
from .meta import figure_meta, inputs, lagged_variables_of, protection, pyramid_words, variables_of
from .parser import parse
from .tables import CatalogueError
from .terms import PYRAMID

__all__ = [
    "FIGURES", "PYRAMID", "CatalogueError", "Dependant", "Expression", "FieldChange", "FormulaError", "Item",
    "ItemChange", "catalogue_from_json", "catalogue_json", "classes_of", "compute", "compute_figures",
    "compute_release", "dependants", "differences", "error_key", "figure_meta", "former_name", "group_of",
    "index_figures", "inputs", "item_differences", "joined", "lagged_variables_of", "linear",
    "load_catalogue", "other_differences", "overlaid", "parse", "parts_of", "protection", "pyramid_words",
    "read_item", "scheme_of", "to_text", "to_toml", "variables_of",
]  # fmt: skip
