"""Index families against official tables: United States, Wales, Germany."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from wohnplatz.model import IndexFamily
from wohnplatz.monitoring.families import Scheme, index_values
from wohnplatz.monitoring.quantiles import percentile_ranks, quantile_classes, rank_classes, ranks

pytestmark = pytest.mark.reference_data

THEMES = (
    ("POV", "UNEMP", "PCI", "NOHSDP"), ("AGE65", "AGE17", "DISABL", "SNGPNT"), ("MINRTY", "LIMENG"),
    ("MUNIT", "MOBILE", "CROWD", "NOVEH", "GROUPQ"),
)  # fmt: skip
NAMES = tuple(name for theme in THEMES for name in theme)
WELSH = {
    "Income": 0.22, "Employment": 0.22, "Health": 0.15, "Education": 0.14, "Access": 0.10, "Housing": 0.07,
    "Environment": 0.05, "Crime": 0.05,
}  # fmt: skip


@pytest.fixture(scope="module")
def counties(reference_data: Path) -> dict[str, np.ndarray]:
    with (reference_data / "cdc_svi/SVI2018_US_COUNTY.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for name in rows[0]:
        if name.startswith(("EP_", "EPL_", "SPL_", "RPL_", "F_")):
            values = np.array([float(row[name]) for row in rows])
            found[name] = np.where(values == -999, np.nan, values)
    return found


def vulnerability() -> Scheme:
    place = {name: n for n, name in enumerate(NAMES)}
    themes = tuple(tuple(place[name] for name in theme) for theme in THEMES)
    turned = tuple(name == "PCI" for name in NAMES)
    return Scheme(IndexFamily.PERCENTILE, (1.0,) * len(NAMES), turned, themes, decimals=4)


def test_the_vulnerability_index_of_all_american_counties_comes_out(counties: dict[str, np.ndarray]) -> None:
    found = index_values(np.column_stack([counties[f"EP_{name}"] for name in NAMES]), vulnerability())
    ranked = np.column_stack([counties[f"EPL_{name}"] for name in NAMES])
    same = np.isclose(found.contributions, ranked, atol=1e-9, equal_nan=True)
    assert (same.sum(), same.size) == (47_130, 47_130)
    for n in range(len(THEMES)):
        np.testing.assert_allclose(found.themes[:, n], counties[f"RPL_THEME{n + 1}"], atol=1e-9)
    whole = np.isclose(found.score, counties["RPL_THEMES"], atol=1e-9, equal_nan=True)
    assert (whole.sum(), whole.size) == (3_142, 3_142)


def test_the_flags_of_the_highest_tenth_come_out(counties: dict[str, np.ndarray]) -> None:
    found = index_values(np.column_stack([counties[f"EP_{name}"] for name in NAMES]), vulnerability())
    for n, name in enumerate(NAMES):
        known = np.isfinite(counties[f"F_{name}"])
        flags = (found.contributions[:, n] >= 0.9).astype(float)
        np.testing.assert_array_equal(flags[known], counties[f"F_{name}"][known])


@pytest.mark.parametrize(("kind", "turned"), [("score", False), ("rank", True)])
def test_the_welsh_index_of_multiple_deprivation_comes_out(
    reference_data: Path, kind: str, turned: bool
) -> None:
    with gzip.open(reference_data / "wimd2019/imd2019_wales_lsoa11.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    values = np.array([[float(row[f"{domain}_{kind}"]) for domain in WELSH] for row in rows])
    scheme = Scheme(IndexFamily.EXPONENTIAL, tuple(WELSH.values()), (turned,) * len(WELSH))
    score = index_values(values, scheme).score
    np.testing.assert_allclose(score, [float(row["IMD_score"]) for row in rows], atol=1e-8)
    rank = ranks(np.round(score, 9))
    assert (rank == [float(row["IMD_rank"]) for row in rows]).sum() == 1_909
    assert (rank_classes(rank, 10) == [int(row["IMD_decile"]) for row in rows]).sum() == 1_909


def test_the_classes_of_the_german_index_of_deprivation_come_out(reference_data: Path) -> None:
    with (reference_data / "gisd/GISD_Bund_Kreis.csv").open() as file:
        rows = list(csv.DictReader(file))
    hits = np.zeros(3, dtype=int)
    for year in sorted({row["year"] for row in rows}):
        of_year = [row for row in rows if row["year"] == year]
        score = np.array([float(row["gisd_score"]) for row in of_year])
        fifths, tenths = quantile_classes(score, 5, kind=9), quantile_classes(score, 10, kind=9)
        thirds = np.select([fifths == 1, fifths == 5], [1, 3], 2)
        for n, (found, name) in enumerate(((fifths, "gisd_5"), (tenths, "gisd_10"), (thirds, "gisd_k"))):
            hits[n] += (found == [int(row[name]) for row in of_year]).sum()
    assert hits.tolist() == [9_600, 9_600, 9_600]


def test_another_type_of_quantile_would_miss_classes(reference_data: Path) -> None:
    with (reference_data / "gisd/GISD_Bund_Kreis.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2014"]
    score = np.array([float(row["gisd_score"]) for row in rows])
    published = np.array([int(row["gisd_10"]) for row in rows])
    misses = {kind: int((quantile_classes(score, 10, kind=kind) != published).sum()) for kind in range(1, 10)}
    assert misses[9] == 0
    assert sum(m > 0 for m in misses.values()) >= 1


def test_percentile_ranks_over_fewer_counties_are_other_ranks(counties: dict[str, np.ndarray]) -> None:
    poverty = counties["EP_POV"]
    assert np.nanmax(np.abs(percentile_ranks(poverty[:100]) - counties["EPL_POV"][:100])) > 0.01
