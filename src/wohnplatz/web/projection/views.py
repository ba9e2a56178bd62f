"""The population to come: for the district, a municipality or one area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from wohnplatz import charts
from wohnplatz.analysis import trend_short, trends
from wohnplatz.analysis.projection import AGE_GROUPS, INDICATORS, Outlook, outlook
from wohnplatz.intake import Sheet, write_xlsx
from wohnplatz.model import ReleaseContext, ReleasedTable
from wohnplatz.web.access import user_of
from wohnplatz.web.analyses.marked import marked_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import released, source_lines
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.workflow.accounts.policies import Right

SOURCE = "Bestand: Melderegister der Kommunen; Vorausschätzung: eigene Rechnung"
LABELS = {
    "anteil_u3": "unter 3", "anteil_3_6": "3 bis 5", "anteil_6_10": "6 bis 9", "anteil_10_18": "10 bis 17",
    "anteil_18_25": "18 bis 24", "anteil_25_45": "25 bis 44", "anteil_45_65": "45 bis 64",
    "anteil_65_80": "65 bis 79", "anteil_80": "ab 80",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """A projection and the part of the district a page shows of it."""

    stand: Stand
    context: ReleaseContext
    foot: tuple[str, ...]
    made: Outlook | None
    part: str
    """Key of the district, a municipality or an area."""
    name: str
    areas: tuple[str, ...]
    """Areas of the base level inside ``part``, with or without projection."""

    @property
    def can_be_shown(self) -> bool:
        """Whether any area of the part has a projection."""
        return self.made is not None and len(self.made.members(self.areas)) > 0

    @property
    def lost(self) -> list[tuple[str, str]]:
        """Name of each area of the part without a projection, and why."""
        names, made = self.stand.names(self.stand.hierarchy.base.level), self.made
        return [(names[a], made.missing[a]) for a in self.areas if made and a in made.missing]


def page(request: HttpRequest) -> HttpResponse:
    """Chart, age groups, components and all areas; ``?ausschnitt=`` takes a municipality or an area."""
    scene = scene_of(request)
    stand = scene.stand
    if scene.made is None or not scene.can_be_shown:
        return render(request, "projection/none.html", {"stand": stand, "scene": scene})
    here = {"ausschnitt": scene.part}
    context = {
        "stand": stand, "scene": scene, "years": _years(scene),
        "svg": mark_safe(drawing(scene)),  # noqa: S308 (our own, texts escaped there)
        "groups": _groups(scene), "components": _components(scene), "rows": _rows(scene),
        "parts": _parts(scene),
        "last": scene.made.projection.years[-1], "now": scene.made.projection.years[0],
        "downloads": [
            (stand.url(f"projection_{kind}", **here), words)
            for kind, words in (("svg", "Bild (SVG)"), ("png", "Bild (PNG)"), ("xlsx", "Tabellen (XLSX)"))
        ],
        "source": charts.source_line(scene.context),
        "marked": marked_of(request, stand, stand.hierarchy.base.level),
        "level": level_name(stand.hierarchy.base.level),
        **head(stand, scene.context, f"Bestand bis 31.12.{scene.made.projection.years[0]}"),
    }  # fmt: skip
    return render(request, "projection/page.html", context)


def svg(request: HttpRequest) -> HttpResponse:
    """The picture as SVG."""
    scene = _known(request)
    return as_download(drawing(scene, standalone=True), f"{_stem(scene)}.svg", SVG)


def png(request: HttpRequest) -> HttpResponse:
    """The picture as PNG."""
    scene = _known(request)
    return as_download(charts.png(drawing(scene, standalone=True)), f"{_stem(scene)}.png", PNG)


def xlsx(request: HttpRequest) -> HttpResponse:
    """The numbers as XLSX."""
    scene = _known(request)
    return as_download(write_xlsx(sheets(scene)), f"{_stem(scene)}.xlsx", XLSX)


def _known(request: HttpRequest) -> Scene:
    scene = scene_of(request)
    if not scene.can_be_shown:
        raise Http404
    return scene


def _stem(scene: Scene) -> str:
    assert scene.made is not None
    return f"vorausschaetzung-{scene.part}-{scene.made.projection.years[0]}"


def scene_of(request: HttpRequest) -> Scene:
    """What the address asks for; an unknown part falls back to the whole district."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    table = released(stand, INDICATORS, level=stand.hierarchy.base.level)
    base = stand.hierarchy.areas(stand.hierarchy.base.level)
    wanted = request.GET.get("ausschnitt", "")
    part = wanted if stand.hierarchy.level_of(wanted) else stand.top() or ""
    level = stand.hierarchy.level_of(part)
    inside = tuple(k for k in base if level is None or stand.hierarchy.ancestor(k, level) == part)
    name = stand.hierarchy.areas(level)[part].name if level else table.context.district
    key = (stand.release.manifest, str(table.context.audience), stand.hierarchy.base.code)
    return Scene(
        stand, table.context, tuple(source_lines(table)), _made(key, _Given(stand, table)), part, name, inside
    )


class _Given:
    """What a cached projection is computed from; the key beside it says it all."""

    def __init__(self, stand: Stand, table: ReleasedTable) -> None:
        self.stand, self.table = stand, table

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Given)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=8)
def _made(_key: tuple[str, str, str], given: _Given) -> Outlook | None:
    base = given.stand.hierarchy.areas(given.stand.hierarchy.base.level)
    return outlook(given.table, {key: area.parent or "" for key, area in base.items()})


def future_of(made: Outlook, areas: Sequence[str]) -> charts.Future:
    """Past and future of some areas together."""
    inside = made.members(areas)
    past = made.observed[:, inside].sum(axis=1)
    low, high = made.interval(areas)
    centre = made.projection.total[:, inside].sum(axis=1)
    ahead = zip(made.projection.years, centre.tolist(), low.tolist(), high.tolist(), strict=True)
    return charts.Future(list(zip(made.observed_years, past.tolist(), strict=True)), list(ahead))


def drawing(scene: Scene, *, standalone: bool = False) -> str:
    """The chart of the part."""
    assert scene.made is not None
    return charts.projection_svg(
        future_of(scene.made, scene.areas), context=scene.context,
        title=f"Einwohnerinnen und Einwohner, {scene.name}",
        subtitle="Bestand am 31.12. und Vorausschätzung (gestrichelt) mit 80-Prozent-Intervall",
        source=SOURCE, standalone=standalone,
    )  # fmt: skip


def _years(scene: Scene) -> list[dict[str, float | int | None]]:
    """The numbers of the chart."""
    assert scene.made is not None
    future = future_of(scene.made, scene.areas)
    past = [{"year": y, "value": v, "low": None, "high": None} for y, v in future.observed]
    ahead = [{"year": y, "value": c, "low": a, "high": b} for y, c, a, b in future.ahead[1:]]
    return [*past, *ahead]


def _groups(scene: Scene) -> list[dict[str, object]]:
    """Age groups now, in the middle and at the end."""
    assert scene.made is not None
    rows = []
    steps = len(scene.made.projection.years) - 1
    for code in AGE_GROUPS:
        path = scene.made.group(code, scene.areas)
        now, then = float(path[0]), float(path[-1])
        change = None if now <= 0 else 100 * (then / now - 1)
        rows.append(
            {
                "label": LABELS[code],
                "now": now,
                "middle": float(path[steps // 2]),
                "then": then,
                "change": change,
            }
        )
    return rows


def _components(scene: Scene) -> dict[str, float]:
    """Births, deaths and moves over all years ahead."""
    assert scene.made is not None
    inside = scene.made.members(scene.areas)
    made = scene.made.projection
    sums = {name: float(getattr(made, name)[:, inside].sum()) for name in ("births", "deaths", "moves")}
    return sums | {"total": sums["births"] - sums["deaths"] + sums["moves"]}


def _rows(scene: Scene) -> list[dict[str, object]]:
    """Each area of the part: now, then with interval, change; or why not."""
    made = scene.made
    assert made is not None
    base = scene.stand.hierarchy.areas(scene.stand.hierarchy.base.level)
    directions = _directions(scene, made.projection.years[0])
    rows: list[dict[str, object]] = []
    for key in scene.areas:
        place = made.members([key])
        row: dict[str, object] = {
            "name": base[key].name, "url": scene.stand.url("projection", ausschnitt=key),
            "selected": key in scene.stand.selection, "direction": directions.get(key, "nicht bestimmbar"),
            "why": made.missing.get(key, "weil keine Zahlen vorliegen"),
        }  # fmt: skip
        if len(place):
            path = made.projection.total[:, place[0]]
            low, high = made.interval([key])[:, -1]
            row |= {
                "now": path[0],
                "then": path[-1],
                "low": low,
                "high": high,
                "change": 100 * (path[-1] / path[0] - 1),
            }
            row["sure"] = low > path[0] or high < path[0]
        rows.append(row)
    return rows


def _directions(scene: Scene, until: int) -> dict[str, str]:
    """What the number of inhabitants did up to now, in words, by area."""
    stand = scene.stand
    table = released(stand, [stand.catalogue.population], level=stand.hierarchy.base.level)
    found = trends(table.where(lambda f: f.year <= until))
    return {t.area: f"{short}, seit {t.years[0]}" for t in found if (short := trend_short(t))}


def _parts(scene: Scene) -> list[tuple[str, str]]:
    """Key and name of the district and its municipalities, for the choice, and of the area that is shown."""
    tree = scene.stand.hierarchy
    found = [(k, a.name) for level in reversed(tree.levels[1:]) for k, a in tree.areas(level).items()]
    return found if scene.part in dict(found) else [*found, (scene.part, scene.name)]


def sheets(scene: Scene) -> list[Sheet]:
    """Numbers of the chart, age groups and areas as sheets."""
    foot = [*scene.foot, SOURCE, "Vorausgeschätzte Zahlen sind auf Zehner gerundet."]
    years = [
        [r["year"], *(_ten(r[k], exact=r["low"] is None) for k in ("value", "low", "high"))]
        for r in _years(scene)
    ]
    groups = [[r["label"], *(_ten(r[k]) for k in ("now", "middle", "then"))] for r in _groups(scene)]
    areas = [
        [r["name"], *(_ten(r.get(k)) for k in ("now", "then", "low", "high")), "" if "now" in r else r["why"]]
        for r in _rows(scene)
    ]
    return [
        Sheet("Verlauf", ("Jahr", "Personen", "untere Grenze 80 %", "obere Grenze 80 %"), years, foot=foot),
        Sheet("Altersgruppen", ("Altersgruppe", "heute", "in der Mitte", "am Ende"), groups, foot=foot),
        Sheet(
            "Gebiete",
            ("Gebiet", "heute", "am Ende", "untere Grenze 80 %", "obere Grenze 80 %", "Hinweis"),
            areas,
            foot=foot,
        ),
    ]


def _ten(value: object, *, exact: bool = False) -> float | None:
    if not isinstance(value, int | float):
        return None
    return float(value) if exact else float(round(value, -1))
