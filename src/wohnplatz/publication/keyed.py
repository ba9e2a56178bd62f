"""Answers with a chance deviation: single questions over counts that stand in no table.

Each variable in each year that a question sums up gets one answer with the noise of its cell key. What is
told is arithmetic over these answers, so a ratio gives away no more than they do. Each is judged together
with everything that is out, and remembered as the interval in which the true sum must lie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure import Mode, Rule, requirements
from wohnplatz.disclosure.cellkey import Answers, NoiseTable, answer_facts, answers, atom_keys
from wohnplatz.disclosure.clearance import Told as Shown
from wohnplatz.disclosure.clock import now
from wohnplatz.disclosure.facts import join
from wohnplatz.indicators.terms import Plan
from wohnplatz.model import FigureTable

from .answered import Out, Overlay, averaged, differing
from .blocks import History
from .further import (
    Beside,
    Judged,
    Problem,
    Why,
    as_a_whole,
    as_published,
    insiders_of,
    widened,
)
from .insiders import joined_needs
from .pieces import Told, over
from .record import CLOSED, Record
from .slivers import slivers

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NUMERATOR, DENOMINATOR = "numerator", "denominator"


@dataclass(frozen=True, slots=True)
class Noise:
    """How answers are overlaid: a table that everybody may know, and the secret of the installation."""

    table: NoiseTable
    secret: bytes = field(repr=False)


def sides(what: Told, modes: Sequence[Mode], plan: Plan, code: str) -> tuple[Bools, Bools] | None:
    """Which rows have a numerator, and which a denominator, over counts that are answered by cell key.

    None where a side mixes them with other counts, or is no plain sum: it takes something away, or counts
    some of them more than once.
    """
    figure = next((f for f in plan.sums if f.code == code and not f.breakdown), None)
    found = []
    for name, of_rows in ((NUMERATOR, what.numerator), (DENOMINATOR, what.denominator)):
        keyed = [{modes[n] is Mode.CELL_KEY for n in places} for places in of_rows]
        if any(len(kinds) > 1 for kinds in keyed):
            return None
        plain = figure is not None and all(c == 1 for c in getattr(figure, name).values())
        mine = np.array([kinds == {True} for kinds in keyed], dtype=np.bool_)
        if mine.any() and not plain:
            return None
        found.append(mine)
    pieces = (p for p, m in zip(what.pieces, modes, strict=True) if m is Mode.CELL_KEY)
    if any(not p.exact or any(factor != 1 for _, factor in p.counts) for p in pieces):
        return None
    return found[0], found[1]


def roles(what: Told, chosen: Ints) -> tuple[str, ...]:
    """What each of the ``chosen`` pieces is of the figures asked for."""
    both = ((NUMERATOR, what.numerator), (DENOMINATOR, what.denominator))
    return tuple(
        " ".join(name for name, of_rows in both if any(n in places for places in of_rows))
        for n in chosen.tolist()
    )


def answer(  # noqa: PLR0913 (the sums, what they meet, what is asked, how they are overlaid)
    what: Told, chosen: Ints, beside: Beside, rule: Rule, noise: Noise, *, seconds: float
) -> Judged:
    """Answer all ``chosen`` pieces of one block, or none of them."""
    end = now() + seconds
    everything = np.ones(len(chosen), dtype=np.bool_)
    posed = _posed(what, chosen, beside, rule, noise)
    if isinstance(posed, Why):
        return Judged(~everything, None, posed)
    return as_a_whole(posed, beside, everything, end)


def _posed(what: Told, chosen: Ints, beside: Beside, rule: Rule, noise: Noise) -> Problem | Why:
    """What has to be proven, or why there is nothing to be tried."""
    pieces = [what.pieces[n] for n in chosen.tolist()]
    matrix = over(beside.record, what.universe, pieces)
    if beside.record.status == CLOSED or matrix is None:
        return Why.NOTHING_OUT
    if _out_otherwise(beside, {p.node for p in pieces}):
        return Why.MIXED
    past = as_published(beside)
    rows = widened(matrix, len(past.block.atoms))
    if (past.block.atoms.values[np.unique(rows.indices)] < 0).any():
        return Why.MODE
    new = Out(rows, _figures(rows, past, noise))
    problem = _problem(past, new, beside, [p.name for p in pieces], rule, noise, roles(what, chosen))
    return Why.AVERAGED if _too_sharp(problem, past.answers.and_also(new)) else problem


def _out_otherwise(beside: Beside, nodes: set[tuple[str, int]]) -> bool:
    """Whether figures of these counts are out as they are, or rounded."""
    records = (beside.record, *(record for _, record in beside.newer))
    return any(nodes & (r.suppressed_nodes() | r.rounded_nodes()) for r in records)


def _figures(rows: sp.csr_array, past: History, noise: Noise) -> Ints:
    """The answers: those that the same people had before, whatever the secret was then, or new ones."""
    atoms, keys = past.block.atoms, past.block.keys
    own = np.zeros(len(atoms), dtype=np.uint64)
    own[: len(keys)] = atom_keys(keys, noise.secret)
    fresh = answers(rows, atoms, own, noise.table).figures
    before = past.answers.given_to(rows, atoms)
    result: Ints = np.where(before >= 0, before, fresh)
    return result


def _problem(  # noqa: PLR0913, PLR0917 (a question, and everything it meets)
    past: History,
    new: Out,
    beside: Beside,
    names: Sequence[str],
    rule: Rule,
    noise: Noise,
    parts: tuple[str, ...],
) -> Problem:
    """The question with what it tells, and with what of it must stay open."""
    atoms, block = past.block.atoms, past.block
    largest = noise.table.largest
    told = answer_facts(
        Answers(new.figures, largest), new.matrix, noise.table,
        lambda i: f"{names[i]}: Antwort mit Zufallsüberlagerung, höchstens {largest} daneben",
    )  # fmt: skip
    rules = [rule] * len(new)
    near = sp.csr_array(sp.vstack([past.known.matrix[_exact(past)], past.answers.matrix, new.matrix]))
    needs = joined_needs(
        block.needs, requirements(atoms, new.matrix, rules, names.__getitem__).needs,
        slivers(atoms, new.matrix, near, rules, names),
    )  # fmt: skip
    known = join(past.known, differing(past.answers.and_also(new)))
    history = replace(past, block=replace(block, needs=needs), known=known)
    none = np.empty(0, dtype=np.int64)
    return Problem(
        (), none, none, new.matrix, history, beside.record.zeros_visible,
        insiders_of(beside.record, past), told, Overlay(largest, parts),
    )  # fmt: skip


def _exact(past: History) -> Ints:
    """What is known exactly."""
    found: Ints = np.flatnonzero(past.known.low == past.known.high)
    return found


def _too_sharp(problem: Problem, out: Out) -> bool:
    """Whether anybody, suppliers that count as intruders included, could average answers."""
    past = problem.history
    fixed = np.flatnonzero(past.block.atoms.lower == past.block.atoms.upper)
    ones = np.ones(len(fixed), dtype=np.int64)
    single = sp.csr_array((ones, (np.arange(len(fixed)), fixed)), shape=(len(fixed), len(past.block.atoms)))
    known = sp.csr_array(sp.vstack([past.known.matrix[_exact(past)], single], format="csr"))
    areas = [_area(past.block.atoms.name(n)) for n in range(len(past.block.atoms))]
    everybody = (past.block.needs, np.empty(0, dtype=np.int64))
    knowing = [everybody, *((i.needs, i.own) for i in problem.insiders)]
    return any(averaged(out.once(), areas, needs, known, own).any() for needs, own in knowing)


def _area(name: str) -> str:
    """The area in the identity of a count."""
    parts = name.split("|")
    return parts[1] if len(parts) > 1 else name


def told_rows(
    rows: FigureTable,
    shown: Shown,
    keyed: tuple[Bools, Bools],
    found: Mapping[str, tuple[int, int]],
    factor: float,
) -> tuple[FigureTable, Shown]:
    """The rows of one indicator with their answers in place of the true numbers, marked.

    ``found`` has for each side the sum of its answers and their largest deviation, ``factor`` is what a ratio
    is multiplied with. The ``error`` of a row is then the furthest that its figure may lie from what it would
    be without noise. Nothing of it depends on the true number of a side that was answered.
    """
    above, off_above = found.get(NUMERATOR, (0, 0))
    below, off_below = found.get(DENOMINATOR, (0, 0))
    changed = keyed[0] | keyed[1]
    seen = shown.of(rows)
    numerator = np.where(keyed[0], above, seen.numerator)
    denominator = np.where(keyed[1], below, seen.denominator)
    ratio = ~np.isnan(rows.denominator)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(ratio, factor * numerator / denominator, numerator)
        value = np.where(ratio & ~(denominator > 0), np.nan, value)
        error = _furthest(numerator, denominator, np.where(keyed[0], off_above, 0.0),
                          np.where(keyed[1], off_below, 0.0))  # fmt: skip
    error = np.where(ratio, factor * error, np.where(keyed[0], off_above, np.nan))
    told = Shown(
        shown.altered | changed, np.where(changed, value, seen.value),
        np.where(changed, numerator, seen.numerator), np.where(changed, denominator, seen.denominator),
        shown.overlaid | changed,
    )  # fmt: skip
    return replace(rows, error=np.where(changed, error, rows.error)), told


def _furthest(n: Floats, d: Floats, off_n: Floats, off_d: Floats) -> Floats:
    """How far a ratio may lie from n / d at most; the true denominator is at least 1."""
    up = (n + off_n) / np.maximum(d - off_d, 1.0) - n / d
    down = n / d - np.maximum(n - off_n, 0.0) / (d + off_d)
    result: Floats = np.maximum(up, down)
    return result


def answers_in(records: Sequence[Record]) -> dict[str, tuple[int, int]]:
    """For each side that was answered with a chance deviation the sum of the answers, and how far off."""
    found: dict[str, tuple[int, int]] = {}
    for record in records:
        if record.overlay is None or record.ranges is None:
            continue
        largest = record.overlay.largest
        for role, high in zip(record.overlay.roles, record.ranges.high.tolist(), strict=True):
            for side in role.split():
                total, off = found.get(side, (0, 0))
                found[side] = total + high - largest, off + largest
    return found
