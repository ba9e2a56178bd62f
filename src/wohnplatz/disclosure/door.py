"""The door: the one place where a computed figure becomes a figure that may be seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from ..model import (
    FIRST_WITHOUT_NUMBER,
    Altered,
    Audience,
    CellState,
    FigureMeta,
    FigureTable,
    ReleaseContext,
    ReleasedFigure,
    ReleasedTable,
    WohnplatzError,
)
from ..model.released import _SEAL, marks_of
from ..text import altered_word
from .clearance import Clearance
from .primary import Bools, Inputs, follow, limits, primary
from .rules import Rule, RuleSet, Sources

NO_INPUTS: Inputs = MappingProxyType({})
NO_DENOMINATORS: Mapping[str, float] = MappingProxyType({})
NO_SOURCES: Mapping[str, Sources] = MappingProxyType({})

PROTECTED = "protected"
TOO_DETAILED = "too_detailed"
INTERNAL_ONLY = "internal_only"


def release(  # noqa: PLR0913 (one door, and it must know all of this; all but two by name)
    figures: FigureTable,
    meta: Mapping[str, FigureMeta],
    *,
    rules: RuleSet,
    protection: Mapping[str, str],
    context: ReleaseContext,
    inputs: Inputs = NO_INPUTS,
    minimum_denominator: Mapping[str, float] = NO_DENOMINATORS,
    only: Collection[str] | None = None,
    sources: Mapping[str, Sources] = NO_SOURCES,
    clearance: Clearance | None = None,
) -> ReleasedTable:
    """The figures that ``context.audience`` may see, in the table's order; the others without any number.

    ``protection`` maps each indicator of the table to its protection class, ``minimum_denominator`` replaces
    the class's limit for single indicators. ``inputs`` maps an indicator computed from others to (input,
    years back): it is protected where one of its inputs is, and where an input's row (same level, area,
    breakdown) is not in the table. ``only`` names the indicators that come out; the others serve as inputs.
    ``sources`` says which variables and suppliers are behind an indicator: what they demand tightens the
    class's rule. The context's ``policy`` is set from the rules.
    ``clearance`` says which rows are among the facts that are proven to protect everybody; for every
    audience with primary rules nothing comes out without it.

    A figure the supplier protected stays protected under every audience. A protected figure keeps its place
    and the counts of its coverage (areas, not persons), and no other number; its reason is the same whichever
    rule held it. What cannot be checked (no numerator beside a denominator, a number that is not finite) is
    protected. Under an audience without primary rules small figures come out, each with the reason
    ``internal_only``.

    Raises ``WohnplatzError`` for an indicator without protection class (``disclosure.no_class``), a class the
    rules do not know (``disclosure.unknown_class``), an indicator without meta data
    (``disclosure.no_meta``) or a table without a clearance of its length (``disclosure.no_proof``); then
    nothing comes out.
    """
    audience = rules.audiences[context.audience]
    names = [str(name) for name in np.unique(figures.indicator)]
    by_indicator = {name: _rule(name, protection, rules, context.audience, sources) for name in names}
    asked = [name for name in names if only is None or name in only]
    used = {name: _meta(name, meta) for name in asked}
    held = _held_before(figures)
    if audience.primary and (clearance is None or len(clearance) != len(figures)):
        raise _unproven(context)
    altered = np.zeros(len(figures), dtype=np.bool_)
    if audience.primary and clearance is not None:
        figures, altered = clearance.seen(figures), clearance.altered
    closed = held if clearance is None else held | ~clearance.open
    limit = limits(figures, by_indicator, inputs, minimum_denominator)
    sensitive = follow(figures, closed | primary(figures, limit, altered), inputs)
    kept = np.isin(figures.indicator, np.array(asked, dtype=np.str_))
    hidden = sensitive if audience.primary else held
    shares = np.ones(len(figures), dtype=np.bool_)
    if audience.primary and clearance is not None:
        shares = clearance.coverage
    told = clearance.told.rows(kept).marks() if altered.any() and clearance and clearance.told else []
    marks = told or [Altered.NOT] * int(kept.sum())
    if audience.primary:
        figures = _without_detail(figures, rules.too_detailed(figures, sources))
    shown = _released(figures.where(kept), hidden[kept], sensitive[kept], shares[kept], marks)
    policy = rules.policy(context.audience)
    altered_codes = marks_of(shown)
    if altered_codes:
        words = sorted({altered_word(mark) for _, mark in altered_codes})
        policy += f"; {' oder '.join(words)}, wo es dabeisteht"
    head = replace(context, policy=policy, altered=altered_codes)
    return ReleasedTable(head, MappingProxyType(used), shown, _SEAL)


def _rule(
    indicator: str,
    protection: Mapping[str, str],
    rules: RuleSet,
    audience: Audience,
    sources: Mapping[str, Sources],
) -> Rule:
    """The rule of an indicator; no default, because a forgotten class must not open anything."""
    if indicator not in protection:
        raise _refused("no_class", f"Für den Indikator »{indicator}« ist keine Schutzklasse festgelegt.")
    name = protection[indicator]
    if name not in rules.audiences[audience].classes:
        raise _refused(
            "unknown_class", f"Die Schutzklasse »{name}« des Indikators »{indicator}« ist unbekannt."
        )
    return rules.rule(audience, name, sources.get(indicator))


def _meta(indicator: str, meta: Mapping[str, FigureMeta]) -> FigureMeta:
    if indicator not in meta:
        raise _refused("no_meta", f"Zum Indikator »{indicator}« fehlen die Angaben für die Anzeige.")
    return meta[indicator]


def _refused(code: str, what: str) -> WohnplatzError:
    return WohnplatzError(
        what,
        why="Ohne diese Angabe wird keine Zahl ausgegeben.",
        todo="Bitte den Katalog oder die Schutzregeln ergänzen.",
        code=f"disclosure.{code}",
    )


def _unproven(context: ReleaseContext) -> WohnplatzError:
    return WohnplatzError(
        "Für diese Zahlen gibt es keinen Nachweis der Geheimhaltung.",
        where=context.release,
        why="Ohne Nachweis, dass sich nichts Geschütztes errechnen lässt, wird keine Zahl ausgegeben.",
        todo="Bitte einen neuen Datenstand bilden; dabei wird der Nachweis geführt.",
        code="disclosure.no_proof",
    )


def _without_detail(figures: FigureTable, rows: Bools) -> FigureTable:
    """The figures with ``rows`` (n,) as what is not published: nobody learns whether a number was small."""
    if not rows.any():
        return figures
    nothing = {
        name: np.where(rows, np.nan, getattr(figures, name))
        for name in ("value", "numerator", "denominator", "share", "error")
    }
    return replace(
        figures, state=np.where(rows, CellState.NOT_APPLICABLE, figures.state).astype(np.uint8),
        reason=np.where(rows, TOO_DETAILED, figures.reason), **nothing,
    )  # fmt: skip


def _held_before(figures: FigureTable) -> Bools:
    """Cells the supplier protected, and infinite numbers: nobody can say what they stand for."""
    result: Bools = (figures.state == CellState.PROTECTED) | np.isinf(figures.value)
    return result


def _released(
    figures: FigureTable, hidden: Bools, sensitive: Bools, shares: Bools, marks: Sequence[Altered]
) -> tuple[ReleasedFigure, ...]:
    """One released figure for each row; where there is no number, no other number stands either."""
    has_number = (figures.state < FIRST_WITHOUT_NUMBER) & ~hidden
    # A cell that is empty for another reason keeps that reason: it never held a number to protect.
    stays_empty = (figures.state >= FIRST_WITHOUT_NUMBER) & (figures.state != CellState.PROTECTED)
    state = np.where(hidden & ~stays_empty, CellState.PROTECTED, figures.state)
    protected = state == CellState.PROTECTED
    reason = np.where(protected, PROTECTED, figures.reason)
    reason = np.where(has_number & sensitive, INTERNAL_ONLY, reason)
    columns = (
        figures.indicator.tolist(), figures.level.tolist(), figures.area.tolist(), figures.year.tolist(),
        _numbers(figures.value, has_number), [CellState(s) for s in state.tolist()],
        _numbers(figures.numerator, has_number), _numbers(figures.denominator, has_number),
        figures.covered.tolist(), figures.expected.tolist(), _numbers(figures.share, ~protected & shares),
        figures.breakdown.tolist(), reason.tolist(), _numbers(figures.error, has_number),
        [None] * len(figures), _marked(marks, has_number),
    )  # fmt: skip
    return tuple(ReleasedFigure(*row) for row in zip(*columns, strict=True))


def _marked(marks: Sequence[Altered], has_number: Bools) -> list[Altered]:
    """The marks of the rows that have a number; what has none was not altered."""
    return [m if n else Altered.NOT for m, n in zip(marks, has_number.tolist(), strict=True)]


def _numbers(column: npt.NDArray[np.float64], keep: Bools) -> list[float | None]:
    """The column as Python numbers; None where it is held back or there is none."""
    kept = keep & np.isfinite(column)
    return [number if k else None for number, k in zip(column.tolist(), kept.tolist(), strict=True)]
