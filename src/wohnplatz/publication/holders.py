"""Who delivered each count: whoever did knows it, whatever is hidden."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from wohnplatz.store import DuckDBEngine, Kind, Manifest, ObjectStore, Step

from .universe import Universe

Bools = npt.NDArray[np.bool_]
Where = tuple[str, str, int]
"""A variable, an area and a year."""

_PLACES = Step(
    "places",
    "SELECT DISTINCT variable, area, cast(extract(year FROM reference_date) AS integer) AS year"
    " FROM observations",
    "Wovon eine Lieferstelle Zahlen geliefert hat",
)


def holders(store: ObjectStore, manifest: Manifest) -> dict[str, frozenset[Where]]:
    """What each supplier (its code) delivered in the deliveries of a release."""
    files: dict[str, set[str]] = {}
    for entry in manifest.entries:
        files.setdefault(entry.partner, set()).add(entry.observations)
    found = {}
    for partner, shas in sorted(files.items()):
        paths = [store.path(Kind.OBSERVATIONS, sha) for sha in sorted(shas)]
        rows = DuckDBEngine(threads=1).run({"observations": paths}, [_PLACES], "places")
        columns = (rows["variable"].tolist(), rows["area"].tolist(), rows["year"].tolist())
        found[partner] = frozenset((str(v), str(a), int(y)) for v, a, y in zip(*columns, strict=True))
    return found


def own_counts(universe: Universe, known: Mapping[str, frozenset[Where]]) -> dict[str, Bools]:
    """Which counts of a universe each supplier knows, (n,); suppliers of none of them are left out."""
    named = [universe.variables[v] for v in universe.variable.tolist()]
    places = list(zip(named, universe.area, universe.year.tolist(), strict=True))
    masks = {
        partner: np.array([place in own for place in places], dtype=np.bool_)
        for partner, own in known.items()
    }
    return {partner: mask for partner, mask in masks.items() if mask.any()}
