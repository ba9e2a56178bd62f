"""The rules in force and of earlier releases in words; a rule file checked, compared and put in force."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.disclosure import RuleSet, compare
from wohnplatz.disclosure.rule_changes import ZEROS
from wohnplatz.disclosure.rule_words import LEVELS, demanded, sentences, together
from wohnplatz.disclosure.rules import Demand
from wohnplatz.indicators import protection
from wohnplatz.publication.modes import modes_in_words
from wohnplatz.publication.surroundings import AUDIENCES
from wohnplatz.publication.variants import AGES
from wohnplatz.text import enumerate_words
from wohnplatz.web.access import user_of
from wohnplatz.web.download import as_download
from wohnplatz.web.forms import told
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Right, may
from wohnplatz.workflow.protection import actions, queries
from wohnplatz.workflow.protection.judging import judge
from wohnplatz.workflow.protection.queries import Version
from wohnplatz.workflow.protection.taking_over import with_ages, without_detail, without_dimension

from .forms import FileForm, ForceForm

TOML = "application/toml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One protection class in words."""

    code: str
    label: str
    sentences: list[str]
    zeros: str
    level: str
    indicators: int


def page(request: HttpRequest) -> HttpResponse:
    """The rules in force, or with ``?fassung=`` those of another version, with what became different."""
    user = user_of(request, Right.PROOF)
    known = queries.versions(user)
    chosen = _chosen(known, request.GET.get("fassung", ""))
    context = _context(chosen.rules) | {
        "version": chosen, "versions": known, "changing": may(user, Right.RULES),
        "unused": queries.unused_file(), **_compared(known, chosen, request.GET.get("gegen", "")),
    }  # fmt: skip
    return render(request, "protection/page.html", context)


def file(request: HttpRequest, sha: str) -> HttpResponse:
    """A rule file to take away."""
    user = user_of(request, Right.PROOF)
    try:
        data = queries.text_of(user, sha)
    except KeyError as error:
        raise Http404 from error
    return as_download(data, f"schutzregeln-{sha[:8]}.toml", TOML)


def check(request: HttpRequest) -> HttpResponse:
    """Check a file and show what it would change; ``?datensatz=…&ohne=…`` proposes a changed one."""
    user = user_of(request, Right.RULES)
    form = FileForm.of(request) if request.method == "POST" else FileForm(initial=_proposed(request))
    if request.method == "POST" and form.is_valid():
        return _judged(request, user, form.content, form.name)
    return render(request, "protection/check.html", {"form": form, "proposed": form.initial.get("text")})


def force(request: HttpRequest) -> HttpResponse:
    """Put the file that was looked at in force."""
    user = user_of(request, Right.RULES)
    if request.method != "POST":
        return redirect("rules_check")
    data = request.POST.get("text", "").replace("\r\n", "\n").encode()
    judged = judge(user, data)
    form = ForceForm.of(request, weaker=bool(judged.weaker))
    if judged.rules is not None and form.is_valid():
        with told(form):
            row = actions.put_in_force(
                user, data, form.cleaned_data["begruendung"], accept_weaker=bool(judged.weaker),
                seen=form.cleaned_data["gesehen"],
            )  # fmt: skip
            messages.success(
                request, f"{judged.rules.label}, Fassung {row.version}, gilt ab dem nächsten Datenstand."
            )
            return redirect("rules")
    return render(request, "protection/judged.html", {"judged": judged, "form": form})


def _judged(request: HttpRequest, user: User, data: bytes, name: str) -> HttpResponse:
    judged = judge(user, data, name)
    form = None
    if judged.rules is not None and not judged.same:
        start = {"text": data.decode("utf-8-sig"), "gesehen": memory.rules_file().sha}
        form = ForceForm(initial=start, weaker=bool(judged.weaker))
    text = data.decode("utf-8-sig", errors="replace")
    again = FileForm(initial={"text": text})
    return render(request, "protection/judged.html", {"judged": judged, "form": form, "again": again})


def _proposed(request: HttpRequest) -> dict[str, str]:
    """The file in force with the change that the address asks for: a proposal of a preview."""
    data = memory.rules_file().data
    dataset = request.GET.get("datensatz", "")
    level, dimension = request.GET.get("ohne", ""), request.GET.get("gliederung", "")
    if not dataset:
        return {}
    if dataset not in memory.catalogue().datasets:
        raise Http404
    if level:
        changed = without_detail(data, dataset, level)
    elif dimension:
        changed = without_dimension(data, dataset, dimension)
    else:
        changed = with_ages(data, dataset, AGES)
    return {"text": changed.decode()}


def _chosen(known: list[Version], sha: str) -> Version:
    found = [v for v in known if v.sha == sha] if sha else known[:1]
    if not found:
        raise Http404
    return found[0]


def _compared(known: list[Version], chosen: Version, against: str) -> dict[str, Any]:
    """What is different from another version: by default from that of the newest release before."""
    others = [v for v in known if v.sha != chosen.sha]
    base = next((v for v in others if v.sha == against), None)
    if base is None:
        base = max((v for v in others if v.releases), key=lambda v: v.releases[0].number, default=None)
    return {"others": others, "base": base, "changes": compare(base.rules, chosen.rules) if base else ()}


def _context(rules: RuleSet) -> dict[str, Any]:
    catalogue = memory.catalogue()
    return {
        "rules": rules, "groups": _groups(rules),
        "levels": [(level.word, words) for level, words in LEVELS.items()],
        "modes": modes_in_words(rules, catalogue),
        "suppliers": _demands(rules, rules.suppliers),
        "variables": _demands(rules, rules.variables),
        "together": enumerate_words(together(rules.coalitions)),
        "names": {code: v.label for code, v in catalogue.variables.items()},
    }  # fmt: skip


def _groups(rules: RuleSet) -> list[tuple[list[str], list[ClassRow]]]:
    """Audiences under the same rules together, each with the classes that indicators belong to."""
    used = Counter(protection(memory.catalogue()).values())
    found: dict[str, tuple[list[str], list[ClassRow]]] = {}
    for audience in AUDIENCES:
        of = rules.audiences[audience]
        rows = [
            ClassRow(
                code, rule.label, sentences(rule), ZEROS[rule.zeros] if rule.minimum_count else "",
                rule.level.word if not rule.checks_nothing else "", used[code],
            )
            for code, rule in of.classes.items()
        ]  # fmt: skip
        found.setdefault(repr(rows), ([], rows))[0].append(of.label)
    return list(found.values())


def _demands(rules: RuleSet, demands: Any) -> list[tuple[str, Demand, list[str], str]]:
    """Code, demand, its sentences, for whom."""
    everybody = len(AUDIENCES)
    found = []
    for code, demand in demands.items():
        labels = [rules.audiences[a].label for a in AUDIENCES if a in demand.audiences]
        whom = "alle Empfängerkreise" if len(labels) == everybody else ", ".join(labels)
        found.append((code, demand, demanded(demand), whom))
    return found
