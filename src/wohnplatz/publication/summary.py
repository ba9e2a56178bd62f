"""What the proofs of a release amount to: counts that may be told, without a single figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np

from wohnplatz.disclosure.proof import NOTHING, Proof
from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.store import Kind, Manifest, ObjectStore, StoreError

from .clearing import ProofList, proof_list
from .ledger import LedgerEntry, entries, read_record
from .names import LEDGER
from .record import CLOSED, SAFE, WIDENED, Record

SPANS = (1, 2, 5)
"""Upper ends of the classes in which ``Weight.spans`` counts; the last class is open."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ProofSummary:
    """The proofs of one release for one audience, added up."""

    records: int
    """Independent blocks of counts, each with a proof of its own."""
    needs: int
    """Sums that must stay open."""
    spans: tuple[int, ...]
    """Needs by the distance of the nearest known other value: at most 1, at most 2, at most 5, further.

    What the stored witnesses show, a lower limit: the true room may be larger.
    """
    safe: int
    """Blocks with a searched pattern."""
    widened: int
    """Blocks in which everything but zeros is hidden: nothing less was proven in time."""
    closed: int
    """Blocks of which nothing was published."""
    at_least_cost: int
    """Blocks whose pattern is proven to cost the least possible."""
    lost: int
    """Needs that earlier publications alone already answered."""
    unavoidable: int
    """Demands that no pattern can meet in full and that were cut to what can be reached."""
    insiders: int = 0
    """Proofs beside these in which a supplier knows the own figures, one for each block and supplier."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Outcome of checking all proofs of a release and the chain of the ledger once more."""

    records: int
    failed: int
    ledger_entries: int
    ledger_error: str
    """Empty where the chain holds."""

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.failed and not self.ledger_error


def summary(store: ObjectStore, manifest: Manifest, audience: Audience) -> ProofSummary:
    """The proofs for an audience added up; ``WohnplatzError`` where the release has none."""
    listed = proof_list(store, manifest, audience)
    return _added(read_record(store, sha) for sha, _, _ in listed.records)


def hashes(store: ObjectStore, manifest: Manifest, audience: Audience) -> dict[str, str]:
    """Name of each protected result → SHA-256; ``WohnplatzError`` where the release has no proof."""
    listed: ProofList = proof_list(store, manifest, audience)
    return {**listed.results, LEDGER: manifest.results.get(LEDGER, "")}


def check(  # noqa: PLR0913 (a release, what came out beside it, and how to tell of it)
    store: ObjectStore,
    manifest: Manifest,
    audiences: Iterable[Audience],
    progress: Progress | None = None,
    *,
    further: Collection[str] = (),
    head: str = "",
) -> Checked:
    """Check every proof of a release afresh by addition, and the chain of the ledger up to ``head``.

    ``further`` are records of what came out beside the release; without ``head`` the chain is followed up to
    the release. ``WohnplatzError`` where the release has no proof; what is damaged is counted.
    """
    wanted = {sha for a in audiences for sha, _, _ in proof_list(store, manifest, a).records} | set(further)
    failed = 0
    for done, sha in enumerate(sorted(wanted)):
        if progress:
            progress(done, len(wanted))
        failed += not _holds(store, sha)
    found: list[LedgerEntry] = []
    error = ""
    try:
        found = entries(store, head or manifest.results.get(LEDGER, ""))
    except WohnplatzError as broken:
        error = broken.text()
    return Checked(len(wanted), failed, len(found), error)


def _holds(store: ObjectStore, sha: str) -> bool:
    try:
        return Record.from_bytes(store.read(Kind.RECORD, sha)).check()
    except (WohnplatzError, StoreError, ValueError, KeyError):
        return False


def _added(records: Iterable[Record]) -> ProofSummary:
    status: Counter[str] = Counter()
    told: Counter[str] = Counter()
    spans = np.zeros(len(SPANS) + 1, dtype=np.int64)
    for record in records:
        status[record.status] += 1
        told["records"] += 1
        told["needs"] += len(record.needs)
        for name in ("lost", "unavoidable", "insiders"):
            told[name] += int(record.figures.get(name, 0))
        cost = record.figures.get("cost", 0.0)
        told["least"] += record.status == SAFE and cost <= record.figures.get("lower_bound", 0.0) + 1e-6
        spans += _spans(record)
    return ProofSummary(
        told["records"], told["needs"], tuple(spans.tolist()), status[SAFE], status[WIDENED], status[CLOSED],
        told["least"], told["lost"], told["unavoidable"], told["insiders"],
    )  # fmt: skip


def _spans(record: Record) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Needs by the larger change that their witnesses make, in the classes of ``SPANS``."""
    proof = Proof.from_bytes(record.proof)
    changes = (
        np.abs((record.needs.matrix @ proof.moves.T).toarray()) if len(record.needs) else np.empty((0, 1))
    )
    rows = np.arange(len(record.needs))
    sides = [
        np.where(by == NOTHING, 0, changes[rows, np.maximum(by, 0)]) for by in (proof.low_by, proof.high_by)
    ]
    widest = np.maximum(*sides) if len(rows) else np.empty(0)
    return np.bincount(np.searchsorted(SPANS, widest), minlength=len(SPANS) + 1).astype(np.int64)
