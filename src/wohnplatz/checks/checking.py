"""All checks of a delivery, and the trial of a rule on past deliveries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from wohnplatz.model import Finding, Observation

from .background import Background
from .breakdowns import exceeded_hits, parts_hits, rest_hits
from .case import Case
from .comparison import division_hits, outlier_hits
from .cubes import as_table, by_year
from .disclosed import disclosed_hits
from .findings import Hits, collected
from .formula import formula_hits
from .rules import FORMULA, Rule, RuleBook
from .series import constant_hits, jump_hits, same_file_hits, same_values_hits, sum_jump_hits

Check = Callable[[Case, Rule], Iterable[Hits]]

KINDS: Mapping[str, Check] = {
    FORMULA: formula_hits,
    "division": division_hits,
    "parts": parts_hits,
    "totals_exceeded": exceeded_hits,
    "totals_rest": rest_hits,
    "same_file": same_file_hits,
    "same_values": same_values_hits,
    "constant_values": constant_hits,
    "jump": jump_hits,
    "jump_sum": sum_jump_hits,
    "outlier": outlier_hits,
    "disclosed": disclosed_hits,
}
"""Kind of a rule → the check that evaluates it."""


def check(
    observations: Sequence[Observation], background: Background, rules: RuleBook
) -> tuple[Finding, ...]:
    """All findings of a delivery in the order of the rules, at most twenty of each and a count of the rest.

    A delivery is checked year by year (one has one reference date, but a late file may hold several). Codes
    are ``checks.<rule>``; severity error blocks. A rule of an unknown kind raises ``KeyError``.
    """
    table = as_table(observations)
    cases = [Case.of(part, year, background) for year, part in by_year(table).items()]
    found: list[Finding] = []
    for rule in rules.for_dataset(background.request.dataset.code):
        found += collected([hits for case in cases for hits in KINDS[rule.kind](case, rule)])
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule finds in one past delivery."""

    delivery: str
    """Words or key by which the caller knows the delivery."""
    findings: tuple[Finding, ...]


def try_rule(
    rule: Rule, deliveries: Iterable[tuple[str, Sequence[Observation], Background]]
) -> tuple[Trial, ...]:
    """What ``rule`` would have found in each of these deliveries; also where it is not active yet."""
    return tuple(
        Trial(name, _found(rule, observations, background)) for name, observations, background in deliveries
    )


def _found(rule: Rule, observations: Sequence[Observation], background: Background) -> tuple[Finding, ...]:
    if rule.dataset not in ("", background.request.dataset.code):
        return ()
    cases = [Case.of(part, year, background) for year, part in by_year(as_table(observations)).items()]
    return collected([hits for case in cases for hits in KINDS[rule.kind](case, rule)])
