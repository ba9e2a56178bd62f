"""Single pictures for posters and social media: outputs like any other."""

from __future__ import annotations

import hashlib

import pytest

from wohnplatz.model import Audience, WohnplatzError
from wohnplatz.report import HouseStyle
from wohnplatz.workflow.accounts.policies import Refused
from wohnplatz.workflow.releases import outputs, pictures, queries
from wohnplatz.workflow.releases.actions import make_release
from wohnplatz.workflow.releases.models import Output
from wohnplatz.workflow.releases.pictures import Wanted

STYLE = HouseStyle()


@pytest.fixture
def release(delivered):
    return make_release(delivered.planner, "2024-1")


def places(world, release) -> tuple[str, str]:
    """An area whose figure is open to everybody, and one whose figure is protected."""
    found = queries.figures(
        world.planner, release, indicators=["sgb2_quote"], level="wohnplatz", audience=Audience.PUBLIC
    )
    working = queries.figures(
        world.planner, release, indicators=["sgb2_quote"], level="wohnplatz", audience=Audience.WORKING
    )
    true = {f.area: f for f in working if f.value}
    return (
        next(f.area for f in found if f.value is not None),
        next(f.area for f in found if f.value is None and f.area in true),
    )


def test_a_picture_enters_the_register_and_is_kept_as_it_went_out(delivered, release):
    planner = delivered.planner
    shown, _ = places(delivered, release)
    figure, made = pictures.let_out(planner, release, Wanted("sgb2_quote", 2024, area=shown), STYLE)
    plan, drawn = pictures.let_out(planner, release, Wanted("sgb2_quote", 2024, level="wohnplatz"), STYLE)
    assert figure.sha == hashlib.sha256(made.png).hexdigest()
    assert (figure.kind, figure.audience, figure.figures) == ("picture", "public", 2)
    assert plan.figures > 1
    assert pictures.data_of(planner, plan) == drawn.png
    assert figure.words == made.alternative
    assert pictures.of_release(planner, release) == [plan, figure]
    assert outputs.check_register(planner) == outputs.Register(2, 0)
    again, _ = pictures.let_out(planner, release, Wanted("sgb2_quote", 2024, area=shown), STYLE)
    assert again == figure


def test_a_protected_figure_becomes_no_picture_and_stands_in_none(delivered, release):
    _, hidden = places(delivered, release)
    with pytest.raises(WohnplatzError) as refused:
        pictures.let_out(delivered.planner, release, Wanted("sgb2_quote", 2024, area=hidden), STYLE)
    assert "geschützt" in refused.value.what
    assert not Output.objects.exists()
    entry, made = pictures.let_out(delivered.planner, release, Wanted("sgb2_quote", 2024), STYLE)
    words = made.page.decode().split(f'data-key="{hidden}"')[1].split("</title>")[0]
    assert words.endswith("geschützt")
    assert entry.figures > 0


def test_a_drawing_that_shows_more_than_is_released_does_not_go_out(delivered, release, monkeypatch):
    shown, hidden = places(delivered, release)
    real = pictures.drawn

    def forged(*args):
        made = real(*args)
        return type(made)(
            made.png, made.alternative, made.name, made.page.replace(shown.encode(), hidden.encode())
        )

    monkeypatch.setattr(pictures, "drawn", forged)
    with pytest.raises(WohnplatzError) as refused:
        pictures.let_out(delivered.planner, release, Wanted("sgb2_quote", 2024, area=shown), STYLE)
    assert refused.value.code == "report.not_released"
    assert not Output.objects.exists()


def test_what_there_is_not_is_said_and_nobody_else_lets_a_picture_out(delivered, release):
    cases = (
        (Wanted("weg", 2024), "gibt es"),
        (Wanted("sgb2_quote", 1900), "keine Zahlen"),
        (Wanted("sgb2_quote", 2024, area="weg"), "Gebiet"),
        (Wanted("sgb2_quote", 2024, level="weg"), "keine Karte"),
        (Wanted("sgb2_quote", 2024, size="riesig"), "Größe"),
    )
    for wanted, says in cases:
        with pytest.raises(WohnplatzError, match=says):
            pictures.let_out(delivered.planner, release, wanted, STYLE)
    for user in (delivered.sector, delivered.user_ahausen, delivered.administrator):
        with pytest.raises(Refused):
            pictures.let_out(user, release, Wanted("sgb2_quote", 2024), STYLE)
        with pytest.raises(Refused):
            pictures.of_release(user, release)
    assert not Output.objects.exists()
