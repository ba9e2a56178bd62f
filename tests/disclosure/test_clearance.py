"""The door asks for a proof."""

import numpy as np
import pytest

from wohnplatz.disclosure import Clearance
from wohnplatz.model import Audience, CellState, WohnplatzError

SEEN = [Audience.PUBLIC, Audience.PLANNING, Audience.PARTNER]


@pytest.mark.parametrize("audience", SEEN)
def test_nothing_comes_out_without_a_clearance(let_out, rate, audience):
    with pytest.raises(WohnplatzError) as refused:
        let_out(rate("sgb2", 50, 500), audience=audience, clearance=None)
    assert refused.value.code == "disclosure.no_proof"


def test_a_clearance_of_another_table_opens_nothing(let_out, rate, cleared):
    with pytest.raises(WohnplatzError, match="keinen Nachweis"):
        let_out(rate("sgb2", 50, 500), clearance=cleared(2))


def test_the_working_view_needs_none_and_marks_what_others_do_not_see(let_out, rate, cleared):
    rows = rate("sgb2", 50, 500), rate("sgb2", 60, 500, area="B")
    assert all(f.value is not None for f in let_out(*rows, audience=Audience.WORKING, clearance=None))
    marked = let_out(*rows, audience=Audience.WORKING, clearance=cleared(2, closed=[1]))
    assert [f.reason for f in marked] == ["", "internal_only"]


@pytest.mark.parametrize("audience", SEEN)
def test_what_the_pattern_closes_is_hidden_like_everything_protected(let_out, rate, cleared, audience):
    rows = rate("sgb2", 50, 500), rate("sgb2", 1, 500, area="B")
    primary, secondary = let_out(*rows, audience=audience, clearance=cleared(2, closed=[0])).figures
    for figure in (primary, secondary):
        assert figure.state is CellState.PROTECTED
        assert (figure.value, figure.numerator, figure.denominator, figure.share) == (None,) * 4
    assert primary.reason == secondary.reason == "protected"


def test_the_share_of_inhabitants_is_left_out_where_it_tells_of_a_hidden_area(let_out, rate):
    from wohnplatz.disclosure.clearance import _PROVEN

    key = Clearance(np.array([True]), np.array([False]), _PROVEN)
    (figure,) = let_out(rate("sgb2", 50, 500, share=0.98), clearance=key).figures
    assert figure.value == 10
    assert figure.share is None


def test_a_clearance_cannot_be_made_without_its_token():
    every = np.ones(1, dtype=np.bool_)
    for token in (None, object(), "proven"):
        with pytest.raises(TypeError, match="proof"):
            Clearance(every, every, token)
