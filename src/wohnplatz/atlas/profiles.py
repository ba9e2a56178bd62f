"""Pages of areas: the list, and a profile for each one on every level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from .. import text
from ..indicators import pyramid_words
from ..model import FigureKind, ReleasedFigure
from ..report import FigureId
from ..report.printing import Place
from ..report.tree import ChartBlock, ChartForm
from ..text.words import dative_plural
from . import frame, parts
from .site import AREAS, Site, link

Pages = Iterator[tuple[str, bytes]]
MOST_LINES = 4


def pages(site: Site) -> Pages:
    """The list of areas, and every profile."""
    yield AREAS, _list(site)
    for level in site.material.hierarchy.levels:
        for key in site.material.hierarchy.areas(level):
            yield site.area_path(key), _Profile(site, level, key).page()


def _list(site: Site) -> bytes:
    tree = site.material.hierarchy
    top = site.material.district
    main = parts.head("Gebiete", f"{site.district} mit seinen {places(site)}.")
    main += f'<p><a class="button" href="{link(AREAS, site.area_path(top))}">Profil des Kreises</a></p>'
    sections = []
    for key in tree.children(top):
        inner = [(site.area_path(k), site.material.name(k)) for k in tree.children(key)]
        heading = f'<a href="{link(AREAS, site.area_path(key))}">{escape(site.material.name(key))}</a>'
        sections.append(f"<section><h2>{heading}</h2>{parts.links(AREAS, inner, 'names')}</section>")
    main += f'<div class="columns wide">{"".join(sections)}</div>'
    about = f"Alle Gebiete von {site.district}: Kommunen und Wohnplätze mit ihren Profilen."
    return frame.page(site, AREAS, "Gebiete", main, description=about)


def places(site: Site) -> str:
    """``8 Kommunen und 80 Wohnplätzen``."""
    found = [
        text.plural(
            len(site.material.hierarchy.areas(level)), site.material.level_word(level),
            dative_plural(site.material.level_word(level, many=True)),
        )
        for level in reversed(site.material.hierarchy.levels[:-1])
    ]  # fmt: skip
    return text.enumerate_words(found)


class _Profile:
    """One area."""

    def __init__(self, site: Site, level: str, key: str) -> None:
        self.site, self.level, self.key = site, level, key
        self.here = site.area_path(key)
        self.above = site.material.above(key)
        self.name = site.material.name(key)
        codes = [c for c in site.shown if c in site.material.catalogue.indicators]
        self.figures = {c: f for c in codes if (f := self._newest(c)) is not None}

    def page(self) -> bytes:
        site = self.site
        word = site.material.level_word(self.level)
        inside = [site.material.name(k) for k in self.above[:-1]]
        above = f"{word} in {inside[0]}" if inside else word
        main = (
            parts.head(self.name, f"Schlüssel {self.key}", above)
            + f'<div class="lead-pair"><div>{self._facts()}{self._index()}</div>{self._locator()}</div>'
            + self._lines()
            + self._tables()
            + self._pyramid()
            + self._inside()
            + self._taking()
        )
        crumbs = [("index.html", "Start"), (AREAS, "Gebiete")]
        crumbs += [(site.area_path(k), site.material.name(k)) for k in reversed(self.above)]
        about = f"Sozialprofil {self.name} ({above}): Kennzahlen, Zeitreihen und Altersaufbau."
        return frame.page(site, self.here, self.name, main, description=about, section=AREAS, crumbs=crumbs)

    def _newest(self, code: str) -> ReleasedFigure | None:
        years = [y for y in self.site.shown[code].get(self.level, ()) if self._at(code, self.key, y)]
        return self._at(code, self.key, years[-1]) if years else None

    def _at(self, code: str, key: str, year: int) -> ReleasedFigure | None:
        return self.site.material.figure(FigureId(code, key, year))

    def _facts(self) -> str:
        """The core set in large numbers, the district's and the year before beside each."""
        items = []
        for indicator in self.site.core[:8]:
            f = self.figures.get(indicator.code)
            if f is None:
                continue
            meta = self.site.meta(indicator.code)
            notes = []
            whole = self._at(indicator.code, self.site.material.district, f.year)
            if whole is not None and self.above and not _counts(self.site, indicator.code):
                notes.append(f"<span{parts.place_of(whole)}>Kreis: {parts.large(whole, meta)}</span>")
            before = self._at(indicator.code, self.key, f.year - 1)
            if before is not None:
                notes.append(
                    f"<span{parts.place_of(before)}>{f.year - 1}: {parts.large(before, meta)}</span>"
                )
            items.append(
                f"<div><dt>{escape(self.site.short(indicator.code))} <span>{f.year}</span></dt>"
                f"<dd><strong{parts.place_of(f)}>{parts.large(f, meta)}</strong>{''.join(notes)}</dd></div>"
            )
        return f'<dl class="facts">{"".join(items)}</dl>' if items else ""

    def _index(self) -> str:
        """Where the area stands in the social indices."""
        lines = []
        for code in self.site.measures:
            years = self.site.shown.get(code, {}).get(self.level, ())
            f = self._at(code, self.key, years[-1]) if years else None
            if f is None:
                continue
            label = self.site.short(code)
            target = link(self.here, self.site.topic_path(code.partition(":")[0]))
            lines.append(
                f'<li><a href="{target}">{escape(label)}</a> {f.year}: '
                f"<strong{parts.place_of(f)}>{parts.words(f, self.site.meta(code))}</strong></li>"
            )
        return f'<h2>Sozialindex</h2><ul class="plain">{"".join(lines)}</ul>' if lines else ""

    def _locator(self) -> str:
        """Where the area lies in the district: a small picture without figures."""
        shapes = self.site.material.shapes
        if self.level not in shapes:
            return ""
        frame_of = shapes[self.level]
        path = frame_of.paths.get(self.key)
        if path is None:
            return ""
        outlines = self.site.material.outlines.get(self.level)
        ground = "".join((outlines or frame_of).paths.values())
        label = f"Lage von {self.name} im Kreis"
        return (
            f'<figure class="locator"><svg viewBox="0 0 {frame_of.width:g} {frame_of.height:g}" role="img" '
            f'width="{frame_of.width:g}" height="{frame_of.height:g}" aria-label="{escape(label)}">'
            f'<path d="{ground}" fill="#eef3f8" stroke="#7a8792" stroke-width="1.5"/>'
            f'<path d="{path}" fill="#171a4f" stroke="#171a4f" stroke-width="2"/></svg></figure>'
        )

    def _charts(self, nodes: Sequence[ChartBlock]) -> list[str]:
        found = []
        for n, node in enumerate(nodes):
            place = Place(
                self.key, self.figures[node.indicator].year if node.indicator in self.figures else 0
            )
            found.append(parts.chart(self.site, node, place, 0.5, f"bild{n}-{node.form.value}"))
        return [figure for figure in found if figure]

    def _lines(self) -> str:
        """The core set over the years."""
        core = [i.code for i in self.site.core if i.code in self.figures]
        series = [c for c in core if len(self.site.material.years(c, self.key)) > 1]
        nodes = [
            ChartBlock(f"l{n}", ChartForm.LINE, c, areas=(self.key,) if _counts(self.site, c) else ())
            for n, c in enumerate(series[:MOST_LINES])
        ]
        made = self._charts(nodes)
        return (
            f'<section><h2>Entwicklung</h2><div class="charts">{"".join(made)}</div></section>'
            if made
            else ""
        )

    def _pyramid(self) -> str:
        code = self.site.material.catalogue.population
        ages = self.site.material.ages
        if ages is None:
            return ""
        what, by, left_out = pyramid_words(self.site.material.catalogue)
        if {f.reason for f in ages if f.area == self.key} == {"too_detailed"}:
            return (
                f"<section><h2>{escape(what)}</h2><p>Nach {escape(by)} sind Zahlen auf dieser Ebene "
                "nicht veröffentlicht (zu kleinteilig). Es gibt sie auf anderen Ebenen.</p></section>"
            )
        year = max((f.year for f in ages), default=0)
        node = ChartBlock("alter", ChartForm.PYRAMID, code, year=year)
        made = self._charts([node])
        told = f'<p class="quiet">{escape(left_out)}</p>' if left_out else ""
        return (
            f'<section><h2>{escape(what)}</h2><div class="charts">{"".join(made)}</div>{told}</section>'
            if made
            else ""
        )

    def _tables(self) -> str:
        sections = []
        for _, label, codes in self.site.themes:
            rows = [self._row(c, self.figures[c]) for c in codes if c in self.figures]
            if rows:
                names = [self.name, *(self.site.material.name(k) for k in self.above)]
                header = ["Kennzahl", *names, "Unsicherheitsbereich", "zum Kreis", "Veränderung"]
                numeric = [*range(1, len(names) + 2), len(header) - 1]
                caption = f"{label}: {self.name} im Vergleich"
                made = parts.table(caption, header, rows, numeric=numeric, below_heading=True)
                sections.append(f"<h3>{escape(label)}</h3>{made}")
        if not sections:
            return ""
        note = (
            '<p class="quiet">Jeweils das neueste Jahr, in der Einheit der Zeile; Veränderungen von Anteilen '
            "in "
            "Prozentpunkten. Unsicherheitsbereich 95 %: So stark könnte die Zahl unter gleichen Umständen "
            "schwanken."
            "</p>"
        )
        return f"<section><h2>Alle Kennzahlen</h2>{''.join(sections)}{note}</section>"

    def _row(self, code: str, f: ReleasedFigure) -> str:
        site, meta = self.site, self.site.meta(code)
        label = f"{parts.label_with_unit(site, code)} ({f.year})"
        cells = parts.row_head(label, site.topic_path(code), self.here)
        cells += parts.cell(f, meta)
        cells += "".join(parts.cell(self._at(code, key, f.year), meta) for key in self.above)
        cells += parts.interval_cell(f, meta)
        cells += f"<td>{parts.verdict_words(f) if self.above else '–'}</td>"
        return f"<tr>{cells}{parts.change_cell(site, f, meta)}</tr>"

    def _inside(self) -> str:
        site = self.site
        inner = [
            (site.area_path(k), site.material.name(k)) for k in site.material.hierarchy.children(self.key)
        ]
        if not inner:
            return ""
        finer = site.material.hierarchy.levels[site.material.hierarchy.levels.index(self.level) - 1]
        word = site.material.level_word(finer, many=True)
        return f"<section><h2>{escape(word)}</h2>{parts.links(self.here, inner, 'names')}</section>"

    def _taking(self) -> str:
        path = f"daten/gebiet-{self.site.slug(self.key)}.csv"
        files = [(path, "Alle Zahlen dieses Gebiets (CSV)")]
        return f"<section><h2>Mitnehmen</h2>{parts.downloads(self.here, files)}{_source(self.site)}</section>"


def _counts(site: Site, code: str) -> bool:
    """Whether an indicator counts: the district's line would press that of a small area flat."""
    meta = site.meta(code)
    return meta.kind is FigureKind.COUNT or meta.unit in {"", "Personen"}


def _source(site: Site) -> str:
    return f'<p class="quiet">{escape(site.district)}, {escape(site.release_words)}, öffentliche Fassung.</p>'
