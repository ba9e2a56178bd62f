"""The attack on what was really given out: figures read off pages and files, against everything asked.

Nothing of the pattern is used: only what a reader saw and what the rules ask for. So it finds a page that
shows more than the pattern opens, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import scipy.sparse as sp

from wohnplatz import indicators
from wohnplatz.disclosure import load_rules
from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import exact, join
from wohnplatz.disclosure.problem import UNBOUNDED, Bools, Facts, Ints
from wohnplatz.indicators import FIGURES
from wohnplatz.indicators.compute import release_parts
from wohnplatz.model import Audience, FigureTable
from wohnplatz.store import Kind, Manifest, ObjectStore

from .blocks import Block, make_block
from .demands import Demands, demands, ties
from .publishing import System, surroundings, whole_table
from .sources import sources_of
from .splitting import Split, split
from .universe import Universe

Place = tuple[str, str, int, str]
"""Indicator, area, year, breakdown: an area's key is unique over all levels."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A figure as a reader saw it; ``value`` is the printed decimal, None where only a sign stood there."""

    indicator: str
    area: str
    year: int
    where: str
    """Page or file."""
    value: Decimal | None = None
    numerator: float | None = None
    denominator: float | None = None
    breakdown: str = ""

    @property
    def place(self) -> Place:
        """What the figure is about."""
        return self.indicator, self.area, self.year, self.breakdown


@dataclass(frozen=True, slots=True)
class Attacked:
    """Outcome of an attack."""

    figures: int
    """Figures read, each place once."""
    facts: int
    """Different sums that they tell."""
    needs: int
    proven: int
    broken: tuple[str, ...]
    """What could be worked out, or not be shown to stay open: indicator or sum, place, page."""
    wrong: tuple[str, ...]
    """Figures that were printed otherwise than they were computed."""
    unknown: tuple[str, ...]
    """Figures that the release does not have."""

    @property
    def ok(self) -> bool:
        """Whether everything asked for withstood."""
        return self.proven == self.needs and not (self.broken or self.wrong or self.unknown)


def attack(
    store: ObjectStore, manifest: Manifest, audience: Audience, seen: Iterable[Seen], *, seconds: float = 60.0
) -> Attacked:
    """Attack with all figures ``seen`` of a release on today's areas; ``seconds`` bounds each block."""
    catalogue = indicators.catalogue_from_json(store.read(Kind.CATALOGUE, manifest.catalogue))
    rules = load_rules(store.path(Kind.RULES, manifest.rules))
    around = surroundings(store, catalogue, rules)
    sources = sources_of(catalogue, manifest)
    asked = {c: rules.rule(audience, p, sources.get(c)) for c, p in around.protection.items()}
    part = next(p for p in release_parts(store, manifest) if p.name == FIGURES)
    system = System.of(catalogue, part, whole_table(store, manifest.results[FIGURES]))
    question = demands(system.universe, system.table, asked, around.minimum_denominator)
    reading = _Reading(system.table, system.universe)
    for one in seen:
        reading.take(one)
    return reading.attacked(question, split(system.universe, ties(question, system.universe)), seconds)


class _Reading:
    """What a reader knows: cells with their numbers, and rates of which he saw no numerator."""

    def __init__(self, table: FigureTable, universe: Universe) -> None:
        self.table, self.universe = table, universe
        columns = (table.indicator, table.area, table.year, table.breakdown)
        places = zip(*(c.tolist() for c in columns), strict=True)
        self.row: dict[Place, int] = {place: n for n, place in enumerate(places)}
        self.cells: dict[int, str] = {}
        self.rates: dict[int, tuple[Decimal, str]] = {}
        self.places: set[Place] = set()
        self.wrong: list[str] = []
        self.unknown: list[str] = []

    def take(self, one: Seen) -> None:
        """Note one figure."""
        self.places.add(one.place)
        if one.value is None and one.numerator is None:
            return
        row = self.row.get(one.place)
        if row is None:
            self.unknown.append(_words(one))
            return
        sides = (
            (int(self.universe.numerator[row]), one.numerator, float(self.table.numerator[row])),
            (int(self.universe.denominator[row]), one.denominator, float(self.table.denominator[row])),
        )
        for cell, printed, true in sides:
            if printed is None:
                continue
            if not np.isclose(printed, true, rtol=0, atol=1e-6):
                self.wrong.append(_words(one))
            elif cell >= 0:
                self.cells.setdefault(cell, one.where)
        if one.numerator is None and one.value is not None and sides[0][0] >= 0:
            self.rates.setdefault(row, (one.value, one.where))

    def attacked(self, question: Demands, parted: Split, seconds: float) -> Attacked:
        """Audit block by block what was read."""
        broken = list(self.loose(parted))
        facts = needs = proven = 0
        weight = np.ones(self.universe.matrix.shape[0])
        for number in range(len(parted.names)):
            block = make_block(self.universe, parted, number, question, weight)
            known = join(self.told(block), self.floor(block), block.bounds)
            report = audit(block.atoms, known, block.needs, time_limit=seconds)
            facts, needs, proven = facts + len(known), needs + report.needed, proven + report.proven
            broken += [f"{block.needs.name(f.need)}: {f.verdict.value}" for f in report.failures]
        broken += self.bare_rates()
        return Attacked(
            len(self.places), facts, needs, proven, tuple(broken), tuple(self.wrong), tuple(self.unknown)
        )

    def told(self, block: Block) -> Facts:
        """The figures of a block that were read."""
        rows = np.array([n for n, c in enumerate(block.cell.tolist()) if c in self.cells], dtype=np.int64)
        return exact(block.cells.matrix[rows], block.atoms, lambda i: block.cell_keys[int(rows[i])])

    def floor(self, block: Block) -> Facts:
        """What was not read is not zero, where zeros are shown."""
        values = block.cells.matrix @ block.atoms.values
        balance: Bools = np.diff(sp.csr_array(block.cells.matrix < 0).indptr) > 0
        unread = np.array([c not in self.cells for c in block.cell.tolist()], dtype=np.bool_)
        rows: Ints = np.flatnonzero(unread & (values > 0) & ~balance & block.zeros_visible)
        ones = np.ones(len(rows), dtype=np.int64)
        return Facts(block.cells.matrix[rows], ones, np.full(len(rows), UNBOUNDED), lambda i: "nicht 0")

    def loose(self, parted: Split) -> Iterable[str]:
        """Sums over several blocks of which not every part was read: they would tie blocks together."""
        for cell, where in self.cells.items():
            if parted.cell_block[cell] < 0:
                parts = parted.parts[[cell]].indices.tolist()
                if not all(p in self.cells or not self.universe.values[p] for p in parts):
                    yield f"Summe über mehrere Merkmale ohne ihre Teile ({where})"

    def bare_rates(self) -> Iterable[str]:
        """Rates that were printed while their numerator was not: with the denominator they tell it."""
        for row, (value, where) in self.rates.items():
            top, below = int(self.universe.numerator[row]), int(self.universe.denominator[row])
            if top not in self.cells and self.universe.values[top]:
                known = below < 0 or below in self.cells
                yield f"{self.table.indicator[row]} {value} ohne Zähler, Nenner "
                f"{'bekannt' if known else 'verdeckt'} ({where})"


def _words(one: Seen) -> str:
    return f"{one.indicator}, {one.area}, {one.year} ({one.where})"
