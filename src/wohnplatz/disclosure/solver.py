"""HiGHS without its greeting: what a command prints belongs to whoever reads it, perhaps a machine."""

from __future__ import annotations

import ctypes
import os
from functools import lru_cache
from typing import Any

import highspy


def new_solver() -> Any:
    """A solver that prints nothing."""
    _greet_nobody()
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    return solver


@lru_cache(maxsize=1)
def _greet_nobody() -> None:
    """Make the first solver of the process while its output leads nowhere: only that one prints its version.

    The option that silences a solver can be set only once the solver exists, and by then it has printed.
    """
    libc = ctypes.CDLL(None)
    libc.fflush(None)
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
        libc.fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
