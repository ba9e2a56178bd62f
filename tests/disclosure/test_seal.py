import copy
import dataclasses
import pickle

import pytest

from wohnplatz.model import ReleasedTable


def test_nobody_else_makes_a_released_table(sealed):
    for seal in (None, object(), "seal"):
        with pytest.raises(TypeError, match="release"):
            ReleasedTable(sealed.context, sealed.meta, sealed.figures, seal)
    with pytest.raises(TypeError):
        ReleasedTable(sealed.context, sealed.meta, sealed.figures)


def test_no_figure_is_exchanged_in_a_released_table(sealed):
    faked = dataclasses.replace(sealed.figures[1], value=0.2)
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(sealed, figures=(faked,))
    with pytest.raises(TypeError):
        dataclasses.replace(sealed, figures=(faked,), seal=None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        sealed.figures = (faked,)
    with pytest.raises(TypeError):
        sealed.meta["sgb2"] = None


def test_a_released_table_is_neither_copied_nor_revived(sealed):
    with pytest.raises(TypeError):
        copy.copy(sealed)
    with pytest.raises(TypeError):
        copy.deepcopy(sealed)
    with pytest.raises(TypeError):
        pickle.loads(pickle.dumps(sealed))
    with pytest.raises(TypeError):
        sealed.__setstate__((sealed.context, sealed.meta, ()))
    assert len(sealed) == 2


def test_a_part_of_a_released_table_holds_the_same_figures(sealed):
    part = sealed.where(lambda f: f.area == "B")
    assert part.figures == (sealed.figures[1],)
    assert part.context == sealed.context
