"""Joins the figures of a publication: unknown counts, what is printed of them, and which sums must hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import ceil, floor

from wohnplatz.disclosure.problem import UNBOUNDED
from wohnplatz.text import number as number_word

from .description import Description, Kind
from .figures import FINEST_DECIMALS, Figure, Figures, Place
from .source import folded
from .sums import check_sums, used_sums
from .system import Contradiction, Link, Row, State, Sum, System, at
from .totals import Total, totals_elsewhere, unproven

MOST_COUNTS = 400_000
"""Sums above the printed figures are added up to this many counts."""
LARGEST_RATE = 100_000
MOST_NAMED = 3
"""Of several totals that parts may add up to, so many are named."""
BEFORE = "vorjahr"
"""As a category of the earlier figure: the year before."""


def join(figures: Figures, description: Description) -> System:
    """Counts and rows of all figures; supposed sums that do not hold are left out, with a note."""
    system = System(notes=list(figures.notes))
    _publish(system, figures, description)
    _know(system, figures)
    for figure in figures.figures:
        if figure.column.kind is not Kind.COUNT and (figure.span or not figure.hidden):
            _tie(system, figure)
    _add_sums(system, figures, description)
    check_sums(system, figures, description)
    return system


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
    if column.kind is Kind.CLASS and not column.per:
        _enclose(system, figure, top)
        return
    other = {d: _other(figure.place, d, folded(c)) for d, c in column.per_at.items()}
    bottom = system.count(column.per or column.measure, at(figure.place, other))
    if figure.span is not None:
        _tie_class(system, figure, top, bottom)
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


def _other(place: Place, dimension: str, category: str) -> str:
    """Where the denominator, or the earlier figure, stands in a dimension; empty for the total."""
    if category == "insgesamt":
        return ""
    here = dict(place).get(dimension, "")
    return str(int(here) - 1) if category == BEFORE and here.isdigit() else category


def _enclose(system: System, figure: Figure, top: int) -> None:
    """A count whose class is printed."""
    span = figure.span
    assert span is not None
    low = 0 if span.low is None else floor(span.low) + 1 if span.above else ceil(span.low)
    high = UNBOUNDED if span.high is None else ceil(span.high) - 1 if span.below else floor(span.high)
    system.rows.append(Row(((top, 1),), low, high, Link.RATE, figure))


def _tie_class(system: System, figure: Figure, top: int, bottom: int) -> None:
    """Rows of a rate whose class is printed: the same limits in whole numbers."""
    span, factor = figure.span, figure.column.factor
    assert span is not None
    if top == bottom or system.counts[bottom].high == 0:
        return
    if span.low is not None:
        terms = ((top, factor * span.low.denominator), (bottom, -span.low.numerator))
        system.rows.append(Row(terms, int(span.above), UNBOUNDED, Link.RATE, figure))
    if span.high is not None:
        terms = ((top, factor * span.high.denominator), (bottom, -span.high.numerator))
        system.rows.append(Row(terms, -UNBOUNDED, -int(span.below), Link.RATE, figure))


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
    sums = used_sums(system, figures, description, _sums(figures, description))
    sums += _elsewhere(system, figures, description)
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


def _elsewhere(system: System, figures: Figures, description: Description) -> Iterator[tuple[set[str], Sum]]:
    """Totals of other files that their printed counts prove to be sums; what may be one is said."""
    possible: dict[tuple[str, frozenset[str]], list[Total]] = {}
    for total in totals_elsewhere(figures, description, system.printed()):
        if total.proven:
            measures = {measure for measure, _ in figures.systems}
            yield measures, Sum(total.dimension, total.whole, total.parts, described=False, beside=False)
        else:
            possible.setdefault((total.dimension, total.parts), []).append(total)
    for (dimension, parts), totals in possible.items():
        places = [system.counts[system.index[one.at]].where[:1] for one in totals[:MOST_NAMED]]
        names = [figures.words.get((dimension, one.whole), one.whole) for one in totals[:MOST_NAMED]]
        listed = zip(names, places, strict=True)
        what = " oder ".join(f"»{name}«{f' ({where[0]})' if where else ''}" for name, where in listed)
        words = sorted(figures.words.get((dimension, p), p) for p in parts)
        system.unused.append(unproven(what, dimension, names[0], words))


def _folded_whole(whole: str, totals: Iterable[str]) -> str:
    text = folded(whole)
    return "" if text in {folded(t) for t in totals} else text
