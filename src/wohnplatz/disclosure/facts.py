"""What publications tell, as facts: every kind of figure as an interval for a sum of atoms.

All of it exact: a printed decimal is a fraction, never a floating-point number. What a reader can conclude
from a figure is all that counts here, not how the figure came about.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import numpy as np
import scipy.sparse as sp

from .problem import UNBOUNDED, Atoms, Bools, Cells, Facts, Ints, Namer, names_in_turn


def join(*parts: Facts) -> Facts:
    """All facts of several publications together, in order; all over the same atoms."""
    return Facts(
        sp.csr_array(sp.vstack([p.matrix for p in parts], format="csr")),
        np.concatenate([p.low for p in parts]),
        np.concatenate([p.high for p in parts]),
        names_in_turn(parts),
    )


def exact(sums: sp.csr_array, atoms: Atoms, name: Namer) -> Facts:
    """Counts published as they are: ``sums`` (m, n) at their true values."""
    values = sums @ atoms.values
    return Facts(sp.csr_array(sums), values, values, name)


def published(cells: Cells, atoms: Atoms, hidden: Bools, *, zeros_visible: bool = True) -> Facts:
    """A table with ``hidden`` (c,) cells. Where zeros are shown, a hidden one is known to be at least 1."""
    shown, closed = np.flatnonzero(~hidden), np.flatnonzero(hidden)
    told = exact(cells.matrix[shown], atoms, lambda i: cells.name(int(shown[i])))
    if not zeros_visible:
        return told
    size = len(closed)
    floor = Facts(
        cells.matrix[closed],
        np.ones(size, dtype=np.int64),
        np.full(size, UNBOUNDED),
        lambda i: f"{cells.name(int(closed[i]))} ist verdeckt und darum nicht 0",
    )
    return join(told, floor)


def rounded(sums: sp.csr_array, shown: Ints, base: int, name: Namer, *, controlled: bool = False) -> Facts:
    """Counts ``shown`` (m,) as multiples of ``base``, by a method the reader knows.

    To the nearest multiple, a count is at most half the base away (an even half counts as either side);
    with ``controlled`` rounding, where sums still add up, less than the whole base.
    """
    reach = base - 1 if controlled else base // 2
    return Facts(sp.csr_array(sums), shown - reach, shown + reach, name)


def ratios(  # noqa: PLR0913 (a ratio between two limits has that many parts; the last two by name)
    numerators: sp.csr_array,
    denominators: sp.csr_array,
    low: Sequence[Fraction],
    high: Sequence[Fraction],
    name: Namer,
    *,
    below: Bools | None = None,
    known: Ints | None = None,
) -> Facts:
    """Ratios N / D known to lie from ``low`` to ``high``, both of length m.

    ``numerators`` and ``denominators`` are (m, n), D > 0. The upper limit itself is excluded where ``below``
    (m,) says so, as between classes of a map. Linear even where D is hidden; where D is public, ``known``
    (m,) names it, and the fact is about N alone, narrowed to whole numbers. Fact i and fact m + i both
    belong to ratio i.
    """
    m = len(low)
    strict = np.zeros(m, dtype=np.bool_) if below is None else below
    endless = np.full(m, UNBOUNDED)
    if known is not None:
        least = [ceil(a * d) for a, d in zip(low, known.tolist(), strict=True)]
        most = [_last(b * d, s) for b, d, s in zip(high, known.tolist(), strict.tolist(), strict=True)]
        at_least = Facts(numerators, np.array(least, dtype=np.int64), endless, name)
        return join(at_least, Facts(numerators, -endless, np.array(most, dtype=np.int64), name))
    # q N - p D >= 0 for a limit p / q, and <= 0, or < 0 and then <= -1, as all numbers are whole.
    at_least = Facts(_margin(numerators, denominators, low), np.zeros(m, dtype=np.int64), endless, name)
    margin = _margin(numerators, denominators, high)
    return join(at_least, Facts(margin, -endless, -strict.astype(np.int64), name))


def _last(limit: Fraction, strict: bool) -> int:
    """The largest whole number up to a limit, or below it."""
    return ceil(limit) - 1 if strict else floor(limit)


def _margin(numerators: sp.csr_array, denominators: sp.csr_array, limits: Sequence[Fraction]) -> sp.csr_array:
    """Rows q N - p D for limits p / q."""
    p = np.array([[limit.numerator] for limit in limits], dtype=np.int64).reshape(-1, 1)
    q = np.array([[limit.denominator] for limit in limits], dtype=np.int64).reshape(-1, 1)
    return sp.csr_array(sp.csr_array(numerators.multiply(q)) - sp.csr_array(denominators.multiply(p)))


def printed_ratios(  # noqa: PLR0913 (as ``ratios``)
    numerators: sp.csr_array,
    denominators: sp.csr_array,
    shown: Sequence[Decimal],
    name: Namer,
    *,
    factor: int = 100,
    known: Ints | None = None,
) -> Facts:
    """Ratios as printed: ``shown`` (m,), with its decimals, is ``factor`` N / D rounded to the nearest.

    For a change rate N is the difference, D the earlier count. How ties were rounded is left open.
    """
    half = [Fraction(1, 2) * Fraction(10) ** int(x.as_tuple().exponent) for x in shown]
    low = [(Fraction(x) - h) / factor for x, h in zip(shown, half, strict=True)]
    high = [(Fraction(x) + h) / factor for x, h in zip(shown, half, strict=True)]
    return ratios(numerators, denominators, low, high, name, known=known)


def parts_of(parts: sp.csr_array, wholes: sp.csr_array, name: Namer) -> Facts:
    """What everybody knows of a part and its whole, both (m, n): the part is not larger."""
    m = parts.shape[0]
    return Facts(sp.csr_array(wholes - parts), np.zeros(m, dtype=np.int64), np.full(m, UNBOUNDED), name)
