"""Moving blocks by hand, and what holds an area together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from wohnplatz.text import number, plural

from .blocks import Blocks, Pairs

Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """A division after a move, and what stands against it (German sentences; empty: nothing)."""

    areas: Labels
    problems: tuple[str, ...]


def parts(n: int, pairs: Pairs, areas: Labels | None = None) -> Labels:
    """Number (n,) of the connected part each block lies in; with ``areas`` inside its own area only."""
    if areas is not None and len(pairs):
        pairs = pairs[areas[pairs[:, 0]] == areas[pairs[:, 1]]]
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    found: Labels = connected_components(graph, directed=False)[1].astype(np.int64)
    return found


def without(pairs: Pairs, severed: Pairs) -> Pairs:
    """The pairs that no fixed border runs between."""
    gone = {tuple(sorted(p)) for p in severed.tolist()}
    kept = [p for p in pairs.tolist() if tuple(p) not in gone]
    return np.array(kept, dtype=np.int64).reshape(-1, 2)


def problems_of(blocks: Blocks, areas: Labels, minimum: float, severed: Pairs) -> tuple[str, ...]:
    """What is wrong with a division: areas in several parts, areas below the minimum."""
    piece = parts(len(blocks), without(blocks.pairs, severed), areas)
    found = []
    for area in np.unique(areas).tolist():
        mine = areas == area
        pieces = len(np.unique(piece[mine]))
        if pieces > 1:
            found.append(
                f"Gebiet {area} zerfällt in {pieces} Teile, die nicht (oder nur über eine feste Grenze) "
                "zusammenhängen."
            )
        people = float(blocks.inhabitants[mine].sum())
        if people < minimum:
            found.append(
                f"Gebiet {area} hat {number(people)} Einwohner, {number(minimum - people)} weniger als "
                f"die Mindestzahl {number(minimum)}."
            )
    return tuple(found)


def move(  # noqa: PLR0913 (what a move needs)
    blocks: Blocks,
    areas: Labels,
    moved: Collection[str],
    to: int,
    *,
    minimum: float = 0,
    severed: Pairs | None = None,
) -> Moved:
    """Give the blocks with the keys ``moved`` to the area ``to`` and say what stands against it.

    ``areas`` (n,) numbers from 1. The result is given in any case: whether to keep it is for people.
    ``KeyError`` for a key that no block has.
    """
    position = {key: n for n, key in enumerate(blocks.keys)}
    changed = areas.copy()
    changed[[position[key] for key in moved]] = to
    none = np.zeros((0, 2), dtype=np.int64)
    problems = problems_of(blocks, changed, minimum, none if severed is None else severed)
    emptied = sorted(set(areas.tolist()) - set(changed.tolist()))
    if emptied:
        names = ", ".join(str(a) for a in emptied)
        problems += (f"{plural(len(emptied), 'Gebiet', 'Gebiete')} ohne Blöcke: {names} entfällt.",)
    return Moved(changed, problems)
