"""Where high and low values crowd: words, map, table, downloads."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe

from wohnplatz import charts, text
from wohnplatz.analysis.clusters import Clusters, Reading, clusters
from wohnplatz.intake import Sheet, write_xlsx
from wohnplatz.model import ReleasedFigure, ReleasedTable
from wohnplatz.monitoring.space import Autocorrelation
from wohnplatz.web.access import user_of
from wohnplatz.web.analyses.marked import marked_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import released, source_lines
from wohnplatz.web.geography import neighbour_map, outlines
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.releases import queries

from .choices import Choice, choice_of, indicator_groups, usual_indicator
from .nothing import nothing


@dataclass(frozen=True, slots=True)
class Scene:
    """The pattern of one indicator in one year, as a person sees it."""

    stand: Stand
    choice: Choice
    table: ReleasedTable
    found: Clusters

    @property
    def code(self) -> str:
        """Code of the classes on the map."""
        return f"{self.choice.indicator}:lisa"

    @property
    def title(self) -> str:
        """Heading of page and picture."""
        return f"Räumliches Muster: {self.choice.label}"

    @property
    def subtitle(self) -> str:
        """What the picture shows, when, at which level."""
        return (
            f"Lage im Vergleich zur Nachbarschaft, {level_name(self.choice.level)}, {self.choice.reference}"
        )


def index(request: HttpRequest) -> HttpResponse:
    """Leads to the indicator that is asked for by ``?indikator=``, or to the first core indicator."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    wanted = request.GET.get("indikator", "")
    code = wanted if wanted in stand.meta else usual_indicator(stand)
    return redirect(stand.url("space", code, jahr=request.GET.get("jahr", "")[:4]))


def page(request: HttpRequest, indicator: str) -> HttpResponse:
    """Moran in words, the map of local patterns, all areas, downloads."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    if indicator in stand.meta and choice_of(stand, indicator, "") is None:
        words = "Für diesen Indikator hat der Datenstand unterhalb des Kreises keine Zahlen."
        return nothing(request, stand, "Räumliches Muster", words)
    scene = scene_of(request, indicator)
    choice = scene.choice
    context = {
        "stand": stand, "scene": scene, "choice": choice, "found": scene.found,
        "groups": indicator_groups(stand), "statement": statement(scene.found.moran),
        "why": _why(scene.found.moran), "rows": rows(scene), "meta": stand.meta[choice.indicator],
        "pattern_meta": scene.found.table.meta[scene.code], "level": level_name(choice.level),
        "svg": mark_safe(drawing(scene)),  # noqa: S308 (our own, texts escaped there)
        "legend": charts.legend(scene.found.table, None, indicator=scene.code, year=choice.year),
        "source": charts.source_line(scene.table.context, stand.meta[choice.indicator]),
        "downloads": [
            (stand.url(route, choice.indicator, jahr=choice.year), words)
            for route, words in (
                ("space_svg", "Karte (SVG)"), ("space_png", "Karte (PNG)"), ("space_xlsx", "Tabelle (XLSX)")
            )
        ],
        "marked": marked_of(request, stand, choice.level),
        **head(stand, scene.table.context, choice.reference),
    }  # fmt: skip
    return render(request, "space/patterns.html", context)


def svg(request: HttpRequest, indicator: str) -> HttpResponse:
    """The map as SVG."""
    scene = scene_of(request, indicator)
    return as_download(drawing(scene, standalone=True), f"{_stem(scene)}.svg", SVG)


def png(request: HttpRequest, indicator: str) -> HttpResponse:
    """The map as PNG."""
    scene = scene_of(request, indicator)
    return as_download(charts.png(drawing(scene, standalone=True)), f"{_stem(scene)}.png", PNG)


def xlsx(request: HttpRequest, indicator: str) -> HttpResponse:
    """All areas with what both methods say."""
    scene = scene_of(request, indicator)
    return as_download(write_xlsx([sheet(scene)]), f"{_stem(scene)}.xlsx", XLSX)


def scene_of(request: HttpRequest, indicator: str) -> Scene:
    """What the address asks for. ``Http404`` for an indicator without figures."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    choice = choice_of(stand, indicator, request.GET.get("jahr", ""))
    if choice is None:
        raise Http404
    table = released(stand, [indicator], level=choice.level, years=[choice.year])
    around = neighbour_map(stand, choice.level)
    return Scene(stand, choice, table, clusters(table, around, indicator=indicator, year=choice.year))


def statement(m: Autocorrelation) -> tuple[str, str]:
    """What Moran's I says: a heading and a sentence."""
    if m.reason:
        return "Nicht berechenbar", f"Nicht berechenbar: {text.reason(m.reason)}."
    numbers = f"Moran-Index {text.number(m.statistic, 2, signed=True)}, {p_words(m.p)}"
    if m.p > 0.05:
        return (
            "Kein Muster im Ganzen erkennbar",
            "Über alle Gebiete lässt sich die Verteilung nicht von einer zufälligen unterscheiden "
            f"({numbers}). Das ist kein Beleg dafür, dass es kein Muster gibt.",
        )
    if m.statistic > m.expected:
        return (
            "Ähnliche Werte liegen beieinander",
            "Gebiete gleichen ihren Nachbarn mehr, als es bei zufälliger Verteilung zu erwarten wäre "
            f"({numbers}).",
        )
    return (
        "Hohe und niedrige Werte wechseln sich ab",
        "Gebiete unterscheiden sich von ihren Nachbarn mehr, als es bei zufälliger Verteilung zu erwarten "
        f"wäre ({numbers}).",
    )


def p_words(p: float) -> str:
    """``p = 0,012``; below a thousandth only that."""
    return "p unter 0,001" if p < 0.001 else f"p\u00a0=\u00a0{text.number(p, 3)}"


def drawing(scene: Scene, *, standalone: bool = False) -> str:
    """The map of local patterns."""
    stand, choice = scene.stand, scene.choice
    return charts.map_svg(
        scene.found.lisa, queries.layer_shapes(stand.release, choice.level, division=stand.division), None,
        indicator=scene.code,
        year=choice.year, names=stand.names(choice.level), title=scene.title, subtitle=scene.subtitle,
        selected=stand.selection,
        href=None if standalone else lambda key: stand.url("area", key, jahr=choice.year),
        outlines=outlines(stand, choice.level), standalone=standalone,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One area with its figure and what the methods say."""

    key: str
    name: str
    url: str
    parent: str
    figure: ReleasedFigure | None
    pattern: ReleasedFigure | None
    reading: Reading | None
    p: str
    selected: bool


def rows(scene: Scene) -> list[Row]:
    """All areas in the order of the division: no ranking."""
    stand, level = scene.stand, scene.choice.level
    figures, patterns = scene.table.by_area(), scene.found.lisa.by_area()
    made = []
    for key, area in stand.hierarchy.areas(level).items():
        above = stand.ancestors(key)
        reading = scene.found.readings.get(key)
        p = p_words(reading.p) if reading and reading.p is not None else "–"
        made.append(
            Row(
                key, area.name, stand.url("area", key, jahr=scene.choice.year),
                above[0][1].name if above else "",
                figures.get(key), patterns.get(key), reading, p, key in stand.selection,
            )
        )  # fmt: skip
    return made


def sheet(scene: Scene) -> Sheet:
    """The table as a sheet; the numbers of the whole map stand above it."""
    m = scene.found.moran
    header = (
        "Gebietsschlüssel", "Gebiet", "Jahr", "Wert", "Zustand", "Muster",
        "Abstand vom Mittel (Standardabweichungen)", "Mittel der Nachbarn (Standardabweichungen)",
        "p (angepasst)", "Gi* (z)", "Gi* p (angepasst)", "Beide Verfahren",
    )  # fmt: skip
    meta = scene.found.table.meta[scene.code]
    body = [
        [
            r.key, r.name, scene.choice.year, r.figure.value if r.figure else None,
            text.state_word(r.figure.state) if r.figure else "",
            text.figure(r.pattern, meta) if r.pattern else "",
            *((r.reading.z, r.reading.around, r.reading.p, r.reading.gi_z, r.reading.gi_p, r.reading.words)
              if r.reading else (None,) * 5 + ("",)),
        ]
        for r in rows(scene)
    ]  # fmt: skip
    above = [scene.title, scene.subtitle, statement(m)[1]]
    return Sheet("Räumliches Muster", header, body, head=above, foot=source_lines(scene.table))


def _why(m: Autocorrelation) -> str:
    return text.reason(m.reason) if m.reason else ""


def _stem(scene: Scene) -> str:
    return f"raummuster-{scene.choice.indicator.replace(':', '-')}-{scene.choice.level}-{scene.choice.year}"
