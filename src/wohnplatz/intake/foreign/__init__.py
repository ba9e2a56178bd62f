"""Ready readers: files of published statistics whose form is known, as statistical tables.

Each says how surely it knows a table and turns it into cells with keys, labels, headings, dates and states.
What the headings mean for the data set asked for is the business of the guide, as with any other table.
"""

from .berlin import BerlinMonitoring, BerlinRegister
from .census_grid import CensusGrid
from .genesis import Genesis
from .municipality_register import MunicipalityRegister
from .ready import ReadyReader, best_ready

READY: tuple[ReadyReader, ...] = (
    Genesis(), CensusGrid(), MunicipalityRegister(), BerlinRegister(), BerlinMonitoring(),
)  # fmt: skip
"""All ready readers; no two of them know the same table."""

__all__ = [
    "READY", "BerlinMonitoring", "BerlinRegister", "CensusGrid", "Genesis", "MunicipalityRegister",
    "ReadyReader", "best_ready",
]  # fmt: skip
