"""Kinds without an order and local patterns: told apart without colour."""

from __future__ import annotations

from itertools import pairwise

import pytest

from wohnplatz.charts import palette
from wohnplatz.charts.frame import sign_path
from wohnplatz.charts.scheme import LETTERS


@pytest.mark.parametrize("colours", [palette.kinds(8), palette.LOCAL, palette.CROWDED])
def test_borders_and_signs_stand_out_from_every_kind(colours: tuple[str, ...]) -> None:
    assert all(palette.contrast(c, palette.INK) >= 3 for c in colours)
    assert all(palette.contrast(c, palette.ink_on(c)) >= 3 for c in colours)
    assert len(set(colours)) == len(colours)


def test_neighbouring_kinds_differ_in_lightness() -> None:
    shades = [palette.luminance(c) for c in palette.kinds(8)]
    assert all(abs(a - b) > 0.1 for a, b in pairwise(shades))


def test_every_letter_is_drawn_in_its_own_way_inside_its_place() -> None:
    paths = {letter: sign_path(letter, 100, 50, 10) for letter in LETTERS}
    assert len(set(paths.values())) == len(LETTERS) == 8
    for path in paths.values():
        points = [tuple(map(float, p.split())) for p in path.replace("L", "M").split("M") if p]
        assert all(87 <= x <= 113 and 37 <= y <= 63 for x, y in points)
