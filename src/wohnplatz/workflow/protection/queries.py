"""The rules in force and those of every release, for people who may see them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from wohnplatz.disclosure import RuleChange, RuleSet, compare, load_rules
from wohnplatz.store import Kind
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.releases import content
from wohnplatz.workflow.releases.models import Release

from .in_force import installed
from .models import RulesVersion


@dataclass(slots=True)
class Version:
    """One rule file with the releases that were made with it, newest first."""

    sha: str
    rules: RuleSet
    origin: str = ""
    rows: list[RulesVersion] = field(default_factory=list)
    """How often it was put in force here, newest first."""
    releases: list[Release] = field(default_factory=list)
    in_force: bool = False

    @property
    def first_release(self) -> Release | None:
        """The release it was used for first."""
        return self.releases[-1] if self.releases else None


def versions(actor: Actor) -> list[Version]:
    """Every rule file that is or was in force, the one in force first. Raises Refused."""
    policies.require(actor, policies.Right.PROOF)
    now = memory.rules_file()
    found = {now.sha: Version(now.sha, load_rules(now.path), now.origin, in_force=True)}
    for row in RulesVersion.objects.all():
        _at(found, row.sha).rows.append(row)
    for release in Release.objects.all():
        _at(found, content.manifest(release.manifest).rules).releases.append(release)
    return list(found.values())


def _at(found: dict[str, Version], sha: str) -> Version:
    if sha not in found:
        found[sha] = Version(sha, content.rules(sha), "früher in Kraft")
    return found[sha]


def since_last_release() -> tuple[RuleChange, ...]:
    """What the rules in force ask otherwise than those of the newest release; nothing before the first."""
    newest = Release.objects.first()
    if newest is None:
        return ()
    return compare(content.rules(content.manifest(newest.manifest).rules), memory.rules())


def between(actor: Actor, old: Release, new: Release) -> tuple[RuleChange, ...]:
    """What one release's rules ask otherwise than another's; nothing for who may not see rules."""
    if not policies.may(actor, policies.Right.PROOF):
        return ()
    one, other = (content.rules(content.manifest(r.manifest).rules) for r in (old, new))
    return compare(one, other)


def text_of(actor: Actor, sha: str) -> bytes:
    """The rule file itself. Raises Refused, and KeyError for one that never was in force."""
    known = {v.sha: v for v in versions(actor)}[sha]
    now = memory.rules_file()
    return now.data if known.in_force else memory.store().read(Kind.RULES, sha)


def unused_file() -> str:
    """Name of a file of the installation in whose place other rules were put in force; or empty."""
    path, now = installed(), memory.rules_file()
    if path is None or now.row is None or not path.is_file():
        return ""
    return path.name if hashlib.sha256(path.read_bytes()).hexdigest() != now.sha else ""
