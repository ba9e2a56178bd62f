"""Content of a release, cached. What is named by its SHA-256 never changes, so a cache is never stale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wohnplatz import indicators
from wohnplatz.areas import Shapes, shapes
from wohnplatz.disclosure import RuleSet, Sources, load_rules
from wohnplatz.indicators import catalogue_from_json
from wohnplatz.model import Catalogue, FigureMeta, Hierarchy, WohnplatzError
from wohnplatz.publication.sources import sources_of
from wohnplatz.store import DivisionRef, Kind, Manifest, ObjectStore
from wohnplatz.workflow import memory
from wohnplatz.workflow.district import queries as district


@dataclass(frozen=True, slots=True)
class Knowledge:
    """A catalogue with what the door asks of it, worked out once."""

    catalogue: Catalogue
    meta: dict[str, FigureMeta]
    inputs: dict[str, tuple[tuple[str, int], ...]]
    protection: dict[str, str]
    minimum_denominator: dict[str, float]
    measures: frozenset[str]
    """Codes of index measures."""


def manifest(sha: str) -> Manifest:
    """The manifest with this SHA-256."""
    return _manifest(memory.store().root, sha)


def knowledge(sha: str) -> Knowledge:
    """The catalogue with this SHA-256 and what follows from it."""
    return _knowledge(memory.store().root, sha)


def rules(sha: str) -> RuleSet:
    """The disclosure rules with this SHA-256."""
    return _rules(memory.store().root, sha)


def divisions(content: Manifest, division: str = "") -> tuple[DivisionRef, ...]:
    """Today's divisions of a release, or those of the former set whose finest one is ``division``.

    Raises WohnplatzError for a division the release does not know.
    """
    if not division:
        return content.divisions
    for former in content.former:
        if former.code == division:
            return former.divisions
    raise WohnplatzError(
        f"Der Datenstand kennt die Gebietsgliederung „{division}“ nicht.", code="releases.division"
    )


def hierarchy(content: Manifest, division: str = "") -> Hierarchy:
    """The divisions of a release, tied by their parents."""
    return district.hierarchy_of(tuple(d.sha for d in divisions(content, division)))


def drawn(sha: str, width: int) -> Shapes:
    """The shapes of a stored division, simplified for a width in pixels."""
    return _drawn(memory.store().root, sha, width)


@lru_cache(maxsize=32)
def _manifest(root: Path, sha: str) -> Manifest:
    return Manifest.load(ObjectStore(root), sha)


@lru_cache(maxsize=8)
def _knowledge(root: Path, sha: str) -> Knowledge:
    catalogue = catalogue_from_json(ObjectStore(root).read(Kind.CATALOGUE, sha))
    minimum = {
        code: i.minimum_denominator
        for code, i in catalogue.indicators.items()
        if i.minimum_denominator is not None
    }
    return Knowledge(
        catalogue,
        indicators.figure_meta(catalogue),
        indicators.inputs(catalogue),
        indicators.protection(catalogue),
        minimum,
        frozenset(m for index in catalogue.indices.values() for m in index.measures()),
    )


def sources(content: Manifest) -> dict[str, Sources]:
    """Which variables, data sets and suppliers are behind each figure of a release."""
    return sources_of(knowledge(content.catalogue).catalogue, content)


@lru_cache(maxsize=8)
def _rules(root: Path, sha: str) -> RuleSet:
    return load_rules(ObjectStore(root).path(Kind.RULES, sha))


@lru_cache(maxsize=64)
def _drawn(root: Path, sha: str, width: int) -> Shapes:
    return shapes(district.division(sha)[1], width=width)
