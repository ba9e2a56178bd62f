"""Proposals: an assignment of blocks to centres as a mixed-integer programme, solved by HiGHS.

Capacitated p-median with contiguity (Garfinkel and Nemhauser 1970; ordered contiguity after Zoltners and
Sinha 1983): a block may belong to a centre only if a neighbour that is nearer to the centre, on the shortest
way over blocks, belongs to it too. So every area holds together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from scipy.cluster.vq import kmeans2
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from wohnplatz.text import number, plural

from .blocks import Blocks, Floats, Pairs
from .moving import Labels, parts, without

NONE: Pairs = np.zeros((0, 2), dtype=np.int64)
MANY_BLOCKS = 320
"""Above this, neighbouring blocks are first put together: a programme of more would not end in time."""
FEW_BLOCKS = 110
"""Blocks of the coarse programme that is solved first where there are more."""
ALL_CENTRES = 60
"""Up to so many blocks each one may be a centre; above, the centres are chosen by k-means."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the areas should be like. The weights count against each other."""

    target: float
    """Inhabitants of an area."""
    minimum: float
    areas: int | None = None
    """How many; None for inhabitants divided by the target."""
    compact: float = 1.0
    even: float = 0.5
    """Weight of the distance to the target."""
    alike: float = 0.0
    """Weight of the dissimilarity in the variables (standardised) between a block and its centre."""
    seconds: float = 20.0
    seed: int = 0


PRESETS: Mapping[str, tuple[str, float, float, float]] = {
    "kompakt": ("Kurze Wege", 1.0, 0.15, 0.0),
    "ausgewogen": ("Gleich große Gebiete", 0.6, 1.5, 0.0),
    "einheitlich": ("Einheitliche Gebiete", 0.6, 0.4, 1.0),
}
"""Code → title and the weights compact, even, alike."""


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A proposed division, or the reason why there is none."""

    areas: Labels | None
    """(n,) numbers from 1, from north to south; None where there is no proposal."""
    reason: str = ""
    """German sentence: what is not possible, and what to relax."""
    objective: float = float("nan")
    gap: float = float("nan")
    """Proven distance to the best possible objective of the programme, 0 for an optimum."""
    optimal: bool = False
    centres: int = 0
    """Blocks that could be a centre."""
    condensed: int = 0
    """Blocks of the programme where neighbouring ones were put together before, else 0."""


def propose(blocks: Blocks, wishes: Wishes, severed: Pairs = NONE) -> Proposal:
    """The best division by the wishes, found within their time. Same input, same answer, in any order.

    ``severed`` (m, 2) pairs of blocks that no area may join directly. Never raises for wishes that cannot be
    met: the proposal then carries the reason.
    """
    pairs = without(blocks.pairs, severed)
    order = np.array(sorted(range(len(blocks)), key=lambda n: blocks.keys[n]))
    task = _sorted_task(blocks, pairs, order)
    count = wishes.areas or max(1, round(float(task.people.sum()) / max(wishes.target, 1)))
    reason = _impossible(task, wishes, count)
    if reason:
        return Proposal(None, reason)
    solved = _best(task, replace(wishes, areas=count), count)
    if solved.areas is None:
        return solved
    areas = np.empty(len(blocks), dtype=np.int64)
    areas[order] = _numbered(solved.areas, task)
    return replace(solved, areas=areas)


def _best(task: _Task, wishes: Wishes, count: int) -> Proposal:
    """The programme on as many blocks as its time allows.

    Of many blocks a coarse programme is solved first, in half of the time: it nearly always finds a division.
    The finer one takes its place where it finds one in the other half.
    """
    fine, coarse = max(4 * count, MANY_BLOCKS), max(5 * count, FEW_BLOCKS)
    if len(task.people) <= coarse:
        return _on(task, wishes, len(task.people))
    half = replace(wishes, seconds=wishes.seconds / 2)
    first = _on(task, half, coarse)
    second = _on(task, half, fine)
    return first if second.areas is None and first.areas is not None else second


def _on(task: _Task, wishes: Wishes, limit: int) -> Proposal:
    """The programme on at most ``limit`` condensed blocks; the areas are those of the blocks of ``task``."""
    small, member = _condensed(task, limit, wishes.seed)
    solved = _solve(small, wishes)
    if solved.areas is None:
        return solved
    condensed = len(small.people) if len(small.people) < len(task.people) else 0
    return replace(solved, areas=solved.areas[member], condensed=condensed)


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    places: Floats
    people: Floats
    land: Floats
    values: Floats
    """Standardised, 0 where unknown."""
    pairs: Pairs


def _sorted_task(blocks: Blocks, pairs: Pairs, order: npt.NDArray[np.int64]) -> _Task:
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    moved = np.sort(position[pairs], axis=1) if len(pairs) else pairs
    moved = moved[np.lexsort((moved[:, 1], moved[:, 0]))]
    return _Task(
        blocks.places[order], blocks.inhabitants[order], shapely.area(blocks.geometries)[order],
        _standardised(blocks.values[order], blocks.inhabitants[order]), moved,
    )  # fmt: skip


def _standardised(values: Floats, people: Floats) -> Floats:
    known = ~np.isnan(values)
    weights = known * people[:, None]
    total = np.maximum(weights.sum(axis=0), 1e-12)
    centred = np.where(known, values - (np.where(known, values, 0) * weights).sum(axis=0) / total, 0)
    spread = np.sqrt((centred**2 * weights).sum(axis=0) / total)
    scaled: Floats = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-9)
    return scaled


def _impossible(task: _Task, wishes: Wishes, count: int) -> str:
    """Why the wishes cannot be met, as far as counting shows it; empty otherwise."""
    total = float(task.people.sum())
    if total < wishes.minimum:
        return (
            f"Nicht möglich, weil die Kommune mit {number(total)} Einwohnern unter der Mindestzahl "
            f"{number(wishes.minimum)} liegt. Bitte die Mindestzahl senken."
        )
    if count > len(task.people):
        return (
            f"Nicht möglich, weil es nur {plural(len(task.people), 'Block', 'Blöcke')} "
            f"für {count} Gebiete gibt. "
            "Bitte weniger Gebiete oder kleinere Zellen wählen."
        )
    if count * wishes.minimum > total:
        return (
            f"Nicht möglich, weil {count} Gebiete mit mindestens {number(wishes.minimum)} Einwohnern "
            f"{number(count * wishes.minimum)} brauchen; die Kommune hat {number(total)}. "
            "Bitte weniger Gebiete wünschen oder die Mindestzahl senken."
        )
    piece = parts(len(task.people), task.pairs)
    people = np.bincount(piece, task.people)
    least = float(people.min())
    if least < wishes.minimum:
        return (
            f"Nicht möglich, weil feste Grenzen einen Teil mit {number(least)} Einwohnern abtrennen; das ist "
            f"weniger als die Mindestzahl {number(wishes.minimum)}. Bitte eine feste Grenze aufheben oder "
            "die Mindestzahl senken."
        )
    most = int(np.floor(people / wishes.minimum).sum()) if wishes.minimum > 0 else len(task.people)
    if not len(people) <= count <= most:
        return (
            f"Nicht möglich, weil die festen Grenzen {len(people)} Teile bilden, die zusammen mindestens "
            f"{len(people)} und bei dieser Mindestzahl höchstens {most} Gebiete erlauben; gewünscht sind "
            f"{count}. Bitte die Zahl der Gebiete oder die Mindestzahl ändern."
        )
    return ""


def _ways(task: _Task) -> csr_array:
    """Lengths in metres of the ways between neighbouring blocks."""
    n = len(task.people)
    a, b = task.pairs[:, 0], task.pairs[:, 1]
    length = np.maximum(np.hypot(*(task.places[a] - task.places[b]).T), 1.0)
    return csr_array(coo_array((length, (a, b)), shape=(n, n)))


def _condensed(task: _Task, limit: int, seed: int) -> tuple[_Task, Labels]:
    """Neighbouring blocks put together around at most ``limit`` seeds; and the new block of each old one."""
    n = len(task.people)
    if n <= limit:
        return task, np.arange(n)
    seeds = np.unique(np.append(_means(task, limit, seed), _one_of_each(parts(n, task.pairs))))
    _, _, source = dijkstra(
        _ways(task), directed=False, indices=seeds, min_only=True, return_predecessors=True
    )
    member = np.searchsorted(seeds, source).astype(np.int64)
    people: Floats = np.bincount(member, task.people).astype(np.float64)
    land: Floats = np.bincount(member, task.land).astype(np.float64)
    weights = np.maximum(task.people, 1e-6)
    shares = np.bincount(member, weights)

    def mean(column: Floats) -> Floats:
        return np.bincount(member, column * weights) / shares

    values = np.column_stack([mean(c) for c in task.values.T]) if task.values.shape[1] else task.values[seeds]
    joined = np.sort(member[task.pairs], axis=1)
    pairs = np.unique(joined[joined[:, 0] != joined[:, 1]], axis=0).reshape(-1, 2)
    places = np.column_stack([mean(c) for c in task.places.T])
    return _Task(places, people, land, values, pairs), member


def _one_of_each(piece: Labels) -> Labels:
    return np.unique(piece, return_index=True)[1].astype(np.int64)


def _means(task: _Task, count: int, seed: int) -> Labels:
    """Blocks nearest to the centres of a k-means over the places, weighted by inhabitants through drawing."""
    populated = (
        np.flatnonzero(task.people > 0) if (task.people > 0).sum() >= count else np.arange(len(task.people))
    )
    if count >= len(populated):
        return populated
    generator = np.random.default_rng(seed)
    centres, _ = kmeans2(task.places[populated], count, iter=25, minit="++", missing="warn", rng=generator)
    apart = ((task.places[populated, None, :] - centres[None]) ** 2).sum(axis=2)
    return np.unique(populated[apart.argmin(axis=0)])


def _candidates(task: _Task, count: int, seed: int) -> Labels:
    n = len(task.people)
    if n <= ALL_CENTRES:
        return np.arange(n)
    sets = [_means(task, k, seed + t) for t, k in enumerate((count, count, round(1.5 * count), 2 * count))]
    return np.unique(np.concatenate([*sets, _one_of_each(parts(n, task.pairs))]))


def _solve(task: _Task, wishes: Wishes) -> Proposal:
    """Build and solve the programme."""
    count = wishes.areas or 1
    centres = _candidates(task, count, wishes.seed)
    apart = dijkstra(_ways(task), directed=False, indices=centres)
    centre, block = np.nonzero(np.isfinite(apart))
    reach = _reach(task, count)
    near = (apart[centre, block] <= reach) | _nearest(apart)[centre, block]
    centre, block = centre[near], block[near]
    cost = _costs(task, wishes, centres, apart, centre, block)
    constraints = _constraints(task, wishes, centres, apart, centre, block)
    m, c = len(cost), len(centres)
    objective = np.concatenate([cost, np.full(c, wishes.even / count)])
    found = milp(
        objective,
        integrality=np.concatenate([np.ones(m), np.zeros(c)]),
        bounds=Bounds(np.zeros(m + c), np.concatenate([np.ones(m), np.full(c, np.inf)])),
        constraints=constraints,
        options={"time_limit": wishes.seconds, "mip_rel_gap": 1e-4, "presolve": True},
    )
    if found.x is None:
        return Proposal(None, _unsolved(int(found.status), wishes, count), centres=c)
    chosen = found.x[:m] > 0.5
    areas = np.zeros(len(task.people), dtype=np.int64)
    areas[block[chosen]] = centre[chosen] + 1
    gap = max(float(found.mip_gap), 0.0) if found.mip_gap is not None else float("nan")
    return Proposal(areas, "", float(found.fun), gap, bool(found.status == 0), c)


def _reach(task: _Task, count: int) -> float:
    """Metres: a block is offered to centres not further than this; four radii of a mean area."""
    return 4.0 * float(np.sqrt(task.land.sum() / count / np.pi)) + 1.0


def _nearest(apart: Floats, k: int = 4) -> npt.NDArray[np.bool_]:
    """Whether a centre is among the ``k`` nearest of a block (centres, blocks)."""
    rank = np.argsort(np.argsort(apart, axis=0, kind="stable"), axis=0)
    close: npt.NDArray[np.bool_] = (rank < k) & np.isfinite(apart)
    return close


def _costs(  # noqa: PLR0913, PLR0917 (the parts of the programme)
    task: _Task, wishes: Wishes, centres: Labels, apart: Floats, centre: Labels, block: Labels
) -> Floats:
    """Cost of each pair of block and centre; each term is about 1 for a usual division."""
    count = wishes.areas or 1
    weight = 0.8 * task.people / max(float(task.people.sum()), 1.0) + 0.2 * task.land / task.land.sum()
    radius = float(np.sqrt(task.land.sum() / count / np.pi))
    unlike = np.sqrt(((task.values[block] - task.values[centres[centre]]) ** 2).mean(axis=1)) if (
        task.values.shape[1]
    ) else np.zeros(len(block))  # fmt: skip
    share = task.people[block] / max(float(task.people.sum()), 1.0)
    costs: Floats = (
        wishes.compact * weight[block] * apart[centre, block] / radius + wishes.alike * share * unlike
    )
    return costs


def _constraints(  # noqa: PLR0913, PLR0917 (the parts of the programme)
    task: _Task, wishes: Wishes, centres: Labels, apart: Floats, centre: Labels, block: Labels
) -> list[LinearConstraint]:
    """Each block once; centres in their own area; p of them; the minimum; the target; contiguity."""
    m, c, n = len(block), len(centres), len(task.people)
    width = m + c
    at = {(int(j), int(i)): v for v, (j, i) in enumerate(zip(centre, block, strict=True))}
    own = np.array([at[j, int(centres[j])] for j in range(c)])
    everyone = csr_array((np.ones(m), (block, np.arange(m))), shape=(n, width))
    opened = csr_array((np.ones(c), (np.zeros(c, int), own)), shape=(1, width))
    follows = csr_array(
        (
            np.r_[np.ones(m), -np.ones(m)],
            (np.r_[np.arange(m), np.arange(m)], np.r_[np.arange(m), own[centre]]),
        ),
        shape=(m, width),
    )
    people = csr_array((task.people[block], (centre, np.arange(m))), shape=(c, width))
    open_ = csr_array((np.ones(c), (np.arange(c), own)), shape=(c, width))
    slack = csr_array((np.ones(c), (np.arange(c), m + np.arange(c))), shape=(c, width))
    scaled, count = people / wishes.target, wishes.areas or 1
    return [
        LinearConstraint(everyone, 1, 1),
        LinearConstraint(opened, count, count),
        LinearConstraint(follows, -np.inf, 0),
        LinearConstraint(people - wishes.minimum * open_, 0, np.inf),
        LinearConstraint(scaled - open_ - slack, -np.inf, 0),
        LinearConstraint(open_ - scaled - slack, -np.inf, 0),
        LinearConstraint(_contiguous(task, centres, apart, at, width), -np.inf, 0),
    ]


def _contiguous(
    task: _Task, centres: Labels, apart: Floats, at: Mapping[tuple[int, int], int], width: int
) -> csr_array:
    """A block only with one of its neighbours that lie nearer to the centre."""
    around: list[list[int]] = [[] for _ in task.people]
    for a, b in task.pairs.tolist():
        around[a].append(b)
        around[b].append(a)
    rows, columns, data, row = [], [], [], 0
    for (j, i), v in at.items():
        if i == centres[j]:
            continue
        nearer = [at[j, k] for k in around[i] if (j, k) in at and apart[j, k] < apart[j, i]]
        rows += [row] * (len(nearer) + 1)
        columns += [v, *nearer]
        data += [1.0, *[-1.0] * len(nearer)]
        row += 1
    return csr_array((data, (rows, columns)), shape=(max(row, 1), width))


def _unsolved(status: int, wishes: Wishes, count: int) -> str:
    if status == 2:
        return (
            f"Nicht möglich, weil sich keine {count} zusammenhängenden Gebiete mit mindestens "
            f"{number(wishes.minimum)} Einwohnern bilden lassen. Bitte weniger Gebiete wünschen, die Mindest"
            "zahl senken, kleinere Zellen verwenden oder feste Grenzen aufheben."
        )
    return (
        f"In {number(wishes.seconds)} Sekunden wurde kein Vorschlag gefunden. Bitte mehr Rechenzeit geben, "
        "weniger Gebiete wünschen oder die Mindestzahl senken."
    )


def _numbered(areas: Labels, task: _Task) -> Labels:
    """Numbers from 1, from north to south by the middle of the inhabited blocks."""
    weights = task.people + 1e-3
    found = np.unique(areas)
    middle = {
        a: np.average(task.places[areas == a], axis=0, weights=weights[areas == a]) for a in found.tolist()
    }
    order = sorted(middle, key=lambda a: (-middle[a][1], middle[a][0]))
    number_of = {a: n for n, a in enumerate(order, start=1)}
    return np.array([number_of[a] for a in areas.tolist()], dtype=np.int64)
