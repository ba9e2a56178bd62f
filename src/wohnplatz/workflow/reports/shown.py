"""What a report shows on its release: material, findings, the document."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from wohnplatz.report import BlockFinding, Document, Material, Report, check, report_json, resolve
from wohnplatz.report.needs import needs
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release
from wohnplatz.workflow.releases.report_material import material

from . import queries
from .models import SocialReport

T = TypeVar("T")


class Kept:
    """The last few results by key: a release never changes, so neither does what follows from it."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._found: OrderedDict[object, object] = OrderedDict()

    def once(self, key: object, make: Callable[[], T]) -> T:
        """The result for the key, made where it is not there."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]  # type: ignore[return-value]
        made = make()
        with self._lock:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made

    def find(self, fits: Callable[[Any], bool]) -> object | None:
        """The newest result whose key fits, None where there is none."""
        with self._lock:
            return next((self._found[k] for k in reversed(self._found) if fits(k)), None)


_MATERIALS = Kept(4)
_CHECKED = Kept(8)
_DOCUMENTS = Kept(2)


def material_of(
    actor: Actor, report: SocialReport, written: Report, release: Release | None = None
) -> Material:
    """The figures of the report's release (or of another one) that the public may see."""
    queries.visible_to(actor)
    bound = release or report.release
    wanted = needs(written, releases.catalogue(bound))
    key = (bound.manifest, wanted.indicators, wanted.ages, written.year if wanted.ages else 0)
    codes = set(wanted.indicators)

    def holds_all(known: tuple[str, tuple[str, ...], bool, int]) -> bool:
        """Whether a material that is there serves as well: the whole report's for one of its blocks."""
        same = known[0] == bound.manifest and codes <= set(known[1])
        return same and (not wanted.ages or known[2:] == key[2:])

    found = _MATERIALS.find(holds_all)
    if isinstance(found, Material):
        return found
    return _MATERIALS.once(key, lambda: material(actor, bound, written))


def findings(actor: Actor, report: SocialReport, written: Report | None = None) -> tuple[BlockFinding, ...]:
    """What is wrong with the report's blocks on its release."""
    tree = written or queries.tree(report)
    made = material_of(actor, report, tree)
    return _CHECKED.once((report.release.manifest, sha_of(tree)), lambda: check(tree, made))


def document(actor: Actor, report: SocialReport, *, final: bool, written: Report | None = None) -> Document:
    """The report as a document; a draft marks suggested texts, a final one leaves them out."""
    tree = written or queries.tree(report)
    made = material_of(actor, report, tree)
    key = (report.release.manifest, sha_of(tree), final)
    return _DOCUMENTS.once(key, lambda: resolve(tree, made, final=final).document)


def sha_of(tree: Report) -> str:
    """Name of a tree by its content."""
    return hashlib.sha256(report_json(tree)).hexdigest()
