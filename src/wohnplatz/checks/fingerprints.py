"""A fingerprint of the values alone: the same file with new dates in it has the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from wohnplatz.model import TOTAL, Coded, Observation

from .cubes import as_table


def fingerprint(observations: Sequence[Observation]) -> str:
    """SHA-256 (hexadecimal) of variables, areas, categories, states and values.

    Reference dates, order and place in the file do not count. Empty for no observation.
    """
    table = as_table(observations)
    if not len(table):
        return ""
    columns = [("variable", table.variable), ("area", table.area)]
    columns += [(d, c) for d, c in sorted(table.categories.items()) if _is_used(c)]
    digest = hashlib.sha256()
    key = np.zeros(len(table), dtype=np.int64)
    for name, column in columns:
        words, ranks = _ranked(column)
        digest.update("\x1f".join((name, *words)).encode() + b"\x1e")
        key = key * len(words) + ranks
    order = np.lexsort((table.value, table.state, key))
    for part in (key[order], table.state[order], (table.value + 0.0)[order]):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _is_used(column: Coded) -> bool:
    """Whether anything but the total stands in the column."""
    words, _ = _ranked(column)
    return list(words) != [TOTAL]


def _ranked(column: Coded) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """The words that occur, sorted, and the rank of each row's word among them."""
    used = np.bincount(column.codes, minlength=len(column.values)) > 0
    words = tuple(sorted(v for v, is_used in zip(column.values, used, strict=True) if is_used))
    rank = {word: n for n, word in enumerate(words)}
    places = np.array([rank.get(v, 0) for v in column.values], dtype=np.int64)
    found: npt.NDArray[np.int64] = places[column.codes]
    return words, found
