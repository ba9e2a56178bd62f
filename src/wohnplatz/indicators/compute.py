"""From the accepted deliveries of a release to all its figures: a pure function of the manifest."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from wohnplatz.areas.crosswalk import Crosswalk
from wohnplatz.model import Catalogue, FigureTable, Hierarchy, WohnplatzError
from wohnplatz.store import (
    DivisionRef,
    DuckDBEngine,
    Engine,
    FormerDivisions,
    Kind,
    Manifest,
    ObjectStore,
    Sources,
    observations_in,
    read_observations,
    write_figures,
    write_observations,
    write_without,
)

from . import statements, terms
from .assemble import assemble
from .bands import with_following
from .checks import in_order
from .former import FormerTree, changed_areas, converted, on_today
from .linear import references
from .loading import catalogue_from_json
from .terms import Columns, Figure, Plan

FIGURES = "figures"
"""Name of the figure table among a manifest's results."""
Progress = Callable[[str, int, int], None]
"""Told in German what is being done, how many steps are done and how many there are."""
_SHOWN = 10


def compute(  # noqa: PLR0913 -- all but two by name, with defaults
    store: ObjectStore,
    manifest: Manifest,
    *,
    catalogue: Catalogue | None = None,
    bands: bool = True,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> FigureTable:
    """All figures of a release on today's areas: indicators on all levels, index measures, the age pyramid.

    A pure function of what the manifest lists; ``catalogue`` stands in for the one it names, for what would
    be, and without ``bands`` figures over figures of converted areas get no error band, which takes longest
    to compute. Raises ``WohnplatzError`` where a cell is delivered twice or
    belongs to an area that the division in force at its date does not have.
    """
    found = compute_all(store, manifest, catalogue=catalogue, bands=bands, engine=engine, progress=progress)
    return found[FIGURES]


def compute_all(  # noqa: PLR0913 -- all but two by name, with defaults
    store: ObjectStore,
    manifest: Manifest,
    *,
    catalogue: Catalogue | None = None,
    bands: bool = True,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> dict[str, FigureTable]:
    """All figure tables of a release by the name of the result: on today's areas, and on former ones."""
    from wohnplatz.areas import load_division  # brings the geometry libraries, which nothing else here needs

    tell = progress or (lambda text, done, total: None)
    tell("Katalog und Gebiete lesen", 0, 4)
    used = catalogue or catalogue_from_json(store.read(Kind.CATALOGUE, manifest.catalogue))
    hierarchy = Hierarchy(tuple(load_division(store, ref.sha)[0] for ref in manifest.divisions))

    def explain(variable: str, area: str) -> str:
        return _deliveries(store, manifest, variable, area)

    def of(files: Sequence[Path], tree: Hierarchy) -> FigureTable:
        return compute_figures(used, tree, files, engine=engine, tell=tell, explain=explain)

    if not manifest.former:
        files = {e.observations for e in manifest.entries}
        return {FIGURES: of([store.path(Kind.OBSERVATIONS, sha) for sha in sorted(files)], hierarchy)}
    results = _over_time(store, manifest, used, hierarchy, of)
    if bands:
        results[FIGURES] = with_following(results[FIGURES], used, hierarchy)
    return results


def _over_time(
    store: ObjectStore,
    manifest: Manifest,
    catalogue: Catalogue,
    hierarchy: Hierarchy,
    of: Callable[[Sequence[Path], Hierarchy], FigureTable],
) -> dict[str, FigureTable]:
    """Figures on today's areas for all years, and on the former ones for theirs."""
    from wohnplatz.areas import load_crosswalk, load_division

    results: dict[str, FigureTable] = {}
    paths = [store.path(Kind.OBSERVATIONS, sha) for sha in sorted(_files(manifest, None))]
    trees = []
    with tempfile.TemporaryDirectory() as folder:
        beside = ObjectStore(Path(folder))
        for former in manifest.former:
            files = sorted(_files(manifest, former))
            if not files:
                continue
            tree = Hierarchy(tuple(load_division(store, ref.sha)[0] for ref in former.divisions))
            then = of([store.path(Kind.OBSERVATIONS, sha) for sha in files], tree)
            results[former_name(former.code)] = then
            if not former.crosswalk:
                continue
            way = load_crosswalk(store, former.crosswalk)
            own = [store.path(Kind.OBSERVATIONS, sha) for sha in files]
            paths += _moved(beside, own, way, catalogue, hierarchy.levels[0])
            trees.append((then, FormerTree(tree, way, tuple(sorted(set(then.year.tolist()))))))
        now = of(sorted(set(paths)), hierarchy)
    for then, tree_then in trees:
        now = on_today(now, then, tree_then, hierarchy, catalogue)
    return {FIGURES: now, **results}


def _moved(
    beside: ObjectStore, files: Sequence[Path], way: Crosswalk, catalogue: Catalogue, level: str
) -> list[Path]:
    """Files with the observations of ``files`` on today's areas: the unchanged rows, and the converted."""
    changed = changed_areas(way)
    if not changed:
        return list(files)
    rows = converted(observations_in(files, changed), way, catalogue, level)
    written = [write_without(beside, files, changed)]
    if len(rows):
        written.append(write_observations(beside, rows, list(catalogue.dimensions)))
    return [beside.path(Kind.OBSERVATIONS, sha) for sha in written]


@dataclass(frozen=True, slots=True)
class ReleasePart:
    """The base data of one set of areas in a release, and the name of the result that holds its figures."""

    name: str
    hierarchy: Hierarchy
    files: tuple[Path, ...]
    former: FormerDivisions | None = None
    """The set of former areas these are, None for today's."""


def release_parts(store: ObjectStore, manifest: Manifest) -> tuple[ReleasePart, ...]:
    """What was delivered on today's areas, then on each former set; nothing is converted."""
    from wohnplatz.areas import load_division

    sets: list[tuple[str, tuple[DivisionRef, ...], set[str], FormerDivisions | None]] = [
        (FIGURES, manifest.divisions, _files(manifest, None), None),
        *((former_name(f.code), f.divisions, _files(manifest, f), f) for f in manifest.former),
    ]
    return tuple(
        ReleasePart(
            name,
            Hierarchy(tuple(load_division(store, ref.sha)[0] for ref in divisions)),
            tuple(store.path(Kind.OBSERVATIONS, sha) for sha in sorted(files)),
            former,
        )
        for name, divisions, files, former in sets
        if name == FIGURES or files
    )


def former_name(code: str) -> str:
    """Name of the result that holds the figures on the former areas ``code``."""
    return f"{FIGURES}:{code}"


def _files(manifest: Manifest, former: FormerDivisions | None) -> set[str]:
    """Observation files of the entries dated within ``former``; None: those of today's divisions."""
    spans = [(f.valid_from, f.valid_to) for f in manifest.former]
    if former is not None:
        spans = [(former.valid_from, former.valid_to)]

    def before(day: date) -> bool:
        return any(begin <= day <= end for begin, end in spans)

    return {e.observations for e in manifest.entries if before(e.reference_date) == (former is not None)}


def compute_release(
    store: ObjectStore, manifest: Manifest, *, engine: Engine | None = None, progress: Progress | None = None
) -> Manifest:
    """The manifest with its figures computed, written and listed as result ``figures``.

    Where areas changed, ``figures:<code>`` holds those of each former division as at the time.
    """
    tables = compute_all(store, manifest, engine=engine, progress=progress)
    if progress:
        progress("Ergebnisse schreiben", 4, 4)
    written = {name: write_figures(store, table) for name, table in tables.items()}
    return replace(manifest, results={**manifest.results, **written})


def compute_figures(  # noqa: PLR0913 -- two of them only talk
    catalogue: Catalogue,
    hierarchy: Hierarchy,
    files: Sequence[Path],
    *,
    engine: Engine | None = None,
    tell: Progress = lambda text, done, total: None,
    explain: Callable[[str, str], str] = lambda variable, area: "",
) -> FigureTable:
    """All figures from the observation files ``files``; see ``compute``.

    Years are those of any observation. ``explain`` says which deliveries hold a cell, for messages.
    """
    # One thread fixes the order of sums, so that the same release gives the same bytes for ever.
    runner = engine or DuckDBEngine(threads=1)
    plan = make_plan(catalogue, hierarchy)
    tell("Zellen prüfen", 1, 4)
    years = _years(catalogue, hierarchy, files, runner, explain) if files else []
    tell("Indikatoren berechnen", 2, 4)
    rows = _rows(catalogue, hierarchy, files, runner, plan, years) if years and plan.sums else {}
    tell("Sozialindex berechnen", 3, 4)
    return assemble(catalogue, hierarchy, plan, years, rows)


def make_plan(catalogue: Catalogue, hierarchy: Hierarchy) -> Plan:
    """Which figures can be made on this hierarchy, in the order of their making."""
    levels = hierarchy.levels
    sums = [terms.sum_figure(i, catalogue, levels) for i in catalogue.indicators.values() if i.numerator]
    found = [f for f in sums if f is not None]
    base = {f.code: f.base for f in found}
    formulas = []
    for code in in_order(catalogue):
        indicator = catalogue.indicators[code]
        named = [r.code for r in references(indicator.formula)]
        if all(n in base for n in named):
            base[code] = max(base[n] for n in named)
            shown = tuple(n for n, lv in enumerate(levels) if n >= base[code] and lv in indicator.levels)
            formulas.append(Figure(code, "", base[code], shown, {}, {}, formula=indicator.formula))
    return Plan((*found, *terms.pyramid_figures(catalogue, levels)), tuple(formulas))


def _years(
    catalogue: Catalogue,
    hierarchy: Hierarchy,
    files: Sequence[Path],
    engine: Engine,
    explain: Callable[[str, str], str],
) -> list[int]:
    """The years with observations. Raises ``WohnplatzError`` for cells that contradict each other."""
    levels = hierarchy.levels
    variables = [
        (v.code, levels.index(v.level) if v.level in levels else -1) for v in catalogue.variables.values()
    ]
    sources: Sources = {
        "observations": files,
        "areas": terms.area_tables(hierarchy)["areas"],
        "variables": terms.columns(variables, variable="U", level="i4"),
    }
    steps = [
        statements.cells_step(list(catalogue.dimensions)),
        *statements.check_steps(len(catalogue.dimensions)),
    ]
    found = engine.run(sources, steps, "checks")
    for kind, refuse in (("double", _double), ("area", _strange)):
        cells = _cells(found, found["kind"] == kind)
        if cells:
            raise refuse(cells, explain)
    return sorted(int(y) for y in found["year"][found["kind"] == "year"])


Cell = tuple[str, str, int, str]


def _cells(found: Columns, chosen: npt.NDArray[Any]) -> list[Cell]:
    names = ("variable", "area", "year", "breakdown")
    return sorted(zip(*(found[name][chosen].tolist() for name in names), strict=True))


def _listed(cells: Sequence[Cell], explain: Callable[[str, str], str]) -> str:
    lines = []
    for variable, area, year, breakdown in cells[:_SHOWN]:
        categories = ", ".join(c for c in breakdown.split(";") if c not in ("", "T"))
        inside = f" ({categories})" if categories else ""
        said = explain(variable, area)
        lines.append(f"{variable}{inside}, Gebiet {area}, {year}" + (f": {said}" if said else ""))
    more = len(cells) - _SHOWN
    return "; ".join(lines) + (f"; und {more} weitere" if more > 0 else "")


def _double(cells: Sequence[Cell], explain: Callable[[str, str], str]) -> WohnplatzError:
    return WohnplatzError(
        "Dieselbe Zelle ist mehrfach geliefert.",
        where=_listed(cells, explain),
        why="Welche Zahl gilt, kann das Programm nicht entscheiden; es wurde nichts berechnet.",
        todo="Bitte eine der Lieferungen zurückziehen oder zurückgeben.",
        code="indicators.double_cell",
    )


def _strange(cells: Sequence[Cell], explain: Callable[[str, str], str]) -> WohnplatzError:
    return WohnplatzError(
        "Gelieferte Zellen gehören zu keinem Gebiet der Gliederung dieses Datenstands.",
        where=_listed(cells, explain),
        why="Ohne Gebiet gingen diese Zahlen in keiner Summe auf; es wurde nichts berechnet.",
        todo="Bitte die Gebietsgliederung und die Ebene des Merkmals prüfen.",
        code="indicators.unknown_area",
    )


def _deliveries(store: ObjectStore, manifest: Manifest, variable: str, area: str) -> str:
    """Which deliveries hold cells of a variable in an area, in words."""
    found = [
        f"{entry.partner_label} ({entry.original_name})"
        for entry in manifest.entries
        if any(
            o.variable == variable and o.area == area for o in read_observations(store, entry.observations)
        )
    ]
    return ", ".join(found)


def _rows(  # noqa: PLR0913, PLR0917 -- everything the steps rest on
    catalogue: Catalogue,
    hierarchy: Hierarchy,
    files: Sequence[Path],
    engine: Engine,
    plan: Plan,
    years: Sequence[int],
) -> Columns:
    """All rows of all figures, for every year from the first to the last."""
    levels, dimensions = hierarchy.levels, list(catalogue.dimensions)
    numbers = terms.term_numbers(plan.sums, catalogue.population)
    sources: Sources = {
        "observations": files,
        "years": {"year": np.arange(years[0], years[-1] + 1, dtype=np.int32)},
        **terms.area_tables(hierarchy),
        **terms.term_tables(numbers, catalogue, levels),
        **terms.figure_tables(plan.sums, numbers),
    }
    places = {f.code: ("direct", n) for n, f in enumerate(plan.sums) if not f.breakdown}
    steps = [statements.cells_step(dimensions), *statements.sum_steps(len(dimensions))]
    made = []
    for number, figure in enumerate(plan.formulas, start=len(plan.sums)):
        steps.append(statements.formula_step(figure, number, places))
        places[figure.code] = (f"formula_{number}", number)
        made.append(number)
    return engine.run(sources, [*steps, statements.all_figures_step(made)], "all_figures")
