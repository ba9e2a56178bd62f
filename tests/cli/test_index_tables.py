"""``wohnplatz index compute``: official tables through the command line, and what does not fit."""

from __future__ import annotations

import csv
import gzip
import io
import json
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
