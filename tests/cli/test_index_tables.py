"""``wohnplatz index compute``: official tables through the command line, and what does not fit."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import statistics
from pathlib import Path

import pytest

from wohnplatz.cli.main import main

THEMES = {
    "a": ("POV", "UNEMP", "PCI", "NOHSDP"), "b": ("AGE65", "AGE17", "DISABL", "SNGPNT"),
    "c": ("MINRTY", "LIMENG"), "d": ("MUNIT", "MOBILE", "CROWD", "NOVEH", "GROUPQ"),
}  # fmt: skip
SMALL = "key = 'k'\nfamily = 'z_sum'\n[[indicators]]\ncolumn = 'x'\n"


def compute(tmp_path: Path, definition: str, data: bytes, name: str = "t.csv") -> list[dict[str, str]]:
    (tmp_path / "d.toml").write_text(definition, encoding="utf-8")
    (tmp_path / name).write_bytes(data)
    out = tmp_path / "out.csv"
    assert (
        main(
            [
                "index",
                "compute",
                str(tmp_path / name),
                "--definition",
                str(tmp_path / "d.toml"),
                "-o",
                str(out),
            ]
        )
        == 0
    )
    return list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig")), delimiter=";"))


@pytest.mark.reference_data
def test_the_vulnerability_index_comes_out_of_the_published_table(
    reference_data: Path, tmp_path: Path
) -> None:
    data = (reference_data / "cdc_svi/SVI2018_US_COUNTY.csv").read_bytes()
    definition = "key = 'FIPS'\nfamily = 'percentile'\nmissing = [-999]\ndecimals = 4\n"
    definition += "".join(f"[[themes]]\ncode = '{code}'\n" for code in THEMES)
    for code, names in THEMES.items():
        for name in names:
            high = "good" if name == "PCI" else "burden"
            definition += f"[[indicators]]\ncolumn = 'EP_{name}'\ntheme = '{code}'\nhigh = '{high}'\n"
    found = compute(tmp_path, definition, data)
    published = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    same = sum(
        row["key"] == county["FIPS"]
        and (
            float(county["RPL_THEMES"]) == -999
            or abs(float(row["score"].replace(",", ".")) - float(county["RPL_THEMES"])) < 1e-9
        )
        for row, county in zip(found, published, strict=True)
    )
    assert same == 3_142
    assert [row["why"] for row in found if not row["score"]] == ["eine Angabe fehlt"]


@pytest.mark.reference_data
def test_the_welsh_ranks_and_deciles_come_out_of_the_published_table(
    reference_data: Path, tmp_path: Path
) -> None:
    data = gzip.decompress((reference_data / "wimd2019/imd2019_wales_lsoa11.csv.gz").read_bytes())
    weights = {"Income": 22, "Employment": 22, "Health": 15, "Education": 14, "Access": 10, "Housing": 7,
               "Environment": 5, "Crime": 5}  # fmt: skip
    definition = "key = 'lsoa11_code'\nfamily = 'exponential'\nclass_rule = 'ranks'\nclass_count = 10\n"
    for name, weight in weights.items():
        definition += f"[[indicators]]\ncolumn = '{name}_score'\nweight = {weight}\n"
    found = compute(tmp_path, definition, data)
    published = list(csv.DictReader(io.StringIO(data.decode())))
    hits = [
        (float(row["rank"].replace(",", ".")) == float(area["IMD_rank"]), row["class"] == area["IMD_decile"])
        for row, area in zip(found, published, strict=True)
    ]
    assert [sum(h) for h in zip(*hits, strict=True)] == [1_909, 1_909]


def test_numbers_are_read_as_the_definition_says_and_signs_are_no_numbers(tmp_path: Path) -> None:
    rows = compute(tmp_path, "decimal_comma = true\n" + SMALL, b"k;x\n01;1.000,5\n02;2,5\n03;.\n04;3\n")
    assert [row["key"] for row in rows] == ["01", "02", "03", "04"]
    assert rows[2]["score"] == ""
    assert float(rows[0]["score"].replace(",", ".")) > 1


@pytest.mark.parametrize(
    ("definition", "data", "words"),
    [
        ("key = [", b"k;x\n1;2\n", "kein g"),
        (SMALL.replace("'x'", "'y'"), b"k;x\n1;2\n", "Spalte"),
        (SMALL, b"k;x\n1;2\n1;3\n", "mehrmals"),
        (SMALL, b"k;x\n;2\n", "keinen Gebietsschl"),
        (SMALL, b"k;x\n", "keine Zeilen"),
        (SMALL, b"", "nicht lesen"),
        (SMALL.replace("z_sum", "magisch"), b"k;x\n1;2\n", "magisch"),
        ("unsinn = 1\n" + SMALL, b"k;x\n1;2\n", "unsinn"),
        ("class_rule = 'limits'\n" + SMALL, b"k;x\n1;2\n", "Grenzen"),
        (SMALL + "weight = 0\n", b"k;x\n1;2\n", "Gewichte"),
        ("key = 'k'\nfamily = 'pca'\n", b"k;x\n1;2\n", "Indikatoren"),
    ],
)
def test_what_does_not_fit_is_said_and_ends_with_1(
    tmp_path, capsys, definition: str, data: bytes, words: str
) -> None:
    (tmp_path / "d.toml").write_text(definition, encoding="utf-8")
    (tmp_path / "t.csv").write_bytes(data)
    assert main(["index", "compute", str(tmp_path / "t.csv"), "--definition", str(tmp_path / "d.toml")]) == 1
    assert words in capsys.readouterr().err


def test_one_area_or_equal_ones_have_no_index_and_say_why(tmp_path, capsys) -> None:
    for text, words in (("k;x\n1;2\n", "weniger als zwei Gebiete"), ("k;x\n1;2\n2;2\n", "überall gleich")):
        (tmp_path / "d.toml").write_text(SMALL)
        (tmp_path / "t.csv").write_text(text)
        arguments = [
            "index",
            "compute",
            str(tmp_path / "t.csv"),
            "--definition",
            str(tmp_path / "d.toml"),
            "--json",
        ]
        assert main(arguments) == 0
        rows = json.loads(capsys.readouterr().out)
        assert {row["score"] for row in rows} == {None}
        assert words in rows[0]["why"]


def agreements(tmp_path: Path, capsys, definition: str, data: bytes, name: str) -> dict[str, tuple[str, str]]:
    """Column → (same, compared), as the command says it."""
    (tmp_path / "d.toml").write_text(definition, encoding="utf-8")
    (tmp_path / name).write_bytes(data)
    assert main(["index", "compute", str(tmp_path / name), "--definition", str(tmp_path / "d.toml")]) == 0
    said = re.findall(
        r"(\S[^.:]*?): ([\d.]+) von ([\d.]+) stimmen", capsys.readouterr().out.split("\n\n")[-1]
    )
    return {column.split(". ")[-1].strip(): (same, all_) for column, same, all_ in said}


def compared(**columns: str) -> str:
    return "".join(f"[[compare]]\ncolumn = '{c}'\nmeasure = '{m}'\n" for c, m in columns.items())


@pytest.mark.reference_data
@pytest.mark.parametrize(
    ("shape", "column"),
    [("class_count = 5", "gisd_5"), ("class_count = 10", "gisd_10"),
     ("class_shares = [0.2, 0.6, 0.2]", "gisd_k")],
)  # fmt: skip
def test_the_classes_of_the_gisd_come_out_for_every_year(
    reference_data: Path, tmp_path: Path, capsys, shape: str, column: str
) -> None:
    definition = (
        f"key = 'kreis_id'\nwithin = 'year'\nfamily = 'given'\nclass_rule = 'quantiles'\n{shape}\n"
        f"quantile_type = 9\n[[indicators]]\ncolumn = 'gisd_score'\n{compared(**{column: 'class'})}"
    )
    data = (reference_data / "gisd/GISD_Bund_Kreis.csv").read_bytes()
    found = agreements(tmp_path, capsys, definition, data, "gisd.csv")
    assert found == {column: ("9.600", "9.600")}


@pytest.mark.reference_data
def test_the_welsh_index_comes_out_of_ranks_too(reference_data: Path, tmp_path: Path, capsys) -> None:
    weights = {"Income": 22, "Employment": 22, "Health": 15, "Education": 14, "Access": 10, "Housing": 7,
               "Environment": 5, "Crime": 5}  # fmt: skip
    definition = "key = 'lsoa11_code'\nfamily = 'exponential'\nclass_rule = 'ranks'\nclass_count = 10\n"
    for name, weight in weights.items():
        definition += f"[[indicators]]\ncolumn = '{name}_rank'\nhigh = 'good'\nweight = {weight}\n"
    data = gzip.decompress((reference_data / "wimd2019/imd2019_wales_lsoa11.csv.gz").read_bytes())
    found = agreements(
        tmp_path, capsys, definition + compared(IMD_rank="rank", IMD_decile="class"), data, "w.csv"
    )
    assert found == {"IMD_rank": ("1.909", "1.909"), "IMD_decile": ("1.909", "1.909")}


@pytest.mark.reference_data
def test_the_themes_of_the_vulnerability_index_come_out(reference_data: Path, tmp_path: Path, capsys) -> None:
    definition = "key = 'FIPS'\nfamily = 'percentile'\nmissing = [-999]\ndecimals = 4\n"
    definition += "".join(f"[[themes]]\ncode = '{code}'\n" for code in THEMES)
    for code, names in THEMES.items():
        for name in names:
            high = "good" if name == "PCI" else "burden"
            definition += f"[[indicators]]\ncolumn = 'EP_{name}'\ntheme = '{code}'\nhigh = '{high}'\n"
    columns = {f"RPL_THEME{n}": f"theme_{code}" for n, code in enumerate(THEMES, start=1)}
    data = (reference_data / "cdc_svi/SVI2018_US_COUNTY.csv").read_bytes()
    definition += compared(RPL_THEMES="score", **columns)
    found = agreements(tmp_path, capsys, definition, data, "svi.csv")
    # One county has no number for two themes and the whole, here and there: it is not compared.
    assert set(found) == {"RPL_THEMES", *columns}
    assert all(same == all_ for same, all_ in found.values())
    assert found["RPL_THEME2"] == ("3.142", "3.142")


@pytest.mark.reference_data
@pytest.mark.parametrize(
    ("file", "areas", "score", "label"),
    [
        ("MSS_2013_cutforR.xls", "434", "Statusindex", "Zuordnung Gruppe Statusindex"),
        ("2015_MSS_cut.xlsx", "435", "Status-Index", "Zuordnung Klasse Status-Index"),
        ("2017_MSS_cut.xlsx", "436", "Status-Index", "Zuordnung Klasse Status-Index"),
    ],
)
def test_berlins_monitoring_comes_out_of_its_sheets(  # noqa: PLR0917 (the cases)
    reference_data: Path, tmp_path: Path, capsys, file: str, areas: str, score: str, label: str
) -> None:
    definition = (
        "key = 'Nummer'\nfamily = 'z_sum'\nclass_rule = 'limits'\nlimits = [-1.0, 1.0, 1.5]\n"
        + "".join(f"[[indicators]]\ncolumn = 'S{n}'\n" for n in range(1, 5))
        + f"[[exclude]]\ncolumn = '{label}'\nequals = ['', '0']\n"
        + f"[[compare]]\ncolumn = '{label}'\nmeasure = 'class'\n"
        + "[[compare]]\nmeasure = 'score'\ntolerance = 0.000011\n"
        + f"column = '{score} (standardisierte Statussumme)'\n"
    )
    definition = "class_labels = ['hoch', 'mittel', 'niedrig', 'sehr niedrig']\n" + definition
    data = (reference_data / "berlin_mss" / file).read_bytes()
    found = agreements(tmp_path, capsys, definition, data, file)
    assert found[label] == (areas, areas)
    # Areas without an index stand with 0 in the sheets: they are not ours to agree with.
    assert found[f"{score} (standardisierte Statussumme)"] == (areas, "447")


def test_a_text_that_is_no_number_is_named_and_a_known_sign_is_not(tmp_path: Path, capsys) -> None:
    (tmp_path / "d.toml").write_text(SMALL)
    (tmp_path / "t.csv").write_text("k;x\n1;2,5\n2;3,5\n")
    arguments = ["index", "compute", str(tmp_path / "t.csv"), "--definition", str(tmp_path / "d.toml")]
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert "„2,5“ ist keine Zahl" in said
    assert "decimal_comma" in said
    rows = compute(
        tmp_path,
        "missing_words = ['zu klein']\n" + SMALL,
        b"k;x\n1;n/a\n2;1,234\n3;Zu klein\n4;12.5 %\n5;7\n",
    )
    assert [bool(row["score"]) for row in rows] == [False, True, False, True, True]


def test_parts_of_a_table_are_indices_of_their_own(tmp_path: Path) -> None:
    data = b"k;year;x\n1;2020;1\n2;2020;3\n1;2021;30\n2;2021;10\n"
    rows = compute(tmp_path, "within = 'year'\n" + SMALL, data)
    assert [(row["within"], row["rank"]) for row in rows] == [
        ("2020", "2"), ("2020", "1"), ("2021", "1"), ("2021", "2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "classes"),
    [
        ("class_rule = 'limits'\nlimits = [1.0, 2.0]\nclosed = 'left'\n", ["1", "2", "3", "3"]),
        ("class_rule = 'limits'\nlimits = [1.0, 2.0]\nclosed = 'right'\n", ["1", "1", "2", "3"]),
        ("class_rule = 'limits'\nlimits = [1.0, 2.0]\nclosed = 'left'\nclass_1_is_most = true\n",
         ["3", "2", "1", "1"]),
        ("class_rule = 'quantiles'\nclass_count = 2\n", ["1", "1", "2", "2"]),
        ("class_rule = 'ranks'\nclass_count = 3\n", ["3", "2", "1", "1"]),
        ("class_rule = 'ranks'\nclass_count = 3\nrank_rule = 'ceil'\n", ["3", "3", "2", "1"]),
        ("class_rule = 'natural'\nclass_count = 2\n", ["1", "1", "1", "2"]),
    ],
)  # fmt: skip
def test_classes_follow_the_rule_that_is_asked_for(tmp_path: Path, more: str, classes: list[str]) -> None:
    definition = more + SMALL.replace("z_sum", "given")
    rows = compute(tmp_path, definition, b"k;x\n1;0\n2;1\n3;2\n4;9\n")
    assert [row["class"] for row in rows] == classes


def test_standard_deviations_and_sums_are_those_that_are_asked_for(tmp_path: Path) -> None:
    data = b"k;x\n1;0\n2;1\n3;5\n"
    scores = {
        more: [float(r["score"].replace(",", ".")) for r in compute(tmp_path, more + SMALL, data)]
        for more in ("", "sd = 'sample'\n", "sd = 'sample'\nstandardise_again = false\n")
    }
    assert statistics.pstdev(scores[""]) == pytest.approx(1)
    assert statistics.stdev(scores["sd = 'sample'\n"]) == pytest.approx(1)
    assert scores["sd = 'sample'\nstandardise_again = false\n"] == pytest.approx(scores["sd = 'sample'\n"])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("closed = 'mitte'\n", "mitte"),
        ("class_rule = 'quantiles'\nclosed = 'middle'\n", "Mitte"),
        ("class_rule = 'quantiles'\nclass_shares = [0.5, 0.4]\n", "Anteile der Klassen"),
        ("ties = 'zufall'\n", "zufall"),
        ("excluded = ['99']\n", "ausgeschlossenes Gebiet"),
        ("header_row = 99\n", "keine Zeilen"),
        ("within = 'jahr'\n", "Spalte"),
    ],
)
def test_a_wrong_wish_is_said(tmp_path: Path, capsys, more: str, words: str) -> None:
    (tmp_path / "d.toml").write_text(more + SMALL, encoding="utf-8")
    (tmp_path / "t.csv").write_bytes(b"k;x\n1;2\n2;3\n")
    assert main(["index", "compute", str(tmp_path / "t.csv"), "--definition", str(tmp_path / "d.toml")]) == 1
    assert words in capsys.readouterr().err


def test_ranks_that_are_cut_off_or_turned_by_ranking_differ_where_they_must(tmp_path: Path) -> None:
    base = "decimals = 2\n" + SMALL.replace("z_sum", "percentile")
    data = b"k;x\n1;1\n2;2\n3;2\n4;9\n"
    rounded, cut = (
        [r["score"] for r in compute(tmp_path, more + base, data)] for more in ("", "rounding = 'down'\n")
    )
    assert rounded == cut == ["0", "0,33", "0,33", "1"]
    good = base + "high = 'good'\n"
    complement, ranked = (
        [r["score"] for r in compute(tmp_path, more + good, data)] for more in ("", "turned = 'rank'\n")
    )
    assert complement == ["1", "0,33", "0,33", "0"]  # ranked again from 1 − p
    assert ranked == ["1", "0,33", "0,33", "0"]
