"""How much an index hangs on its making, from the released figures of its indicators."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
import numpy.typing as npt

from ..model import ReleasedTable
from ..monitoring.families import Scheme
from ..monitoring.sensitivity import Sensitivity, sensitivity

Floats = npt.NDArray[np.float64]


def index_sensitivity(  # noqa: PLR0913 -- figures, scheme, classes and who takes part
    table: ReleasedTable,
    indicators: Sequence[str],
    scheme: Scheme,
    classify: Callable[[Floats], npt.NDArray[np.int64]],
    *,
    areas: Sequence[str],
    taking_part: Collection[str],
    draws: int = 200,
) -> Sensitivity:
    """Ranks and classes of ``areas`` under other weights, and without single indicators.

    ``table`` holds the figures of ``indicators`` in one year. Areas outside ``taking_part`` (those whose
    index nobody may see) are left out, so means and ranks rest on released figures only and may differ a
    little from those of the release.
    """
    found = {(f.indicator, f.area): f.value for f in table}
    values = np.array([[_number(found.get((code, a))) for code in indicators] for a in areas]).reshape(
        len(areas), len(indicators)
    )
    use = np.array([a in taking_part for a in areas], dtype=np.bool_)
    return sensitivity(values, scheme, classify, use=use, draws=draws)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
