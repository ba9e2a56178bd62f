"""A district seen twice: areas in municipalities, and school districts that cut across them. Seeded.

python bench/geo.py [seconds]   what both divisions cost over protecting each alone: repaired, and as one
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import published
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Needs
from wohnplatz.disclosure.requirements import requirements
from wohnplatz.disclosure.rules import Rule
from wohnplatz.disclosure.suppress import protect, repair
from wohnplatz.disclosure.tables import Dimension, cube

AREAS, MUNICIPALITIES, SCHOOLS, PIECES, PERSONS = 80, 8, 59, 178, 14_747
RULE = Rule("Personen", minimum_count=3)


@dataclass(frozen=True, eq=False)
class Geo:
    """2,136 atoms (piece × sex × age × nationality), both divisions' sums, and the pieces' own."""

    atoms: Atoms
    areas: Cells
    schools: Cells
    pieces: Cells


def district(seed: int = 1) -> Geo:
    """80 areas and 59 school districts in a square, overlaid to 178 pieces; recipients as in S4."""
    rng = np.random.default_rng(seed)
    area, school = _pieces(rng)
    weight = rng.lognormal(0, 0.8, PIECES) * (1 + rng.random(PIECES))
    sex = rng.dirichlet([60, 60], PIECES)[:, :, None, None]
    age = rng.dirichlet([12, 25, 4], PIECES)[:, None, :, None]
    nation = rng.dirichlet([5, 4], PIECES)[:, None, None, :]
    share = (weight / weight.sum())[:, None, None, None] * sex * age * nation
    counts = rng.poisson(share * PERSONS).ravel()
    place = np.indices(share.shape).reshape(4, -1)
    people = [
        Dimension("Personen", (np.array(["m", "w"])[place[1]],)),
        Dimension("Alter", (np.array(["0–17", "18–64", "65+"])[place[2]],)),
        Dimension("Nationalität", (np.array(["deutsch", "andere"])[place[3]],)),
    ]
    atoms = Atoms(
        counts, np.zeros(len(counts), np.int64), np.full(len(counts), UNBOUNDED), lambda i: f"Teil {i}"
    )
    by = {
        "Gebiet": (area, area * MUNICIPALITIES // AREAS),
        "Schulbezirk": (school,),
        "Schnittfläche": (np.arange(PIECES),),
    }
    made = []
    for word, levels in by.items():
        labels = tuple(
            np.array([f"{word} {k}.{x}" for x in level])[place[0]] for k, level in enumerate(levels)
        )
        made.append(_over(atoms, counts, [Dimension(word, labels), *people]))
    return Geo(atoms, *made)


def _pieces(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Area and school district of each piece: nearest centres; slivers beyond 178 go to their neighbour."""
    points = rng.random((20_000, 2))
    middle, seat = rng.random((AREAS, 2)), rng.random((SCHOOLS, 2))
    # Areas are numbered along stripes, so that municipalities hold together.
    middle = middle[np.lexsort((middle[:, 1], middle[:, 0] // 0.25))]
    area, school = (np.argmin(((points[:, None] - c) ** 2).sum(axis=2), axis=1) for c in (middle, seat))
    piece, size = np.unique(area * SCHOOLS + school, return_counts=True)
    first = np.zeros(len(piece), dtype=bool)
    for group in (piece // SCHOOLS, piece % SCHOOLS):
        order = np.lexsort((-size, group))
        first[order[np.unique(group[order], return_index=True)[1]]] = True
    kept = np.sort(np.lexsort((-size, ~first))[:PIECES])
    return piece[kept] // SCHOOLS, piece[kept] % SCHOOLS


def _over(atoms: Atoms, counts: np.ndarray, dimensions: list[Dimension]) -> Cells:
    """The sums over some dimensions, told over the common atoms."""
    numbers = np.arange(len(counts))
    inner, cells = cube(counts, dimensions, zeros_visible=False)
    # Which atom of the coarser cube each common atom lies in: count each apart, once.
    code = np.zeros(len(counts), dtype=np.int64)
    for dimension in dimensions:
        names, own = np.unique(dimension.levels[0], return_inverse=True)
        code = code * len(names) + own
    lies_in = sp.csr_array(
        (np.ones(len(counts), dtype=np.int64), (code, numbers)), shape=(len(inner), len(counts))
    )
    matrix = sp.csr_array(cells.matrix @ lies_in)
    value = matrix @ counts
    return Cells(matrix, cells.weight, value > 0, (value > 0) & (value < 3), cells.name)


def needs_of(atoms: Atoms, *tables: Cells) -> Needs:
    """That no small count of these tables can be computed."""
    matrix = sp.csr_array(sp.vstack([t.matrix for t in tables], format="csr"))
    names = [t.name for t in tables for _ in range(len(t))]
    starts = np.repeat(np.cumsum([0, *map(len, tables)])[:-1], [len(t) for t in tables])
    return requirements(atoms, matrix, [RULE] * matrix.shape[0], lambda i: names[i](int(i - starts[i]))).needs


def apart(geo: Geo, seconds: float) -> np.ndarray:
    """What is hidden of both where each is protected by itself, as any tool does."""
    return np.concatenate(
        [
            protect(geo.atoms, t, needs_of(geo.atoms, t), zeros_visible=True, time_limit=seconds).hidden
            for t in (geo.areas, geo.schools)
        ]
    )


def both(geo: Geo) -> Cells:
    """The cells of both divisions, over the common atoms."""
    return Cells(
        sp.csr_array(sp.vstack([geo.areas.matrix, geo.schools.matrix], format="csr")),
        *(
            np.concatenate([getattr(geo.areas, f), getattr(geo.schools, f)])
            for f in ("weight", "hideable", "sensitive")
        ),
        lambda i: geo.areas.name(i) if i < len(geo.areas) else geo.schools.name(i - len(geo.areas)),
    )


def main(arguments: list[str]) -> None:
    """Further figures hidden apart, repaired and together, and what an audit says of each."""
    seconds = float(arguments[0]) if arguments else 60.0
    geo = district()
    needs = needs_of(geo.atoms, geo.areas, geo.schools, geo.pieces)
    cells, sensitive = both(geo), int(geo.areas.sensitive.sum() + geo.schools.sensitive.sum())
    print(
        f"{len(cells)} cells, {sensitive} sensitive, {len(needs)} needs with the small counts of the pieces"
    )
    first: list[np.ndarray] = []

    def separately() -> np.ndarray:
        first.append(apart(geo, seconds))
        return first[0]

    def repaired() -> np.ndarray:
        return repair(geo.atoms, cells, needs, first[0], zeros_visible=True, time_limit=seconds).hidden

    def together() -> np.ndarray:
        return protect(geo.atoms, cells, needs, zeros_visible=True, time_limit=seconds).hidden

    for words, work in (("separately", separately), ("repaired", repaired), ("together", together)):
        wall, cpu = time.monotonic(), time.process_time()
        facts = published(cells, geo.atoms, work())
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        # Each hidden cell is a fact, too: that it is not 0.
        further = int((facts.high == UNBOUNDED).sum()) - sensitive
        report = audit(geo.atoms, facts, needs)
        print(
            f"{words:10} {further:5} more hidden, {wall:5.1f} s (CPU {cpu:5.1f});"
            f" joint audit {report.seconds:.1f} s: {len(report.failures)} open",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
