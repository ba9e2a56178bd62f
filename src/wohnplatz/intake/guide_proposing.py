"""Proposes how a file is to be read: the remembered guide first, then headings, then likeness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wohnplatz.model import Catalogue

from .findings import Findings, UnreadableFileError
from .foreign import READY, best_ready
from .guide import IGNORE, TABLE, Guide, RowKind, SheetGuide, Target
from .guide_columns import (
    KNOWN,
    NOT_HERE,
    Ground,
    headings,
    plain_path,
    propose_columns,
    propose_labels,
    subject_of,
)
from .guide_rows import OTHER_KEY, Places, RowNames, propose_rows
from .guide_words import Vocabulary
from .layout import Layout, Role, StatTable, detect_layouts, layout_of, preview, read_table, samples
from .layout.dates import without_dates
from .proposal import SURE, ColumnProposal, LabelProposal, Proposal, RowProposal, TableProposal
from .request import Request, variables_due
from .sheets import Table, open_tables

MAX_TABLES = 10
"""Tables looked at on one sheet; a sheet with more is prose with numbers in it."""


@dataclass(frozen=True, slots=True)
class Source:
    """One table of a file: a part of a sheet, or a sheet without any table (then ``stat`` is None)."""

    name: str
    """Key of ``Guide.sheets``: the sheet's name, with `` #2`` for the second table on it."""
    table: Table
    stat: StatTable | None
    known: SheetGuide | None
    kind: str = TABLE


@dataclass(frozen=True, slots=True)
class Resolved:
    """A source with everything that is known or proposed of it."""

    source: Source
    columns: tuple[ColumnProposal, ...] = ()
    rows: tuple[RowProposal, ...] = ()
    labels: tuple[LabelProposal, ...] = ()
    label_places: tuple[int, ...] = ()
    names: RowNames = RowNames((), (), ())  # noqa: RUF009
    area: str = ""
    rest: Target = IGNORE
    doubts: tuple[str, ...] = ()

    @property
    def used(self) -> bool:
        """Whether any column is read."""
        return any(not column.target.ignored for column in self.columns)

    def guide(self) -> SheetGuide:
        """The guide that reads the sheet in this way."""
        known = self.source.known or SheetGuide()
        if not self.used:
            return replace(known, use=False)
        layout = self.source.stat.layout if self.source.stat else None
        rows = {p.label: p.target for p in self.rows if not _told_by_key(p)}
        return SheetGuide(
            use=True,
            header=known.header,
            body=known.body,
            area_columns=known.area_columns or _area_columns(layout, self.names),
            area_by="key" if self.names.keys else "name",
            area=self.area,
            columns={p.heading: p.target for p in self.columns},
            rows=rows,
            labels={p.label: p.target for p in self.labels},
            rest=self.rest,
            decimal=known.decimal,
        )

    def proposal(self) -> TableProposal:
        """The same for people to look at."""
        stat, table = self.source.stat, self.source.table
        layout = stat.layout if stat else None
        return TableProposal(
            self.source.name, layout, preview(table, layout) if layout and layout.header[0] else (),
            self.columns, tuple(p for p in self.rows if p.reason != OTHER_KEY), self.labels,
            self.doubts if self.used else (), self.used,
        )  # fmt: skip


def _told_by_key(row: RowProposal) -> bool:
    return row.reason != KNOWN and row.reason.startswith(("Schlüssel", "Regionalschlüssel"))


def _area_columns(layout: Layout | None, names: RowNames) -> tuple[str, ...]:
    if layout is None:
        return ()
    keys, labels = layout.with_role(Role.KEY), layout.label_columns
    chosen = [keys[i] for i in names.keys] if names.keys else [labels[i] for i in names.names]
    return tuple(head.heading or head.letter for head in chosen)


def propose(
    data: bytes | Path, filename: str, request: Request, catalogue: Catalogue, guide: Guide | None = None
) -> Proposal:
    """How the file would be read; a file that cannot be opened is a doubt. Never raises for bad input."""
    try:
        tables = open_tables(data if isinstance(data, bytes) else data.read_bytes(), filename)
    except UnreadableFileError as error:
        findings = Findings()
        findings.add(error.code, words=error.words)
        return Proposal(Guide(), (), False, tuple(f.message for f in findings.all()))
    found = resolve_all(sources(tables, guide, request, Findings()), request, catalogue, guide)
    return as_proposal(found, request)


def sources(
    tables: Sequence[Table], guide: Guide | None, request: Request, findings: Findings
) -> list[Source]:
    """All tables of a file, with the part of the remembered guide that belongs to each."""
    found: list[Source] = []
    for table in tables:
        known = _known(guide, table.name, len(tables))
        if known and not known.use:
            found.append(Source(table.name, table, None, known))
            continue
        ready = None if known and known.header else best_ready(table, READY)
        if ready is not None:
            stat = ready.read(table, request, findings)
            found.append(Source(table.name, table, stat, known, ready.code))
            continue
        for number, layout in enumerate(_layouts(table, known)):
            name = table.name if not number else f"{table.name} #{number + 1}"
            own = known if not number else _known(guide, name, 0)
            found.append(Source(name, table, read_table(table, _with_areas(layout, own)), own))
        if not any(source.table is table for source in found):
            found.append(Source(table.name, table, None, known))
    return found


def _known(guide: Guide | None, name: str, tables: int) -> SheetGuide | None:
    """The sheet's part of the guide: by its name, without the date in it, or as the only one there is."""
    if guide is None:
        return None
    if name in guide.sheets:
        return guide.sheets[name]
    same = [s for n, s in guide.sheets.items() if without_dates(n) == without_dates(name)]
    used = [s for s in guide.sheets.values() if s.use]
    if len(same) == 1:
        return same[0]
    return used[0] if len(used) == 1 and tables == 1 else None


def _layouts(table: Table, known: SheetGuide | None) -> tuple[Layout, ...]:
    if known and (known.header or known.body):
        layout = layout_of(table, known.header, known.body, known.decimal)
        return (layout,) if layout else ()
    found = detect_layouts(table)
    if len(found) > MAX_TABLES:
        found = (max(found, key=lambda layout: layout.body[1] - layout.body[0]),)
    return tuple(replace(f, decimal=known.decimal) for f in found) if known and known.decimal else found


def _with_areas(layout: Layout, known: SheetGuide | None) -> Layout:
    """The layout with the area columns that the guide names: they are no values, whatever they look like."""
    if not known or not known.area_columns:
        return layout
    chosen, role = {*known.area_columns}, Role.KEY if known.area_by == "key" else Role.NAME
    columns = tuple(
        replace(c, role=role) if chosen & {c.heading, c.letter} and c.role in (Role.VALUE, Role.LABEL) else c
        for c in layout.columns
    )
    return replace(layout, columns=columns)


def resolve_all(
    found: Sequence[Source], request: Request, catalogue: Catalogue, guide: Guide | None
) -> tuple[Resolved, ...]:
    """Every source with its proposals."""
    words = Vocabulary.of(catalogue, variables_due(request, catalogue))
    places = Places.of(request)
    return tuple(_resolved(source, words, places, guide is not None) for source in found)


def _resolved(source: Source, words: Vocabulary, places: Places, guided: bool) -> Resolved:
    stat, known = source.stat, source.known
    if stat is None or not stat.cells:
        return Resolved(source)
    labels, label_places = propose_labels(stat, Ground(words, known, "", 0.0, ""))
    named = [p.target.variable for p in labels if p.target.variable]
    subject = subject_of(stat.layout, words, known, labels)
    ground = Ground(words, known, *subject, unit=stat.layout.unit)
    groups = headings(stat.layout, stat)
    shown = {heading: samples(source.table, heads[0], stat.layout) for heading, heads in groups.items()}
    columns = propose_columns(groups, ground, shown, bool(named))
    if guided and known:
        columns = [_unknown_heading(column, known) for column in columns]
    if all(column.target.ignored for column in columns):
        return Resolved(source, tuple(columns))
    names = RowNames.of(stat.layout, known)
    area, doubts = _area(stat.layout, names, places, known)
    rows = [] if area else propose_rows(stat, places, known)
    doubts += _doubts(columns, rows, known, stat, bool(area))
    rest = known.rest if known else (Target(subject[0]) if subject[0] else IGNORE)
    return Resolved(
        source, tuple(columns), tuple(rows), tuple(labels), label_places, names, area, rest, tuple(doubts)
    )


def _unknown_heading(column: ColumnProposal, known: SheetGuide) -> ColumnProposal:
    """A heading the remembered guide does not know is in doubt, unless it says surely what it is."""
    if column.reason == KNOWN or not known.columns or (column.sureness >= SURE and not column.target.ignored):
        return column
    if column.target.ignored and column.reason != NOT_HERE:
        return column
    reason = "Überschrift steht nicht in der gemerkten Zuordnung"
    return replace(column, sureness=min(column.sureness, 0.5), reason=reason)


def _area(layout: Layout, names: RowNames, places: Places, known: SheetGuide | None) -> tuple[str, list[str]]:
    """The one area a sheet without area columns speaks of, and doubts about it."""
    if known and known.area:
        return known.area, []
    if names.keys or names.names:
        return "", []
    for line in (*reversed(layout.title), layout.sheet):
        found = places.by_name(line) or places.by_key(line)
        if found and found[0].kind is RowKind.AREA and found[1] >= SURE:
            return found[0].area, []
    if len(places.request.areas) == 1:
        key, name = next(iter(places.request.areas.items()))
        return key, [f"Die Tabelle nennt kein Gebiet; gemeint ist vermutlich „{name}“."]
    return "", ["Die Tabelle nennt keine Gebiete."]


def _doubts(
    columns: Sequence[ColumnProposal],
    rows: Sequence[RowProposal],
    known: SheetGuide | None,
    stat: StatTable,
    one_area: bool,
) -> list[str]:
    doubts = list(stat.layout.doubts)
    present = {plain_path(column.heading) for column in columns}
    for heading, target in (known.columns if known else {}).items():
        if not target.ignored and plain_path(heading) not in present:
            doubts.append(f"Die Spalte „{heading}“ der gemerkten Zuordnung fehlt in dieser Datei.")
    if not one_area and not any(row.target.kind is RowKind.AREA for row in rows):
        doubts.append("Keine Zeile nennt ein Gebiet dieser Lieferung.")
    return doubts


def as_proposal(found: Sequence[Resolved], request: Request) -> Proposal:
    """The whole proposal; it is sure where something is read and nothing of that is in doubt."""
    tables = tuple(resolved.proposal() for resolved in found)
    used = [table for table in tables if table.used]
    kinds = {r.source.kind for r in found if r.used}
    guide = Guide(kinds.pop() if len(kinds) == 1 else TABLE, {r.source.name: r.guide() for r in found})
    doubts: list[str] = []
    if not used:
        holds = any(table.layout for table in tables)
        doubts.append(
            f"Keine Überschrift gleicht einem Merkmal von „{request.dataset.label}“."
            if holds
            else "In der Datei ist keine Tabelle zu erkennen."
        )
    assumed = any(r.used and _without_day(r) for r in found)
    assumptions = ("Die Datei nennt keinen Stichtag; angenommen wird der Stichtag der Lieferung.",)
    return Proposal(
        guide, tables, bool(used) and all(table.sure for table in used), tuple(doubts),
        assumptions if assumed else (),
    )  # fmt: skip


def _without_day(resolved: Resolved) -> bool:
    stat = resolved.source.stat
    wanted = {p.heading for p in resolved.columns if not p.target.ignored and not p.target.day}
    if stat is None or resolved.rest.day:
        return False
    columns = {head.position for head in stat.layout.columns if head.heading in wanted}
    return any(cell.day is None for cell in stat.cells if cell.column in columns)


def doubts_of(proposal: Proposal) -> tuple[str, ...]:
    """German sentences: everything that keeps a proposal from being sure."""
    found = list(proposal.doubts)
    for table in proposal.tables:
        if not table.used:
            continue
        found += table.doubts
        found += [f"Spalte „{c.heading}“: {c.reason}." for c in table.columns if c.sureness < SURE]
        found += [f"Angabe „{p.label}“: {p.reason}." for p in table.labels if p.sureness < SURE]
        found += [f"Zeile „{r.label}“: {r.reason}." for r in table.rows if r.sureness < SURE]
    return tuple(found)
