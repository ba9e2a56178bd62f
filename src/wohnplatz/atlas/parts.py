"""Pieces that pages are made of: cells, tables, legends, notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from .. import charts, text
from ..model import CellState, FigureMeta, ReleasedFigure, Verdict
from ..report import FigureId
from ..report.blocks import Notice, Paragraph, Picture
from ..report.drawing import drawn
from ..report.printing import Place, Trouble, change_of
from ..report.tabling import unit_words
from ..report.tree import ChartBlock
from .site import Site, link

SPAN = 5
"""Years that a change looks back, where the series has them and does not break."""
VERDICTS = {
    Verdict.ABOVE: "über dem Kreis", Verdict.BELOW: "unter dem Kreis",
    Verdict.SAME: "kein sicherer Unterschied",
}  # fmt: skip
_EXPLAINED = {CellState.NOT_APPLICABLE, CellState.UNRELIABLE, CellState.UNKNOWN}


def place_of(f: ReleasedFigure) -> str:
    """The mark by which what a page prints is read back."""
    return f' data-figure="{escape(str(FigureId(f.indicator, f.area, f.year)))}"'


def words(f: ReleasedFigure | None, meta: FigureMeta, *, unit: bool = False) -> str:
    """A figure as HTML: the number, or the word that stands in its place, with its reason as a title."""
    if f is None:
        return '<span class="none">–</span>'
    shown = escape(text.figure(f, meta, unit=unit))
    if f.value is not None:
        return shown
    why = text.reason(f.reason) if f.state in _EXPLAINED and f.reason else ""
    title = f' title="{escape(why)}"' if why else ""
    return f'<span class="state"{title}>{shown}</span>'


def large(f: ReleasedFigure | None, meta: FigureMeta) -> str:
    """A figure in large letters: persons need no unit, their number says it."""
    return words(f, meta, unit=meta.unit != "Personen")


def cell(f: ReleasedFigure | None, meta: FigureMeta, *, unit: bool = False) -> str:
    """A table cell with a figure."""
    mark = place_of(f) if f is not None else ""
    return f'<td class="number"{mark}>{words(f, meta, unit=unit)}</td>'


def interval_cell(f: ReleasedFigure | None, meta: FigureMeta) -> str:
    """``10,1 bis 14,2``."""
    if f is None or f.reliability is None:
        return '<td class="number"><span class="none">–</span></td>'
    sides = (text.number(x, meta.decimals) for x in (f.reliability.low, f.reliability.high))
    return f'<td class="number"{place_of(f)}>{" bis ".join(sides)}</td>'


def verdict_words(f: ReleasedFigure | None) -> str:
    """What the interval says beside the district; a dash where nothing can be said."""
    sure = f.reliability if f is not None else None
    return VERDICTS[sure.verdict] if sure is not None and sure.verdict is not None else "–"


def change_cell(site: Site, f: ReleasedFigure | None, meta: FigureMeta) -> str:
    """``+1,2 seit 2020`` in the unit of the row."""
    none = '<td class="number"><span class="none">–</span></td>'
    if f is None or f.value is None or meta.classes:
        return none
    first = max(f.year - SPAN, *(b.year for b in meta.breaks if b.year <= f.year), 0)
    known = site.material.years(f.indicator, f.area)
    start = next((y for y in known if first <= y < f.year), None)
    change = change_of(f, start, site.material) if start is not None else None
    if change is None or change.difference is None:
        return none
    number = text.number(change.difference, meta.decimals, signed=True)
    return f'<td class="number"{place_of(f)}>{number} <span class="quiet">seit {start}</span></td>'


def table(  # noqa: PLR0913 (what a table hangs on)
    caption: str,
    head: Sequence[str],
    rows: Iterable[str],
    *,
    numeric: Sequence[int] = (),
    tall: bool = False,
    below_heading: bool = False,
) -> str:
    """A table that can be scrolled sideways; ``rows`` are finished, ``head`` is plain text.

    ``below_heading`` shows the caption to those only who do not see the heading that says the same.
    """
    heads = "".join(
        f'<th scope="col"{" class=number" if n in numeric else ""}>{escape(h)}</th>'
        for n, h in enumerate(head)
    )
    kind = "scroll tall" if tall else "scroll"
    away = ' class="away"' if below_heading else ""
    return (
        f'<div class="{kind}" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption{away}>{escape(caption)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def row_head(label: str, target: str = "", here: str = "") -> str:
    """The first cell of a row, as a link where it leads somewhere."""
    inner = f'<a href="{link(here, target)}">{escape(label)}</a>' if target else escape(label)
    return f'<th scope="row">{inner}</th>'


def legend(entries: Iterable[charts.LegendEntry], prefix: str) -> str:
    """The legend of a map in words and swatches."""
    listed = "".join(
        f"<li>{charts.swatch_svg(entry, f'{prefix}-{n}')}<span>{escape(entry.label)}</span>"
        f"<span>{text.plural(entry.count, 'Gebiet', 'Gebiete')}</span></li>"
        for n, entry in enumerate(entries)
    )
    return f'<ul class="legend">{listed}</ul>'


def label_with_unit(site: Site, code: str) -> str:
    """``SGB-II-Quote, in %``."""
    meta = site.meta(code)
    unit = "" if meta.classes else unit_words(meta.unit)
    return ", ".join(filter(None, (site.short(code), unit)))


def source_note(site: Site, meta: FigureMeta) -> str:
    """Where a picture or table comes from."""
    source = f"Quelle: {escape(meta.source)}. " if meta.source else ""
    stand = f"{escape(site.district)}, {escape(site.release_words)}, öffentliche Fassung."
    return f'<p class="quiet">{source}{stand}</p>'


def breaks_note(meta: FigureMeta) -> str:
    """Years from which on a series means something else."""
    return "".join(
        f'<p class="quiet">Bruch in der Zeitreihe ab {b.year}: {escape(b.note)}</p>' for b in meta.breaks
    )


def links(here: str, entries: Iterable[tuple[str, str]], kind: str = "taking") -> str:
    """A list of links."""
    listed = "".join(f'<li><a href="{link(here, path)}">{escape(label)}</a></li>' for path, label in entries)
    return f'<ul class="{kind}">{listed}</ul>' if listed else ""


def downloads(here: str, entries: Iterable[tuple[str, str]]) -> str:
    """A list of files to take away."""
    listed = "".join(
        f'<li><a href="{link(here, path)}" download>{escape(label)}</a></li>' for path, label in entries
    )
    return f'<ul class="taking">{listed}</ul>' if listed else ""


def head(title: str, below: str = "", above: str = "") -> str:
    """The heading of a page."""
    first = f'<p class="above">{escape(above)}</p>' if above else ""
    last = f'<p class="below">{escape(below)}</p>' if below else ""
    return f'<div class="head">{first}<h1>{escape(title)}</h1>{last}</div>'


def chart(site: Site, node: ChartBlock, place: Place, share: float, prefix: str) -> str:
    """A chart as a figure, words where all its figures are without a number, nothing where there are none."""
    made = drawn(node, place, site.material, share, prefix)
    if isinstance(made, Trouble):
        return ""
    match made[0]:
        case Picture(svg=svg, title=title, caption=caption):
            below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
        case Notice(blocks=(Paragraph(text=said),), label=title):
            svg, below = f"<p>{escape(said)}</p>", ""
        case other:
            raise TypeError(f"a chart is no {type(other).__name__}")
    return f'<figure class="chart"><p class="title">{escape(title)}</p>{svg}{below}</figure>'
