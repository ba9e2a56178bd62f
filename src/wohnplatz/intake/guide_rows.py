"""Rows of a table tied to areas, totals and what belongs to no area, with sureness and reason."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from .guide import ALL_AREAS, RowKind, RowTarget, SheetGuide
from .guide_columns import KNOWN
from .layout import ColumnHead, Layout, Role, StatCell, StatTable, folded, splits
from .layout.columns import PART_WORDS
from .matching import keys_without_zeros
from .proposal import RowProposal
from .request import Request

TOTAL_ROW = re.compile(
    r"^(?:insgesamt|gesamt\w*|zusammen|summe\w*|total|alle (?:gebiete|stadtteile|gemeinden|wohnplätze)|σ|∑)\b"
    r"|\b(?:insgesamt|gesamt|zusammen|summe)$"
)
NOT_ALLOCATED_ROW = re.compile(
    r"nicht (?:zuordenbar|zuzuordnen|zugeordnet|zuordnungsfähig|lokalisierbar|verortet|verortbar|zuordnenbar)"
    r"|ohne (?:angabe|zuordnung|festen wohnsitz|fest\w* wohnsitz|adresse)|keine (?:angabe|zuordnung)"
    r"|^(?:unbekannt\w*|o\.? ?a|k\.? ?a|rest|restliche)$|nicht räumlich|räumlich nicht"
)
_AFFIXES = re.compile(
    r"^(?:wohnplatz|stadtteil|ortsteil|ortschaft|gemeinde|stadt|bezirk|kreis|stadtbezirk|sozialraum"
    r"|landkreis|kreisfreie stadt|ot|st)\s+"
    r"|\s+\((?:[^)]*)\)$"
    r"|,?\s(?:stadt|gemeinde|gem|kreisfreie stadt|krfr stadt|st|ot|landeshauptstadt|hansestadt|kreis"
    r"|landkreis|universitätsstadt|kreisstadt)$"
)
SHOWN_ROWS = 5
OTHER_KEY = "Schlüssel gehört nicht zu dieser Lieferung"
LOST_ZERO = "Schlüssel ohne führende Null"
OTHER_NAME = "kein Gebiet dieser Lieferung heißt so"
AGAIN = " #2"
"""Suffix of the second row with the same label."""


@dataclass(frozen=True, slots=True)
class Places:
    """All areas a request knows, by every form they may be written in."""

    request: Request
    zeros: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]
    """Form of a name → keys, own ones before coarser and foreign ones."""
    bare: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, request: Request) -> Places:
        """Prepare the lookups of a request."""
        every = {**request.foreign_areas, **request.coarser_areas, **request.areas}
        names: dict[str, list[str]] = {}
        bare: dict[str, list[str]] = {}
        for group in (request.areas, request.coarser_areas, request.foreign_areas):
            for key, name in group.items():
                names.setdefault(folded(name), []).append(key)
                bare.setdefault(without_affixes(name), []).append(key)
        return cls(
            request,
            keys_without_zeros(every),
            {form: tuple(keys) for form, keys in names.items()},
            {form: tuple(keys) for form, keys in bare.items()},
        )

    def by_key(self, text: str) -> tuple[RowTarget, float, str] | None:
        """The area of a key: exact, as a regional key of twelve digits, or without its leading zeros."""
        for form, words in self._key_forms(text):
            target = self.target(form)
            if target:
                return target, 1.0, words
        meant = self.zeros.get(text)
        target = self.target(meant) if meant else None
        return (target, 0.95, LOST_ZERO) if target else None

    @staticmethod
    def _key_forms(text: str) -> tuple[tuple[str, str], ...]:
        same = (text, "Schlüssel stimmt überein")
        if text.isdigit() and len(text) == 12:
            return same, (text[:5] + text[9:], "Regionalschlüssel (ARS) ohne Verband")
        if text.isdigit() and len(text) == 8 and text.endswith("000"):
            return same, (text[:5], "Schlüssel mit Nullen aufgefüllt")
        return (same,)

    def by_name(self, text: str) -> tuple[RowTarget, float, str] | None:
        """The area of a name: exact, or without additions such as „, Stadt“."""
        for forms, form, sureness, words in (
            (self.names, folded(text), 0.95, "Name stimmt überein"),
            (self.bare, without_affixes(text), 0.9, "Name stimmt bis auf Zusätze überein"),
        ):
            keys = forms.get(form, ())
            own = [key for key in keys if key in self.request.areas]
            if len(own) == 1 or len(keys) == 1:
                target = self.target(own[0] if own else keys[0])
                return (target, sureness, words) if target else None
            if keys:
                return RowTarget(RowKind.IGNORE), 0.3, "mehrere Gebiete heißen so, bitte prüfen"
        return None

    def target(self, key: str) -> RowTarget | None:
        """What rows of an area key are."""
        if key in self.request.areas:
            return RowTarget(RowKind.AREA, key)
        if key in self.request.coarser_areas:
            return RowTarget(RowKind.TOTAL, key)
        return RowTarget(RowKind.IGNORE, key) if key in self.request.foreign_areas else None

    def is_like_key(self, text: str) -> bool:
        """Whether a text has the form of an official key, so that it is another area rather than a number."""
        lengths = {len(key) for key in (*self.request.areas, *self.request.coarser_areas)}
        return text.isdigit() and (len(text) in lengths or len(text) + 1 in lengths or len(text) >= 8)

    def whole(self) -> str:
        """The coarser area whose total a row „insgesamt“ is: the finest one that is surely meant."""
        inside = [k for k in self.request.coarser_areas if all(a.startswith(k) for a in self.request.areas)]
        if inside:
            return max(inside, key=len)
        return next(iter(self.request.coarser_areas)) if len(self.request.coarser_areas) == 1 else ALL_AREAS

    def like(self, text: str) -> tuple[RowTarget, float, str] | None:
        """The area whose name is most like the text; to be looked at, never more."""
        near = get_close_matches(without_affixes(text)[:100], self.bare, n=1, cutoff=0.8)
        target = self.target(self.bare[near[0]][0]) if near else None
        if target is None or target.kind is not RowKind.AREA:
            return None
        name = self.request.areas[target.area]
        return target, 0.5, f"ähnlicher Name wie „{name}“, bitte prüfen"


def without_affixes(text: str) -> str:
    """A name in the form of comparison without „Stadt“, „Wohnplatz“ and brackets."""
    form = folded(text)
    while (shorter := _AFFIXES.sub("", form).strip(" ,")) and shorter != form:
        form = shorter
    return form


@dataclass(frozen=True, slots=True)
class RowNames:
    """How the rows of a table name their areas: places in ``keys`` and ``labels`` of its cells."""

    keys: tuple[int, ...]
    widths: tuple[int, ...]
    """Digits of the parts of a key that is split over columns; 0 where not known."""
    names: tuple[int, ...]

    @classmethod
    def of(cls, layout: Layout, known: SheetGuide | None = None) -> RowNames:
        """The area columns of a layout, or those the guide names."""
        heads = layout.with_role(Role.KEY)
        labels = layout.label_columns
        if known and known.area_columns:
            chosen = {*known.area_columns}
            keys = [i for i, h in enumerate(heads) if chosen & {h.heading, h.letter}]
            names = [i for i, h in enumerate(labels) if chosen & {h.heading, h.letter}]
        else:
            keys = _key_columns(heads)
            names = [i for i, h in enumerate(labels) if h.role is Role.NAME]
        return cls(tuple(keys), tuple(_width(heads[i]) for i in keys), tuple(names[:1]))

    def of_cell(self, cell: StatCell) -> tuple[str, str]:
        """Key (parts joined) and name of a cell's row; either may be empty."""
        name = next((cell.labels[i] for i in self.names if i < len(cell.labels)), "")
        if len(self.keys) == 1 and self.keys[0] < len(cell.keys):
            return cell.keys[self.keys[0]], name
        if self.keys:
            parts = (
                (cell.keys[i], w) for i, w in zip(self.keys, self.widths, strict=True) if i < len(cell.keys)
            )
            return "".join(text.zfill(width) if text.isdigit() else text for text, width in parts), name
        key, rest = splits(name)
        return key, rest


def _key_columns(heads: Sequence[ColumnHead]) -> list[int]:
    """The one column that holds whole keys, or all parts of an official key."""
    parts = [i for i, h in enumerate(heads) if any(folded(text) in PART_WORDS for text in h.path)]
    if len(parts) > 1:
        return parts
    return [0] if heads else []


def _width(head: ColumnHead) -> int:
    return next((PART_WORDS[f] for text in head.path if (f := folded(text)) in PART_WORDS), 0)


def row_label(key: str, name: str) -> str:
    """Key of ``SheetGuide.rows``: the key where there is one, else the name."""
    return key or name


def propose_rows(table: StatTable, places: Places, known: SheetGuide | None) -> list[RowProposal]:
    """One proposal for each area label, in the order of the rows."""
    names = RowNames.of(table.layout, known)
    rows: dict[str, _Row] = {}
    for label, key, name, row in labelled_rows(table, names):
        rows.setdefault(label, _Row(label, key, name, [])).rows.append(row)
    found = [_proposal(row, places, known) for row in rows.values()]
    return _twins_told_apart(_with_missing_areas(found, places), table, names, places)


def _with_missing_areas(found: Sequence[RowProposal], places: Places) -> list[RowProposal]:
    """Where areas asked for are missing, a row of unknown name may be one of them: then it is in doubt."""
    areas = places.request.areas
    missing = len(areas.keys() - {p.target.area for p in found if p.target.kind is RowKind.AREA})
    unknown = [p for p in found if p.reason == OTHER_NAME]
    if not missing or len(unknown) > max(10, 2 * len(areas)):
        return list(found)
    reason = f"{OTHER_NAME}, aber es fehlen Gebiete: bitte zuordnen"
    return [replace(p, sureness=0.5, reason=reason) if p in unknown else p for p in found]


def _twins_told_apart(
    found: Sequence[RowProposal], table: StatTable, names: RowNames, places: Places
) -> list[RowProposal]:
    """Of two rows of one name the one with the larger figures is the coarser area, where there is one."""
    by_label = {p.label: p for p in found}
    sums: dict[str, float] = {}
    twins = {p.label for p in found if p.label + AGAIN in by_label and p.reason != KNOWN}
    rows = {row: label for label, _, _, row in labelled_rows(table, names)} if twins else {}
    for cell in table.cells if twins else ():
        sums[rows[cell.row]] = sums.get(rows[cell.row], 0.0) + (cell.value or 0.0)
    for label in twins:
        small, large = sorted((label, label + AGAIN), key=lambda twin: sums.get(twin, 0.0))
        coarser = [k for k, name in places.request.coarser_areas.items() if folded(name) == folded(label)]
        sure = 0.9 if len(coarser) == 1 and sums.get(small, 0.0) < sums.get(large, 0.0) else 0.4
        reason = "zwei Zeilen dieses Namens; die mit den größeren Werten ist das gröbere Gebiet"
        total = RowTarget(RowKind.TOTAL, coarser[0]) if coarser else RowTarget(RowKind.IGNORE)
        by_label[large] = replace(by_label[large], target=total, sureness=sure, reason=reason)
        by_label[small] = replace(by_label[small], sureness=sure, reason=reason)
    return [by_label[p.label] for p in found]


def labelled_rows(table: StatTable, names: RowNames) -> list[tuple[str, str, str, int]]:
    """For each row with cells: its label, key, name and number.

    The second row of the same label, the same other words and the same date gets the suffix ``AGAIN``: a
    district and a quarter of the same name on one sheet.
    """
    found: list[tuple[str, str, str, int]] = []
    seen: set[tuple[object, ...]] = set()
    last = 0
    for cell in table.cells:
        if cell.row == last:
            continue
        last = cell.row
        key, name = names.of_cell(cell)
        label = row_label(key, name)
        identity = (label, cell.labels, cell.day)
        if not key and identity in seen:
            label += AGAIN
        seen.add(identity)
        found.append((label, key, name, cell.row))
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands in the area columns of a row."""

    label: str
    key: str
    name: str
    rows: list[int]


def _proposal(row: _Row, places: Places, known: SheetGuide | None) -> RowProposal:
    if known and row.label in known.rows:
        return RowProposal(row.label, tuple(row.rows[:SHOWN_ROWS]), known.rows[row.label], 1.0, KNOWN)
    target, sureness, reason = _target(row, places)
    return RowProposal(row.label, tuple(row.rows[:SHOWN_ROWS]), target, sureness, reason)


def _target(row: _Row, places: Places) -> tuple[RowTarget, float, str]:
    """The meaning of a row: by its key, by what it says of sums, by its name, by likeness."""
    name = row.name.removesuffix(AGAIN)
    found = places.by_key(row.key) if row.key else None
    named = places.by_name(name) if name else None
    if found:
        return _without_contradiction(found, named, name)
    foreign = bool(row.key) and places.is_like_key(row.key)
    spoken = _spoken(folded(name or row.key), places)
    if spoken and spoken[0].kind is RowKind.NOT_ALLOCATED:
        return spoken
    by_word = (None if foreign else named) or spoken
    if by_word:
        return by_word
    if foreign:
        return RowTarget(RowKind.IGNORE), 1.0, OTHER_KEY
    return places.like(name) or (RowTarget(RowKind.IGNORE), 0.9, OTHER_NAME)


def _spoken(form: str, places: Places) -> tuple[RowTarget, float, str] | None:
    """What a label says of itself: that it belongs nowhere, or that it is the sum of all."""
    if NOT_ALLOCATED_ROW.search(form):
        return RowTarget(RowKind.NOT_ALLOCATED), 0.95, "gehört nach der Bezeichnung zu keinem Gebiet"
    if TOTAL_ROW.search(form):
        return RowTarget(RowKind.TOTAL, places.whole()), 0.95, "Bezeichnung nennt die Gesamtzahl"
    return None


def _without_contradiction(
    found: tuple[RowTarget, float, str], named: tuple[RowTarget, float, str] | None, name: str
) -> tuple[RowTarget, float, str]:
    """Key and name of a row must not name two different areas of the delivery."""
    target, sureness, reason = found
    if named and named[1] >= 0.95 and RowKind.AREA == named[0].kind == target.kind and named[0] != target:
        return target, 0.4, f"Schlüssel und Name „{name}“ nennen verschiedene Gebiete"
    return target, sureness, reason
