"""A leak in words: which published figures, added and subtracted how, reveal what."""

from __future__ import annotations

from fractions import Fraction

from ..text import enumerate_words, number
from .audit import Failure, Verdict
from .derivation import Derivation, Term, derive
from .problem import UNBOUNDED, Atoms, Facts, Needs

SHOWN = 12
"""Terms a sentence names; the others are counted."""


def explain(failure: Failure, atoms: Atoms, facts: Facts, needs: Needs) -> str:
    """Why a need is not proven, as German sentences; every sum in it was verified exactly.

    ``facts`` are those the audit saw, the intruder's own among them (``with_own``).
    """
    name = needs.name(failure.need)
    if failure.verdict is Verdict.CONTRADICTION:
        return f"{name}: nicht nachgewiesen, weil veröffentlichte Zahlen den Ausgangsdaten widersprechen."
    if failure.verdict is Verdict.UNSETTLED:
        return f"{name}: in der verfügbaren Zeit nicht geklärt und darum nicht nachgewiesen."
    row = needs.matrix.tocsr()[[failure.need]].toarray()[0]
    if failure.exact:
        found = derive(row, failure.low, atoms, facts, equal=True)
        if found is not None:
            return f"{name} lässt sich errechnen: {_sum(found, 1, atoms, facts)} = {number(failure.low)}."
    limits = [
        (word, sign, derive(sign * row, sign * limit, atoms, facts))
        for word, sign, limit in (("mindestens", 1, failure.low), ("höchstens", -1, failure.high))
        if abs(limit) != UNBOUNDED
    ]
    told = [_limit(word, sign, d, atoms, facts) for word, sign, d in limits if d is not None]
    if failure.verdict is Verdict.WHOLE_NUMBERS:
        told.append("Kein anderer verlangter Wert geht mit ganzen Zahlen auf (Ergebnis einer Suche).")
    if not told:
        return f"{name}: nicht geschützt; die Herleitung ließ sich nicht in Zahlen fassen."
    known = f" ist genau {number(failure.low)}" if failure.exact else " ist eingegrenzt"
    return f"{name}{known}. {' '.join(told)}"


def explain_contradictions(contradictions: tuple[int, ...], facts: Facts) -> str:
    """Which published figures the true table does not fulfil; empty where all fit."""
    if not contradictions:
        return ""
    names = [facts.name(i) for i in contradictions[:SHOWN]]
    more = len(contradictions) - len(names)
    rest = [f"{number(more)} weitere"] if more else []
    return f"Den Ausgangsdaten widersprechen: {enumerate_words([*names, *rest])}."


def _limit(word: str, sign: int, derivation: Derivation, atoms: Atoms, facts: Facts) -> str:
    """One side of an enclosure: the sum, and what everybody knows of the atoms in it."""
    value = sign * derivation.value
    rounded = sign * -(-derivation.value.numerator // derivation.value.denominator)
    if all(t.fact is None for t in derivation.terms):
        return f"Dass sie {word} {number(rounded)} ist, weiß jeder."
    result = f" = {_fraction(value)}" + (f", als ganze Zahl {number(rounded)}" if value != rounded else "")
    return f"Sie ist {word} {_sum(derivation, sign, atoms, facts)}{result}."


def _sum(derivation: Derivation, sign: int, atoms: Atoms, facts: Facts) -> str:
    """The terms with their signs, positive ones first; zero terms are only named where nothing else is."""
    terms = sorted(derivation.terms, key=lambda t: (sign * t.factor < 0, t.fact is None))
    counted = [t for t in terms if t.limit != 0] or terms[:1]
    parts = [_term(t, sign, atoms, facts) for t in counted[:SHOWN]]
    if len(counted) > SHOWN:
        rest = sum((sign * t.factor * t.limit for t in counted[SHOWN:]), Fraction(0))
        many = number(len(counted) - SHOWN)
        parts.append(("−" if rest < 0 else "+", f"{_fraction(abs(rest))} (aus {many} weiteren Zahlen)"))
    if not parts:
        return "0 (keine Zahl ist negativ)"
    (first, start), *others = parts
    return ("−" if first == "−" else "") + start + "".join(f" {s} {words}" for s, words in others)


def _term(term: Term, sign: int, atoms: Atoms, facts: Facts) -> tuple[str, str]:
    """A term's sign and its words: how often, the number, which figure."""
    factor = sign * term.factor
    times = "" if abs(factor) == 1 else f"{_fraction(abs(factor))} · "
    side = "mindestens" if term.factor > 0 else "höchstens"
    if term.fact is None:
        where = f"{side} bei {atoms.name(term.atom or 0)}"
    elif facts.low[term.fact] == facts.high[term.fact]:
        where = facts.name(term.fact)
    else:
        where = f"{side}; {facts.name(term.fact)}"
    return "−" if factor < 0 else "+", f"{times}{number(term.limit)} ({where})"


def _fraction(value: Fraction) -> str:
    """A whole number, or a fraction with its bar."""
    if value.denominator == 1:
        return number(value.numerator)
    return f"{number(value.numerator)}/{number(value.denominator)}"
