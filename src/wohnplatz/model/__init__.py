"""The nouns of the project: plain dataclasses and enums that import nothing of the other rooms."""

from .areas import Area, Division, Hierarchy
from .catalogue import (
    TOTAL,
    Catalogue,
    ClassRule,
    DataSet,
    Dimension,
    Exclusion,
    IndexDefinition,
    IndexFamily,
    IndexPart,
    IndexTheme,
    Indicator,
    Polarity,
    SeriesBreak,
    Variable,
    VariableKind,
)
from .classes import Classes, ClassMethod
from .findings import Finding, Severity, WohnplatzError
from .observation_table import Coded, ObservationTable, stacked
from .observations import FigureTable, Observation
from .released import (
    Altered,
    Audience,
    FigureKind,
    FigureMeta,
    ReleaseContext,
    ReleasedFigure,
    ReleasedTable,
    Reliability,
    Verdict,
)
from .states import FIRST_WITHOUT_NUMBER, CellState, combine

__all__ = [
    "FIRST_WITHOUT_NUMBER", "TOTAL", "Altered", "Area", "Audience", "Catalogue", "CellState", "ClassMethod",
    "ClassRule", "Classes", "Coded", "DataSet", "Dimension", "Division", "Exclusion", "FigureKind",
    "FigureMeta", "FigureTable", "Finding", "Hierarchy", "IndexDefinition", "IndexFamily", "IndexPart",
    "IndexTheme", "Indicator", "Observation", "ObservationTable", "Polarity", "ReleaseContext",
    "ReleasedFigure", "ReleasedTable", "Reliability", "SeriesBreak", "Severity", "Variable", "VariableKind",
    "Verdict", "WohnplatzError", "combine", "stacked",
]  # fmt: skip
