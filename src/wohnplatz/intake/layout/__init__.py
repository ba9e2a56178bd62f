"""What other people's tables look like: header, body, roles of columns, and every cell with its headings.

Knows no catalogue: what the headings mean is the business of the guide.
"""

from .columns import letter, splits
from .detect import detect_layout, detect_layouts, layout_of
from .headings import SEPARATOR, folded, lasting
from .model import ColumnHead, Layout, Role, StatCell, StatTable
from .moment import NEVER, Moment
from .reading import preview, read_table, samples

__all__ = [
    "NEVER", "SEPARATOR", "ColumnHead", "Layout", "Moment", "Role", "StatCell", "StatTable",
    "detect_layout", "detect_layouts", "folded", "lasting", "layout_of", "letter", "preview", "read_table",
    "samples", "splits",
]  # fmt: skip
