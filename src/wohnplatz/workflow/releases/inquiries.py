"""Questions for an own area: answered with proof, or refused with a reason, and remembered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import datetime

import numpy as np
from django.db import transaction
from django.utils import timezone

from wohnplatz.disclosure import Mode
from wohnplatz.disclosure import release as through_the_door
from wohnplatz.disclosure.clearance import Told
from wohnplatz.indicators import FIGURES, lagged_variables_of, variables_of
from wohnplatz.model import (
    Audience,
    Catalogue,
    FigureTable,
    Hierarchy,
    ReleasedTable,
    VariableKind,
    WohnplatzError,
)
from wohnplatz.publication import asking, beside
from wohnplatz.publication.asking import Answered, Declined
from wohnplatz.publication.clearing import proven
from wohnplatz.publication.further import Why
from wohnplatz.publication.keyed import answers_in
from wohnplatz.publication.ledger import LedgerEntry, read_record
from wohnplatz.publication.modes import mode_of
from wohnplatz.publication.other_areas import OWN, own_parts, rows_on
from wohnplatz.publication.surroundings import rules_of
from wohnplatz.store import Kind
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.audit.log import organisation, record

from . import content, ledger, queries, running
from .models import Inquiry, Release

TRIES = 4
"""How often a question is judged anew when something else came out meanwhile."""
LARGEST = 500
"""Areas of one question."""

PUBLIC_WORDS = {
    Why.NO_SUM: "Diese Kennzahl lässt sich für ein eigenes Gebiet nicht bilden: Sie ist keine Summe von "
    "Fallzahlen, wurde auf andere Gebiete umgerechnet oder liegt für diese Gebiete nicht vor.",
    Why.RULE: "Diese Auswahl wird nicht beantwortet: Die Schutzregeln lassen ihre Zahl nicht zu. Eine "
    "gröbere Auswahl hat bessere Aussichten.",
    Why.NOT_PROVEN: "Diese Auswahl wird nicht beantwortet: Es ist nicht nachgewiesen, dass zusammen mit dem "
    "bereits Veröffentlichten alle geschützten Zahlen geschützt bleiben. Eine gröbere oder anders "
    "zugeschnittene Auswahl hat bessere Aussichten.",
    Why.MODE: "Diese Auswahl wird nicht beantwortet: Für diesen Datensatz sehen die Schutzregeln Antworten "
    "mit Zufallsüberlagerung vor. Es gibt sie nur für Zahlen, die einfache Summen seiner Fallzahlen sind; "
    "diese Kennzahl zieht etwas ab, zählt doppelt oder mischt anders geschützte Zahlen hinein.",
    Why.MIXED: "Diese Auswahl wird nicht beantwortet: Von denselben Fallzahlen sind bereits genaue oder "
    "gerundete Zahlen veröffentlicht. Eine Antwort mit Zufallsüberlagerung daneben würde verraten, was "
    "beide schützen.",
    Why.AVERAGED: "Diese Auswahl wird nicht beantwortet: Zusammen mit früheren Antworten ließe sich die "
    "Zufallsüberlagerung herausmitteln. Eine Auswahl, die weniger mit früheren Fragen gemeinsam hat, hat "
    "bessere Aussichten.",
    Why.NOTHING_OUT: "Diese Auswahl wird nicht beantwortet: Von diesen Zahlen ist in diesem Datenstand "
    "nichts veröffentlicht.",
}
"""What whoever asked is told; the same whatever the numbers are."""


def base_areas(tree: Hierarchy, keys: Collection[str]) -> tuple[str, ...]:
    """The finest areas inside the marked ones, sorted. WohnplatzError for an unknown one or for none."""
    found: set[str] = set()
    for key in keys:
        level = tree.level_of(key)
        if level is None:
            raise WohnplatzError(
                f"Das Gebiet „{key}“ gibt es in diesem Datenstand nicht.", code="releases.inquiry_area"
            )
        found |= {a for a in tree.areas(tree.levels[0]) if tree.ancestor(a, level) == key}
    if not found or len(found) > LARGEST:
        raise WohnplatzError(
            "Für ein eigenes Gebiet fehlt die Auswahl.",
            todo=f"Bitte ein bis {LARGEST} Gebiete auswählen.",
            code="releases.inquiry_areas",
        )
    return tuple(sorted(found))


def choices(release: Release) -> list[str]:
    """Indicators that are sums or ratios of sums on the finest areas: what can be asked for other areas."""
    has = content.knowledge(queries.manifest(release).catalogue)
    base = queries.hierarchy(release).levels[0]
    return [
        code
        for code, i in has.catalogue.indicators.items()
        if i.numerator and base in i.levels and not _is_rate(has.catalogue, code)
    ]


def _is_rate(catalogue: Catalogue, code: str) -> bool:
    """Whether a rate that was delivered as such is behind an indicator: it cannot be summed."""
    kinds = {catalogue.variables[v].kind for v in variables_of(catalogue, code)}
    return VariableKind.RATE in kinds


def ask(  # noqa: PLR0913 (who asks for what, of where and when)
    actor: Actor,
    release: Release,
    *,
    indicator: str,
    year: int,
    areas: Collection[str],
    audience: Audience | None = None,
    at: datetime | None = None,
) -> Inquiry:
    """Ask for the figure of the areas together; the same question has the same answer for ever.

    An answer enters the ledger of the audience. Raises Refused, and WohnplatzError for what cannot be asked:
    an unknown indicator or area, a release that is not the newest, while a release is being made.
    """
    granted = policies.require_audience(actor, audience)
    if granted is Audience.WORKING:
        raise WohnplatzError(
            "In der internen Arbeitsansicht gibt es keine eigenen Gebiete.",
            todo="Bitte die Ansicht einer Zielgruppe wählen.",
            code="releases.inquiry_audience",
        )
    if indicator not in choices(release):
        raise WohnplatzError(
            f"„{indicator}“ lässt sich nicht für ein eigenes Gebiet bilden.",
            why="Summieren lassen sich nur Fallzahlen und Verhältnisse von Fallzahlen.",
            code="releases.inquiry_indicator",
        )
    keys = base_areas(queries.hierarchy(release), areas)
    asked = {"release": release, "audience": granted.value, "digest": _digest(indicator, year, keys)}
    before = known(release, granted, indicator, year, keys)
    if before is not None:
        return before
    _require_askable(release)
    now = at or timezone.now()
    for _ in range(TRIES):
        head = ledger.head()
        found = _judged(release, granted, indicator, year, keys, head)
        outcome = _as_row(found)
        entry = _entry(release, granted, head, now, found)
        try:
            with transaction.atomic():
                row, is_new = Inquiry.objects.get_or_create(
                    **asked,
                    defaults={
                        "indicator": indicator, "year": year, "areas": ",".join(keys), "asked_at": now,
                        "asked_by": organisation(actor), **outcome,
                    },
                )  # fmt: skip
                if is_new and entry:
                    ledger.advance(head, entry)
                if is_new:
                    record(
                        actor, "releases.ask", row, now, indicator=indicator, year=year, areas=len(keys),
                        answered=row.answered,
                    )  # fmt: skip
        except ledger.Moved:
            continue
        return row
    raise WohnplatzError(
        "Gerade fragen viele zur selben Zeit.",
        todo="Bitte in einem Augenblick erneut fragen.",
        code="releases.inquiry_busy",
    )


def known(
    release: Release, audience: Audience, indicator: str, year: int, keys: Collection[str]
) -> Inquiry | None:
    """The question as it was asked before by this audience, with what became of it."""
    digest = _digest(indicator, year, keys)
    return Inquiry.objects.filter(release=release, audience=audience.value, digest=digest).first()


def figure(actor: Actor, asked: Inquiry) -> ReleasedTable:
    """The one figure of a question through the door: the number, or the word that it is protected."""
    audience = policies.require_audience(actor, Audience(asked.audience))
    made = queries.manifest(asked.release)
    has = content.knowledge(made.catalogue)
    rows, told = _rows(asked.release, audience, asked.indicator, asked.year, asked.keys)
    rows, told = asking.told_again(memory.store(), has.catalogue, asked.records, rows, told)
    opened = np.full(len(rows), asked.answered)
    return through_the_door(
        rows, has.meta, rules=content.rules(made.rules), protection=has.protection,
        context=queries.context_of(asked.release, made, audience), inputs=has.inputs,
        minimum_denominator=has.minimum_denominator, sources=content.sources(made),
        clearance=proven(memory.store(), asked.release.label, asked.records, opened, told),
    )  # fmt: skip


def deviations(asked: Inquiry) -> dict[str, int]:
    """How far numerator and denominator may be off by chance; empty where the answer is as it was counted."""
    records = [read_record(memory.store(), sha) for sha in asked.records]
    return {side: off for side, (_, off) in answers_in(records).items()}


def is_overlaid(release: Release, indicator: str, year: int) -> bool:
    """Whether questions for an indicator are answered with a chance deviation."""
    made = queries.manifest(release)
    rules, catalogue = content.rules(made.rules), content.knowledge(made.catalogue).catalogue
    behind = lagged_variables_of(catalogue, indicator)
    return any(mode_of(rules, catalogue, (v, year - back)) is Mode.CELL_KEY for v, back in behind)


def words(actor: Actor, asked: Inquiry) -> tuple[str, str]:
    """Why a question was refused: for everybody, and with numbers for those who may see them (else empty)."""
    if asked.answered:
        return "", ""
    internal = ""
    if asked.reason and policies.may(actor, policies.Right.WORKING):
        internal = str(json.loads(memory.store().read(Kind.RESULT, asked.reason))["reason"])
    return PUBLIC_WORDS[Why(asked.why)], internal


def _require_askable(release: Release) -> None:
    if release != queries.current():
        raise WohnplatzError(
            "Eigene Gebiete werden nur zum neuesten Datenstand beantwortet.",
            why="Jede Antwort wird mit allem geprüft, was bis heute veröffentlicht ist.",
            todo="Bitte den neuesten Datenstand wählen.",
            code="releases.inquiry_old",
        )
    if running.current() is not None:
        raise WohnplatzError(
            "Gerade wird ein Datenstand gebildet.",
            why="Was er zeigt, gehört zu dem, was eine Antwort berücksichtigen muss.",
            todo="Bitte danach erneut fragen.",
            code="releases.inquiry_waits",
        )


def _digest(indicator: str, year: int, keys: Collection[str]) -> str:
    return hashlib.sha256(json.dumps([indicator, year, sorted(keys)]).encode()).hexdigest()


def _rows(
    release: Release, audience: Audience, indicator: str, year: int, keys: Collection[str]
) -> tuple[FigureTable, Told]:
    """The figure of the areas together as it may be told: rounded figures are added up, they fit together."""
    made = queries.manifest(release)
    filters = {
        "indicators": [indicator], "levels": [queries.hierarchy(release).levels[0]], "years": [year],
        "areas": sorted(keys), "breakdown": False,
    }  # fmt: skip
    table, cleared = queries.seen_by(made, content.knowledge(made.catalogue), audience, FIGURES, filters)
    assert cleared is not None
    rows = rows_on(cleared.seen(table), own_parts(keys), OWN, whole=False)
    altered = np.full(len(rows), cleared.altered.any())
    overlaid = altered & (cleared.told is not None and bool(cleared.told.overlaid.any()))
    return rows, Told(altered, rows.value, rows.numerator, rows.denominator, overlaid)


def _judged(  # noqa: PLR0913, PLR0917 (a question, and what it is judged beside)
    release: Release, audience: Audience, indicator: str, year: int, keys: Collection[str], head: str
) -> Answered | Declined:
    made = queries.manifest(release)
    rules = content.rules(made.rules)
    scene = beside.Scene.of(memory.store(), made, rules, head)
    by_code = rules_of(rules, scene.catalogue, made, audience)
    rows, told = _rows(release, audience, indicator, year, keys)
    question = asking.Question(rows, own_parts(keys), told, by_code)
    return asking.ask(scene, audience, question, memory.noise())


def _as_row(found: Answered | Declined) -> dict[str, object]:
    if isinstance(found, Answered):
        return {"answered": True, "records": list(found.records)}
    data = json.dumps({"reason": found.reason}, ensure_ascii=False).encode()
    reason = memory.store().put(Kind.RESULT, data) if found.reason else ""
    return {"answered": False, "why": found.why.value, "reason": reason}


def _entry(
    release: Release,
    audience: Audience,
    head: str,
    now: datetime,
    found: Answered | Declined,
) -> str:
    """SHA-256 of the ledger's entry for an answer; empty for a refusal, which tells nothing."""
    if not isinstance(found, Answered):
        return ""
    what = f"{release.label}: eigenes Gebiet"
    if found.largest:
        what += f", mit Zufallsüberlagerung (höchstens {found.largest} daneben, geht nicht auf)"
    entry = LedgerEntry(head, what, now.isoformat(), {audience: found.lines})
    return entry.save(memory.store())
