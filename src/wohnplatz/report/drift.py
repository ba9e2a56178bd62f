"""What a new release does to the sentences of a report: which changed, which are no longer true, and why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .. import text
from ..model import CellState, ReleasedFigure, WohnplatzError
from .claims import Truth
from .material import FigureId, Material
from .surroundings import Surrounding, texts_of
from .texts import Use, write_text
from .tree import Report


@dataclass(frozen=True, slots=True)
class Kept:
    """One reference as it stood: what was printed, and the released figure behind it."""

    source: str
    figure: str
    words: str
    truth: str = ""
    state: int | None = None
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    covered: int = 0
    expected: int = 0


@dataclass(frozen=True, slots=True)
class KeptSentence:
    """One sentence with references as it stood."""

    block: str
    area: str
    words: str
    uses: tuple[Kept, ...]

    @property
    def key(self) -> tuple[str, str, tuple[str, ...]]:
        """What makes it the same sentence after the figures changed."""
        return self.block, self.area, tuple(u.source for u in self.uses)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The sentences of a report as they stood on a release. Holds released figures only."""

    release: str
    made_on: str
    sentences: tuple[KeptSentence, ...]

    def to_json(self) -> bytes:
        """Canonical JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes | str) -> Snapshot:
        """The snapshot of ``to_json``. WohnplatzError where it is none."""
        try:
            raw = json.loads(data)
            sentences = tuple(
                KeptSentence(s["block"], s["area"], s["words"], tuple(Kept(**u) for u in s["uses"]))
                for s in raw["sentences"]
            )
            return cls(str(raw["release"]), str(raw["made_on"]), sentences)
        except (ValueError, KeyError, TypeError) as error:
            raise WohnplatzError(
                "Der festgehaltene Stand des Berichts lässt sich nicht lesen.", why=str(error)[:80],
                code="report.snapshot",
            ) from None  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureTrace:
    """A figure then and now, each as it is printed, and why it changed."""

    figure: str
    then: str
    now: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedSentence:
    """A sentence that reads otherwise on the new release, or claims what no longer holds."""

    block: str
    area: str
    then: str
    now: str
    broken: bool
    """Whether it claims something that held and does not hold any more."""
    figures: tuple[FigureTrace, ...]


def snapshot(report: Report, material: Material) -> Snapshot:
    """The report's sentences on a release, to be kept with it."""
    context = material.table.context
    return Snapshot(context.release_id, context.made_on, tuple(_sentences(report, material)))


def compare(report: Report, before: Snapshot, material: Material) -> tuple[ChangedSentence, ...]:
    """Sentences of the report that the new release changes; texts altered since then are left out.

    A sentence is the same where its block, its area and its references are the same.
    """
    known: dict[tuple[object, ...], KeptSentence] = {}
    for sentence, number in _numbered(before.sentences):
        known[(*sentence.key, number)] = sentence
    changed = []
    for now, number in _numbered(tuple(_sentences(report, material))):
        then = known.get((*now.key, number))
        if then is not None and _told(then) != _told(now):
            changed.append(_changed(then, now, material))
    return tuple(changed)


def headline(changed: Sequence[ChangedSentence]) -> str:
    """``3 Sätze stimmen nicht mehr, 5 Sätze nennen neue Zahlen.``"""
    broken = sum(c.broken for c in changed)
    other = len(changed) - broken
    parts = [
        text.plural(broken, "Satz stimmt", "Sätze stimmen") + " nicht mehr" if broken else "",
        text.plural(other, "Satz nennt", "Sätze nennen") + " neue Zahlen" if other else "",
    ]
    return f"{text.enumerate_words([p for p in parts if p])}." if changed else "Alle Sätze stimmen weiterhin."


def trace(figure: FigureId, before: Material, after: Material) -> FigureTrace:
    """A figure in two releases, and why it differs."""
    return FigureTrace(
        str(figure), _word(figure, before), _word(figure, after),
        _why(_kept_figure(before.figure(figure)), _kept_figure(after.figure(figure))),
    )  # fmt: skip


def _told(sentence: KeptSentence) -> tuple[object, ...]:
    return tuple((u.words, u.truth) for u in sentence.uses)


def _numbered(sentences: Sequence[KeptSentence]) -> Iterator[tuple[KeptSentence, int]]:
    """Each sentence with its number among those with the same key."""
    seen: Counter[tuple[object, ...]] = Counter()
    for sentence in sentences:
        yield sentence, seen[sentence.key]
        seen[sentence.key] += 1


def _sentences(report: Report, material: Material) -> Iterator[KeptSentence]:
    for where, markdown, block in texts_of(report, material):
        yield from _of_text(where, markdown, block, material)


def _of_text(where: Surrounding, markdown: str, block: str, material: Material) -> Iterator[KeptSentence]:
    grouped: dict[str, list[Use]] = {}
    for use in write_text(markdown, where.place, material).uses:
        grouped.setdefault(use.sentence, []).append(use)
    for sentence, uses in grouped.items():
        yield KeptSentence(block, where.profiled, sentence, tuple(_kept(u, material) for u in uses))


def _kept(use: Use, material: Material) -> Kept:
    figure = material.figure(use.figure) if use.figure else None
    return Kept(use.source, str(use.figure or ""), use.words, use.truth or "", **_kept_figure(figure))


def _kept_figure(figure: ReleasedFigure | None) -> dict[str, Any]:
    if figure is None:
        return {}
    return {
        "state": int(figure.state), "value": figure.value, "numerator": figure.numerator,
        "denominator": figure.denominator, "covered": figure.covered, "expected": figure.expected,
    }  # fmt: skip


def _changed(then: KeptSentence, now: KeptSentence, material: Material) -> ChangedSentence:
    pairs = list(zip(then.uses, now.uses, strict=True))
    broken = any(a.truth == Truth.HOLDS and b.truth != Truth.HOLDS for a, b in pairs)
    traces = {}
    for a, b in pairs:
        if b.figure and (a.words, a.truth, a.value, a.state) != (b.words, b.truth, b.value, b.state):
            meta = material.meta(FigureId.read(b.figure).indicator)
            words = [_said(k, meta.decimals if meta else 0, meta.unit if meta else "") for k in (a, b)]
            traces[b.figure] = FigureTrace(b.figure, words[0], words[1], _why(asdict(a), asdict(b)))
    return ChangedSentence(now.block, now.area, then.words, now.words, broken, tuple(traces.values()))


def _said(kept: Kept, decimals: int, unit: str) -> str:
    """A kept figure as it is printed: a claim's own words say nothing of its number."""
    if not kept.truth:
        return kept.words
    if kept.value is not None:
        return text.with_unit(text.number(kept.value, decimals), unit)
    return text.state_word(CellState(kept.state)) if kept.state is not None else "keine Angabe"


def _word(figure: FigureId, material: Material) -> str:
    found, meta = material.figure(figure), material.meta(figure.indicator)
    return text.figure(found, meta) if found is not None and meta is not None else "keine Angabe"


def _why(then: dict[str, object], now: dict[str, object]) -> tuple[str, ...]:
    """Reasons that the figures themselves give."""
    if not now.get("state") and now.get("state") is None:
        return ("Die Angabe steht nicht mehr im Datenstand.",)
    if then.get("state") is None:
        return ("Die Angabe ist neu im Datenstand.",)
    reasons = []
    if then["state"] != now["state"]:
        words = [text.state_word(CellState(int(str(d["state"])))) for d in (then, now)]
        reasons.append(f"Zustand: bisher „{words[0]}“, jetzt „{words[1]}“.")
    if then.get("covered") != now.get("covered") or then.get("expected") != now.get("expected"):
        shown = [f"{d.get('covered')} von {d.get('expected')}" for d in (then, now)]
        reasons.append(f"Eingeflossene Gebiete: bisher {shown[0]}, jetzt {shown[1]}.")
    for name, label in (("numerator", "Zähler"), ("denominator", "Nenner")):
        a, b = then.get(name), now.get(name)
        if isinstance(a, float | int) and isinstance(b, float | int) and a != b:
            decimals = 0 if float(a).is_integer() and float(b).is_integer() else 1
            reasons.append(f"{label}: bisher {text.number(a, decimals)}, jetzt {text.number(b, decimals)}.")
    if not reasons and then.get("value") != now.get("value"):
        reasons.append("Die Berechnung oder eine eingehende Angabe wurde geändert.")
    return tuple(reasons)
