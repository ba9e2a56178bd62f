"""Figures of a release on a division beside its hierarchy, such as school districts."""

from __future__ import annotations

from collections.abc import Collection

from wohnplatz.analysis.carried import carried
from wohnplatz.areas import Crosswalk, Shapes
from wohnplatz.model import Audience, ReleasedTable, WohnplatzError
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.district import changing
from wohnplatz.workflow.district.models import DivisionRecord

from . import content, queries
from .models import Release


def is_cleared(division: DivisionRecord, audience: Audience) -> bool:
    """Whether figures on a division may be shown to an audience.

    Two divisions of the same people can give protected figures away together: what lies in the difference of
    a school district and the Wohnplätze it covers may be a handful of persons. Disclosure control treats the
    divisions of the hierarchy together. One beside it is for the working view alone until an audit has
    cleared it: that audit will answer here.
    """
    return not division.overlay or audience is Audience.WORKING


def figures_beside(  # noqa: PLR0913 (whose figures, of what, for whom)
    user: Actor,
    release: Release,
    division: DivisionRecord,
    *,
    indicators: Collection[str],
    years: Collection[int],
    audience: Audience = Audience.WORKING,
) -> ReleasedTable:
    """Estimates of ``indicators`` on a division that lies beside the hierarchy, from the finest areas.

    Refused for an audience that the division is not cleared for, or that the person may not ask for;
    WohnplatzError where no crosswalk leads from the release's finest areas to it.
    """
    if not is_cleared(division, audience):
        raise Refused(
            "Diese Gliederung ist für diese Ansicht nicht freigegeben.",
            why="Zusammen mit den Wohnplätzen könnte sie geschützte Zahlen verraten.",
            todo="Bis das geprüft ist, steht sie nur in der internen Arbeitsansicht der Sozialplanung.",
            code="accounts.refused.division",
        )
    base = content.divisions(queries.manifest(release))[0]
    way = crosswalk_to(base.code, division)
    table = queries.figures(
        user, release, indicators=indicators, level=base.level, years=years, audience=audience
    )
    return carried(table, way, level=division.level)


def crosswalk_to(code: str, division: DivisionRecord) -> Crosswalk:
    """The crosswalk from the division ``code`` to one beside the hierarchy."""
    source = DivisionRecord.objects.filter(code=code).first()
    way = changing.way(source, division) if source is not None else None
    if way is None:
        raise WohnplatzError(
            f"Zu „{division.label}“ führt kein Umsteigeschlüssel.",
            where=f"von {code}",
            todo="Bitte unter Gebietsgliederungen einen Umsteigeschlüssel von den Wohnplätzen bilden.",
            code="releases.no_way",
        )
    return way


def drawn(division: DivisionRecord, width: int = 1000) -> Shapes:
    """The shapes of a division."""
    return content.drawn(division.sha, width)
