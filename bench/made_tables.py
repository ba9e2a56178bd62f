"""Made-up tables of many kinds: what the search reaches beside a long search, and how far its bound is off.

    python bench/made_tables.py [seconds [long seconds [words …]]]

Every table is seeded and told by its words: shape, weights, promise. ``words`` choose those that hold all of
them. A line tells the cost and the bound of the short search and, if asked for, of a long one.

Shapes: ``2d`` ``3d`` ``4d`` plain, ``tree`` with areas in municipalities and ages in groups, ``over`` two
divisions over common pieces. Weights: ``unit`` 1, ``log`` log2(value + 2) and twice as much for each step up,
``value`` the value itself. Promises: ``open`` zeros visible, another value is possible; ``small`` zeros
visible, not small for certain; ``std`` intruder's bound 0, less than the count and 3 or more both possible;
``percent`` amounts, the sensitive ones by 15 % up and down.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import published
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Needs
from wohnplatz.disclosure.suppress import protect
from wohnplatz.disclosure.tables import Dimension, cube

if TYPE_CHECKING:
    from collections.abc import Iterator

Problem = tuple[Atoms, Cells, Needs]


@dataclass(frozen=True)
class Shape:
    """A table's dimensions: for each the number of innermost categories and of groups above (0: none)."""

    name: str
    sizes: tuple[int, ...]
    groups: tuple[int, ...]
    mean: float
    """Of the innermost counts."""


SHAPES = (
    Shape("2d-121", (10, 10), (0, 0), 6.0),
    Shape("2d-900", (29, 29), (0, 0), 8.0),
    Shape("2d-2000", (49, 39), (0, 0), 8.0),
    Shape("3d-210", (4, 5, 6), (0, 0, 0), 6.0),
    Shape("3d-576", (7, 7, 8), (0, 0, 0), 6.0),
    Shape("3d-1331", (10, 10, 10), (0, 0, 0), 8.0),
    Shape("4d-720", (9, 5, 3, 2), (0, 0, 0, 0), 6.0),
    Shape("tree-351", (20, 9), (6, 3), 7.0),
    Shape("tree-1485", (20, 8, 3, 2), (4, 2, 0, 0), 8.0),
)
WEIGHTS = ("unit", "log", "value")
PROMISES = ("open", "small", "std", "percent")


def counts(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """Skewed counts that hang together along the dimensions, as those of quarters do."""
    share = np.ones(shape.sizes)
    for axis, size in enumerate(shape.sizes):
        along = rng.lognormal(0, 0.7, size)
        share = share * along.reshape([-1 if k == axis else 1 for k in range(len(shape.sizes))])
    share = share * rng.lognormal(0, 0.5, shape.sizes)
    return rng.poisson(share * shape.mean / share.mean())


def table(shape: Shape, weights: str, promise: str, seed: int = 1) -> Problem:
    """A seeded table over the dimensions of ``shape``."""
    rng = np.random.default_rng([seed, *map(ord, shape.name)])
    numbers = counts(shape, rng).ravel()
    place = np.indices(shape.sizes).reshape(len(shape.sizes), -1)
    dimensions = []
    for axis, (size, groups) in enumerate(zip(shape.sizes, shape.groups, strict=True)):
        finest = np.array([f"{axis}.{k:02}" for k in range(size)])[place[axis]]
        coarser = np.array([f"{axis}:{k * groups // size:02}" for k in range(size)])[place[axis]]
        dimensions.append(Dimension(f"D{axis}", (finest, coarser) if groups else (finest,)))
    visible = promise in {"open", "small"}
    if promise == "percent":
        numbers = numbers * 50 + (numbers > 0) * rng.integers(0, 50, numbers.size)
    atoms, cells = cube(numbers, dimensions, zeros_visible=visible)
    return asked(atoms, cells, weights, promise, rng)


def asked(atoms: Atoms, cells: Cells, weights: str, promise: str, rng: np.random.Generator) -> Problem:
    """The promise and the weights on some cells; structural zeros stay 0."""
    value = np.asarray(cells.matrix @ atoms.values)
    size = np.asarray(cells.matrix.sum(axis=1))
    atoms = Atoms(atoms.values, atoms.lower, np.where(atoms.values == 0, 0, UNBOUNDED), atoms.name)
    sensitive = (value > 0) & (value < 3)
    if promise == "percent":
        # One large contributor here and there, most often where few are.
        sensitive = (value > 0) & (rng.random(value.size) < np.where(size == 1, 0.12, 0.02))
    steps = np.log2(np.maximum(size, 1)) / np.log2(size.max()) * 4
    paid = {
        "unit": np.ones(value.size), "value": np.maximum(value, 1).astype(float),
        "log": np.log2(value + 2.0) * 2.0 ** np.minimum(np.ceil(steps), 2),
    }[weights]  # fmt: skip
    own = value[sensitive]
    low, high = own - 1, np.where(promise == "open", own + 1, np.maximum(3, own + 1))
    if promise == "percent":
        low, high = own - np.maximum(1, own * 15 // 100), own + np.maximum(1, own * 15 // 100)
    either = np.full(own.size, promise == "open")
    if promise == "small":
        low = own
    made = Cells(cells.matrix, paid, value > 0, sensitive, cells.name)
    return atoms, made, Needs(cells.matrix[sensitive], low, high, either, str)


def overlapping(pieces: int, weights: str, promise: str, seed: int = 1) -> Problem:
    """Two divisions of the same pieces, each by sex and three ages, with totals; no piece is published."""
    rng = np.random.default_rng([seed, pieces])
    shape = Shape("over", (pieces, 2, 3), (0, 0, 0), 4.0)
    numbers = counts(shape, rng).ravel()
    first = np.sort(rng.integers(0, pieces // 3, pieces))
    second = np.argsort(np.argsort(np.arange(pieces) + rng.normal(0, 3, pieces))) * (pieces // 4) // pieces
    place = np.indices(shape.sizes).reshape(3, -1)
    people = [np.eye(n, dtype=np.int64)[place[k]] for k, n in ((1, 2), (2, 3))]
    sides = [np.column_stack([p, np.ones(numbers.size, dtype=np.int64)]) for p in people]
    rows: dict[bytes, np.ndarray] = {}
    for division in (first, second):
        area = np.eye(division.max() + 1, dtype=np.int64)[division[place[0]]]
        area = np.column_stack([area, np.ones(numbers.size, dtype=np.int64)])
        for a in area.T:
            for s in sides[0].T:
                for t in sides[1].T:
                    row = a * s * t
                    rows.setdefault(row.tobytes(), row)
    matrix = sp.csr_array(np.array([r for r in rows.values() if r.any()]))
    visible = promise in {"open", "small"}
    atoms = Atoms(numbers, np.zeros_like(numbers), np.full(numbers.size, UNBOUNDED), str)
    value = matrix @ numbers
    cells = Cells(matrix, np.ones(value.size), value > 0, (value > 0) & (value < 3), str)
    made, cells, needs = asked(atoms, cells, weights, promise, rng)
    # What is known to be 0 are published zeros, not the pieces' own.
    return Atoms(numbers, atoms.lower, atoms.upper if visible else made.upper, str), cells, needs


def chosen(words: list[str]) -> Iterator[tuple[str, str, Problem]]:
    """Name, promise and problem of each table whose name holds all words."""
    for promise in PROMISES:
        for weights in WEIGHTS:
            for shape in SHAPES:
                name = f"{shape.name} {weights} {promise}"
                if all(w in name for w in words):
                    yield name, promise, table(shape, weights, promise)
            for pieces in (60, 150):
                name = f"over-{pieces} {weights} {promise}"
                if all(w in name for w in words) and promise != "percent":
                    yield name, promise, overlapping(pieces, weights, promise)


def searched(promise: str, problem: Problem, seconds: float) -> tuple[float, float, bool, str]:
    """Cost, bound, whether proven, and the words of a line."""
    atoms, cells, needs = problem
    visible = promise in {"open", "small"}
    begun = time.thread_time()
    pattern = protect(atoms, cells, needs, zeros_visible=visible, time_limit=seconds)
    used = time.thread_time() - begun
    facts = published(cells, atoms, pattern.hidden, zeros_visible=visible)
    asked_for = np.setdiff1d(np.arange(len(needs)), np.concatenate([pattern.unmet, pattern.lowered]))
    report = audit(atoms, facts, needs.of(asked_for), hints=pattern.witnesses)
    state = "proven" if pattern.proven else f"bound {pattern.lower_bound:9.1f} ({100 * pattern.gap:4.1f} %)"
    words = f"{pattern.cost:9.1f} {state:24} {used:5.1f} s"
    if pattern.status != "safe":
        words += f" {pattern.status} {len(pattern.lowered)}+{len(pattern.unmet)}"
    if report.failures:
        words += f" OPEN {len(report.failures)}"
    return pattern.cost, pattern.lower_bound, pattern.proven, words


def main(arguments: list[str]) -> None:
    seconds = float(arguments[0]) if arguments else 8.0
    longer = float(arguments[1]) if len(arguments) > 1 else 0.0
    for name, promise, problem in chosen(arguments[2:]):
        cells = problem[1]
        cost, bound, proven, words = searched(promise, problem, seconds)
        line = f"{name:22} {len(cells):5} cells {int(cells.sensitive.sum()):4} sensitive {words}"
        if longer and not proven:
            best, most, _, told = searched(promise, problem, longer)
            over, under = 100 * (cost / best - 1), 100 * (1 - bound / max(most, 1e-9))
            line += f" | long {told} | pattern +{over:.1f} %, bound −{under:.1f} %"
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
