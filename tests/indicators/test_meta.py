from __future__ import annotations

import pytest

from wohnplatz.indicators import figure_meta, inputs, load_catalogue, protection, variables_of
from wohnplatz.indicators.statements import REASONS
from wohnplatz.model import Polarity

CATALOGUE = load_catalogue()
MEASURES = CATALOGUE.indices["soziallage"].measures()


def test_every_code_of_a_figure_table_has_meta_and_protection():
    measures = {m for index in CATALOGUE.indices.values() for m in index.measures()}
    codes = {*CATALOGUE.indicators, *measures, CATALOGUE.population}
    assert set(figure_meta(CATALOGUE)) == codes
    assert set(protection(CATALOGUE)) == codes
    assert {protection(CATALOGUE)[m] for m in MEASURES} == {"index"}


def test_classed_measures_name_their_classes_in_the_order_of_their_values():
    meta = figure_meta(CATALOGUE)
    assert meta["soziallage:status_class"].classes == ("hoch", "mittel", "niedrig", "sehr niedrig")
    groups = meta["soziallage:group"].classes
    assert len(groups) == 12
    assert groups[(4 - 1) * 3 + 1 - 1] == "sehr niedrig / positiv"
    assert meta["soziallage:status"].classes == ()
    assert meta["soziallage:status"].polarity is Polarity.BURDEN


def test_inputs_say_which_indicators_and_how_many_years_back():
    found = inputs(CATALOGUE)
    assert found["sgb2_veraenderung_2"] == (("sgb2_quote", 0), ("sgb2_quote", 2))
    assert "sgb2_quote" not in found
    assert ("kinderarmut", 0) in found["soziallage:status_class"]
    both = set(found["soziallage:status"]) | set(found["soziallage:dynamics"])
    assert set(found["soziallage:group"]) == set(found["soziallage:attention"]) == both


def test_an_index_without_a_rule_for_special_need_says_nothing_of_it():
    without = [i for i in CATALOGUE.indices.values() if not i.attention]
    assert without
    assert not [m for i in without for m in i.measures() if m.endswith(":attention")]
    assert "soziallage:attention" in CATALOGUE.indices["soziallage"].measures()


def test_variables_are_found_through_formulas_and_indices():
    assert variables_of(CATALOGUE, "sgb2_veraenderung_2") == ("sgb2_personen", "einwohner")
    assert set(variables_of(CATALOGUE, "soziallage:attention")) == {
        "arbeitslose", "einwohner", "sgb2_personen", "sgb2_nef_u15", "grundsicherung_alter",
    }  # fmt: skip
    assert variables_of(CATALOGUE, "einwohner") == ("einwohner",)
    with pytest.raises(KeyError):
        variables_of(CATALOGUE, "unbekannt")


def test_reasons_are_distinct_codes():
    assert len(set(REASONS.values())) == len(REASONS)
