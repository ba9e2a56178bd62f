"""Which variables, data sets and suppliers are behind each figure: what the rules may ask for."""

from __future__ import annotations

from dataclasses import replace

from wohnplatz.disclosure import Sources
from wohnplatz.indicators import protection, variables_of
from wohnplatz.model import Catalogue
from wohnplatz.store import Manifest


def sources_of(catalogue: Catalogue, manifest: Manifest) -> dict[str, Sources]:
    """The sources of every code of a figure table."""
    suppliers: dict[str, set[str]] = {}
    for entry in manifest.entries:
        suppliers.setdefault(entry.dataset, set()).add(entry.partner)
    return {
        code: replace(of, suppliers=tuple(sorted({s for d in of.datasets for s in suppliers.get(d, ())})))
        for code, of in datasets_of(catalogue).items()
    }


def datasets_of(catalogue: Catalogue) -> dict[str, Sources]:
    """The variables and data sets of every code of a figure table, whoever delivers them."""
    found = {}
    for code in protection(catalogue):
        variables = variables_of(catalogue, code)
        found[code] = Sources(
            tuple(variables), tuple(sorted({catalogue.variables[v].dataset for v in variables}))
        )
    return found
