"""What earlier publications protected and no figure of now shows: it must stay open all the same.

A figure that is left out or put into a coarser group is judged by no rule any more. What was told around it
stays known, so a new sum beside it could tell what was protected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.problem import Needs

from .insiders import joined_needs
from .record import Record

if TYPE_CHECKING:
    from .blocks import Block

Ints = npt.NDArray[np.int64]
Row = tuple[bytes, bytes]
GONE = -1
"""In the place of a count of which there is another number now: a correction is another figure."""


def with_unshown(block: Block, earlier: Sequence[Record], place: Mapping[tuple[str, int], int]) -> Block:
    """The block, over all counts that are or were out, with what ``earlier`` records ask beyond it.

    ``place`` maps (identity, value) to a count. Figures that are still shown are judged by the rules of now
    alone: rules may have become milder.
    """
    shown = set(block.cell_keys)
    left = [record for record in earlier if not shown.issuperset(record.cell_keys)]
    if not left:
        return block
    target = [_targets(record, block, place) for record in left]
    judged = {*rows_of(block.cells.matrix), *rows_of(block.needs.matrix)}
    needs = _added(block.needs, [(r.needs, t) for r, t in zip(left, target, strict=True)], judged)
    asked = judged | set(rows_of(needs.matrix))
    insiders = []
    for insider in block.insiders:
        before = [
            (known.needs, t)
            for record, t in zip(left, target, strict=True)
            for known in record.insiders
            if known.name == insider.name
        ]
        own = asked | set(rows_of(insider.rests.matrix))
        insiders.append(replace(insider, rests=_added(insider.rests, before, own)))
    return replace(block, needs=needs, insiders=tuple(insiders))


def rows_of(matrix: sp.csr_array) -> list[Row]:
    """Each row so that equal ones are equal."""
    rows = sp.csr_array(matrix, copy=True)
    rows.sum_duplicates()
    spans = zip(rows.indptr[:-1].tolist(), rows.indptr[1:].tolist(), strict=True)
    return [
        (rows.indices[a:b].astype(np.int64).tobytes(), rows.data[a:b].astype(np.int64).tobytes())
        for a, b in spans
    ]


def _targets(record: Record, block: Block, place: Mapping[tuple[str, int], int]) -> Ints:
    """Where each count of a record stands in the block, the number 1 included, (m,)."""
    own, now = len(record.keys), set(block.keys)
    found = np.full(len(record.atoms), GONE, dtype=np.int64)
    for n, (key, value) in enumerate(zip(record.keys, record.atoms.values[:own].tolist(), strict=True)):
        at = place[key, value]
        found[n] = at if at < len(block.keys) or key not in now else GONE
    # What the record itself took from records before it stands in those, which are asked as well.
    found[own] = len(block.keys)
    return found


def _added(needs: Needs, before: Iterable[tuple[Needs, Ints]], known: set[Row]) -> Needs:
    """``needs`` with those of before, each once, that are over counts of now and not ``known``."""
    size, parts, seen = needs.matrix.shape[1], [needs], set(known)
    for old, target in before:
        rows = old.matrix.tocoo()
        lost = np.zeros(len(old), dtype=np.bool_)
        lost[rows.row[target[rows.col] == GONE]] = True
        kept = target[rows.col] != GONE
        triple = rows.data[kept], (rows.row[kept], target[rows.col[kept]])
        moved = sp.csr_array(triple, shape=(len(old), size))
        chosen = []
        for n, row in enumerate(rows_of(moved)):
            if not lost[n] and row not in seen:
                seen.add(row)
                chosen.append(n)
        at = np.array(chosen, dtype=np.int64)
        parts.append(replace(old, matrix=moved).of(at))
    return joined_needs(*parts)
