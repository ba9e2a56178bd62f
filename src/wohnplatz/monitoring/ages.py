"""From age classes to single years of age."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

OLDEST = 100
"""The last single year stands for everybody of this age and older."""


def single_years(counts: npt.NDArray[np.floating], bounds: Sequence[tuple[int, int | None]]) -> Floats:
    """Persons by single year of age, shape (…, 101), from ``counts`` (…, k) in k classes.

    ``bounds`` are the inclusive limits of the classes (upper None: open), ascending, without gap, from 0 on.
    The result is the smoothest one (least sum of squared second differences) whose sums over the classes are
    the given counts; where that goes below 0, the class is cut at 0 and scaled back to its count. A class of
    0 stays 0 in each of its years; a NaN makes every year of its row NaN.

    Raises ``ValueError`` where the classes do not cover the ages, or their number does not fit ``counts``.

    Source: the idea of smooth pycnophylactic interpolation, W. R. Tobler, JASA 74 (1979) 519–530, in one
    dimension and as a linear map.

    >>> years = single_years(np.array([30.0, 60.0, 210.0]), [(0, 2), (3, 5), (6, None)])
    >>> years[:3].sum().round(6), years[3:6].sum().round(6), years.shape
    (np.float64(30.0), np.float64(60.0), (101,))
    """
    given = np.asarray(counts, dtype=np.float64)
    starts = [low for low, _ in bounds]
    ends = [OLDEST if high is None else high for _, high in bounds]
    if not starts or starts[0] != 0 or ends[-1] != OLDEST or starts[1:] != [e + 1 for e in ends[:-1]]:
        raise ValueError(f"classes must cover the ages from 0 on without gap: {list(bounds)}")
    if given.shape[-1] != len(starts):
        raise ValueError(f"{given.shape[-1]} counts for {len(starts)} classes")
    member = np.zeros((len(starts), OLDEST + 1))
    for row, low, high in zip(member, starts, ends, strict=True):
        row[low : high + 1] = 1.0
    smooth = np.maximum(given @ _smoothest(member).T, 0.0)
    sums = smooth @ member.T
    # Where nothing above 0 is left of a class that holds persons, its years share them alike.
    even = member.T / member.sum(axis=1)
    scale = np.divide(given, sums, out=np.zeros_like(given), where=sums > 0)
    flat = np.where((sums <= 0) & (given > 0), given, 0.0)
    result: Floats = smooth * (scale @ member) + flat @ even.T
    result[np.isnan(given).any(axis=-1)] = np.nan
    return result


def _smoothest(member: Floats) -> Floats:
    """The map from class counts (k,) to single years (101,) with the least squared second differences."""
    k, years = member.shape
    second = np.diff(np.eye(years), n=2, axis=0)
    system = np.block([[second.T @ second, member.T], [member, np.zeros((k, k))]])
    wanted = np.vstack([np.zeros((years, k)), np.eye(k)])
    solution: Floats = np.linalg.solve(system, wanted)[:years]
    return solution
