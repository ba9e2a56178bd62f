"""Ready definitions of official indices on made-up tables of their form, against plain arithmetic."""

from __future__ import annotations

import csv
import io
import math
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from wohnplatz.indicators.tabled import TableResult, compute_table_index, summary, table_index
from wohnplatz.model import WohnplatzError

EXAMPLES = Path(__file__).parents[2] / "docs" / "beispiele" / "index"
SMALL = "key = 'k'\nfamily = 'z_sum'\n[[indicators]]\ncolumn = 'x'\n"


def example(name: str) -> tuple[str, list[dict[str, object]]]:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return text, tomllib.loads(text)["indicators"]


def written(head: list[str], rows: list[list[object]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([head, *rows])
    return out.getvalue().encode()


def computed(name: str, table: bytes, change: Callable[[str], str] = str) -> TableResult:
    return compute_table_index(table, "tabelle.csv", table_index(change(example(name)[0]), name))


def x_of(rank: float, n: int) -> float:
    return -23 * math.log(1 - (n - rank + 1) / n * (1 - math.exp(-100 / 23)))


def places(values: list[float]) -> list[int]:
    """Rank of each, 1 for the highest."""
    return [1 + sum(other > value for other in values) for value in values]


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.toml")))
def test_every_ready_definition_is_read(name: str) -> None:
    assert table_index(example(name)[0], name).columns


def test_english_deprivation_comes_from_the_ranks_of_its_domains() -> None:
    _, domains = example("imd2019_england.toml")
    n, rng = 1_234, np.random.default_rng(2019)
    rank = np.column_stack([rng.permutation(n) + 1 for _ in domains])
    table = written(
        ["LSOA code (2011)", *(str(d["column"]) for d in domains)],
        [[f"E{i:08d}", *(f"{r:,}" for r in rank[i])] for i in range(n)],
    )
    found = computed("imd2019_england.toml", table)
    weight = [float(str(d["weight"])) for d in domains]
    assert sum(weight) == pytest.approx(0.999), "as published"
    score = [sum(w * x_of(r, n) for w, r in zip(weight, row, strict=True)) for row in rank.tolist()]
    np.testing.assert_allclose(found.score, score, atol=1e-9)
    assert found.rank.tolist() == places([round(s, 9) for s in score])
    assert np.bincount(found.classes)[1:].tolist() == [
        math.floor(n * d / 10) - math.floor(n * (d - 1) / 10) for d in range(1, 11)
    ]


def test_scottish_domains_share_the_mean_of_equal_ranks() -> None:
    _, domains = example("simd2020.toml")
    shared = [1.5, 1.5, 3, 4, 5.5, 5.5, 7]
    rows = [[f"S{i}", shared[i], *([i + 1] * (len(domains) - 1))] for i in range(7)]
    table = written(["Data_Zone", *(str(d["column"]) for d in domains)], rows)
    found = computed("simd2020.toml", table, lambda text: text.replace('sheet = "SIMD 2020v2 ranks"', ""))
    assert found.parts[0, 0] == pytest.approx(x_of(1.5, 7))
    assert found.parts[5, 0] == pytest.approx(x_of(5.5, 7))
    assert found.score[0] == pytest.approx((28 * x_of(1.5, 7) + 72 * x_of(1, 7)) / 100)


def svi_row(key: str, people: int, values: list[float]) -> list[object]:
    return [key, people, *values]


def svi_rank(column: list[float]) -> list[float]:
    """Percentile rank as a spreadsheet does it, to four places; -999 has none."""
    known = [x for x in column if x != -999]
    below = [sum(other < x for other in known) for x in column]
    return [
        math.nan if x == -999 else round(b / (len(known) - 1), 4) for x, b in zip(column, below, strict=True)
    ]


def test_vulnerability_of_2022_ranks_sixteen_indicators_in_its_new_themes() -> None:
    _, indicators = example("svi2022.toml")
    rng = np.random.default_rng(2022)
    values = rng.integers(0, 40, (60, len(indicators))).astype(float)
    values[7, 3] = -999
    values[9, :] = -999  # nobody lives here
    rows = [svi_row(f"{i:05d}", 0 if i == 9 else 100, list(row)) for i, row in enumerate(values.tolist())]
    found = computed(
        "svi2022.toml", written(["FIPS", "E_TOTPOP", *(str(i["column"]) for i in indicators)], rows)
    )
    ranked = np.column_stack([svi_rank(column) for column in values.T.tolist()])
    np.testing.assert_allclose(found.parts, ranked, atol=1e-12)
    themes = [str(i["theme"]) for i in indicators]
    sums = np.column_stack(
        [ranked[:, [n for n, t in enumerate(themes) if t == name]].sum(axis=1) for name in found.theme_names]
    )
    for t in range(4):
        total = np.round(np.where(np.isnan(sums[:, t]), -999, sums[:, t]), 9).tolist()
        np.testing.assert_allclose(found.themes[:, t], svi_rank(total), atol=1e-12)
    whole = np.round(np.where(np.isnan(sums.sum(axis=1)), -999, sums.sum(axis=1)), 9).tolist()
    np.testing.assert_allclose(found.score, svi_rank(whole), atol=1e-12)
    assert found.theme_names[2] == "minderheit"
    assert found.keys[9] == "00009"
    assert (found.why[7], found.why[9]) == ("eine Angabe fehlt", "zu wenige Einwohner")


def test_the_flags_of_2022_count_the_highest_tenth() -> None:
    _, indicators = example("svi2022_markierungen.toml")
    values = np.random.default_rng(90).integers(0, 30, (50, len(indicators))).astype(float)
    values[3, 0] = -999
    rows = [svi_row(f"{i:05d}", 9, list(row)) for i, row in enumerate(values.tolist())]
    table = written(["FIPS", "E_TOTPOP", *(str(i["column"]) for i in indicators)], rows)
    found = computed("svi2022_markierungen.toml", table)
    flags = np.column_stack([np.array(svi_rank(column)) >= 0.9 for column in values.T.tolist()]).sum(axis=1)
    assert np.isnan(found.score[3])
    np.testing.assert_array_equal(np.delete(found.score, 3), np.delete(flags, 3))


def test_ranks_within_states_are_those_of_each_state_by_itself() -> None:
    _, indicators = example("svi2022.toml")
    values = np.random.default_rng(50).random((40, len(indicators)))
    head = ["FIPS", "STATE", "E_TOTPOP", *(str(i["column"]) for i in indicators)]
    rows = [[f"{i:05d}", "AB"[i % 2], 1, *row] for i, row in enumerate(values.tolist())]
    found = computed("svi2022.toml", written(head, rows), lambda text: 'within = "STATE"\n' + text)
    alone = computed("svi2022.toml", written(head, [r for r in rows if r[1] == "B"]))
    assert found.score[1::2].tolist() == alone.score.tolist()
    assert found.group[:2] == ("A", "B")


def german(x: float) -> str:
    return f"{x:.3f}".replace(".", ",")


@pytest.mark.parametrize("change", [False, True])
def test_the_hamburg_index_leaves_small_areas_out_and_turns_school_leavers(change: bool) -> None:
    name = "sozialmonitoring_dynamik.toml" if change else "sozialmonitoring_status.toml"
    _, indicators = example(name)
    rng = np.random.default_rng(300)
    now, before = rng.uniform(5, 60, (2, 30, len(indicators))).round(3)
    people = [299 if i == 4 else 2_000 for i in range(30)]
    names = [str(i["column"]) for i in indicators]
    head = ["Statistisches Gebiet", "Bevölkerung", *names, *(f"{n} vor drei Jahren" for n in names)]
    rows = [
        [str(1001 + i), people[i], *map(german, now[i]), *map(german, before[i])] for i in range(30)
    ]  # fmt: skip
    found = computed(name, written(head, rows, ";"))
    x = now - before if change else now
    x[:, -1] *= -1
    kept = np.array(people) >= 300
    z = (x[kept] - x[kept].mean(axis=0)) / x[kept].std(axis=0)
    total = z.sum(axis=1)
    np.testing.assert_allclose(found.score[kept], (total - total.mean()) / total.std(), atol=1e-9)
    assert np.isnan(found.score[4])
    assert found.why[4] == "zu wenige Einwohner"
    assert set(found.classes[kept]) <= ({1, 2, 3} if change else {1, 2, 3, 4})


@pytest.mark.parametrize("common", [False, True])
def test_the_german_index_takes_components_over_all_years_and_ranges_as_its_edition_has_it(
    common: bool,
) -> None:
    _, indicators = example("gisd2024.toml")
    n, rng = 40, np.random.default_rng(2024)
    hidden = rng.normal(size=(2 * n, 1))
    sign = np.array([-1.0 if i.get("high") == "good" else 1.0 for i in indicators])
    x = hidden * sign + rng.normal(size=(2 * n, len(indicators)))
    head = ["Gemeindekennziffer", "Jahr", *(str(i["column"]) for i in indicators)]
    rows = [[f"{i % n:08d}", 2020 + i // n, *x[i]] for i in range(2 * n)]

    def edition(text: str) -> str:
        return text.replace('theme_range = "group"', 'theme_range = "all"') if common else text

    found = computed("gisd2024.toml", written(head, rows), edition)
    years = [np.arange(n), np.arange(n, 2 * n)]
    themes = []
    for first in (0, 3, 6):
        z = x[:, first : first + 3] * sign[first : first + 3]
        z = (z - z.mean(axis=0)) / z.std(axis=0, ddof=1)
        axis = np.linalg.eigh(np.corrcoef(z.T))[1][:, -1]
        raw = z @ axis * np.sign(axis.sum())
        themes.append(unit(raw, [np.arange(2 * n)] if common else years))
    expected = unit(np.sum(themes, axis=0), years)
    np.testing.assert_allclose(found.score, expected.round(5), atol=1.1e-5)
    fifths = np.searchsorted(
        np.quantile(found.score[:n], [0.2, 0.4, 0.6, 0.8], method="normal_unbiased"), found.score[:n], "right"
    )
    assert (found.classes[:n] == fifths + 1).all()


def unit(x: np.ndarray, groups: list[np.ndarray]) -> np.ndarray:
    result = np.empty_like(x)
    for rows in groups:
        result[rows] = (x[rows] - x[rows].min()) / np.ptp(x[rows])
    return result


def test_three_classes_of_five_have_the_names_the_definition_gives_them() -> None:
    text = "class_rule = 'ranks'\nclass_count = 5\nclass_merge = [1, 2, 2, 2, 3]\n" + SMALL
    found = compute_table_index(
        b"k,x\n" + b"".join(b"%d,%d\n" % (i, i) for i in range(10)), "t.csv", table_index(text)
    )
    assert found.classes.tolist() == [3, 3, 2, 2, 2, 2, 2, 2, 1, 1]


def test_townsend_is_a_sum_of_z_values_two_of_logarithms() -> None:
    rows = [[f"A{i}", i * 2.0, 10.0 / (i + 1), 40 - i, 3.0 + (i % 3)] for i in range(8)]
    table = written(["Area", "Unemployment", "Overcrowding", "No car", "Not owner occupied"], rows)
    found = computed("townsend.toml", table)
    x = np.array([row[1:] for row in rows], dtype=float)
    x[:, :2] = np.log1p(x[:, :2])
    np.testing.assert_allclose(found.score, ((x - x.mean(axis=0)) / x.std(axis=0)).sum(axis=1), atol=1e-12)
    sample = computed("townsend.toml", table, lambda text: 'deviation = "sample"\n' + text)
    np.testing.assert_allclose(
        sample.score, ((x - x.mean(axis=0)) / x.std(axis=0, ddof=1)).sum(axis=1), atol=1e-12
    )


def test_what_could_not_be_read_is_told_and_foot_notes_are_no_areas() -> None:
    data = b"Titel\n\nk;x\n1;2\n2;suppressed\n3;NA\n4;7 %\n5;9\n;\n"
    found = compute_table_index(data, "t.csv", table_index("header_row = 3\n" + SMALL))
    assert found.keys == ("1", "2", "3", "4", "5")
    assert np.isfinite(found.score).tolist() == [True, False, False, True, True]
    assert "„suppressed“" in summary(found)
    assert "1\xa0Angabe" in summary(found)


def test_a_column_can_be_named_by_its_letters() -> None:
    found = compute_table_index(b"k,x,x\n1,5,1\n2,5,2\n", "t.csv", table_index(SMALL.replace("'x'", "'[C]'")))
    assert found.score.tolist() == [-1, 1]


@pytest.mark.parametrize(
    ("text", "data", "words"),
    [
        (SMALL, b"k;x\n1;12,345\n2;3,5\n", "Komma"),
        (SMALL, b"k;x\n1;1\n1;2\n", "within"),
        (SMALL, b"k,x,x\n1,5,1\n2,5,2\n", "Buchstaben"),
        ("header_row = 9\n" + SMALL, b"k;x\n1;1\n2;2\n", "Zeile 9"),
        ("minimum_population = 300\n" + SMALL, b"k;x\n1;1\n", "gehören zusammen"),
        ("components = 'all'\n" + SMALL, b"k;x\n1;1\n", "Hauptkomponenten"),
        ("class_rule = 'ranks'\nclass_merge = [1, 2]\n" + SMALL, b"k;x\n1;1\n", "5 Klassen"),
        ("total = 'mittel'\n" + SMALL, b"k;x\n1;1\n", "Möglich"),
        (SMALL + "gewicht = 2\n", b"k;x\n1;1\n", "gewicht"),
    ],
)
def test_what_does_not_fit_is_said(text: str, data: bytes, words: str) -> None:
    with pytest.raises(WohnplatzError, match=words):
        compute_table_index(data, "t.csv", table_index(text))
