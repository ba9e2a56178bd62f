"""Small tables and an intruder who simply tries everything; shares no code with the program."""

import itertools

import numpy as np
import scipy.sparse as sp
from hypothesis import strategies as st

from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Needs

Shape = tuple[int, ...]


def sums(shape: Shape) -> list[tuple[int, ...]]:
    """Members of every cell of a table with totals in each direction: leaves, then sums."""
    leaves = list(itertools.product(*(range(n) for n in shape)))
    result = []
    for picks in itertools.product(*([*range(n), None] for n in shape)):
        inside = [all(p in (None, x) for p, x in zip(picks, leaf, strict=True)) for leaf in leaves]
        result.append(tuple(i for i, yes in enumerate(inside) if yes))
    return result


def matrix(members, n):
    table = np.zeros((len(members), n), dtype=np.int64)
    for i, atoms in enumerate(members):
        table[i, list(atoms)] = 1
    return sp.csr_array(table)


def problem(values, members, *, zeros_visible, level, weight=None, locked=()):
    """``level``: "open" (two values) or "three" (below a, and 3 or more); sensitive are 1 and 2."""
    values = np.array(values, dtype=np.int64)
    cells = matrix(members, values.size)
    count = cells @ values
    sensitive = (count > 0) & (count < 3)
    hideable = (count > 0) if zeros_visible else np.ones(count.size, dtype=np.bool_)
    hideable[list(locked)] = False
    lower = (values > 0).astype(np.int64) if zeros_visible else np.zeros_like(values)
    upper = np.where((values == 0) & zeros_visible, 0, UNBOUNDED)
    small = count[sensitive]
    either = np.full(small.size, level == "open")
    high = small + 1 if level == "open" else np.full(small.size, 3)
    return (
        Atoms(values, lower, upper, str),
        Cells(cells, np.ones(count.size) if weight is None else weight, hideable, sensitive, str),
        Needs(cells[sensitive], small - 1, high, either, str),
    )


def possible(atoms, cells, hidden, *, zeros_visible, reach=4):
    """All tables (t, n) within ``reach`` of the truth that agree with everything published."""
    ranges = [
        range(max(int(lo), v - reach), min(int(up), v + reach) + 1)
        for v, lo, up in zip(atoms.values.tolist(), atoms.lower, atoms.upper, strict=True)
    ]
    tables = np.array(list(itertools.product(*ranges)), dtype=np.int64)
    shown = cells.matrix @ tables.T
    truth = cells.matrix @ atoms.values
    fits = (shown[~hidden] == truth[~hidden][:, None]).all(axis=0)
    if zeros_visible:
        fits &= (shown[hidden] >= 1).all(axis=0)
    return tables[fits]


def open_needs(needs, tables):
    """Which needs the intruder cannot close, (k,)."""
    seen = needs.matrix @ tables.T
    low, high = (seen <= needs.low_max[:, None]).any(axis=1), (seen >= needs.high_min[:, None]).any(axis=1)
    return np.where(needs.either, low | high, low & high)


@st.composite
def tables(draw, largest=6, highest=4):
    """Values and cells of a small table: one to three directions, with totals."""
    shape = draw(st.lists(st.integers(2, 3), min_size=1, max_size=3).filter(lambda s: np.prod(s) <= largest))
    size = int(np.prod(shape))
    values = draw(st.lists(st.integers(0, highest), min_size=size, max_size=size))
    return values, sums(tuple(shape))


@st.composite
def overlapping(draw):
    """Two divisions of five pieces, with their totals; the pieces themselves are not published."""
    values = draw(st.lists(st.integers(0, 4), min_size=5, max_size=5))
    members = [(0, 1, 2, 3, 4)]
    for _ in range(2):
        groups = draw(st.lists(st.integers(0, 2), min_size=5, max_size=5))
        members += [tuple(i for i in range(5) if groups[i] == g) for g in sorted(set(groups))]
    return values, members
