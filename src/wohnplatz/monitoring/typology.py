"""Areas grouped by their profile, and areas like a given one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from .weights import Bools, Floats

Labels = npt.NDArray[np.int64]

COUNTS = range(2, 9)
"""Numbers of groups that are tried where none is asked for."""
_NEGLIGIBLE = 1e-12
_CHUNK = 512


class Grouping(StrEnum):
    """How groups are found."""

    WARD = "ward"
    K_MEANS = "kmeans"


@dataclass(frozen=True, slots=True, eq=False)
class Typology:
    """Groups of n areas over k indicators. All labels are 0 where ``reason`` says why there are none."""

    labels: Labels
    """Shape (n,): 1 is the largest group; 0 is an area without all values."""
    z: Floats
    """Shape (n, k): standardised values (divisor n), NaN for areas that are not used."""
    centres: Floats
    """Shape (groups, k): mean of z in each group."""
    sizes: tuple[int, ...]
    silhouette: Floats
    """Shape (n,): −1 … 1, how much closer an area is to its own group than to the next one; NaN unused."""
    by_count: Mapping[int, float]
    """Mean silhouette for each number of groups that was tried."""
    used: Bools
    constant: Bools
    """Shape (k,): indicators without any difference; they do not count."""
    reason: str = ""
    """``too_few`` (areas), ``constant`` (no differences at all); empty where there are groups."""


@dataclass(frozen=True, slots=True, eq=False)
class Similar:
    """Areas like one of them, nearest first."""

    places: Labels
    """Shape (m,): row of each."""
    distance: Floats
    """Shape (m,): root of the mean squared difference of the z-values."""
    difference: Floats
    """Shape (m, k): z of the other less z of the area."""
    used: int
    reason: str = ""
    """``no_value`` (the area has no full profile), ``too_few``; empty where there are some."""


def typology(
    values: npt.NDArray[np.floating],
    count: int | None = None,
    method: Grouping = Grouping.WARD,
    *,
    seed: int = 0,
    counts: Sequence[int] = COUNTS,
) -> Typology:
    """Groups of areas with a like profile in ``values`` (n areas, k indicators).

    Each indicator is standardised; Ward joins the two groups whose union adds least to the spread inside
    them, k-means starts there and from ten random choices (``seed``) and keeps the tightest. Where
    ``count`` is None, the number of groups with the highest mean silhouette among ``counts`` is taken. Areas
    without all values are left out. Neither order of the areas nor units of the indicators change the groups;
    they are numbered by size, then by their centres.

    Source: J. H. Ward, J. Amer. Statist. Assoc. 58 (1963); P. J. Rousseeuw, J. Comput. Appl. Math. 20 (1987).
    """
    z, used, constant = standardised(values)
    n, k = z.shape
    x = z[used][:, ~constant]
    tried = [c for c in sorted({*counts, *([count] if count else [])}) if 2 <= c < len(x)]
    reason = "too_few" if not tried or (count is not None and count not in tried) else ""
    if not reason and (not x.shape[1] or len(np.unique(x.round(12), axis=0)) < 2):
        reason = "constant"
    if reason:
        empty = np.full(n, np.nan)
        return Typology(np.zeros(n, np.int64), z, np.empty((0, k)), (), empty, {}, used, constant, reason)
    order = np.lexsort(x.T[::-1].round(9))
    found = {c: _grouped(x[order], c, method, seed) for c in tried}
    widths = {c: silhouettes(x[order], labels) for c, labels in found.items()}
    by_count = {c: float(width.mean()) for c, width in widths.items()}
    best = count or max(by_count, key=lambda c: (round(by_count[c], 9), -c))
    labels, silhouette = np.zeros(n, np.int64), np.full(n, np.nan)
    rows = np.flatnonzero(used)[order]
    labels[rows], silhouette[rows] = _numbered(x[order], found[best]), widths[best]
    groups = range(1, int(labels.max()) + 1)
    centres = np.array([z[labels == g].mean(axis=0) for g in groups])
    sizes = tuple(int((labels == g).sum()) for g in groups)
    return Typology(labels, z, centres, sizes, silhouette, by_count, used, constant)


def similar(values: npt.NDArray[np.floating], place: int, count: int = 5) -> Similar:
    """The ``count`` areas whose profile in ``values`` (n, k) is closest to that of row ``place``."""
    z, used, constant = standardised(values)
    empty = np.empty(0)
    if not used[place] or used.sum() < 2 or constant.all():
        reason = "no_value" if not used[place] else "too_few"
        none = np.empty((0, z.shape[1]))
        return Similar(np.empty(0, np.int64), empty, none, int(used.sum()), reason)
    difference = z - z[place]
    distance = np.sqrt((difference[:, ~constant] ** 2).mean(axis=1))
    others = np.flatnonzero(used & (np.arange(len(z)) != place))
    nearest = others[np.argsort(distance[others], kind="stable")[:count]]
    return Similar(nearest, distance[nearest], difference[nearest], int(used.sum()))


def standardised(values: npt.NDArray[np.floating]) -> tuple[Floats, Bools, Bools]:
    """z-values (n, k) over the rows without a gap, which rows these are (n,), which columns are constant."""
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"values must have shape (areas, indicators), not {x.shape}")
    used: Bools = np.isfinite(x).all(axis=1) & (x.shape[1] > 0)
    z = np.full(x.shape, np.nan)
    if not used.any():
        return z, used, np.ones(x.shape[1], np.bool_)
    inside = x[used]
    constant: Bools = np.ptp(inside, axis=0) <= _NEGLIGIBLE * np.abs(inside).max(axis=0)
    z[used] = np.where(
        constant, 0.0, (inside - inside.mean(axis=0)) / np.where(constant, 1.0, inside.std(axis=0))
    )
    return z, used, constant


def silhouettes(x: Floats, labels: Labels) -> Floats:
    """Silhouette of each of n points (n, k) with ``labels`` (n,); 0 where a group has one point."""
    from scipy.spatial.distance import cdist

    names, group = np.unique(labels, return_inverse=True)
    size = np.bincount(group)
    member = np.eye(len(names))[group]
    result = np.zeros(len(x))
    for begin in range(0, len(x), _CHUNK):
        part = slice(begin, min(begin + _CHUNK, len(x)))
        sums = cdist(x[part], x) @ member
        own, rows = group[part], np.arange(part.stop - part.start)
        inside = sums[rows, own] / np.maximum(size[own] - 1, 1)
        means = sums / size
        means[rows, own] = np.inf
        outside = means.min(axis=1)
        larger = np.maximum(inside, outside)
        known = (size[own] > 1) & (larger > 0) & np.isfinite(outside)
        result[part] = np.where(known, (outside - inside) / np.where(known, larger, 1.0), 0.0)
    return result


def _grouped(x: Floats, count: int, method: Grouping, seed: int) -> Labels:
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(x, "ward")
    ward: Labels = fcluster(tree, count, "maxclust").astype(np.int64) - 1
    return ward if method is Grouping.WARD else _k_means(x, count, ward, np.random.default_rng(seed))


def _k_means(x: Floats, count: int, ward: Labels, rng: np.random.Generator) -> Labels:
    """The tightest of eleven runs: from Ward's groups and from ten random choices of points."""
    starts = [np.array([x[ward == g].mean(axis=0) for g in range(ward.max() + 1)])]
    starts += [x[rng.choice(len(x), count, replace=False)] for _ in range(10)]
    runs = [_run(x, start) for start in starts]
    return min(runs, key=lambda run: round(run[0], 9))[1]


def _run(x: Floats, centres: Floats) -> tuple[float, Labels]:
    """One run of Lloyd's steps: spread inside the groups and labels."""
    from scipy.spatial.distance import cdist

    labels = np.full(len(x), -1)
    for _ in range(100):
        distance = cdist(x, centres, "sqeuclidean")
        new = distance.argmin(axis=1)
        if (new == labels).all():
            break
        labels = new
        filled = np.unique(labels)
        centres = np.array([x[labels == g].mean(axis=0) for g in filled])
        labels = np.searchsorted(filled, labels)
    return float(((x - centres[labels]) ** 2).sum()), labels.astype(np.int64)


def _numbered(x: Floats, labels: Labels) -> Labels:
    """Labels from 1: the largest group first, among equals the one with the smaller centre."""
    groups = np.unique(labels)
    keys = {
        int(g): (-int((labels == g).sum()), *x[labels == g].mean(axis=0).round(9).tolist()) for g in groups
    }
    number = {g: i for i, g in enumerate(sorted(keys, key=lambda g: keys[g]), start=1)}
    return np.array([number[int(g)] for g in labels], dtype=np.int64)
