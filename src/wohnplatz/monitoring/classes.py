"""Class limits for maps and legends.

All classes are left-closed, the last one closed (see ``model.Classes``). Only *released* values may go in: a
limit that is taken from a value says that value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ..model import Classes, ClassMethod, WohnplatzError

Floats = npt.NDArray[np.float64]


def classify(
    values: npt.NDArray[np.floating] | Sequence[float],
    method: ClassMethod,
    k: int = 5,
    *,
    centre: float | None = None,
    limits: Sequence[float] | None = None,
) -> Classes:
    """Classes of ``values`` (shape (n,), NaN and infinite ones are left out) by ``method``.

    ``QUANTILES``: limits at the quantiles j/k, type 7 of Hyndman and Fan (linear at position (n − 1)j/k).
    ``EQUAL``: k classes of the same width from the smallest to the largest value; a class may be empty.
    ``NATURAL``: the k classes with the smallest sum of squared deviations from the class means
    (Fisher–Jenks), exact; a limit is the smallest value of the class above it.
    ``DEVIATION``: limits at whole steps of the standard deviation s (divisor n) around ``centre``, by default
    the mean: k odd → centre ± s/2, ± 3s/2 …, k even → centre, ± s, ± 2s …; the outermost classes are at
    least one s wide; two directions, a class may be empty.
    ``OWN``: ``limits`` as given, k without effect; values below the first or above the last limit get a class
    of their own, so that no limit moves and no value lies outside the legend; a class may be empty.

    Quantiles and natural breaks give fewer than k classes where the values do not part into k: a class is
    neither empty nor repeated, and ``len(result)`` says how many there are; a last class that holds a single
    value has it as both limits. If all values are equal there is one class from the value to itself, in one
    direction. Without any value there is no class: ``limits`` and ``counts`` are empty. ``counts`` holds the
    number of values in each class; they add up to the number of values.

    Raises ``WohnplatzError`` for k < 1, and for own limits that are missing, not finite or not ascending.

    Sources: R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages, The American Statistician 50
    (1996) 361–365; W. D. Fisher, On grouping for maximum homogeneity, JASA 53 (1958) 789–798; G. F. Jenks,
    Optimal data classification for choropleth maps, University of Kansas (1977).

    >>> classify([4, 5, 9, 10], ClassMethod.NATURAL, 2).limits
    (4.0, 9.0, 10.0)
    >>> classify([1, 2, 3, 4], ClassMethod.QUANTILES, 4).limits  # R: quantile(1:4)
    (1.0, 1.75, 2.5, 3.25, 4.0)
    >>> classify([2, 4, 4, 4, 5, 5, 7, 9], ClassMethod.DEVIATION, 4).limits  # mean 5, s = 2
    (1.0, 3.0, 5.0, 7.0, 9.0)
    """
    x = np.asarray(values, dtype=np.float64).ravel()
    x = np.sort(x[np.isfinite(x)])
    if k < 1:
        raise WohnplatzError(
            f"Die Zahl der Klassen ist {k}.",
            todo="Bitte mindestens eine Klasse wählen.",
            code="monitoring.classes",
        )
    own = _own(limits) if method is ClassMethod.OWN else ()
    if x.size == 0:
        return Classes(method, (), ())
    if method is ClassMethod.OWN:
        return _counted(method, _widened(own, x), x)
    if x[0] == x[-1]:
        return _counted(method, (float(x[0]), float(x[0])), x)
    if method is ClassMethod.DEVIATION:
        return _deviation(x, k, float(x.mean()) if centre is None else float(centre))
    return _counted(method, _LIMITS[method](x, k), x)


def _quantiles(x: Floats, k: int) -> tuple[float, ...]:
    """Quantile limits without those that would bound an empty class; ``x`` is sorted."""
    # In whole numbers, so that a quantile that falls on a value is that value to the last bit.
    whole, rest = np.divmod((x.size - 1) * np.arange(1, k), k)
    inner = x[whole] + (x[np.minimum(whole + 1, x.size - 1)] - x[whole]) * rest / k
    inner = inner[inner > x[0]]
    # Limits with the same first value at or above them part the values alike: one of them is enough.
    _, kept = np.unique(np.searchsorted(x, inner, side="left"), return_index=True)
    return float(x[0]), *(float(inner[i]) for i in kept), float(x[-1])


def _equal(x: Floats, k: int) -> tuple[float, ...]:
    return tuple(float(b) for b in np.linspace(x[0], x[-1], k + 1))


def _natural(x: Floats, k: int) -> tuple[float, ...]:
    """Fisher–Jenks by dynamic programming over distinct values: O(k m²) in m rows of numpy operations."""
    values, times = np.unique(x, return_counts=True)
    m = values.size
    k = min(k, m)
    # Sums of squares lose digits far from 0; the middle is as good a reference point as any.
    shifted = values - values[m // 2]
    n = np.concatenate(([0.0], np.cumsum(times)))
    s = np.concatenate(([0.0], np.cumsum(times * shifted)))
    q = np.concatenate(([0.0], np.cumsum(times * shifted**2)))

    def cost(start: npt.NDArray[np.intp], end: int) -> Floats:
        """Squared deviations within values[start:end], for each start."""
        within: Floats = q[end] - q[start] - (s[end] - s[start]) ** 2 / (n[end] - n[start])
        return np.maximum(within, 0.0)

    best = np.array([np.inf] + [cost(np.array([0]), end)[0] for end in range(1, m + 1)])
    starts = np.zeros((k, m + 1), dtype=np.intp)
    for classes in range(1, k):
        previous, best = best, np.full(m + 1, np.inf)
        for end in range(classes + 1, m + 1):
            start = np.arange(classes, end)
            total = previous[start] + cost(start, end)
            chosen = int(np.argmin(total))
            starts[classes, end], best[end] = start[chosen], total[chosen]
    limits, end = [float(values[-1])], m
    for classes in range(k - 1, -1, -1):
        end = int(starts[classes, end])
        limits.append(float(values[end]))
    return tuple(reversed(limits))


def _deviation(x: Floats, k: int, centre: float) -> Classes:
    sd = float(x.std())
    inner = [centre + sd * (i - k / 2) for i in range(1, k)]
    first = inner[0] if inner else centre
    last = inner[-1] if inner else centre
    lower, upper = min(float(x[0]), first - sd), max(float(x[-1]), last + sd)
    limits = (lower, *inner, upper)
    return Classes(ClassMethod.DEVIATION, limits, _counts(limits, x), diverging=True, centre=centre)


def _own(limits: Sequence[float] | None) -> tuple[float, ...]:
    own = tuple(float(b) for b in limits or ())
    if not own or not np.isfinite(own).all() or any(a >= b for a, b in pairwise(own)):
        raise WohnplatzError(
            "Die eigenen Klassengrenzen sind nicht brauchbar.",
            why="Jede Grenze muss eine Zahl und größer als die vorige sein.",
            todo="Bitte mindestens eine Grenze angeben und die Grenzen aufsteigend ordnen.",
            code="monitoring.limits",
        )
    return own


def _widened(own: tuple[float, ...], x: Floats) -> tuple[float, ...]:
    """Own limits with a class below and above where values lie there; always at least one class."""
    below = (float(x[0]),) if x[0] < own[0] else ()
    above = (float(x[-1]),) if x[-1] > own[-1] else ()
    limits = below + own + above
    return limits if len(limits) > 1 else limits * 2


def _counts(limits: tuple[float, ...], x: Floats) -> tuple[int, ...]:
    k = len(limits) - 1
    place = np.clip(np.searchsorted(limits, x, side="right") - 1, 0, k - 1)
    return tuple(int(c) for c in np.bincount(place, minlength=k))


def _counted(method: ClassMethod, limits: tuple[float, ...], x: Floats) -> Classes:
    return Classes(method, limits, _counts(limits, x))


_LIMITS: dict[ClassMethod, Callable[[Floats, int], tuple[float, ...]]] = {
    ClassMethod.QUANTILES: _quantiles,
    ClassMethod.EQUAL: _equal,
    ClassMethod.NATURAL: _natural,
}
