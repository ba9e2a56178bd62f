"""Pages of indicators and social indices: what they mean, their series, their tables, their files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from .. import charts
from ..model import IndexDefinition, Indicator
from ..report import FigureId
from ..report.printing import Place
from ..report.tree import ChartBlock, ChartForm
from . import frame, parts
from .maps import Maps
from .site import START, TOPICS, Site, link

Pages = Iterator[tuple[str, bytes]]
MOST_BARS = 30


def pages(site: Site, maps: Maps) -> Pages:
    """The list of indicators, and a page for each one and for each index."""
    yield TOPICS, _list(site)
    for code, index in site.material.catalogue.indices.items():
        if any(m.partition(":")[0] == code for m in site.shown):
            yield site.topic_path(code), _index(site, maps, index)
    for code in site.shown:
        known = site.material.catalogue.indicators.get(code)
        if known is not None:
            yield site.topic_path(code), _Topic(site, known).page()


def _list(site: Site) -> bytes:
    main = parts.head("Indikatoren", "Was gemessen wird, nach Themen geordnet.")
    for block, label, codes in site.themes:
        rows = []
        if block == "index":
            continue
        for code in codes:
            levels = ", ".join(site.material.level_word(level, many=True) for level in site.shown[code])
            years = sorted({y for found in site.shown[code].values() for y in found})
            known = site.material.catalogue.indicators[code]
            span = str(years[0]) if len(years) == 1 else f"{years[0]} bis {years[-1]}"
            about = (
                "" if known.label == site.short(code) else f'<span class="quiet">{escape(known.label)}</span>'
            )
            rows.append(
                f"<tr>{parts.row_head(parts.label_with_unit(site, code), site.topic_path(code), TOPICS)}"
                f"<td>{about}</td><td>{escape(levels)}</td><td>{span}</td></tr>"
            )
        made = parts.table(label, ["Indikator", "Bedeutung", "Ebenen", "Jahre"], rows, below_heading=True)
        main += f"<section><h2>{escape(label)}</h2>{made}</section>"
    indices = [
        (site.topic_path(c), i.label)
        for c, i in site.material.catalogue.indices.items()
        if any(m.partition(":")[0] == c for m in site.shown)
    ]
    if indices:
        main += f"<section><h2>Sozialindex</h2>{parts.links(TOPICS, indices, 'plain')}</section>"
    about = f"Alle Indikatoren des Sozialatlas {site.district} mit Bedeutung, Ebenen und Jahren."
    return frame.page(site, TOPICS, "Indikatoren", main, description=about)


def pictures(site: Site, nodes: Sequence[ChartBlock], place: Place, share: float, prefix: str) -> str:
    """The charts that can be drawn, as figures."""
    return "".join(parts.chart(site, node, place, share, f"{prefix}{n}") for n, node in enumerate(nodes))


class _Topic:
    """One indicator."""

    def __init__(self, site: Site, indicator: Indicator) -> None:
        self.site, self.indicator, self.code = site, indicator, indicator.code
        self.meta = site.meta(indicator.code)
        self.here = site.topic_path(indicator.code)

    def page(self) -> bytes:
        site = self.site
        theme = site.material.catalogue.blocks.get(self.indicator.block, "Indikator")
        first = site.first_map(self.code)
        buttons = f'<p><a class="button" href="{link(self.here, first)}">Zur Karte</a></p>' if first else ""
        below = self.meta.label if self.meta.label != site.short(self.code) else ""
        main = (
            parts.head(site.short(self.code), below, theme)
            + buttons
            + self._pictures()
            + "".join(self._series(level) for level in reversed(site.material.hierarchy.levels[1:]))
            + self._series(site.material.hierarchy.base.level)
            + self._method()
            + self._taking()
        )
        about = f"{self.meta.label}, {site.district}: Zeitreihen, Tabellen, Methode und Daten."
        crumbs = [(START, "Start"), (TOPICS, "Indikatoren")]
        return frame.page(
            site, self.here, site.short(self.code), main, description=about, section=TOPICS, crumbs=crumbs
        )

    def _pictures(self) -> str:
        site = self.site
        levels = site.shown[self.code]
        year = max(years[-1] for years in levels.values())
        place = Place(site.material.district, year)
        nodes = [ChartBlock("reihe", ChartForm.LINE, self.code)]
        middle = site.material.hierarchy.levels[-2] if len(site.material.hierarchy.levels) > 1 else ""
        if middle in levels and len(site.material.hierarchy.areas(middle)) <= MOST_BARS:
            nodes.append(
                ChartBlock("kommunen", ChartForm.BARS, self.code, level=middle, year=levels[middle][-1])
            )
        made = pictures(site, nodes, place, 0.5, "bild")
        return f'<div class="charts">{made}</div>' if made else ""

    def _series(self, level: str) -> str:
        """All years of all areas of a level."""
        site = self.site
        years = site.shown[self.code].get(level, ())
        if not years:
            return ""
        rows = []
        for key, area in site.material.hierarchy.areas(level).items():
            cells = "".join(
                parts.cell(site.material.figure(FigureId(self.code, key, year)), self.meta) for year in years
            )
            rows.append(f"<tr>{parts.row_head(area.name, site.area_path(key), self.here)}{cells}</tr>")
        many = site.material.level_word(level, many=True)
        one = site.material.level_word(level)
        heading = many if len(rows) > 1 else one
        caption = f"{parts.label_with_unit(site, self.code)}: {heading}"
        made = parts.table(
            caption, [one, *map(str, years)], rows, numeric=range(1, len(years) + 1), tall=len(rows) > 20
        )
        return f"<section><h2>{escape(heading)}</h2>{made}</section>"

    def _method(self) -> str:
        site, i = self.site, self.indicator
        unit = self.meta.unit or "Anzahl"
        levels = ", ".join(site.material.level_word(level, many=True) for level in site.shown[self.code])
        lines = [
            ("Bedeutung", i.label), ("Einheit", unit), ("So wird gerechnet", i.method),
            ("Stichtag", "ganzes Jahr" if i.reference == "Jahr" else i.reference), ("Quelle", i.source),
            ("Ebenen", levels), *((f"Bruch {b.year}", b.note) for b in self.meta.breaks),
        ]  # fmt: skip
        listed = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in lines if v)
        return f'<section id="methode"><h2>Methode</h2><dl class="terms">{listed}</dl></section>'

    def _taking(self) -> str:
        site = self.site
        files = [
            (site.data_path(self.code, "csv"), "Alle Zahlen (CSV)"),
            (site.data_path(self.code, "xlsx"), "Alle Zahlen (XLSX)"),
            (f"{site.data_path(self.code, 'csv')}-metadata.json", "Beschreibung der CSV-Datei (CSVW)"),
        ]
        if self.code in site.pictured:
            files.append((site.picture_path(self.code), "Karte als Bild (PNG)"))
        note = parts.source_note(site, self.meta)
        return f"<section><h2>Mitnehmen</h2>{parts.downloads(self.here, files)}{note}</section>"


def _index(site: Site, maps: Maps, index: IndexDefinition) -> bytes:
    """An index: its newest map, status by dynamics, what goes in."""
    here = site.topic_path(index.code)
    codes = [c for c in site.measures if c.startswith(f"{index.code}:") and c in site.shown]
    main = parts.head(index.label, site.material.level_word(index.level, many=True), "Sozialindex")
    entries = [(p, f"Karte: {site.short(c)}") for c in codes if (p := site.first_map(c))]
    main += parts.links(here, entries, "buttons")
    drawn_code = next((c for c in codes if site.drawn_levels(c)), "")
    if drawn_code:
        level = site.drawn_levels(drawn_code)[0]
        year = site.newest(drawn_code, level)
        main += (
            f'<div class="mapgrid"><div><h2>{escape(site.short(drawn_code))} {year}</h2>'
            f"{maps.figure(drawn_code, level, year, here)}</div><div><h2>Legende</h2>"
            f"{maps.legend(drawn_code, level, year)}"
            '<p class="panel" data-panel>Zeigen Sie auf ein Gebiet. Ein Klick öffnet das '
            "Profil.</p></div></div>"
        )
        main += _matrix(site, index, year)
    main += _inputs(site, index, here)
    about = f"{index.label} für {site.district}: Karte, Bestandteile und Methode."
    return frame.page(
        site, here, index.label, main, description=about, section=TOPICS,
        crumbs=[(START, "Start"), (TOPICS, "Indikatoren")], scripts=[frame.SCRIPT],
    )  # fmt: skip


def _matrix(site: Site, index: IndexDefinition, year: int) -> str:
    if not index.dynamics or f"{index.code}:group" not in site.shown:
        return ""
    measures = set(index.measures())
    table = site.material.table.where(lambda f: f.indicator in measures and f.year == year)
    title = f"{index.label}: Status und Dynamik"
    svg = charts.matrix_svg(
        table, index=index.code, year=year, title=title, subtitle=str(year), attention=index.attention
    )
    return (
        f'<section><h2>Status und Dynamik {year}</h2><figure class="chart">'
        f"{svg}<figcaption>Zahl der Gebiete in jeder Gruppe.</figcaption></figure></section>"
    )


def _inputs(site: Site, index: IndexDefinition, here: str) -> str:
    rows = []
    for words, group in (("Status", index.status), ("Dynamik", index.dynamics)):
        for part in group:
            known = site.material.catalogue.indicators.get(part.indicator)
            label = known.label if known else part.indicator
            target = site.topic_path(part.indicator) if part.indicator in site.shown else ""
            rows.append(f"<tr>{parts.row_head(label, target, here)}<td>{words}</td></tr>")
    made = parts.table("Was in den Index eingeht", ["Indikator", "geht ein in"], rows)
    method = f"<p>{escape(index.method)}</p>" if index.method else ""
    source = f'<p class="quiet">Quelle: {escape(index.source)}</p>' if index.source else ""
    return f'<section id="methode"><h2>Was eingeht</h2>{made}{method}{source}</section>'
