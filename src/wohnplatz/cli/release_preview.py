"""``wohnplatz release preview``: what the next release would hide, and what less detail would save."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from wohnplatz.text import enumerate_words, number, plural

from .acting import actor
from .answer import OK, REFUSED, Answer, progress_bar, table


def run_preview(args: argparse.Namespace) -> Answer:
    """``wohnplatz release preview``: exit code 1 where rules ask what cannot be had or sums contradict."""
    from wohnplatz.workflow.releases.previewing import previewed

    move, close = progress_bar("Vorschau")
    try:
        result = previewed(actor(args), move)
    finally:
        close()
    lines = [line for group in result["groups"] for line in _group(group, result["words"], args.limit)]
    lines += _doubts(result)
    doubtful = result["contradictions"] or any(group["infeasible"] for group in result["groups"])
    return Answer(result, "\n".join(lines), REFUSED if doubtful else OK)


def _group(group: Mapping[str, Any], words: Mapping[str, Any], limit: int) -> Iterator[str]:
    from wohnplatz.workflow.releases.proposals import proposals, saved

    costs = group["costs"]
    whole = costs["shown"] + costs["hidden"]
    share = number(100 * costs["hidden"] / max(1, whole), 1)
    of = f"{number(costs['hidden'])} von {number(whole)} Zahlen"
    yield f"{enumerate_words(group['audiences'])}: {of} verdeckt ({share} %)"
    yield table(_rows(group, words), _HEAD, "")
    found = proposals(group, words)[:limit]
    if found:
        yield "\nWas weniger Einzelheiten ersparen würden (neuestes Jahr, neu gerechnet):"
    for p in found:
        codes = ", ".join(code for code, _ in p.indicators)
        yield f"- {p.topic} {p.year}: {p.what}: {saved(p)}" + (f" [{codes}]" if codes else "")
    yield ""


_HEAD = {
    "level": "Ebene", "year": "Jahr", "shown": "sichtbar", "hidden": "verdeckt", "missing": "ohne Zahl",
    "newly_hidden": "neu verdeckt", "newly_open": "neu sichtbar",
}  # fmt: skip


def _rows(group: Mapping[str, Any], words: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Counts by level and year, newest year first."""
    found: dict[tuple[str, int], Counter[str]] = {}
    for tally in group["tallies"]:
        row = found.setdefault((tally["level"], tally["year"]), Counter())
        row.update({name: tally[name] for name in list(_HEAD)[2:]})
    order = words["order"]["levels"]
    places = sorted(found, key=lambda place: (-place[1], order.index(place[0])))
    return [
        {"level": words["levels"][level], "year": year} | {n: found[level, year][n] for n in list(_HEAD)[2:]}
        for level, year in places
    ]


def _doubts(result: Mapping[str, Any]) -> Iterator[str]:
    from wohnplatz.workflow.releases.proposals import contradicted, impossible

    said = [line for group in result["groups"] for line in impossible(group, result["words"])]
    if said:
        yield "Was die Regeln verlangen und nicht zu haben ist:"
        yield from (f"- {line}" for line in dict.fromkeys(said))
    places = contradicted(result)
    if places:
        yield f"Summen, die ihren Teilen widersprechen ({plural(len(places), 'Stelle', 'Stellen')}):"
        yield from (f"- {place}" for place in places)
