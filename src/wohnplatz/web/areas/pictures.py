"""Every picture of a profile to take away: as SVG, PNG or its figures as XLSX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse

from wohnplatz import charts
from wohnplatz.indicators import pyramid_words
from wohnplatz.intake import Sheet, write_xlsx
from wohnplatz.model import ReleasedFigure, ReleasedTable
from wohnplatz.text import figure_state
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PNG, SVG, XLSX, as_download
from wohnplatz.web.figures import sheet, source_lines
from wohnplatz.web.stand import stand_of
from wohnplatz.workflow.accounts.policies import Right

from .drawing import age_words, ages, line_drawing, pyramid_drawing, status_table, strip_drawing
from .scene import Scene, scene_of

AGES = "altersaufbau"
"""Name of the pyramid in an address; a time line has the code of its indicator, an index its own."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and the table it was drawn from."""

    svg: Callable[[], str]
    sheet: Callable[[], Sheet]


def picture(request: HttpRequest, key: str, name: str, form: str) -> HttpResponse:
    """One picture of an area's profile; ``form`` is svg, png or xlsx; ``Http404`` for any other."""
    stand = stand_of(request, user_of(request, Right.FIGURES))
    scene = scene_of(stand, key, request.GET.get("jahr", ""))
    found = _picture(scene, name)
    if found is None or form not in {"svg", "png", "xlsx"}:
        raise Http404
    stem = f"gebiet-{key}-{name.replace(':', '-')}-{scene.year}"
    if form == "xlsx":
        return as_download(write_xlsx([found.sheet()]), f"{stem}.xlsx", XLSX)
    if form == "png":
        return as_download(charts.png(found.svg()), f"{stem}.png", PNG)
    return as_download(found.svg(), f"{stem}.svg", SVG)


def _picture(scene: Scene, name: str) -> Picture | None:
    if name == AGES:
        table = ages(scene)
        return table and Picture(
            lambda: pyramid_drawing(scene, table, standalone=True), lambda: _ages_sheet(scene, table)
        )
    if name in scene.stand.catalogue.indices:
        return _index_picture(scene, name)
    known = next((i for i in scene.indicators if i.code == name), None)
    if known is None:
        return None
    part = scene.table.where(lambda f: f.indicator == name)
    names = {key: area.name for key, area in scene.compared}
    return Picture(
        lambda: line_drawing(scene, known, standalone=True), lambda: sheet(part, names, list(names))
    )


def _index_picture(scene: Scene, index: str) -> Picture | None:
    if scene.stand.catalogue.indices[index].level != scene.level:
        return None
    years = scene.stand.years(f"{index}:status", scene.level)
    if not years:
        return None
    year = scene.year if scene.year in years else years[-1]
    names = scene.stand.names(scene.level)
    return Picture(
        lambda: strip_drawing(scene, index, year, standalone=True),
        lambda: sheet(status_table(scene, index, year), names, list(names)),
    )


def _sign(f: ReleasedFigure) -> str:
    """The sign of a figure's state; what the rules leave out has none and is said in words."""
    return figure_state(f) if f.reason == "too_detailed" else f.state.sign


def _ages_sheet(scene: Scene, table: ReleasedTable) -> Sheet:
    """Inhabitants by age and sex: one row a group, a number and its sign for each area."""
    keys = list(dict.fromkeys([scene.key, scene.compared[-1][0]]))
    names = {key: area.name for key, area in scene.compared}
    what, by, left_out = pyramid_words(scene.stand.catalogue)
    header = [by, *(h for k in keys for h in (names[k], f"{names[k]}: Zeichen"))]
    found = {(f.breakdown, f.area): f for f in table}
    body = []
    for code in dict.fromkeys(f.breakdown for f in table):
        cells = [found.get((code, k)) for k in keys]
        values = (x for f in cells for x in ((f.value, _sign(f)) if f else (None, "")))
        body.append([age_words(scene.stand, code), *values])
    foot = [*filter(None, [left_out]), *source_lines(table)]
    return Sheet(what, header, body, head=[f"Jahr {scene.year}"], foot=foot)
