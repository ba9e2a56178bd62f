"""A whole social report of 240 pages: 80 areas of the demo with two pages each, maps, tables, charts.

    python bench/report.py > bench/report.txt

Areas and shapes are those of the demo, the figures made up and through the door. Aims: PDF under 8 s and
600 MB, DOCX under 15 s, HTML under 10 s, one profile under 1 s. Resolving the tree is part of each of these
times. Memory: what this process held before (made-up figures, libraries) + what the work added at most, and
the largest so far of the other processes that set type for it.
"""

from __future__ import annotations

import gc
import io
import os
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf

from wohnplatz import areas, disclosure
from wohnplatz.analysis import with_reliability
from wohnplatz.demo import build
from wohnplatz.disclosure.clearance import _PROVEN, Clearance
from wohnplatz.indicators import figure_meta, load_catalogue, protection
from wohnplatz.model import (
    Area,
    Audience,
    Division,
    FigureKind,
    FigureMeta,
    FigureTable,
    Hierarchy,
    ReleaseContext,
    ReleasedTable,
)
from wohnplatz.report import Material, annex, check, docx, html, html_folder, needs, pdf, resolve, start
from wohnplatz.report.tree import ChapterBlock, MapBlock, Report, TableBlock

YEARS = tuple(range(2016, 2026))
CATALOGUE = load_catalogue()
META = figure_meta(CATALOGUE)
MORE = 24
"""Indicators of the part of tables: with them the report has the 240 pages that a whole one may have."""
LEVELS = ("wohnplatz", "kommune", "kreis")


def layers(folder: Path) -> tuple[Hierarchy, areas.AreaLayer]:
    """The demo's areas."""
    divisions, finest = [], None
    for made in build(folder).divisions:
        layer = areas.read_layer(made.path, key=made.key, name=made.name, parent=made.parent, crs=made.crs)
        keys = zip(layer.keys, layer.names, layer.parents, strict=True)
        listed = tuple(Area(*entry) for entry in keys)
        divisions.append(Division(made.level, made.level, made.level, listed, made.valid_from))
        finest = layer if made.level == "wohnplatz" else finest
    assert finest is not None
    ordered = sorted(divisions, key=lambda d: LEVELS.index(d.level))
    return Hierarchy(tuple(ordered)), finest


def released(tree: Hierarchy, codes: list[str], breakdowns: tuple[str, ...] = ("",)) -> ReleasedTable:
    """Made-up figures of all areas and years; one in forty has a count that is protected."""
    dice = np.random.default_rng(5)
    places = [(level, key) for level in tree.levels for key in tree.areas(level)]
    years = YEARS if breakdowns == ("",) else YEARS[-1:]
    rows = [(c, *p, y, b) for c in codes for p in places for y in years for b in breakdowns]
    n = len(rows)
    size = np.array([{"wohnplatz": 1.0, "kommune": 10.0, "kreis": 80.0}[r[1]] for r in rows])
    whole = np.round(dice.integers(900, 4000, n) * size)
    part = np.where(dice.random(n) < 0.025, 2.0, np.round(whole * dice.uniform(0.02, 0.2, n)))
    value = np.array([_value(META[r[0]], a, b) for r, a, b in zip(rows, part, whole, strict=True)])
    table = FigureTable(
        indicator=np.array([r[0] for r in rows]), level=np.array([r[1] for r in rows]),
        area=np.array([r[2] for r in rows]), year=np.array([r[3] for r in rows], dtype=np.int32),
        breakdown=np.array([r[4] for r in rows]), value=value, state=np.zeros(n, dtype=np.uint8),
        numerator=part, denominator=whole, covered=np.ones(n, dtype=np.int32),
        expected=np.ones(n, dtype=np.int32), share=np.ones(n), reason=np.array([""] * n),
    )  # fmt: skip
    context = ReleaseContext("Kreis Auental", "Datenstand 2025", "0" * 64, "2026-03-01", Audience.PUBLIC, "")
    classes = protection(CATALOGUE)
    every = np.ones(n, np.bool_)
    return disclosure.release(
        table, META, rules=disclosure.load_rules(), protection=classes, context=context, only=codes,
        clearance=Clearance(every, every, _PROVEN),
    )  # fmt: skip


def _value(meta: FigureMeta, part: float, whole: float) -> float:
    if meta.classes:
        return 1 + part % len(meta.classes)
    if meta.kind is FigureKind.COUNT or meta.code == "einwohner":
        return whole
    return 100 * part / whole


def made_up(folder: Path) -> tuple[Report, Material]:
    """The report and what it is resolved on."""
    tree, layer = layers(folder)
    top = next(iter(tree.areas("kreis")))
    report = start("sozialbericht", id="r", area=top, year=YEARS[-1], hierarchy=tree, catalogue=CATALOGUE)
    report = replace(report, blocks=(*report.blocks, tables(list(needs(report, CATALOGUE).indicators))))
    codes = list(needs(report, CATALOGUE).indicators)
    ages = [f"alter={a};geschlecht={s}" for a in CATALOGUE.dimensions["alter"].categories for s in "mw"]
    parents = dict(zip(layer.keys, layer.parents, strict=True))
    shapes = areas.shapes(layer, width=700)
    lines = areas.shapes(layer, width=700, groups={k: p for k, p in parents.items() if p is not None})
    material = Material(
        with_reliability(released(tree, codes), district=top), tree, CATALOGUE, {"wohnplatz": shapes},
        {"wohnplatz": lines}, released(tree, [CATALOGUE.population], tuple(ages)),
    )  # fmt: skip
    return report, material


def tables(codes: list[str]) -> ChapterBlock:
    """A part of tables: each indicator as a map and for every Wohnplatz over the years."""
    parts = [
        ChapterBlock(
            f"teil-{code}", META[code].label,
            (MapBlock(f"karte-{code}", code), TableBlock(f"tabelle-{code}", META[code].label, (code,))),
            new_page=True,
        )
        for code in codes[:MORE]
    ]  # fmt: skip
    return ChapterBlock("tabellenteil", "Tabellenteil", tuple(parts), new_page=True)


def timed(words: str, work: Callable[[], object]) -> object:
    """Run and print: wall clock, processor time, memory that the work itself takes."""
    gc.collect()
    before = memory(fresh=True)
    wall, cpu = time.perf_counter(), processor()
    made = work()
    wall, cpu = time.perf_counter() - wall, processor() - cpu
    size = f", {len(made) / 1e6:.1f} MB" if isinstance(made, bytes | str) else ""
    others = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    own = f"{before:.0f} + {memory() - before:.0f} MB, others {others:.0f} MB"
    print(f"{words:32} {wall:6.2f} s  (processor {cpu:5.2f} s, {own}{size})", flush=True)
    return made


def memory(*, fresh: bool = False) -> float:
    """MB of this process: the largest since the last call with ``fresh``; with it, those held now."""
    if fresh:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1000


def processor() -> float:
    """Seconds of this process and of those that ended."""
    own, others = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        report, material = made_up(Path(name))
    processors, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    print(f"{len(material.table)} figures, {processors} processors, load {load:.1f}")
    fresh = lambda: Material(  # noqa: E731 (a material keeps parts it has cut: each output begins without)
        material.table, material.hierarchy, CATALOGUE, material.shapes, material.outlines, material.ages
    )
    area = next(iter(material.hierarchy.areas("wohnplatz")))
    profile = start(
        "profil", id="p", area=area, year=YEARS[-1], hierarchy=material.hierarchy, catalogue=CATALOGUE
    )
    timed("one profile, PDF", lambda: pdf(resolve(profile, fresh()).document))
    data = timed("whole report, PDF", lambda: pdf(resolve(report, fresh()).document))
    assert isinstance(data, bytes)
    with pikepdf.open(io.BytesIO(data)) as file:
        print(f"{len(file.pages)} pages")
    timed("whole report, HTML, one page", lambda: html(resolve(report, fresh()).document))
    timed("whole report, HTML, folder", lambda: html_folder(resolve(report, fresh()).document))
    timed("whole report, DOCX", lambda: docx(resolve(report, fresh()).document))
    timed("findings of all blocks", lambda: check(report, fresh()))
    timed("data annex", lambda: annex(report, fresh()))


if __name__ == "__main__":
    main()
