"""The figures as they are told where counts are rounded: ratios and formulas made anew from the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure.clearance import Told
from wohnplatz.indicators.expression import (
    Change,
    Expression,
    IndicatorRef,
    Lag,
    Negative,
    Number,
    Operation,
)
from wohnplatz.indicators.linear import lagged_references
from wohnplatz.indicators.parser import parse
from wohnplatz.model import Catalogue, FigureTable

from .modes import touching
from .universe import SCALES, Universe

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def told_rows(  # noqa: PLR0913, PLR0917 -- the rows, the counts behind them, what is known of both
    universe: Universe,
    counts: Ints,
    table: FigureTable,
    opened: Bools,
    catalogue: Catalogue,
    overlaid: Bools,
) -> Told | None:
    """What is told of the rows of ``table`` (m,), whose counts are out as ``counts`` (n,); None: as computed.

    Rows that are not ``opened`` keep what they had: nobody sees them. ``overlaid`` (m,) came altered from
    their source and are told as they came.
    """
    if not (universe.rounded.any() or overlaid.any()):
        return None
    altered_cell = np.append(touching(universe, universe.rounded), False)
    roles = (universe.numerator, universe.denominator)
    altered = np.any([altered_cell[np.where(r >= 0, r, -1)] for r in roles], axis=0)
    cells = (universe.matrix @ counts).astype(np.float64)
    printed = [
        _printed(table, role, universe.values, cells, own, altered)
        for role, own in zip(roles, (table.numerator, table.denominator), strict=True)
    ]
    factor = _factors(table, catalogue)
    ratio = ~np.isnan(table.denominator)
    with np.errstate(invalid="ignore", divide="ignore"):
        made = factor * np.where(ratio, printed[0] / printed[1], printed[0])
    value = np.where(altered, made, table.value)
    value, altered = _formulas(catalogue, table, value, altered)
    return Told((altered | overlaid) & opened, value, printed[0], printed[1], overlaid & ~altered)


def _printed(  # noqa: PLR0913, PLR0917 -- a role of all rows, as computed and as told
    table: FigureTable, role: Ints, true: Ints, told: Floats, own: Floats, altered: Bools
) -> Floats:
    """One role as told; a sum whose coefficients are no whole numbers is printed smaller than its cell."""
    result = own.copy()
    rows = np.flatnonzero(altered & (role >= 0))
    names, code = np.unique(table.indicator[rows], return_inverse=True)
    for n in range(len(names)):
        here = rows[code == n]
        fits = [s for s in SCALES if np.allclose(own[here] * s, true[role[here]], rtol=0, atol=1e-6)]
        result[here] = told[role[here]] / fits[0] if fits else np.nan
    return result


def _factors(table: FigureTable, catalogue: Catalogue) -> Floats:
    """What each row's ratio is multiplied with, (m,)."""
    names, code = np.unique(table.indicator, return_inverse=True)
    known = [catalogue.indicators.get(str(name)) for name in names]
    found = np.array([1.0 if i is None else i.factor for i in known])[code]
    result: Floats = np.where(table.breakdown == "", found, 1.0)
    return result


def _formulas(
    catalogue: Catalogue, table: FigureTable, value: Floats, altered: Bools
) -> tuple[Floats, Bools]:
    """``value`` and ``altered`` (m,) with the figures over other figures, at any depth."""
    formulas = {code: parse(i.formula) for code, i in catalogue.indicators.items() if i.formula}
    place: dict[tuple[str, str, str, int], int] = {
        key: n
        for n, key in enumerate(
            zip(
                table.indicator.tolist(),
                table.area.tolist(),
                table.level.tolist(),
                table.year.tolist(),
                strict=True,
            )
        )
        if not table.breakdown[n]
    }
    waiting = dict(formulas)
    while waiting:
        ready = [
            c for c, tree in waiting.items() if not {r for r, _ in lagged_references(tree)} & set(waiting)
        ]
        for code in ready:
            tree = waiting.pop(code)
            rows = np.flatnonzero((table.indicator == code) & (table.breakdown == ""))
            inputs = {pair: _places(table, rows, pair, place) for pair in lagged_references(tree)}
            touched = np.any([(at >= 0) & altered[at] for at in inputs.values()], axis=0)
            with np.errstate(invalid="ignore", divide="ignore"):
                made = _evaluated(
                    tree, 0, {p: np.where(at >= 0, value[at], np.nan) for p, at in inputs.items()}
                )
            value[rows] = np.where(touched, made, value[rows])
            altered[rows] = touched
        if not ready:
            break
    return value, altered


def _places(
    table: FigureTable, rows: Ints, pair: tuple[str, int], place: Mapping[tuple[str, str, str, int], int]
) -> Ints:
    """Where the input of each row stands in the table, -1 where it is not there."""
    code, back = pair
    keys: Sequence[tuple[str, str, int]] = list(
        zip(table.area[rows].tolist(), table.level[rows].tolist(), table.year[rows].tolist(), strict=True)
    )
    return np.array([place.get((code, a, lv, y - back), -1) for a, lv, y in keys], dtype=np.int64)


def _evaluated(  # noqa: PLR0911 (one for each kind of node)
    node: Expression, back: int, inputs: Mapping[tuple[str, int], Floats]
) -> Floats:
    """A formula over the values of its inputs; nothing divided by zero is a number."""
    if isinstance(node, Number):
        return np.asarray(float(node.value))
    if isinstance(node, IndicatorRef):
        return inputs[node.code, back]
    if isinstance(node, Negative):
        return -_evaluated(node.operand, back, inputs)
    if isinstance(node, Lag):
        return _evaluated(node.operand, back + node.years, inputs)
    if isinstance(node, Change):
        later, earlier = (_evaluated(node.operand, b, inputs) for b in (back, back + node.years))
        return later - earlier
    assert isinstance(node, Operation)
    left, right = _evaluated(node.left, back, inputs), _evaluated(node.right, back, inputs)
    if node.sign == "/":
        return np.where(right == 0, np.nan, left / np.where(right == 0, np.nan, right))
    return {"+": left + right, "-": left - right, "*": left * right}[node.sign]
