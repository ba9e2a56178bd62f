"""Modes of protection: which counts are suppressed, rounded or kept for single questions.

A data set has one mode, from a year on where the rules name one. What its figures show is then arithmetic
over the same kind of counts; a sum over counts of two modes is shown only where each of its parts is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from wohnplatz.disclosure import Mode, RuleSet, one_mode
from wohnplatz.indicators import variables_of
from wohnplatz.model import Catalogue, FigureTable, WohnplatzError
from wohnplatz.text import age_groups_in_words, enumerate_words

from .record import Record
from .universe import Node, Universe

Bools = npt.NDArray[np.bool_]


def require_known(rules: RuleSet, catalogue: Catalogue) -> None:
    """WohnplatzError (``publication.mode``) where the rules name a mode for a data set there is none of."""
    unknown = sorted(set(rules.modes) - set(catalogue.datasets))
    if unknown:
        raise WohnplatzError(
            f"Den Datensatz »{unknown[0]}« gibt es nicht.",
            where=f"Regeldatei, datasets.{unknown[0]}",
            why="Für ihn ist eine Art des Schutzes festgelegt, die auf keine Zahlen zutrifft.",
            todo=f"Bekannt sind: {', '.join(sorted(catalogue.datasets))}.",
            code="publication.mode",
        )


MODE_WORDS = {
    Mode.SUPPRESSION: "Sperrung: kleine Zahlen und die, aus denen sie folgen, sind verdeckt",
    Mode.ROUNDING: "gerundet auf 5: jede Fallzahl ist ein Vielfaches von 5, alle Summen gehen auf; Jahre vor "
    "einem Neuzuschnitt stehen nur auf den damaligen Gebieten, denn umgerechnet aus genauen Zahlen verrieten "
    "sie, was gerundet ist",
    Mode.CELL_KEY: "Zellschlüssel: in keiner Tabelle gezeigt; Fragen nach eigenen Gebieten werden mit "
    "Zufallsüberlagerung beantwortet",
    Mode.SOURCE: "an der Quelle mit Zufall überlagert: gekennzeichnet und nicht zusätzlich gesperrt; "
    "Summen gehen nicht auf",
}


def modes_in_words(rules: RuleSet, catalogue: Catalogue) -> tuple[str, ...]:
    """How each data set is protected, a line for each that is not suppressed and one for the others."""
    found, undetailed = [], []
    for code, mode in sorted(rules.modes.items()):
        if mode is not Mode.SUPPRESSION:
            label = catalogue.datasets[code].label if code in catalogue.datasets else code
            since = f" (ab dem Jahr {rules.since[code]})" if code in rules.since else ""
            found.append(f"{label}{since}: {MODE_WORDS[mode]}.")
    for code, levels in sorted(rules.undetailed.items()):
        label = catalogue.datasets[code].label if code in catalogue.datasets else code
        where = enumerate_words([f"»{level}«" for level in sorted(levels)])
        word = "Ebene" if len(levels) == 1 else "Ebenen"
        undetailed.append(
            f"{label}: Zahlen nach Alter und Geschlecht auf der {word} {where} nicht veröffentlicht "
            "(zu kleinteilig)."
        )
    for code, begins in sorted(rules.ages.items()):
        label = catalogue.datasets[code].label if code in catalogue.datasets else code
        groups = enumerate_words(age_groups_in_words(begins))
        undetailed.append(f"{label}: Altersaufbau nur in gröberen Altersgruppen veröffentlicht ({groups}).")
    for code, named in sorted(rules.undivided.items()):
        label = catalogue.datasets[code].label if code in catalogue.datasets else code
        by = [catalogue.dimensions[d].label if d in catalogue.dimensions else d for d in sorted(named)]
        undetailed.append(
            f"{label}: keine Zahlen nach {enumerate_words(by)} im Altersaufbau (zu kleinteilig)."
        )
    rest = "Alle übrigen Datensätze" if found else "Alle Datensätze"
    return (*found, *undetailed, f"{rest}: {MODE_WORDS[Mode.SUPPRESSION]}.")


def mode_of(rules: RuleSet, catalogue: Catalogue, node: Node) -> Mode:
    """How the counts of a variable in a year are protected."""
    variable = catalogue.variables.get(node[0])
    return rules.mode(variable.dataset, node[1]) if variable is not None else Mode.SUPPRESSION


def with_modes(universe: Universe, rules: RuleSet, catalogue: Catalogue) -> Universe:
    """The universe with the counts that are rounded, and those that no table shows."""
    if not rules.modes:
        return universe
    nodes, node = np.unique(np.column_stack([universe.variable, universe.year]), axis=0, return_inverse=True)
    modes = [mode_of(rules, catalogue, (universe.variables[v], y)) for v, y in nodes.tolist()]
    of_count = np.array([m is Mode.ROUNDING for m in modes], dtype=np.bool_)
    silent = np.array([m is Mode.CELL_KEY for m in modes], dtype=np.bool_)
    at = node.reshape(-1)
    return replace(universe, rounded=of_count[at], silent=silent[at])


def require_one_mode(rules: RuleSet, catalogue: Catalogue, earlier: Iterable[Record]) -> None:
    """WohnplatzError (``disclosure.mixed_modes``) where counts are out already in another mode.

    Exact figures beside rounded ones of the same counts, in whatever release, tell what the rounding was.
    """
    out: dict[tuple[str, Mode], set[int]] = {}
    for record in earlier:
        for nodes, mode in (
            (record.rounded_nodes(), Mode.ROUNDING),
            (record.suppressed_nodes(), Mode.SUPPRESSION),
            (record.answered_nodes(), Mode.CELL_KEY),
        ):
            for variable, year in nodes:
                out.setdefault((variable, mode), set()).add(year)
    for (variable, mode), years in sorted(out.items()):
        wrong = {y for y in years if mode_of(rules, catalogue, (variable, y)) is not mode}
        if wrong:
            dataset = catalogue.variables[variable].dataset
            planned = mode_of(rules, catalogue, (variable, min(wrong)))
            if planned is Mode.SOURCE and mode is not Mode.CELL_KEY:
                continue  # nothing that is shown now was ever counted; answers are never set beside numbers
            one_mode(dataset, planned, [mode], wrong)


def without_overlaid(catalogue: Catalogue, rules: RuleSet) -> Catalogue:
    """The catalogue in which what its source overlaid with chance counts nobody: it is protected there."""
    names = {d for d, mode in rules.modes.items() if mode is Mode.SOURCE}
    if not names:
        return catalogue
    numbers = {c: replace(v, integer=False) for c, v in catalogue.variables.items() if v.dataset in names}
    return replace(catalogue, variables={**catalogue.variables, **numbers})


def overlaid(table: FigureTable, rules: RuleSet, catalogue: Catalogue) -> Bools:
    """Rows (m,) that rest on a data set whose source overlaid it with chance."""
    names = {d for d, mode in rules.modes.items() if mode is Mode.SOURCE}
    codes = [str(code) for code in np.unique(table.indicator)] if names else []
    known = {c for c in codes if c in catalogue.indicators or c == catalogue.population}
    found = [c for c in known if names & {catalogue.variables[v].dataset for v in variables_of(catalogue, c)}]
    result: Bools = np.isin(table.indicator, np.array(found, dtype=np.str_))
    return result


def mixed(universe: Universe) -> Bools:
    """Cells (c,) over counts of more than one mode."""
    kinds = (universe.rounded, universe.silent, ~(universe.rounded | universe.silent))
    found = np.array([touching(universe, kind) for kind in kinds], dtype=np.int64)
    result: Bools = found.sum(axis=0) > 1
    return result


def hidden_by_mode(universe: Universe, parts: sp.csr_array, hidden: Bools) -> Bools:
    """``hidden`` (c,) as the modes have it: silent cells always, rounded ones not for their own sake.

    How often a rounded figure is shown is not decided by its true number. A sum over two modes is shown where
    ``parts`` (c, c) says that it follows from others.
    """
    silent = touching(universe, universe.silent)
    alone = mixed(universe) & (np.diff(parts.indptr) == 0)
    result: Bools = (hidden & ~touching(universe, universe.rounded)) | silent | alone
    return result


def touching(universe: Universe, counts: Bools) -> Bools:
    """Cells (c,) with any of the counts (n,)."""
    result: Bools = (abs(universe.matrix) @ counts.astype(np.int64)) > 0
    return result
