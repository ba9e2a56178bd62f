"""A catalogue and a hierarchy as tables of numbers: what the SQL steps join.

Indicators become *figures* with a number each; every figure is a sum of weighted *terms*, and a term is a
set of cells of one variable. The tables are plain arrays, so the same SQL serves every catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from wohnplatz.model import Catalogue, Dimension, Hierarchy, Indicator, VariableKind

from .checks import EVEN_YEARS
from .linear import Term, linear

Columns = dict[str, npt.NDArray[Any]]
AGE = "alter"
PYRAMID = (AGE, "geschlecht")
"""Dimensions of the rows for the age pyramid."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one number of a figure table is made of. ``base`` is the level it is summed from (0 = finest)."""

    code: str
    breakdown: str
    base: int
    levels: tuple[int, ...]
    """Levels on which the figure is shown."""
    numerator: Mapping[tuple[Term, int], float]
    denominator: Mapping[tuple[Term, int], float]
    factor: float = 1.0
    rate: bool = False
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All figures of a catalogue on a hierarchy, sums first, then formulas in the order of their making."""

    sums: tuple[Figure, ...]
    formulas: tuple[Figure, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Figures by number."""
        return self.sums + self.formulas


def sum_figure(indicator: Indicator, catalogue: Catalogue, levels: Sequence[str]) -> Figure | None:
    """The figure of an indicator with a numerator; None where the hierarchy lacks a variable's level."""
    numerator = linear(indicator.numerator, catalogue)
    denominator = linear(indicator.denominator, catalogue) if indicator.denominator else {}
    variables = [catalogue.variables[term.variable] for term, _ in (*numerator, *denominator)]
    if any(v.level not in levels for v in variables):
        return None
    base = max(levels.index(v.level) for v in variables)
    return Figure(
        code=indicator.code,
        breakdown="",
        base=base,
        levels=tuple(n for n, level in enumerate(levels) if n >= base and level in indicator.levels),
        numerator=numerator,
        denominator=denominator,
        factor=indicator.factor,
        rate=any(v.kind is VariableKind.RATE for v in variables),
    )


def pyramid_figures(catalogue: Catalogue, levels: Sequence[str]) -> tuple[Figure, ...]:
    """One figure per category of ``pyramid_dimensions`` of the population; none where there are none."""
    population, by = catalogue.variables[catalogue.population], pyramid_dimensions(catalogue)
    if not by or population.level not in levels:
        return ()
    base = levels.index(population.level)
    found = []
    groups = [age_groups(catalogue.dimensions[d], catalogue.pyramid_ages).items() for d in by]
    for cell in product(*groups):
        term = Term(population.code, tuple((d, codes) for d, (_, codes) in zip(by, cell, strict=True)))
        breakdown = ";".join(f"{d}={name}" for d, (name, _) in zip(by, cell, strict=True))
        shown = tuple(range(base, len(levels)))
        found.append(Figure(population.code, breakdown, base, shown, {(term, 0): 1.0}, {}))
    return tuple(found)


def pyramid_dimensions(catalogue: Catalogue) -> tuple[str, ...]:
    """By what the population is shown: age and sex, or one of them; none where not delivered by both."""
    if not set(PYRAMID) <= set(catalogue.variables[catalogue.population].breakdowns):
        return ()
    return tuple(d for d in PYRAMID if d not in catalogue.pyramid_without)


def age_groups(dimension: Dimension, begins: Sequence[int]) -> dict[str, tuple[str, ...]]:
    """Name of each group of ages (``0-17``, ``65+``) → its categories; each by itself without ``begins``.

    A group begins with the first category that begins at its age or later; no category is parted.
    """
    if not begins or not dimension.bounds:
        return {code: (code,) for code in dimension.categories}
    members: dict[int, list[str]] = {}
    for code in dimension.categories:
        members.setdefault(sum(begin <= dimension.bounds[code][0] for begin in begins), []).append(code)
    found = {}
    for codes in members.values():
        low, high = dimension.bounds[codes[0]][0], dimension.bounds[codes[-1]][1]
        found[f"{low}+" if high is None else f"{low}-{high}"] = tuple(codes)
    return found


def term_numbers(figures: Sequence[Figure], population: str) -> dict[Term, int]:
    """Every term once, with its number; 0 is all inhabitants, which the coverage needs."""
    found = {Term(population): 0}
    for figure in figures:
        for term, _ in (*figure.numerator, *figure.denominator):
            found.setdefault(term, len(found))
    return found


def columns(rows: Sequence[tuple[Any, ...]], **types: str) -> Columns:
    """Rows as named arrays; ``U`` is text, as object array."""
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(types)
    return {
        name: np.array(list(column), dtype=object if kind == "U" else kind)
        for (name, kind), column in zip(types.items(), cells, strict=True)
    }


def term_tables(terms: Mapping[Term, int], catalogue: Catalogue, levels: Sequence[str]) -> dict[str, Columns]:
    """Sources ``terms``, ``shapes`` and one ``allowed_<n>`` per dimension.

    A cell belongs to a term if it has an allowed category in every dimension. In a dimension that the term
    leaves open, a delivered total counts one ``bit``; the sum of the bits is the *shape* of the cell. Cells
    of one shape make the term complete when there are ``expected`` of them; ``totals`` says how many totals
    the shape uses.
    """
    allowed: list[list[tuple[int, str, int]]] = [[] for _ in catalogue.dimensions]
    shapes: list[tuple[int, int, int, int]] = []
    for term, number in terms.items():
        chosen, breakdowns = dict(term.where), catalogue.variables[term.variable].breakdowns
        ways: list[list[tuple[int, int, int]]] = []
        for n, (code, dimension) in enumerate(catalogue.dimensions.items()):
            if code not in breakdowns:
                allowed[n].append((number, "T", 0))
                continue
            cells = chosen.get(code, tuple(dimension.categories))
            allowed[n].extend((number, c, 0) for c in cells)
            ways.append([(0, len(cells), 0)])
            if code not in chosen:
                allowed[n].append((number, "T", 2**n))
                ways[-1].append((2**n, 1, 1))
        for way in product(*ways):
            expected = int(np.prod([cells for _, cells, _ in way], dtype=np.int64))
            shapes.append((number, sum(bit for bit, _, _ in way), expected, sum(t for _, _, t in way)))
    rows = [
        (number, t.variable, levels.index(catalogue.variables[t.variable].level), _even(t, catalogue))
        for t, number in terms.items()
        if catalogue.variables[t.variable].level in levels
    ]
    return {
        "terms": columns(rows, term="i4", variable="U", level="i4", even="i4"),
        "shapes": columns(shapes, term="i4", shape="i4", expected="i4", totals="i4"),
        **{f"allowed_{n}": columns(a, term="i4", category="U", bit="i4") for n, a in enumerate(allowed)},
    }


def _even(term: Term, catalogue: Catalogue) -> int:
    return int(catalogue.variables[term.variable].rhythm == EVEN_YEARS)


def figure_tables(sums: Sequence[Figure], terms: Mapping[Term, int]) -> dict[str, Columns]:
    """Sources ``figures``, ``sums`` (their weighted terms) and ``wanted`` (terms on base levels)."""
    figures, parts = [], []
    wanted = {(0, figure.base) for figure in sums}
    for number, figure in enumerate(sums):
        figures.append((number, figure.base, figure.factor, int(bool(figure.denominator)), int(figure.rate)))
        for role, side in enumerate((figure.numerator, figure.denominator)):
            for (term, back), coefficient in side.items():
                parts.append((number, role, terms[term], back, coefficient))
                wanted.add((terms[term], figure.base))
    return {
        "figures": columns(figures, figure="i4", level="i4", factor="f8", divided="i4", rate="i4"),
        "sums": columns(parts, figure="i4", role="i4", term="i4", back="i4", coefficient="f8"),
        "wanted": columns(sorted(wanted), term="i4", level="i4"),
    }


def area_tables(hierarchy: Hierarchy) -> dict[str, Columns]:
    """Sources ``areas`` (level as number) and ``ancestors`` (each area's areas above it, and itself)."""
    areas = [(a.key, n) for n, d in enumerate(hierarchy.divisions) for a in d.areas]
    levels = hierarchy.levels
    above = [
        (key, up, ancestor)
        for key, n in areas
        for up in range(n, len(levels))
        if (ancestor := hierarchy.ancestor(key, levels[up])) is not None
    ]
    return {
        "areas": columns(areas, area="U", level="i4"),
        "ancestors": columns(above, area="U", level="i4", ancestor="U"),
    }
