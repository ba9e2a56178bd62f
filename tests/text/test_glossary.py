"""The glossary is complete and unambiguous."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from wohnplatz import model
from wohnplatz.text import glossary

PUBLIC_CLASSES = [name for name in model.__all__ if inspect.isclass(getattr(model, name))]
CORE = [
    "district", "municipality", "area", "division", "crosswalk", "partner", "agreement", "delivery",
    "round", "variable", "observation", "cell_state", "finding", "release", "indicator",
    "index_definition", "status", "dynamics", "disclosure_control", "protected", "sector_planning",
    "data_request", "social_report", "consultation", "planning_conference", "recommendation", "measure",
    "body", "meeting", "paper", "resolution", "blocking_note", "planning_step",
]  # fmt: skip


@pytest.mark.parametrize("name", PUBLIC_CLASSES)
def test_every_public_class_of_the_model_has_an_entry(name):
    assert re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() in glossary()


@pytest.mark.parametrize("code", CORE)
def test_every_core_word_has_an_entry(code):
    assert code in glossary()


def test_no_label_stands_for_two_things():
    labels = [term.label.casefold() for term in glossary().values()]
    assert sorted(set(labels)) == sorted(labels)


def test_every_entry_has_label_definition_and_source():
    for term in glossary().values():
        assert term.label, term.code
        assert term.source, term.code
        assert term.definition.endswith("."), term.code


def test_the_glossary_in_the_documentation_is_the_packaged_file():
    shown = Path(__file__).resolve().parents[2] / "docs" / "glossar.toml"
    packaged = Path(inspect.getfile(glossary)).with_name("glossar.toml")
    assert shown.resolve() == packaged.resolve()
