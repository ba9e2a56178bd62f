"""Files to take away: every released figure as CSV and XLSX with its description, the areas as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape

from .. import text
from ..areas.writing import geojson
from ..intake import Sheet, write_xlsx
from ..intake.tables import csv_file, csv_lines
from ..model import CellState, ReleasedFigure
from ..report import FigureId
from ..report.annex import COLUMNS, Cell
from . import frame, parts
from .site import DATA, Site, link

Files = Iterator[tuple[str, bytes]]
HEADS = [heading for _, heading, _ in COLUMNS]
ALL = "daten/alle-zahlen.csv"
SIGNS = "daten/zeichen.csv"


def files(site: Site) -> Files:
    """The page of downloads and all files it names."""
    yield DATA, _page(site)
    head = csv_lines([HEADS])
    by_area: dict[str, list[str]] = {}
    everything: list[str] = []
    for code in _codes(site):
        title, found = site.meta(code).label, _rows(site, code)
        written = csv_lines(found)
        everything += written
        for row, line in zip(found, written, strict=True):
            by_area.setdefault(str(row[1]), []).append(line)
        yield site.data_path(code, "csv"), csv_file(head + written)
        yield site.data_path(code, "xlsx"), _book(site, code)
        name = site.data_path(code, "csv")
        yield f"{name}-metadata.json", _described(site, name.removeprefix("daten/"), title)
    yield ALL, csv_file(head + everything)
    title = f"Alle öffentlichen Zahlen, {site.district}"
    yield f"{ALL}-metadata.json", _described(site, ALL.removeprefix("daten/"), title)
    for key, written in by_area.items():
        yield f"daten/gebiet-{site.slug(key)}.csv", csv_file(head + written)
    for level in site.material.hierarchy.levels:
        if level in site.source.layers:
            yield _layer_path(site, level), _layer(site, level)


def _codes(site: Site) -> list[str]:
    measures = (m for i in site.material.catalogue.indices.values() for m in i.measures())
    shown = [c for c in site.shown if c in site.material.catalogue.indicators]
    return [*shown, *(m for m in measures if site.material.meta(m) and _any(site, m))]


def _any(site: Site, code: str) -> bool:
    return any(f.value is not None for f in site.material.table_of(code))


def _rows(site: Site, code: str) -> list[list[Cell]]:
    """Finest level first, areas in their order, years ascending; no years for which nothing was measured."""
    told = {(f.level, f.year) for f in site.material.table_of(code) if _tells(f)}
    found: list[list[Cell]] = []
    for level in site.material.hierarchy.levels:
        for key in site.material.hierarchy.areas(level):
            for year in site.material.years(code, key):
                figure = site.material.figure(FigureId(code, key, year))
                if figure is not None and (figure.level, year) in told:
                    found.append(_row(site, figure))
    return found


def _tells(f: ReleasedFigure) -> bool:
    return f.value is not None or f.state is CellState.PROTECTED


def _row(site: Site, f: ReleasedFigure) -> list[Cell]:
    meta, sure = site.meta(f.indicator), f.reliability
    return [
        str(FigureId(f.indicator, f.area, f.year)), f.area, site.material.name(f.area),
        site.material.level_word(f.level), f.year, f.indicator, meta.label, meta.unit, f.value,
        text.status(f), sure.low if sure else None, sure.high if sure else None, f.numerator,
        f.denominator, f.covered, f.expected,
    ]  # fmt: skip


def lines(site: Site, title: str) -> tuple[str, ...]:
    """What stands below every table."""
    context = site.material.table.context
    return (
        f"{title}, {site.district}",
        f"{site.release_words}, Kennung {context.release_id}, öffentliche Fassung",
        f"Geheimhaltung: {context.policy}",
        *(text.altered_explanation(mark) for mark in sorted({mark for _, mark in context.altered})),
    )


def _book(site: Site, code: str) -> bytes:
    """Areas by row, years by column: the form that people go on working with."""
    meta = site.meta(code)
    years = sorted({f.year for f in site.material.table_of(code) if _tells(f)})
    rows: list[list[Cell]] = []
    for level in site.material.hierarchy.levels:
        if not any(f.level == level for f in site.material.table_of(code)):
            continue
        for key, area in site.material.hierarchy.areas(level).items():
            found = [site.material.figure(FigureId(code, key, year)) for year in years]
            head: list[Cell] = [code, key, area.name, site.material.level_word(level)]
            rows.append(head + [_value(f) for f in found])
    heads = ["Indikator", "Gebietsschlüssel", "Gebiet", "Ebene", *map(str, years)]
    decimals = [None] * 4 + [meta.decimals] * len(years)
    foot = (*lines(site, meta.label), f"Einheit: {meta.unit or 'Anzahl'}", f"Quelle: {meta.source}")
    signs = [(text.state_word(s), text.state_explanation(s)) for s in CellState if text.state_word(s)]
    return write_xlsx([
        Sheet("Werte", heads, rows, foot=foot, decimals=decimals),
        Sheet("Zeichen", ("Wort", "Bedeutung"), signs),
    ])  # fmt: skip


def _value(f: ReleasedFigure | None) -> Cell:
    """The number, or the word in its place."""
    return None if f is None else text.state_word(f.state) if f.value is None else f.value


def _described(site: Site, name: str, title: str) -> bytes:
    """Description of a CSV file for machines (CSV on the Web, W3C 2015)."""
    number = {"base": "decimal", "format": {"decimalChar": ",", "groupChar": "."}}
    columns = [
        {"name": n, "titles": heading, "datatype": number if kind == "decimal" else kind, "null": ""}
        for n, heading, kind in COLUMNS
    ]
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "de"}],
        "url": name,
        "dc:title": title,
        "dc:publisher": site.district,
        "dc:date": site.material.made_on.isoformat(),
        "dc:identifier": site.material.table.context.release_id,
        "dc:description": " · ".join(lines(site, title)),
        "dialect": {"delimiter": ";", "encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": columns, "primaryKey": "figure"},
    }
    return (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode()


def _layer_path(site: Site, level: str) -> str:
    return f"daten/gebiete-{site.slug(level)}.geojson"


def _layer(site: Site, level: str) -> bytes:
    """The areas of a level with the newest figure of each indicator."""
    layer, areas = site.source.layers[level], site.material.hierarchy.areas(level)
    years = {c: found[level][-1] for c, found in site.shown.items() if level in found and ":" not in c}
    own: dict[str, dict[str, object]] = {}
    for key, area in areas.items():
        own[key] = {"schluessel": key, "name": area.name, "ebene": level, "liegt_in": area.parent}
        for code, year in years.items():
            f = site.material.figure(FigureId(code, key, year))
            own[key][code] = f.value if f is not None else None
            if f is not None and (f.value is None or f.altered):
                own[key][f"{code}__zustand"] = text.status(f)
    division = next(d for d in site.material.hierarchy.divisions if d.level == level)
    title = f"{site.material.level_word(level, many=True)}, {site.district}"
    head = {
        "name": f"gebiete-{level}", "titel": title, "jahre": years,
        "bezeichnungen": {c: site.meta(c).label for c in years},
        "einheiten": {c: site.meta(c).unit for c in years}, "hinweise": lines(site, title),
        "gebietsstand": division.valid_from.isoformat(),
        "quelle": division.source, "lizenz": division.licence,
    }  # fmt: skip
    return geojson(layer, own, {k: v for k, v in head.items() if v})


def _page(site: Site) -> bytes:
    rows = []
    for code in _codes(site):
        name = site.data_path(code, "csv")
        label = site.meta(code).label
        target = site.topic_path(code.partition(":")[0])
        book = site.data_path(code, "xlsx")
        rows.append(
            f"<tr>{parts.row_head(label, target, DATA)}"
            f"<td>{_file(name, 'CSV', label)}</td><td>{_file(book, 'XLSX', label)}</td>"
            f"<td>{_file(f'{name}-metadata.json', 'CSVW', label)}</td></tr>"
        )
    layers = [
        (
            _layer_path(site, level),
            f"{site.material.level_word(level, many=True)} mit den neuesten Zahlen (GeoJSON)",
        )
        for level in site.material.hierarchy.levels
        if level in site.source.layers
    ]
    pictures = [(site.picture_path(c), f"{site.short(c)} (PNG)") for c in site.pictured]
    main = (
        parts.head("Daten zum Herunterladen", "Alle öffentlichen Zahlen, mit Beschreibung.")
        + "<section><h2>Alles auf einmal</h2>"
        + parts.downloads(DATA, [(ALL, "Alle Zahlen (CSV)"), (f"{ALL}-metadata.json", "Beschreibung (CSVW)")])
        + '<p class="quiet">Felder durch Semikolon getrennt, Zeichensatz UTF-8, Komma vor den Dezimalen. Wo '
        "keine "
        "Zahl steht, sagt die Spalte „Zustand“, warum. Für die Weiterverwendung bitte den Datenstand "
        "nennen.</p>"
        "</section>"
        + "<section><h2>Gebiete</h2>"
        + parts.downloads(DATA, layers)
        + "</section><section><h2>Nach Indikator</h2>"
        + parts.table("Dateien je Indikator", ["Indikator", "Tabelle", "Arbeitsmappe", "Beschreibung"], rows)
        + "</section>"
        + (
            f"<section><h2>Karten als Bild</h2>{parts.downloads(DATA, pictures)}</section>"
            if pictures
            else ""
        )
        + f"<section><h2>Prüfsummen</h2><p>Ob eine Datei unverändert ist, zeigt ihre SHA-256 in "
        f'<a href="{link(DATA, "pruefsummen.txt")}">pruefsummen.txt</a>.</p></section>'
    )
    about = f"Alle öffentlichen Zahlen des Sozialatlas {site.district} als CSV, XLSX und GeoJSON."
    return frame.page(site, DATA, "Daten", main, description=about)


def _file(path: str, kind: str, label: str) -> str:
    return f'<a href="{link(DATA, path)}" download aria-label="{escape(label)} als {kind}">{kind}</a>'
