"""Converted areas: their index values carry a band, their classes cannot; where a class hangs on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from wohnplatz import text
from wohnplatz.model import ClassRule, IndexDefinition, ReleasedFigure
from wohnplatz.monitoring import index_classes

Figures = Sequence[tuple[str, Mapping[str, ReleasedFigure | None]]]
"""Names of areas with their figures by measure."""


def about_bands(index: IndexDefinition, areas: Figures) -> str:
    """What is to be said of classes on converted areas; empty where no index value has a band."""
    sentences = [
        _about(index, areas, measure, limits)
        for measure, limits in (
            ("status", index.status_limits if index.class_rule is ClassRule.LIMITS else ()),
            ("dynamics", index.dynamics_limits),
        )
    ]
    said = [s for s in sentences if s]
    if not said:
        return ""
    return " ".join(("Eine Klasse ist eine Stufe und hat keine eigene Spanne.", *said))


def _about(index: IndexDefinition, areas: Figures, measure: str, limits: Sequence[float]) -> str:
    name = "Dynamikindex" if measure == "dynamics" else "Statusindex" if index.dynamics else "Index"
    banded = [(area, f) for area, found in areas if (f := found.get(measure)) and f.error is not None]
    if not banded:
        return ""
    count = text.plural(len(banded), "umgerechneten Gebiet", "umgerechneten Gebieten")
    begin = f"Bei {count} ist der {name} eine Schätzung mit Spanne (±)"
    if not limits:
        return f"{begin}; wie nah er an der nächsten Klasse liegt, zeigt sein Wert."
    value = np.array([f.value if f.value is not None else np.nan for _, f in banded])
    half = np.array([f.error for _, f in banded], dtype=np.float64)
    crossed = index_classes(value - half, limits) != index_classes(value + half, limits)
    names = [area for (area, _), over in zip(banded, crossed.tolist(), strict=True) if over]
    if not names:
        return f"{begin}, die bei keinem über eine Klassengrenze reicht."
    return (
        f"{begin}. Über eine Klassengrenze reicht sie bei {text.enumerate_words(names)}: "
        "Die Nachbarklasse ist dort ebenso möglich."
    )
