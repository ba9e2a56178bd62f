"""From a selection to a picture: figures, classes, SVG, legend, rows of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from wohnplatz import charts, text
from wohnplatz.analysis import can_smooth, smoothed_code, with_smoothed
from wohnplatz.areas import Shapes
from wohnplatz.model import Classes, ClassMethod, FigureMeta, ReleasedFigure, ReleasedTable
from wohnplatz.monitoring import legend_classes
from wohnplatz.web.figures import interval_words, released, unit_words
from wohnplatz.web.geography import outlines
from wohnplatz.web.stand import Stand, level_name
from wohnplatz.workflow.releases import queries

from .background import picture_url
from .forms import Selection

MARGIN = 0.06
MOST_NATURAL = 1500
"""Values that natural breaks are made from; of more, evenly spaced ones in their order are taken."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything a map page needs, drawn from one released table."""

    table: ReleasedTable
    """The level's figures with their intervals; smoothed ones beside them where there are any."""
    indicator: str
    year: int
    code: str
    """What the map shows: the indicator, or its smoothed figures."""
    classes: Classes | None
    span: tuple[int, ...]
    """Years the class limits were made from."""
    names: Mapping[str, str]
    shapes: Shapes
    title: str
    subtitle: str
    reference: str

    @property
    def meta(self) -> FigureMeta:
        """What a reader must know of the indicator."""
        return self.table.meta[self.indicator]

    @property
    def smoothed(self) -> bool:
        """Whether the map shows smoothed figures."""
        return self.code != self.indicator

    @property
    def smoothable(self) -> bool:
        """Whether there are smoothed figures at all."""
        return smoothed_code(self.indicator) in self.table.meta

    @property
    def unit(self) -> str:
        """The unit for the heading of a column: ``in %``."""
        return unit_words(self.meta.unit)

    @property
    def figures(self) -> dict[str, ReleasedFigure]:
        """Counted figures by area."""
        return {f.area: f for f in self.table if f.indicator == self.indicator}

    @property
    def smooth(self) -> dict[str, ReleasedFigure]:
        """Smoothed figures by area; empty where there are none."""
        return {f.area: f for f in self.table if f.indicator == smoothed_code(self.indicator)}

    @property
    def shown(self) -> dict[str, ReleasedFigure]:
        """The figures of the map by area."""
        return self.smooth if self.smoothed else self.figures

    @property
    def notes(self) -> dict[str, str]:
        """How sure each figure is, and the counted one where the map shows smoothed figures."""
        made: dict[str, str] = {}
        for key, f in self.figures.items():
            sure = interval_words(f, self.meta)
            raw = f"gezählt {text.figure(f, self.meta)}" if self.smoothed and f.value is not None else ""
            made[key] = ", ".join(filter(None, (raw, f"Unsicherheitsbereich {sure}" if sure else "")))
        return made

    @property
    def legend(self) -> tuple[charts.LegendEntry, ...]:
        """Class limits with colours and counts, then the states that occur."""
        return charts.legend(self.table, self.classes, indicator=self.code, year=self.year)


def reference_of(stand: Stand, indicator: str, year: int) -> str:
    """``31.12.2025`` or ``Jahr 2025``, as the catalogue says."""
    known = stand.catalogue.indicators.get(indicator)
    reference = known.reference if known else "31.12."
    return f"{reference}{year}" if reference.endswith(".") else f"{reference} {year}"


def short_label(stand: Stand, indicator: str) -> str:
    """The short name of an indicator, or the label of an index measure."""
    known = stand.catalogue.indicators.get(indicator)
    return (known.short or known.label) if known else stand.meta[indicator].label


def assessed(stand: Stand, indicator: str, level: str, years: Sequence[int]) -> ReleasedTable:
    """Figures of a level with interval, verdict and, where there are any, smoothed figures."""
    top = stand.top()
    table = released(stand, [indicator], years=years).where(lambda f: f.level == level or f.area == top)
    parents = {key: area.parent for key, area in stand.hierarchy.areas(level).items() if area.parent}
    return with_smoothed(table, parents=parents, district=top)


def draw(stand: Stand, chosen: Selection) -> Drawing:
    """Figures and classes of a selection."""
    level, meta = chosen.level, stand.meta[chosen.indicator]
    table = assessed(stand, chosen.indicator, level, [chosen.year]).where(lambda f: f.level == level)
    smoothed = chosen.smoothed and can_smooth(meta)
    classes, span = (None, ()) if meta.classes else _classes(stand, chosen)
    reference = reference_of(stand, chosen.indicator, chosen.year)
    words = ("geglättet" if smoothed else "", unit_words(meta.unit), level_name(level), reference)
    subtitle = ", ".join(filter(None, words))
    return Drawing(
        table=table, indicator=chosen.indicator, year=chosen.year,
        code=smoothed_code(chosen.indicator) if smoothed else chosen.indicator, classes=classes, span=span,
        names=stand.names(level), shapes=queries.layer_shapes(stand.release, level, division=stand.division),
        title=short_label(stand, chosen.indicator), subtitle=subtitle[:1].upper() + subtitle[1:]
        if smoothed else subtitle, reference=reference,
    )  # fmt: skip


def svg(  # noqa: PLR0913 (what is drawn, and how it stands on its page)
    stand: Stand,
    drawing: Drawing,
    chosen: Selection,
    *,
    standalone: bool = False,
    prefix: str = "map",
    href: Callable[[str], str] | None = None,
) -> str:
    """The map as SVG: for the page with links (to the profiles, or ``href``), or as a file of its own."""
    link = href or (lambda key: stand.url("area", key, jahr=chosen.year))
    return charts.map_svg(
        drawing.table, drawing.shapes, drawing.classes, indicator=drawing.code, year=chosen.year,
        names=drawing.names, title=drawing.title, subtitle=drawing.subtitle,
        href=None if standalone else link,
        viewbox=viewbox(stand, drawing.shapes, chosen),
        outlines=outlines(stand, chosen.level),
        background=None if standalone else picture_url(drawing.shapes),
        standalone=standalone, selected=stand.selection, prefix=prefix, notes=drawing.notes,
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
    values, _ = _values(stand, chosen)
    decimals = stand.meta[chosen.indicator].decimals
    found = legend_classes(values, ClassMethod.QUANTILES, chosen.count, decimals=decimals)
    return tuple(sorted({round(x, decimals) for x in found.limits[1:-1]}))


def stretch(stand: Stand, indicator: str, level: str, year: int) -> tuple[int, ...]:
    """The years whose figures mean the same as those of ``year``: between two breaks of the series."""
    breaks = [b.year for b in stand.meta[indicator].breaks]
    since = max((b for b in breaks if b <= year), default=0)
    before = min((b for b in breaks if b > year), default=10_000)
    return tuple(y for y in stand.years(indicator, level) if since <= y < before)


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


def _values(stand: Stand, chosen: Selection) -> tuple[list[float], tuple[int, ...]]:
    """The counted figures that make the class limits, and their years.

    A smoothed map has the limits of the counted figures, so that both maps can be held side by side.
    """
    span = stretch(stand, chosen.indicator, chosen.level, chosen.year) if chosen.every_year else ()
    years = span or (chosen.year,)
    table = released(stand, [chosen.indicator], level=chosen.level, years=years)
    values = sorted(f.value for f in table if f.value is not None)
    if chosen.method is ClassMethod.NATURAL and len(values) > MOST_NATURAL:
        # Exact natural breaks cost the square of the number of values: so many stand for all.
        last = len(values) - 1
        values = [values[round(n * last / (MOST_NATURAL - 1))] for n in range(MOST_NATURAL)]
    return values, years


def _classes(stand: Stand, chosen: Selection) -> tuple[Classes, tuple[int, ...]]:
    """Class limits and the years they were made from; limits around the district's value are of one year."""
    decimals = stand.meta[chosen.indicator].decimals
    if chosen.method is not ClassMethod.DEVIATION:
        values, years = _values(stand, chosen)
        limits = chosen.limits if chosen.method is ClassMethod.OWN else None
        return legend_classes(values, chosen.method, chosen.count, decimals=decimals, limits=limits), years
    values, years = _values(stand, replace(chosen, every_year=False))
    district = district_figure(stand, chosen.indicator, chosen.year)
    centre = district.value if district and district.value is not None else None
    return legend_classes(values, chosen.method, chosen.count, decimals=decimals, centre=centre), years


def _coarser(stand: Stand, level: str) -> str | None:
    levels = stand.hierarchy.levels
    place = levels.index(level) + 1
    return levels[place] if place < len(levels) else None


def _lies_in(stand: Stand, key: str, area: str) -> bool:
    return key == area or any(above.key == area for _, above in stand.ancestors(key))
