"""What became of a block: figures shown and hidden, with the proof. The unit in which the ledger remembers.

A record is a function of the block and of what was out before: the same block gives the same bytes. It holds
true counts: like the observations it never leaves the store.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure.facts import join, published
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Facts, Needs
from wohnplatz.disclosure.proof import Digests, Proof, check_proof

from .answered import Out, Overlay
from .insiders import Insider, InsiderProof
from .rounded import Rounding, ToRound

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

LARGE = 100
"""Figures of a block of which one hides only some."""
MOST = 0.75
"""Share of hidden figures that says a pattern was found in no time."""
SAFE, WIDENED, CLOSED, FURTHER = "safe", "widened", "closed", "further"
"""Pattern found; everything but zeros hidden, because nothing less was proven; nothing is published; figures
that came out later, beside a block as it was published."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A block as it was published."""

    names: tuple[tuple[str, int], ...]
    content: str
    """Digest of the problem without what was out before."""
    before: tuple[str, ...]
    """SHA-256 of the earlier records whose figures the proof takes as known."""
    keys: tuple[str, ...]
    atoms: Atoms
    cell_keys: tuple[str, ...]
    cells: Cells
    hidden: Bools
    known: Facts
    needs: Needs
    proof: bytes
    zeros_visible: bool
    status: str
    figures: Mapping[str, float]
    """What the proof page tells: cost, lower_bound, unmet, unavoidable, needs, solves."""
    insiders: tuple[InsiderProof, ...] = ()
    """The proofs that suppliers with their own figures learn nothing of others."""
    ranges: Facts | None = None
    """What is told as an interval, such as an estimate in whole persons; None where nothing is."""
    rounding: Rounding | None = None
    """The counts that are out as multiples of 5; None where the block is suppressed only."""
    overlay: Overlay | None = None
    """How ``ranges`` came about where they are answers with a chance deviation."""

    @property
    def tells(self) -> bool:
        """Whether anything of the block went out."""
        return self.status != CLOSED

    def rounded_nodes(self) -> frozenset[tuple[str, int]]:
        """Variables and years that are out rounded."""
        if self.rounding is None or not self.tells:
            return frozenset()
        return self._nodes(np.flatnonzero(self.rounding.counts[: len(self.keys)] >= 0))

    def suppressed_nodes(self) -> frozenset[tuple[str, int]]:
        """Variables and years that are out as they are, or protected beside such figures."""
        return self._nodes(np.unique(self.cells.matrix.indices)) if self.tells else frozenset()

    def answered_nodes(self) -> frozenset[tuple[str, int]]:
        """Variables and years of which sums were answered with a chance deviation."""
        if self.overlay is None or self.ranges is None:
            return frozenset()
        return self._nodes(np.unique(self.ranges.matrix.indices))

    def _nodes(self, counts: Ints) -> frozenset[tuple[str, int]]:
        parts = (self.keys[n].split("|") for n in counts.tolist() if n < len(self.keys))
        return frozenset((variable, int(year)) for variable, _, year, _ in parts)

    @property
    def spent(self) -> bool:
        """Time ran out before a sparing pattern was found and proven: more is hidden than needed."""
        if self.status in {WIDENED, CLOSED}:
            return True
        if "late" in self.figures:
            return bool(self.figures["late"])
        # Records made before this was noted: most of a large block is hardly ever hidden for good reason.
        number = self.cells.matrix @ self.atoms.values != 0
        return len(self.cells) >= LARGE and int(self.hidden[number].sum()) > MOST * int(number.sum())

    def facts(self) -> Facts:
        """Everything an intruder can know of these counts."""
        return self.known if self.status == CLOSED else join(self._told(), self.known)

    def _told(self) -> Facts:
        """What this record itself tells."""
        shown = told(self.cells, self.atoms, self.hidden, self.zeros_visible)
        return join(shown, *self.beside())

    def beside(self) -> tuple[Facts, ...]:
        """What is told as intervals: estimates, and rounded figures."""
        parts = (self.ranges, None if self.rounding is None else self.rounding.facts())
        return tuple(part for part in parts if part is not None)

    def check(self) -> bool:
        """Whether the stored proof holds for exactly these facts; additions of whole numbers only."""
        try:
            facts = self.facts()
            if self.rounding is not None and not self.rounding.holds(self.atoms):
                return False
            proof, digests = Proof.from_bytes(self.proof), Digests(self.atoms, facts)
            holds = check_proof(proof, self.atoms, facts, self.needs, known_digest=digests.of(self.needs))
            return holds and all(i.check(facts, self.atoms, digests) for i in self.insiders)
        except (ValueError, KeyError, IndexError):
            return False

    def counts(self) -> Iterator[tuple[str, int, int, int]]:
        """Identity, value and bounds of each count of its own."""
        columns = (self.atoms.values.tolist(), self.atoms.lower.tolist(), self.atoms.upper.tolist())
        for n, key in enumerate(self.keys):
            yield key, columns[0][n], columns[1][n], columns[2][n]

    def statements(self, place: Mapping[tuple[str, int], int], size: int) -> Facts:
        """The figures shown here over other counts: ``place`` maps (identity, value) to one of ``size``."""
        if self.status == CLOSED:
            return nothing(size)
        shown = self._told()
        matrix = self._over(shown.matrix, place, size)
        return Facts(matrix, shown.low, shown.high, lambda i: f"{shown.name(i)} (früher veröffentlicht)")

    def answers(self, place: Mapping[tuple[str, int], int], size: int) -> Out:
        """The answers with a chance deviation given here, over other counts as in ``statements``."""
        if self.overlay is None or self.ranges is None:
            return Out(nothing(size).matrix, np.empty(0, dtype=np.int64))
        matrix = self._over(self.ranges.matrix, place, size)
        return Out(matrix, self.ranges.high - self.overlay.largest)

    def moves(self, place: Mapping[tuple[str, int], int], size: int) -> sp.csr_array:
        """The witnesses of all its proofs over other counts, as in ``statements``."""
        proofs = (self.proof, *(i.proof for i in self.insiders))
        return sp.csr_array(
            sp.vstack([self._over(Proof.from_bytes(p).moves, place, size) for p in proofs], format="csr")
        )

    def _over(self, matrix: sp.csr_array, place: Mapping[tuple[str, int], int], size: int) -> sp.csr_array:
        """Rows over the counts of this record as rows over others."""
        own = len(self.keys)
        values = self.atoms.values[:own].tolist()
        target = np.array([place[key, v] for key, v in zip(self.keys, values, strict=True)], dtype=np.int64)
        rows = matrix.tocoo()
        kept = rows.col < own
        triple = rows.data[kept], (rows.row[kept], target[rows.col[kept]])
        return sp.csr_array(triple, shape=(matrix.shape[0], size))

    def hidden_keys(self) -> frozenset[str]:
        """Identities of the hidden figures."""
        return frozenset(self.cell_keys[i] for i in np.flatnonzero(self.hidden).tolist())

    def to_bytes(self) -> bytes:
        """The record as bytes."""
        head = {
            "names": [list(n) for n in self.names], "content": self.content, "before": list(self.before),
            "zeros_visible": self.zeros_visible, "status": self.status, "figures": dict(self.figures),
            "shape": [len(self.atoms), len(self.cells), len(self.known), len(self.needs)],
        }  # fmt: skip
        if self.insiders:
            head["insiders"] = [i.name for i in self.insiders]
        if self.overlay is not None:
            head["overlay"] = [self.overlay.largest, *self.overlay.roles]
        arrays: dict[str, npt.NDArray[Any]] = {
            "head": np.frombuffer(json.dumps(head, sort_keys=True).encode(), dtype=np.uint8),
            "keys": _text(self.keys), "cell_keys": _text(self.cell_keys),
            "values": self.atoms.values, "lower": self.atoms.lower, "upper": self.atoms.upper,
            "hidden": self.hidden, "low": self.known.low, "high": self.known.high,
            "low_max": self.needs.low_max, "high_min": self.needs.high_min, "either": self.needs.either,
            "need_words": _text([self.needs.name(i) for i in range(len(self.needs))]),
            "known_words": _text([self.known.name(i) for i in range(len(self.known))]),
            "proof": np.frombuffer(self.proof, dtype=np.uint8),
        }  # fmt: skip
        matrices = {"cells": self.cells.matrix, "known": self.known.matrix, "needs": self.needs.matrix}
        if self.ranges is not None:
            matrices["ranges"] = self.ranges.matrix
            arrays |= {"ranges_low": self.ranges.low, "ranges_high": self.ranges.high}
            arrays["ranges_words"] = _text([self.ranges.name(i) for i in range(len(self.ranges))])
        if self.rounding is not None:
            arrays |= self.rounding.columns() | {"rounding_words": _text(self.rounding.words)}
        for name, matrix in matrices.items():
            rows = sp.csr_array(matrix, copy=True)
            rows.sort_indices()
            arrays |= {
                f"{name}_data": rows.data,
                f"{name}_indices": rows.indices.astype(np.int32),
                f"{name}_indptr": rows.indptr.astype(np.int32),
            }
        for n, insider in enumerate(self.insiders):
            arrays |= {f"insider{n}_{name}": column for name, column in insider.columns().items()}
        stream = io.BytesIO()
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Record:
        """The record in ``data``; ``ValueError`` where these bytes are none."""
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            a = {name: stored[name] for name in stored.files}
        head = json.loads(a["head"].tobytes())
        n, c, k, m = head["shape"]
        keys, cell_keys, need_words, known_words = (
            _words(a[name]) for name in ("keys", "cell_keys", "need_words", "known_words")
        )
        matrix = {
            name: sp.csr_array(
                (a[f"{name}_data"].astype(np.int64), a[f"{name}_indices"], a[f"{name}_indptr"]),
                shape=(rows, n),
            )
            for name, rows in (("cells", c), ("known", k), ("needs", m))
        }
        hidden = a["hidden"].astype(np.bool_)
        return cls(
            tuple((str(v), int(y)) for v, y in head["names"]), head["content"], tuple(head["before"]), keys,
            Atoms(a["values"], a["lower"], a["upper"], lambda i: keys[i] if i < len(keys) else str(i)),
            cell_keys,
            Cells(matrix["cells"], np.zeros(c), np.zeros(c, dtype=np.bool_), hidden, cell_keys.__getitem__),
            hidden,
            Facts(matrix["known"], a["low"], a["high"], known_words.__getitem__),
            Needs(
                matrix["needs"], a["low_max"], a["high_min"], a["either"].astype(np.bool_),
                need_words.__getitem__,
            ),
            a["proof"].tobytes(), head["zeros_visible"], head["status"], head["figures"],
            tuple(
                InsiderProof.of(name, _under(a, f"insider{i}_"), n)
                for i, name in enumerate(head.get("insiders", ()))
            ),
            _ranges(a, n) if "ranges_low" in a else None,
            Rounding.of(a, _words(a["rounding_words"])) if "rounding_head" in a else None,
            Overlay(head["overlay"][0], tuple(head["overlay"][1:])) if "overlay" in head else None,
        )  # fmt: skip


def _under(arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> dict[str, npt.NDArray[Any]]:
    return {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}


def _ranges(a: Mapping[str, npt.NDArray[Any]], size: int) -> Facts:
    shape = (len(a["ranges_low"]), size)
    parts = a["ranges_data"].astype(np.int64), a["ranges_indices"], a["ranges_indptr"]
    words = _words(a["ranges_words"])
    return Facts(sp.csr_array(parts, shape=shape), a["ranges_low"], a["ranges_high"], words.__getitem__)


def told(cells: Cells, atoms: Atoms, hidden: Bools, zeros_visible: bool) -> Facts:
    """What a pattern tells. Where zeros are shown a hidden sum of persons is at least 1, a balance is not."""
    balance = np.diff(sp.csr_array(cells.matrix < 0).indptr) > 0
    floor = hidden & ~balance & zeros_visible
    shown = published(cells, atoms, hidden, zeros_visible=False)
    low = np.flatnonzero(floor)
    return join(
        shown,
        Facts(
            cells.matrix[low], np.ones(len(low), dtype=np.int64), np.full(len(low), UNBOUNDED),
            lambda i: f"{cells.name(int(low[i]))} ist verdeckt und darum nicht 0",
        ),
    )  # fmt: skip


def content_digest(  # noqa: PLR0913, PLR0917 -- everything the problem consists of
    keys: tuple[str, ...],
    cell_keys: tuple[str, ...],
    atoms: Atoms,
    cells: Cells,
    bounds: Facts,
    needs: Needs,
    insiders: Sequence[Insider] = (),
    rounding: ToRound | None = None,
) -> str:
    """SHA-256 of a problem: counts, figures, what is asked; weights and words of needs do not count."""
    total = hashlib.sha256()
    for insider in insiders:
        total.update(f"{insider.name}:{insider.own.tolist()}:{len(insider.rests)}".encode() + b"\0")
    for text in (keys, cell_keys):
        total.update("\n".join(text).encode() + b"\0")
    vectors = [
        atoms.values,
        atoms.lower,
        atoms.upper,
        bounds.low,
        bounds.high,
        needs.low_max,
        needs.high_min,
        needs.either,
        cells.hideable,
        cells.sensitive,
    ]
    rounded = () if rounding is None else (rounding.sums, rounding.equal, rounding.parts)
    if rounding is not None:
        vectors += [rounding.counts, rounding.wholes]
    for matrix in (cells.matrix, bounds.matrix, needs.matrix, *rounded):
        rows = sp.csr_array(matrix, copy=True)
        rows.sum_duplicates()
        vectors += [rows.indptr, rows.indices, rows.data]
    for vector in vectors:
        total.update(np.ascontiguousarray(vector, dtype="<i8").tobytes() + b"\0")
    return total.hexdigest()


def _text(words: Any) -> npt.NDArray[Any]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _words(data: npt.NDArray[Any]) -> tuple[str, ...]:
    text = data.tobytes().decode()
    return tuple(text.split("\n")) if text else ()


def nothing(size: int) -> Facts:
    """No fact over ``size`` counts."""
    return Facts(
        sp.csr_array((0, size), dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), str
    )
