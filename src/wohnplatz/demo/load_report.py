"""A social report that has been begun, so that there is something to write on."""

from __future__ import annotations

from collections.abc import Mapping

from wohnplatz.workflow.accounts.models import Role, User
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.releases.models import Release
from wohnplatz.workflow.reports import actions, writing
from wohnplatz.workflow.reports.models import SocialReport

CODE = "sgb2_quote"


def begin_report(users: Mapping[str, User]) -> SocialReport | None:
    """The full report on the release before the newest one: choosing the newest shows what it changes.

    None where there is no release or nobody who plans.
    """
    planner = next((u for u in users.values() if u.role == Role.PLANNER), None)
    sector = next((u for u in users.values() if u.role == Role.SECTOR), None)
    known = list(Release.objects.order_by("-number")[:2])
    if planner is None or not known:
        return None
    release = known[-1]
    year = max(e.reference_date.year for e in releases.manifest(release).entries)
    report = actions.begin(planner, "sozialbericht", release, year=year)
    _, second, third = report.blocks.filter(kind="chapter", parent=None).order_by("position")[:3]
    opening = {"kind": "text", "markdown": _opening(release, year)}
    writing.add(planner, report, opening, parent=second, position=0)
    if sector is not None:
        actions.assign(planner, third, sector)
    return report


def _opening(release: Release, year: int) -> str:
    """Some sentences of a person, with figures of the district and of its municipalities."""
    tree = releases.hierarchy(release)
    towns = tree.areas(tree.levels[-2]) if len(tree.levels) > 2 else {}
    listed = "\n".join(
        f"- {area.name}: {{{{ {CODE} | gebiet={key} | jahr={year} }}}}" for key, area in towns.items()
    )
    return (
        "Grundsicherung für Arbeitsuchende ist der wichtigste Hinweis auf Einkommensarmut im Kreis. "
        f"Kreisweit beträgt die Quote {{{{ {CODE} | gebiet=kreis | jahr={year} }}}}. "
        f"In den Kommunen ist sie verschieden:\n\n{listed}"
    )
