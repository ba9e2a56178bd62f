"""The made-up figures on the Wohnplätze as they were until the end of 2020."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wohnplatz.model import TOTAL, Catalogue

from .figures import Figures, Values
from .places import DemoDistrict
from .recut import FIRST_SHARE, JOINED, JOINED_INTO, PARTED, PARTED_INTO, former_names


def former_figures(figures: Figures, catalogue: Catalogue, district: DemoDistrict) -> Figures:
    """The figures on the former Wohnplätze; variables of coarser levels stay as they are.

    The first part of a joined area gets its share of every cell rounded down and the second the rest: what
    was at most as much as something else stays so in both, and totals are summed anew.
    """
    now = [p.key for p in district.places]
    first, rest = (now.index(key) for key in PARTED_INTO)
    whole = now.index(JOINED_INTO)
    columns = list(former_names(district))

    def on_former(values: Values, exact: bool) -> Values:
        share = values[:, whole] * FIRST_SHARE
        made = {
            PARTED.key: values[:, first] + values[:, rest],
            JOINED[0].key: np.round(share, 2) if exact else np.floor(share),
        }
        made[JOINED[1].key] = np.round(values[:, whole] - made[JOINED[0].key], 2)
        return np.column_stack([made[k] if k in made else values[:, now.index(k)] for k in columns])

    cells: dict[str, Mapping[tuple[str, ...], Values]] = {}
    for code, old in figures.cells.items():
        variable = catalogue.variables[code]
        if variable.level != "wohnplatz":
            cells[code] = old
            continue
        new = {c: on_former(v, not variable.integer) for c, v in old.items()}
        total = (TOTAL,) * len(variable.breakdowns)
        if variable.breakdowns and total in new:
            new[total] = np.sum([v for c, v in new.items() if c != total], axis=0)
        cells[code] = new
    return Figures(figures.years, cells)
