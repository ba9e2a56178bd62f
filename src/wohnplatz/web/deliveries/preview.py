"""The values of a delivery as a small table: areas in rows, variables in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from wohnplatz.intake import Request
from wohnplatz.model import TOTAL, CellState, Observation, Variable
from wohnplatz.text import count, state_word
from wohnplatz.workflow import memory

MOST_CELLS = 20_000
"""Cells up to which a page shows a preview."""
ROWS = 12
ABSENT = "fehlt"
"""Never a dash: it is the sign of an exact zero."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A table of text. Columns of broken down variables hold the sum of their parts."""

    columns: tuple[tuple[str, bool], ...]
    """Label, and whether it is a sum of parts."""
    rows: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Name, key and cells."""
    more: int
    """Areas that are not shown."""


def preview(observations: Sequence[Observation], request: Request, most: int = ROWS) -> Preview | None:
    """The first areas of what was read; None where nothing was."""
    cells = [o for o in observations if o.area in request.areas]
    if not cells:
        return None
    known = memory.catalogue().variables
    codes = list(dict.fromkeys(o.variable for o in cells))
    by_place: dict[tuple[str, str], list[Observation]] = {}
    for o in cells:
        by_place.setdefault((o.area, o.variable), []).append(o)
    areas = [key for key in request.areas if any((key, code) in by_place for code in codes)]
    return Preview(
        tuple((_label(code, known), _in_parts(code, cells)) for code in codes),
        tuple(
            (request.areas[key], key, tuple(_cell(by_place.get((key, code), [])) for code in codes))
            for key in areas[:most]
        ),
        max(len(areas) - most, 0),
    )


def _label(code: str, known: Mapping[str, Variable]) -> str:
    return known[code].label if code in known else code


def _in_parts(code: str, cells: Sequence[Observation]) -> bool:
    return not any(o.variable == code and not _parts(o) for o in cells)


def _parts(o: Observation) -> tuple[str, ...]:
    return tuple(d for d, c in (o.breakdown or {}).items() if c != TOTAL)


def _cell(found: Sequence[Observation]) -> str:
    """The total as it stands in the file, else the sum of its finest parts: of all of them, each a number."""
    if not found:
        return ABSENT
    total = next((o for o in found if not _parts(o)), None)
    if total is not None:
        return _text(total.value, total.state)
    dimensions = max((_parts(o) for o in found), key=len)
    finest = [o for o in found if _parts(o) == dimensions]
    whole = prod(len(_categories(d)) for d in dimensions)
    if len(finest) < whole:
        return f"{len(finest)} von {whole} Teilen"
    worst = max(o.state for o in finest)
    if worst.has_number:
        return _text(sum(o.value or 0.0 for o in finest), worst)
    return f"teils {state_word(worst)}"


def _categories(dimension: str) -> Mapping[str, str]:
    known = memory.catalogue().dimensions
    return known[dimension].categories if dimension in known else {"": ""}


def _text(value: float | None, state: CellState) -> str:
    if value is None:
        return state_word(state)
    shown = count(value)
    return f"({shown})" if state is CellState.LIMITED else shown
