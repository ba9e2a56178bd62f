"""Reads a table whose headings are understood: cells to observations, totals apart, nothing repaired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from wohnplatz.model import TOTAL, Catalogue, CellState, Observation, Variable
from wohnplatz.text import day as day_text
from wohnplatz.text import enumerate_words, plural

from .findings import Findings, Place, shortened
from .guide import NOT_ALLOCATED, RowKind, RowTarget, Target
from .guide_columns import label_key
from .guide_proposing import Resolved
from .guide_rows import LOST_ZERO, OTHER_KEY, labelled_rows
from .layout import StatCell
from .request import CellAddress, Request, TableResult, due_date

NAMED = 6
"""How many headings or rows a note names."""
TRACE = 1e-9


@dataclass(slots=True)
class _Count:
    """What was met while reading, for the notes."""

    read: int = 0
    other_days: Counter[date] = field(default_factory=Counter)
    assumed: int = 0


def read_resolved(found: Resolved, request: Request, catalogue: Catalogue, findings: Findings) -> TableResult:
    """The observations of one table; totals and what belongs to no area are kept apart as they stand."""
    reader = _Reader(found, request, catalogue, findings)
    observations: list[Observation] = []
    totals: list[Observation] = []
    addressed: list[CellAddress] = []
    for cell, target, row in reader.cells():
        address = reader.address(cell, target, row)
        if address is None:
            continue
        if row.kind is RowKind.AREA:
            addressed.append(address)
        observation = reader.observation(cell, target, address, row)
        if observation is not None:
            (observations if row.kind is RowKind.AREA else totals).append(observation)
    reader.report()
    return TableResult(tuple(observations), tuple(addressed), reader.count.read, tuple(totals))


class _Reader:
    """One table with the targets of its columns, rows and labels looked up once."""

    def __init__(self, found: Resolved, request: Request, catalogue: Catalogue, findings: Findings) -> None:
        assert found.source.stat is not None
        self.found, self.request, self.catalogue, self.findings = found, request, catalogue, findings
        self.stat = found.source.stat
        self.sheet = found.source.table.name
        self.count = _Count()
        by_heading = {p.heading: p.target for p in found.columns}
        self.columns: Mapping[int, Target] = {
            head.position: by_heading[head.heading]
            for head in self.stat.layout.columns
            if head.heading in by_heading and not by_heading[head.heading].ignored
        }
        rows = {p.label: p.target for p in found.rows}
        one = RowTarget(RowKind.AREA, found.area) if found.area else None
        self.rows: Mapping[int, RowTarget] = {
            row: one or rows.get(label, RowTarget(RowKind.IGNORE))
            for label, _, _, row in labelled_rows(self.stat, found.names)
        }
        self.labels = {p.label: p.target for p in found.labels}
        self.label_heads = [head.heading for head in self.stat.layout.label_columns]

    def cells(self) -> Iterator[tuple[StatCell, Target, RowTarget]]:
        """The cells that are read, with what they mean."""
        for cell in self.stat.cells:
            target = self.columns.get(cell.column)
            row = self.rows[cell.row]
            if target is None or row.kind is RowKind.IGNORE:
                continue
            whole = self._with_labels(cell, target)
            if whole is not None:
                self.count.read += 1
                yield cell, whole.joined(self.found.rest), row

    def _with_labels(self, cell: StatCell, target: Target) -> Target | None:
        """The target with what the words of the row add; None where a word is not read."""
        for place in self.found.label_places:
            word = cell.labels[place] if place < len(cell.labels) else ""
            own = self.labels.get(label_key(self.label_heads[place], word))
            if own is None or own.ignored:
                return None
            target = own.joined(target)
        return target

    def address(self, cell: StatCell, target: Target, row: RowTarget) -> CellAddress | None:
        """Which cell of statistics it is; None where it is of another date or of no variable due."""
        variable = self.catalogue.variables.get(target.variable)
        if variable is None:
            return None
        day = self._day(cell, target, variable)
        if day is None:
            return None
        parts = tuple(sorted((d, c) for d, c in target.breakdown.items() if d and c != TOTAL))
        area = NOT_ALLOCATED if row.kind is RowKind.NOT_ALLOCATED else row.area
        return CellAddress(variable.code, area, day, parts, self.sheet, cell.row)

    def _day(self, cell: StatCell, target: Target, variable: Variable) -> date | None:
        """The reference date, where it is the one asked for; a year alone is the variable's date in it."""
        own, asked = due_date(variable, self.request), self.request.reference_date
        day = target.day or cell.day
        if day is None:
            self.count.assumed += 1
            return own
        if day in (own, asked):
            return day
        if not target.day and not cell.precise and day.year == own.year:
            return own
        self.count.other_days[day] += 1
        return None

    def observation(
        self, cell: StatCell, target: Target, address: CellAddress, row: RowTarget
    ) -> Observation | None:
        """The observation; None (and a finding, for areas) where the cell cannot be read."""
        variable = self.catalogue.variables[address.variable]
        value = _converted(cell.value, target.factor)
        problem = cell.problem or _contradiction(value, variable)
        if problem:
            self._report(cell, problem, variable, row)
            return None
        if cell.ambiguous and not variable.integer:
            place = Place(self.sheet, cell.row, cell.letter)
            words = {"meant": cell.text.replace(".", "")}
            self.findings.add("intake.ambiguous_point", place, value=cell.text, area=row.area, words=words)
        if value is not None and variable.integer:
            value = float(round(value))
        value = None if value is None else value + 0.0
        column = cell.letter or " › ".join(cell.path)
        state: CellState = cell.state
        return Observation(
            address.variable, address.area, address.reference_date, value, state,
            dict(address.breakdown) or None, self.sheet, cell.row, column,
        )  # fmt: skip

    def _report(self, cell: StatCell, problem: str, variable: Variable, row: RowTarget) -> None:
        if row.kind is not RowKind.AREA and problem == "intake.missing_value":
            return  # a total nobody wrote is no gap in the data
        words = {"meant": cell.text.replace(",", "").replace(".", ","), "variable": variable.label}
        place = Place(self.sheet, cell.row, cell.letter or " › ".join(cell.path))
        self.findings.add(problem, place, value=cell.text, area=row.area, words=words)

    def report(self) -> None:
        """Notes that say how the table was read and what was left out."""
        place = Place(self.sheet)
        add = self.findings.add
        add("intake.read_by_guide", place, words={"table": self._name(), "columns": self._assignments()})
        ignored = [p.heading or p.letters[0] for p in self.found.columns if p.target.ignored]
        if ignored:
            add(
                "intake.columns_left",
                place,
                words={"count": _plural_columns(ignored), "names": _some(ignored)},
            )
        self._report_rows(place)
        if self.count.assumed:
            add("intake.day_assumed", place, words={"days": self._expected()})
        self._report_days(place)
        if self.stat.layout.decimal == ".":
            add("intake.decimal_point_file", place)

    def _report_rows(self, place: Place) -> None:
        kinds: dict[RowKind, list[str]] = {}
        for p in self.found.rows:
            kinds.setdefault(p.target.kind, []).append(p.label)
        apart = kinds.get(RowKind.TOTAL, []) + kinds.get(RowKind.NOT_ALLOCATED, [])
        if apart:
            words = {"count": plural(len(apart), "Zeile", "Zeilen"), "names": _some(apart)}
            self.findings.add("intake.totals_apart", place, words=words)
        for p in self.found.rows:
            if p.reason == LOST_ZERO and p.target.kind is RowKind.AREA:
                words = {"meant": p.target.area, "name": self.request.areas.get(p.target.area, "")}
                at = Place(self.sheet, p.rows[0])
                self.findings.add("intake.lost_zero", at, value=p.label, area=p.target.area, words=words)
        keyed = sum(p.reason == OTHER_KEY for p in self.found.rows)
        left = [p.label for p in self.found.rows if p.target.kind is RowKind.IGNORE and p.reason != OTHER_KEY]
        if keyed:
            words = {"count": plural(keyed, "anderes Gebiet", "andere Gebiete")}
            self.findings.add("intake.other_areas", place, words=words)
        if left:
            words = {"count": plural(len(left), "Zeile", "Zeilen"), "names": _some(left)}
            self.findings.add("intake.rows_left", place, words=words)

    def _report_days(self, place: Place) -> None:
        if not self.count.other_days:
            return
        days = [day_text(d) for d in sorted(self.count.other_days)]
        named = enumerate_words(days) if len(days) <= NAMED else f"{days[0]} bis {days[-1]}"
        count = plural(len(days), "anderen Stichtag", "anderen Stichtagen")
        words = {"days": named, "count": count, "expected": self._expected()}
        self.findings.add("intake.other_days", place, words=words)

    def _expected(self) -> str:
        variables = (self.catalogue.variables[code] for code in self._variables())
        return enumerate_words([*map(day_text, sorted({due_date(v, self.request) for v in variables}))])

    def _variables(self) -> list[str]:
        named = [t.variable for t in (*self.columns.values(), *self.labels.values(), self.found.rest)]
        return [code for code in dict.fromkeys(named) if code in self.catalogue.variables]

    def _name(self) -> str:
        return f"Das Blatt „{self.found.source.name}“" if self.sheet else "Die Tabelle"

    def _assignments(self) -> str:
        """``„Haushalte“ aus Spalte C`` for the columns that are read."""
        texts = []
        for p in self.found.columns:
            if p.target.ignored:
                continue
            variable = self.catalogue.variables.get(p.target.variable)
            name = variable.label if variable else "Werte"
            texts.append(
                f"„{name}“ aus „{shortened(p.heading)}“"
                if p.heading
                else f"„{name}“ aus Spalte {', '.join(p.letters)}"
            )
        rest = len(texts) - NAMED
        return "; ".join(texts[:NAMED]) + (f" und {plural(rest, 'weitere', 'weitere')}" if rest > 0 else "")


def _converted(value: float | None, factor: float) -> float | None:
    """The value in the variable's unit, without the traces that multiplying leaves behind."""
    return value if value is None or factor == 1.0 else float(f"{value * factor:.12g}")


def _contradiction(value: float | None, variable: Variable) -> str:
    if value is None:
        return ""
    if variable.non_negative and value < 0:
        return "intake.negative"
    if variable.integer and abs(value - round(value)) > TRACE * max(abs(value), 1):
        return "intake.fraction"
    return ""


def _plural_columns(names: list[str]) -> str:
    return plural(len(names), "Spalte", "Spalten")


def _some(names: list[str]) -> str:
    shown = [f"„{shortened(name)}“" for name in names[:NAMED]]
    rest = len(names) - NAMED
    return ", ".join(shown) + (f" und {plural(rest, 'weitere', 'weitere')}" if rest > 0 else "")
