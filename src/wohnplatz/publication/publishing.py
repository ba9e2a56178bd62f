"""A release protected: patterns and proofs for every audience, as results in its manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from wohnplatz import indicators
from wohnplatz.disclosure import Clearance, Mode, Rule, RuleSet, Sources, load_rules
from wohnplatz.disclosure.clearance import Told
from wohnplatz.indicators import FIGURES
from wohnplatz.indicators.compute import ReleasePart, make_plan, release_parts
from wohnplatz.model import Audience, Catalogue, FigureTable, Hierarchy
from wohnplatz.store import (
    FormerDivisions,
    Kind,
    Manifest,
    ObjectStore,
    query_figures,
    write_beside,
    write_figures,
)

from .blocks import Block, make_block
from .clearing import cleared_by, joined_clearances, told_columns, with_measures
from .converted import open_converted
from .counts import read_counts
from .demands import demands, ties
from .holders import Where, holders, own_counts
from .leaving_out import without_rows
from .ledger import KNOWS, Known, LedgerEntry, Line, entries, known_to, read_record
from .modes import (
    hidden_by_mode,
    mode_of,
    overlaid,
    require_known,
    require_one_mode,
    touching,
    with_modes,
    without_overlaid,
)
from .names import LEDGER, index_name, open_name, proof_name
from .openness import follow_parts, open_coverage, open_rows
from .protecting import SECONDS, content_of, record_of
from .record import FURTHER, Record
from .seen import measures_seen
from .sources import datasets_of, sources_of
from .splitting import Split, split
from .told import told_rows
from .universe import Place, Universe, make_universe, place_of
from .weighing import hiding_weights

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Progress = Callable[[str, int, int], None]

AUDIENCES = (Audience.PUBLIC, Audience.PARTNER, Audience.PLANNING)
"""Those that need a proof; the internal working view shows everything, marked."""


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What protection needs to know of a release beside its figures."""

    store: ObjectStore
    catalogue: Catalogue
    rules: RuleSet
    protection: Mapping[str, str]
    inputs: Mapping[str, Sequence[tuple[str, int]]]
    minimum_denominator: Mapping[str, float]
    index_inputs: frozenset[str]
    tell: Progress
    seconds: float
    holders: Mapping[str, frozenset[Where]] = field(default_factory=dict)
    """What each supplier that counts as an intruder delivered; empty where the rules do not ask for it."""
    seed: int = field(default=0, repr=False)
    """Secret of the installation: whoever had it could replay the choice of what is hidden beside."""


def publish_release(  # noqa: PLR0913 (all but what is published by name)
    store: ObjectStore,
    manifest: Manifest,
    head: str,
    *,
    progress: Progress | None = None,
    seconds: float = SECONDS,
    seed: int = 0,
) -> Manifest:
    """The manifest with the patterns, proofs and indices of all audiences, and the new head of the ledger.

    A function of the manifest, of the ledger up to ``head`` and of the ``seed``. What cannot be proven in
    ``seconds`` for one block is hidden. Raises ``WohnplatzError`` where the ledger is damaged; then nothing
    is published.
    """
    catalogue = indicators.catalogue_from_json(store.read(Kind.CATALOGUE, manifest.catalogue))
    rules_in_force = load_rules(store.path(Kind.RULES, manifest.rules))
    around = surroundings(store, catalogue, rules_in_force, progress, seconds, seed)
    return published(around, manifest, head, systems_of(around, manifest))


def systems_of(around: Surroundings, manifest: Manifest) -> list[System]:
    """The figures of a release with the counts behind them: today's areas first, then the former ones."""
    around.tell("Geheimhaltung: Zahlen und ihre Summen ordnen", 0, 1)
    return [
        System.of(around.catalogue, p, whole_table(around.store, manifest.results[p.name]), around.rules)
        for p in release_parts(around.store, manifest)
    ]


def published(around: Surroundings, manifest: Manifest, head: str, systems: Sequence[System]) -> Manifest:
    """``publish_release`` with the figures at hand."""
    require_known(around.rules, around.catalogue)
    around = knowing(around, around.store, manifest)
    store, history = around.store, entries(around.store, head)
    results: dict[str, str] = {}
    lines: dict[Audience, tuple[Line, ...]] = {}
    for group, rules in groups_by_rules(around.rules, around.catalogue, manifest):
        seen = {a for audience in group for a in KNOWS[audience]}
        before = [*history, LedgerEntry(head, "", "", lines)]
        outcome = _Outcome(around, rules, known_to(before, seen)).of(systems)
        written = outcome.write(group[0])
        for audience in group:
            lines[audience] = outcome.lines()
            results |= {name.replace(f":{group[0]}", f":{audience}"): sha for name, sha in written.items()}
    entry = LedgerEntry(head, manifest.label, manifest.made_at.isoformat(), lines)
    return replace(manifest, results={**manifest.results, **results, LEDGER: entry.save(store)})


def surroundings(  # noqa: PLR0913, PLR0917 (what protection needs, and how)
    store: ObjectStore,
    catalogue: Catalogue,
    rules: RuleSet,
    progress: Progress | None = None,
    seconds: float = SECONDS,
    seed: int = 0,
) -> Surroundings:
    """What protection needs of a catalogue and its rules."""
    minimum = {
        c: i.minimum_denominator for c, i in catalogue.indicators.items() if i.minimum_denominator is not None
    }
    parts = {p.indicator for index in catalogue.indices.values() for p in (*index.status, *index.dynamics)}
    return Surroundings(
        store, catalogue, rules, indicators.protection(catalogue),
        indicators.inputs(catalogue), minimum, frozenset(parts),
        progress or (lambda text, done, total: None), seconds, seed=seed,
    )  # fmt: skip


def knowing(around: Surroundings, store: ObjectStore, manifest: Manifest) -> Surroundings:
    """With what each supplier knows of the deliveries in ``store``, where the rules fear what suppliers know.

    All audiences are protected against them alike: a supplier reads what is public, and who plans may be one.
    """
    return replace(around, holders=holders(store, manifest)) if around.rules.insiders else around


def groups_by_rules(
    rules: RuleSet, catalogue: Catalogue, manifest: Manifest
) -> list[tuple[tuple[Audience, ...], dict[str, Rule]]]:
    """Audiences with the same rules together: they see the same figures. The public comes first."""
    found: dict[tuple[tuple[str, Rule], ...], list[Audience]] = {}
    for audience in AUDIENCES:
        of_code = rules_of(rules, catalogue, manifest, audience)
        found.setdefault(tuple(sorted(of_code.items(), key=lambda item: item[0])), []).append(audience)
    return [(tuple(audiences), dict(of_code)) for of_code, audiences in found.items()]


def rules_of(rules: RuleSet, catalogue: Catalogue, manifest: Manifest, audience: Audience) -> dict[str, Rule]:
    """The rule of every code of a figure table for an audience."""
    sources = sources_of(catalogue, manifest)
    protected = indicators.protection(catalogue)
    return {c: rules.rule(audience, p, sources.get(c)) for c, p in protected.items()}


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """The figures on one set of areas with the counts behind them."""

    name: str
    hierarchy: Hierarchy
    table: FigureTable
    universe: Universe
    former: FormerDivisions | None = None

    @classmethod
    def of(cls, catalogue: Catalogue, part: ReleasePart, table: FigureTable, rules: RuleSet) -> System:
        """The system of one part of a release with its figure table, its counts in the modes of ``rules``."""
        catalogue = without_overlaid(catalogue, rules)
        counts, plan = (
            read_counts(part.files, catalogue, part.hierarchy),
            make_plan(catalogue, part.hierarchy),
        )
        universe = make_universe(catalogue, part.hierarchy, plan, counts, table)
        universe = with_modes(universe, rules, catalogue)
        universe = without_rows(universe, rules.too_detailed(table, datasets_of(catalogue)))
        return cls(part.name, part.hierarchy, table, universe, part.former)


def whole_table(store: ObjectStore, sha: str) -> FigureTable:
    """All rows of a stored figure table, with and without breakdown."""
    return indicators.joined([query_figures(store, sha, breakdown=b) for b in (False, True)])


class _Outcome:
    """One group of audiences: its records and what they open."""

    def __init__(
        self,
        around: Surroundings,
        rules: Mapping[str, Rule],
        known: Known,
        *,
        keep: bool = True,
        years: Collection[int] | None = None,
    ) -> None:
        self.around, self.rules, self.known, self.keep, self.years = around, rules, known, keep, years
        self.records: dict[str, Record] = {}
        self.shas: list[str] = []
        self.unavoidable: dict[str, list[Place]] = {}
        self.hidden: list[Bools] = []
        self.systems: Sequence[System] = ()
        self.opened: dict[str, Bools] = {}
        self.counts: dict[str, Ints] = {}
        """By system the counts as they are out: rounded where the rules say so."""
        self.told: dict[str, Told | None] = {}

    def of(self, systems: Sequence[System]) -> _Outcome:
        """Protect all systems."""
        self.systems = systems
        self.require_modes()
        for system in systems:
            self.hidden.append(self.protect(system))
            self.opened[system.name] = open_rows(
                system.universe, self.hidden[-1], self.always(), system.table
            )
        now = systems[0]
        for then in systems[1:]:
            assert then.former is not None
            self.opened[now.name] = open_converted(
                now.table, self.opened[now.name], now.hierarchy, then.table, self.opened[then.name],
                then.hierarchy, then.former, self.around.store,
            )  # fmt: skip
        for system in systems:
            self.told[system.name] = told_rows(
                system.universe, self.counts[system.name], system.table, self.opened[system.name],
                self.around.catalogue, overlaid(system.table, self.around.rules, self.around.catalogue),
            )  # fmt: skip
        return self

    def require_modes(self) -> None:
        """Refuse at once what the rules round and what is out already as it was counted.

        The other way round it shows when the block comes to be solved.
        """
        rules, catalogue = self.around.rules, self.around.catalogue
        nodes = [n for n in self.known.of_node if mode_of(rules, catalogue, n) is not Mode.SUPPRESSION]
        records = (read_record(self.around.store, sha) for sha in self.known.touching(nodes))
        require_one_mode(rules, catalogue, records)

    def protect(self, system: System) -> Bools:
        """Which cells of a system are hidden."""
        universe = system.universe
        asked = demands(universe, system.table, self.rules, self.around.minimum_denominator)
        parted = split(universe, (*self.known.ties, *ties(asked, universe)))
        weight = hiding_weights(
            universe, system.table, asked.shown_by, self.around.rules.weights, self.around.index_inputs
        )
        hidden = hidden_by_mode(universe, parted.parts, asked.shown_by == 0)
        counts = self.counts[system.name] = universe.value.copy()
        groups = municipalities(system.hierarchy)
        own = own_counts(universe, self.around.holders)
        asked_for = self.asked_for(system, parted)
        for number, names in enumerate(parted.names):
            here = np.flatnonzero(parted.block == number)
            asked_here = number in asked_for
            if not asked_here or universe.silent[here].all():  # nothing is proven, or nothing is shown
                hidden[parted.cell_block == number] = True
            if not asked_here:
                continue
            self.around.tell(
                f"Geheimhaltung: {_words(self.around.catalogue, names)}", number, len(parted.names)
            )
            block = make_block(universe, parted, number, asked, weight, own=own, groups=groups)
            shas = self.known.touching(names)
            sha, record = self.record(content_of(block), shas, partial(self.solve, block, shas))
            self.shas.append(sha)
            self.records[sha] = record
            self.unavoidable[sha] = [place_of(universe, cell) for cell in block.unavoidable]
            hidden[block.cell[record.hidden]] = True
            if record.rounding is not None:
                told = record.rounding.counts[: len(here)]
                counts[here] = np.where(told >= 0, told, counts[here])
            elif not record.tells:
                hidden[block.altered] = True
        return follow_parts(hidden, parted.parts)

    def asked_for(self, system: System, parted: Split) -> set[int]:
        """The blocks that figures of the years asked for rest on, and the inhabitants of all years.

        Coverage is told in inhabitants, and whose number is hidden in any year counts there.
        """
        if self.years is None:
            return set(range(len(parted.names)))
        universe = system.universe
        rows = np.isin(system.table.year, np.array(sorted(self.years), dtype=system.table.year.dtype))
        cells = np.concatenate([universe.numerator[rows], universe.denominator[rows]])
        cells = np.unique(cells[cells >= 0])
        behind = np.concatenate([cells, parted.parts[cells].indices])
        people = self.around.catalogue.population
        inhabitants = {n for n, names in enumerate(parted.names) if any(v == people for v, _ in names)}
        return set(np.unique(parted.cell_block[behind]).tolist()) | inhabitants

    def solve(self, block: Block, shas: Sequence[str]) -> Record:
        """A new record."""
        earlier = [read_record(self.around.store, sha) for sha in shas]
        require_one_mode(self.around.rules, self.around.catalogue, earlier)
        return record_of(block, earlier, shas, seconds=self.around.seconds, seed=self.around.seed)

    def record(self, content: str, shas: Sequence[str], solve: Callable[[], Record]) -> tuple[str, Record]:
        """A record of this very block that already takes everything out into account, or a new one."""
        for sha in reversed(shas):
            known = read_record(self.around.store, sha)
            if known.content == content and self.covers(sha, known, set(shas)) and not known.spent:
                return sha, known
        made = solve()
        data = made.to_bytes()
        return (
            self.around.store.put(Kind.RECORD, data) if self.keep else hashlib.sha256(data).hexdigest()
        ), made

    def covers(self, sha: str, record: Record, shas: set[str]) -> bool:
        """Whether a record, or one of a figure that came out beside it, is proven with all these known."""
        if shas <= {sha, *record.before}:
            return True
        later = [(s, read_record(self.around.store, s)) for s in shas]
        beside = [(s, r) for s, r in later if r.status == FURTHER and sha in r.before]
        return any(shas <= {s, *r.before} for s, r in beside)

    def always(self) -> set[str]:
        """Indicators without reference to persons."""
        return {c for c, rule in self.rules.items() if rule.checks_nothing}

    def lines(self) -> tuple[Line, ...]:
        """What goes into the ledger."""
        return tuple(Line(sha, self.records[sha].names) for sha in self.shas)

    def write(self, audience: Audience) -> dict[str, str]:
        """Store what the pattern opens, the indices, and the list of proofs."""
        results: dict[str, str] = {}
        for system, hidden in zip(self.systems, self.hidden, strict=True):
            opened = self.opened[system.name]
            told = self.told[system.name]
            columns = {"open": opened, "coverage": self.coverage(system, hidden), **told_columns(told)}
            results[open_name(audience, system.name)] = write_beside(self.around.store, system.table, columns)
            if system.name == FIGURES:
                results[index_name(audience)] = self.indices(system, opened)
        proof: dict[str, object] = {
            "format": 1,
            "results": dict(sorted((name.replace(f":{audience}", ""), sha) for name, sha in results.items())),
            "records": [
                {
                    "record": sha,
                    "names": [list(n) for n in self.records[sha].names],
                    "status": self.records[sha].status,
                    **({"late": True} if self.records[sha].spent else {}),
                    **({"unavoidable": places} if (places := self.unavoidable[sha]) else {}),
                }
                for sha in self.shas
            ],
        }
        contradictions = sorted({c for system in self.systems for c in system.universe.contradictions})
        if contradictions:
            proof["contradictions"] = contradictions
        data = json.dumps(proof, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        return {**results, proof_name(audience): self.around.store.put(Kind.RESULT, data)}

    def coverage(self, system: System, hidden: Bools) -> Bools:
        """Rows whose share of inhabitants may be told: not beside hidden or rounded inhabitants."""
        universe = system.universe
        closed = hidden | touching(universe, universe.rounded | universe.silent)
        return open_coverage(universe, closed, self.around.catalogue, system.hierarchy, system.table)

    def indices(self, system: System, opened: Bools) -> str:
        """Index measures from open inputs alone: arithmetic over what is seen."""
        told = self.told[system.name]
        _, measured = measures_seen(
            self.around.catalogue, system.hierarchy, system.table if told is None else told.of(system.table),
            opened, self.rules, self.around.inputs, self.around.minimum_denominator,
            None if told is None else told.altered,
        )  # fmt: skip
        return write_figures(self.around.store, measured)


def cleared_beside(  # noqa: PLR0913 -- two stores, and who wants to see what by which rules
    store: ObjectStore,
    manifest: Manifest,
    tables: Mapping[str, FigureTable],
    *,
    rules: RuleSet,
    catalogue: Catalogue,
    audience: Audience,
    sources: Mapping[str, Sources],
    ledger: ObjectStore,
    head: str,
    years: Collection[int] | None = None,
    seed: int = 0,
) -> dict[str, Clearance]:
    """Clearances of figures that are tried and not released: proven beside all this audience has seen.

    ``store`` has the deliveries, ``ledger`` the records of what is out. Nothing is stored and nothing enters
    the ledger. What is not proven stays closed, and so does what ``years`` does not ask for (None: all).
    """
    around = knowing(surroundings(ledger, catalogue, rules, seed=seed), store, manifest)
    by_code = {c: rules.rule(audience, p, sources.get(c)) for c, p in around.protection.items()}
    parts = release_parts(store, manifest)
    systems = [System.of(catalogue, part, tables[part.name], rules) for part in parts]
    outcome = _Outcome(
        around, by_code, known_to(entries(ledger, head), KNOWS[audience]), keep=False, years=years
    )
    outcome.of(systems)
    return {
        system.name: cleared_by(
            outcome.records.values(),
            outcome.opened[system.name],
            outcome.coverage(system, hidden),
            outcome.told[system.name],
        )
        for system, hidden in zip(systems, outcome.hidden, strict=True)
    }


def seen_beside(  # noqa: PLR0913 -- as in cleared_beside
    store: ObjectStore,
    manifest: Manifest,
    tables: Mapping[str, FigureTable],
    *,
    rules: RuleSet,
    catalogue: Catalogue,
    audience: Audience,
    sources: Mapping[str, Sources],
    ledger: ObjectStore,
    head: str,
) -> tuple[FigureTable, Clearance]:
    """Tried figures on today's areas, without breakdowns, with index measures from what the audience sees."""
    cleared = cleared_beside(
        store, manifest, tables, rules=rules, catalogue=catalogue, audience=audience, sources=sources,
        ledger=ledger, head=head,
    )[FIGURES]  # fmt: skip
    around = surroundings(ledger, catalogue, rules)
    by_code = {c: rules.rule(audience, p, sources.get(c)) for c, p in around.protection.items()}
    hierarchy = release_parts(store, manifest)[0].hierarchy
    plain, measured = measures_seen(
        catalogue, hierarchy, cleared.seen(tables[FIGURES]), cleared.open, by_code, around.inputs,
        around.minimum_denominator, cleared.altered,
    )  # fmt: skip
    rows = tables[FIGURES].where(plain)
    table = indicators.joined([rows, measured])
    return table, with_measures(joined_clearances([(cleared, plain)]), rows, measured)


def municipalities(hierarchy: Hierarchy) -> dict[str, int]:
    """The number of the municipality each of the finest areas lies in: rounding goes on in each by itself."""
    if len(hierarchy.levels) < 3:
        return {}
    above = hierarchy.levels[1]
    places = {key: n for n, key in enumerate(hierarchy.areas(above))}
    finest = hierarchy.areas(hierarchy.levels[0])
    return {key: places.get(hierarchy.ancestor(key, above) or "", -1) for key in finest}


def _words(catalogue: Catalogue, names: Collection[tuple[str, int]]) -> str:
    variable, year = min(names)
    label = catalogue.variables[variable].label if variable in catalogue.variables else variable
    return f"{label} {year}"
