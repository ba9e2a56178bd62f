"""A released figure in words."""

from __future__ import annotations

import pytest

from wohnplatz.model import Altered, CellState, FigureMeta, Polarity, ReleasedFigure
from wohnplatz.text import NBSP, coverage, figure, reason, state_explanation, state_word, status

META = FigureMeta("quote", "Quote", "%", 1, Polarity.BURDEN)
STATUS = FigureMeta(
    "s:status_class", "Status", "", 0, Polarity.NEUTRAL, classes=("hoch", "mittel", "niedrig")
)


def released(value: float | None, state: CellState = CellState.VALUE, **more) -> ReleasedFigure:
    return ReleasedFigure("quote", "wohnplatz", "01", 2025, value, state, **more)


def test_a_number_is_shown_with_its_unit():
    assert figure(released(12.34), META) == f"12,3{NBSP}%"
    assert figure(released(12.34), META, unit=False) == "12,3"


def test_true_zero_differs_from_what_rounds_to_zero():
    assert figure(released(0.0), META) == f"0{NBSP}%"
    assert figure(released(0.01), META) == f"0,0{NBSP}%"


@pytest.mark.parametrize("state", [s for s in CellState if not s.has_number])
def test_a_state_without_a_number_is_shown_as_its_word_and_holds_no_digit(state):
    shown = figure(released(None, state), META)
    assert shown == state_word(state)
    assert not any(c.isdigit() for c in shown)


def test_a_number_in_a_state_says_so():
    assert figure(released(12.3, CellState.PARTIAL), META) == f"12,3{NBSP}% (unvollständig)"
    assert figure(released(12.3, CellState.ESTIMATED), META) == f"12,3{NBSP}% (geschätzt)"


def test_a_mark_that_stands_elsewhere_takes_neither_state_nor_band_with_it():
    rounded = released(12.3, CellState.PARTIAL, altered=Altered.ROUNDED)
    assert figure(rounded, META) == f"12,3{NBSP}% (unvollständig, aus Zahlen gerundet auf 5)"
    assert figure(rounded, META, mark=False) == f"12,3{NBSP}% (unvollständig)"
    overlaid = released(12.3, altered=Altered.OVERLAID, error=0.41)
    assert figure(overlaid, META, mark=False) == f"12,3{NBSP}% (± 0,5)"


def test_a_classed_measure_is_shown_by_its_label():
    assert figure(released(2.0), STATUS) == "mittel"
    assert figure(released(7.0), STATUS) == "7"


def test_every_state_has_a_word_of_its_own_and_an_explanation():
    assert len({state_word(s) for s in CellState}) == len(CellState)
    assert all(state_explanation(s).endswith(".") for s in CellState)


def test_complete_coverage_is_not_mentioned():
    assert coverage(released(1.0, covered=11, expected=11, share=1.0)) == ""


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.87, "9 von 11 Gebieten, 87 % der Einwohner"),
        (0.999, "9 von 11 Gebieten, mehr als 99 % der Einwohner"),
        (0.001, "9 von 11 Gebieten, weniger als 1 % der Einwohner"),
        (None, "9 von 11 Gebieten"),
        (float("nan"), "9 von 11 Gebieten"),
    ],
)
def test_incomplete_coverage_says_how_many_areas_and_inhabitants(share, shown):
    text = coverage(released(1.0, CellState.PARTIAL, covered=9, expected=11, share=share))
    assert text.replace(NBSP, " ") == shown


def test_the_word_for_areas_stands_in_the_dative():
    part = released(1.0, CellState.PARTIAL, covered=0, expected=2)
    assert coverage(part, ("Kommune", "Kommunen")).endswith("Kommunen")
    assert coverage(part, ("Wohnplatz", "Wohnplätze")).endswith("Wohnplätzen")
    assert coverage(released(None, CellState.MISSING, covered=0, expected=1)).endswith("Gebiet")


def test_reasons_are_half_sentences_and_unknown_ones_stay_neutral():
    assert reason("zero_denominator") == "die Bezugsgröße ist null"
    assert reason("never_heard_of") == "es liegt keine Zahl vor"
    assert reason("") == ""


def test_what_the_rules_leave_out_is_called_neither_protected_nor_pointless():
    left_out = released(None, CellState.NOT_APPLICABLE, reason="too_detailed")
    assert figure(left_out, META) == "nicht veröffentlicht (zu kleinteilig)"
    assert status(left_out) == "nicht veröffentlicht (zu kleinteilig)"
    assert reason("too_detailed") == "nicht veröffentlicht, weil zu kleinteilig"
