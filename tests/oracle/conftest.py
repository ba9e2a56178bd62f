"""The published sheets of the Berlin Monitoring Soziale Stadtentwicklung, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import python_calamine

SHEETS = {2013: "MSS_2013_cutforR.xls", 2015: "2015_MSS_cut.xlsx", 2017: "2017_MSS_cut.xlsx"}
STATUS = {"hoch": 1, "mittel": 2, "niedrig": 3, "sehr niedrig": 4}
DYNAMICS = {"positiv": 1, "stabil": 2, "negativ": 3}


@dataclass(frozen=True)
class Sheet:
    """One edition; excluded areas stand as 0.00 in the file and have class 0 and ``used`` False here."""

    edition: int
    keys: list[str]
    names: list[str]
    inhabitants: np.ndarray
    shares: np.ndarray
    changes: np.ndarray
    used: np.ndarray
    status: np.ndarray
    dynamics: np.ndarray
    status_class: np.ndarray
    dynamics_class: np.ndarray
    z: np.ndarray


def read_sheet(folder: Path, edition: int) -> Sheet:
    path = folder / "berlin_mss" / SHEETS[edition]
    head, *rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    names = [" ".join(str(h).split()) for h in head]

    def column(*starts):
        return next(i for i, h in enumerate(names) if h.startswith(starts))

    def numbers(*codes):
        return np.array([[row[names.index(code)] for code in codes] for row in rows], dtype=float)

    status_label = column("Statusindex (Gruppe", "Status-Index (Klasse") + 1
    dynamics_label = column("Dynamikindex (Gruppe", "Dynamik-Index (Klasse") + 1
    labels = [str(row[status_label]).strip() for row in rows]
    return Sheet(
        edition,
        [str(row[0]) for row in rows],
        [str(row[1]) for row in rows],
        np.array([row[2] for row in rows], dtype=float),
        numbers("S1", "S2", "S3", "S4"),
        numbers("D1", "D2", "D3", "D4"),
        np.array([label in STATUS for label in labels]),
        np.array([row[column("Statusindex (stand", "Status-Index (stand")] for row in rows], dtype=float),
        np.array([row[column("Dynamikindex (stand", "Dynamik-Index (stand")] for row in rows], dtype=float),
        np.array([STATUS.get(label, 0) for label in labels]),
        np.array([DYNAMICS.get(str(row[dynamics_label]).strip(), 0) for row in rows]),
        numbers("zS1", "zS2", "zS3", "zS4", "zD1", "zD2", "zD3", "zD4"),
    )


@pytest.fixture(scope="session", params=SHEETS)
def mss(request, reference_data) -> Sheet:
    return read_sheet(reference_data, request.param)
