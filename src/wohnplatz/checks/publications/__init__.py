"""Attacks what others publish: tables of counts and rates, with a small description of their sums."""

from .attack import Kind
from .checking import Checked, Found, check_publication, read_folder
from .description import FILE_NAME, Description, load_description, to_toml

__all__ = [
    "FILE_NAME", "Checked", "Description", "Found", "Kind", "check_publication", "load_description",
    "read_folder", "to_toml",
]  # fmt: skip
