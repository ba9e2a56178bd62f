"""Checksums of outputs: of one file, or of a folder by the list of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def sum_list(files: Mapping[str, bytes]) -> bytes:
    """The files of a folder as ``sha256sum`` lists and checks them: one line each, by name."""
    lines = (f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return "".join(lines).encode()


def sha_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 of the one file, or of the list of several.

    >>> sha_of({"a.txt": b""})[:8]
    'e3b0c442'
    """
    data = next(iter(files.values())) if len(files) == 1 else sum_list(files)
    return hashlib.sha256(data).hexdigest()
