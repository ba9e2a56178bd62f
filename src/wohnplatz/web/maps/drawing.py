"""From a selection to a picture: figures, classes, SVG, legend, rows of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wohnplatz import charts
from wohnplatz.areas import Shapes
from wohnplatz.model import Classes, ClassMethod, FigureMeta, ReleasedFigure, ReleasedTable
from wohnplatz.monitoring import classify
from wohnplatz.web.figures import released, unit_words
from wohnplatz.web.geography import outlines
from wohnplatz.web.stand import Stand, level_name
from wohnplatz.workflow.releases import queries

from .background import picture_url
from .forms import Selection

MARGIN = 0.06
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything a map page needs, drawn from one released table."""

    table: ReleasedTable
    meta: FigureMeta
    classes: Classes | None
    names: Mapping[str, str]
    shapes: Shapes
    title: str
    subtitle: str
    reference: str

    @property
    def unit(self) -> str:
        """The unit for the heading of a column: ``in %``."""
        return unit_words(self.meta.unit)

    @property
    def figures(self) -> dict[str, ReleasedFigure]:
        """Figures by area."""
        return self.table.by_area()

    @property
    def legend(self) -> tuple[charts.LegendEntry, ...]:
        """Class limits with colours and counts, then the states that occur."""
        year = next((f.year for f in self.table), 0)
        return charts.legend(self.table, self.classes, indicator=self.meta.code, year=year)


def reference_of(stand: Stand, indicator: str, year: int) -> str:
    """``31.12.2025`` or ``Jahr 2025``, as the catalogue says."""
    known = stand.catalogue.indicators.get(indicator)
    reference = known.reference if known else "31.12."
    return f"{reference}{year}" if reference.endswith(".") else f"{reference} {year}"


def short_label(stand: Stand, indicator: str) -> str:
    """The short name of an indicator, or the label of an index measure."""
    known = stand.catalogue.indicators.get(indicator)
    return (known.short or known.label) if known else stand.meta[indicator].label


def draw(stand: Stand, chosen: Selection) -> Drawing:
    """Figures and classes of a selection."""
    table = released(stand, [chosen.indicator], level=chosen.level, years=[chosen.year])
    meta = stand.meta[chosen.indicator]
    reference = reference_of(stand, chosen.indicator, chosen.year)
    words = (unit_words(meta.unit), level_name(chosen.level), reference)
    return Drawing(
        table=table, meta=meta, classes=None if meta.classes else _classes(stand, table, chosen),
        names=stand.names(chosen.level),
        shapes=queries.layer_shapes(stand.release, chosen.level, division=stand.division),
        title=short_label(stand, chosen.indicator),
        subtitle=", ".join(filter(None, words)), reference=reference,
    )  # fmt: skip


def svg(stand: Stand, drawing: Drawing, chosen: Selection, *, standalone: bool = False) -> str:
    """The map as SVG: for the page with links to the profiles, or as a file of its own."""
    return charts.map_svg(
        drawing.table, drawing.shapes, drawing.classes, indicator=chosen.indicator, year=chosen.year,
        names=drawing.names, title=drawing.title, subtitle=drawing.subtitle,
        href=None if standalone else lambda key: stand.url("area", key, jahr=chosen.year),
        viewbox=viewbox(stand, drawing.shapes, chosen),
        outlines=outlines(stand, chosen.level),
        background=None if standalone else picture_url(drawing.shapes),
        standalone=standalone, selected=stand.selection,
    )  # fmt: skip


def viewbox(stand: Stand, shapes: Shapes, chosen: Selection) -> Box | None:
    """The part of the map that holds the chosen area, with some air; None for the whole."""
    keys = [
        k
        for k in stand.hierarchy.areas(chosen.level)
        if _lies_in(stand, k, chosen.area) and k in shapes.boxes
    ]
    if not chosen.area or not keys:
        return None
    boxes = [shapes.boxes[k] for k in keys]
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[2] for b in boxes), max(b[3] for b in boxes)
    air = MARGIN * max(right - left, bottom - top)
    return left - air, top - air, right - left + 2 * air, bottom - top + 2 * air


def suggested_limits(stand: Stand, chosen: Selection) -> tuple[float, ...]:
    """Limits to begin with when somebody wants own ones: the inner quantiles, as precise as the figures."""
    table = released(stand, [chosen.indicator], level=chosen.level, years=[chosen.year])
    values = [f.value for f in table if f.value is not None]
    found = classify(values, ClassMethod.QUANTILES, chosen.count)
    decimals = stand.meta[chosen.indicator].decimals
    return tuple(sorted({round(x, decimals) for x in found.limits[1:-1]}))


def zooms(stand: Stand, level: str) -> list[tuple[str, str]]:
    """Key and name of the areas a map of ``level`` can be zoomed to."""
    coarser = _coarser(stand, level)
    if coarser is None or len(stand.hierarchy.areas(coarser)) < 2:
        return []
    return [(key, area.name) for key, area in stand.hierarchy.areas(coarser).items()]


def district_figure(stand: Stand, indicator: str, year: int) -> ReleasedFigure | None:
    """The figure of the whole district, None where there is none."""
    top = stand.top()
    if top is None:
        return None
    level = stand.hierarchy.levels[-1]
    return next(iter(released(stand, [indicator], level=level, areas=[top], years=[year])), None)


def _classes(stand: Stand, table: ReleasedTable, chosen: Selection) -> Classes:
    values = [f.value for f in table if f.value is not None]
    if chosen.method is ClassMethod.OWN:
        return classify(values, chosen.method, limits=chosen.limits)
    if chosen.method is not ClassMethod.DEVIATION:
        return classify(values, chosen.method, chosen.count)
    district = district_figure(stand, chosen.indicator, chosen.year)
    centre = district.value if district and district.value is not None else None
    return classify(values, chosen.method, chosen.count, centre=centre)


def _coarser(stand: Stand, level: str) -> str | None:
    levels = stand.hierarchy.levels
    place = levels.index(level) + 1
    return levels[place] if place < len(levels) else None


def _lies_in(stand: Stand, key: str, area: str) -> bool:
    return key == area or any(above.key == area for _, above in stand.ancestors(key))
