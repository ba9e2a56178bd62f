"""Which columns of a table say where a row belongs, and which of them is the finest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from wohnplatz.intake.layout import ColumnHead, Role
from wohnplatz.intake.published import PublishedTable

from .figures import first_cells, heading_of, row_texts, state_columns
from .guessing_sums import by_column

_NUMBER = r"\d[\d.,]*(?: ?%)?"
_CLASS = re.compile(
    rf"(?:unter |über |mehr als |[<>≤≥] ?)?{_NUMBER}(?: ?(?:-|–|bis)(?: unter)? ?{_NUMBER}| und mehr)?"
)
"""A class of a map: ``10 bis unter 12``."""


def areas_of(table: PublishedTable) -> tuple[list[str], list[str]]:
    """Columns that name a row's area, finest first, and those that say to which larger area it belongs.

    A larger area follows from the finer one alone; a column nobody would take for areas may be the finest.
    """
    texts = [row_texts(table.table, c) for c in first_cells(table.table)]
    areas = [heading_of(h) for h in (*table.table.layout.with_role(Role.NAME), *keys_of(table))]
    states = state_columns(table.table)
    headings = [h for h in map(heading_of, table.table.layout.label_columns) if h not in states]
    labels = [b for b in headings if not _are_classes(texts, b)]
    finer = [b for b in labels if b not in areas and any(_follows(texts, b, a) for a in areas)]
    known = [*finer, *areas]
    coarser = [b for b in (*labels, *areas) for a in known if a != b and _follows(texts, a, b)]
    return known, list(dict.fromkeys(coarser))


def keys_of(table: PublishedTable) -> tuple[ColumnHead, ...]:
    """Columns of keys."""
    return table.table.layout.with_role(Role.KEY)


def _are_classes(texts: Sequence[Mapping[str, str]], column: str) -> bool:
    """Whether a column holds nothing but classes of numbers, which are no areas."""
    return all(_CLASS.fullmatch(t[column].strip()) for t in texts if t[column])


def _follows(texts: Sequence[Mapping[str, str]], fine: str, coarse: str) -> bool:
    return len(by_column([t[fine] for t in texts], [t[coarse] for t in texts])) > 1
