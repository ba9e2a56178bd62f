"""Changes of the catalogue that somebody should hear of: what is computed otherwise from now on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from wohnplatz.indicators import overlaid, variables_of
from wohnplatz.model import Catalogue, WohnplatzError
from wohnplatz.workflow import memory
from wohnplatz.workflow.catalogue.layer import item_of
from wohnplatz.workflow.catalogue.models import CatalogueItem, ItemGroup, ItemState
from wohnplatz.workflow.partners.models import DataAgreement

NEWS_FOR = timedelta(days=14)
"""An older change is no news: a district that switches mails on tells nothing of years ago."""


@dataclass(frozen=True, slots=True)
class News:
    """A version of an indicator or index that is in force, or that ended without another."""

    code: str
    label: str
    version: int
    group: ItemGroup
    ended: bool
    on: date
    variables: frozenset[str]
    """What it is computed from; empty for an index, which stands on no partner's page."""

    @property
    def key(self) -> str:
        """What tells this change from all others."""
        return f"catalogue:{self.code}-{self.version}{'-end' if self.ended else ''}"

    @property
    def path(self) -> str:
        """Where it is explained."""
        return "methoden/" if self.ended or self.group is ItemGroup.INDICES else f"methoden/{self.code}/"


def catalogue_news(today: date) -> tuple[News, ...]:
    """Changes of the last ``NEWS_FOR``, the oldest first; drafts are none."""
    since = timezone.make_aware(datetime.combine(today - NEWS_FOR, time.min))
    until = timezone.make_aware(datetime.combine(today + timedelta(days=1), time.min))
    in_force = Q(state=ItemState.IN_FORCE, made_at__gte=since, made_at__lt=until)
    retired = Q(state=ItemState.RETIRED, ended_at__gte=since, ended_at__lt=until)
    rows = list(CatalogueItem.objects.filter(in_force | retired))
    if not rows:
        return ()
    catalogue = memory.catalogue()
    return tuple(sorted((_news(row, catalogue) for row in rows), key=lambda n: (n.on, n.code)))


def _news(row: CatalogueItem, catalogue: Catalogue) -> News:
    item, group = item_of(row), ItemGroup(row.group)
    ended = row.state == ItemState.RETIRED
    at = row.ended_at if ended and row.ended_at is not None else row.made_at
    variables: Collection[str] = ()
    if group is ItemGroup.INDICATORS:
        try:
            known = catalogue if row.code in catalogue.indicators else overlaid(catalogue, [item])
            variables = variables_of(known, row.code)
        except WohnplatzError:
            variables = ()  # what it was computed with has left the catalogue, too
    label = getattr(item, "short", "") or item.label
    return News(
        row.code, label, row.version, group, ended, timezone.localdate(at), frozenset(variables)
    )  # fmt: skip


def touching(news: Iterable[News], agreements: Iterable[DataAgreement], catalogue: Catalogue) -> list[News]:
    """What is computed from variables that a partner delivers: its profile shows it."""
    delivered: set[str] = set()
    for agreement in agreements:
        of_dataset = {v.code for v in catalogue.variables.values() if v.dataset == agreement.dataset}
        delivered |= of_dataset & set(agreement.variables) if agreement.variables else of_dataset
    return [n for n in news if n.variables & delivered]
