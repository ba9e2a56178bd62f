"""Figures of a release on a division beside its hierarchy, such as school districts."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from wohnplatz.analysis.carried import carried
from wohnplatz.areas import Shapes
from wohnplatz.disclosure import release as through_the_door
from wohnplatz.model import Audience, ReleasedTable
from wohnplatz.publication.beside import Outcome, read_outcome
from wohnplatz.publication.clearing import proven
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.actors import Actor
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.district.models import DivisionRecord

from . import clearing, content, queries
from .clearing import crosswalk_to
from .models import DivisionClearance, Release, RunState


def is_cleared(division: DivisionRecord, audience: Audience, release: Release | None = None) -> bool:
    """Whether figures on a division may be shown to an audience, of a release (the newest).

    Two divisions of the same people can give protected figures away together: what lies in the difference of
    a school district and the Wohnplätze it covers may be a handful of persons. Disclosure control treats the
    divisions of the hierarchy together. One beside it is for the working view alone until a joint audit with
    all that is out (``clearing``) has cleared its figures for that release.
    """
    if not division.overlay or audience is Audience.WORKING:
        return True
    return _cleared(division, audience, release or queries.current()) is not None


def _cleared(
    division: DivisionRecord, audience: Audience, release: Release | None
) -> DivisionClearance | None:
    row = clearing.of(division, release)
    return row if row and row.state == RunState.DONE and audience.value in row.results else None


def outcome(row: DivisionClearance, audience: Audience) -> Outcome:
    """What a joint audit opened for an audience, with its counts."""
    return read_outcome(memory.store(), row.results[audience.value])


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

    For an audience those that a joint audit opened, in whole persons; the others protected. Refused for an
    audience that the division is not cleared for, or that the person may not ask for; WohnplatzError where no
    crosswalk leads from the release's finest areas to it.
    """
    granted = policies.require_audience(user, audience)
    if granted is Audience.WORKING:
        base = content.divisions(queries.manifest(release))[0]
        way = crosswalk_to(base.code, division)
        table = queries.figures(
            user, release, indicators=indicators, level=base.level, years=years, audience=granted
        )
        return carried(table, way, level=division.level)
    row = _cleared(division, granted, release)
    if row is None:
        raise Refused(
            "Diese Gliederung ist für diese Ansicht nicht freigegeben.",
            why="Zusammen mit den Wohnplätzen könnte sie geschützte Zahlen verraten.",
            todo="Bis das geprüft ist, steht sie nur in der internen Arbeitsansicht der Sozialplanung.",
            code="accounts.refused.division",
        )
    return _released(row, granted, sorted(indicators), sorted(years))


def _released(
    row: DivisionClearance, audience: Audience, indicators: list[str], years: list[int]
) -> ReleasedTable:
    """The figures of a cleared division through the door."""
    made = queries.manifest(row.release)
    known = content.knowledge(made.catalogue)
    rows, _ = clearing.figures_on(row, indicators, years)
    found = outcome(row, audience)
    keys = zip(rows.indicator.tolist(), rows.area.tolist(), rows.year.tolist(), strict=True)
    opened = np.array([key in found.open for key in keys], dtype=np.bool_)
    return through_the_door(
        rows, known.meta, rules=content.rules(made.rules), protection=known.protection,
        context=queries.context_of(row.release, made, audience), inputs=known.inputs,
        minimum_denominator=known.minimum_denominator, sources=content.sources(made),
        clearance=proven(memory.store(), row.release.label, found.records, opened),
    )  # fmt: skip


def drawn(division: DivisionRecord, width: int = 1000) -> Shapes:
    """The shapes of a division."""
    return content.drawn(division.sha, width)
