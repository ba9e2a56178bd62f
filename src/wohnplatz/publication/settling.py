"""The finest counts of one variable in one area and year, and what ties those that count the same persons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from wohnplatz.model import TOTAL

Cell = tuple[str, ...]
"""A category for each dimension of a variable's breakdown, ``T`` where it is not broken down by it."""
Shape = frozenset[int]
"""The dimensions a cell is broken down by."""
Ways = Sequence[Sequence[str]]
"""The total and the categories of each dimension."""


@dataclass(frozen=True, slots=True)
class Link:
    """The same persons counted twice: cells of one pool beside cells of another."""

    pools: tuple[int, int]
    cells: tuple[tuple[Cell, ...], tuple[Cell, ...]]
    difference: int
    """The first sum minus the second: 0 where deliveries agree."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Counts in pools. Each pool alone adds up to the whole; counts of different pools are never added."""

    pools: tuple[dict[Cell, int], ...]
    links: tuple[Link, ...] = ()
    contradictions: tuple[Cell, ...] = ()
    """Totals that differ from the sum of their parts, or cannot hold what is missing in it."""


def settle(given: Mapping[Cell, int | None], ways: Ways) -> Settled:
    """The finest counts, a pool for each breakdown.

    ``given`` maps cells to numbers, None where none stands there. What is missing in a breakdown is worked
    out from delivered totals; where several cells are missing under one total, the rest is spread over them:
    nobody knows the true numbers, and an intruder will find every other spread possible too.

    Totals that contradict their parts are a pool of their own, which comes first: what is shown of them is no
    sum of the parts. How the pools differ is taken as known, so that nothing follows from one for the other.
    """
    shapes = {cell: _shape(cell) for cell in given}
    finest = [s for s in set(shapes.values()) if not any(s < other for other in shapes.values())]
    fine: list[dict[Cell, int]] = []
    wrong: dict[Cell, None] = {}
    for shape in sorted(finest, key=sorted):
        counts: dict[Cell, int | None] = {cell: given.get(cell) for cell in _cells(shape, ways)}
        totals = [c for c, s in shapes.items() if s < shape and given[c] is not None]
        for total in sorted(totals, key=lambda c: (-len(shapes[c]), c)):
            if not _fill(counts, total, int(given[total] or 0)):
                wrong.setdefault(total)
        fine.append({cell: n for cell, n in counts.items() if n is not None})
    apart = sorted({shapes[cell] for cell in wrong}, key=lambda s: (len(s), sorted(s)))
    own = [{c: int(n) for c, n in given.items() if shapes[c] == s and n is not None} for s in apart]
    pools = tuple(p for p in (*own, *fine) if p)
    links = tuple(_links(pools, ways))
    wrong |= dict.fromkeys(_margin(link) for link in links if link.difference)
    return Settled(pools, links, tuple(wrong))


def _shape(cell: Cell) -> Shape:
    return frozenset(n for n, category in enumerate(cell) if category != TOTAL)


def _cells(shape: Shape, ways: Ways) -> list[Cell]:
    return list(product(*(way[1:] if n in shape else (TOTAL,) for n, way in enumerate(ways))))


def _fill(counts: dict[Cell, int | None], total: Cell, value: int) -> bool:
    """Spread what a total leaves over the missing cells below it; whether total and parts agree."""
    below = [cell for cell in counts if _is_below(cell, total)]
    missing = [cell for cell in below if counts[cell] is None]
    rest = value - sum(counts[cell] or 0 for cell in below)
    if not missing:
        return rest == 0
    if rest < 0:
        return False
    each = rest // len(missing)
    for cell in missing:
        counts[cell] = each
    counts[missing[-1]] = rest - each * (len(missing) - 1)
    return True


def _is_below(cell: Cell, total: Cell) -> bool:
    return all(t in (TOTAL, c) for t, c in zip(total, cell, strict=True))


def _links(pools: Sequence[Mapping[Cell, int]], ways: Ways) -> Iterator[Link]:
    """Every sum that two pools both have, wherever all its parts are known in both."""
    for one, other in combinations(range(len(pools)), 2):
        shapes = [_shape(next(iter(pools[n]))) for n in (one, other)]
        for margin in _cells(shapes[0] & shapes[1], ways):
            sides = [tuple(c for c in _cells(shape, ways) if _is_below(c, margin)) for shape in shapes]
            if all(c in pools[n] for n, side in zip((one, other), sides, strict=True) for c in side):
                sums = [sum(pools[n][c] for c in side) for n, side in zip((one, other), sides, strict=True)]
                yield Link((one, other), (sides[0], sides[1]), sums[0] - sums[1])


def _margin(link: Link) -> Cell:
    """The sum that a link speaks of."""
    cells = [cell for side in link.cells for cell in side]
    columns = [set(column) for column in zip(*cells, strict=True)]
    return tuple(column.pop() if len(column) == 1 else TOTAL for column in columns)
