"""The pictures of a profile: for the page, or by themselves to take away."""

from __future__ import annotations

from wohnplatz import charts, text
from wohnplatz.indicators import pyramid_words
from wohnplatz.model import Area, Indicator, ReleasedTable
from wohnplatz.web.figures import released, unit_words
from wohnplatz.web.stand import Stand, level_name

from .scene import Scene

CHART_WIDTH = 460
"""Narrow enough that the words of a chart can be read on a phone."""


def compared_in(scene: Scene, indicator: Indicator) -> tuple[tuple[str, Area], ...]:
    """Key and area of the lines of a chart: a count of the district would press that of an area flat."""
    return scene.compared if indicator.denominator or indicator.formula else scene.compared[:1]


def line_drawing(scene: Scene, indicator: Indicator, *, standalone: bool = False) -> str:
    """The time lines of one indicator as SVG."""
    title, subtitle = line_words(scene, indicator)
    areas = [(key, area.name) for key, area in compared_in(scene, indicator)]
    keys = {key for key, _ in areas}
    return charts.line_svg(
        scene.table.where(lambda f: f.indicator == indicator.code and f.area in keys),
        indicator=indicator.code,
        areas=areas,
        title=f"{title}: {scene.compared[0][1].name}" if standalone else title,
        subtitle=subtitle,
        breaks=indicator.breaks,
        width=720 if standalone else CHART_WIDTH,
        standalone=standalone,
        prefix=indicator.code,
    )


def line_words(scene: Scene, indicator: Indicator) -> tuple[str, str]:
    """Title and subtitle of a chart."""
    years = f"{scene.years[0]} bis {scene.years[-1]}"
    unit = unit_words(scene.stand.meta[indicator.code].unit)
    return indicator.short or indicator.label, ", ".join(filter(None, (unit, years)))


def ages(scene: Scene) -> ReleasedTable | None:
    """Inhabitants by age and sex of the area and the coarsest one; None where there are none by age."""
    population = scene.stand.catalogue.population
    if not scene.stand.years(population, scene.level):
        return None
    keys = [scene.key, scene.compared[-1][0]]
    table = released(scene.stand, [population], areas=keys, years=[scene.year], breakdown=True)
    return table if any(f.value is not None for f in table) else None


def pyramid_drawing(scene: Scene, table: ReleasedTable, *, standalone: bool = False) -> str:
    """The age pyramid beside that of the coarsest area as SVG."""
    coarsest = scene.compared[-1][0]
    what, by, _ = pyramid_words(scene.stand.catalogue)
    name = f": {scene.compared[0][1].name}" if standalone else ""
    return charts.pyramid_svg(
        table,
        area=scene.key,
        year=scene.year,
        names={key: area.name for key, area in scene.compared},
        compare=coarsest if coarsest != scene.key else None,
        title=f"{what}{name}",
        subtitle=f"Bevölkerung nach {by}, {scene.year}",
        width=720 if standalone else CHART_WIDTH,
        standalone=standalone,
        prefix="pyramid",
    )


def strip_title(scene: Scene, year: int) -> str:
    """Heading of the picture of the index."""
    word = level_name(scene.level)
    return f"Statusindex {year}: Lage unter allen {word if word.endswith('n') else word + 'n'}"


def status_table(scene: Scene, index: str, year: int) -> ReleasedTable:
    """The status of all areas of the level."""
    return released(scene.stand, [f"{index}:status"], level=scene.level, years=[year])


def strip_drawing(scene: Scene, index: str, year: int, *, standalone: bool = False) -> str:
    """The area's status among that of all areas as SVG."""
    return charts.strip_svg(
        status_table(scene, index, year),
        indicator=f"{index}:status",
        year=year,
        area=scene.key,
        names=scene.stand.names(scene.level),
        title=strip_title(scene, year),
        width=720 if standalone else CHART_WIDTH,
        standalone=standalone,
    )


def age_words(stand: Stand, breakdown: str) -> str:
    """Categories of a breakdown in words, ``insgesamt`` where there is none."""
    parts = [p.partition("=") for p in breakdown.split(";") if p]
    dimensions = stand.catalogue.dimensions
    words = [
        dimensions[d].categories.get(c) or text.age_group(c) if d in dimensions else c for d, _, c in parts
    ]
    return ", ".join(words) or "insgesamt"
