"""What a change of areas would do to series and agreements, before it is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from wohnplatz.areas import Changed, Crosswalk
from wohnplatz.store import query_figures
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.partners.models import DataAgreement, DeliveryRound, Partner
from wohnplatz.workflow.releases import queries as releases

from .models import DivisionRecord

FIRST_WITHOUT_NUMBER = 10


@dataclass(frozen=True, slots=True)
class SeriesEffect:
    """How many figures of an indicator become estimates; counts of figures, never their values."""

    code: str
    label: str
    figures: int
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AgreementEffect:
    """An agreement whose deliveries name other areas from the day of the change on."""

    agreement: DataAgreement
    label: str
    """The data set's name."""
    areas: tuple[str, ...]
    """Keys of former areas that are no longer asked for, or have another extent."""
    rounds: int
    """Open rounds with a reference date on or after the day of the change."""
    fixed: bool
    """It names the old division expressly and goes on asking for the old areas."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """All effects of a change."""

    release: str
    """Label of the release the figures were counted in; empty where there is none yet."""
    series: tuple[SeriesEffect, ...]
    agreements: tuple[AgreementEffect, ...]
    partners: tuple[Partner, ...]
    """Partners whose own list of areas names one that ends."""

    @property
    def figures(self) -> int:
        """Figures of all indicators that become estimates."""
        return sum(s.figures for s in self.series)


def outlook(actor: Actor, division: DivisionRecord, changed: Changed, valid_from: date) -> Outlook:
    """What ``changed`` would do. It reads the newest release and the agreements; nothing is kept."""
    policies.require_set_up(actor)
    if changed.crosswalk is None or changed.layer is None or division.overlay:
        return Outlook("", (), (), ())
    touched = _touched(changed.crosswalk)
    release, series = _series(division.level, changed.crosswalk)
    gone = set(changed.crosswalk.from_key) - set(changed.layer.keys)
    named = tuple(p for p in Partner.objects.filter(is_active=True) if gone & set(p.area_keys))
    return Outlook(release, series, _agreements(division, touched, valid_from), named)


def _touched(crosswalk: Crosswalk) -> set[str]:
    """Former areas that do not go on under their key with the same extent."""
    sources: dict[str, set[str]] = defaultdict(set)
    targets: dict[str, set[str]] = defaultdict(set)
    for old, new in zip(crosswalk.from_key, crosswalk.to_key, strict=True):
        targets[old].add(new)
        sources[new].add(old)
    return {old for old in targets if targets[old] != {old} or sources[old] != {old}}


def _series(level: str, crosswalk: Crosswalk) -> tuple[str, tuple[SeriesEffect, ...]]:
    release = releases.current()
    estimated = crosswalk.estimated
    if release is None or not estimated:
        return (release.label if release else ""), ()
    feeds: dict[str, set[str]] = defaultdict(set)
    for old, new in zip(crosswalk.from_key, crosswalk.to_key, strict=True):
        feeds[new].add(old)
    wanted = sorted({old for new in estimated for old in feeds[new]})
    content = releases.manifest(release)
    found = query_figures(memory.store(), content.results["figures"], levels=[level], areas=wanted)
    there: dict[tuple[str, int], set[str]] = defaultdict(set)
    columns = zip(found.indicator, found.year, found.area, found.state, strict=True)
    for indicator, year, area, state in columns:
        if int(state) < FIRST_WITHOUT_NUMBER:
            there[str(indicator), int(year)].add(str(area))
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for (indicator, year), areas in there.items():
        number = sum(feeds[new] <= areas for new in estimated)
        if number:
            counts[indicator][year] = number
    known = releases.catalogue(release).indicators
    effects = [
        SeriesEffect(code, known[code].label, sum(years.values()), tuple(sorted(years)))
        for code, years in counts.items()
        if code in known
    ]
    return release.label, tuple(sorted(effects, key=lambda e: (-e.figures, e.label)))


def _dataset(agreement: DataAgreement) -> str:
    known = memory.catalogue().datasets
    return known[agreement.dataset].label if agreement.dataset in known else agreement.dataset


def _agreements(
    division: DivisionRecord, touched: Collection[str], valid_from: date
) -> tuple[AgreementEffect, ...]:
    effects = []
    for agreement in DataAgreement.objects.select_related("partner").filter(level=division.level):
        if agreement.valid_to is not None and agreement.valid_to < valid_from:
            continue
        own = partners.areas_of(agreement.partner, division.level, valid_from, agreement.division)
        areas = tuple(sorted(set(own) & set(touched)))
        if areas:
            rounds = DeliveryRound.objects.filter(agreement=agreement, reference_date__gte=valid_from)
            open_rounds = rounds.filter(waived_reason="", deliveries__isnull=True).count()
            fixed = agreement.division == division.code
            effects.append(AgreementEffect(agreement, _dataset(agreement), areas, open_rounds, fixed))
    return tuple(effects)
