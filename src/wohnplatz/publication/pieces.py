"""Figures on areas of somebody's own choice as sums of the counts of a release.

An own area or a school district is a sum of the finest areas, each whole or with a share in thousandths. What
its figures tell is written here over the counts of the blocks the release was published in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.problem import Facts
from wohnplatz.indicators import FIGURES
from wohnplatz.indicators.compute import ReleasePart, make_plan
from wohnplatz.model import FIRST_WITHOUT_NUMBER, Catalogue, FigureTable
from wohnplatz.store import Manifest, ObjectStore, query_figures

from .blocks import count_key, sum_words
from .counts import read_counts
from .record import Record
from .universe import Node, Universe, make_universe

Ints = npt.NDArray[np.int64]
WHOLE = 1000
"""Thousandths of an area that is all in."""
Parts = Mapping[str, Mapping[str, int]]
"""Area → the finest areas in it, each with its share in thousandths."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What a figure tells of one variable in one year: a sum of counts, or an estimate of it."""

    name: str
    node: Node
    counts: tuple[tuple[int, int], ...]
    """(count of the universe, factor); in thousandths unless ``exact``."""
    exact: bool
    told: int
    """The number that is printed: the sum, or the estimate in whole persons."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """The pieces behind m rows, and which of them each row needs."""

    universe: Universe
    pieces: tuple[Piece, ...]
    numerator: tuple[tuple[int, ...], ...]
    """Positions in ``pieces`` for each row's numerator, (m,)."""
    denominator: tuple[tuple[int, ...], ...]
    judged: npt.NDArray[np.bool_]
    """Rows that are sums of counts, (m,); the others cannot be judged and stay closed."""


def base_universe(
    store: ObjectStore, manifest: Manifest, catalogue: Catalogue, part: ReleasePart, codes: Sequence[str]
) -> tuple[Universe, FigureTable]:
    """The counts behind some indicators on the finest level, and their figures there."""
    level = part.hierarchy.levels[0]
    table = query_figures(store, manifest.results[FIGURES], indicators=sorted(codes), levels=[level])
    counts = read_counts(part.files, catalogue, part.hierarchy)
    plan = make_plan(catalogue, part.hierarchy)
    return make_universe(catalogue, part.hierarchy, plan, counts, table), table


def pieces_of(universe: Universe, base: FigureTable, rows: FigureTable, parts: Parts) -> Told:
    """What ``rows`` tell, on the areas of ``parts``, over the counts behind the figures ``base``.

    A row is a sum of those of its parts that have a number. Estimates tell whole persons, and only where
    they are of one variable in one year.
    """
    places = {
        (code, area, year): n
        for n, (code, area, year, state) in enumerate(
            zip(base.indicator.tolist(), base.area.tolist(), base.year.tolist(), base.state, strict=True)
        )
        if state < FIRST_WITHOUT_NUMBER
    }
    maker = _Maker(universe)
    judged = np.zeros(len(rows), dtype=np.bool_)
    roles: list[list[tuple[int, ...]]] = [[], []]
    for n, (code, area, year) in enumerate(
        zip(rows.indicator.tolist(), rows.area.tolist(), rows.year.tolist(), strict=True)
    ):
        found = [(places[code, a, year], w) for a, w in parts[area].items() if (code, a, year) in places]
        sides = [maker.side(role, found, area) for role in (universe.numerator, universe.denominator)]
        judged[n] = rows.state[n] < FIRST_WITHOUT_NUMBER and None not in sides and bool(sides[0])
        for role, side in zip(roles, sides, strict=True):
            role.append(side or ())
    return Told(universe, tuple(maker.pieces), tuple(roles[0]), tuple(roles[1]), judged)


class _Maker:
    """Collects pieces, each once."""

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self.pieces: list[Piece] = []
        self.known: dict[tuple[tuple[tuple[int, int], ...], bool], int] = {}

    def side(self, role: Ints, found: Sequence[tuple[int, int]], area: str) -> tuple[int, ...] | None:
        """The pieces of one role; empty where it has no counts, None where it is no sum of counts."""
        cells = [int(role[row]) for row, _ in found]
        if not cells or any(cell == -1 for cell in cells):
            return ()
        if any(cell < 0 for cell in cells):
            return None
        universe = self.universe
        shares = sp.csr_array(np.array([[w for _, w in found]], dtype=np.int64))
        row = sp.csr_array(shares @ universe.matrix[cells])
        row.eliminate_zeros()
        by_node: dict[Node, list[tuple[int, int]]] = {}
        for count, factor in sorted(zip(row.indices.tolist(), row.data.tolist(), strict=True)):
            node = universe.variables[int(universe.variable[count])], int(universe.year[count])
            by_node.setdefault(node, []).append((count, factor))
        exact = all(w == WHOLE for _, w in found)
        if not exact and len(by_node) > 1:
            return None
        words = sum_words(universe.sums[int(universe.sum[cells[0]])])
        return tuple(self.place(node, counts, exact, f"{words}, {area}") for node, counts in by_node.items())

    def place(self, node: Node, counts: list[tuple[int, int]], exact: bool, words: str) -> int:
        sign = 1 if counts[0][1] > 0 else -1
        size = WHOLE if exact else 1
        kept = tuple((count, sign * factor // size) for count, factor in counts)
        if (kept, exact) not in self.known:
            value = sum(factor * int(self.universe.value[count]) for count, factor in kept)
            told = value if exact else in_persons(value)
            self.known[kept, exact] = len(self.pieces)
            self.pieces.append(Piece(f"{words}, {node[1]}", node, kept, exact, told))
        return self.known[kept, exact]


def in_persons(thousandths: int) -> int:
    """An estimate in whole persons, halves upwards."""
    return (2 * thousandths + WHOLE) // (2 * WHOLE)


def over(record: Record, universe: Universe, pieces: Sequence[Piece]) -> sp.csr_array | None:
    """The pieces over the counts of a record, (p, atoms); None where it has not got them as they are here."""
    own = zip(record.keys, record.atoms.values.tolist(), strict=False)
    place = {(key, value): n for n, (key, value) in enumerate(own)}
    rows, columns, data = [], [], []
    for n, piece in enumerate(pieces):
        for count, factor in piece.counts:
            at = place.get((count_key(universe, count), int(universe.value[count])))
            if at is None:
                return None
            rows.append(n)
            columns.append(at)
            data.append(factor)
    shape = (len(pieces), len(record.atoms))
    return sp.csr_array((np.array(data, dtype=np.int64), (rows, columns)), shape=shape)


def estimates(matrix: sp.csr_array, pieces: Sequence[Piece]) -> Facts:
    """What estimates in whole persons tell of the sums ``matrix`` in thousandths."""
    printed = WHOLE * np.array([p.told for p in pieces], dtype=np.int64)
    names = [f"{p.name} (Schätzung in ganzen Personen)" for p in pieces]
    return Facts(matrix, printed - WHOLE // 2, printed + WHOLE // 2, names.__getitem__)
