"""The selection of areas: one list in the address that marks the same areas on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wohnplatz.model import Hierarchy

PARAMETER, ADD = "auswahl", "dazu"
LARGEST = 12
"""More areas cannot be told apart in a chart."""
LONGEST = 1000
"""Characters of an address that are read; twelve keys are far shorter."""


def read(written: str, hierarchy: Hierarchy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Keys of ``key,key`` that are marked, and those that are not: unknown, or more than ``LARGEST``."""
    keys = tuple(dict.fromkeys(k.strip()[:40] for k in written.split(",") if k.strip()))
    known = tuple(k for k in keys if hierarchy.level_of(k) is not None)
    return known[:LARGEST], tuple(k for k in keys if k not in known[:LARGEST])


def written(query: Mapping[str, str]) -> str:
    """The selection of an address as it stands there, with the area that a form adds."""
    given = (query.get(name, "") for name in (PARAMETER, ADD))
    return ",".join(part for part in given if part)[:LONGEST]


def keys_of(written: str) -> tuple[str, ...]:
    """What of a list looks like keys of areas: for links of pages that know no areas."""
    parts = dict.fromkeys(k.strip() for k in written.split(","))
    return tuple(k for k in parts if len(k) <= 40 and k.replace("-", "").replace("_", "").isalnum())[:LARGEST]


def write(keys: Sequence[str]) -> str:
    """The list as it stands in an address."""
    return ",".join(keys)


def toggled(keys: Sequence[str], key: str) -> tuple[str, ...]:
    """The selection with ``key`` added at the end, or taken out where it is in it."""
    return tuple(k for k in keys if k != key) if key in keys else (*keys, key)
