"""Maps and charts of a report: drawn by ``charts`` from released figures, with words for each picture."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from .. import charts, text
from ..areas import Shapes
from ..indicators import pyramid_words
from ..model import Classes, FigureMeta, ReleasedTable
from ..monitoring import legend_classes
from .blocks import Block, Notice, Paragraph, Picture, size_of
from .material import Material
from .printing import Place, Trouble, area_of, trouble_with
from .tabling import unit_words
from .tree import ChartBlock, ChartForm, Extent, MapBlock

FULL = 760.0
"""px across the page: letters of 14 px are then about 9 points high."""
GUTTER = 24.0
KEY = 328.0
"""px of a map's legend and the space before it."""
MARGIN = 0.06
ROUND = 1.25
"""Width by height that the part of a map has at least."""
Box = tuple[float, float, float, float]
PAGE = 174.0
"""mm between the margins."""
NARROW, WIDE = 350.0, 500.0
"""px of a phone's column, and from where a picture would be too small to read in it."""
_DESCRIPTION = re.compile(r"<desc>(.*?)</desc>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Job:
    """What one picture is made of."""

    indicator: str
    area: str
    year: int
    level: str
    title: str
    subtitle: str
    material: Material
    meta: FigureMeta
    width: float
    prefix: str

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.area, *self.material.above(self.area))


def drawn(  # noqa: PLR0913, PLR0917 (what one picture hangs on)
    node: MapBlock | ChartBlock,
    place: Place,
    material: Material,
    share: float,
    prefix: str,
    draw: bool = True,
) -> tuple[Block, ...] | Trouble:
    """The picture of a block, or why there is none; nothing is drawn where ``draw`` is false."""
    job = _job(node, place, material, share, prefix)
    if isinstance(job, Trouble):
        return job
    missing = _missing(node, job)
    if missing is not None:
        return missing
    if not draw:
        return ()
    svg = _svg(node, job)
    narrow = ""
    if job.width > WIDE:
        narrow = _svg(replace(node, height=0.0), replace(job, width=NARROW, prefix=f"{prefix}-n"))
    heading = ", ".join(filter(None, (job.title, job.subtitle)))
    altered = any(f.altered for f in _part(node, job))
    mark = charts.mark_words(material.table.context, job.meta) if altered else ""
    source = f"Quelle: {job.meta.source}" if job.meta.source else ""
    high = _limit(svg, node.height, job.width)
    shows = (job.indicator, job.year) if isinstance(node, MapBlock) else None
    below = " · ".join(filter(None, (source, mark)))
    words = alternative(svg, heading) + (f" {mark}." if mark else "")
    return (Picture(svg, words, below, high, heading, shows, narrow),)


def _svg(node: MapBlock | ChartBlock, job: _Job) -> str:
    return _map(node, job) if isinstance(node, MapBlock) else _CHARTS[node.form](node, job)


def _limit(svg: str, most: float, width: float) -> float:
    """``most`` where the picture would be higher than that in its column, 0 where it is not."""
    size = size_of(svg)
    if not most or size is None:
        return 0.0
    natural = size[1] / size[0] * width * PAGE / FULL
    return most if natural > most else 0.0


def alternative(svg: str, heading: str) -> str:
    """The words of a picture: its heading and the description that the drawing carries, figures and all."""
    found = _DESCRIPTION.search(svg)
    return f"{heading}. {html.unescape(found[1])}" if found else heading


def _job(
    node: MapBlock | ChartBlock, place: Place, material: Material, share: float, prefix: str
) -> _Job | Trouble:
    area = area_of(node.area, place, material)
    indicator = _indicator(node, material)
    trouble = trouble_with(indicator, area or node.area or place.area, material)
    if trouble is not None or area is None:
        return trouble or Trouble("area_gone", "Das Gebiet fehlt.", "", blocks=True)
    meta = material.meta(indicator)
    assert meta is not None
    level = node.level or material.hierarchy.base.level
    reference = area if isinstance(node, ChartBlock) else next(iter(material.below(area, level)), area)
    year = material.newest(indicator, reference, node.year or place.year)
    return _Job(
        indicator, area, year, level, node.title or _title(node, material, indicator),
        _subtitle(node, meta, material, level, year), material, meta,
        FULL * share - (GUTTER * (1 - share) if share < 1 else 0), prefix,
    )  # fmt: skip


def _indicator(node: MapBlock | ChartBlock, material: Material) -> str:
    if isinstance(node, ChartBlock) and node.form is ChartForm.PYRAMID:
        return material.catalogue.population
    if isinstance(node, ChartBlock) and node.form is ChartForm.MATRIX:
        return f"{node.indicator}:group"
    return node.indicator


def _title(node: MapBlock | ChartBlock, material: Material, indicator: str) -> str:
    if isinstance(node, ChartBlock) and node.form is ChartForm.PYRAMID:
        return pyramid_words(material.catalogue)[0]
    if isinstance(node, ChartBlock) and node.form is ChartForm.MATRIX:
        known = material.catalogue.indices.get(node.indicator)
        return f"{known.label}: Status und Dynamik" if known else "Status und Dynamik"
    return material.short(indicator)


def _subtitle(
    node: MapBlock | ChartBlock, meta: FigureMeta, material: Material, level: str, year: int
) -> str:
    if isinstance(node, ChartBlock) and node.form in {ChartForm.PYRAMID, ChartForm.MATRIX}:
        return str(year)
    unit = "" if meta.classes else unit_words(meta.unit)
    if isinstance(node, ChartBlock) and node.form is ChartForm.LINE:
        return unit
    many = material.level_word(level, many=True)
    return ", ".join(filter(None, (unit, many if isinstance(node, MapBlock) else "", str(year))))


def _missing(node: MapBlock | ChartBlock, job: _Job) -> tuple[Block, ...] | Trouble | None:
    """What stands in the place of a picture that has nothing to draw: words, or what is wrong with it."""
    if isinstance(node, MapBlock) and job.level not in job.material.shapes:
        return Trouble(
            "no_shapes", "Für diese Ebene gibt es im Datenstand keine Karte.",
            "Bitte eine andere Ebene wählen.", blocks=True,
        )  # fmt: skip
    part = _part(node, job)
    if any(f.value is not None for f in part):
        return None
    states = list(dict.fromkeys(text.figure_state(f) for f in part))
    if not states:
        return Trouble(
            "no_figure", f"Zu „{job.title}“ gibt es für {job.year} keine Zahlen, die gezeigt werden dürfen.",
            "Bitte Jahr, Ebene oder Indikator ändern.", blocks=True,
        )  # fmt: skip
    heading = ", ".join(filter(None, (job.title, job.subtitle)))
    why = f"Hier gibt es nichts zu zeichnen. Alle Zahlen: {text.enumerate_words(states)}."
    return (Notice((Paragraph(why),), heading),)


def _part(node: MapBlock | ChartBlock, job: _Job) -> ReleasedTable:
    """The figures that make the picture: without a number among them it would be an empty frame."""
    material = job.material
    if isinstance(node, MapBlock):
        return material.part(job.indicator, job.level, job.year)
    table = material.table_of(job.indicator)
    match node.form:
        case ChartForm.PYRAMID:
            return material.ages_of(job.area, job.year)
        case ChartForm.LINE:
            keys = {key for key, _ in _lines(node, job)}
            return table.where(lambda f: f.area in keys and f.year <= job.year)
        case ChartForm.BARS:
            keys = set(node.areas or material.below(job.area, job.level))
            return table.where(lambda f: f.area in keys and f.year == job.year)
        case ChartForm.STRIP:
            own = material.hierarchy.level_of(job.area) or job.level
            return table.where(lambda f: f.level == own and f.year == job.year)
        case _:
            return table


def _map(node: MapBlock, job: _Job) -> str:
    material = job.material
    part = material.part(job.indicator, job.level, job.year)
    shapes = material.shapes[job.level]
    box = _around(job, shapes) if node.extent is Extent.AROUND else None
    names = material.names(job.level) | _coarser_names(job)
    wide = job.width > 1.8 * KEY
    across = job.width - KEY if wide else job.width
    if wide and node.height:  # a low map has a small drawing, and letters as large as ever
        _, _, broad, high = box or (0.0, 0.0, float(shapes.width), float(shapes.height))
        across = min(across, node.height * FULL / PAGE * broad / high)
    return charts.map_svg(
        part, _visible(shapes, box), _classes(node, part, job), indicator=job.indicator, year=job.year,
        names=names, title=job.title, subtitle=job.subtitle, selected=_selected(job),
        viewbox=box, outlines=material.outlines.get(job.level), keyed="beside" if wide else "below",
        width=across, prefix=job.prefix,
    )  # fmt: skip


def _selected(job: _Job) -> tuple[str, ...]:
    return (job.area,) if job.area in job.material.shapes[job.level].paths else ()


def _coarser_names(job: _Job) -> dict[str, str]:
    levels = job.material.hierarchy.levels
    place = levels.index(job.level) + 1
    return job.material.names(levels[place]) if place < len(levels) - 1 else {}


def _classes(node: MapBlock, part: ReleasedTable, job: _Job) -> Classes | None:
    """Classes of the whole level, so that all maps of an indicator in a report can be compared."""
    if job.meta.classes:
        return None
    values = [f.value for f in part if f.value is not None]
    count = min(node.classes, len(set(values)))
    return legend_classes(values, node.method, count, decimals=job.meta.decimals)


def _around(job: _Job, shapes: Shapes) -> Box | None:
    """The part of the map around an area, no narrower than ``ROUND``."""
    material = job.material
    at = material.hierarchy.level_of(job.area)
    around = (material.above(job.area) or (job.area,))[0] if at == job.level else job.area
    boxes = [shapes.boxes[k] for k in material.below(around, job.level) if k in shapes.boxes]
    if not boxes or around == material.district:
        return None
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
    air = MARGIN * max(right - left, bottom - top)
    width, height = right - left + 2 * air, bottom - top + 2 * air
    wide, high = max(width, height * ROUND), max(height, width / 1.9)
    return (left + right - wide) / 2, (top + bottom - high) / 2, wide, high


def _visible(shapes: Shapes, box: Box | None) -> Shapes:
    """Only the areas that the part of the map touches: the others would only make the file larger."""
    if box is None:
        return shapes
    left, top, width, height = box
    keys = [
        k for k, (x0, y0, x1, y1) in shapes.boxes.items()
        if x1 > left and x0 < left + width and y1 > top and y0 < top + height
    ]  # fmt: skip
    return replace(
        shapes, paths={k: shapes.paths[k] for k in keys}, boxes={k: shapes.boxes[k] for k in keys},
        labels={k: shapes.labels[k] for k in keys},
    )  # fmt: skip


def _lines(node: ChartBlock, job: _Job) -> Sequence[tuple[str, str]]:
    """The areas that a chart has lines of, up to four."""
    keys = node.areas or job.keys
    if not node.areas and not (job.meta.unit or job.meta.classes):
        keys = keys[:1]  # a count of the district would press the line of a small area flat
    return [(key, job.material.name(key)) for key in keys[:4]]


def _line(node: ChartBlock, job: _Job) -> str:
    return charts.line_svg(
        _part(node, job), indicator=job.indicator, areas=_lines(node, job), title=job.title,
        subtitle=job.subtitle, breaks=job.meta.breaks, width=job.width, height=node.height * FULL / PAGE,
        prefix=job.prefix,
    )  # fmt: skip


def _bars(node: ChartBlock, job: _Job) -> str:
    keys = node.areas or job.material.below(job.area, job.level)
    district = job.material.district
    compare = None if job.meta.kind.value == "count" else (district, job.material.name(district))
    return charts.bars_svg(
        job.material.table_of(job.indicator), indicator=job.indicator, year=job.year,
        areas=[(key, job.material.name(key)) for key in keys], title=job.title, subtitle=job.subtitle,
        compare=compare, width=job.width, prefix=job.prefix,
    )  # fmt: skip


def _strip(node: ChartBlock, job: _Job) -> str:
    own = job.material.hierarchy.level_of(job.area) or job.level
    above = set(node.areas or job.material.above(job.area))
    key = job.indicator, f"strip:{own}:{','.join(sorted(above))}", job.year
    part = job.material.cut(key, lambda f: f.year == job.year and (f.level == own or f.area in above))
    names = job.material.names(own) | {k: job.material.name(k) for k in above}
    return charts.strip_svg(
        part, indicator=job.indicator, year=job.year, area=job.area, names=names, title=job.title,
        subtitle=job.subtitle, width=job.width,
    )  # fmt: skip


def _pyramid(node: ChartBlock, job: _Job) -> str:
    compare = node.areas[0] if node.areas else job.material.district
    part = job.material.ages_of(job.area, job.year, compare)
    return charts.pyramid_svg(
        part, area=job.area, year=job.year, names={k: job.material.name(k) for k in (job.area, compare)},
        compare=compare if compare != job.area else None, title=job.title, subtitle=job.subtitle,
        width=job.width, prefix=job.prefix,
    )  # fmt: skip


def _matrix(node: ChartBlock, job: _Job) -> str:
    index = job.material.catalogue.indices[node.indicator]
    table = job.material.cut(
        (f"{node.indicator}:", "matrix", job.year), lambda f: f.year == job.year, whole=True
    )
    return charts.matrix_svg(
        table, index=node.indicator, year=job.year, title=job.title, subtitle=job.subtitle,
        attention=index.attention, width=min(job.width, 620),
    )  # fmt: skip


_CHARTS: Mapping[ChartForm, Callable[[ChartBlock, _Job], str]] = {
    ChartForm.LINE: _line, ChartForm.BARS: _bars, ChartForm.STRIP: _strip,
    ChartForm.PYRAMID: _pyramid, ChartForm.MATRIX: _matrix,
}  # fmt: skip
