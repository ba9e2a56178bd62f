"""An auditor of other people's tables finds just what trying every table finds."""

import itertools

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wohnplatz.checks.publications import FILE_NAME, Kind, check_publication

DESCRIPTION = """
[[tabelle]]
datei = "sgb2.csv"
zeilen = { "Gebiet" = "Gebiet", "Geschlecht" = "Geschlecht" }
[tabelle.spalten]
"Personen" = { anzahl = "Personen" }
[gliederung.Gebiet]
gesamt = ["insgesamt"]
[gliederung.Jahr]
summierbar = false
[gliederung.Geschlecht]
gesamt = ["beide"]
"""


@st.composite
def hidden_tables(draw):
    """Areas x sexes with counts, and which of all cells (totals too) are hidden."""
    counts = np.array(
        draw(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=3))
    )
    full = np.vstack([np.column_stack([counts, counts.sum(axis=1)]), [*counts.sum(axis=0), counts.sum()]])
    hidden = np.array(draw(st.lists(st.booleans(), min_size=full.size, max_size=full.size))).reshape(
        full.shape
    )
    return full, hidden & (full > 0)


def enumerated(full, hidden):
    """What somebody finds who tries every table: least and largest value of each hidden cell."""
    areas = full.shape[0] - 1
    low, high = np.full(full.shape, 99), np.full(full.shape, -1)
    for tried in itertools.product(range(int(full.max()) + 4), repeat=2 * areas):
        inner = np.array(tried).reshape(areas, 2)
        table = np.vstack([np.column_stack([inner, inner.sum(axis=1)]), [*inner.sum(axis=0), inner.sum()]])
        if (table[~hidden] == full[~hidden]).all() and (table[hidden] >= 1).all():
            low, high = np.minimum(low, table), np.maximum(high, table)
    return low, high


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hidden_tables())
def test_exactly_what_trying_every_table_reveals_is_found(tmp_path, case):
    full, hidden = case
    if full.shape[0] > 3 or full.max() > 8:
        full, hidden = full[[0, 1, -1]].copy(), hidden[[0, 1, -1]].copy()
        full[-1] = full[:-1].sum(axis=0)
        hidden &= full > 0
    low, high = enumerated(full, hidden)
    areas = [*(f"Gebiet {i}" for i in range(full.shape[0] - 1)), "insgesamt"]
    sexes = ["männlich", "weiblich", "beide"]
    lines = ["Gebiet;Geschlecht;Personen"]
    for (i, area), (j, sex) in itertools.product(enumerate(areas), enumerate(sexes)):
        lines.append(f"{area};{sex};{'*' if hidden[i, j] else full[i, j]}")
    (tmp_path / "sgb2.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / FILE_NAME).write_text(DESCRIPTION, encoding="utf-8")
    found = check_publication(tmp_path)
    exact = {f.name for f in found.found if f.kind in {Kind.EXACT, Kind.HARMLESS}}
    small = {f.name for f in found.found if f.kind is Kind.SMALL}
    for (i, area), (j, sex) in itertools.product(enumerate(areas), enumerate(sexes)):
        if hidden[i, j]:
            parts = [p for p, whole in ((area, "insgesamt"), (sex, "beide")) if p != whole]
            name = ", ".join(["Personen", *parts]) if parts else "Personen, insgesamt"
            assert (name in exact) == (low[i, j] == high[i, j]), (name, low, high)
            assert (name in small) == (low[i, j] < high[i, j] < 3), name
