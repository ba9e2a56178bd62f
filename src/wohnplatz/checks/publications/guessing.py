"""Proposes a description: what columns hold is read off headings and numbers, and every sum is tried out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np

from wohnplatz.intake.layout import Role

from .description import (
    Column,
    Description,
    DimensionDescription,
    Kind,
    Left,
    TableDescription,
    explained_signs,
)
from .figures import ANYTHING, AREA, YEAR, Figures, aliases, figures_of
from .guessing_areas import areas_of, beside, is_classed, is_made_of_others, levels_of
from .guessing_changes import CHANGE
from .guessing_rates import CLASSED, only_new, with_rates
from .guessing_sums import PURE_TOTAL, TOTAL_WORD, Floats, blocks, contexts
from .joining import join
from .solving import open_part
from .source import YEAR_COLUMNS, Source, folded, years_in_names

_RATE = re.compile(r"%|‰|\bquote|quote\b|\banteil|\bje\s*1|prozent|\brate\b", re.IGNORECASE)
_PLAIN = re.compile(r"anzahl|werte?|value|personen|fälle|bestand", re.IGNORECASE)
_STEM = re.compile(
    r"\b(?:wohnpl(?:ä|ae|a)tze?|kommunen?|gemeinden?|st(?:ä|ae|a)dte?|stadtteile?|bezirke?|kreise?|gebiete?|"
    r"alter|geschlecht|jahre?|nach|je|und|pro|csv|xlsx|export|tabelle|daten|zeitreihe|karte|\d+)\b",
    re.IGNORECASE,
)
_KNOWN_DIMENSIONS = (
    ("Geschlecht", re.compile(r"männ|weib|frauen|divers", re.IGNORECASE)),
    ("Alter", re.compile(r"\bjahre?\b|\bunter \d|\bab \d|\d+ bis|\d+\s*[-–]\s*\d+", re.IGNORECASE)),
    ("Nationalität", re.compile(r"ausländ|deutsch", re.IGNORECASE)),
)  # fmt: skip
_NO_COUNT = re.compile(
    r"durchschnitt|mittel|median|saldo|dichte|preis|fläche|\bindex\b|euro?\b|€", re.IGNORECASE
)
_NO_PERSONS = re.compile(
    r"schulen?\b|apotheke|praxen|ärzt|kindergärten|\bkitas?\b|plätze\b|gebäude|wohnungen|haltestelle|betriebe|pkw|"
    r"vereine|einrichtungen|^gebiete\b",
    re.IGNORECASE,
)
"""What counts things."""
_AREAS_COUNTED = re.compile(r"gebiete\b", re.IGNORECASE)
"""»Gebiete eingeflossen« stands beside figures in the tables of this program."""
_UNITS_OF_COUNTS = frozenset({"", "Anzahl", "Personen", "Fälle"})
_UNIT = re.compile(r"(?:maß)?einheit|unit", re.IGNORECASE)
"""Heading of a column that says what a row's number is counted in: persons and per cent never add up."""
MOST_CLASSES = 10
LEAST_FOR_ROUNDING, LEAST_FOR_SMALL = 20, 3
LEAST_MEMBERS = 3
"""A whole and two parts."""
_DASHES = {"-", "–", "—"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed description, what it rests on in German sentences, and the figures as it reads them."""

    description: Description
    assumptions: tuple[str, ...]
    figures: Figures
    left: tuple[Left, ...] = ()
    """Columns of values that nobody could read for certain."""


def propose(tables: Sequence[Source], *, progress: Callable[[str, int, int], None] | None = None) -> Proposal:
    """A description of the tables, found from headings and numbers alone.

    A dash is a zero, unless sums say otherwise: then it holds back.
    """
    move = progress or (lambda *_: None)
    plain = _propose(tables, move)
    dashes = tuple(sorted(set().union(*(t.signs for t in tables)) & _DASHES)) if tables else ()
    if not dashes:
        return plain
    held = _propose(tables, move, dashes)
    if _wrong(held) >= _wrong(plain):
        return plain
    signs = " und ".join(f"»{d}«" for d in dashes)
    note = f"{signs} steht hier nicht für Null, sondern für Gesperrtes: Mit Null gehen Summen nicht auf."
    return replace(held, assumptions=(*held.assumptions, note))


def _wrong(proposal: Proposal) -> int:
    """At how many places printed sums do not come out."""
    checked = join(proposal.figures, proposal.description).checked
    return sum(done - held for done, held in checked.values())


def _propose(
    tables: Sequence[Source], move: Callable[[str, int, int], None], dashes: tuple[str, ...] = ()
) -> Proposal:
    described: list[TableDescription] = []
    inner: dict[str, DimensionDescription] = {}
    years = years_in_names(tables)
    for i, table in enumerate(tables):
        move("verstehen", i, len(tables))
        one, nested = _table(table)
        if i in years:
            one = replace(one, fixed={YEAR: years[i]})
        described.append(one)
        inner |= nested
    units = {h for d in described for h in d.rows if _UNIT.fullmatch(h)}
    never = dict.fromkeys((YEAR, *sorted(units)), DimensionDescription(summed=False))
    description = Description(tuple(described), {**never, **inner})
    signs = explained_signs(note for table in tables for note in table.table.layout.notes)
    description = replace(description, hidden=(*description.hidden, *signs, *dashes))
    description = _with_totals(tables, description)
    notes: list[str] = [f"Das Zeichen »{s}« steht laut Erläuterung für Gesperrtes." for s in signs]
    move("Summen erproben", 0, len(tables))
    notes += [
        f"{tables[i].place}: Das Jahr {y} steht nur im Namen und gilt für alle Zahlen."
        for i, y in years.items()
    ]
    description = _with_trees(tables, description)
    figures = figures_of(tables, description)
    rated, told, left = with_rates(tables, description, figures, move)
    notes += told
    figures.read(tables, only_new(description, rated), aliases(tables, rated))
    description = rated
    small = _for_small(figures, description.threshold)
    notes += [
        f"Das Zeichen »{s}« gilt als gesperrt: Kleine Anzahlen stehen nirgends, Nullen schon." for s in small
    ]
    if small:
        description = replace(description, hidden=(*description.hidden, *small))
        figures = figures_of(tables, description)
    description = replace(description, harmless=_harmless(described, figures))
    base = _rounding(figures)
    description = replace(description, zeros_visible=_zeros(figures), rounding=base)
    if base > 1:
        # Sums of nearest multiples stay near; where they do not, the noise was another.
        nearest = replace(description, nearest=True)
        description = nearest if not open_part(join(figures, nearest)).against else description
    return Proposal(description, (*_assumed(description), *notes), figures, tuple(left))


def _table(table: Source) -> tuple[TableDescription, dict[str, DimensionDescription]]:
    rows: dict[str, str] = {}
    areas, coarser = areas_of(table)
    rows |= dict.fromkeys(areas, AREA)
    classed = [h for h in table.headings(Role.LABEL) if is_classed(table, h)]
    silent = {*table.states, *levels_of(table), *classed}
    for heading in table.headings(Role.LABEL):
        if heading not in silent and not is_made_of_others(table, heading):
            rows.setdefault(heading, heading)
    # What says to which larger area a row belongs comes last: it names the row only where nothing finer does.
    for heading in coarser:
        rows.pop(heading, None)
        rows[heading] = AREA
    columns, inner = _columns(table)
    columns |= dict.fromkeys(classed)
    return TableDescription(table.file, table.sheet, rows, {}, columns), inner


def _columns(
    table: Source,
) -> tuple[dict[str, Column | None], dict[str, DimensionDescription]]:
    """What each column of values holds; counts that add up become one measure by categories."""
    heads, unit = list(table.units), table.units
    values = _matrix(table, heads)
    counted = [h for h in heads if not _is_rate(h, unit[h], values[heads.index(h)])]
    matrix = values[[heads.index(h) for h in counted]]
    columns: dict[str, Column | None] = dict.fromkeys(heads)
    for heading in counted:
        columns[heading] = Column(Kind.COUNT, _measure(heading, table))
    inner: dict[str, DimensionDescription] = {}
    for block in blocks(matrix, counted):
        whole = columns[counted[block.whole]]
        names = [_last(counted[i]) for i in block.parts]
        dimension = _dimension(names, counted[block.whole], inner)
        assert whole is not None
        for i, name in zip(block.parts, names, strict=True):
            columns[counted[i]] = replace(whole, at={**whole.at, dimension: name})
        inner[dimension] = DimensionDescription(totals=("insgesamt",))
    return columns, inner


def _matrix(table: Source, heads: Sequence[str]) -> Floats:
    by_position = {position: heads.index(heading) for position, heading in table.values.items()}
    contexts_of: dict[tuple[int, object], int] = {}
    entries = []
    for cell in table.table.cells:
        if cell.value is not None:
            at = contexts_of.setdefault((cell.row, cell.day), len(contexts_of))
            entries.append((by_position[cell.column], at, cell.value))
    result = np.full((len(heads), len(contexts_of)), np.nan)
    for i, j, value in entries:
        result[i, j] = value
    return result


def _is_rate(heading: str, unit: str, values: Floats) -> bool:
    """Whether a column holds no counts: rates, prices, balances."""
    if unit not in _UNITS_OF_COUNTS or _RATE.search(heading) or _NO_COUNT.search(_last(heading)):
        return True
    known = values[~np.isnan(values)]
    if (known < 0).any() or CHANGE.search(heading):
        return True
    if CLASSED.search(_last(heading)) and (known <= MOST_CLASSES).all():
        return True
    return bool(len(known)) and bool((known != np.rint(known)).mean() > 0.05)


def _last(heading: str) -> str:
    return heading.rsplit(" › ", maxsplit=1)[-1]


def _measure(heading: str, table: Source) -> str:
    """A name for what is counted; headings that say little take the name of the file beside them."""
    parts = [p for p in heading.split(" › ") if not PURE_TOTAL.fullmatch(p)]
    if heading != YEAR_COLUMNS and parts and not _PLAIN.fullmatch(parts[-1]):
        return parts[-1]
    stem = PurePosixPath(table.file).stem.replace("_", " ").replace("-", " ")
    words = " ".join(_STEM.sub(" ", stem).split()) or stem
    return f"{parts[-1]} ({words})" if parts and heading != YEAR_COLUMNS else words


def _dimension(names: Sequence[str], whole: str, taken: Mapping[str, object]) -> str:
    for label, pattern in _KNOWN_DIMENSIONS:
        if sum(bool(pattern.search(n)) for n in names) >= len(names) - 1 and label not in taken:
            return label
    name, number = f"Gliederung von {_last(whole)}", 1
    while name in taken:
        number += 1
        name = f"Gliederung {number} von {_last(whole)}"
    return name


def _with_totals(tables: Sequence[Source], description: Description) -> Description:
    """Categories that say they are the total; in areas only where the word stands alone or at the end."""
    dimensions = dict(description.dimensions)
    for table, described in _pairs(tables, description):
        said = [(described.rows[h], text) for row in table.texts.values() for h, text in row.items()
                if h in described.rows]  # fmt: skip
        columns = (column for column in described.columns.values() if column is not None)
        for dimension, text in dict.fromkeys([*said, *(at for c in columns for at in c.at.items())]):
            word = " ".join(text.split())
            if word and dimension != YEAR:
                old = dimensions.setdefault(dimension, DimensionDescription())
                if PURE_TOTAL.fullmatch(word) and word not in old.totals:
                    dimensions[dimension] = replace(old, totals=(*old.totals, word))
    return replace(description, dimensions=dimensions)


def _with_trees(tables: Sequence[Source], description: Description) -> Description:
    """What belongs to what: by a column beside the areas, by keys, and by trying sums out."""
    single = ((t, replace(description, tables=(d,))) for t, d in _pairs(tables, description))
    names = aliases(tables, description)
    each = [_TableFigures(figures_of([table], one, names)) for table, one in single]
    words = {place: word for one in reversed(each) for place, word in one.words.items()}
    dimensions = dict(description.dimensions)
    for dimension in list(dict.fromkeys(d for one in each for d, c in one.words if c)):
        old = dimensions.get(dimension, DimensionDescription())
        if not old.summed:
            continue
        larger = beside(tables, description, names) if dimension == AREA else {}
        for name in (*larger, *(part for parts in larger.values() for part in parts)):
            words.setdefault((dimension, folded(name)), name)
        found = {folded(w): tuple(folded(p) for p in parts) for w, parts in larger.items()}
        for one in each:
            for whole, parts in one.sums(dimension, found).items():
                found.setdefault(whole, parts)
        dimensions[dimension] = _placed(dimension, old, found, words)
    return replace(description, dimensions=dimensions)


def _pairs(tables: Sequence[Source], description: Description) -> Iterator[tuple[Source, TableDescription]]:
    yield from zip(tables, description.tables, strict=True)


class _TableFigures:
    """The printed counts of one table, to try sums on."""

    def __init__(self, figures: Figures) -> None:
        self.words = figures.words
        self.known = {
            (f.column.measure, f.place): float(f.value)
            for f in figures.figures
            if f.column.kind is Kind.COUNT and f.value is not None
        }
        self.order: dict[str, dict[str, None]] = {}
        for place in dict.fromkeys(figure.place for figure in figures.figures):
            for dimension, category in place:
                self.order.setdefault(dimension, {})[category] = None

    def sums(self, dimension: str, known: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """Whole → parts, folded; what is ``known`` already is taken as it is."""
        members = list(self.order.get(dimension, {}))
        below = {p for whole, parts in known.items() if whole in members for p in parts}
        left = [m for m in members if m not in below]
        words = [self.words[dimension, m] for m in left]
        found = {}
        tried = contexts(self.known, dimension, left) if len(left) >= LEAST_MEMBERS else np.empty((0, 0))
        for block in blocks(tried, words):
            found[left[block.whole]] = tuple(left[i] for i in block.parts)
        inside = {p for parts in found.values() for p in parts}
        tops = [m for m in left if m not in inside]
        said = [m for m in tops if m not in found and TOTAL_WORD.search(self.words[dimension, m])]
        # Nothing could be tried out because something is hidden everywhere: the word alone must do.
        if len(said) == 1 and len(tops) > 2:
            found[said[0]] = tuple(m for m in tops if m != said[0])
        return found


def _placed(
    dimension: str,
    old: DimensionDescription,
    found: Mapping[str, Sequence[str]],
    words: Mapping[tuple[str, str], str],
) -> DimensionDescription:
    """The tree as a description; a whole that everything else belongs to is the total."""
    word = {c: w for (d, c), w in words.items() if d == dimension and c}
    below = {p for parts in found.values() for p in parts}
    tops = {c for c in word if c not in below}
    totals, sums = list(old.totals), {}
    for whole, parts in found.items():
        names = tuple(word.get(p, p) for p in parts)
        is_total = whole in tops and tops <= set(found) and below <= _closure(whole, found)
        if is_total:
            totals.append(word.get(whole, whole))
        if not is_total or set(parts) & set(found):
            sums[word.get(whole, whole)] = names
    return replace(old, totals=tuple(dict.fromkeys(totals)), sums=sums)


def _closure(whole: str, found: Mapping[str, Sequence[str]]) -> set[str]:
    """Everything below a whole, at any depth."""
    seen: set[str] = set()
    left = list(found.get(whole, ()))
    while left:
        part = left.pop()
        if part not in seen:
            seen.add(part)
            left += found.get(part, ())
    return seen


def _for_small(figures: Figures, threshold: int) -> tuple[str, ...]:
    """Signs that must stand for small counts: zeros are printed, small counts nowhere."""
    counts = [f for f in figures.figures if f.column.kind is Kind.COUNT]
    values = {f.value for f in counts if f.value is not None}
    signs = [f.text for f in counts if f.value is None and f.meant and f.limits == ANYTHING]
    if 0 not in values or values & set(range(1, threshold)) or len(signs) < LEAST_FOR_SMALL:
        return ()
    return tuple(sorted(set(signs) - _DASHES))


def _harmless(described: Sequence[TableDescription], figures: Figures) -> tuple[str, ...]:
    """Measures whose headings count things; not a file's name, nor what somebody holds back somewhere."""
    headed = dict.fromkeys(
        c.measure for t in described for h, c in t.columns.items() if c and c.measure in h.split(" › ")
    )
    held = {f.column.measure for f in figures.figures if f.hidden and f.meant}
    return tuple(m for m in headed if _NO_PERSONS.search(m) and (m not in held or _AREAS_COUNTED.match(m)))


def _zeros(figures: Figures) -> bool:
    """Whether zeros are shown: one that is printed says so."""
    counts = [f for f in figures.figures if f.column.kind is Kind.COUNT]
    return any(f.value == 0 for f in counts) or not any(f.hidden for f in counts)


def _rounding(figures: Figures) -> int:
    """The base all counts are multiples of, where there are enough of them; 1 for none."""
    values = np.array([f.value for f in figures.figures if f.column.kind is Kind.COUNT and f.value])
    if len(values) < LEAST_FOR_ROUNDING:
        return 1
    return next((b for b in (10, 5, 3) if (values % b == 0).all()), 1)


def _assumed(description: Description) -> list[str]:
    lines = [
        "Nullen sind sichtbar: Eine gesperrte Zahl ist mindestens 1."
        if description.zeros_visible
        else "Nullen stehen nirgends: Eine gesperrte Zahl kann auch 0 sein."
    ]
    if description.harmless:
        things = ", ".join(description.harmless)
        lines.append(f"Keine Personen, also nicht schutzbedürftig: {things}.")
    if description.rounding > 1:
        way = "auf das nächste Vielfache" if description.nearest else "auf ein benachbartes Vielfaches"
        lines.append(
            f"Alle Anzahlen sind Vielfache von {description.rounding}: Sie gelten als {way} gerundet."
        )
    return lines
