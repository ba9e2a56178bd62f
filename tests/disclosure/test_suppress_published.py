"""Secondary suppression on a published table, beside what τ-ARGUS hides there."""

import csv
import itertools

import numpy as np
import pytest
import scipy.sparse as sp

from wohnplatz.disclosure import Contributions, Rule, sensitive_sums
from wohnplatz.disclosure.audit import audit
from wohnplatz.disclosure.facts import published
from wohnplatz.disclosure.problem import UNBOUNDED, Atoms, Cells, Needs
from wohnplatz.disclosure.proof import check_proof
from wohnplatz.disclosure.suppress import protect

TOTAL = "Total"


def activities_above(folder):
    """Each activity and what it lies in: A88 in A21 in A10 in the total."""
    above = {}
    with (folder / "activity_corr_table.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            line = [*dict.fromkeys([row["A88"], row["A21"], row["A10"], TOTAL])]
            above.update(itertools.pairwise(line))
    return above


def turnover(folder):
    """Turnover by activity and size as whole numbers, with 10 % up and down asked of what is sensitive."""
    above = activities_above(folder)
    with (folder / "turnover_act_size.csv").open(encoding="utf-8") as file:
        rows = {(r["ACTIVITY"], r["SIZE"]): r for r in csv.DictReader(file)}
    leaves = [k for k in rows if k[0] not in above.values() and TOTAL not in k]
    matrix = sp.lil_array((len(rows), len(leaves)), dtype=np.int64)
    place = {key: i for i, key in enumerate(rows)}
    for column, (leaf, size) in enumerate(leaves):
        activity = leaf
        while activity:
            for key in ((activity, size), (activity, TOTAL)):
                matrix[place[key], column] = 1
            activity = above.get(activity)
    total, count, largest = (np.array([float(r[k]) for r in rows.values()]) for k in ("TOT", "N_OBS", "MAX"))
    rule = Rule("", minimum_contributors=3, dominance_count=1, dominance_share=85)
    sensitive = sensitive_sums(Contributions(total, count, largest[:, None]), rule)
    amounts = np.rint(total[[place[k] for k in leaves]]).astype(np.int64)
    matrix = sp.csr_array(matrix)
    value = matrix @ amounts
    atoms = Atoms(amounts, np.zeros_like(amounts), np.full(len(leaves), UNBOUNDED), str)
    cells = Cells(matrix, value.astype(float), value > 0, sensitive, list(rows).__getitem__)
    own, margin = value[sensitive], np.rint(total[sensitive] / 10).astype(np.int64)
    either = np.zeros(len(own), dtype=bool)
    return atoms, cells, Needs(matrix[sensitive], own - np.minimum(margin, own), own + margin, either, str)


@pytest.mark.reference_data
def test_turnover_by_activity_and_size_is_hidden_at_the_least_cost(reference_data):
    atoms, cells, needs = turnover(reference_data / "sdc")
    assert cells.sensitive.sum() == 52 + 25
    pattern = protect(atoms, cells, needs, zeros_visible=False)
    assert pattern.status == "safe"
    assert pattern.proven
    # τ-ARGUS (OPT, same table and rule) hides 64 further cells.
    assert (pattern.hidden & ~cells.sensitive).sum() <= 64
    facts = published(cells, atoms, pattern.hidden, zeros_visible=False)
    report = audit(atoms, facts, needs, hints=pattern.witnesses)
    assert check_proof(report.proof, atoms, facts, needs)
