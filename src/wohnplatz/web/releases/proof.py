"""The proof of a release: on screen, as PDF, and checked once more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wohnplatz.model import WohnplatzError
from wohnplatz.report import pdf
from wohnplatz.report.proof_sheet import proof_document
from wohnplatz.text import plural
from wohnplatz.web.access import user_of
from wohnplatz.web.download import PDF, as_download
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.releases import outputs, proofs, queries
from wohnplatz.workflow.releases.models import Release

NO_PROOF = "publication.no_proof"


def page(request: HttpRequest, number: int) -> HttpResponse:
    """Rules, counts per state, outcome of the attack, limits."""
    user = user_of(request, Right.PROOF)
    release = get_object_or_404(Release, number=number)
    context: dict[str, object] = {"release": release, "rules_sha": queries.manifest(release).rules}
    try:
        context["document"] = proof_document(proofs.sheet(user, release))
    except WohnplatzError as error:
        if not error.code.startswith("publication."):
            raise
        context["error"] = error
    return render(request, "releases/proof.html", context)


def as_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The same as PDF."""
    user = user_of(request, Right.PROOF)
    release = get_object_or_404(Release, number=number)
    return as_download(pdf(proof_document(proofs.sheet(user, release))), f"nachweis-{number}.pdf", PDF)


def check(request: HttpRequest, number: int) -> HttpResponse:
    """Check all proofs and the ledger afresh, and say how it went."""
    user = user_of(request, Right.PROOF)
    release = get_object_or_404(Release, number=number)
    if request.method != "POST":
        return redirect("release_proof", number=number)
    done = proofs.check_again(user, release)
    register = outputs.check_register(user)
    if not register.ok:
        messages.error(request, register.words)
    records = plural(done.records, "Nachweis", "Nachweise")
    if done.ok:
        chain = plural(done.ledger_entries, "Eintrag", "Einträgen")
        messages.success(request, f"{records} geprüft: Alle halten. Das Buch mit {chain} ist unversehrt.")
    else:
        failed = f"{plural(done.failed, 'Nachweis hält', 'Nachweise halten')} nicht. " if done.failed else ""
        messages.error(
            request,
            f"{records} geprüft. {failed}{done.ledger_error} Die betroffenen Zahlen werden nicht ausgegeben. "
            "Bitte Ablage und Datenbank aus derselben Sicherung wiederherstellen.",
        )
    return redirect("release_proof", number=number)
