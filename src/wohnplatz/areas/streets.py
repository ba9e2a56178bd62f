"""Street and address lists: which house numbers belong to which area."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from wohnplatz.model import Finding
from wohnplatz.store import Kind, ObjectStore, StoreError, read_table, write_table
from wohnplatz.text import enumerate_words, plural

from .crosswalk import Basis
from .crosswalk_making import WeightedPoints
from .layer import METRIC
from .streets_messages import say

_NUMBER = re.compile(r"(\d{1,4})\s*([a-zäöü]{0,2})", re.IGNORECASE)
_ADDRESS = re.compile(r"(?P<street>.*?\D)\s*(?P<number>\d{1,4}\s*[a-zA-Z]{0,2})?\s*(?:,\s*(?P<place>.+))?")
_LAST_SUFFIX = "\uffff"
"""Sorts behind every suffix: „bis 12“ includes 12a, unless another range names it."""


_NAMED = 5
"""Areas without a street that are named; the rest is counted."""


class Side(StrEnum):
    """Which house numbers of a range are meant."""

    ODD = "odd"
    EVEN = "even"
    ALL = "all"


SIDE_WORDS = {Side.ODD: "ungerade", Side.EVEN: "gerade", Side.ALL: "alle"}
_SIDES = {
    "u": Side.ODD, "ungerade": Side.ODD, "odd": Side.ODD,
    "g": Side.EVEN, "gerade": Side.EVEN, "even": Side.EVEN,
    "a": Side.ALL, "alle": Side.ALL, "beide": Side.ALL, "all": Side.ALL, "": Side.ALL, "f": Side.ALL,
}  # fmt: skip

HEADINGS: dict[str, tuple[str, ...]] = {
    "street": ("strasse", "straße", "strassenname", "straßenname", "street"),
    "first": ("von", "hausnummer von", "nr von", "ab", "hausnummer", "nr", "from"),
    "last": ("bis", "hausnummer bis", "nr bis", "to"),
    "side": ("seite", "art", "gerade/ungerade", "g/u", "side"),
    "area": ("gebiet", "wohnplatz", "gebietsschlüssel", "gebietsschluessel", "area"),
    "place": ("ort", "kommune", "gemeinde", "place"),
    "key": ("straßenschlüssel", "strassenschluessel", "schlüssel", "key"),
    "x": ("ost", "rechtswert", "x", "easting"),
    "y": ("nord", "hochwert", "y", "northing"),
    "weight": ("einwohner", "personen", "wohnungen", "weight"),
}
"""Column → headings it is known by, in lower case."""


@dataclass(frozen=True, slots=True, order=True)
class HouseNumber:
    """A house number; ``12`` comes before ``12a``."""

    number: int
    suffix: str = ""

    def __str__(self) -> str:
        """As people write it."""
        return f"{self.number}{self.suffix}"


@dataclass(frozen=True, slots=True)
class StreetRange:
    """House numbers of one street that belong to one area. Without ``first`` or ``last`` it is open there."""

    street: str
    area: str
    first: HouseNumber | None = None
    last: HouseNumber | None = None
    side: Side = Side.ALL
    place: str = ""
    key: str = ""
    """The street's official key, where the list has one."""
    row: int = 0
    x: float = float("nan")
    y: float = float("nan")
    weight: float = 1.0

    @property
    def identity(self) -> tuple[str, str]:
        """What makes two rows the same street: its key, or its name in its place."""
        return ("", self.key) if self.key else (plain(self.place), plain(self.street))

    @property
    def label(self) -> str:
        """Street, numbers and side in words."""
        if self.first is None and self.last is None:
            numbers = "ganze Straße" if self.side is Side.ALL else "alle Nummern"
        elif self.first == self.last:
            return f"{self.street} {self.first}"
        else:
            numbers = " ".join(
                w
                for w in (f"ab {self.first}" if self.first else "", f"bis {self.last}" if self.last else "")
                if w
            )
        return f"{self.street}, {numbers}" + ("" if self.side is Side.ALL else f" ({SIDE_WORDS[self.side]})")


def plain(name: str) -> str:
    """A street's or place's name for comparing: ``Haupt-Str.`` and ``Hauptstraße`` are the same."""
    text = name.casefold().replace("ß", "ss")
    text = re.sub(r"(str\.?|strasse)(?=\W*$|\b)", "strasse", text)
    return re.sub(r"[\W_]+", "", text)


def house_number(text: str) -> HouseNumber | None:
    """``12``, ``12a``, ``12 A``; None for anything else. Spreadsheets' ``12.0`` is 12."""
    found = _NUMBER.fullmatch(text.strip().removesuffix(".0"))
    return HouseNumber(int(found[1]), found[2].lower()) if found and int(found[1]) else None


def read_streets(
    rows: Sequence[Sequence[str]], areas: Collection[str]
) -> tuple[tuple[StreetRange, ...], tuple[Finding, ...]]:
    """Ranges of a table (heading first), and all findings of reading and checking.

    Columns by heading (``HEADINGS``): street and area are needed; from, to, side, place, street key, east,
    north and weight may be there. Without „bis“ a row is a single address where it has a number, else the
    whole street. Rows with an error give no range. Never raises for bad input.
    """
    heads = [str(cell).strip().casefold() for cell in rows[0]] if rows else []
    at = {
        name: place
        for name, known in HEADINGS.items()
        if (place := next((heads.index(k) for k in known if k in heads), None)) is not None
    }
    missing = [word for name, word in (("street", "„Straße“"), ("area", "„Gebiet“")) if name not in at]
    if missing:
        return (), (say("areas.streets_columns", column=" und ".join(missing)),)
    ranges: list[StreetRange] = []
    findings: list[Finding] = []
    for number, cells in enumerate(rows[1:], 2):
        if any(str(c).strip() for c in cells):
            made, found = _range(cells, at, number, areas)
            findings += found
            ranges += [made] if made else []
    if not ranges and not findings:
        findings.append(say("areas.streets_empty"))
    return tuple(ranges), (*findings, *check_streets(ranges, areas))


def _range(
    cells: Sequence[str], at: dict[str, int], row: int, areas: Collection[str]
) -> tuple[StreetRange | None, list[Finding]]:
    def cell(name: str) -> str:
        place = at.get(name, len(cells))
        return str(cells[place]).strip() if place < len(cells) else ""

    found = [say(f"areas.streets_no_{name}", row=row) for name in ("street", "area") if not cell(name)]
    if cell("area") and cell("area") not in areas:
        found.append(say("areas.streets_unknown_area", row=row, value=cell("area")))
    numbers = {name: house_number(cell(name)) for name in ("first", "last")}
    found += [
        say("areas.streets_number", row=row, value=cell(name), column="von" if name == "first" else "bis")
        for name, number in numbers.items()
        if cell(name) and number is None
    ]
    side = _SIDES.get(cell("side").casefold())
    if side is None:
        found.append(say("areas.streets_side", row=row, value=cell("side")))
    first, last = numbers["first"], numbers["last"]
    if "last" not in at:
        last = first
    if first and last and last < first:
        found.append(say("areas.streets_reversed", row=row, value=f"{first}–{last}"))
    if found or side is None:
        return None, found
    x, y, weight, odd = _place(cell, row)
    made = StreetRange(
        cell("street"), cell("area"), first, last, side, cell("place"), cell("key"), row, x, y, weight
    )
    return made, odd + _wrong_side(made)


def _place(cell: Callable[[str], str], row: int) -> tuple[float, float, float, list[Finding]]:
    """East, north and weight of a row; NaN and a finding for what is no number."""
    values, findings = [], []
    for name, otherwise in (("x", float("nan")), ("y", float("nan")), ("weight", 1.0)):
        text = cell(name)
        try:
            values.append(float(text.replace(",", ".")) if text else otherwise)
        except ValueError:
            findings.append(say("areas.streets_coordinates", row=row, value=text))
            values.append(float("nan"))
    return values[0], values[1], values[2], findings


def _wrong_side(made: StreetRange) -> list[Finding]:
    if made.side is Side.ALL:
        return []
    odd = made.side is Side.ODD
    ends = dict.fromkeys(e for e in (made.first, made.last) if e is not None and (e.number % 2 == 1) != odd)
    side = SIDE_WORDS[made.side]
    return [say("areas.streets_wrong_side", row=made.row, value=str(e), side=side) for e in ends]


def check_streets(ranges: Sequence[StreetRange], areas: Collection[str]) -> tuple[Finding, ...]:
    """Overlaps and gaps on each side of each street, and areas without a street; in the rows' order."""
    streets: dict[tuple[str, str], list[StreetRange]] = {}
    for r in ranges:
        streets.setdefault(r.identity, []).append(r)
    findings: dict[tuple[str, int | None, str], Finding] = {}
    for rows in streets.values():
        for odd in (True, False):
            for f in _check_side(rows, odd=odd):
                findings.setdefault((f.code, f.row, f.area), f)
    named = {r.area for r in ranges}
    told = sorted(findings.values(), key=lambda f: f.row or 0)
    bare = [k for k in areas if ranges and k not in named]
    if bare:
        first = [*bare[:_NAMED], *(["weitere"] if len(bare) > _NAMED else [])]
        count = plural(len(bare), "Gebiet", "Gebieten")
        told.append(say("areas.streets_area_without", count=count, value=enumerate_words(first)))
    return tuple(told)


_Ends = tuple[HouseNumber, HouseNumber]


def _ends(r: StreetRange, *, odd: bool) -> _Ends | None:
    """First and last number of a range on one side; None where it has none there."""
    if r.side is (Side.EVEN if odd else Side.ODD):
        return None
    first, last = r.first or HouseNumber(1), r.last or HouseNumber(9999, _LAST_SUFFIX)
    if (first.number % 2 == 1) != odd:
        first = HouseNumber(first.number + 1)
    if (last.number % 2 == 1) != odd:
        last = HouseNumber(last.number - 1, _LAST_SUFFIX)
    return (first, last) if first <= last else None


def _check_side(rows: Sequence[StreetRange], *, odd: bool) -> Iterable[Finding]:
    with_ends = [(ends, r) for r in rows if (ends := _ends(r, odd=odd)) is not None]
    with_ends.sort(key=lambda pair: (pair[0], pair[1].row))
    side = "ungerade" if odd else "gerade"
    for (before, earlier), (ends, r) in _with_furthest(with_ends):
        if ends[0] <= before[1]:
            common = _words(ends[0], min(before[1], ends[1]), side)
            code = "areas.streets_twice" if earlier.area == r.area else "areas.streets_overlap"
            yield say(
                code, row=r.row, value=common, area=earlier.area, second=r.area, street=r.street,
                other=str(earlier.row),
            )  # fmt: skip
        elif _leaves_gap(before, ends, earlier, r):
            first, last = HouseNumber(before[1].number + 2), HouseNumber(ends[0].number - 2)
            yield say("areas.streets_gap", row=r.row, value=_words(first, last, side), street=r.street)


_WithEnds = tuple[_Ends, StreetRange]


def _with_furthest(rows: Sequence[_WithEnds]) -> Iterable[tuple[_WithEnds, _WithEnds]]:
    """Each range with the one before it that reaches furthest."""
    furthest: _WithEnds | None = None
    for row in rows:
        if furthest is not None:
            yield furthest, row
        if furthest is None or row[0][1] > furthest[0][1]:
            furthest = row


def _leaves_gap(before: _Ends, ends: _Ends, earlier: StreetRange, r: StreetRange) -> bool:
    """Between two single addresses nothing is missing: such a list names the houses there are."""
    single = earlier.first == earlier.last and r.first == r.last and r.first is not None
    return not single and ends[0].number > before[1].number + 2


def _words(first: HouseNumber, last: HouseNumber, side: str) -> str:
    end = str(last).removesuffix(_LAST_SUFFIX)
    if last.number == 9999:
        return f"die Nummern ab {first} ({side})"
    return f"die Nummern {first} bis {end} ({side})" if str(first) != end else f"die Nummern {first} ({side})"


@dataclass(frozen=True, slots=True)
class Found:
    """Where an address lies: one match for each place that has such a street."""

    range: StreetRange
    area: str


def find_address(ranges: Iterable[StreetRange], address: str) -> tuple[Found, ...]:
    """Areas of an address such as ``Hauptstraße 12a`` or ``Hauptstraße 12a, Burscheid``.

    Without a place all places with such a street answer. A range that names the number's suffix wins over
    one that only ends with the number. Without a number only whole streets answer. Empty where none fits.
    """
    parsed = _ADDRESS.fullmatch(address.strip())
    if parsed is None:
        return ()
    street, place = plain(parsed["street"]), plain(parsed["place"] or "")
    number = house_number(parsed["number"] or "")
    on_street = [r for r in ranges if plain(r.street) == street and place in ("", plain(r.place))]
    strict = [r for r in on_street if _holds(r, number, loose=False)]
    named = {r.identity for r in strict}
    loose = [r for r in on_street if r.identity not in named and _holds(r, number, loose=True)]
    return tuple(Found(r, r.area) for r in (*strict, *loose))


def _holds(r: StreetRange, number: HouseNumber | None, *, loose: bool) -> bool:
    if number is None:
        return r.first is None and r.last is None and r.side is Side.ALL
    if r.side is not Side.ALL and (number.number % 2 == 1) != (r.side is Side.ODD):
        return False
    last = r.last
    if last is not None and loose and not last.suffix and r.first != r.last:
        last = HouseNumber(last.number, _LAST_SUFFIX)
    return (r.first is None or r.first <= number) and (last is None or number <= last)


def address_points(
    ranges: Iterable[StreetRange], crs: str = METRIC, origin: str = ""
) -> WeightedPoints | None:
    """The rows with a place as weights of a crosswalk; None where no row has one."""
    placed = [r for r in ranges if np.isfinite([r.x, r.y, r.weight]).all()]
    if not placed:
        return None
    x, y, weight = (np.array([getattr(r, name) for r in placed]) for name in ("x", "y", "weight"))
    return WeightedPoints(x, y, weight, crs, Basis.ADDRESSES, origin)


_TEXTS = ("street", "area", "side", "place", "key")


def save_streets(store: ObjectStore, ranges: Sequence[StreetRange]) -> str:
    """Store a list and return the SHA-256. ValueError for an empty one."""
    if not ranges:
        raise ValueError("an empty street list is not kept")
    columns = {n: np.array([str(getattr(r, n)) for r in ranges], dtype=object) for n in _TEXTS}
    columns |= {
        n: np.array([str(getattr(r, n) or "") for r in ranges], dtype=object) for n in ("first", "last")
    }
    columns |= {n: np.array([getattr(r, n) for r in ranges], dtype=np.float64) for n in ("x", "y", "weight")}
    columns["row"] = np.array([r.row for r in ranges], dtype=np.int64)
    return write_table(store, Kind.STREETS, columns)


def load_streets(store: ObjectStore, sha: str) -> tuple[StreetRange, ...]:
    """A stored list. StoreError where it is absent or is none."""
    table = read_table(store, Kind.STREETS, sha)
    names = ("street", "area", "first", "last", "side", "place", "key", "row", "x", "y", "weight")
    try:
        rows = zip(*(table[n].tolist() for n in names), strict=True)
        return tuple(
            StreetRange(s, a, house_number(f), house_number(t), Side(side), p, k, int(row), x, y, w)
            for s, a, f, t, side, p, k, row, x, y, w in rows
        )
    except (KeyError, ValueError) as error:
        raise StoreError("Die Datei ist keine Straßenliste.", where=sha[:12], code="areas.streets") from error
