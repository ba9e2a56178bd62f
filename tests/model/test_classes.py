"""Class limits."""

from __future__ import annotations

from wohnplatz.model import Classes, ClassMethod

CLASSES = Classes(ClassMethod.OWN, (0.0, 10.0, 20.0), (1, 2))


def test_classes_are_closed_on_the_left_and_the_last_on_both_sides() -> None:
    assert [CLASSES.index(v) for v in (0, 9.9, 10, 20)] == [0, 0, 1, 1]


def test_a_value_outside_the_limits_goes_to_the_nearest_class() -> None:
    assert [CLASSES.index(v) for v in (-5, 99)] == [0, 1]
