"""Pages of maps: one for each indicator, level and year, tied by links."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from .. import charts, text
from ..model import Classes, ClassMethod, ReleasedFigure, ReleasedTable
from ..monitoring import legend_classes
from ..report.tabling import unit_words
from . import frame, parts
from .site import MAPS, Site, link

CLASSES = 5
Pages = Iterator[tuple[str, bytes]]


class Maps:
    """All maps of an atlas."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.names = {k: n for level in site.material.hierarchy.levels for k, n in
                      site.material.names(level).items()}  # fmt: skip
        self._classes: dict[tuple[str, str], Classes | None] = {}

    def pages(self) -> Pages:
        """The list of maps, and every map."""
        yield MAPS, self._list()
        for code in self.site.shown:
            for level in self.site.drawn_levels(code):
                for year in self.site.shown[code][level]:
                    yield self.site.map_path(code, level, year), self._page(code, level, year)

    def classes(self, code: str, level: str) -> Classes | None:
        """Classes over all years of a level: what has the same colour in two years is the same size."""
        if (code, level) not in self._classes:
            values = [f.value for f in self.site.material.part(code, level) if f.value is not None]
            made = None
            if not self.site.meta(code).classes:
                count = min(CLASSES, len(set(values)))
                decimals = self.site.meta(code).decimals
                made = legend_classes(values, ClassMethod.QUANTILES, count, decimals=decimals)
            self._classes[code, level] = made
        return self._classes[code, level]

    def figure(self, code: str, level: str, year: int, here: str, *, prefix: str = "karte") -> str:
        """The map as a figure whose areas lead to their profiles."""
        material = self.site.material
        part = material.part(code, level, year)
        title = f"{self.site.short(code)} {year}"
        drawn = charts.map_svg(
            part, material.shapes[level], self.classes(code, level), indicator=code, year=year,
            names=self._names(level), title=title, subtitle=subtitle(self.site, code, level, year),
            href=lambda key: link(here, self.site.area_path(key)), outlines=material.outlines.get(level),
            prefix=prefix,
        )  # fmt: skip
        return (
            f'<figure class="map" data-indicator="{escape(code)}" data-year="{year}">{drawn}'
            f"<figcaption>{parts.source_note(self.site, self.site.meta(code))}</figcaption></figure>"
        )

    def legend(self, code: str, level: str, year: int, prefix: str = "legende") -> str:
        """The legend of a map."""
        material = self.site.material
        entries = charts.legend(
            material.part(code, level, year), self.classes(code, level), indicator=code, year=year,
            areas=material.shapes[level].paths,
        )  # fmt: skip
        return parts.legend(entries, prefix)

    def _names(self, level: str) -> dict[str, str]:
        levels = self.site.material.hierarchy.levels
        above = levels.index(level) + 1
        more = self.site.material.names(levels[above]) if above < len(levels) - 1 else {}
        return self.site.material.names(level) | more

    def _list(self) -> bytes:
        site = self.site
        first = next((p for code in site.shown if (p := site.first_map(code))), "")
        sections = []
        for _, label, codes in site.themes:
            entries = [(p, parts.label_with_unit(site, c)) for c in codes if (p := site.first_map(c))]
            if entries:
                sections.append(
                    f"<section><h2>{escape(label)}</h2>{parts.links(MAPS, entries, 'plain')}</section>"
                )
        main = (
            parts.head("Karten", "Jede Zahl, die es für Gebiete unterhalb des Kreises gibt, als Karte.")
            + '<p class="lead">Eine Karte zeigt ein Jahr und eine Ebene; andere Jahre und Ebenen sind einen '
            "Klick "
            "entfernt. Neben jeder Karte stehen dieselben Zahlen als Tabelle.</p>"
            + (f'<p><a class="button" href="{link(MAPS, first)}">Zur ersten Karte</a></p>' if first else "")
            + f'<div class="columns">{"".join(sections)}</div>'
        )
        about = f"Alle Karten des Sozialatlas {site.district}, nach Themen geordnet."
        return frame.page(site, MAPS, "Karten", main, description=about)

    def _page(self, code: str, level: str, year: int) -> bytes:
        site, here = self.site, self.site.map_path(code, level, year)
        meta = site.meta(code)
        below = subtitle(site, code, level, year)
        body = (
            parts.head(site.short(code), below, "Karte")
            + self._choose(code, level, year, here)
            + '<div class="mapgrid"><div>'
            + self.figure(code, level, year, here)
            + "</div><div>"
            + '<p class="panel" data-panel>Zeigen Sie auf ein Gebiet, oder gehen Sie mit der Tabulatortaste '
            "durch "
            "die Karte. Ein Klick öffnet das Profil.</p>"
            + f"<h2>Legende</h2>{self.legend(code, level, year)}"
            + '<p class="quiet">Die Klassengrenzen sind in allen Jahren dieselben.</p>'
            + self._taking(code, here)
            + "</div></div>"
            + self._table(code, level, year, here)
            + parts.breaks_note(meta)
        )
        title = f"{site.short(code)}, {site.material.level_word(level, many=True)}, {year}"
        about = f"Karte und Tabelle: {meta.label}, {below}, {site.district}."
        return frame.page(
            site, here, title, body, description=about, section=MAPS,
            crumbs=[("index.html", "Start"), (MAPS, "Karten")], scripts=[frame.SCRIPT],
        )  # fmt: skip

    def _choose(self, code: str, level: str, year: int, here: str) -> str:
        """Indicator, level and year to choose from: links only."""
        site = self.site
        lists = "".join(
            f"<div><h2>{escape(label)}</h2>{parts.links(here, entries, 'plain')}</div>"
            for _, label, codes in site.themes
            if (entries := [(p, site.short(c)) for c in codes if (p := self._kin(c, level, year))])
        )
        levels = "".join(
            _choice(
                here, self._kin(code, other, year), site.material.level_word(other, many=True), other == level
            )
            for other in site.drawn_levels(code)
        )
        years = "".join(
            _choice(here, site.map_path(code, level, other), str(other), other == year)
            for other in site.shown[code][level]
        )
        return (
            f'<div class="choose"><details class="indicators"><summary>Anderer Indikator</summary>'
            f'<div class="columns">{lists}</div></details>'
            f'<nav aria-label="Ebene"><ul class="choice">{levels}</ul></nav>'
            f'<nav aria-label="Jahr"><ul class="choice">{years}</ul></nav></div>'
        )

    def _kin(self, code: str, level: str, year: int) -> str:
        """The map of another indicator or level that is nearest to this one; empty where there is none."""
        levels = self.site.drawn_levels(code)
        if not levels:
            return ""
        at = level if level in levels else levels[0]
        years = self.site.shown[code][at]
        return self.site.map_path(code, at, year if year in years else years[-1])

    def _taking(self, code: str, here: str) -> str:
        site = self.site
        if code not in site.material.catalogue.indicators:
            index = code.partition(":")[0]
            more = parts.links(here, [(site.topic_path(index), "Sozialindex und Methode")])
            return f'<div class="more"><h2>Mehr dazu</h2>{more}</div>'
        files = [(site.data_path(code, "csv"), "Alle Zahlen (CSV)"),
                 (site.data_path(code, "xlsx"), "Alle Zahlen (XLSX)")]  # fmt: skip
        if code in site.pictured:
            files.append((site.picture_path(code), "Karte als Bild (PNG)"))
        more = parts.links(here, [(site.topic_path(code), "Zeitreihen und Methode")])
        return f'<div class="more"><h2>Mehr dazu</h2>{more}{parts.downloads(here, files)}</div>'

    def _table(self, code: str, level: str, year: int, here: str) -> str:
        site, meta = self.site, self.site.meta(code)
        part: ReleasedTable = site.material.part(code, level, year)
        figures: dict[str, ReleasedFigure] = {f.area: f for f in part}
        # An interval beside a class says nothing; a verdict beside a count, neither.
        sure = any(f.reliability is not None for f in part)
        counts = any(f.numerator is not None and f.denominator is not None for f in part)
        word = site.material.level_word(level)
        nested = level != site.material.hierarchy.levels[-2]
        header = [word, *(["Kommune"] if nested else []), f"Wert {unit_words(meta.unit)}".strip()]
        header += ["Unsicherheitsbereich", "zum Kreis"] if sure else []
        header += ["Fälle", "von"] if counts else []
        rows = []
        for key, area in site.material.hierarchy.areas(level).items():
            f = figures.get(key)
            cells = parts.row_head(area.name, site.area_path(key), here)
            cells += f"<td>{escape(self.names.get(area.parent or '', ''))}</td>" if nested else ""
            cells += parts.cell(f, meta)
            if sure:
                cells += f"{parts.interval_cell(f, meta)}<td>{parts.verdict_words(f)}</td>"
            if counts:
                cells += _count(f, "numerator") + _count(f, "denominator")
            rows.append(f"<tr>{cells}</tr>")
        first = 2 if nested else 1
        numeric = [
            first,
            *([first + 1] if sure else []),
            *(range(len(header) - 2, len(header)) if counts else []),
        ]
        caption = f"{meta.label}, {subtitle(site, code, level, year)}"
        note = (
            '<p class="quiet">Unsicherheitsbereich 95 %: So stark könnte die Zahl unter gleichen Umständen '
            "schwanken.</p>"
            if sure
            else ""
        )
        made = parts.table(caption, header, rows, numeric=numeric, tall=len(rows) > 20)
        return f'<section id="tabelle"><h2>Tabelle</h2>{made}{note}</section>'


def subtitle(site: Site, code: str, level: str, year: int) -> str:
    """``in %, Wohnplätze, 2024``."""
    meta = site.meta(code)
    unit = "" if meta.classes else unit_words(meta.unit)
    return ", ".join(filter(None, (unit, site.material.level_word(level, many=True), str(year))))


def _choice(here: str, target: str, label: str, chosen: bool) -> str:
    mark = ' aria-current="true"' if chosen else ""
    return f'<li><a href="{link(here, target)}"{mark}>{escape(label)}</a></li>'


def _count(f: ReleasedFigure | None, name: str) -> str:
    value = getattr(f, name) if f is not None else None
    if f is None or value is None:
        return '<td class="number"><span class="none">–</span></td>'
    return f'<td class="number"{parts.place_of(f)}>{text.count(value)}</td>'
