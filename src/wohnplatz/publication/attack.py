"""The attack on what was really given out: figures read off pages and files, against everything asked.

Nothing of the pattern is used: only what a reader saw and what the rules ask for. So it finds a page that
shows more than the pattern opens, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import scipy.sparse as sp

from wohnplatz import indicators
from wohnplatz.areas import load_crosswalk
from wohnplatz.disclosure import Rule, load_rules
from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import exact, join
from wohnplatz.disclosure.problem import UNBOUNDED, Bools, Facts, Ints
from wohnplatz.disclosure.rounding import figure_facts
from wohnplatz.model import Audience, FigureTable
from wohnplatz.store import Kind, Manifest, ObjectStore, query_figures

from .blocks import Block, make_block
from .clearing import whole_told
from .demands import demands, ties
from .holders import holders, own_counts
from .insiders import with_own
from .modes import touching
from .names import index_name
from .sightings import Place, Seen, prints
from .splitting import Split, split
from .surroundings import Surroundings, rules_of, surroundings
from .system import System, systems_of
from .universe import UNKNOWN_CELL

SMOOTHED = ":geglaettet"
"""What the name of a figure that was drawn towards the mean ends with: it is made of the figure before it."""


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
    """Attack with all figures ``seen`` of a release; ``seconds`` bounds each block.

    Who sees a figure made of others (a formula, an index, a conversion to today's areas) is taken to know
    those others: he knows less than that, so what is open to him in spite of it is open.
    """
    return Attack.on(store, manifest, audience).by(seen, seconds)


@dataclass(frozen=True, slots=True, eq=False)
class Attack:
    """A release as an attacker of one audience finds it: made once, attacked with as much as one likes."""

    areas: tuple[_Areas, ...]
    """Today's areas first."""
    sources: Mapping[Place, tuple[Place, ...]]
    """Of figures on today's areas that were converted, the former ones they were made of."""

    @classmethod
    def on(cls, store: ObjectStore, manifest: Manifest, audience: Audience, partner: str = "") -> Attack:
        """Everything that does not depend on what was read.

        ``partner`` is the code of one who attacks with all counts it delivered itself: then nothing is asked
        of these, and of sums with some of them what others contributed must stay open.
        """
        catalogue = indicators.catalogue_from_json(store.read(Kind.CATALOGUE, manifest.catalogue))
        around = surroundings(store, catalogue, load_rules(store.path(Kind.RULES, manifest.rules)))
        measured = query_figures(store, manifest.results[index_name(audience)])
        rules = rules_of(around.rules, catalogue, manifest, audience)
        systems = systems_of(around, manifest)
        told = [whole_told(store, manifest, audience, s.table, s.name) for s in systems]
        known = {partner: holders(store, manifest)[partner]} if partner else {}
        made = [
            _Areas.of(s, systems, rules, around, measured, t, own_counts(s.universe, known))
            for s, t in zip(systems, told, strict=True)
        ]
        return cls(tuple(made), dict(_sources(store, systems)))

    def by(self, seen: Iterable[Seen], seconds: float = 60.0) -> Attacked:
        """The outcome of what was read."""
        readings = [Reading(areas) for areas in self.areas]
        for one in seen:
            place = next((n for n, a in enumerate(self.areas) if n and one.former and a.holds(one.year)), 0)
            readings[place].take(one)
            for source in self.sources.get(one.place, ()) if place == 0 and one.tells else ():
                found = next(r for r in readings[1:] if r.areas.holds(one.year))
                found.know(source, one.where)
        return _together([r.attacked(seconds) for r in readings])


def _together(found: Sequence[Attacked]) -> Attacked:
    """One outcome of several sets of areas."""
    numbers = (sum(getattr(f, name) for f in found) for name in ("figures", "facts", "needs", "proven"))
    words = (tuple(w for f in found for w in getattr(f, name)) for name in ("broken", "wrong", "unknown"))
    return Attacked(*numbers, *words)


def _sources(store: ObjectStore, systems: Sequence[System]) -> Iterator[tuple[Place, tuple[Place, ...]]]:
    """Figures of the former areas behind each converted one; on higher levels the one of the same area."""
    now = systems[0]
    for then in systems[1:]:
        assert then.former is not None
        way = load_crosswalk(store, then.former.crosswalk) if then.former.crosswalk else None
        parts: dict[str, list[str]] = {}
        for source, target in zip(way.from_key, way.to_key, strict=True) if way else ():
            parts.setdefault(target, []).append(source)
        years = set(then.table.year.tolist())
        for place in filter(lambda p: p[2] in years, places_of(now.table)):
            code, area, year, breakdown = place
            yield place, tuple((code, source, year, breakdown) for source in parts.get(area, [area]))


def places_of(table: FigureTable) -> list[Place]:
    """What each row is about."""
    columns = (table.indicator, table.area, table.year, table.breakdown)
    return list(zip(*(c.tolist() for c in columns), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class _Areas:
    """One set of areas with everything asked of its figures, in blocks."""

    system: System
    told: FigureTable
    """The rows of the system as they are told: rounded where the rules say so."""
    limit: int
    """How far a rounded figure may lie from its value."""
    row: Mapping[Place, int]
    measured: Mapping[Place, float]
    """Measures of indices as the audience sees them."""
    measures: frozenset[str]
    inputs: Mapping[str, Sequence[tuple[str, int]]]
    free: frozenset[str]
    """Indicators without reference to persons."""
    years: frozenset[int]
    """Of former areas their own; of today's areas those whose figures were converted from former ones."""
    parted: Split
    blocks: tuple[Block, ...]
    own: Bools
    """Counts of the universe that the attacker delivered, (n,)."""

    @classmethod
    def of(  # noqa: PLR0913, PLR0917 -- a set of areas and everything it is judged by
        cls,
        system: System,
        systems: Sequence[System],
        rules: Mapping[str, Rule],
        around: Surroundings,
        measured: FigureTable,
        told: tuple[FigureTable, int],
        own: Mapping[str, Bools],
    ) -> _Areas:
        """Everything asked of one set of areas."""
        universe, table = system.universe, system.table
        asked = demands(universe, table, rules, around.minimum_denominator)
        parted = split(universe, ties(asked, universe))
        weight = np.ones(universe.matrix.shape[0])
        numbers = range(len(parted.names))
        blocks = [make_block(universe, parted, n, asked, weight, own=own) for n in numbers]
        mine = np.any(list(own.values()), axis=0) if own else np.zeros(len(universe.area), dtype=np.bool_)
        numbers = measured.value.tolist() if system.former is None else []
        values = dict(zip(places_of(measured), numbers, strict=False))
        measures = {m for index in around.catalogue.indices.values() for m in index.measures()}
        then = [s for s in systems if s.former is not None and system in {s, systems[0]}]
        return cls(
            system, *told, {place: n for n, place in enumerate(places_of(table))}, values,
            frozenset(measures), around.inputs,
            frozenset(c for c, rule in rules.items() if rule.checks_nothing),
            frozenset(y for s in then for y in s.table.year.tolist()), parted, tuple(blocks), mine,
        )  # fmt: skip

    @property
    def sensitive(self) -> frozenset[int]:
        """Cells of the universe that the rules hide for their own sake."""
        found = (block.cell[block.cells.sensitive].tolist() for block in self.blocks)
        return frozenset(cell for cells in found for cell in cells)

    def knows(self, cell: int) -> bool:
        """Whether the attacker delivered everything a sum consists of."""
        return bool(self.own[self.system.universe.matrix[[cell]].indices].all())

    def knows_all(self, block: int) -> bool:
        """Whether the attacker delivered every count of a block: then nothing is asked of it."""
        return bool(self.own[self.parted.block == block].all())

    def holds(self, year: int) -> bool:
        """Whether these former areas are those of a year."""
        return year in self.years


class Reading:
    """What a reader knows: cells with their numbers, and rates of which he saw no numerator."""

    def __init__(self, areas: _Areas) -> None:
        self.areas, self.table, self.universe = areas, areas.told, areas.system.universe
        self.rounded_cell = touching(self.universe, self.universe.rounded)
        self.shown: dict[int, int] = {}
        """Of rounded sums the number that is told."""
        self.cells: dict[int, str] = {}
        self.rates: dict[int, tuple[Decimal, str]] = {}
        self.places: set[Place] = set()
        self.known: set[Place] = set()
        self.closed: list[str] = []
        self.wrong: list[str] = []
        self.unknown: list[str] = []

    def take(self, one: Seen) -> None:
        """Note one figure."""
        self.places.add(one.place)
        if not one.tells:
            return
        if one.indicator in self.areas.measures:
            self.measure(one)
            return
        row = self.areas.row.get(one.place)
        base = one.indicator.removesuffix(SMOOTHED), *one.place[1:]
        if row is None and base in self.areas.row and base != one.place:
            self.know(base, one.where)
            return
        if row is None:
            self.unknown.append(one.words)
            return
        true = float(self.table.value[row])
        if one.value is not None and not prints(one.value, true):
            if not one.earlier:
                self.wrong.append(one.words)
            return
        sides = (
            (int(self.universe.numerator[row]), one.numerator, float(self.table.numerator[row])),
            (int(self.universe.denominator[row]), one.denominator, float(self.table.denominator[row])),
        )
        for cell, printed, number in sides:
            if printed is None:
                continue
            if not prints(Decimal(repr(printed)), number):
                self.wrong += [] if one.earlier else [one.words]
            elif cell >= 0:
                self.note(cell, number, one.where)
        if one.numerator is None and one.value is not None and sides[0][0] >= 0:
            self.rates.setdefault(row, (one.value, one.where))
        self.made_of_others(one, row)

    def measure(self, one: Seen) -> None:
        """A measure of an index: made of what the audience sees, so held against that."""
        true = self.areas.measured.get(one.place)
        if true is None:
            self.unknown.append(one.words)
        elif one.value is not None and not prints(one.value, true):
            self.wrong += [] if one.earlier else [one.words]
        else:
            self.inputs(one.place, one.where)

    def made_of_others(self, one: Seen, row: int) -> None:
        """Formulas give their inputs; what is no sum of counts may only stand there if nobody is counted."""
        self.inputs(one.place, one.where)
        roles = (int(self.universe.numerator[row]), int(self.universe.denominator[row]))
        converted = self.areas.system.former is None and one.year in self.areas.years
        if UNKNOWN_CELL in roles and one.indicator not in self.areas.free and not converted:
            self.closed.append(f"{one.words}: lässt sich nicht als Summe prüfen")

    def inputs(self, place: Place, where: str) -> None:
        """Whoever sees a figure made of others knows those."""
        code, area, year, breakdown = place
        for source, back in self.areas.inputs.get(code, ()):
            self.know((source, area, year - back, breakdown), where)

    def know(self, place: Place, where: str) -> None:
        """A figure that need not have been read: its counts are taken as known."""
        row = self.areas.row.get(place)
        if row is None or place in self.known:
            return
        self.known.add(place)
        for name in ("numerator", "denominator"):
            cell = int(getattr(self.universe, name)[row])
            if cell >= 0:
                self.note(cell, float(getattr(self.table, name)[row]), where)
        self.inputs(place, where)

    def note(self, cell: int, told: float, where: str) -> None:
        """A sum that is known, and of a rounded one the number that is told."""
        self.cells.setdefault(cell, where)
        if self.rounded_cell[cell] and np.isfinite(told):
            self.shown[cell] = round(told)

    def attacked(self, seconds: float) -> Attacked:
        """Audit block by block what was read."""
        broken = [*self.closed, *self.loose(self.areas.parted)]
        facts = needs = proven = 0
        for number, block in enumerate(self.areas.blocks):
            rounded = self.rounded(block, np.flatnonzero(self.areas.parted.block == number))
            known, asked = join(self.told(block), rounded, self.floor(block), block.bounds), block.needs
            if self.areas.knows_all(number):
                continue
            for insider in block.insiders:
                known = with_own(known, block.atoms, insider.own, insider.name)
                asked = insider.needs(block.needs)
            report = audit(block.atoms, known, asked, time_limit=seconds)
            facts, needs, proven = facts + len(known), needs + report.needed, proven + report.proven
            broken += [f"{asked.name(f.need)}: {f.verdict.value}" for f in report.failures]
        broken += self.bare_rates()
        return Attacked(
            len(self.places), facts, needs, proven, tuple(broken), tuple(self.wrong), tuple(self.unknown)
        )

    def told(self, block: Block) -> Facts:
        """The figures of a block that were read."""
        rows = np.array([n for n, c in enumerate(block.cell.tolist()) if c in self.cells], dtype=np.int64)
        return exact(block.cells.matrix[rows], block.atoms, lambda i: block.cell_keys[int(rows[i])])

    def rounded(self, block: Block, counts: Ints) -> Facts:
        """The rounded figures of a block that were read, to one who knows the method."""
        read = [c for c in block.altered.tolist() if c in self.shown]
        rows = self.universe.matrix[read][:, counts]
        plain = np.flatnonzero(np.diff(sp.csr_array(rows < 0).indptr) == 0)
        wide = sp.csr_array(sp.hstack([rows, sp.csr_array((len(read), 1), dtype=np.int64)], format="csr"))
        figures = np.array([self.shown[c] for c in read], dtype=np.int64)
        return figure_facts(figures[plain], self.areas.limit, wide[plain], lambda i: "gerundet")

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
            if top not in self.cells and self.universe.values[top] and not self.areas.knows(top):
                known = "bekannt" if below < 0 or below in self.cells else "verdeckt"
                yield f"{self.table.indicator[row]} {value} ohne Zähler, Nenner {known} ({where})"
