"""What an agreement may say: the terms of one version, checked against catalogue and divisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from wohnplatz.model import Catalogue, Variable, WohnplatzError
from wohnplatz.text import day, enumerate_words
from wohnplatz.workflow import memory
from wohnplatz.workflow.district.models import DivisionRecord

from .calendar import written_reference
from .models import DataAgreement, Partner, Rhythm

TERMS = (
    "variables", "without_breakdowns", "level", "division", "rhythm", "reference", "due_days", "lock_days",
    "legal_basis", "contact_function", "releases_function", "file_number", "note",
)  # fmt: skip
"""Fields that a new version may change, besides its validity."""


def agreed(
    partner: Partner, dataset: str, valid_from: date, valid_to: date | None, terms: Mapping[str, Any]
) -> DataAgreement:
    """The agreement that the terms make, not saved yet. WohnplatzError where they contradict each other."""
    unknown = sorted(set(terms) - set(TERMS))
    if unknown:
        raise TypeError(f"unknown terms of an agreement: {', '.join(unknown)}")
    made = DataAgreement(
        partner=partner, dataset=dataset, valid_from=valid_from, valid_to=valid_to, **_plain(terms)
    )
    catalogue = memory.catalogue()
    made.level = _level(catalogue, dataset, made.level)
    made.rhythm = Rhythm(made.rhythm)
    made.reference = written_reference(made.reference)
    made.legal_basis = made.legal_basis or catalogue.datasets[dataset].legal_basis
    _require_variables(made, catalogue)
    _require_division(made)
    if made.lock_days < made.due_days:
        raise WohnplatzError("Der Annahmeschluss liegt vor der Frist.", code="partners.lock_before_due")
    if valid_to is not None and valid_to < valid_from:
        raise WohnplatzError(
            f"Die Vereinbarung würde am {day(valid_to)} enden, bevor sie am {day(valid_from)} beginnt.",
            code="partners.ends_before_begin",
        )
    return made


def terms_of(agreement: DataAgreement) -> dict[str, Any]:
    """The terms of a version, for the next one to start from."""
    return {name: getattr(agreement, name) for name in TERMS}


def require_no_overlap(agreement: DataAgreement, leaving_out: Collection[int | None] = ()) -> None:
    """WohnplatzError where another version about the same data set is valid at the same time."""
    others = DataAgreement.objects.filter(partner_id=agreement.partner_id, dataset=agreement.dataset)
    others = others.exclude(pk__in=[pk for pk in (*leaving_out, agreement.pk) if pk is not None])
    others = others.filter(Q(valid_to=None) | Q(valid_to__gte=agreement.valid_from))
    if agreement.valid_to is not None:
        others = others.filter(valid_from__lte=agreement.valid_to)
    other = others.first()
    if other is not None:
        until = f"bis {day(other.valid_to)}" if other.valid_to else "ohne Ende"
        raise WohnplatzError(
            f"Mit {agreement.partner.name} gibt es in dieser Zeit schon eine Vereinbarung über"
            f" „{agreement.dataset}“.",
            where=f"gültig ab {day(other.valid_from)}, {until}",
            todo="Bitte diese neu fassen oder beenden.",
            code="partners.agreement_exists",
        )


def _plain(terms: Mapping[str, Any]) -> dict[str, Any]:
    """The terms as they are kept: lists for JSON, texts without blanks around them."""
    kept = {name: value.strip() if type(value) is str else value for name, value in terms.items()}
    return {name: list(v) if isinstance(v, (tuple, list)) else v for name, v in kept.items()}


def _level(catalogue: Catalogue, dataset: str, level: str) -> str:
    """The level of the data set's variables; WohnplatzError where data set or level are unknown."""
    if dataset not in catalogue.datasets:
        raise WohnplatzError(
            f"Den Datensatz „{dataset}“ gibt es im Katalog nicht.",
            todo=f"Vorhanden: {', '.join(sorted(catalogue.datasets))}.",
            code="partners.dataset",
        )
    levels = {v.level for v in catalogue.variables.values() if v.dataset == dataset}
    if level and level not in levels:
        raise WohnplatzError(
            f"Der Datensatz „{dataset}“ wird nicht auf der Ebene „{level}“ geliefert.",
            todo=f"Laut Katalog: {', '.join(sorted(levels))}.",
            code="partners.level",
        )
    if not level and len(levels) != 1:
        raise WohnplatzError(f"Für den Datensatz „{dataset}“ bitte die Ebene angeben.", code="partners.level")
    return level or levels.pop()


def _require_variables(agreement: DataAgreement, catalogue: Catalogue) -> None:
    """Variables are those of data set and level, breakdowns those of the variables."""
    there = {
        code: v for code, v in catalogue.variables.items()
        if v.dataset == agreement.dataset and v.level == agreement.level
    }  # fmt: skip
    unknown = [code for code in agreement.variables if code not in there]
    if unknown:
        raise WohnplatzError(
            f"Zum Datensatz „{agreement.dataset}“ gehört auf dieser Ebene kein Merkmal „{unknown[0]}“.",
            todo=f"Vorhanden: {enumerate_words(sorted(there))}.",
            code="partners.variable",
        )
    chosen = [v for code, v in there.items() if not agreement.variables or code in agreement.variables]
    used = {d for v in chosen for d in v.breakdowns}
    wrong = [d for d in agreement.without_breakdowns if d not in used]
    if wrong:
        raise WohnplatzError(
            f"Nach „{wrong[0]}“ wird keines der vereinbarten Merkmale gegliedert.",
            todo=f"Möglich: {enumerate_words(sorted(used)) or 'keine Gliederung'}.",
            code="partners.breakdown",
        )
    _require_due(agreement, chosen)


def _require_due(agreement: DataAgreement, chosen: Collection[Variable]) -> None:
    """A round that asks for nothing would be an empty promise."""
    only_even = bool(chosen) and all(v.rhythm == "gerade Jahre" for v in chosen)
    if only_even and agreement.rhythm != Rhythm.EVEN_YEARS:
        raise WohnplatzError(
            "Diese Merkmale werden nur in geraden Jahren erhoben.",
            why="In den anderen Jahren würde nach nichts gefragt.",
            todo="Bitte als Rhythmus „gerade Jahre“ vereinbaren.",
            code="partners.rhythm",
        )


def _require_division(agreement: DataAgreement) -> None:
    """A division that is agreed on exists and has the agreement's level."""
    if not agreement.division:
        return
    record = DivisionRecord.objects.filter(code=agreement.division).first()
    if record is None or record.level != agreement.level:
        codes = DivisionRecord.objects.filter(level=agreement.level).values_list("code", flat=True)
        raise WohnplatzError(
            f"Eine Gebietsgliederung „{agreement.division}“ der Ebene „{agreement.level}“ gibt es nicht.",
            todo=f"Vorhanden: {enumerate_words(sorted(codes)) or 'keine'}.",
            code="partners.division",
        )
