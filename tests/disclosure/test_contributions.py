import csv
from pathlib import Path

import numpy as np
import pytest

from wohnplatz.disclosure import Contributions, Rule, sensitive_sums

SDC = Path(__file__).resolve().parents[3] / "shared" / "data" / "sdc"


@pytest.mark.reference_data
def test_frequency_and_dominance_find_the_cells_that_tau_argus_finds():
    source = SDC / "turnover_act_size.csv"
    if not source.exists():
        pytest.skip(f"reference data absent: {source.name}")
    with source.open(encoding="utf-8") as file:
        rows = [(float(r["TOT"]), float(r["N_OBS"]), float(r["MAX"])) for r in csv.DictReader(file)]
    total, count, largest = np.array(rows).T
    sums = Contributions(total, count, largest[:, None])
    few = sensitive_sums(sums, Rule("", minimum_contributors=3))
    dominated = sensitive_sums(sums, Rule("", dominance_count=1, dominance_share=85))
    both = sensitive_sums(sums, Rule("", minimum_contributors=3, dominance_count=1, dominance_share=85))
    assert (few.sum(), (dominated & ~few).sum(), both.sum()) == (52, 25, 77)


@pytest.mark.parametrize(
    ("amounts", "rule", "sensitive"),
    [
        ([50, 30, 20], Rule("", minimum_contributors=3), False),
        ([50, 30], Rule("", minimum_contributors=3), True),
        ([], Rule("", minimum_contributors=3), False),
        ([86, 14], Rule("", dominance_count=1, dominance_share=85), True),
        ([85, 15], Rule("", dominance_count=1, dominance_share=85), False),
        ([50, 40, 10], Rule("", dominance_count=2, dominance_share=85), True),
        ([100, 50, 9], Rule("", p_percent=10), True),
        ([100, 50, 10], Rule("", p_percent=10), False),
        ([100], Rule("", p_percent=10), True),
    ],
)
def test_each_rule_on_known_amounts(amounts, rule, sensitive):
    largest = np.array([sorted(amounts, reverse=True)[:3]], dtype=float).reshape(1, -1)
    sums = Contributions(np.array([float(sum(amounts))]), np.array([float(len(amounts))]), largest)
    assert sensitive_sums(sums, rule).tolist() == [sensitive]


def test_what_is_not_known_of_the_contributors_is_sensitive():
    unknown = Contributions(np.array([100.0, 100.0]), np.array([np.nan, 9.0]), np.array([[40.0], [np.nan]]))
    assert sensitive_sums(unknown, Rule("", minimum_contributors=3)).tolist() == [True, False]
    assert sensitive_sums(unknown, Rule("", dominance_count=1, dominance_share=85)).tolist() == [False, True]
    assert sensitive_sums(unknown, Rule("", p_percent=10)).tolist() == [True, True]
