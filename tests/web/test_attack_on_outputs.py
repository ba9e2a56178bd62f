"""Everything that went out, read as a visitor reads it, tells nothing that must stay open."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

sys.path.insert(0, str(Path(__file__).parent))
from visitor import Visit

from wohnplatz.model import Audience
from wohnplatz.publication.attack import Attacked, Seen, attack
from wohnplatz.workflow import memory
from wohnplatz.workflow.releases import queries

ROLES = {"sector": Audience.PLANNING, "user_ahausen": Audience.PARTNER}


def visit(client: Client, released) -> Visit:
    """All pages by their links, and each indicator's table on every level in every year."""
    found = Visit(client)
    found.walk("/", at_most=400)
    release = released.release
    for code in queries.catalogue(release).indicators:
        for level in queries.hierarchy(release).levels:
            for year in (2023, 2024):
                found.take(f"{reverse('map_csv', args=[code])}?ebene={level}&datum={year}")
                found.take(f"{reverse('map', args=[code])}?ebene={level}&datum={year}")
    for level in queries.hierarchy(release).levels:
        for area in queries.hierarchy(release).areas(level):
            found.take(reverse("area", args=[area]))
            found.take(reverse("area_xlsx", args=[area]))
    return found


def outcome(released, audience: Audience, seen: list[Seen]) -> Attacked:
    return attack(memory.store(), queries.manifest(released.release), audience, seen)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_asked_for_can_be_worked_out_from_all_pages_and_files(released, log_in, role) -> None:
    found = visit(log_in(getattr(released, role)), released)
    assert not found.failed
    assert found.pages > 40
    assert found.files > 20
    seen = [s for s in found.seen if s.indicator in queries.catalogue(released.release).indicators]
    result = outcome(released, ROLES[role], seen)
    assert result.needs > 0
    assert result.facts > 10
    assert (result.broken, result.wrong, result.unknown) == ((), (), ())
    assert result.ok


def test_one_hidden_count_on_one_page_too_many_is_found(released, log_in) -> None:
    found = visit(log_in(released.sector), released)
    working = queries.figures(
        released.planner, released.release, indicators=["sgb2_quote"], audience=Audience.WORKING
    )
    shown = {s.place for s in found.seen if s.numerator is not None}
    opened = [
        Seen(f.indicator, f.area, f.year, "Prüfung", None, f.numerator, f.denominator)
        for f in working
        if f.numerator and (f.indicator, f.area, f.year, "") not in shown
    ]
    assert opened, "the district must hide something"
    assert not outcome(released, Audience.PLANNING, [*found.seen, opened[0]]).ok


def test_a_changed_number_and_a_rate_too_many_are_found(released, log_in) -> None:
    found = visit(log_in(released.sector), released)
    counted = next(s for s in found.seen if s.numerator)
    assert outcome(released, Audience.PLANNING, [replace(counted, numerator=counted.numerator + 1)]).wrong
    hidden = next(s for s in found.seen if s.indicator == "sgb2_quote" and s.value is None)
    seen = [*found.seen, replace(hidden, value=counted.value, numerator=None)]
    assert outcome(released, Audience.PLANNING, seen).broken
