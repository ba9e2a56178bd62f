"""The public atlas: released figures and reports as a folder of pages that needs no server."""

from .building import build
from .source import ENDINGS, Edition, Particulars, Source
from .writing import archive, require_place, write

__all__ = ["ENDINGS", "Edition", "Particulars", "Source", "archive", "build", "require_place", "write"]
