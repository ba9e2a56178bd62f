"""Says in words how a count follows: which printed figures, added and subtracted how."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from wohnplatz.disclosure.exact import rational
from wohnplatz.disclosure.problem import UNBOUNDED
from wohnplatz.text import number, plural

from .attack import Kind as LeakKind
from .attack import Leak
from .figures import Figure, Figures
from .solving import Ints, Open, components
from .system import Link, Row, State, System

DEEPEST = 4
"""Steps that are told one after the other; what lies before them is called computed."""
MOST_TERMS = 6
MOST_STEPS = 8


class Explainer:
    """Tells how counts of a joined publication follow."""

    def __init__(self, system: System, figures: Figures, part: Open, *, zeros_visible: bool) -> None:
        self.system, self.figures, self.part, self.zeros_visible = system, figures, part, zeros_visible
        self.component_of = {int(u): (c, r) for c, r in components(part) for u in c}

    def explain(self, leak: Leak) -> tuple[str, ...]:
        """The steps, one sentence each; the last one gives the number."""
        count = self.system.counts[leak.count]
        if leak.kind is LeakKind.PRINTED:
            return (f"Die Zahl {count.low} steht offen da: {count.where[0]}.",)
        if leak.kind is LeakKind.BOTH:
            return self._both(leak.count)
        if leak.kind is LeakKind.UNSETTLED:
            return ("In der verfügbaren Zeit war nicht zu entscheiden, ob die Zahl errechenbar ist.",)
        if leak.count in self.part.reasons and self._end(leak.count)[0] == self._end(leak.count)[1]:
            return tuple(dict.fromkeys(self._steps(leak.count, DEEPEST)))[-MOST_STEPS:]
        return self._together(leak)

    def _both(self, count: int) -> tuple[str, ...]:
        places = [(shown, held) for number, shown, held in self.system.both if number == count]
        return tuple(f"Offen in {shown}, gesperrt in {held}." for shown, held in places)

    def _end(self, count: int) -> tuple[int, int]:
        return int(self.part.ends[0][count]), int(self.part.ends[1][count])

    def _steps(self, count: int, depth: int) -> list[str]:
        """What had to be computed before, then the count itself."""
        steps: list[str] = []
        own = self.part.reasons.get(count, [])
        for row in own:
            for other, _ in self.system.rows[row].terms:
                if other != count and depth > 0 and self._computed(other):
                    steps += self._steps(other, depth - 1)
        start = "Denn" if depth == DEEPEST else f"Zuerst {self._name(count)}:"
        told = [f"{start} {self._sentence(self.system.rows[row], count)}" for row in own]
        return steps + list(dict.fromkeys(told))

    def _computed(self, count: int) -> bool:
        return not self.system.counts[count].known and count in self.part.reasons

    def _sentence(self, row: Row, count: int) -> str:
        """One row solved for one count."""
        if row.figure is not None and row.figure.span is not None:
            return self._class(row.figure, row, count)
        if row.link is Link.RATE:
            return self._rate(row, count)
        factor = dict(row.terms)[count]
        terms = [(c, -k * factor) for c, k in row.terms if c != count]
        value = self._end(count)
        about = "" if row.low == row.high else f" (bis auf {number(row.high)})"
        result = number(value[0]) if value[0] == value[1] else f"höchstens {number(value[1])}"
        if row.link is Link.DIFFERENCE and row.figure is not None:
            sign = "−" if row.low * factor < 0 else "+"
            about = f"{sign} {number(abs(row.low))} (Veränderung: {row.figure.where})"
            return f"{self._sum(terms, count)} {about} = {result}"
        return f"{self._sum(terms, count)} = {result}{about}"

    def _class(self, figure: Figure, row: Row, count: int) -> str:
        """What the printed class of a rate or count says of one count."""
        value = self._end(count)
        ends = number(value[0]) if value[0] == value[1] else f"{number(value[0])} bis {number(value[1])}"
        ends = f"mindestens {number(value[0])}" if value[1] == UNBOUNDED else ends
        others = [c for c, _ in row.terms if c != count]
        beside = f" bei {self._value(others[0])} ({self._short(others[0], count)})" if others else ""
        return f"die Klasse »{figure.text}«{beside} lässt nur {ends} zu ({figure.where})"

    def _rate(self, row: Row, count: int) -> str:
        assert row.figure is not None
        figure, ((top, _), (bottom, _)) = row.figure, row.terms
        half = 0.5 * 10.0**-figure.decimals
        ends = [(figure.value or 0.0) + figure.column.minus + s * half for s in (-1, 1)]
        unit = {100: " %", 1000: " ‰"}.get(figure.column.factor, f" je {number(figure.column.factor)}")
        printed = number(figure.value or 0.0, figure.decimals) + unit
        word = "Veränderung" if figure.column.minus else "Quote"
        if count == top:
            of = self._end(bottom)[0]
            low, high = (max(e, 0.0) * of / figure.column.factor for e in ends)
            result = self._whole(count, low, high)
            return (
                f"die {word} {printed} bei {number(of)} ({self._short(bottom, count)}) bedeutet "
                f"{number(low, 2)} bis {number(high, 2)}, also {result} ({figure.where})"
            )
        of = self._end(top)[0]
        low = of * figure.column.factor / ends[1] if ends[1] > 0 else 0.0
        high = of * figure.column.factor / ends[0] if ends[0] > 0 else float("inf")
        until = "mehr" if high == float("inf") else number(high, 2)
        return (
            f"{number(of)} ({self._short(top, count)}) und die {word} {printed} bedeuten "
            f"{number(low, 2)} bis {until} ({figure.where})"
        )

    def _whole(self, count: int, low: float, high: float) -> str:
        least, most = ceil(low - 1e-9), floor(high + 1e-9)
        if least == most:
            return number(least)
        value = self._end(count)
        if value[0] != value[1]:
            return f"{number(least)} bis {number(most)}"
        why = "; sie ist gesperrt und darum nicht 0" if self.zeros_visible and least == 0 else ""
        return f"{number(value[0])}{why}"

    def _sum(self, terms: Sequence[tuple[int, int]], count: int) -> str:
        """``34 (insgesamt) − 20 (Adorf) − 12 (Cstadt)``, what is added first; long ones are shortened."""
        ordered = sorted(terms, key=lambda t: -t[1])
        shown = [t for t in ordered if self._end(t[0])[1] != 0] or ordered[:1]
        left = len(shown) - MOST_TERMS
        parts = [self._term(t, count) for t in shown[: MOST_TERMS if left > 1 else len(shown)]]
        if left > 1:
            rest = sum(self._end(c)[0] * k for c, k in shown[MOST_TERMS:])
            sign = "−" if rest < 0 else "+"
            parts.append(f"{sign} {number(abs(rest))} (weitere {left} Zahlen)")
        return " ".join(parts).removeprefix("+ ")

    def _term(self, term: tuple[int, int], count: int) -> str:
        other, factor = term
        times = "" if abs(factor) == 1 else f"{abs(factor)} x "
        return f"{'−' if factor < 0 else '+'} {times}{self._value(other)} ({self._short(other, count)})"

    def _value(self, count: int) -> str:
        low, high = self._end(count)
        return number(low) if low == high else "?"

    def _name(self, count: int) -> str:
        one = self.system.counts[count]
        return f"»{self.figures.name(one.measure, one.place)}«"

    def _short(self, count: int, beside: int) -> str:
        """What tells a count from the one it is told beside."""
        one, other = self.system.counts[count], self.system.counts[beside]
        own, theirs = dict(one.place), dict(other.place)
        parts = [one.measure] if one.measure != other.measure else []
        for dimension in dict.fromkeys([*own, *theirs]):
            if own.get(dimension) != theirs.get(dimension):
                category = own.get(dimension, "")
                whole = f"{dimension} insgesamt"
                parts.append(self.figures.words.get((dimension, category), category) or whole)
        computed = ", errechnet" if self._computed(count) else ""
        return ", ".join(parts or [one.measure]) + computed

    def _together(self, leak: Leak) -> tuple[str, ...]:
        """A count that follows only from several rows at once: the rows with their weights."""
        position = int(np.flatnonzero(self.part.counts == leak.count)[0])
        found = self.component_of.get(position)
        if found is None:
            return (f"{self._name(leak.count)} liegt zwischen {leak.low} und {leak.high}.",)
        steps = []
        for direction in (1, -1):
            weights = _weights(self.part, found, position, direction)
            if weights is not None:
                steps.append(self._combined(weights, found[1], leak, direction))
        told = tuple(dict.fromkeys(s for s in steps if s))
        return told or (f"Die Datei selbst sagt: {leak.low} bis {leak.high}.",)

    def _combined(self, weights: Ints, rows: Ints, leak: Leak, direction: int) -> str:
        """The weighted sum of rows as one equation: unknown counts left, printed ones right."""
        total: dict[int, int] = {}
        used = [self.system.rows[self.part.rows[rows[i]]] for i in np.flatnonzero(weights)]
        for row, weight in zip(used, weights[np.flatnonzero(weights)].tolist(), strict=True):
            for count, factor in row.terms:
                total[count] = total.get(count, 0) + weight * factor
        if not used:
            return ""
        unknown = [(c, k) for c, k in total.items() if k and self._end(c)[0] != self._end(c)[1]]
        known = [(c, -k) for c, k in total.items() if k and self._end(c)[0] == self._end(c)[1]]
        edge = self._edge(leak, direction)
        loose = any(row.low != row.high for row in used)
        rounded = any(self.system.counts[c].state is State.OPEN for c, _ in unknown)
        if not unknown or loose or rounded:
            return f"{plural(len(used), 'Aussage lässt', 'Aussagen lassen zusammen')} {edge} zu"
        if dict(unknown).get(leak.count, 0) < 0:
            unknown, known = [(c, -k) for c, k in unknown], [(c, -k) for c, k in known]
        left = self._left(unknown, leak.count)
        value = number(sum(self._end(c)[0] * k for c, k in known))
        right = f"{self._sum(known, leak.count)} = {value}" if len(known) > 1 else value
        start = "Denn" if len(used) == 1 else f"Aus {number(len(used))} Summen:"
        return f"{start} {left} = {right}{self._bounds(unknown, leak, edge)}"

    def _edge(self, leak: Leak, direction: int) -> str:
        return f"mindestens {number(leak.low)}" if direction > 0 else f"höchstens {number(leak.high)}"

    def _left(self, terms: Sequence[tuple[int, int]], count: int) -> str:
        """The unknown counts; many of them are only counted, where each stands once."""
        others = sorted((t for t in terms if t[0] != count), key=lambda t: -t[1])
        own = dict(terms).get(count, 1)
        parts = [f"{'' if own == 1 else f'{own} x '}diese Zahl"]
        if len(others) > MOST_TERMS and all(k == 1 for _, k in others):
            return f"{parts[0]} + {number(len(others))} andere gesperrte Zahlen"
        for other, factor in others:
            times = "" if abs(factor) == 1 else f"{abs(factor)} x "
            parts.append(f"{'−' if factor < 0 else '+'} {times}({self._short(other, count)})")
        return " ".join(parts)

    def _bounds(self, terms: Sequence[tuple[int, int]], leak: Leak, edge: str) -> str:
        """Why the unknown others cannot give way."""
        if len(terms) == 1:
            return ""
        others = [self.system.counts[c] for c, _ in terms if c != leak.count]
        hidden = self.zeros_visible and all(o.state is State.HIDDEN for o in others)
        low = "jede gesperrte Zahl ist mindestens 1" if hidden else "keine Anzahl ist kleiner als 0"
        return f"; {low}, also bleibt für diese {edge}"


def _weights(part: Open, found: tuple[Ints, Ints], position: int, direction: int) -> Ints | None:
    """Whole weights of a component's rows that prove the least (1) or greatest (-1) value of one count."""
    counts, rows = found
    matrix = sp.csr_array(part.matrix[rows][:, counts])
    low, high = part.low[rows].astype(float), part.high[rows].astype(float)
    equal = part.low[rows] == part.high[rows]
    upper = ~equal & (part.high[rows] != UNBOUNDED)
    lower = ~equal & (part.low[rows] != -UNBOUNDED)
    cost = np.zeros(len(counts))
    cost[np.flatnonzero(counts == position)] = direction
    limits = zip(part.lower[counts], part.upper[counts], strict=True)
    ends = [(lo, None if hi == UNBOUNDED else hi) for lo, hi in limits]
    found_lp = linprog(
        cost,
        A_ub=sp.vstack([matrix[upper], -matrix[lower]]) if (upper | lower).any() else None,
        b_ub=np.r_[high[upper], -low[lower]] if (upper | lower).any() else None,
        A_eq=matrix[equal] if equal.any() else None,
        b_eq=low[equal] if equal.any() else None,
        bounds=ends,
        method="highs",
    )
    if found_lp.status != 0:
        return None
    weights = np.zeros(len(rows))
    if equal.any():
        weights[equal] = found_lp.eqlin.marginals
    if (upper | lower).any():
        marginals = found_lp.ineqlin.marginals
        weights[upper] += marginals[: upper.sum()]
        weights[lower] -= marginals[upper.sum() :]
    return rational(weights)[0]
