"""The release of profiles: what a municipality let go, and what is withheld from whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wohnplatz.model import Hierarchy
from wohnplatz.report import Report, block_dict
from wohnplatz.report.tree import AreaTextsBlock, ProfilesBlock, walk
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.partners.models import Partner, PartnerKind
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.models import SocialReport

from .chapters import has_profile, own_areas
from .models import ProfileRelease
from .states import ProfileState


@dataclass(frozen=True, slots=True)
class Profile:
    """A municipality's profile in a report and whether it may be seen by others."""

    partner: Partner
    areas: frozenset[str]
    release: ProfileRelease | None
    fingerprint: str

    @property
    def let_go(self) -> bool:
        """Whether the municipality has released just what the report shows now."""
        kept = self.release
        return (
            kept is not None and kept.state == ProfileState.RELEASED and kept.fingerprint == self.fingerprint
        )

    @property
    def changed(self) -> bool:
        """Whether it had been released and has changed since."""
        return self.release is not None and self.release.state == ProfileState.RELEASED and not self.let_go

    @property
    def state(self) -> ProfileState:
        """Where it stands; one that changed after its release waits again."""
        if self.release is None or self.changed:
            return ProfileState.PENDING
        return ProfileState(self.release.state)


def profiles(report: SocialReport, tree: Report | None = None) -> tuple[Profile, ...]:
    """The profile of every municipality that the report shows one of, by name."""
    return tuple(_profiles(report, tree or reports.tree(report), releases.hierarchy(report.release)))


def profile_of(report: SocialReport, partner: Partner, tree: Report | None = None) -> Profile | None:
    """The profile that this partner decides about; None where it has none in this report."""
    return next((p for p in profiles(report, tree) if p.partner.pk == partner.pk), None)


def withheld(report: SocialReport, viewer: Actor | None = None, tree: Report | None = None) -> frozenset[str]:
    """Keys of the areas whose profile may not be shown: to the public, or to this person.

    The district's planning sees all, a municipality its own; everybody else what was let go.
    """
    if viewer is not None and policies.may(viewer, Right.REPORTS):
        return frozenset()
    own = viewer.partner_id if viewer is not None else None
    held = (p.areas for p in profiles(report, tree) if not p.let_go and (own is None or p.partner.pk != own))
    return frozenset(key for areas in held for key in areas)


def fingerprint(report: SocialReport, tree: Report, areas: frozenset[str]) -> str:
    """SHA-256 of what a profile shows: the release, the form of the profiles, the texts of these areas."""
    parts = [report.release.manifest, sorted(areas), list(_parts(tree, areas))]
    written = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def _profiles(report: SocialReport, tree: Report, hierarchy: Hierarchy) -> Iterator[Profile]:
    kept = {r.partner_id: r for r in report.profile_releases.all()}
    for partner in Partner.objects.filter(kind=PartnerKind.MUNICIPALITY, is_active=True):
        if not partner.area_keys:
            continue
        areas = own_areas(partner.area_keys, hierarchy)
        if has_profile(tree, areas, hierarchy):
            yield Profile(partner, areas, kept.get(partner.pk), fingerprint(report, tree, areas))


def _parts(tree: Report, areas: frozenset[str]) -> Iterator[object]:
    """What is shown about the areas: everything of a report about one of them."""
    if tree.area in areas:
        yield [block_dict(n) for n in tree.blocks]
        return
    for node in walk(tree.blocks):
        if isinstance(node, ProfilesBlock):
            yield [block_dict(_own(inner, areas)) for inner in walk([node]) if inner is not node]
            yield [node.level, node.area, list(node.areas)]
        elif getattr(node, "area", "") in areas:
            yield block_dict(node)


def _own(node: object, areas: frozenset[str]) -> object:
    """A block of the profiles with the texts of these areas alone, and without the blocks inside it."""
    if isinstance(node, AreaTextsBlock):
        return replace(node, texts=tuple(t for t in node.texts if t.area in areas))
    return replace(node, **{n: () for n in ("blocks", "left", "right") if hasattr(node, n)})  # type: ignore[type-var]
