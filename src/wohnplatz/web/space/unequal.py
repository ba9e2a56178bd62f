"""How unevenly a group lives over the areas: numbers over the years, with what chance alone would make."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from wohnplatz import charts, text
from wohnplatz.analysis.inequality import BY_CHANCE, OBSERVED, YearOfInequality, inequality, spread
from wohnplatz.intake import Sheet, write_xlsx
from wohnplatz.model import ReleasedTable
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import released, source_lines
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

from .choices import Choice, choice_of, share_groups, usual_indicator
from .nothing import nothing

CHART_WIDTH = 540
"""Narrow enough that the words of the chart can be read on a phone."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The unequal distribution of one group in all years, as a person sees it."""

    stand: Stand
    choice: Choice
    table: ReleasedTable
    years: tuple[YearOfInequality, ...]

    @property
    def lines(self) -> ReleasedTable:
        """Observed and by chance, to be drawn."""
        return spread(self.table, self.years, self.choice.indicator)

    @property
    def drawable(self) -> bool:
        """Whether any year has a number."""
        return any(not y.dissimilarity.reason for y in self.years)

    @property
    def title(self) -> str:
        """Heading of the picture."""
        return f"Ungleiche Verteilung: {self.choice.label}"

    @property
    def subtitle(self) -> str:
        """What the lines show."""
        return "Anteil der Gruppe, der für eine gleiche Verteilung umziehen müsste, in %"


def page(request: HttpRequest) -> HttpResponse:
    """Words of the newest year, lines over the years, table, downloads."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    if choice_for(stand, "") is None:
        words = (
            "Dieser Datenstand hat unterhalb des Kreises keinen Anteil einer Gruppe mit Zähler und Nenner."
        )
        return nothing(request, stand, "Ungleiche Verteilung", words)
    scene = scene_of(request)
    choice = scene.choice
    newest = scene.years[-1]
    context = {
        "stand": stand, "scene": scene, "choice": choice, "newest": newest, "sentences": sentences(newest),
        "groups": share_groups(stand), "rows": [_row(y) for y in scene.years],
        "level": level_name(choice.level),
        "svg": mark_safe(drawing(scene)) if scene.drawable else "",  # noqa: S308 (our own, texts escaped there)
        "source": charts.source_line(scene.table.context, stand.meta[choice.indicator]),
        "change": change_words(scene.years), "map_url": stand.url("space", choice.indicator),
        "downloads": [
            (stand.url(route, indikator=choice.indicator), words)
            for route, words in (
                ("inequality_svg", "Bild (SVG)"), ("inequality_png", "Bild (PNG)"),
                ("inequality_xlsx", "Tabelle (XLSX)"),
            )
            if scene.drawable or route == "inequality_xlsx"
        ],
        **head(stand, scene.table.context, f"{choice.years[0]} bis {choice.years[-1]}"),
    }  # fmt: skip
    return render(request, "space/unequal.html", context)


def svg(request: HttpRequest) -> HttpResponse:
    """The lines as SVG."""
    scene = _drawable(request)
    return as_download(drawing(scene, standalone=True), f"{_stem(scene)}.svg", SVG)


def png(request: HttpRequest) -> HttpResponse:
    """The lines as PNG."""
    scene = _drawable(request)
    return as_download(charts.png(drawing(scene, standalone=True)), f"{_stem(scene)}.png", PNG)


def xlsx(request: HttpRequest) -> HttpResponse:
    """All numbers of all years."""
    scene = scene_of(request)
    return as_download(write_xlsx([sheet(scene)]), f"{_stem(scene)}.xlsx", XLSX)


def scene_of(request: HttpRequest) -> Scene:
    """What ``?indikator=`` asks for; else the usual one. ``Http404`` without figures."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    choice = choice_for(stand, request.GET.get("indikator", ""))
    if choice is None:
        raise Http404
    table = released(stand, [choice.indicator], level=choice.level)
    parents = {k: a.parent or "" for k, a in stand.hierarchy.areas(choice.level).items()}
    return Scene(stand, choice, table, inequality(table, parents, indicator=choice.indicator))


def choice_for(stand: Stand, wanted: str) -> Choice | None:
    """The wanted indicator, else the usual one, else any that has figures; None where there is none."""
    codes = [code for _, inside in share_groups(stand) for code, _ in inside]
    order = [c for c in (wanted, usual_indicator(stand), *codes) if c in codes]
    return next(filter(None, (choice_of(stand, code, "") for code in order)), None)


def sentences(y: YearOfInequality) -> list[tuple[str, str, str]]:
    """Heading, number and sentence of each measure for one year."""
    d = y.dissimilarity
    return [
        ("Ungleiche Verteilung", _percent(d.statistic), _dissimilarity_words(y)),
        ("Unter sich", _percent(y.isolation), _isolation_words(y)),
        ("Unterschiede der Gebiete", _plain(y.gini.statistic), _gini_words(y)),
        ("Innerhalb der Kommunen", _percent(y.theil.share_within), _theil_words(y)),
    ]


def _dissimilarity_words(y: YearOfInequality) -> str:
    d = y.dissimilarity
    if d.reason:
        return f"Nicht berechenbar: {text.reason(d.reason)}."
    band = f"{_percent(d.low)} bis {_percent(d.high)}"
    chance = f"Durch Zufall allein wären {_percent(d.expected)} zu erwarten ({band})."
    beyond = (
        "Die Verteilung ist ungleicher als zufällig."
        if d.statistic > d.high
        else "Von einer zufälligen Verteilung lässt sie sich nicht unterscheiden."
        if d.statistic >= d.low
        else "Die Verteilung ist gleichmäßiger als zufällig."
    )
    return f"So viele aus der Gruppe müssten umziehen, damit ihr Anteil überall gleich ist. {chance} {beyond}"


def _isolation_words(y: YearOfInequality) -> str:
    if isnan(y.isolation):
        return f"Nicht berechenbar: {text.reason(y.dissimilarity.reason or 'empty_group')}."
    return (
        "So hoch ist der Anteil der Gruppe im Gebiet, in dem jemand aus ihr im Mittel lebt. "
        f"Über alle einbezogenen Gebiete sind es {_percent(y.share)}."
    )


def _gini_words(y: YearOfInequality) -> str:
    if y.gini.reason:
        return f"Nicht berechenbar: {text.reason(y.gini.reason)}."
    return (
        "Gini-Koeffizient der Werte: 0 heißt überall gleich, 1 heißt alles in einem Gebiet. "
        "Große Gebiete zählen mehr."
    )


def _theil_words(y: YearOfInequality) -> str:
    if y.theil.reason:
        return f"Nicht berechenbar: {text.reason(y.theil.reason)}."
    if isnan(y.theil.share_within):
        return "Alle Gebiete haben denselben Wert; es gibt keine Ungleichheit, die sich aufteilen ließe."
    return (
        "Dieser Teil der Ungleichheit (Theil-Index) besteht zwischen den Gebieten derselben Kommune, "
        f"{_percent(1 - y.theil.share_within)} bestehen zwischen den Kommunen."
    )


def change_words(years: tuple[YearOfInequality, ...]) -> str:
    """What became of it, from the first year with a number to the last; empty where there is only one."""
    known = [y for y in years if not y.dissimilarity.reason]
    if len(known) < 2:
        return ""
    first, last = known[0], known[-1]
    difference = 100 * (last.dissimilarity.excess - first.dissimilarity.excess)
    if abs(difference) < 1:
        words = "hat sich die ungleiche Verteilung, vom Zufall bereinigt, kaum verändert"
    else:
        grown = "zugenommen" if difference > 0 else "abgenommen"
        points = text.number(abs(difference), 1)
        words = f"hat die ungleiche Verteilung, vom Zufall bereinigt, um {points} Punkte {grown}"
    unequal = "" if first.used == last.used else (
        f" Es gehen nicht dieselben Gebiete ein: {first.year} sind es {first.used}, {last.year} {last.used}."
    )  # fmt: skip
    return f"Von {first.year} bis {last.year} {words}.{unequal}"


def drawing(scene: Scene, *, standalone: bool = False) -> str:
    """Lines of the observed dissimilarity and of the one by chance."""
    return charts.line_svg(
        scene.lines, indicator=f"{scene.choice.indicator}:verteilung",
        areas=((OBSERVED, "beobachtet"), (BY_CHANCE, "durch Zufall")), title=scene.title,
        subtitle=scene.subtitle, standalone=standalone, width=720 if standalone else CHART_WIDTH,
    )  # fmt: skip


def sheet(scene: Scene) -> Sheet:
    """All numbers of all years; what cannot be computed says why."""
    header = (
        "Jahr", "Gebiete einbezogen", "Gebiete insgesamt", "Anteil der Gruppe", "Dissimilarität",
        "durch Zufall erwartet", "Zufall: untere Grenze", "Zufall: obere Grenze", "über den Zufall hinaus",
        "Isolation", "Gini", "Theil", "Theil zwischen Kommunen", "Theil innerhalb", "Hinweis",
    )  # fmt: skip
    body = [
        [
            y.year, y.used, y.areas,
            *(None if isnan(v) else v for v in (
                y.share, y.dissimilarity.statistic, y.dissimilarity.expected, y.dissimilarity.low,
                y.dissimilarity.high, y.dissimilarity.excess, y.isolation, y.gini.statistic, y.theil.total,
                y.theil.between, y.theil.within,
            )),
            text.reason(r) if (r := y.dissimilarity.reason or y.gini.reason) else "",
        ]
        for y in scene.years
    ]  # fmt: skip
    return Sheet("Ungleichheit", header, body, head=[scene.title], foot=source_lines(scene.table))


def _row(y: YearOfInequality) -> dict[str, object]:
    d = y.dissimilarity
    return {
        "year": y.year, "used": y.used, "areas": y.areas, "reason": text.reason(d.reason) if d.reason else "",
        "observed": _percent(d.statistic), "chance": _percent(d.expected),
        "band": f"{_percent(d.low)} bis {_percent(d.high)}" if not d.reason else "–",
        "isolation": _percent(y.isolation), "share": _percent(y.share), "gini": _plain(y.gini.statistic),
        "within": _percent(y.theil.share_within),
    }  # fmt: skip


def _percent(value: float) -> str:
    return "–" if isnan(value) else text.with_unit(text.number(100 * value, 1), "%")


def _plain(value: float) -> str:
    return "–" if isnan(value) else text.number(value, 2)


def _drawable(request: HttpRequest) -> Scene:
    scene = scene_of(request)
    if not scene.drawable:
        raise Http404
    return scene


def _stem(scene: Scene) -> str:
    return f"ungleichheit-{scene.choice.indicator}-{scene.choice.level}"
