"""The statistical memory of this installation: where its objects lie and which catalogue is in force."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from wohnplatz.disclosure import RuleSet, load_rules
from wohnplatz.disclosure.cellkey import NoiseTable, noise_table
from wohnplatz.indicators import load_catalogue
from wohnplatz.model import Catalogue
from wohnplatz.publication.keyed import Noise
from wohnplatz.store import ObjectStore

from .catalogue import layer
from .protection.in_force import InForce, rules_in_force


def store() -> ObjectStore:
    """The object store under ``WOHNPLATZ_HOME``."""
    return ObjectStore(Path(settings.WOHNPLATZ_HOME) / "store")


def catalogue() -> Catalogue:
    """The catalogue in force: that of the files with the indicators and indices made here laid over it.

    Asked anew each time: every process notices a change of files or of own items with its next question.
    """
    folder = _folder()
    return _overlaid(folder, _changed(folder), layer.signature())


def catalogue_to_release() -> Catalogue:
    """The catalogue in force, with the pyramid as coarse as the rules publish it."""
    found, asked = catalogue(), rules()
    dataset = found.variables[found.population].dataset
    without = tuple(sorted(asked.undivided.get(dataset, ())))
    return replace(found, pyramid_ages=asked.ages.get(dataset, ()), pyramid_without=without)


def shipped() -> Catalogue:
    """The catalogue of the files alone: the district's own folder, or the one that came with the program.

    Data sets, variables and breakdowns stand in files only: who needs no indicators asks here, without a
    question to the database.
    """
    folder = _folder()
    return _catalogue(folder, _changed(folder))


def rules_file() -> InForce:
    """The file of disclosure rules in force, and who put it in force."""
    return rules_in_force(store())


def rules() -> RuleSet:
    """The disclosure rules in force."""
    return load_rules(rules_file().path)


def protection_seed() -> int:
    """The secret number that decides between patterns of hidden figures that cost the same.

    Made from the installation's key, which never leaves it; 0 in the demo, so that everybody sees the same.
    """
    key = str(settings.WOHNPLATZ_PROTECTION_KEY)
    if not key:
        return 0
    digest = hmac.new(key.encode(), b"pattern of hidden figures", hashlib.sha256).digest()
    return int.from_bytes(digest[:4], "big") >> 1  # what the solver takes: 31 bits


def noise() -> Noise:
    """How single questions are overlaid with chance: the table of the method, the secret of this place."""
    return Noise(_table(), str(settings.WOHNPLATZ_CELL_KEY).encode())


@lru_cache(maxsize=1)
def _table() -> NoiseTable:
    return noise_table()


def _folder() -> Path | None:
    return Path(settings.WOHNPLATZ_CATALOGUE) if settings.WOHNPLATZ_CATALOGUE else None


def _changed(folder: Path | None) -> int:
    """Another number where a file of the folder was written, added or removed."""
    files = sorted(folder.rglob("*.toml")) if folder else []
    return hash(tuple((f.as_posix(), f.stat().st_mtime_ns) for f in files))


@lru_cache(maxsize=2)
def _catalogue(folder: Path | None, _changed: int) -> Catalogue:
    return load_catalogue(folder)


@lru_cache(maxsize=4)
def _overlaid(folder: Path | None, changed: int, marks: layer.Signature) -> Catalogue:
    return layer.laid_over(_catalogue(folder, changed), marks)
