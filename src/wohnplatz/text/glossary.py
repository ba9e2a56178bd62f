"""The glossary: which German word stands for which name in the code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Term:
    """One term: name in the code, German label, definition and where the word comes from."""

    code: str
    label: str
    definition: str
    source: str


@cache
def _terms() -> tuple[Term, ...]:
    text = resources.files("wohnplatz.text").joinpath("glossar.toml").read_text(encoding="utf-8")
    return tuple(Term(code, **entry) for code, entry in tomllib.loads(text).items())


def glossary() -> dict[str, Term]:
    """All terms by code name, in the order of the file. Classes stand in snake case: ``cell_state``."""
    return {term.code: term for term in _terms()}
