"""File names as partners give them: kept for people, never used as a path."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120


def safe_name(filename: str) -> str:
    """The last part of a path without control characters and quotes, shortened with its ending kept.

    >>> safe_name("C:\\\\Daten\\\\Bevölkerung 2025.xlsx")
    'Bevölkerung 2025.xlsx'
    >>> safe_name("../../etc/passwd")
    'passwd'
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", filename))[-1]
    clean = re.sub(r"[^\w .,()+=-]", "_", last).strip(" .")
    if len(clean) <= LONGEST:
        return clean or "lieferung"
    stem, dot, ending = clean.rpartition(".")
    return f"{stem[: LONGEST - len(ending) - 1]}{dot}{ending}" if len(ending) <= 10 else clean[:LONGEST]
