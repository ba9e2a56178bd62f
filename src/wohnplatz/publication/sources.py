"""Which variables, data sets and suppliers are behind each figure: what the rules may ask for."""

from __future__ import annotations

from wohnplatz.disclosure import Sources
from wohnplatz.indicators import protection, variables_of
from wohnplatz.model import Catalogue
from wohnplatz.store import Manifest


def sources_of(catalogue: Catalogue, manifest: Manifest) -> dict[str, Sources]:
    """The sources of every code of a figure table."""
    suppliers: dict[str, set[str]] = {}
    for entry in manifest.entries:
        suppliers.setdefault(entry.dataset, set()).add(entry.partner)
    found = {}
    for code in protection(catalogue):
        variables = variables_of(catalogue, code)
        datasets = sorted({catalogue.variables[v].dataset for v in variables})
        named = sorted({s for d in datasets for s in suppliers.get(d, ())})
        found[code] = Sources(tuple(variables), tuple(datasets), tuple(named))
    return found
