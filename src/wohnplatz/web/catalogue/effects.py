"""The effect of a change as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wohnplatz.disclosure.rule_words import sentences
from wohnplatz.indicators.meta import INDEX_PROTECTION
from wohnplatz.model import Indicator
from wohnplatz.web.stand import level_name
from wohnplatz.workflow import memory
from wohnplatz.workflow.catalogue.effect import Effect, Measure
from wohnplatz.workflow.catalogue.guarding import classes
from wohnplatz.workflow.releases import queries as releases

MOST_ROWS = 300
"""Areas shown one by one; the rest is counted."""


def effect_context(found: Effect) -> dict[str, Any]:
    """Everything the panel „Wirkung“ needs."""
    names: dict[str, str] = {}
    if found.release is not None:
        tree = releases.hierarchy(found.release)
        names = {key: a.name for level in tree.levels for key, a in tree.areas(level).items()}
    moved = {code: any(m.rows for m in measures) for code, measures in found.others.items()}
    return {
        "effect": found, "context": found.context, "reference": "",
        "numbers": [_line(m) for m in found.own],
        "others": [(d, [_line(m) for m in _telling(found.others.get(d.code, ()))], moved.get(d.code, False))
                   for d in found.dependants],
        "tables": [_table(m, names) for m in _finest(found.own) if m.rows],
        "index_tables": _index_tables(found, names),
        "protection": _protection(found), "tried": tried_in_workshop(),
    }  # fmt: skip


def tried_in_workshop() -> frozenset[str]:
    """Codes of the indices that the workshop can open: those of the newest release."""
    newest = releases.current()
    return frozenset(releases.catalogue(newest).indices) if newest is not None else frozenset()


def _line(m: Measure) -> dict[str, Any]:
    return {"m": m, "level": level_name(m.level), "label": m.meta.label}


def _telling(measures: Sequence[Measure]) -> list[Measure]:
    """Of an index the status always, dynamics and need where they change."""
    return [m for n, m in enumerate(measures) if n == 0 or m.rows]


def _finest(measures: Sequence[Measure]) -> list[Measure]:
    """An indicator's finest level, all measures of an index: what is shown area by area."""
    return [m for m in measures if ":" in m.code] or list(measures[:1])


def _table(m: Measure, names: dict[str, str]) -> dict[str, Any]:
    rows = sorted(m.rows, key=lambda r: (not r.reclassed, names.get(r.area, r.area)))
    return {
        "m": m, "level": level_name(m.level), "more": max(len(rows) - MOST_ROWS, 0),
        "rows": [(names.get(r.area, r.area), r) for r in rows[:MOST_ROWS]],
    }  # fmt: skip


def _index_tables(found: Effect, names: dict[str, str]) -> list[dict[str, Any]]:
    """Of each index that depends on it, the areas that change the class."""
    tables = []
    for dependant in found.dependants:
        for m in found.others.get(dependant.code, ()):
            reclassed = tuple(r for r in m.rows if r.reclassed)
            if reclassed:
                tables.append(
                    {
                        "m": m, "level": level_name(m.level), "more": 0,
                        "rows": [(names.get(r.area, r.area), r) for r in reclassed],
                    }
                )  # fmt: skip
    return tables


def _protection(found: Effect) -> list[dict[str, Any]]:
    """The protection class of the indicator before and after, in words."""
    known = classes(memory.rules())
    told = []
    for title, item in (("in Kraft", found.before), ("neu", found.item)):
        is_indicator = isinstance(item, Indicator)
        rule = known.get(item.protection if is_indicator else INDEX_PROTECTION)
        if item is not None and rule is not None:
            least = item.minimum_denominator if is_indicator else None
            told.append({"title": title, "label": rule.label, "sentences": sentences(rule, least)})
    return told[1:] if len(told) == 2 and {**told[0], "title": ""} == {**told[1], "title": ""} else told
