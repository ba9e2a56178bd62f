"""Design of areas (*Gebietszuschnitt*): blocks, proposals by a solver, moves by hand, figures."""

from .blocks import Blocks, Grid, blocks_of, read_grid, severed_by_areas, severed_by_lines
from .figures import AreaFigures, DesignFigures, area_layer, describe
from .moving import Moved, move, parts
from .proposing import PRESETS, Proposal, Wishes, propose
from .storing import load_blocks, save_blocks

__all__ = [
    "PRESETS", "AreaFigures", "Blocks", "DesignFigures", "Grid", "Moved", "Proposal", "Wishes", "area_layer",
    "blocks_of", "describe", "load_blocks", "move", "parts", "propose", "read_grid", "save_blocks",
    "severed_by_areas", "severed_by_lines",
]  # fmt: skip
