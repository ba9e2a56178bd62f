"""Single items of a catalogue: written and read back, laid over, and what differs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wohnplatz.indicators import (
    CatalogueError,
    FormulaError,
    catalogue_json,
    dependants,
    differences,
    error_key,
    load_catalogue,
    other_differences,
    overlaid,
    read_item,
    to_toml,
)
from wohnplatz.indicators.items import place

CATALOGUE = load_catalogue()
ITEMS = [*CATALOGUE.indicators.values(), *CATALOGUE.indices.values()]
QUOTE = CATALOGUE.indicators["sgb2_quote"]
INDEX = CATALOGUE.indices["soziallage"]


@pytest.mark.parametrize("item", ITEMS, ids=lambda i: i.code)
def test_every_shipped_item_is_the_same_after_writing_and_reading(item):
    assert read_item(to_toml(item), "Probe") == item


@pytest.mark.parametrize("text", ['ein "Zitat"', "zwei\nZeilen", "Rück\\strich", "\t\x7f\x01", "„ß“ 😀"])
def test_no_sign_of_a_text_is_lost_in_toml(text):
    item = replace(QUOTE, method=f"a{text}z")
    assert read_item(to_toml(item), "Probe") == item


def test_a_layer_replaces_in_place_adds_at_the_end_of_the_block_and_takes_away():
    new = replace(QUOTE, code="neue_quote", version=1)
    over = overlaid(CATALOGUE, [replace(QUOTE, version=2, label="Anders"), new], [("indices", "soziallage")])
    codes, before = list(over.indicators), list(CATALOGUE.indicators)
    assert [c for c in codes if c != "neue_quote"] == before
    assert over.indicators[codes[codes.index("neue_quote") + 1]].block != QUOTE.block
    assert over.indicators["sgb2_quote"].label == "Anders"
    assert "soziallage" not in over.indices
    assert CATALOGUE.indicators["sgb2_quote"].version == 1, "the catalogue beneath is untouched"


def test_an_empty_layer_gives_the_same_bytes():
    assert catalogue_json(overlaid(CATALOGUE, [])) == catalogue_json(CATALOGUE)


def test_a_layer_is_checked_as_a_whole_and_the_error_names_item_and_key():
    with pytest.raises(FormulaError, match="Gemeint ist vielleicht »sgb2_personen«") as wrong:
        overlaid(CATALOGUE, [replace(QUOTE, numerator="sgb2_persone")])
    assert error_key(wrong.value) == "numerator"
    with pytest.raises(FormulaError, match="Den Indikator »@sgb2_quote« gibt es nicht"):
        overlaid(CATALOGUE, [], [("indicators", "sgb2_quote")])
    with pytest.raises(CatalogueError) as limits:
        overlaid(CATALOGUE, [replace(INDEX, status_limits=(1.0, -1.0, 2.0))])
    assert error_key(limits.value) == "status_limits"
    assert place("indices", "soziallage") in limits.value.where


def test_a_key_that_is_missing_is_named():
    with pytest.raises(CatalogueError) as missing:
        read_item('code = "a"\nversion = 1\n', "Probe")
    assert error_key(missing.value) == "label"


def test_everything_that_is_computed_with_an_indicator_is_found_also_over_two_steps():
    found = {d.code: d.via for d in dependants(CATALOGUE, "sgb2_quote")}
    assert found["sgb2_veraenderung_2"] == "sgb2_quote"
    assert found["soziallage"] == "sgb2_quote"
    only_dynamics = replace(
        INDEX, code="nur_dynamik", status=tuple(p for p in INDEX.status if p.indicator != "sgb2_quote")
    )
    over = overlaid(CATALOGUE, [only_dynamics])
    assert {d.code: d.via for d in dependants(over, "sgb2_quote")}["nur_dynamik"] == "sgb2_veraenderung_2"
    assert dependants(CATALOGUE, "soziallage") == ()


def test_what_differs_is_told_field_by_field_in_words():
    changed = replace(QUOTE, version=2, denominator="einwohner", core=False)
    new = replace(QUOTE, code="neue_quote")
    over = overlaid(CATALOGUE, [changed, new], [("indices", "soziallage")])
    found = {c.code: c for c in differences(CATALOGUE, over)}
    assert {c.code: c.kind for c in found.values()} == {
        "sgb2_quote": "changed", "neue_quote": "added", "soziallage": "removed",
    }  # fmt: skip
    fields = {f.label: (f.old, f.new) for f in found["sgb2_quote"].fields}
    assert fields == {
        "Nenner": ("einwohner[alter=0..64]", "einwohner"), "Kernindikator": ("ja", "nein"),
    }  # fmt: skip
    assert "sgb2_veraenderung_2" in {d.code for d in found["sgb2_quote"].dependants}
    assert differences(CATALOGUE, CATALOGUE) == ()
    assert other_differences(CATALOGUE, replace(CATALOGUE, datasets={})) != ()


def test_weights_themes_and_limits_of_an_index_are_told_as_germans_write_them():
    exponential = CATALOGUE.indices["deprivation_exponentiell"]
    part = exponential.status[0]
    over = overlaid(
        CATALOGUE,
        [replace(exponential, version=2, status=(replace(part, weight=1.5), *exponential.status[1:]))],
    )
    (change,) = differences(CATALOGUE, over)
    (field,) = change.fields
    assert field.label == "Indikatoren"
    assert "arbeitslosenanteil (Gewicht 0,25)" in field.old
    assert "arbeitslosenanteil (Gewicht 1,5)" in field.new
