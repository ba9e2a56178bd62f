from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from wohnplatz.disclosure import load_rules
from wohnplatz.indicators import (
    CatalogueError,
    FormulaError,
    catalogue_from_json,
    catalogue_json,
    load_catalogue,
)
from wohnplatz.indicators.loading import PACKAGED
from wohnplatz.model import Audience, WohnplatzError

CATALOGUE = load_catalogue()
QUOTE, CHANGE = "indicators/sgb2_quote.toml", "indicators/sgb2_veraenderung_2.toml"
INDEX = "indices/soziallage.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGED, tmp_path / "catalogue"))


def change(folder: Path, file: str, old: str, new: str) -> str:
    """The message after one change in a file of the catalogue."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WohnplatzError) as caught:
        load_catalogue(folder)
    assert isinstance(caught.value, CatalogueError | FormulaError)
    return caught.value.text()


def test_the_shipped_catalogue_has_every_block_and_a_core():
    blocks = Counter(i.block for i in CATALOGUE.indicators.values())
    assert len(CATALOGUE.indicators) >= 28
    assert set(blocks) == set(CATALOGUE.blocks)
    assert 10 <= sum(i.core for i in CATALOGUE.indicators.values()) <= 20


def test_every_indicator_says_what_a_method_page_needs():
    for indicator in CATALOGUE.indicators.values():
        assert len(indicator.method) > 60, indicator.code
        assert indicator.supplier
        assert indicator.legal_basis
        assert indicator.source
        assert len(indicator.short) <= 45, indicator.code
        assert "!" not in indicator.method + indicator.label
        assert all(c.isascii() for c in indicator.code)


def test_every_variable_is_defined():
    assert all(len(v.definition) > 20 for v in CATALOGUE.variables.values())


def test_a_ratio_names_its_smallest_denominator():
    for indicator in CATALOGUE.indicators.values():
        assert (indicator.minimum_denominator is not None) == bool(indicator.denominator), indicator.code


def test_every_protection_class_has_a_rule():
    known = set(load_rules().audiences[Audience.PUBLIC].classes)
    assert {i.protection for i in CATALOGUE.indicators.values()} <= known


def test_the_variables_of_a_data_set_stand_on_one_level():
    for dataset in CATALOGUE.datasets:
        levels = {v.level for v in CATALOGUE.variables.values() if v.dataset == dataset}
        assert len(levels) == 1, dataset


def test_every_variable_is_used_by_an_indicator():
    used = " ".join(f"{i.numerator} {i.denominator}" for i in CATALOGUE.indicators.values())
    assert {v for v in CATALOGUE.variables if v not in used} == set()


def test_indicators_come_in_the_order_of_their_blocks():
    order = [list(CATALOGUE.blocks).index(i.block) for i in CATALOGUE.indicators.values()]
    assert order == sorted(order)
    assert next(iter(CATALOGUE.indicators)) == "einwohner"


def test_canonical_json_gives_the_same_catalogue_and_the_same_bytes():
    data = catalogue_json(CATALOGUE)
    again = catalogue_from_json(data)
    assert again == CATALOGUE
    assert list(again.indicators) == list(CATALOGUE.indicators)
    assert catalogue_json(again) == data


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("variables.toml", 'unit = "km²"', 'units = "km²"', ["variables.toml, [flaeche]", "»unit« fehlt"]),
        ("variables.toml", 'unit = "km²"', 'unit = "km²"\nrythm = "x"', ["[flaeche]", "»rythm«", "»rhythm«"]),
        ("variables.toml", 'unit = "km²"', "unit = 3", ["[flaeche], Schlüssel »unit«", "ein Text"]),
        ("variables.toml", 'unit = "km²"', "unit = ", ["variables.toml", "kein gültiges TOML"]),
        ("variables.toml", '"geschlecht"', '"geschlecth"', ["[einwohner]", "»geschlecht«"]),
        ("variables.toml", '"gerade Jahre"', '"ungerade Jahre"', ["[pflegebeduerftige]", "rhythm"]),
        ("variables.toml", '"01.03."', '"30.02."', ["[kita_u3]", "reference", "30.02."]),
        ("variables.toml", '"bevoelkerung"', '"bevolkerung"', ["[einwohner]", "»bevoelkerung«"]),
        ("dimensions.toml", '"85+" = [85]', '"85+" = [86]', ["[alter]", "bounds", "lückenlos"]),
        ("dimensions.toml", 'Frauen = "w"', 'Frauen = "f"', ["[geschlecht]", "aliases", "»f«"]),
        (QUOTE, "factor = 100", "factor = 0", [QUOTE, "factor"]),
        (QUOTE, 'polarity = "burden"', 'polarity = "bad"', ["polarity", "burden"]),
        (QUOTE, 'code = "sgb2_quote"', 'code = "sgb2"', ["sgb2_quote.toml", "»code«"]),
        (QUOTE, 'block = "mindestsicherung"', 'block = "geld"', ["»geld«", "block"]),
        (QUOTE, "alter=0..64", "alter=0..63", ["sgb2_quote.toml", "»denominator«", "Zeichen 17"]),
        (QUOTE, '"sgb2_personen"', '"sgb2_person"', ["»numerator«", "»sgb2_personen«", "^"]),
        (CHANGE, "@sgb2_quote", "@sgb_quote", ["»formula«", "»sgb2_quote«", "^"]),
        (CHANGE, "formula =", 'numerator = "einwohner"\nformula =', ["entweder"]),
        (INDEX, "[-1.0, 1.0, 1.5]", "[1.0, -1.0, 1.5]", ["soziallage.toml", "status_limits"]),
        (INDEX, '"sehr niedrig"]', "]", ["status_classes"]),
        (INDEX, '"kinderarmut"', '"kinderamut"', ["»status«", "»kinderarmut«"]),
        (INDEX, "[3, 3]", "[3, 4]", ["attention"]),
        (INDEX, '"kinderarmut"', '"pflegequote"', ["nicht auf der Ebene »wohnplatz«"]),
        ("blocks.toml", '"einwohner",', '"einwohnerin",', ["[bevoelkerung]", "»einwohnerin«"]),
    ],
)
def test_a_wrong_catalogue_is_refused_with_file_and_key(
    folder: Path, file: str, old: str, new: str, said: list[str]
):
    message = change(folder, file, old, new)
    for word in said:
        assert word in message, message


def test_formulas_in_a_circle_are_refused_and_the_circle_is_named(folder: Path):
    change_two = folder / "indicators" / "kinderarmut_veraenderung_2.toml"
    text = change_two.read_text(encoding="utf-8")
    change_two.write_text(text.replace("@kinderarmut", "@sgb2_veraenderung_2"), encoding="utf-8")
    message = change(
        folder, "indicators/sgb2_veraenderung_2.toml", "@sgb2_quote", "@kinderarmut_veraenderung_2"
    )
    assert "@sgb2_veraenderung_2 → @kinderarmut_veraenderung_2 → @sgb2_veraenderung_2" in message
    assert "indicators/kinderarmut_veraenderung_2.toml, Schlüssel »formula«" in message


def test_an_indicator_of_itself_is_a_circle(folder: Path):
    message = change(folder, "indicators/sgb2_veraenderung_2.toml", "@sgb2_quote", "@sgb2_veraenderung_2")
    assert "@sgb2_veraenderung_2 → @sgb2_veraenderung_2" in message


def test_a_missing_file_and_a_wrong_encoding_are_named(folder: Path):
    (folder / "blocks.toml").write_bytes("label = 'Bevölkerung'".encode("cp1252"))
    with pytest.raises(CatalogueError, match=r"UTF-8.*blocks\.toml"):
        load_catalogue(folder)
    (folder / "blocks.toml").unlink()
    with pytest.raises(CatalogueError, match=r"fehlt.*blocks\.toml"):
        load_catalogue(folder)


def test_broken_json_of_a_release_is_named():
    with pytest.raises(CatalogueError, match="JSON"):
        catalogue_from_json(b"{")
