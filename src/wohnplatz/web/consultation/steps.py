"""The steps of the agreement: each says first what it changes, and asks for what it must say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wohnplatz.text import day, plural
from wohnplatz.web.forms import KernForm, told
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.consultation import deciding, finishing, opening, profiles, queries
from wohnplatz.workflow.consultation.models import Consultation
from wohnplatz.workflow.reports import shown
from wohnplatz.workflow.reports.states import ReportState as S

from .forms import AgreedForm, EmptyForm, PresentedForm
from .views import consultation_for, lead_and_report


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its words, its form, its action, and in which states it is offered."""

    title: str
    button: str
    done: str
    form: type[KernForm]
    act: Callable[[User, Consultation, dict[str, Any]], object]
    states: frozenset[str]


STEPS = {
    "eroeffnen": Step(
        "Abstimmung eröffnen", "Eröffnen", "Die Abstimmung ist eröffnet.", EmptyForm,
        lambda user, c, data: opening.open_consultation(user, c, today=timezone.localdate()),
        frozenset({S.REVIEW}),
    ),
    "schliessen": Step(
        "Abstimmung schließen", "Schließen", "Die Abstimmung ist geschlossen.", EmptyForm,
        lambda user, c, data: opening.close(user, c), frozenset({S.CONSULTATION}),
    ),
    "entschieden": Step(
        "Entscheidungen abschließen", "Abschließen", "Alle Anmerkungen sind entschieden.", EmptyForm,
        lambda user, c, data: finishing.conclude(user, c), frozenset({S.CONSULTATION}),
    ),
    "abgestimmt": Step(
        "Bericht abstimmen", "Als abgestimmt festhalten", "Der Bericht ist abgestimmt.", AgreedForm,
        lambda user, c, data: finishing.agree(user, c, data["durch"]), frozenset({S.DECIDED}),
    ),
    "vorgelegt": Step(
        "Vorlage im Gremium", "Als vorgelegt festhalten", "Die Vorlage ist festgehalten.", PresentedForm,
        lambda user, c, data: finishing.present(
            user, c, body=data["gremium"], meeting_on=data["sitzung"], paper=data["vorlage"]),
        frozenset({S.AGREED}),
    ),
    "veroeffentlichen": Step(
        "Bericht veröffentlichen", "Veröffentlichen", "Der Bericht ist veröffentlicht.", EmptyForm,
        lambda user, c, data: finishing.publish(user, c), frozenset({S.PRESENTED}),
    ),
    "zurueck": Step(
        "Einen Schritt zurück", "Zurückgehen", "Der Bericht steht wieder einen Schritt davor.", EmptyForm,
        lambda user, c, data: finishing.go_back(user, c), frozenset({S.DECIDED, S.AGREED, S.PRESENTED}),
    ),
}  # fmt: skip


def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Ask, then act. Whatever does not hold yet is said on the page."""
    user, report = lead_and_report(request, pk)
    found = consultation_for(report)
    if step not in STEPS:
        raise Http404
    chosen = STEPS[step]
    form = chosen.form.of(request)
    if request.method == "POST" and form.is_valid():
        with told(form):
            chosen.act(user, found, form.cleaned_data)
            messages.success(request, chosen.done)
            return redirect("consultation", pk=pk)
    possible = report.state in chosen.states
    context = {
        "report": report, "consultation": found, "step": step, "chosen": chosen, "form": form,
        "possible": possible, "changes": _changes(user, found, step) if possible else [],
    }  # fmt: skip
    return render(request, "consultation/step.html", context)


def _changes(user: User, consultation: Consultation, step: str) -> list[str]:
    """What the step will change, as sentences."""
    return _WORDS[step](user, consultation)


def _opening(user: User, consultation: Consultation) -> list[str]:
    places = consultation.invitations.select_related("partner")
    municipal = len(profiles.profiles(consultation.report))
    suggested = sum(f.code == "report.suggestion" for f in shown.findings(user, consultation.report))
    words = [
        f"Eingeladen: {', '.join(i.partner.name for i in places) or 'niemand'}.",
        "Die Einladung geht mit der nächsten Sammelnachricht hinaus; was hinausgeht, zeigt die Seite"
        " „Nachrichten“ vorher.",
        f"Die Frist ist der {day(consultation.due_on)}.",
    ]
    if municipal:
        many = plural(municipal, "Kommune", "Kommunen")
        words.append(f"{many}: Das Profil der Gebiete sieht bis zur Freigabe niemand außerhalb der Planung.")
    if suggested:
        many = plural(suggested, "vorgeschlagener Text ist", "vorgeschlagene Texte sind")
        words.append(f"{many} noch nicht übernommen; die Beteiligten sehen sie nicht.")
    return words


def _closing(user: User, consultation: Consultation) -> list[str]:
    rows = queries.overview(consultation, timezone.localdate())
    left = [r.invitation.partner.name for r in rows if r.standing != "answered"]
    words = ["Neue Antworten sind danach nur möglich, wenn Sie eine Stelle wieder zulassen."]
    if left:
        words.append(f"Ohne freigegebene Antwort bleiben: {', '.join(left)}.")
    return words


def _concluding(user: User, consultation: Consultation) -> list[str]:
    left = deciding.undecided(consultation.pk)
    first = "Über alle Anmerkungen ist entschieden."
    if left:
        first = f"{plural(left, 'Anmerkung ist', 'Anmerkungen sind')} noch nicht entschieden."
    return [first, "Die Beteiligten erfahren davon mit der nächsten Sammelnachricht.",
            "Stellungnahmen und die Tabelle der Anmerkungen sind von nun an Teil des Berichts."]  # fmt: skip


def _held(user: User, consultation: Consultation) -> list[str]:
    held = [p.partner.name for p in profiles.profiles(consultation.report) if not p.let_go]
    return (
        [f"Nicht freigegebene Profile stehen als „noch nicht freigegeben“ darin: {', '.join(held)}."]
        if held
        else []
    )


_WORDS: dict[str, Callable[[User, Consultation], list[str]]] = {
    "eroeffnen": _opening,
    "schliessen": _closing,
    "entschieden": _concluding,
    "abgestimmt": lambda u, c: ["Der Text lässt sich danach nicht mehr ändern.", *_held(u, c)],
    "vorgelegt": lambda u, c: ["Gremium, Sitzung und Vorlage werden festgehalten."],
    "veroeffentlichen": lambda u, c: [
        f"Veröffentlicht wird auf dem Datenstand {c.report.release.label.removeprefix('Datenstand ')}.",
        "PDF, DOCX, HTML und die Zahlen werden geschrieben, noch einmal gelesen und im Verzeichnis der"
        " Ausgaben festgehalten. Das dauert bei einem ganzen Bericht bis zu einer Minute.",
        *_held(u, c), "Zurück geht es danach nicht: Eine Berichtigung ist ein neuer Bericht.",
    ],
    "zurueck": lambda u, c: ["Was der letzte Schritt festgehalten hat, wird gelöscht; der Verlauf bleibt."],
}  # fmt: skip
