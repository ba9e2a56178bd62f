"""States of figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wohnplatz.model import FIRST_WITHOUT_NUMBER, CellState, FigureTable, Observation, combine
from wohnplatz.model.states import SDMX, SIGNS

states = st.sampled_from(CellState)


@given(st.lists(states, min_size=1))
def test_a_combination_has_a_number_only_if_all_its_parts_have_one(parts: list[CellState]) -> None:
    assert combine(*parts).has_number == all(part.has_number for part in parts)


@given(states, states, states)
def test_the_order_of_combination_does_not_matter(a: CellState, b: CellState, c: CellState) -> None:
    assert combine(a, combine(b, c)) == combine(combine(c, a), b)


def test_protected_outweighs_every_other_state() -> None:
    assert all(combine(state, CellState.PROTECTED) is CellState.PROTECTED for state in CellState)


def test_every_state_has_its_own_sign_and_an_exchange_code() -> None:
    assert set(SIGNS) == set(SDMX) == set(CellState)
    assert len(set(SIGNS.values())) == len(CellState)


@pytest.mark.parametrize("state", [s for s in CellState if s >= FIRST_WITHOUT_NUMBER])
def test_an_observation_without_a_number_cannot_carry_one(state: CellState) -> None:
    from datetime import date

    with pytest.raises(ValueError, match="contradict"):
        Observation("einwohner", "01", date(2025, 12, 31), 0.0, state)


def test_a_figure_table_refuses_a_number_that_contradicts_its_state() -> None:
    text, whole, real = np.array(["a"]), np.array([1], np.int32), np.array([1.0])
    columns = dict.fromkeys(("indicator", "level", "area", "breakdown", "reason"), text)
    columns |= dict.fromkeys(("year", "covered", "expected"), whole)
    columns |= dict.fromkeys(("value", "numerator", "denominator", "share"), real)
    with pytest.raises(ValueError, match="where the state says so"):
        FigureTable(**columns, state=np.array([CellState.MISSING], np.uint8))
