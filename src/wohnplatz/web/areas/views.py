"""Areas: the list with its hierarchy, the profile, the origin of a figure."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz import charts
from wohnplatz.intake import write_xlsx
from wohnplatz.model import Area
from wohnplatz.web.access import user_of
from wohnplatz.web.download import XLSX, as_download
from wohnplatz.web.figures import by_place, coverage_url, released, sheet
from wohnplatz.web.maps.drawing import reference_of, short_label
from wohnplatz.web.parameters import whole
from wohnplatz.web.stand import Stand, head, level_name, stand_of
from wohnplatz.web.typology.alike import alike
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.models import Role
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.releases import queries

from . import profile as parts
from .age import age_rows
from .scene import scene_of
from .standing import standing_sheet, standings, years_together

ORIGINS_SHOWN = 300


def area_list(request: HttpRequest) -> HttpResponse:
    """All areas, coarse to fine; ``?suche=`` finds by name or key."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    wanted = request.GET.get("suche", "").strip()
    groups = _groups(stand, wanted)
    context = {
        "stand": stand, "wanted": wanted, "groups": groups, "tops": _tops(stand, wanted),
        "count": sum(len(areas) for _, areas in groups),
        "level_name": level_name(stand.hierarchy.base.level),
    }  # fmt: skip
    return render(request, "areas/list.html", context)


def profile(request: HttpRequest, key: str) -> HttpResponse:
    """The profile of an area: key figures, time lines, pyramid, neighbours, index."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    if stand.division and stand.hierarchy.level_of(key) is None:
        return redirect(stand.at_the_time(False).url("area", key))
    level, area = stand.area(key)
    scene = scene_of(stand, key, request.GET.get("jahr", ""))
    blocks = parts.blocks(scene)
    compared = sum(row.position is not None for _, rows in blocks for row in rows)
    context = {
        "sure": int(compared > 0), "sure_count": compared, "notices": parts.notices(scene),
        "warnings": stand.url("early_warning", bis=scene.year),
        "stand": stand, "area": area, "level": level_name(level, many=False), "scene": scene,
        "above": stand.ancestors(key), "blocks": blocks, "lines": parts.lines(scene),
        "standings": standings(scene), "together": years_together(scene), "subject": level_name(level),
        "by_age": age_rows(stand, key, scene.year),
        "distribution": stand.url("distribution", jahr=scene.year),
        "pyramid": parts.pyramid(scene), "index": parts.index_positions(scene),
        "neighbours": parts.neighbour_links(scene), "inside": _inside(stand, key),
        "alike": alike(stand, key, scene.year),
        "no_former": stand.at_the_time(True).lacks(key), "xlsx": stand.url("area_xlsx", key, jahr=scene.year),
        "source": charts.source_line(scene.table.context),
        **head(stand, scene.table.context, f"Jahr {scene.year}"),
    }  # fmt: skip
    return render(request, "areas/profile.html", context)


def profile_xlsx(request: HttpRequest, key: str) -> HttpResponse:
    """The core figures of an area and of everything it lies in, all years; places, trend, years together."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    scene = scene_of(stand, key, request.GET.get("jahr", ""))
    names = {k: a.name for k, a in scene.compared}
    made = sheet(scene.table, names, list(names))
    return as_download(write_xlsx([made, standing_sheet(scene)]), f"gebiet-{key}.xlsx", XLSX)


def origin(request: HttpRequest, key: str, indicator: str) -> HttpResponse:
    """Where a figure comes from: deliveries, sheets, rows."""
    user = user_of(request, Right.FIGURES)
    stand = stand_of(request, user)
    level, area = stand.area(key)
    if indicator not in stand.meta:
        raise Http404
    years = stand.years(indicator, level)
    wanted = request.GET.get("jahr", "")
    year = asked if (asked := whole(wanted)) in years else (years[-1] if years else 0)
    table = released(stand, [indicator], areas=[key], years=[year])
    found = queries.origins(user, stand.release, indicator, key, year)
    context = {
        "stand": stand, "area": area, "meta": stand.meta[indicator], "year": year, "years": years,
        "short": short_label(stand, indicator), "figure": by_place(table).get((indicator, key, year)),
        "origins": parts.described_origins(stand, found[:ORIGINS_SHOWN]), "count": len(found),
        "deliveries": parts.deliveries_of(found), "raw": policies.may(user, Right.WORKING),
        "linked": policies.may(user, Right.DELIVERIES) and user.role != Role.PARTNER,
        "breakdowns": len({o.breakdown for o in found}) > 1, "indicator": indicator,
        "coverage_url": coverage_url(stand, indicator, year),
        **head(stand, table.context, reference_of(stand, indicator, year)),
    }  # fmt: skip
    return render(request, "areas/origin.html", context)


def _inside(stand: Stand, key: str) -> list[Area]:
    level = stand.hierarchy.level_of(key)
    if level is None or level == stand.hierarchy.levels[0]:
        return []
    finer = stand.hierarchy.levels[stand.hierarchy.levels.index(level) - 1]
    return [stand.hierarchy.areas(finer)[k] for k in stand.hierarchy.children(key)]


def _found(area: Area, wanted: str) -> bool:
    return wanted.casefold() in area.name.casefold() or area.key.startswith(wanted)


def _groups(stand: Stand, wanted: str) -> list[tuple[Area | None, list[Area]]]:
    """The finest areas under what they lie in."""
    groups: dict[str, list[Area]] = {}
    for area in stand.hierarchy.base.areas:
        if _found(area, wanted):
            groups.setdefault(area.parent or "", []).append(area)
    named = {
        key: a for level in stand.hierarchy.levels[1:] for key, a in stand.hierarchy.areas(level).items()
    }
    return [(named.get(key), areas) for key, areas in groups.items()]


def _tops(stand: Stand, wanted: str) -> list[tuple[str, list[Area]]]:
    """The coarser levels' areas, coarsest first."""
    levels = reversed(stand.hierarchy.levels[1:])
    found = [
        (level, [a for a in stand.hierarchy.areas(level).values() if _found(a, wanted)]) for level in levels
    ]
    return [(level_name(level), areas) for level, areas in found if areas]
