"""What protection makes of a release for one group of audiences: records of blocks, and what they open."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure import Mode, Rule
from wohnplatz.disclosure.clearance import Told
from wohnplatz.indicators import FIGURES
from wohnplatz.model import Audience, Catalogue, Hierarchy
from wohnplatz.store import (
    Kind,
    write_beside,
    write_figures,
)

from .blocks import Block, make_block
from .clearing import told_columns
from .converted import open_converted
from .demands import demands, ties
from .holders import own_counts
from .ledger import Known, Line, read_record
from .modes import (
    hidden_by_mode,
    mode_of,
    overlaid,
    require_one_mode,
    touching,
)
from .names import index_name, open_name, proof_name
from .openness import follow_parts, open_coverage, open_rows
from .protecting import content_of, record_of
from .record import FURTHER, Record
from .seen import measures_seen
from .splitting import Split, split
from .surroundings import Surroundings
from .system import System
from .told import told_rows
from .universe import Place, place_of
from .weighing import hiding_weights

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Outcome:
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

    def of(self, systems: Sequence[System]) -> Outcome:
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
            as_told = self.told[then.name] = self.told_of(then)
            altered = np.zeros(len(then.table), np.bool_) if as_told is None else as_told.altered
            self.opened[now.name] = open_converted(
                now.table, self.opened[now.name], now.hierarchy, then.table, self.opened[then.name],
                altered, then.hierarchy, then.former, self.around.store,
            )  # fmt: skip
        self.told[now.name] = self.told_of(now)
        return self

    def told_of(self, system: System) -> Told | None:
        """What is told of a system's open rows."""
        return told_rows(
            system.universe, self.counts[system.name], system.table, self.opened[system.name],
            self.around.catalogue, overlaid(system.table, self.around.rules, self.around.catalogue),
        )  # fmt: skip

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
        # What is only tried has no address: its content tells it apart from other blocks.
        return (self.around.store.put(Kind.RECORD, made.to_bytes()) if self.keep else content), made

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
