"""All versions of an item: of the district's own, of the files, and of the releases that used them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from wohnplatz.indicators import Item, group_of
from wohnplatz.model import Catalogue
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release

from .layer import item_in, item_of
from .models import CatalogueItem, ItemState


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an item."""

    item: Item
    row: CatalogueItem | None
    """None for a version that came with the files."""
    in_force: bool
    releases: tuple[Release, ...]
    """The releases whose figures were computed with it, newest first."""

    @property
    def number(self) -> int:
        """The version's number."""
        return self.item.version

    @property
    def since(self) -> datetime | None:
        """When it was put in force; None for versions of the files."""
        return self.row.made_at if self.row else None


def versions(actor: Actor, group: str, code: str) -> tuple[Version, ...]:
    """The versions of an item, newest first; empty where there never was one. Drafts are not among them."""
    policies.require(actor, Right.CATALOGUE)
    return _versions(group, code)


def _versions(group: str, code: str) -> tuple[Version, ...]:
    current = item_in(memory.catalogue(), group, code)
    rows = CatalogueItem.objects.exclude(state=ItemState.DRAFT).filter(group=group, code=code)
    known: dict[Item, CatalogueItem | None] = {item_of(row): row for row in rows}
    used: dict[Item, list[Release]] = {}
    for release, catalogue in _of_releases():
        item = item_in(catalogue, group, code)
        if item is not None:
            used.setdefault(item, []).append(release)
    shipped = item_in(memory.shipped(), group, code)
    for item in (*([shipped] if shipped is not None else []), *used):
        known.setdefault(item, None)
    found = [Version(item, row, item == current, tuple(used.get(item, ()))) for item, row in known.items()]
    return tuple(sorted(found, key=lambda v: (v.number, v.row is not None), reverse=True))


def the_version(actor: Actor, group: str, code: str, number: int) -> Version | None:
    """The version with a number, the district's own before one of the files; None where there is none."""
    return next((v for v in versions(actor, group, code) if v.number == number), None)


def next_number(group: str, code: str) -> int:
    """The number a new version gets: one more than any that ever was."""
    return max((v.number for v in _versions(group, code)), default=0) + 1


def current_number(group: str, code: str) -> int:
    """Number of the version in force, 0 where there is none; for noticing that somebody else was faster."""
    found = item_in(memory.catalogue(), group, code)
    return found.version if found is not None else 0


def groups_of_code(code: str, *, drafts: bool = True) -> frozenset[str]:
    """The groups a code ever belonged to, with or without drafts: it keeps its meaning for good."""
    rows = CatalogueItem.objects.filter(code=code)
    rows = rows if drafts else rows.exclude(state=ItemState.DRAFT)
    own = set(rows.values_list("group", flat=True))
    catalogues = [memory.shipped(), *(c for _, c in _of_releases())]
    for group in ("indicators", "indices"):
        if any(item_in(c, group, code) is not None for c in catalogues):
            own.add(group)
    return frozenset(own)


def numbered(item: Item, seen: int | None = None) -> Item:
    """The item with the number of its next version."""
    return replace(item, version=next_number(group_of(item), item.code) if seen is None else seen)


def _of_releases() -> Iterator[tuple[Release, Catalogue]]:
    for release in Release.objects.all():
        yield release, releases.catalogue(release)
