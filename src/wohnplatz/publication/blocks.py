"""One block as the problem an intruder faces: counts, figures, what must stay open, what is out already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure import Rule, Zeros, requirements
from wohnplatz.disclosure.facts import join
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Facts, Needs

from .answered import Out, differing
from .demands import NO_WHOLE, Demands
from .insiders import Insider, joined_needs
from .modes import touching
from .proving import distinct
from .record import FURTHER, Record
from .rounded import ToRound
from .splitting import Split
from .to_round import to_round
from .universe import Universe
from .unshown import with_unshown

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

NOBODY: Mapping[str, Bools] = MappingProxyType({})
NO_GROUPS: Mapping[str, int] = MappingProxyType({})
LOWEST = -1_000_000
"""Lower limit of a count that may be negative."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One independent part of a universe.

    The last count is the number 1: what other blocks tell is a multiple of it.
    """

    names: tuple[tuple[str, int], ...]
    keys: tuple[str, ...]
    """Identity of each count but the last: variable, area, year, category."""
    cell: Ints
    """Position of each figure in the universe, (c,)."""
    cell_keys: tuple[str, ...]
    atoms: Atoms
    cells: Cells
    needs: Needs
    bounds: Facts
    """What everybody knows: a part is no larger than its whole."""
    zeros_visible: bool
    level: Ints
    """Level of each figure's area, 0 the finest, (c,)."""
    unavoidable: tuple[int, ...]
    """Cells of the universe for which less than their level can be had, whatever is hidden."""
    insiders: tuple[Insider, ...] = ()
    """Suppliers who know some of the counts and not all."""
    rounding: ToRound | None = None
    """What of it is rounded; such figures are not among ``cells``, which are shown or hidden."""
    altered: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Positions in the universe of the figures that are told from rounded counts."""


def make_block(  # noqa: PLR0913 -- a part of a universe, and who knows some of it
    universe: Universe,
    split: Split,
    number: int,
    demands: Demands,
    weight: Floats,
    *,
    own: Mapping[str, Bools] = NOBODY,
    groups: Mapping[str, int] = NO_GROUPS,
) -> Block:
    """The problem of one block; ``weight`` (c,) is the cost of hiding each cell of the universe.

    ``own`` says of each supplier that is taken for an intruder which counts of the universe (n,) he knows;
    ``groups`` numbers the municipality of each area, in which rounding goes on by itself.
    """
    counts = np.flatnonzero(split.block == number)
    cell = np.flatnonzero(split.cell_block == number)
    here = np.full(universe.matrix.shape[0], -1, dtype=np.int64)
    here[cell] = np.arange(len(cell))
    matrix = _with_one(universe.matrix[cell][:, counts])
    labels = _labels(universe, cell)
    asked = demands.of(np.flatnonzero(here[demands.cell] >= 0))
    rules = [asked.rules[r] for r in asked.rule.tolist()]
    zeros_visible = all(rule.zeros is Zeros.VISIBLE for rule in set(rules))
    altered = touching(universe, universe.rounded | universe.silent)[cell]
    shown = np.flatnonzero((demands.shown_by[cell] > 0) & ~altered)
    atoms = _atoms(universe, counts, matrix[shown], zeros_visible)
    rows = here[asked.cell]
    place = [labels[row] for row in rows.tolist()]
    needs, sensitive, unavoidable = _needs(universe, asked, rules, atoms, counts, here, matrix, labels)
    values = matrix[shown] @ atoms.values
    words = [labels[i] for i in shown.tolist()]
    hideable = values != 0 if zeros_visible else np.ones(len(shown), dtype=np.bool_)
    return Block(
        split.names[number], tuple(count_key(universe, c) for c in counts.tolist()),
        cell[shown], tuple(words), atoms,
        Cells(matrix[shown], weight[cell[shown]], hideable, sensitive[shown], words.__getitem__),
        needs,
        join(_bounds(universe, demands, here, matrix, labels), _links(universe, counts)),
        zeros_visible,
        universe.level[cell[shown]], unavoidable,
        tuple(_insiders({p: mask[counts] for p, mask in own.items()}, atoms, matrix[rows], rules, place)),
        to_round(universe, counts, matrix, labels, asked, here, groups), cell[altered],
    )  # fmt: skip


def _insiders(
    own: Mapping[str, Bools], atoms: Atoms, asked: sp.csr_array, rules: Sequence[Rule], place: Sequence[str]
) -> Iterator[Insider]:
    """Suppliers of some of the block's counts, with what the rules ask of the others' part in each sum."""
    known = set[bytes]()
    for partner, mine in own.items():
        if not mine.any() or mine.all() or mine.tobytes() in known:  # who knows the same is the same intruder
            continue
        known.add(mine.tobytes())
        keep = np.append(~mine, False).astype(np.int64)
        rests = sp.csr_array(asked @ sp.dia_array((keep[None, :], [0]), shape=(len(keep), len(keep))))
        rests.eliminate_zeros()
        parts = np.diff(rests.indptr)
        mixed = np.flatnonzero((parts > 0) & (parts < np.diff(asked.indptr)))
        words = [f"{place[m]}, Anteil anderer" for m in mixed.tolist()]
        found = requirements(atoms, rests[mixed], [rules[m] for m in mixed.tolist()], words.__getitem__)
        yield Insider(partner, np.flatnonzero(mine), found.needs)


def _needs(  # noqa: PLR0913, PLR0917 -- the parts of a block
    universe: Universe,
    asked: Demands,
    rules: Sequence[Rule],
    atoms: Atoms,
    counts: Ints,
    here: Ints,
    matrix: sp.csr_array,
    labels: Sequence[str],
) -> tuple[Needs, Bools, tuple[int, ...]]:
    """What must stay open, which of the block's cells are hidden for their own sake, what cannot be had."""
    rows = here[asked.cell]
    wholes = _wholes(universe, asked, here, matrix)
    found = requirements(atoms, matrix[rows], rules, lambda i: labels[rows[i]], wholes=wholes)
    values = matrix @ atoms.values
    thin = np.unique(rows[asked.thin & (values[rows] != 0)])
    held = np.flatnonzero(universe.held[counts])
    ones = np.ones(len(held), dtype=np.int64)
    single = sp.csr_array((ones, (np.arange(len(held)), held)), shape=(len(held), len(atoms)))
    own = [f"{count_key(universe, int(counts[h]))}: von der Lieferstelle geschützt" for h in held.tolist()]
    needs = joined_needs(
        found.needs,
        two_values(matrix[thin], values[thin], [f"{labels[i]}: kleine Bezugsgröße" for i in thin.tolist()]),
        two_values(single, atoms.values[held], own),
    )  # fmt: skip
    sensitive = np.zeros(matrix.shape[0], dtype=np.bool_)
    sensitive[rows[found.sensitive]] = True
    sensitive[thin] = True
    doubtful = _doubtful(universe, counts, needs, matrix, values)
    sensitive[doubtful] = True
    words = [f"{labels[i]}: widerspricht seinen Teilen" for i in doubtful.tolist()]
    needs = joined_needs(needs, two_values(matrix[doubtful], values[doubtful], words))
    return needs, sensitive, tuple(np.unique(asked.cell[found.unavoidable]).tolist())


def _doubtful(universe: Universe, counts: Ints, needs: Needs, matrix: sp.csr_array, values: Ints) -> Ints:
    """Cells that are a total beside parts that contradict it, one of which must stay open.

    Who takes the total for the sum of its parts must not come near the part.
    """
    links = sp.csr_array(universe.links[np.flatnonzero(universe.differences)][:, counts])
    asked = _supports(needs.matrix)
    sides = set()
    for row in range(links.shape[0]):
        at, sign = (x[links.indptr[row] : links.indptr[row + 1]] for x in (links.indices, links.data))
        if any(need <= frozenset(at.tolist()) for need in asked):
            sides |= {frozenset(at[sign > 0].tolist()), frozenset(at[sign < 0].tolist())}
    found = [n for n, row in enumerate(_supports(matrix) if sides else []) if row in sides]
    chosen = np.array(found, dtype=np.int64)
    result: Ints = chosen[values[chosen] != 0]  # who sees a total of 0 beside hidden parts is not misled
    return result


def _supports(matrix: sp.csr_array) -> list[frozenset[int]]:
    """The counts in each row."""
    rows = sp.csr_array(matrix)
    return [frozenset(rows.indices[a:b].tolist()) for a, b in pairwise(rows.indptr.tolist())]


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """A block over all counts that are or were published, with what is out."""

    block: Block
    known: Facts
    """What everybody knows, and every figure of earlier publications."""
    kept: Bools | None
    """What the newest earlier pattern hid of the block's figures, (c,)."""
    spent: bool
    """That pattern was found in no time and hid everything: it is no pattern to keep."""
    witnesses: sp.csr_array
    """Moves of the newest earlier proof over the counts of now; they may or may not fit."""
    answers: Out
    """Sums that were answered with a chance deviation."""


def with_history(block: Block, earlier: Sequence[Record]) -> History:
    """The block beside earlier publications of its counts.

    Counts of earlier publications are the same where nothing about them changed; else they are further
    unknowns, so that a correction tells what it tells and no more.
    """
    keys = {(key, int(v)): n for n, (key, v) in enumerate(zip(block.keys, block.atoms.values, strict=False))}
    size = len(block.atoms)
    added: list[tuple[str, int, int, int]] = []
    for key, value, lower, upper in (count for r in earlier for count in r.counts()):
        if (key, value) not in keys:
            keys[key, value] = size + len(added)
            added.append((key, value, lower, upper))
    wide = with_unshown(_widened(block, added), earlier, keys)
    answers = Out(sp.csr_array((0, len(wide.atoms)), dtype=np.int64), np.empty(0, dtype=np.int64))
    for record in earlier:
        answers = answers.and_also(record.answers(keys, len(wide.atoms)))
    stated = (r.statements(keys, len(wide.atoms)) for r in earlier)
    known = join(wide.bounds, *stated, differing(answers))
    moves = sp.csr_array((0, len(wide.atoms)), dtype=np.int64)
    kept = None
    patterns = [n for n, record in enumerate(earlier) if record.status != FURTHER]
    if patterns:  # what came out beside the newest pattern has witnesses that take it into account
        newest = earlier[patterns[-1] :]
        hidden = newest[0].hidden_keys()
        kept = np.array([key in hidden for key in block.cell_keys], dtype=np.bool_)
        moves = distinct(
            sp.csr_array(sp.vstack([r.moves(keys, len(wide.atoms)) for r in newest], format="csr"))
        )
    spent = bool(patterns) and earlier[patterns[-1]].spent
    return History(wide, known, kept, spent, moves, answers)


def _widened(block: Block, added: Sequence[tuple[str, int, int, int]]) -> Block:
    if not added:
        return block
    more = len(added)
    columns = [np.array([a[n] for a in added], dtype=np.int64) for n in (1, 2, 3)]
    size = len(block.atoms)
    first = block.atoms.name
    atoms = Atoms(
        np.concatenate([block.atoms.values, columns[0]]),
        np.concatenate([block.atoms.lower, columns[1]]),
        np.concatenate([block.atoms.upper, columns[2]]),
        lambda i: first(i) if i < size else f"{added[i - size][0]} (frühere Fassung)",
    )
    cells = Cells(
        _wider(block.cells.matrix, more),
        block.cells.weight,
        block.cells.hideable,
        block.cells.sensitive,
        block.cells.name,
    )
    needs = Needs(
        _wider(block.needs.matrix, more),
        block.needs.low_max,
        block.needs.high_min,
        block.needs.either,
        block.needs.name,
    )
    bounds = Facts(_wider(block.bounds.matrix, more), block.bounds.low, block.bounds.high, block.bounds.name)
    insiders = tuple(i.widened(block.keys, [key for key, *_ in added]) for i in block.insiders)
    return replace(block, atoms=atoms, cells=cells, needs=needs, bounds=bounds, insiders=insiders)


def _wider(matrix: sp.csr_array, more: int) -> sp.csr_array:
    return sp.csr_array(
        (matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], matrix.shape[1] + more)
    )


def _with_one(matrix: sp.csr_array) -> sp.csr_array:
    """With a last column for the number 1."""
    return _wider(sp.csr_array(matrix), 1)


def _atoms(universe: Universe, counts: Ints, matrix: sp.csr_array, zeros_visible: bool) -> Atoms:
    values = np.append(universe.value[counts], 1)
    lower = np.where(values < 0, LOWEST, 0)
    if zeros_visible:  # a count that is a figure by itself would be shown if it were 0
        single = matrix[np.flatnonzero(np.diff(matrix.indptr) == 1)].indices
        shown = np.zeros(len(values), dtype=np.bool_)
        shown[single] = True
        lower = np.where(shown & (values > 0), 1, lower)
    lower[-1] = 1
    upper = np.full(len(values), UNBOUNDED)
    upper[-1] = 1
    return Atoms(
        values, lower, upper, lambda i: count_key(universe, int(counts[i])) if i < len(counts) else "1"
    )


def _wholes(universe: Universe, asked: Demands, here: Ints, matrix: sp.csr_array) -> sp.csr_array:
    """The denominators as sums of this block, or as a number where they belong to another one."""
    size = matrix.shape[1]
    known = asked.whole != NO_WHOLE
    inside = known & (here[np.maximum(asked.whole, 0)] >= 0)
    outside = np.flatnonzero(known & ~inside)
    numbers = universe.values[asked.whole[outside]]
    fixed = sp.csr_array((numbers, (outside, np.full(len(outside), size - 1))), shape=(len(known), size))
    pick = np.flatnonzero(inside)
    ones = np.ones(len(pick), dtype=np.int64)
    own = sp.csr_array((ones, (pick, here[asked.whole[pick]])), shape=(len(known), matrix.shape[0])) @ matrix
    return sp.csr_array(fixed + own)


def _bounds(
    universe: Universe, demands: Demands, here: Ints, matrix: sp.csr_array, labels: Sequence[str]
) -> Facts:
    """A part is no larger than its whole. What belongs to another block stands there with its true number:

    a table that keeps to it fits the true rest of the world, so what is open here is open altogether.
    """
    part, whole = demands.close[:, 0], demands.close[:, 1]
    chosen = demands.close[(here[part] >= 0) | (here[whole] >= 0)]
    part, whole = chosen[:, 0], chosen[:, 1]
    rest = sp.csr_array(
        _own_or_number(universe, whole, here, matrix) - _own_or_number(universe, part, here, matrix)
    )
    words = [labels[here[p]] if here[p] >= 0 else labels[here[w]] for p, w in chosen.tolist()]
    count = len(chosen)
    return Facts(
        rest,
        np.zeros(count, dtype=np.int64),
        np.full(count, UNBOUNDED),
        lambda i: f"{words[i]}: Teil und Ganzes",
    )


def _links(universe: Universe, counts: Ints) -> Facts:
    """What everybody can set beside each other: the same persons counted in two breakdowns.

    How far deliveries contradict each other is taken as known to everybody.
    """
    rows = np.flatnonzero(np.diff(universe.links[:, counts].indptr))
    known = universe.differences[rows]
    return Facts(
        _with_one(universe.links[rows][:, counts]),
        known,
        known,
        lambda i: "dieselben Personen, zweimal gezählt",
    )


def _own_or_number(universe: Universe, cells: Ints, here: Ints, matrix: sp.csr_array) -> sp.csr_array:
    """Each cell as a sum of this block, or as its true number."""
    own = here[cells] >= 0
    pick, other = np.flatnonzero(own), np.flatnonzero(~own)
    shape = (len(cells), matrix.shape[0])
    ones = np.ones(len(pick), dtype=np.int64)
    sums = sp.csr_array((ones, (pick, here[cells[pick]])), shape=shape) @ matrix
    numbers = universe.values[cells[other]]
    last = np.full(len(other), matrix.shape[1] - 1)
    return sp.csr_array(sums + sp.csr_array((numbers, (other, last)), shape=(len(cells), matrix.shape[1])))


def two_values(matrix: sp.csr_array, values: Ints, words: Sequence[str]) -> Needs:
    """Sums of which at least one other value must remain possible."""
    return Needs(
        sp.csr_array(matrix), values - 1, values + 1, np.ones(len(values), dtype=np.bool_), lambda i: words[i]
    )


def count_key(universe: Universe, count: int) -> str:
    """Identity of a count, the same in every release."""
    variable = universe.variables[int(universe.variable[count])]
    return f"{variable}|{universe.area[count]}|{int(universe.year[count])}|{universe.category[count]}"


def _labels(universe: Universe, cells: Ints) -> list[str]:
    """Words for each cell that name the same figure in every release."""
    words = {n: sum_words(universe.sums[n]) for n in np.unique(universe.sum[cells]).tolist()}
    return [
        f"{words[int(universe.sum[c])]}, {universe.cell_area[c]}, {int(universe.cell_year[c])}"
        for c in cells.tolist()
    ]


def sum_words(key: Sequence[tuple[object, int, int]]) -> str:
    """A sum in the language of formulas."""
    parts = []
    for term, back, coefficient in key:
        where = "; ".join(f"{d}={','.join(c)}" for d, c in term.where)  # type: ignore[attr-defined]
        text = term.variable + (f"[{where}]" if where else "")  # type: ignore[attr-defined]
        text = f"vor({text}, {back})" if back else text
        size = "" if abs(coefficient) == 1 else f"{abs(coefficient)} * "
        parts.append(("- " if coefficient < 0 else "+ ") + size + text)
    return " ".join(parts).removeprefix("+ ")
