from itertools import pairwise

import pytest

from wohnplatz.charts import palette
from wohnplatz.model import Classes, ClassMethod


def around(k, centre):
    limits = tuple(float(i) for i in range(k + 1))
    return Classes(ClassMethod.DEVIATION, limits, (1,) * k, diverging=True, centre=centre)


def lightness(colour):
    return 116 * palette.luminance(colour) ** (1 / 3) - 16


def dichromat(colour):
    """What a person without the receptor for green sees (Machado and others 2009, full strength)."""
    linear = []
    for i in (1, 3, 5):
        c = int(colour[i : i + 2], 16) / 255
        linear.append(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
    rows = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881))
    return [sum(w * c for w, c in zip(row, linear, strict=True)) for row in rows]


ALL = [palette.sequential(k) for k in range(1, 8)] + [palette.ordered(n) for n in range(2, 6)]
ALL += [palette.two_sided(n) for n in (2, 3, 4, 5)]
ALL += [palette.diverging(around(k, c)) for k in range(3, 8) for c in (k / 2, 1.0, k - 1.0)]


@pytest.mark.parametrize("colours", ALL)
def test_borders_and_signs_stand_out_from_every_area(colours):
    for colour in colours:
        assert palette.contrast(colour, palette.INK) >= 3


@pytest.mark.parametrize("n", range(2, 6))
def test_numbers_in_the_cells_of_a_matrix_can_be_read(n):
    assert all(palette.contrast(c, palette.ink_on(c)) >= 4.5 for c in palette.ordered(n))


def test_all_text_colours_can_be_read_on_white():
    for colour in (palette.TEXT, palette.MUTED, palette.INK, *palette.SERIES):
        assert palette.contrast(colour, palette.PAPER) >= 4.5
    assert palette.contrast(palette.AXIS, palette.PAPER) >= 3


@pytest.mark.parametrize("k", range(3, 8))
def test_a_sequential_scale_stays_in_order_in_grey_with_clear_steps(k):
    steps = [lightness(c) for c in palette.sequential(k)]
    assert all(a - b >= 6 for a, b in pairwise(steps))


def test_the_four_status_colours_differ_in_grey_and_without_the_receptor_for_green():
    colours = palette.ordered(4)
    steps = [lightness(c) for c in colours]
    assert all(a - b >= 14 for a, b in pairwise(steps))
    seen = [dichromat(c) for c in colours]
    for i, one in enumerate(seen):
        for other in seen[i + 1 :]:
            assert max(abs(a - b) for a, b in zip(one, other, strict=True)) > 0.1


def test_two_directions_have_a_neutral_class_only_around_the_centre():
    assert palette.directions(around(5, 2.5)) == (-1, -1, 0, 1, 1)
    assert palette.directions(around(4, 2.0)) == (-1, -1, 1, 1)
    five = palette.diverging(around(5, 2.5))
    assert five[2] == palette.NEUTRAL
    assert len(set(five)) == 5


def test_the_same_distance_from_the_centre_is_equally_strong_on_both_sides():
    lopsided = palette.diverging(around(5, 1.0))
    even = palette.diverging(around(8, 4.0))
    assert lopsided[0] == even[3]
    assert lopsided[4] == even[7]


@pytest.mark.parametrize("limits", [(), (3.0,)])
def test_no_class_needs_no_colour(limits):
    assert palette.directions(Classes(ClassMethod.OWN, limits, (), diverging=True, centre=1.0)) == ()
    assert palette.sequential(0) == ()
