"""Own areas and divisions beside the hierarchy: what of their figures an audience may see, and the proof."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure import Mode, Rule, RuleSet
from wohnplatz.indicators import catalogue_from_json
from wohnplatz.indicators.compute import ReleasePart, make_plan, release_parts
from wohnplatz.model import FIRST_WITHOUT_NUMBER, Audience, Catalogue, FigureTable
from wohnplatz.store import Kind, Manifest, ObjectStore

from . import keyed
from .clearing import proof_list, require_proof
from .further import Beside, Judged, protect, sensitive_rows, shown_rows
from .ledger import KNOWS, Known, LedgerEntry, Line, entries, known_to, read_record
from .modes import mode_of
from .pieces import Parts, Told, base_universe, pieces_of
from .record import Record
from .surroundings import groups_by_rules
from .universe import Node

Bools = npt.NDArray[np.bool_]
Progress = Callable[[str, int, int], None]

BLOCK_SECONDS = 20.0
"""For one block of a division."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A release with everything that is needed to judge further figures beside it."""

    store: ObjectStore
    manifest: Manifest
    catalogue: Catalogue
    rules: RuleSet
    part: ReleasePart
    history: Sequence[LedgerEntry]
    minimum_denominator: Mapping[str, float]

    @classmethod
    def of(cls, store: ObjectStore, manifest: Manifest, rules: RuleSet, head: str) -> Scene:
        """The scene of a release with the ledger up to ``head``."""
        catalogue = catalogue_from_json(store.read(Kind.CATALOGUE, manifest.catalogue))
        least = {
            c: i.minimum_denominator
            for c, i in catalogue.indicators.items()
            if i.minimum_denominator is not None
        }
        part = release_parts(store, manifest)[0]
        return cls(store, manifest, catalogue, rules, part, entries(store, head), least)

    def told(self, rows: FigureTable, parts: Parts) -> Told:
        """What rows on other areas tell, over the counts of the release."""
        codes = [str(code) for code in np.unique(rows.indicator)]
        return pieces_of(
            *base_universe(self.store, self.manifest, self.catalogue, self.part, codes), rows, parts
        )

    def mode(self, node: Node) -> Mode:
        """How the counts of a variable in a year are protected."""
        return mode_of(self.rules, self.catalogue, node)

    def sides(self, what: Told, modes: Sequence[Mode], rows: FigureTable) -> tuple[Bools, Bools] | None:
        """Rows with numerators, and with denominators, answered by cell key; None where one cannot be."""
        none = np.zeros(len(rows), dtype=np.bool_)
        if Mode.CELL_KEY not in modes:
            return none, none
        codes = {str(code) for code in rows.indicator}
        plan = make_plan(self.catalogue, self.part.hierarchy)
        return keyed.sides(what, modes, plan, codes.pop()) if len(codes) == 1 else None

    def rounded(self, audience: Audience, nodes: Collection[Node]) -> tuple[str, ...] | None:
        """The records that prove what is rounded of these; None where some of it is not out."""
        listed = proof_list(self.store, self.manifest, audience)
        sha_of = {node: sha for sha, names, _ in listed.records for node in names}
        found = tuple(dict.fromkeys(sha_of.get(node, "") for node in sorted(nodes)))
        for sha in found:
            if not sha or read_record(self.store, sha).rounding is None:
                return None
            require_proof(self.store, sha, self.manifest.label)
        return found

    def beside(
        self, audience: Audience, known: Known, mode: Mode = Mode.SUPPRESSION
    ) -> Callable[[Node], Beside | None]:
        """For a variable and year the block it was published in, with what came out since.

        None for counts in another mode.
        """
        listed = proof_list(self.store, self.manifest, audience)
        sha_of = {node: sha for sha, names, _ in listed.records for node in names}

        def find(node: Node) -> Beside | None:
            sha = sha_of.get(node)
            if sha is None or self.mode(node) is not mode:
                return None
            require_proof(self.store, sha, self.manifest.label)
            record = read_record(self.store, sha)
            newer = [s for s in known.touching(record.names) if s not in {sha, *record.before}]
            return Beside(sha, record, tuple((s, read_record(self.store, s)) for s in newer))

        return find


def kept(store: ObjectStore, made: Sequence[Record]) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """The records stored: their SHA-256, and what they are in the ledger."""
    shas = [store.put(Kind.RECORD, record.to_bytes()) for record in made]
    lines = tuple(Line(sha, record.names) for sha, record in zip(shas, made, strict=True))
    return tuple(shas), lines


def blocks_of(
    what: Told, find: Callable[[Node], Beside | None], places: Iterable[int]
) -> list[tuple[Beside | None, npt.NDArray[np.int64]]]:
    """Pieces by the block that their counts were published in."""
    found: dict[str, Beside | None] = {}
    chosen: dict[str, list[int]] = {}
    of_node: dict[Node, str] = {}
    for n in places:
        piece = what.pieces[n]
        if piece.node not in of_node:
            beside = find(piece.node)
            of_node[piece.node] = beside.sha if beside else ""
            found.setdefault(of_node[piece.node], beside)
        chosen.setdefault(of_node[piece.node], []).append(n)
    return [(found[sha], np.array(places, dtype=np.int64)) for sha, places in chosen.items()]


@dataclass(frozen=True, slots=True)
class Cleared:
    """What became of a division: stored results by audience, and the head of the ledger after it."""

    results: Mapping[Audience, str]
    entry: LedgerEntry


def clear_division(  # noqa: PLR0913 -- a division's figures, and how they are told
    scene: Scene,
    head: str,
    rows: FigureTable,
    parts: Parts,
    label: str,
    *,
    made_at: str,
    progress: Progress | None = None,
    seconds: float = BLOCK_SECONDS,
) -> Cleared:
    """Judge all figures of a division together with everything out, for every audience; store the outcome.

    Hidden is what a rule protects and what would, together with the rest, give something protected away.
    """
    tell = progress or (lambda text, done, total: None)
    what = scene.told(rows, parts)
    results: dict[Audience, str] = {}
    lines: dict[Audience, tuple[Line, ...]] = {}
    for group, rules in groups_by_rules(scene.rules, scene.catalogue, scene.manifest):
        seen = {a for audience in group for a in KNOWS[audience]}
        known = known_to([*scene.history, LedgerEntry(head, "", "", lines)], seen)
        find = scene.beside(group[0], known)
        closed = sensitive_rows(rows, rules, scene.minimum_denominator)
        shown, made = _judge(what, rows, rules, closed, find, tell, seconds)
        shas, told = kept(scene.store, made)
        opened = shown_rows(what, shown) & ~closed
        sha = scene.store.put(Kind.RESULT, _outcome(rows, opened, shas, made))
        for audience in group:
            results[audience], lines[audience] = sha, told
    return Cleared(results, LedgerEntry(head, label, made_at, lines))


def _judge(  # noqa: PLR0913, PLR0917 -- figures, what is asked of them, what they meet
    what: Told,
    rows: FigureTable,
    rules: Mapping[str, Rule],
    closed: Bools,
    find: Callable[[Node], Beside | None],
    tell: Progress,
    seconds: float,
) -> tuple[set[int], list[Record]]:
    """Pieces that are told, and the records."""
    of_piece = _rules_of_pieces(what, rows, rules)
    sensitive = np.array([piece.told != 0 for piece in what.pieces], dtype=np.bool_)
    protected = {n for row in np.flatnonzero(closed).tolist() for n in what.numerator[row]}
    sensitive &= np.isin(np.arange(len(what.pieces)), np.array(sorted(protected), dtype=np.int64))
    shown: set[int] = set()
    made: list[Record] = []
    blocks = blocks_of(what, find, range(len(what.pieces)))
    for done, (beside, chosen) in enumerate(blocks):
        if beside is None:
            continue
        tell("Geheimhaltung: mit allem Veröffentlichten prüfen", done, len(blocks))
        found: Judged = protect(
            what, chosen, beside, [of_piece[n] for n in chosen.tolist()], sensitive[chosen], seconds=seconds
        )
        if found.record is not None:
            made.append(found.record)
            shown |= set(chosen[found.shown].tolist())
    return shown, made


def _rules_of_pieces(what: Told, rows: FigureTable, rules: Mapping[str, Rule]) -> list[Rule]:
    """For each piece the strictest rule of the figures that tell it."""
    found: dict[int, Rule] = {}
    for n, code in enumerate(rows.indicator.tolist()):
        rule = rules[code]
        for piece in (*what.numerator[n], *what.denominator[n]):
            old = found.get(piece)
            if old is None or (rule.minimum_count, rule.level.rank) > (old.minimum_count, old.level.rank):
                found[piece] = rule
    return [found.get(n, Rule("")) for n in range(len(what.pieces))]


def _outcome(rows: FigureTable, opened: Bools, records: Sequence[str], made: Sequence[Record]) -> bytes:
    keys = zip(rows.indicator.tolist(), rows.area.tolist(), rows.year.tolist(), strict=True)
    numbers = rows.state < FIRST_WITHOUT_NUMBER
    content = {
        "format": 1,
        "open": [list(key) for key, is_open in zip(keys, opened.tolist(), strict=True) if is_open],
        "records": list(records),
        "counts": {
            "open": int(opened.sum()), "hidden": int((numbers & ~opened).sum()),
            "empty": int((~numbers).sum()),
            "records": len(records), "needs": sum(len(r.needs) for r in made),
        },
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A stored outcome: open figures by (indicator, area, year), the records, counts for the page."""

    open: frozenset[tuple[str, str, int]]
    records: tuple[str, ...]
    counts: Mapping[str, int]


def read_outcome(store: ObjectStore, sha: str) -> Outcome:
    """What ``clear_division`` stored."""
    content = json.loads(store.read(Kind.RESULT, sha))
    opened = frozenset((str(i), str(a), int(y)) for i, a, y in content["open"])
    return Outcome(opened, tuple(content["records"]), content["counts"])
