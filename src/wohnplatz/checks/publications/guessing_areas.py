"""Which columns of a table say where a row belongs, and which of them is the finest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from wohnplatz.intake.layout import Role

from .description import HIDDEN_SIGNS, Description
from .figures import AREA, Aliases
from .guessing_sums import by_column, by_prefix
from .source import Source, folded
from .spans import span_of

_LEVEL = re.compile(r"ebene\b|gebietstyp|raumtyp|gebietsart|raumbezug|\blevel\b", re.IGNORECASE)
"""Headings of columns that say how large a row's area is, not to which one it belongs."""


def areas_of(table: Source) -> tuple[list[str], list[str]]:
    """Columns that name a row's area, finest first, and those that say to which larger area it belongs.

    A larger area follows from the finer one alone; a column nobody would take for areas may be the finest.
    """
    texts = list(table.texts.values())
    keys = table.headings(Role.KEY)
    numbers = [h for h in table.headings(Role.NAME) if keys and is_made_of_others(table, h)]
    areas = [h for h in table.headings(Role.NAME) if h not in numbers] + list(keys)
    silent = {*table.states, *levels_of(table), *numbers}
    headings = [h for h in table.headings(Role.NAME, Role.LABEL) if h not in silent]
    labels = [b for b in headings if not _are_classes(texts, b)]
    finer = [b for b in labels if b not in areas and any(_follows(texts, b, a) for a in areas)]
    known = [*finer, *areas]
    coarser = [b for b in (*labels, *areas) for a in known if a != b and _follows(texts, a, b)]
    return known, list(dict.fromkeys(coarser))


def levels_of(table: Source) -> frozenset[str]:
    """Columns beside the areas that only say which level each is of: »Ebene« with »Kommune«, »Kreis«."""
    if not table.headings(Role.NAME, Role.KEY):
        return frozenset()
    return frozenset(h for h in table.headings(Role.LABEL) if _LEVEL.search(h))


def _are_classes(texts: Sequence[Mapping[str, str]], column: str) -> bool:
    """Whether a column holds nothing but classes of numbers, which are no areas."""
    return all(span_of(t[column]) for t in texts if t[column])


def is_classed(table: Source, heading: str) -> bool:
    """Whether a column of words holds the classes of a map: one for each place, unlike those of ages."""
    texts = list(table.texts.values())
    if len({t[heading] for t in texts if span_of(t[heading])}) < 2:
        return False
    signs = {folded(s) for s in HIDDEN_SIGNS} | {"", "-", "–", "x", "/"}
    if not all(span_of(t[heading]) or folded(t[heading]) in signs for t in texts):
        return False
    others = [tuple(text for h, text in row.items() if h != heading) for row in texts]
    return len(set(zip(others, table.days.values(), strict=True))) == len(texts)


def is_made_of_others(table: Source, heading: str) -> bool:
    """Whether a column numbers the rows, like ``sgb2/05378004/2023``: it says nothing that others do not."""
    texts = list(table.texts.values())
    if len({t[heading] for t in texts}) < len(texts):
        return False
    return all(sum(bool(v) and v in t[heading] for h, v in t.items() if h != heading) > 1 for t in texts)


def _follows(texts: Sequence[Mapping[str, str]], fine: str, coarse: str) -> bool:
    return len(by_column([t[fine] for t in texts], [t[coarse] for t in texts])) > 1


def beside(tables: Sequence[Source], description: Description, names: Aliases) -> dict[str, tuple[str, ...]]:
    """Larger areas with their parts, where a column names them or the keys show it."""
    result: dict[str, tuple[str, ...]] = {}
    for table, described in zip(tables, description.tables, strict=True):
        texts = list(table.texts.values())
        keys = table.headings(Role.KEY)
        known, larger = areas_of(table)
        order = [n for n in (*keys, *known) if n in described.rows and n not in larger]
        fine = [next((t[n] for n in order if t[n]), "") for t in texts] if larger else []
        columns = [by_column(fine, [t[c] for t in texts]) for c in larger]
        for groups in (*columns, by_prefix([t[k] for k in keys[:1] for t in texts])):
            for whole, parts in groups.items():
                # A key stands for the name that some table has beside it, as it does in a row.
                called = [names.get((AREA, folded(text)), text) for text in (whole, *parts)]
                result.setdefault(called[0], tuple(dict.fromkeys(called[1:])))
    return result
