"""Ready crosswalks: read and check a table of pairs, write one, keep one in the store."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from wohnplatz.model import Finding, Severity
from wohnplatz.store import Kind, ObjectStore, StoreError, read_table, write_table
from wohnplatz.text import NBSP, number, plural

from .crosswalk import Basis, Crosswalk, crosswalk_of, weight_sums
from .crosswalk_making import CrosswalkResult
from .crosswalk_messages import say

NEGLIGIBLE = 0.001
"""Pairs with a smaller share come from sloppy borders: five people of five thousand."""
SUM_LIMIT = 0.01
"""A sum of weights that misses 1 by more is an error; below, digits were rounded."""
_NOTED = 1e-9

HEADER = ("von", "nach", "gewicht", "grundlage", "herkunft")
_NAMES = {
    "von": ("von", "from", "from_key", "alt", "quelle", "source"),
    "nach": ("nach", "to", "to_key", "neu", "ziel", "target"),
    "gewicht": ("gewicht", "weight", "anteil", "share"),
    "grundlage": ("grundlage", "basis"),
}
BASIS_WORDS = {
    Basis.EXACT: "genau",
    Basis.ADDRESSES: "Anschriften",
    Basis.GRID: "Gitterzellen",
    Basis.MANUAL: "Tabelle",
    Basis.AREA: "Fläche",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of a table: texts as they stand there, with the row's number."""

    source: str
    target: str
    weight: str
    row: int | None = None
    basis: Basis | None = None


def check_pairs(
    pairs: Iterable[Pair], sources: Collection[str] | None = None, targets: Collection[str] | None = None
) -> tuple[list[tuple[str, str, float, Basis | None]], list[Finding]]:
    """Rows that can be read, and findings: keys, numbers, duplicates, unknown and missing areas, sums."""
    rows: list[tuple[str, str, float, Basis | None]] = []
    findings: list[Finding] = []
    seen: set[tuple[str, str]] = set()
    for pair in pairs:
        weight, found = _checked(pair, sources, targets)
        if (pair.source, pair.target) in seen and pair.source and pair.target:
            code = "areas.crosswalk_twice"
            found.append(say(code, row=pair.row, area=pair.source, source=pair.source, target=pair.target))
        seen.add((pair.source, pair.target))
        findings += found
        if weight is not None:
            rows.append((pair.source, pair.target, weight, pair.basis))
    if not seen:
        findings.append(say("areas.crosswalk_empty"))
    named = {source for source, _ in seen}
    for key in sources or ():
        if key not in named:
            findings.append(say("areas.crosswalk_missing_source", area=key, source=key))
    reached = {target for _, target in seen}
    for key in targets or ():
        if key not in reached:
            findings.append(say("areas.crosswalk_missing_target", area=key, target=key))
    if len(rows) == len(seen):  # a weight that could not be read would make a second, misleading finding
        findings += _sums(rows)
    return rows, findings


def _checked(
    pair: Pair, sources: Collection[str] | None, targets: Collection[str] | None
) -> tuple[float | None, list[Finding]]:
    findings = []
    if not pair.source or not pair.target:
        findings.append(say("areas.crosswalk_empty_key", row=pair.row))
    elif sources is not None and pair.source not in sources:
        code = "areas.crosswalk_unknown_source"
        findings.append(say(code, row=pair.row, area=pair.source, source=pair.source))
    if targets is not None and pair.target and pair.target not in targets:
        code = "areas.crosswalk_unknown_target"
        findings.append(say(code, row=pair.row, area=pair.target, target=pair.target))
    weight = _weight(pair.weight)
    if weight is None:
        findings.append(
            say("areas.crosswalk_not_number", row=pair.row, value=pair.weight or "leer", area=pair.source)
        )
    elif weight < 0:
        findings.append(say("areas.crosswalk_negative", row=pair.row, value=pair.weight, area=pair.source))
    return weight, findings


def _weight(text: str) -> float | None:
    """``0,25``, ``0.25``, ``25 %`` as a share, None for what is no number. A share has no thousands point."""
    plain = text.replace(NBSP, "").replace(" ", "")
    part = plain.removesuffix("%").replace(",", ".")
    try:
        value = float(part) / (100 if plain.endswith("%") else 1)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _sums(rows: Iterable[tuple[str, str, float, Basis | None]]) -> list[Finding]:
    kept = list(rows)
    sums = weight_sums((r[0] for r in kept), (r[2] for r in kept))
    wrong = {key: total for key, total in sums.items() if abs(total - 1) > SUM_LIMIT}
    if wrong:
        return [
            say("areas.crosswalk_sum", area=key, source=key, sum=number(total, 4), value=number(total, 4))
            for key, total in wrong.items()
        ]
    off = [abs(total - 1) for total in sums.values() if abs(total - 1) > _NOTED]
    if not off:
        return []
    count = plural(len(off), "Gebiet", "Gebieten")
    return [say("areas.crosswalk_rounded", count=count, sum=number(max(off), 6))]


def crosswalk_of_pairs(  # noqa: PLR0913 (the facts of a crosswalk and what it is checked against)
    pairs: Iterable[Pair],
    codes: tuple[str, str],
    *,
    sources: Collection[str] | None = None,
    targets: Collection[str] | None = None,
    negligible: float = NEGLIGIBLE,
    origin: str = "",
) -> CrosswalkResult:
    """The crosswalk that a ready table gives, with findings; None where one of them is an error.

    ``sources`` and ``targets`` are the keys of both divisions; without them keys are not checked. Pairs with
    a share below ``negligible`` are left out with a note, except the largest of an area. Pairs without a
    basis of their own are MANUAL, the only pair of an area is EXACT.
    """
    rows, findings = check_pairs(pairs, sources, targets)
    if any(f.severity is Severity.ERROR for f in findings):
        return CrosswalkResult(None, tuple(findings))
    largest: dict[str, float] = {}
    for source, _, weight, _ in rows:
        largest[source] = max(weight, largest.get(source, 0.0))
    feeds: dict[str, float] = {}
    for _, target, weight, _ in rows:
        feeds[target] = max(weight, feeds.get(target, 0.0))
    # The last pair that reaches a target stays: it would have no value at all otherwise.
    kept = [r for r in rows if r[2] >= min(negligible, largest[r[0]], feeds[r[1]])]
    if len(kept) < len(rows):
        count = plural(len(rows) - len(kept), "Paar", "Paare")
        limit = f"{number(negligible * 100, 1)}{NBSP}%"
        findings.append(say("areas.crosswalk_negligible", count=count, limit=limit))
    alone = {s for s, n in _counts(r[0] for r in kept).items() if n == 1}
    based = ((s, t, w, Basis.EXACT if s in alone else (b or Basis.MANUAL)) for s, t, w, b in kept)
    return CrosswalkResult(crosswalk_of(*codes, based, origin), tuple(findings))


def _counts(keys: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for key in keys:
        found[key] = found.get(key, 0) + 1
    return found


def read_pairs(data: bytes, columns: tuple[str, str, str] | None = None) -> tuple[list[Pair], list[Finding]]:
    """Pairs of a CSV table (``;``, ``,`` or tab; UTF-8 or cp1252) with a heading line.

    ``columns`` names the columns of source key, target key and weight where the headings are not the usual
    ones (``von;nach;gewicht`` or ``from;to;weight``). Keys stay text. Never raises for bad input.
    """
    text = _text(data)
    if text is None:
        return [], [say("areas.crosswalk_encoding")]
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    heads = [h.strip().lower() for h in rows[0]] if rows else []
    wanted = dict(zip(("von", "nach", "gewicht"), columns or (), strict=False))
    places: dict[str, int] = {}
    for name, usual in _NAMES.items():
        names = (wanted[name].strip().lower(),) if name in wanted else usual
        place = next((heads.index(n) for n in names if n in heads), None)
        if place is not None:
            places[name] = place
    missing = [name for name in ("von", "nach", "gewicht") if name not in places]
    if missing:
        words = " und ".join(f"„{wanted.get(name, name)}“" for name in missing)
        return [], [say("areas.crosswalk_columns", column=words)]
    return [
        _pair(cells, places, number)
        for number, cells in enumerate(rows[1:], 2)
        if any(c.strip() for c in cells)
    ], []


def _text(data: bytes) -> str | None:
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _pair(cells: Sequence[str], places: dict[str, int], row: int) -> Pair:
    def cell(name: str) -> str:
        at = places.get(name, len(cells))
        return cells[at].strip().removeprefix("'") if at < len(cells) else ""

    known = {word.lower(): basis for basis, word in BASIS_WORDS.items()} | {b.value: b for b in Basis}
    return Pair(cell("von"), cell("nach"), cell("gewicht"), row, known.get(cell("grundlage").lower()))


def crosswalk_rows(crosswalk: Crosswalk) -> list[list[str | float]]:
    """Rows for a table: heading, then from, to, weight, basis and origin in words."""
    columns = zip(crosswalk.from_key, crosswalk.to_key, crosswalk.weight, crosswalk.basis, strict=True)
    body: list[list[str | float]] = [[f, t, w, BASIS_WORDS[b], crosswalk.origin] for f, t, w, b in columns]
    return [list(HEADER), *body]


def crosswalk_csv(crosswalk: Crosswalk) -> bytes:
    """The crosswalk as CSV: ``;``, decimal comma, all digits of the weights, UTF-8 with mark.

    A text that a spreadsheet would run as a formula gets an apostrophe, which ``read_pairs`` takes off again.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in crosswalk_rows(crosswalk):
        writer.writerow([_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: str | float) -> str:
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else value


def save_crosswalk(store: ObjectStore, crosswalk: Crosswalk) -> str:
    """Store a crosswalk and return the SHA-256; equal ones share it. ValueError for one without rows.

    Columns: from_key, to_key, weight (double), basis, and the same in every row: origin, source, target.
    """
    if not len(crosswalk):
        raise ValueError("a crosswalk without rows is not kept")

    def text(values: Iterable[str]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        return np.array(list(values), dtype=object)

    n = len(crosswalk)
    columns = {
        "from_key": text(crosswalk.from_key),
        "to_key": text(crosswalk.to_key),
        "weight": np.array(crosswalk.weight, dtype=np.float64),
        "basis": text(b.value for b in crosswalk.basis),
        "origin": text([crosswalk.origin] * n),
        "source": text([crosswalk.source] * n),
        "target": text([crosswalk.target] * n),
    }
    return write_table(store, Kind.CROSSWALK, columns)


def load_crosswalk(store: ObjectStore, sha: str) -> Crosswalk:
    """A stored crosswalk. StoreError where it is absent or is none."""
    table = read_table(store, Kind.CROSSWALK, sha)
    try:
        facts = {name: str(table[name][0]) for name in ("source", "target", "origin")}
        return Crosswalk(
            facts["source"],
            facts["target"],
            tuple(str(k) for k in table["from_key"]),
            tuple(str(k) for k in table["to_key"]),
            tuple(float(w) for w in table["weight"]),
            tuple(Basis(str(b)) for b in table["basis"]),
            facts["origin"],
        )
    except (KeyError, IndexError, ValueError) as error:
        raise StoreError(
            "Die Datei ist kein Umsteigeschlüssel.", where=sha[:12], code="areas.load_crosswalk"
        ) from error
