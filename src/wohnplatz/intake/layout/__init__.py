"""What other people's tables look like: header, body, roles of columns, and every cell with its headings.

Knows no catalogue: what the headings mean is the business of the guide.
"""

from .model import ColumnHead, Layout, Role, StatCell, StatTable
from .moment import NEVER, Moment

__all__ = ["NEVER", "ColumnHead", "Layout", "Moment", "Role", "StatCell", "StatTable"]
