"""What a proven pattern opens: the key to the door for everybody but the internal working view."""

from __future__ import annotations

from dataclasses import InitVar, dataclass

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]

_PROVEN = object()


@dataclass(frozen=True, slots=True, eq=False)
class Clearance:
    """Which of the n rows of a figure table may be seen; made only where ``check_proof`` has accepted.

    The token below is its key; an architecture test holds that only ``publication`` imports it.
    """

    open: Bools
    """Rows whose numbers are among the proven facts, (n,)."""
    coverage: Bools
    """Rows whose share of inhabitants may be seen, (n,): it tells how many live in what is not covered."""
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        """Refuse a clearance that no proof stands behind."""
        if token is not _PROVEN:
            raise TypeError("a clearance is made by wohnplatz.publication after a proof was checked")

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.open)
