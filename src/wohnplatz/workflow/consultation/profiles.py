"""The release of profiles: what a municipality let go, and what is withheld from whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from wohnplatz.model import Hierarchy
from wohnplatz.report import Report, block_dict
from wohnplatz.report.tree import AreaTextsBlock, ProfilesBlock, walk
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.audit.log import record
from wohnplatz.workflow.clock import moment
from wohnplatz.workflow.partners.models import Partner, PartnerKind
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.models import SocialReport

from . import way
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


def held_in_file(release: Release, tree: Report) -> tuple[tuple[str, frozenset[str]], ...]:
    """Municipalities whose profile a report from a file shows and that have not let it go, with their areas.

    A file has no consultation of its own. What counts is what was let go: the same profile on the same
    release in any report of the district, word for word.
    """
    released = ProfileRelease.objects.filter(state=ProfileState.RELEASED)
    known = set(released.values_list("partner_id", "fingerprint"))
    shown = _shown(tree, releases.hierarchy(release))
    return tuple((p.name, a) for p, a in shown if (p.pk, fingerprint(release, tree, a)) not in known)


def let_file_go(
    actor: Actor, release: Release, tree: Report, grounds: str, *, at: datetime | None = None
) -> None:
    """Note on what grounds a report from a file goes out with profiles that nobody let go here.

    Raises Refused, and WohnplatzError where no grounds are given.
    """
    way.require_lead(actor)
    said = way.require_words(
        grounds,
        "Es fehlt, worauf sich die Freigabe stützt.",
        "Bitte zum Beispiel Schreiben und Datum nennen.",
    )
    names = [name for name, _ in held_in_file(release, tree)]
    if names:
        record(actor, "consultation.let_file_go", release, moment(at), partners=names, grounds=said[:300])


def fingerprint(release: Release, tree: Report, areas: frozenset[str]) -> str:
    """SHA-256 of what a profile shows: the release, the form of the profiles, the texts of these areas."""
    parts = [release.manifest, sorted(areas), list(_parts(tree, areas))]
    written = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def _profiles(report: SocialReport, tree: Report, hierarchy: Hierarchy) -> Iterator[Profile]:
    kept = {r.partner_id: r for r in report.profile_releases.all()}
    for partner, areas in _shown(tree, hierarchy):
        yield Profile(partner, areas, kept.get(partner.pk), fingerprint(report.release, tree, areas))


def _shown(tree: Report, hierarchy: Hierarchy) -> Iterator[tuple[Partner, frozenset[str]]]:
    """Every municipality that a report shows a profile of, with its areas."""
    for partner in Partner.objects.filter(kind=PartnerKind.MUNICIPALITY, is_active=True):
        areas = own_areas(partner.area_keys, hierarchy)
        if partner.area_keys and has_profile(tree, areas, hierarchy):
            yield partner, areas


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
