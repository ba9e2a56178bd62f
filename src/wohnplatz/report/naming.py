"""What the files of a report are called when somebody takes them away."""

from __future__ import annotations

import re
import unicodedata
from typing import Protocol

from .references import TO_ASCII

FIGURES = frozenset({"xlsx", "csv", "csv-metadata.json", "zip"})
"""Endings of the files that hold the figures behind a report."""
LONGEST = 80
"""Letters a name has at most before its ending."""


class Titled(Protocol):
    """Anything that says of a report what its title page says."""

    @property
    def title(self) -> str:
        """Title."""

    @property
    def subtitle(self) -> str:
        """Subtitle; empty where there is none."""

    @property
    def year(self) -> int:
        """Year of the report."""


def file_stem(report: Titled, *, draft: bool = False) -> str:
    """``sozialbericht-kreis-muster-2025``: title, subtitle and year in small ASCII letters.

    Nothing but what the title page says goes into it. A draft says so at the end.
    """
    said = unicodedata.normalize("NFC", f"{report.title} {report.subtitle}").lower().translate(TO_ASCII)
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode()
    words = [w for w in re.findall("[a-z0-9]+", plain) if w != str(report.year)] or ["bericht"]
    tail = f"-{report.year}{'-entwurf' if draft else ''}"
    while len(words) > 1 and len("-".join(words)) + len(tail) > LONGEST:
        words.pop()
    return "-".join(words)[: LONGEST - len(tail)] + tail


def file_name(report: Titled, ending: str, *, draft: bool = False) -> str:
    """Name of a report's file of one kind: ``pdf``, ``docx``, ``html``, or one of ``FIGURES``."""
    stem = file_stem(report, draft=draft)
    return f"{stem}-zahlen.{ending}" if ending in FIGURES else f"{stem}.{ending}"
