"""Whether the sums of a publication hold where all of it is printed; what does not is left out, and said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wohnplatz.text import number as number_word

from .description import Description
from .figures import Figures
from .system import Contradiction, Count, Link, Row, Sum, System, at
from .totals import Total, tried, unproven

MOST_NOISE = 5
"""Noise on one count of the census is hardly larger."""
CHECKED_SHARE = 0.9
"""A sum that was only supposed must hold at this share of the places where all of it is printed."""
SAID_SHARE = 0.5
"""The same for a total that stands beside its parts and says so."""
FEW_PLACES = 3
NEAR = 0.2
"""A total in few places that is off by less than this share of it is a mistake, not a selection of parts."""


def used_sums(
    system: System, figures: Figures, description: Description, sums: Iterable[tuple[set[str], Sum]]
) -> list[tuple[set[str], Sum]]:
    """The sums without those that were only supposed and can be tried nowhere.

    Parts without their total beside them may be a selection: only a sum that printed numbers prove is used.
    Where its total stands in another file, but proves nothing, that is said.
    """
    used: list[tuple[set[str], Sum]] = []
    totals: dict[str, list[int]] = {}
    known = system.printed()
    for measures, one in sums:
        if not one.described and not one.beside:
            if one.dimension not in totals:
                numbers = (system.index[key] for key in known)
                totals[one.dimension] = [i for i in numbers if not _stands_in(system, i, one.dimension)]
            wholes = [i for i in totals[one.dimension] if system.counts[i].measure in measures]
            printed = {i: _printed_of(system, i, one) for i in wholes}
            near = [(system.counts[i].measure, system.counts[i].place) for i, n in printed.items() if n]
            if len(one.parts) not in printed.values():
                total = Total(one.dimension, "", one.parts, near[0], proven=False) if near else None
                found = tried(known, total, near, description.threshold) if total else None
                if found is None or not found.proven:
                    system.unused += [_unused(system, figures, description, found)] if found else []
                    continue
        used.append((measures, one))
    return used


def _stands_in(system: System, count: int, dimension: str) -> bool:
    return any(d == dimension for d, _ in system.counts[count].place)


def _printed_of(system: System, whole: int, one: Sum) -> int:
    """How many parts of a total are printed."""
    count = system.counts[whole]
    places = ((count.measure, at(count.place, {one.dimension: part})) for part in one.parts)
    found = (system.index.get(place, -1) for place in places)
    return sum(i >= 0 and system.counts[i].known for i in found)


def _unused(system: System, figures: Figures, description: Description, one: Total) -> str:
    """A total that may be the sum of parts in another file, in words."""
    count = system.counts[system.index[one.at]]
    where = f" ({count.where[0]})" if count.where else ""
    said = description.dimensions[one.dimension].totals
    return unproven(
        f"{figures.name(count.measure, count.place)}{where}", one.dimension, said[0] if said else "insgesamt",
        sorted(figures.words.get((one.dimension, p), p) for p in one.parts), total=not said,
    )  # fmt: skip


def check_sums(system: System, figures: Figures, description: Description) -> None:
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
    groups: set[int] = set()
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
