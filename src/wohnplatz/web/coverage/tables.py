"""The coverage matrix as a table: which rows and columns, and the words in its fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from wohnplatz import text
from wohnplatz.model import Catalogue
from wohnplatz.web.stand import level_name
from wohnplatz.workflow.partners.coverage import Cell, CoverageState, Matrix, Total, total
from wohnplatz.workflow.partners.models import Partner

SIGNS = {
    CoverageState.COMPLETE: "✓", CoverageState.GAPS: "◐", CoverageState.WAITING: "↻",
    CoverageState.RETURNED: "↩", CoverageState.EXPECTED: "○", CoverageState.LATE: "▲",
    CoverageState.MISSING: "✕", CoverageState.WAIVED: "–", CoverageState.NOT_AGREED: "·",
}  # fmt: skip
MEANINGS = {
    CoverageState.COMPLETE: "angenommen, mit allen vereinbarten Gebieten und Angaben",
    CoverageState.GAPS: "angenommen, aber nicht für alle Gebiete oder nicht mit allen Angaben",
    CoverageState.WAITING: "eine Datei ist da; sie wird geprüft, freigegeben oder angenommen",
    CoverageState.RETURNED: "zur Überarbeitung an die Lieferstelle zurückgegeben",
    CoverageState.EXPECTED: "die Frist läuft noch",
    CoverageState.LATE: "die Frist ist vorbei, der Annahmeschluss noch nicht",
    CoverageState.MISSING: "bis zum Annahmeschluss nicht geliefert, oder in der Lieferung nicht enthalten",
    CoverageState.WAIVED: "mit Begründung erlassen",
    CoverageState.NOT_AGREED: "mit dieser Lieferstelle ist dazu nichts vereinbart",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One round or variable in words."""

    state: CoverageState
    details: tuple[str, ...]
    url: str
    about: str
    """What the link is about, for those who do not see row and column."""

    @property
    def sign(self) -> str:
        """The sign beside the word: colour never stands alone."""
        return SIGNS[self.state]


@dataclass(frozen=True, slots=True)
class Column:
    """Heading of a column; ``url`` leads to the part of the matrix it stands for."""

    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its heading and for each column the fields in it (none: not agreed)."""

    label: str
    note: str
    slots: tuple[tuple[Field, ...], ...]
    total: tuple[str, ...] = ()
    """How much of the district this row covers, where the columns are its partners."""

    def agreed(self, columns: Sequence[Column]) -> list[tuple[Column, tuple[Field, ...]]]:
        """The columns that hold something, for narrow screens."""
        return [(c, fields) for c, fields in zip(columns, self.slots, strict=True) if fields]


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table. ``totals``: for each column how much of the district is covered, in words."""

    corner: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    totals: tuple[tuple[str, ...], ...] = ()
    states: tuple[CoverageState, ...] = field(default=())

    @property
    def has_row_totals(self) -> bool:
        """Whether a last column says how much of the district is covered."""
        return any(line.total for line in self.lines)


def by_dataset(matrix: Matrix, catalogue: Catalogue, year: int, *, totals: bool) -> Table:
    """Partners × data sets of one year."""
    there = {c.round.agreement.dataset for c in matrix.cells}
    known = [code for code in catalogue.datasets if code in there]
    codes = [*known, *sorted(there - set(known))]
    columns = [Column(_label(catalogue, code), _url(datensatz=code, jahr=year)) for code in codes]
    lines = _partner_lines(matrix, codes, lambda c: c.round.agreement.dataset, catalogue)
    sums = tuple(_sum(matrix, matrix.of(dataset=code)) for code in codes) if totals else ()
    return _table("Lieferstelle", columns, lines, sums)


def by_date(matrix: Matrix, catalogue: Catalogue, dataset: str, *, totals: bool) -> Table:
    """Partners × reference dates of one data set."""
    days = sorted({c.round.reference_date for c in matrix.cells}, reverse=True)
    columns = [Column(text.day(day), _url(datensatz=dataset, jahr=day.year)) for day in days]
    lines = _partner_lines(matrix, days, lambda c: c.round.reference_date, catalogue)
    sums = tuple(_sum(matrix, matrix.of(day=day)) for day in days) if totals else ()
    return _table("Lieferstelle", columns, lines, sums)


def by_variable(matrix: Matrix, catalogue: Catalogue, *, totals: bool, only: Collection[str] = ()) -> Table:
    """Variables × partners of one year."""
    cells = [c for c in matrix.cells if not only or c.variable in only]
    partners = _partners(cells)
    lines = []
    for code in dict.fromkeys(c.variable for c in cells):
        own = [c for c in cells if c.variable == code]
        slots = tuple(
            tuple(_field(c, catalogue) for c in own if c.round.agreement.partner_id == p.pk) for p in partners
        )
        variable = catalogue.variables[code]
        note = _label(catalogue, variable.dataset) if only else ""
        lines.append(Line(variable.label, note, slots, _sum(matrix, own) if totals else ()))
    return _table("Merkmal", [Column(p.name) for p in partners], lines, ())


def legend(table: Table) -> list[tuple[CoverageState, str, str]]:
    """The states that occur, with sign and meaning."""
    return [(state, SIGNS[state], MEANINGS[state]) for state in table.states]


def total_words(found: Total | None) -> tuple[str, ...]:
    """``7 von 8 Kommunen, 92 % der Einwohner``, and the areas of the finer level."""
    if found is None:
        return ()
    level = (level_name(found.level, many=False), level_name(found.level))
    if not found.coarser_level:
        return (text.covered(found.areas, found.expected, found.share, level),)
    coarser = (level_name(found.coarser_level, many=False), level_name(found.coarser_level))
    whole = text.covered(found.coarser, found.coarser_expected, found.share, coarser)
    return (whole, text.covered(found.areas, found.expected, None, level))


def _partner_lines(
    matrix: Matrix, keys: Sequence[Hashable], key_of: Callable[[Cell], Hashable], catalogue: Catalogue
) -> list[Line]:
    lines = []
    for partner in _partners(matrix.cells):
        own = matrix.of(partner=partner.pk)
        slots = tuple(tuple(_field(c, catalogue) for c in own if key_of(c) == key) for key in keys)
        lines.append(Line(partner.name, "", slots))
    return lines


def _partners(cells: Iterable[Cell]) -> list[Partner]:
    """By name: no ranking."""
    found: Mapping[int, Partner] = {c.round.agreement.partner_id: c.round.agreement.partner for c in cells}
    return sorted(found.values(), key=lambda p: p.name)


def _table(
    corner: str, columns: Sequence[Column], lines: Sequence[Line], sums: tuple[tuple[str, ...], ...]
) -> Table:
    slots = [slot for line in lines for slot in line.slots]
    there = {f.state for slot in slots for f in slot}
    there |= {CoverageState.NOT_AGREED} if any(not slot for slot in slots) else set()
    return Table(corner, tuple(columns), tuple(lines), sums, tuple(s for s in CoverageState if s in there))


def _field(cell: Cell, catalogue: Catalogue) -> Field:
    r = cell.round
    what = (
        catalogue.variables[cell.variable].label if cell.variable else _label(catalogue, r.agreement.dataset)
    )
    about = f"{r.agreement.partner.name}, {what}, Stichtag {text.day(r.reference_date)}"
    return Field(cell.state, tuple(_details(cell)), reverse("round", args=[r.pk]), about)


def _details(cell: Cell) -> Iterable[str]:
    if cell.state is CoverageState.GAPS:
        yield text.covered(len(cell.delivered), len(cell.expected), cell.share, ("Gebiet", "Gebiete"))
        if cell.partial:
            yield f"{text.plural(len(cell.partial), 'Gebiet', 'Gebiete')} unvollständig"
    if cell.state in {CoverageState.EXPECTED, CoverageState.LATE, CoverageState.RETURNED}:
        yield f"Frist {text.day(cell.round.due_on)}"
    if cell.state is CoverageState.WAITING:
        yield cell.round_state.label
    if cell.correction_waits:
        yield "Berichtigung in Bearbeitung"


def _sum(matrix: Matrix, cells: Collection[Cell]) -> tuple[str, ...]:
    """Words for the district; for several dates of a year those of each."""
    words: list[str] = []
    days = sorted({c.round.reference_date for c in cells})
    for day in days:
        found = total([c for c in cells if c.round.reference_date == day], matrix.inhabitants[day.year])
        parts = total_words(found)
        words += [f"{text.day(day)}: {parts[0]}"] if len(days) > 1 and parts else parts
    return tuple(words)


def _label(catalogue: Catalogue, dataset: str) -> str:
    return catalogue.datasets[dataset].label if dataset in catalogue.datasets else dataset


def _url(**parameters: object) -> str:
    return f"{reverse('coverage')}?" + "&".join(f"{k}={v}" for k, v in parameters.items())
