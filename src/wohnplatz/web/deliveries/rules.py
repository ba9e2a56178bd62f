"""Checks: packaged rules and the district's own; a new one is tried on past deliveries before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wohnplatz.checks import Rule, Trial, load_rules, parse_rule
from wohnplatz.model import Finding, Severity, WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.deliveries import actions, queries
from wohnplatz.workflow.deliveries.models import OwnRule

from .findings import SEVERITIES, TITLES
from .forms import RuleForm

EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the list shows it."""

    code: str
    title: str
    condition: str
    kind: str
    label: str
    own: OwnRule | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a rule would have found."""

    deliveries: int
    hit: int
    findings: int
    examples: tuple[tuple[str, Finding], ...]


def rule_list(request: HttpRequest) -> HttpResponse:
    """All rules by data set: the district's own first."""
    user = user_of(request, Right.DECIDE)
    own = OwnRule.objects.all()
    labels = {code: d.label for code, d in memory.catalogue().datasets.items()}
    by_dataset: dict[str, list[RuleRow]] = {}
    for rule in sorted(load_rules().rules, key=lambda r: r.dataset):
        if rule.active:
            by_dataset.setdefault(labels.get(rule.dataset, "Alle Datensätze"), []).append(_row(rule))
    context = {
        "own": [(_row(o, o), labels.get(o.dataset, "Alle Datensätze")) for o in own], "packaged": by_dataset,
        "deciding": policies.may(user, Right.DECIDE),
    }  # fmt: skip
    return render(request, "deliveries/rules.html", context)


def rule_new(request: HttpRequest) -> HttpResponse:
    """Make a rule: try it first, keep it then."""
    user = user_of(request, Right.DECIDE)
    form = RuleForm.of(request, datasets=[(c, d.label) for c, d in memory.catalogue().datasets.items()])
    result = None
    if request.method == "POST" and form.is_valid():
        parts = form.parts()
        try:
            if request.POST.get("schritt") == "speichern":
                actions.add_rule(user, **parts)
                messages.success(
                    request, "Die Prüfregel gilt ab jetzt. Frühere Lieferungen bleiben, wie sie sind."
                )
                return redirect("rule_list")
            result = _result(queries.trial(user, parse_rule(catalogue=memory.catalogue(), **parts)))
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error(_field(error), error.text())
    context = {"form": form, "result": result, "variables": _variables()}
    return render(request, "deliveries/rule_new.html", context)


def rule_retire(request: HttpRequest, code: str) -> HttpResponse:
    """Ask, then take a rule out of force."""
    user = user_of(request, Right.DECIDE)
    own = get_object_or_404(OwnRule, code=code, active=True)
    if request.method == "POST":
        actions.retire_rule(user, own)
        messages.success(request, "Die Prüfregel ist außer Kraft.")
        return redirect("rule_list")
    return render(request, "deliveries/rule_retire.html", {"row": _row(own, own)})


def _row(rule: Rule | OwnRule, own: OwnRule | None = None) -> RuleRow:
    kind, label = SEVERITIES[Severity(rule.severity)]
    formula = bool(rule.left)
    title = (rule.message if formula else TITLES.get(f"checks.{rule.code}", "")) or rule.code
    return RuleRow(
        rule.code, title, f"{rule.left} {rule.operator} {rule.right}" if formula else "eingebaute Prüfung",
        kind, label, own,
    )  # fmt: skip


def _result(trials: Sequence[Trial]) -> Result:
    hits = [t for t in trials if t.findings]
    examples = [(t.delivery, f) for t in hits for f in t.findings]
    return Result(len(trials), len(hits), len(examples), tuple(examples[:EXAMPLES]))


def _field(error: WohnplatzError) -> str | None:
    """The field an error belongs beside: formulas say which side they are."""
    where = error.where.casefold()
    for words, field in (
        ("linke", "links"),
        ("rechte", "rechts"),
        ("kürzel", "kennung"),
        ("meldung", "befund"),
        ("toleranz", "absolut"),
    ):
        if words in where:
            return field
    return "kennung" if error.code == "deliveries.rule_exists" else None


def _variables() -> list[tuple[str, list[Any]]]:
    catalogue = memory.catalogue()
    by: dict[str, list[Any]] = {}
    for v in catalogue.variables.values():
        label = catalogue.datasets[v.dataset].label if v.dataset in catalogue.datasets else v.dataset
        by.setdefault(label, []).append((v.code, v.label, ", ".join(v.breakdowns)))
    return list(by.items())
