"""Finding what people mean: names without regard to case and spaces, and the nearest ones to a wrong one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from wohnplatz.model import TOTAL, Dimension, Variable
from wohnplatz.text import enumerate_words

TOTAL_WORDS = ("", TOTAL, "insgesamt", "gesamt", "zusammen", "alle", "summe", "total")


def normalised(text: str) -> str:
    """``text`` in lower case with single ordinary spaces and ordinary hyphens."""
    return " ".join(text.replace("–", "-").replace("\u2011", "-").split()).casefold()


def proposal(value: str, names: Collection[str]) -> str:
    """`` Gemeint ist vielleicht „a“ oder „b“.`` with a leading space; empty where nothing is near."""
    by_form: dict[str, str] = {}
    for name in names:
        by_form.setdefault(normalised(name), name)
    near = get_close_matches(normalised(value)[:100], by_form, n=3, cutoff=0.7)
    words = enumerate_words([f"„{by_form[form]}“" for form in near], last="oder")
    return f" Gemeint ist vielleicht {words}." if near else ""


def category_names(dimension: Dimension) -> dict[str, str]:
    """Every accepted spelling, normalised → category code; the total's words lead to ``T``."""
    names = {normalised(word): TOTAL for word in TOTAL_WORDS}
    names |= {normalised(alias): code for alias, code in dimension.aliases.items()}
    names |= {normalised(label): code for code, label in dimension.categories.items()}
    return names | {normalised(code): code for code in dimension.categories}


def variable_names(variables: Collection[Variable]) -> dict[str, str]:
    """Code and label, normalised → code. A label that two variables share leads to neither."""
    labels: dict[str, list[str]] = {}
    for variable in variables:
        labels.setdefault(normalised(variable.label), []).append(variable.code)
    unique = {label: codes[0] for label, codes in labels.items() if len(codes) == 1}
    return unique | {normalised(variable.code): variable.code for variable in variables}


def keys_by_name(areas: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Name, normalised → keys of all areas that have it. ``areas``: key → name."""
    found: dict[str, tuple[str, ...]] = {}
    for key, name in areas.items():
        form = normalised(name)
        found[form] = (*found.get(form, ()), key)
    return found


def keys_without_zeros(keys: Collection[str]) -> dict[str, str]:
    """Key without its leading zeros → key, for keys that start with a zero; ambiguous ones left out."""
    stripped: dict[str, list[str]] = {}
    for key in keys:
        stripped.setdefault(key.lstrip("0"), []).append(key)
    return {
        short: found[0]
        for short, found in stripped.items()
        if len(found) == 1 and short != found[0] and short
    }
