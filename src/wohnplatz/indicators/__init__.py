"""Indicators: catalogue, formula language and the computation of all figures of a release."""

from .compute import FIGURES, compute, compute_figures, compute_release, former_name
from .errors import FormulaError
from .expression import Expression, to_text
from .index import classes_of, scheme_of
from .index_table import index_figures, joined
from .loading import catalogue_from_json, catalogue_json, load_catalogue
from .meta import figure_meta, inputs, lagged_variables_of, protection, variables_of
from .parser import parse
from .tables import CatalogueError

__all__ = [
    "FIGURES", "CatalogueError", "Expression", "FormulaError", "catalogue_from_json", "catalogue_json",
    "classes_of", "compute", "compute_figures", "compute_release", "figure_meta", "former_name",
    "index_figures", "inputs", "joined", "lagged_variables_of", "load_catalogue", "parse", "protection",
    "scheme_of", "to_text", "variables_of",
]  # fmt: skip
