"""Questions for an own area: what may be answered, exactly, rounded or with a chance deviation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from wohnplatz.disclosure import Mode, Rule
from wohnplatz.disclosure.clearance import Told as Shown
from wohnplatz.disclosure.clock import now
from wohnplatz.model import Audience, Catalogue, FigureTable
from wohnplatz.store import ObjectStore

from . import keyed
from .beside import Scene, blocks_of, kept
from .further import Beside, Judged, Why, answer, sensitive_rows
from .ledger import KNOWS, Known, Line, known_to, read_record
from .pieces import Parts, Told
from .record import Record
from .surroundings import rules_of

Ints = npt.NDArray[np.int64]

ANSWER_SECONDS = 6.0
"""For one question; what is not proven by then is refused."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question may be answered: the records that prove it, to be entered in the ledger."""

    records: tuple[str, ...]
    lines: tuple[Line, ...]
    largest: int = 0
    """The largest chance deviation of a sum that was answered; 0 where none has one."""


@dataclass(frozen=True, slots=True)
class Declined:
    """A question is not answered."""

    why: Why
    reason: str = ""
    """With protected numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """The figures of an own area, and how whoever asks is told them."""

    rows: FigureTable
    """As they were computed."""
    parts: Parts
    shown: Shown
    """As they are told where they are rounded."""
    rules: Mapping[str, Rule]


def ask(  # noqa: PLR0911 (each reason to refuse ends it)
    scene: Scene, audience: Audience, asked: Question, noise: keyed.Noise, *, seconds: float = ANSWER_SECONDS
) -> Answered | Declined:
    """Whether figures on areas of somebody's own choice may go out to an audience, all or none of them.

    Of rounded counts a sum tells nothing new, all of them being out. Counts in the mode of cell keys are
    answered with a chance deviation; what else a figure rests on is judged as it is.
    """
    end = now() + seconds
    what = scene.told(asked.rows, asked.parts)
    if not what.judged.all() or not len(asked.rows):
        return Declined(Why.NO_SUM)
    modes = [scene.mode(piece.node) for piece in what.pieces]
    overlaid = scene.sides(what, modes, asked.rows)
    if overlaid is None:
        return Declined(Why.MODE)
    places = {mode: [n for n, m in enumerate(modes) if m is mode] for mode in Mode}

    def noisy_answer(chosen: Ints, beside: Beside, rule: Rule) -> Judged:
        return keyed.answer(what, chosen, beside, rule, noise, seconds=max(end - now(), 0.0))

    def exact_answer(chosen: Ints, beside: Beside, rule: Rule) -> Judged:
        return answer(what, chosen, beside, rule, seconds=max(end - now(), 0.0))

    codes = frozenset(str(code) for code in asked.rows.indicator)
    hearing = _Hearing(scene, audience, what, {code: asked.rules[code] for code in codes})
    noisy = hearing.judged(places[Mode.CELL_KEY], Mode.CELL_KEY, noisy_answer)
    if isinstance(noisy, Declined):
        return noisy
    rows, shown = keyed.told_rows(
        asked.rows, asked.shown, overlaid, keyed.answers_in(noisy), _factor(scene.catalogue, codes)
    )
    counted = shown.altered & ~(overlaid[1] & ~overlaid[0])  # a numerator as it was counted is judged as such
    if sensitive_rows(shown.of(rows), asked.rules, scene.minimum_denominator, counted).any():
        return Declined(Why.RULE)
    proofs = scene.rounded(audience, {what.pieces[n].node for n in places[Mode.ROUNDING]})
    if proofs is None:
        return Declined(Why.NOTHING_OUT)
    plain = hearing.judged(places[Mode.SUPPRESSION], Mode.SUPPRESSION, exact_answer)
    if isinstance(plain, Declined):
        return plain
    shas, lines = kept(scene.store, [*noisy, *plain])
    largest = max((off for _, off in keyed.answers_in(noisy).values()), default=0)
    return Answered((*proofs, *shas), lines, largest)


@dataclass(frozen=True, slots=True, eq=False)
class _Hearing:
    """A question of one audience before everybody who hears the answer: each knows other things beside it."""

    scene: Scene
    audience: Audience
    what: Told
    rules: Mapping[str, Rule]
    """Of the figures asked for, for the audience."""

    def judged(
        self, places: Sequence[int], mode: Mode, judge: Callable[[Ints, Beside, Rule], Judged]
    ) -> list[Record] | Declined:
        """The records for the audience of all blocks that the pieces at ``places`` belong to, or a refusal.

        Judged first for those who hear more than the audience does, and may have been told more: what nobody
        could work out from one view must not follow from two. Who knows the same is asked once.
        """
        done: dict[object, list[Record]] = {}
        found: list[Record] = []
        others = [a for a in KNOWS if self.audience in KNOWS[a] and a is not self.audience]
        for hearer in (*others, self.audience):
            rule = self.strictest(hearer)
            find = self.scene.beside(hearer, self.known(hearer, mode), mode)
            blocks = blocks_of(self.what, find, places)
            key = (rule, *((beside.sha, beside.before) for beside, _ in blocks if beside is not None))
            if key not in done:
                made = _each(blocks, rule, judge)
                if isinstance(made, Declined):
                    return made
                done[key] = made
            found = done[key]
        return found

    def known(self, hearer: Audience, mode: Mode) -> Known:
        """What somebody may have heard; noise must hold even where all put together what they were told."""
        return known_to(self.scene.history, list(KNOWS) if mode is Mode.CELL_KEY else KNOWS[hearer])

    def strictest(self, hearer: Audience) -> Rule:
        """The strictest rule that somebody's figures are under."""
        scene, rules = self.scene, self.rules
        if hearer is not self.audience:
            rules = rules_of(scene.rules, scene.catalogue, scene.manifest, hearer)
        return max((rules[code] for code in self.rules), key=lambda r: (r.minimum_count, r.level.rank))


def _each(
    blocks: Sequence[tuple[Beside | None, Ints]], rule: Rule, judge: Callable[[Ints, Beside, Rule], Judged]
) -> list[Record] | Declined:
    """The records of all blocks, or why one of them is refused."""
    made: list[Record] = []
    for beside, chosen in blocks:
        if beside is None:
            return Declined(Why.NOTHING_OUT)
        found = judge(chosen, beside, rule)
        if found.record is None:
            return Declined(found.why or Why.NOT_PROVEN, found.reason)
        made.append(found.record)
    return made


def _factor(catalogue: Catalogue, codes: Collection[str]) -> float:
    """What the ratio of the one indicator that was asked for is multiplied with."""
    known = [catalogue.indicators[code].factor for code in codes if code in catalogue.indicators]
    return known[0] if known else 1.0


def told_again(
    store: ObjectStore, catalogue: Catalogue, records: Collection[str], rows: FigureTable, shown: Shown
) -> tuple[FigureTable, Shown]:
    """An answered question as it was told: answers by cell key are read, never made a second time."""
    found = keyed.answers_in([read_record(store, sha) for sha in records])
    every = np.ones(len(rows), dtype=np.bool_)
    sides = tuple(every if side in found else ~every for side in (keyed.NUMERATOR, keyed.DENOMINATOR))
    if not found:
        return rows, shown
    factor = _factor(catalogue, {str(code) for code in rows.indicator})
    return keyed.told_rows(rows, shown, (sides[0], sides[1]), found, factor)
