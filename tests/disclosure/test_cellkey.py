import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from wohnplatz.disclosure.cellkey import SCALE, answer_facts, answers, atom_keys, noise_table
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms
from wohnplatz.model import WohnplatzError

TABLE = noise_table()
SECRET = b"ein langes Geheimnis nur zur Probe"


def counts(values):
    values = np.array(values, dtype=np.int64)
    return Atoms(values, np.zeros_like(values), np.full_like(values, UNBOUNDED), str)


def keys_of(n):
    return atom_keys([f"sgb2|2024|Gebiet {i}" for i in range(n)], SECRET)


@pytest.mark.parametrize(("largest", "variance", "shown"), [(5, 3, 3), (2, 1, 1), (3, 2, 3), (8, 5, 3)])
def test_the_noise_of_every_row_sums_up_to_exactly_nothing(largest, variance, shown):
    table = noise_table(largest, variance, shown)
    steps = table.deviations()
    assert (table.parts >= 0).all()
    assert (table.parts.sum(axis=1) == SCALE).all()
    assert (table.parts @ steps == 0).all()
    spread = table.parts[1:] @ steps**2 / SCALE
    assert np.abs(spread - variance).max() < 1e-6
    for count, row in enumerate(table.parts):
        reached = count + steps[row > 0]
        assert ((reached == 0) | (reached >= shown)).all()
    assert table.parts[0, largest] == SCALE


def test_no_other_table_with_these_moments_is_more_even():
    # For large counts the entropy rises in no direction that keeps mass, mean and variance.
    steps = TABLE.deviations()
    chance = TABLE.parts[-1] / SCALE
    keep = np.vstack([np.ones(len(steps)), steps, steps**2])
    free = np.linalg.svd(keep)[2][3:]
    assert np.abs(free @ np.log(chance)).max() < 1e-5


def test_a_table_that_cannot_be_is_refused():
    with pytest.raises(WohnplatzError, match="Fallzahl 1") as caught:
        noise_table(5, 0.5, 3)
    assert caught.value.code == "disclosure.noise_table"


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.data())
def test_answers_are_near_never_small_and_the_same_on_every_way(values, data):
    atoms, keys = counts(values), keys_of(len(values))
    chosen = np.array([data.draw(st.booleans()) for _ in values])
    row = sp.csr_array(chosen[None, :].astype(np.int64))
    # The same people, asked for with and without the empty places, and in another order.
    emptied = sp.csr_array((chosen & (atoms.values > 0))[None, :].astype(np.int64))
    order = np.array(data.draw(st.permutations(range(len(values)))))
    turned = counts(atoms.values[order])
    found = [
        answers(row, atoms, keys, TABLE).figures[0],
        answers(emptied, atoms, keys, TABLE).figures[0],
        answers(sp.csr_array(row[:, order]), turned, keys[order], TABLE).figures[0],
    ]
    true = int(atoms.values[chosen].sum())
    assert len(set(found)) == 1
    assert found[0] == 0 or found[0] >= 3
    assert abs(found[0] - true) <= 5
    assert true > 0 or found[0] == 0


def test_the_truth_lies_within_what_an_answer_tells():
    values = np.arange(400) % 20
    atoms, sums = counts(values), sp.csr_array(sp.eye_array(400, dtype=np.int64))
    given_answers = answers(sums, atoms, keys_of(400), TABLE)
    facts = answer_facts(given_answers, sums, TABLE)
    assert ((facts.low <= values) & (values <= facts.high)).all()
    assert not given_answers.additive


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 50])
def test_noise_follows_the_table_over_many_figures(count):
    n = 20_000
    atoms, sums = counts([count] * n), sp.csr_array(sp.eye_array(n, dtype=np.int64))
    noise = answers(sums, atoms, keys_of(n), TABLE).figures - count
    row = TABLE.parts[min(count, len(TABLE.parts) - 1)] / SCALE
    seen = np.array([(noise == d).mean() for d in TABLE.deviations()])
    assert np.abs(seen - row).max() < 4 * np.sqrt(0.25 / n)
    assert abs(noise.mean()) < 4 * np.sqrt(3 / n)


def test_another_secret_gives_other_noise_and_a_short_one_is_refused():
    names = [f"Gebiet {i}" for i in range(200)]
    a, b = (atom_keys(names, SECRET + more) for more in (b"", b"x"))
    assert (a != b).all()
    assert (a == atom_keys(names, SECRET)).all()
    with pytest.raises(WohnplatzError, match="zu kurz") as caught:
        atom_keys(names, b"geheim")
    assert caught.value.code == "disclosure.cell_key_secret"
    assert "geheim" not in caught.value.text().replace("Geheimnis", "")


def test_one_person_more_changes_the_noise_and_not_only_the_figure():
    n = 2000
    sums = sp.csr_array(sp.eye_array(n, dtype=np.int64))
    keys = keys_of(n)
    before = answers(sums, counts([20] * n), keys, TABLE).figures
    after = answers(sums, counts([21] * n), keys, TABLE).figures
    assert 0.5 < (after != before + 1).mean() < 0.99
