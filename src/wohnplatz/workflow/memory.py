"""The statistical memory of this installation: where its objects lie and which catalogue is in force."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from wohnplatz.disclosure import RuleSet, load_rules
from wohnplatz.indicators import load_catalogue
from wohnplatz.model import Catalogue
from wohnplatz.store import ObjectStore


def store() -> ObjectStore:
    """The object store under ``WOHNPLATZ_HOME``."""
    return ObjectStore(Path(settings.WOHNPLATZ_HOME) / "store")


def catalogue() -> Catalogue:
    """The catalogue in force: the district's own folder, or the shipped one. Read again when files change."""
    folder = Path(settings.WOHNPLATZ_CATALOGUE) if settings.WOHNPLATZ_CATALOGUE else None
    return _catalogue(folder, _changed(folder))


def rules_path() -> Path | None:
    """File of the district's own disclosure rules, None for the shipped ones."""
    return Path(settings.WOHNPLATZ_RULES) if settings.WOHNPLATZ_RULES else None


def rules() -> RuleSet:
    """The disclosure rules in force."""
    return load_rules(rules_path())


def _changed(folder: Path | None) -> int:
    files = folder.rglob("*.toml") if folder else ()
    return max((f.stat().st_mtime_ns for f in files), default=0)


@lru_cache(maxsize=2)
def _catalogue(folder: Path | None, _changed: int) -> Catalogue:
    return load_catalogue(folder)
