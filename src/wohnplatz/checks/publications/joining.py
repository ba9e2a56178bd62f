"""Joins the figures of a publication: unknown counts, what is printed of them, and which sums must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import product

from wohnplatz.disclosure.problem import UNBOUNDED
from wohnplatz.text import number as number_word

from .description import Description, Kind
from .figures import FINEST_DECIMALS, Figure, Figures, Place, folded

MOST_COUNTS = 400_000
"""Sums above the printed figures are added up to this many counts."""
LARGEST_RATE = 100_000
MOST_NOISE = 5
"""Noise on one count of the census is hardly larger."""
CHECKED_SHARE = 0.9
"""A sum that was only supposed must hold at this share of the places where all of it is printed."""
SAID_SHARE = 0.5
"""The same for a total that stands beside its parts and says so."""
FEW_PLACES = 3
NEAR = 0.2
"""A total in few places that is off by less than this share of it is a mistake, not a selection of parts."""


class State(Enum):
    """What was published of a count."""

    OPEN = "open"
    HIDDEN = "hidden"
    UNPUBLISHED = "unpublished"


@dataclass(slots=True)
class Count:
    """A count of persons or cases: printed, hidden, or only implied by others."""

    measure: str
    place: Place
    low: int = 0
    high: int = UNBOUNDED
    state: State = State.UNPUBLISHED
    where: list[str] = field(default_factory=list)
    own: bool = False
    """Printed nowhere, but the intruder knows it."""
    rest: bool = False
    """What remains of a whole: nobody prints it, but it counts people all the same."""

    @property
    def known(self) -> bool:
        """Whether its number is printed."""
        return self.low == self.high


class Link(Enum):
    """Why a row of the system holds."""

    SUM = "sum"
    RATE = "rate"
    DIFFERENCE = "difference"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Row:
    """``low <= sum of coefficient x count <= high``."""

    terms: tuple[tuple[int, int], ...]
    """(number of the count, coefficient)."""
    low: int
    high: int
    link: Link
    figure: Figure | None = None
    """The printed rate or difference."""
    group: int = -1
    """Of a sum: which supposed or described sum it belongs to."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A whole and its parts in one dimension: holds wherever its parts are printed."""

    dimension: str
    whole: str
    """Folded category; empty for the total."""
    parts: frozenset[str]
    described: bool
    """Written down by somebody; otherwise the parts stand together in a table."""
    beside: bool = True
    """The whole stands in the same table as its parts."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Printed numbers that cannot all be right."""

    count: int
    """The total, or the count that stands there in two ways."""
    value: str
    step: str
    """In words, with the numbers."""


@dataclass(slots=True)
class System:
    """All counts and everything that ties them together."""

    counts: list[Count] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    index: dict[tuple[str, Place], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    both: list[tuple[int, str, str]] = field(default_factory=list)
    """Counts that stand open in one place and hidden in another: (count, open where, hidden where)."""
    checked: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Sum → at how many places it could be checked, and at how many it held."""

    def count(self, measure: str, place: Place) -> int:
        """The number of a count; it is made where it is new."""
        key = (measure, place)
        if key not in self.index:
            self.index[key] = len(self.counts)
            self.counts.append(Count(measure, place))
        return self.index[key]


def join(figures: Figures, description: Description) -> System:
    """Counts and rows of all figures; supposed sums that do not hold are left out, with a note."""
    system = System(notes=list(figures.notes))
    _publish(system, figures, description)
    _know(system, figures)
    for figure in figures.figures:
        if figure.column.kind is not Kind.COUNT and not figure.hidden:
            _tie(system, figure)
    _add_sums(system, figures, description)
    _check_sums(system, figures, description)
    return system


def at(place: Place, other: Mapping[str, str]) -> Place:
    """The place with other categories in some dimensions; an empty category is the total."""
    found = dict(place) | dict(other)
    return tuple(sorted((d, c) for d, c in found.items() if c))


def _publish(system: System, figures: Figures, description: Description) -> None:
    """What is printed of each count."""
    width = description.rounding // 2 if description.nearest else description.rounding - 1
    least = 1 if description.zeros_visible else 0
    for figure in figures.figures:
        if figure.column.kind is not Kind.COUNT or figure.own:
            continue
        number = system.count(figure.column.measure, figure.place)
        count = system.counts[number]
        if not figure.meant:
            continue
        if figure.value is None:
            low, high = figure.limits or (least, UNBOUNDED)
            state = State.HIDDEN
        else:
            value = int(figure.value)
            low, high = max(value - width, 0), value + width
            state = State.OPEN
        _merge(system, figures, number, (low, high, state), figure.where)
        count.where.append(figure.where)


def _know(system: System, figures: Figures) -> None:
    """What the intruder knows beside the publication."""
    for figure in figures.figures:
        if figure.own and figure.column.kind is Kind.COUNT and figure.value is not None:
            count = system.counts[system.count(figure.column.measure, figure.place)]
            if count.state is not State.OPEN:
                count.low = count.high = int(figure.value)
                count.state, count.own = State.OPEN, True


def _merge(system: System, figures: Figures, number: int, told: tuple[int, int, State], where: str) -> None:
    """Put together what several tables print of one count."""
    count, (low, high, state) = system.counts[number], told
    if count.state is State.UNPUBLISHED:
        count.low, count.high, count.state = low, high, state
        return
    if count.state is not state:
        shown, held = (where, count.where[0]) if state is State.OPEN else (count.where[0], where)
        system.both.append((number, shown, held))
        if state is State.OPEN:
            count.low, count.high, count.state = low, high, state
        return
    if max(count.low, low) > min(count.high, high):
        ends = [number_word(count.low), number_word(low)]
        step = f"{ends[0]} steht in {count.where[0]}, {ends[1]} in {where}. Beides bleibt möglich."
        system.contradictions.append(Contradiction(number, f"{ends[0]} und {ends[1]}", step))
        count.low, count.high = min(count.low, low), max(count.high, high)
    else:
        count.low, count.high = max(count.low, low), min(count.high, high)


def _tie(system: System, figure: Figure) -> None:
    """Rows of a printed rate or difference."""
    column = figure.column
    top = system.count(column.measure, figure.place)
    other = {d: "" if folded(c) == "insgesamt" else folded(c) for d, c in column.per_at.items()}
    bottom = system.count(column.per or column.measure, at(figure.place, other))
    if top == bottom or figure.value is None:
        return
    if abs(figure.value) > LARGEST_RATE and column.kind is Kind.RATE:
        system.notes.append(f"Zu groß für eine Quote, nicht angegriffen: {figure.text} ({figure.where}).")
        return
    decimals = min(figure.decimals, FINEST_DECIMALS)
    scale = 10**decimals
    if column.kind is Kind.DIFFERENCE:
        told = round(figure.value)
        system.rows.append(Row(((top, 1), (bottom, -1)), told, told, Link.DIFFERENCE, figure))
        return
    printed = round((figure.value + column.minus) * scale)
    # Twice the scale, so that half a unit of the last printed decimal is a whole number.
    half = 1 if figure.decimals <= FINEST_DECIMALS else 2
    weight = 2 * scale * column.factor
    upper = ((top, weight), (bottom, -(2 * printed + half)))
    lower = ((top, weight), (bottom, -(2 * printed - half)))
    system.rows.append(Row(upper, -UNBOUNDED, 0, Link.RATE, figure))
    system.rows.append(Row(lower, 0, UNBOUNDED, Link.RATE, figure))
    if column.part:
        _rest(system, top, bottom)


def _rest(system: System, top: int, bottom: int) -> None:
    """Those in the denominator who are not in the numerator."""
    whole, part = system.counts[bottom], system.counts[top]
    key = (f"{whole.measure} ohne {part.measure}", part.place)
    new = key not in system.index
    rest = system.count(*key)
    system.counts[rest].rest = True
    if new:
        system.rows.append(Row(((bottom, 1), (top, -1), (rest, -1)), 0, 0, Link.REST))


def _add_sums(system: System, figures: Figures, description: Description) -> None:
    """Every sum at every place where a part of it is printed; upwards until nothing new appears."""
    sums = list(_sums(figures, description))
    system.sums = [s for _, s in sums]
    by_member = _by_member(sums)
    made: set[tuple[int, str, Place]] = set()
    position = 0
    while position < len(system.counts) and len(system.counts) < MOST_COUNTS:
        count = system.counts[position]
        position += 1
        if count.rest:
            continue
        for dimension, category in count.place:
            for i in by_member.get((count.measure, dimension, category), ()):
                whole = at(count.place, {dimension: system.sums[i].whole})
                if (i, count.measure, whole) not in made:
                    made.add((i, count.measure, whole))
                    _add_sum(system, i, count.measure, whole)
    if len(system.counts) >= MOST_COUNTS:
        system.notes.append("Die Veröffentlichung ist sehr groß; nicht alle Summen wurden gebildet.")


def _by_member(sums: Sequence[tuple[set[str], Sum]]) -> dict[tuple[str, str, str], list[int]]:
    """(measure, dimension, category) → the sums that a count there calls for.

    A part calls for its sums. A whole calls for its own only where it shares parts with another whole: such
    pieces of overlapping divisions are printed nowhere and follow all the same.
    """
    often = Counter((s.dimension, part) for _, s in sums if s.described for part in s.parts)
    found: dict[tuple[str, str, str], list[int]] = {}
    for i, (measures, one) in enumerate(sums):
        shared = one.described and any(often[one.dimension, part] > 1 for part in one.parts)
        members = {*one.parts, one.whole} if shared and one.whole else one.parts
        for measure, member in product(measures, members):
            found.setdefault((measure, one.dimension, member), []).append(i)
    return found


def _add_sum(system: System, group: int, measure: str, whole: Place) -> None:
    one = system.sums[group]
    parts = [at(whole, {one.dimension: part}) for part in sorted(one.parts)]
    terms = [(system.count(measure, whole), 1), *((system.count(measure, p), -1) for p in parts)]
    system.rows.append(Row(tuple(terms), 0, 0, Link.SUM, None, group))


def _sums(figures: Figures, description: Description) -> Iterator[tuple[set[str], Sum]]:
    """The measures a sum is about, and the sum: described ones, then tops that stand together."""
    measures = {measure for measure, _ in figures.systems}
    for name, dimension in description.dimensions.items():
        for whole, parts in dimension.sums.items():
            key = _folded_whole(whole, dimension.totals)
            yield measures, Sum(name, key, frozenset(folded(p) for p in parts), True)
    supposed: dict[tuple[str, frozenset[str]], tuple[set[str], bool]] = {}
    for (measure, name), systems in figures.systems.items():
        of = description.dimensions.get(name)
        if of is None or not of.summed:
            continue
        lower = {folded(p) for parts in of.sums.values() for p in parts}
        for system, complete in systems.items():
            tops = frozenset(system - lower)
            if len(tops) > 1:
                about, beside = supposed.get((name, tops), (set(), False))
                supposed[name, tops] = (about | {measure}, beside or complete)
    for (name, tops), (about, beside) in supposed.items():
        yield about, Sum(name, "", tops, False, beside)


def _folded_whole(whole: str, totals: Iterable[str]) -> str:
    text = folded(whole)
    return "" if text in {folded(t) for t in totals} else text


def _check_sums(system: System, figures: Figures, description: Description) -> None:
    """Compare each sum where all of it is printed; leave out what is contradicted."""
    slack = description.tolerance
    broken: dict[int, list[int]] = {}
    for number, row in enumerate(system.rows):
        if row.link is not Link.SUM or not all(system.counts[c].known for c, _ in row.terms):
            continue
        off = sum(system.counts[c].low * k for c, k in row.terms)
        done, held = system.checked.get(row.group, (0, 0))
        fits = abs(off) <= slack
        system.checked[row.group] = (done + 1, held + fits)
        if not fits:
            broken.setdefault(row.group, []).append(number)
    dropped: set[int] = set()
    # Parts without their total beside them may be a selection: only a sum that was checked is used.
    loose = (i for i, s in enumerate(system.sums) if not s.described and not s.beside)
    groups = {i for i in loose if not system.checked.get(i, (0, 0))[0]}
    for group, numbers in broken.items():
        if _holds(system, group, numbers):
            dropped |= set(numbers)
            system.contradictions += [_contradicted(system, figures, system.rows[n]) for n in numbers]
        else:
            groups.add(group)
            system.notes.append(_no_sum(system, figures, group, *system.checked[group]))
    rows = enumerate(system.rows)
    system.rows = [_eased(r, slack) for i, r in rows if i not in dropped and r.group not in groups]


def _eased(row: Row, slack: int) -> Row:
    return Row(row.terms, -slack, slack, row.link, None, row.group) if row.link is Link.SUM and slack else row


def _no_sum(system: System, figures: Figures, group: int, done: int, held: int) -> str:
    one = system.sums[group]
    listed = sorted(figures.words.get((one.dimension, p), p) for p in one.parts)
    names = ", ".join(listed[:4]) + (" …" if len(listed) > 4 else "")
    rows = [r for r in system.rows if r.group == group and all(system.counts[c].known for c, _ in r.terms)]
    off = max(abs(sum(system.counts[c].low * k for c, k in r.terms)) for r in rows)
    like_noise = off <= MOST_NOISE * (len(one.parts) + 1)
    noise = " Die Abweichungen sind klein wie bei Tabellen, deren Zahlen überlagert sind (Zensus)."
    return (
        f"Keine Summe: {one.dimension} ({names}) ergibt nur an {held} von {done} prüfbaren Stellen das "
        f"Gesamte. Diese Summe wird nicht verwendet.{noise if like_noise else ''}"
    )


def _holds(system: System, group: int, numbers: Sequence[int]) -> bool:
    """Whether a sum is one although it fails at some places (rows ``numbers``): there the numbers are wrong.

    A total that nobody described and that hardly ever fits may be one over other parts, or noisy everywhere.
    """
    one, (done, held) = system.sums[group], system.checked[group]
    if one.described or held >= CHECKED_SHARE * done:
        return True
    if one.whole or not one.beside:
        return False
    return held >= SAID_SHARE * done or (done < FEW_PLACES and all(_near(system, n) for n in numbers))


def _near(system: System, number: int) -> bool:
    """Whether a total is nearly right, or smaller than its parts: both happen by mistake only."""
    whole, parts = _printed(system, system.rows[number])
    return parts > whole or whole - parts <= NEAR * whole


def _printed(system: System, row: Row) -> tuple[int, int]:
    """The printed total of a sum and what its parts add up to."""
    (whole, _), *parts = row.terms
    return system.counts[whole].low, sum(system.counts[c].low for c, _ in parts)


def _contradicted(system: System, figures: Figures, row: Row, most: int = 6) -> Contradiction:
    """A sum that does not come out, in words."""
    (whole, _), *parts = row.terms
    printed, total = _printed(system, row)
    named = [
        f"{number_word(system.counts[c].low)} ({_apart(figures, system.counts[c], system.counts[whole])})"
        for c, _ in parts[:most]
    ]
    rest = f" + {len(parts) - most} weitere Teile" if len(parts) > most else ""
    step = (
        f"{' + '.join(named)}{rest} = {number_word(total)}, nicht {number_word(printed)}. Diese Summe wird "
        "nicht verwendet; alles andere ist davon unberührt."
    )
    return Contradiction(whole, f"{number_word(printed)} statt {number_word(total)}", step)


def _apart(figures: Figures, part: Count, whole: Count) -> str:
    """What tells a part from its whole."""
    own = [item for item in part.place if item not in whole.place]
    return ", ".join(figures.words.get(item, item[1]) for item in own) or part.measure
