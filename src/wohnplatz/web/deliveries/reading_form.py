"""The page „Zuordnung“ as fields: what a proposal asks, and the guide that comes of the answers.

Every field is named by the place of its table and a hash of its heading, so that answers still belong to
their heading where the header rows were changed in the same breath.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wohnplatz.intake import (
    ALL_AREAS,
    Guide,
    Proposal,
    Request,
    RowKind,
    RowProposal,
    RowTarget,
    SheetGuide,
    TableProposal,
    Target,
)  # fmt: skip
from wohnplatz.intake.layout import Layout
from wohnplatz.intake.proposal import SURE
from wohnplatz.intake.request import variables_due
from wohnplatz.model import TOTAL, Catalogue, Dimension
from wohnplatz.web.parameters import whole

ELSEWHERE = "*"
"""The column is read; which variable it holds stands in another heading, in the row or in the title."""
ALLOCATED_NOWHERE, SUM = "!n", "!s"
MOST_FIELDS = 480
"""Fields of the whole page; a form of more is refused (``DATA_UPLOAD_MAX_NUMBER_FIELDS``)."""
FIXED_FIELDS = 12
"""Fields every table has beside its questions."""
AREA_BY = (("key", "Gebietsschlüssel"), ("name", "Gebietsname"))
DECIMALS = (("", "wie erkannt"), (",", "Komma: 1.234,5"), (".", "Punkt: 1,234.5"))

Option = tuple[str, str, bool]
"""Value, label, chosen."""
Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Select:
    """A select with its label for those who do not see the table."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One heading, word or row with what it is taken for."""

    heading: str
    detail: str
    samples: tuple[str, ...]
    meaning: str
    reason: str
    sure: bool
    left: bool
    selects: tuple[Select, ...]
    """Empty where it is only told."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the partner's table as it stands."""

    header: bool
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TablePage:
    """One table of the file as the page shows it."""

    place: int
    sheet: str
    used: bool
    doubts: tuple[str, ...]
    letters: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    unsure: tuple[Question, ...]
    left: tuple[Question, ...]
    """Columns that are surely not read: nobody may miss one of them."""
    sure: tuple[Question, ...]
    header: tuple[int, int]
    body: tuple[int, int]
    decimals: Select
    areas: Select
    area_by: Select
    whole: Select
    subject: Select
    day: str


def digest(text: str) -> str:
    """Eight hexadecimal digits of a heading."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def pages(proposal: Proposal, request: Request, catalogue: Catalogue, *, everything: bool) -> list[TablePage]:
    """The tables of a proposal; those that are read first. ``everything``: sure parts as selects too."""
    tables = [(n, t) for n, t in enumerate(proposal.tables) if t.layout is not None]
    most = MOST_FIELDS // max(len(tables), 1) - FIXED_FIELDS
    maker = _Maker.of(request, catalogue, everything, max(most, 0))
    ordered = sorted(tables, key=lambda pair: not pair[1].used)
    return [maker.table(n, t, proposal.guide.sheets.get(t.sheet, SheetGuide())) for n, t in ordered]


def with_layout(proposal: Proposal, answers: Answers) -> Guide | None:
    """The guide with header, body and area columns as they were set by hand; None where nothing changed."""
    sheets = dict(proposal.guide.sheets)
    changed = False
    for n, table in enumerate(proposal.tables):
        if table.layout is None or f"t{n}-da" not in answers:
            continue
        found = sheets.get(table.sheet, SheetGuide())
        shaped = _shaped(found, table.layout, f"t{n}", answers)
        if shaped != found:
            sheets[table.sheet], changed = replace(shaped, use=True), True
    return replace(proposal.guide, sheets=sheets) if changed else None


def guide_from(proposal: Proposal, answers: Answers, catalogue: Catalogue) -> Guide:
    """The guide as proposed, with everything that was answered in its place."""
    sheets = dict(proposal.guide.sheets)
    for n, table in enumerate(proposal.tables):
        if table.layout is not None and f"t{n}-da" in answers:
            found = sheets.get(table.sheet, SheetGuide())
            sheets[table.sheet] = _answered(found, table, f"t{n}", answers, catalogue)
    return replace(proposal.guide, sheets=sheets)


def _answered(
    found: SheetGuide, table: TableProposal, at: str, answers: Answers, catalogue: Catalogue
) -> SheetGuide:
    columns = {p.heading: p.target for p in table.columns} | dict(found.columns)
    for p in table.columns:
        columns[p.heading] = _target(columns[p.heading], f"{at}-s{digest(p.heading)}", answers, catalogue)
    labels = {p.label: p.target for p in table.labels} | dict(found.labels)
    for label in table.labels:
        labels[label.label] = _target(labels[label.label], f"{at}-l{digest(label.label)}", answers, catalogue)
    rows = dict(found.rows)
    for row in table.rows:
        name = f"{at}-z{digest(row.label)}"
        if name in answers:
            rows[row.label] = _row_target(answers[name], row.target)
    rest, day = found.rest, _day(answers.get(f"{at}-stichtag", ""))
    if f"{at}-merkmal" in answers:
        rest = replace(rest, variable=answers[f"{at}-merkmal"])
    return replace(
        found, use=answers.get(f"{at}-nutzen", "") == "1", columns=columns, labels=labels, rows=rows,
        rest=replace(rest, day=day), area=answers.get(f"{at}-gebiet", found.area),
    )  # fmt: skip


def _shaped(found: SheetGuide, layout: Layout, at: str, answers: Answers) -> SheetGuide:
    header = _span(answers, f"{at}-kopf", layout.header)
    body = _span(answers, f"{at}-werte", layout.body)
    shaped = found
    if header != layout.header:
        shaped = replace(shaped, header=header, columns={}, labels={})
    if body != layout.body:
        shaped = replace(shaped, body=body, header=header, rows={})
    column = answers.get(f"{at}-spalte", "")
    if column and (column,) != found.area_columns:
        shaped = replace(shaped, area_columns=(column,), rows={}, area="")
    by = answers.get(f"{at}-art", found.area_by)
    if by in {"key", "name"} and by != found.area_by:
        shaped = replace(shaped, area_by=by, rows={})
    decimal = answers.get(f"{at}-komma", found.decimal)
    return replace(shaped, decimal=decimal) if decimal in {"", ",", "."} else shaped


def _span(answers: Answers, name: str, default: tuple[int, int]) -> tuple[int, int]:
    first, last = whole(answers.get(f"{name}-von", "")), whole(answers.get(f"{name}-bis", ""))
    if first is None or last is None:
        return default
    return (first, last) if 0 < first <= last < 2_000_000 else default


def _target(known: Target, name: str, answers: Answers, catalogue: Catalogue) -> Target:
    """What a heading means after it was asked for; unchanged where it was not."""
    variable = answers.get(f"{name}-m")
    if variable is None:
        return known
    if not variable:
        return Target()
    breakdown = {
        code: chosen
        for code, dimension in catalogue.dimensions.items()
        if (chosen := answers.get(f"{name}-{code}", "")) in dimension.categories
    }
    if variable == ELSEWHERE:
        return replace(known, variable="", breakdown=breakdown or {"": TOTAL})
    if variable not in catalogue.variables:
        return known
    return replace(known, variable=variable, breakdown=breakdown)


def _row_target(answer: str, known: RowTarget) -> RowTarget:
    if answer == SUM:
        return known if known.kind is RowKind.TOTAL else RowTarget(RowKind.TOTAL, ALL_AREAS)
    if answer == ALLOCATED_NOWHERE:
        return RowTarget(RowKind.NOT_ALLOCATED)
    return RowTarget(RowKind.AREA, answer) if answer else RowTarget(RowKind.IGNORE)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Maker:
    request: Request
    variables: tuple[tuple[str, str], ...]
    dimensions: tuple[Dimension, ...]
    everything: bool
    most: int
    """Fields of one table."""

    @classmethod
    def of(cls, request: Request, catalogue: Catalogue, everything: bool, most: int) -> _Maker:
        due = variables_due(request, catalogue)
        used = dict.fromkeys(d for v in due.values() for d in v.breakdowns)
        variables = tuple((code, v.label) for code, v in due.items())
        return cls(request, variables, tuple(catalogue.dimensions[d] for d in used), everything, most)

    def table(self, n: int, table: TableProposal, guide: SheetGuide) -> TablePage:
        layout = table.layout
        assert layout is not None
        asked = self._questions(f"t{n}", table)
        whole = (("", "mehrere Gebiete"), *self.request.areas.items())
        subjects = (("", "steht in den Überschriften"), *self.variables)
        return TablePage(
            place=n, sheet=table.sheet, used=table.used, doubts=table.doubts,
            letters=tuple(c.letter for c in layout.columns), rows=_preview(table, layout),
            unsure=tuple(q for q in asked if not q.sure), left=tuple(q for q in asked if q.sure and q.left),
            sure=tuple(q for q in asked if q.sure and not q.left),
            header=layout.header, body=layout.body,
            decimals=_select(f"t{n}-komma", "Nachkommastellen", DECIMALS, guide.decimal),
            areas=self._area_columns(n, layout, guide),
            area_by=_select(f"t{n}-art", "Darin steht", AREA_BY, guide.area_by),
            whole=_select(f"t{n}-gebiet", "Ganzes Blatt betrifft", whole, guide.area),
            subject=_select(f"t{n}-merkmal", "Merkmal des ganzen Blatts", subjects, guide.rest.variable),
            day=guide.rest.day.isoformat() if guide.rest.day else "",
        )  # fmt: skip

    def _area_columns(self, n: int, layout: Layout, guide: SheetGuide) -> Select:
        known = ", ".join(guide.area_columns)
        heads = [
            (c.heading or c.letter, f"{c.letter}: {c.heading or 'ohne Überschrift'}") for c in layout.columns
        ]
        first = ("", f"wie erkannt: {known}" if known else "wie erkannt")
        return _select(f"t{n}-spalte", "Gebiete stehen in Spalte", (first, *heads), "")

    def _questions(self, at: str, table: TableProposal) -> list[Question]:
        found = [
            self._question(
                f"{at}-s{digest(c.heading)}", c.heading or "ohne Überschrift", ", ".join(c.letters),
                c.samples, c.target, c.sureness, c.reason,
            )
            for c in table.columns
        ]  # fmt: skip
        found += [
            self._question(
                f"{at}-l{digest(p.label)}", p.label, "Wort in der Zeile", (), p.target, p.sureness, p.reason
            )
            for p in table.labels
        ]
        found += [self._row(f"{at}-z{digest(r.label)}", r) for r in table.rows]
        return self._within_room(sorted(found, key=lambda q: (q.sure, not q.left)))

    def _within_room(self, asked: Sequence[Question]) -> list[Question]:
        """What is unsure first; beyond the number of fields a form may have, questions are only told."""
        room, found = self.most, []
        for question in asked:
            fits = len(question.selects) <= room
            room -= len(question.selects) if fits else 0
            found.append(question if fits else replace(question, selects=()))
        return found

    def _question(  # noqa: PLR0913, PLR0917 (the parts of one question)
        self,
        name: str,
        heading: str,
        detail: str,
        samples: Sequence[str],
        target: Target,
        sureness: float,
        reason: str,
    ) -> Question:
        sure = sureness >= SURE
        chosen = target.variable or ("" if target.ignored else ELSEWHERE)
        choices = (("", "nicht übernehmen"), *self.variables, (ELSEWHERE, "Merkmal steht an anderer Stelle"))
        selects = [_select(f"{name}-m", f"Merkmal zu {heading}", choices, chosen)]
        for d in self.dimensions:
            options = (("", f"{d.label}: insgesamt"), *d.categories.items())
            selects.append(
                _select(
                    f"{name}-{d.code}", f"{d.label} zu {heading}", options, target.breakdown.get(d.code, "")
                )
            )
        shown = tuple(selects) if self.everything or not sure or target.ignored else ()
        return Question(
            heading, detail, tuple(samples), self._words(target), reason, sure, target.ignored, shown
        )

    def _words(self, target: Target) -> str:
        if target.ignored:
            return "nicht übernehmen"
        labels = dict(self.variables)
        parts = [labels.get(target.variable, target.variable)] if target.variable else []
        for d in self.dimensions:
            if d.code in target.breakdown:
                parts.append(d.categories.get(target.breakdown[d.code], target.breakdown[d.code]))
        return ", ".join(parts) or "insgesamt"

    def _row(self, name: str, row: RowProposal) -> Question:
        sure, target = row.sureness >= SURE, row.target
        special = (("", "nicht übernehmen"), (ALLOCATED_NOWHERE, "nicht zuordenbar"), (SUM, "Summe"))
        of_kind = {RowKind.AREA: target.area, RowKind.TOTAL: SUM, RowKind.NOT_ALLOCATED: ALLOCATED_NOWHERE}
        chosen = of_kind.get(target.kind, "")
        areas = tuple((key, f"{area} ({key})") for key, area in self.request.areas.items())
        select = _select(name, f"Gebiet zu {row.label}", (*special, *areas), chosen)
        words = next((text for value, text in (*special, *areas) if value == chosen), chosen)
        where = "Zeile " + ", ".join(map(str, row.rows))
        selects = (select,) if self.everything or not sure else ()
        return Question(row.label or "ohne Bezeichnung", where, (), words, row.reason, sure, False, selects)


def _select(name: str, label: str, choices: Sequence[tuple[str, str]], chosen: str) -> Select:
    return Select(name, label, tuple((value, text, value == chosen) for value, text in choices))


def _preview(table: TableProposal, layout: Layout) -> tuple[PreviewRow, ...]:
    first, last = layout.header
    heads = last - first + 1 if first else 0
    return tuple(PreviewRow(n < heads, cells) for n, cells in enumerate(table.preview))
