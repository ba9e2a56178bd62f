"""Two indicators against each other: points that are areas, linked with the selection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from wohnplatz import charts, text
from wohnplatz.intake import write_xlsx
from wohnplatz.model import ClassMethod, ReleasedTable
from wohnplatz.monitoring.ranks import rank_correlation
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import by_place, released, sheet
from wohnplatz.web.maps import drawing as maps
from wohnplatz.web.maps.drawing import short_label
from wohnplatz.web.maps.forms import Selection, parameters
from wohnplatz.web.parameters import whole
from wohnplatz.web.space.choices import indicator_groups, level_of, usual_indicator
from wohnplatz.web.stand import NothingThere, Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

from . import selection
from .marked import marked_of


@dataclass(frozen=True, slots=True)
class Scene:
    """Both indicators in one year at the finest level both have."""

    stand: Stand
    codes: tuple[str, str]
    level: str
    year: int
    years: tuple[int, ...]
    table: ReleasedTable

    @property
    def parameters(self) -> dict[str, str]:
        """The address of this picture."""
        return {"x": self.codes[0], "y": self.codes[1], "jahr": str(self.year)}

    def toggle(self, key: str) -> str:
        """Address of the same picture with the area in the selection, or out of it."""
        chosen = selection.toggled(self.stand.selection, key)
        return self.stand.selected(chosen).url("scatter", **self.parameters)


def page(request: HttpRequest) -> HttpResponse:
    """Scatter, what can be said of it, table, downloads."""
    scene = scene_of(request)
    stand, (x, y) = scene.stand, scene.codes
    found = by_place(scene.table)
    rows = [
        (
            a.name,
            stand.url("area", k),
            found.get((x, k, scene.year)),
            found.get((y, k, scene.year)),
            k in stand.selection,
        )
        for k, a in stand.hierarchy.areas(scene.level).items()
    ]
    pairs = charts.both(scene.table, x, y, scene.year)
    context = {
        "stand": stand,
        "first": stand.meta[x],
        "second": stand.meta[y],
        "level": level_name(scene.level),
        "shorts": [short_label(stand, c) for c in scene.codes],
        "year": scene.year,
        "years": scene.years,
        "groups": indicator_groups(stand, indices=False),
        "svg": mark_safe(drawing(scene)),  # noqa: S308 (our own, texts escaped there)
        "maps": [_map(scene, n) for n in range(2)],
        "statement": statement(scene),
        "shown": len(pairs),
        "lacking": len(rows) - len(pairs),
        "rows": rows,
        "marked": marked_of(request, stand, scene.level),
        "source": charts.source_line(scene.table.context),
        "downloads": [
            (stand.url(route, **scene.parameters), words)
            for route, words in (
                ("scatter_svg", "Bild (SVG)"),
                ("scatter_png", "Bild (PNG)"),
                ("scatter_xlsx", "Tabelle (XLSX)"),
            )
        ],
        **head(stand, scene.table.context, f"Jahr {scene.year}"),
    }
    return render(request, "analyses/scatter.html", context)


def svg(request: HttpRequest) -> HttpResponse:
    """The picture as SVG."""
    scene = scene_of(request)
    return as_download(drawing(scene, standalone=True), f"streuung-{scene.year}.svg", SVG)


def png(request: HttpRequest) -> HttpResponse:
    """The picture as PNG."""
    scene = scene_of(request)
    return as_download(charts.png(drawing(scene, standalone=True)), f"streuung-{scene.year}.png", PNG)


def xlsx(request: HttpRequest) -> HttpResponse:
    """The figures as XLSX."""
    scene = scene_of(request)
    names = scene.stand.names(scene.level)
    return as_download(
        write_xlsx([sheet(scene.table, names, list(names))]), f"streuung-{scene.year}.xlsx", XLSX
    )


def scene_of(request: HttpRequest) -> Scene:
    """What the address asks for; nonsense falls back. ``NothingThere`` where nothing can be shown."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    known = [code for _, inside in indicator_groups(stand, indices=False) for code, _ in inside]
    if len(known) < 2:
        words = "Für einen Vergleich braucht es zwei Indikatoren mit Zahlen unterhalb des Kreises."
        raise NothingThere(stand, "Zwei Kennzahlen zusammen", words)
    usual = [usual_indicator(stand), *known]
    asked = [request.GET.get("x", ""), request.GET.get("y", "")]
    x = asked[0] if asked[0] in known else next(c for c in usual if c in known)
    core = [
        i.code for i in stand.catalogue.indicators.values() if i.core and i.denominator and i.code in known
    ]
    y = asked[1] if asked[1] in known else next(c for c in (*core, *known) if c != x)
    levels = [level_of(stand, code) for code in (x, y)]
    level = max(levels, key=stand.hierarchy.levels.index)
    years = tuple(sorted(set(stand.years(x, level)) & set(stand.years(y, level))))
    if not years:
        words = "In keinem Jahr haben beide Kennzahlen Zahlen unterhalb des Kreises."
        raise NothingThere(stand, "Zwei Kennzahlen zusammen", words)
    year = whole(request.GET.get("jahr", ""))
    chosen = year if year in years else years[-1]
    table = released(stand, [x, y], level=level, years=[chosen])
    return Scene(stand, (x, y), level, chosen, years, table)


def drawing(scene: Scene, *, standalone: bool = False) -> str:
    """The chart; on the page its points add to the selection."""
    stand = scene.stand
    return charts.scatter_svg(
        scene.table,
        x=scene.codes[0],
        y=scene.codes[1],
        year=scene.year,
        names=stand.names(scene.level),
        title=f"{short_label(stand, scene.codes[1])} nach {short_label(stand, scene.codes[0])}",
        subtitle=f"{level_name(scene.level)}, {scene.year}",
        selected=stand.selection,
        href=None if standalone else scene.toggle,
        standalone=standalone,
    )


def _map(scene: Scene, axis: int) -> dict[str, object]:
    """The map of one of the two; its areas add to the selection like the points do."""
    stand, code = scene.stand, scene.codes[axis]
    chosen = Selection(code, scene.year, scene.level, ClassMethod.QUANTILES, "quantile", 5, (), "")
    drawn = maps.draw(stand, chosen)
    svg = maps.svg(stand, drawn, chosen, prefix=f"map-{axis}", href=scene.toggle)
    return {
        "title": f"{drawn.title}, {scene.year}",
        "subtitle": drawn.subtitle,
        "svg": mark_safe(svg),  # noqa: S308 (our own, texts escaped there)
        "legend": drawn.legend,
        "source": charts.source_line(drawn.table.context, drawn.meta),
        "url": stand.url("map", code, **parameters(chosen)),
    }


def statement(scene: Scene) -> str:
    """Spearman's rank correlation in words; nothing where there is too little to say."""
    pairs = charts.both(scene.table, *scene.codes, scene.year)
    values = np.array([[a.value, b.value] for a, b in pairs], dtype=float)
    if len(values) < 8 or (np.ptp(values, axis=0) == 0).any():
        return (
            "Ein Zusammenhang ist nicht berechenbar, weil zu wenige Gebiete beide Zahlen haben"
            " oder alle gleich sind."
        )
    r, p = rank_correlation(values[:, 0], values[:, 1])
    size = f"Rangkorrelation {text.number(r, 2, signed=True)}"
    if p >= 0.05:
        return f"Zwischen beiden ist kein Zusammenhang zu erkennen ({size})."
    strength = "deutlicher" if abs(r) >= 0.6 else "mäßiger" if abs(r) >= 0.3 else "schwacher"
    way = "hoch" if r > 0 else "niedrig"
    return f"{strength.capitalize()} Zusammenhang ({size}): Wo das eine hoch ist, ist das andere eher {way}."
