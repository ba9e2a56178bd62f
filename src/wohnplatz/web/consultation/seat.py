"""A partner's place: its chapters, its remarks, its statement, its answer, the release of its profile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from wohnplatz.report import Report
from wohnplatz.report.blocks import Span
from wohnplatz.report.markdown import blocks_of
from wohnplatz.web.access import user_of
from wohnplatz.web.forms import told
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Right
from wohnplatz.workflow.consultation import answering, chapters, profiles, queries, way
from wohnplatz.workflow.consultation.models import Invitation, Remark
from wohnplatz.workflow.consultation.states import AnswerState
from wohnplatz.workflow.releases import queries as releases
from wohnplatz.workflow.reports import queries as reports
from wohnplatz.workflow.reports.states import ReportState

from . import showing
from .forms import AnswerForm, ProfileForm, RemarkForm, StatementForm
from .showing import PROFILES, STANDINGS

COUNTS = "Sie gilt, sobald Ihre Leitung die Antwort freigibt."


def cards(user: User) -> list[dict[str, Any]]:
    """The partner's places, open ones first."""
    today = timezone.localdate()
    found = list(queries.invitations(user))
    shown = [_card(i, today) for i in found]
    return sorted(shown, key=lambda c: (not c["open"], c["place"].due_on))


def seat(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked until when, the chapters, what was written, and the way to the answer."""
    user, place = seat_of(request, token)
    answering.open_page(user, place)
    report = place.consultation.report
    remarks = queries.remarks_on(user, place)
    own = [r for r in remarks if r.invitation_id == place.pk]
    profile = profiles.profile_of(report, place.partner)
    context = {
        **_frame(user, place), "parts": queries.parts(user, place), "own": own,
        "decided": sum(bool(r.verdict) for r in own), "profile": profile,
        "profile_badge": PROFILES[profile.state] if profile else "",
        "statement": _paragraphs(place.statement) if _reads_answer(user, place) else (),
        "written": _reads_answer(user, place), "events": place.events.all(),
        "published": report.state == ReportState.PUBLISHED,
        "open_again": report.state == ReportState.CONSULTATION,
        "deciding_profile": report.state not in {ReportState.PRESENTED, ReportState.PUBLISHED},
    }  # fmt: skip
    return render(request, "consultation/seat.html", context)


def chapter(request: HttpRequest, token: str, block: str) -> HttpResponse:
    """One chapter, or the profile of one area in it, with a place for a remark at every block."""
    user, place = seat_of(request, token)
    area = request.GET.get("gebiet", "")
    parts = queries.parts(user, place)
    at = next((n for n, p in enumerate(parts) if (p.chapter, p.area) == (block, area)), None)
    if at is None:
        raise Http404
    answering.open_page(user, place)
    tree = reports.tree(place.consultation.report)
    sent = _sent(request, tree, block, area) if request.method == "POST" else None
    if sent is not None and sent.is_valid():
        with told(sent):
            made = answering.save_remark(user, place, **sent.values)
            messages.success(request, f"Gesichert als Nr. {made.number}. {COUNTS}")
            return redirect(f"{request.get_full_path()}#{_anchor(made)}")
    context = {
        **_frame(user, place), "part": parts[at], "pieces": _pieces(user, place, tree, parts[at], sent),
        "before": parts[at - 1] if at else None, "after": parts[at + 1] if at + 1 < len(parts) else None,
        "sent": sent,
    }  # fmt: skip
    return render(request, "consultation/chapter.html", context)


def remark(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """Change or delete one's own remark."""
    user, place = seat_of(request, token)
    found = place.remarks.filter(number=number).first()
    if found is None or not _reads_answer(user, place):
        raise Http404
    found.invitation = place
    back = f"{_chapter_url(place, found)}#{_anchor(found)}"
    start = {
        "block": found.block_id, "gebiet": found.area, "version": found.version, "anmerkung": found.words,
        "vorschlag": found.proposal or found.basis, "sichtbar": found.circle,
    }  # fmt: skip
    node = chapters.block(reports.tree(place.consultation.report), found.block_id)
    form = RemarkForm.of(request, initial=start, is_text=chapters.is_text(node), area=found.area)
    if request.method == "POST":
        with told(form):
            if request.POST.get("schritt") == "loeschen":
                answering.remove_remark(user, found)
                messages.success(request, f"Die Anmerkung Nr. {number} ist gelöscht.")
                return redirect(back)
            if form.is_valid():
                fields = {**form.values, "block_id": found.block_id, "area": found.area}
                seen = form.cleaned_data["version"]
                answering.save_remark(user, place, remark=found, seen_version=seen, **fields)
                messages.success(request, f"Die Anmerkung Nr. {number} ist geändert.")
                return redirect(back)
    return render(
        request,
        "consultation/remark.html",
        {**_frame(user, place), "remark": found, "form": form, "back": back},
    )


def statement(request: HttpRequest, token: str) -> HttpResponse:
    """Write the official statement."""
    user, place = seat_of(request, token)
    _require_writer(user, place)
    start = {"version": place.version, "stellungnahme": place.statement}
    form = StatementForm.of(request, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with told(form):
            answering.save_statement(user, place, data["stellungnahme"], data["version"])
            messages.success(request, f"Die Stellungnahme ist gesichert. {COUNTS}")
            return redirect("consultation_seat", token=token)
    return render(request, "consultation/statement.html", {**_frame(user, place), "form": form})


def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Release the answer: what it consists of, and what follows."""
    user, place = seat_of(request, token)
    _require_writer(user, place)
    own = list(place.remarks.all())
    start = {"version": place.version, "funktion": answering.usual_function(place)}
    form = AnswerForm.of(request, initial=start)
    if own:
        del form.fields["keine"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with told(form):
            answering.release_answer(
                user, place, data["version"], function=data["funktion"], no_remarks=data.get("keine", False)
            )
            messages.success(request, "Ihre Antwort ist freigegeben und liegt der Sozialplanung vor.")
            return redirect("consultation_seat", token=token)
    context = {
        **_frame(user, place), "form": form, "own": own, "statement": _paragraphs(place.statement),
        "profile": profiles.profile_of(place.consultation.report, place.partner),
    }  # fmt: skip
    return render(request, "consultation/answer.html", context)


def profile(request: HttpRequest, token: str) -> HttpResponse:
    """Look at the whole profile of one's areas, then let it go or not."""
    user, place = seat_of(request, token)
    report = place.consultation.report
    found = profiles.profile_of(report, place.partner)
    if found is None:
        raise Http404
    tree = reports.tree(report)
    form = ProfileForm.of(
        request, initial={"abdruck": found.fingerprint, "funktion": answering.usual_function(place)}
    )
    if request.method == "POST" and form.is_valid():
        data, let_go = form.cleaned_data, request.POST.get("schritt") == "freigeben"
        with told(form):
            answering.decide_profile(
                user, place, let_go=let_go, function=data["funktion"], reason=data["grund"],
                seen_fingerprint=data["abdruck"],
            )  # fmt: skip
            words = "ist freigegeben" if let_go else "bleibt zurückgehalten; Ihre Begründung liegt vor"
            messages.success(request, f"Das Profil Ihrer Gebiete {words}.")
            return redirect("consultation_seat", token=token)
    shown = [p for p in queries.parts(user, place) if p.area]
    context = {
        **_frame(user, place), "form": form, "profile": found, "profile_badge": PROFILES[found.state],
        "parts": shown, "about": _about(tree, found, place), "in_its_stead": user.partner_id is None,
    }  # fmt: skip
    return render(request, "consultation/profile.html", context)


def seat_of(request: HttpRequest, token: str) -> tuple[User, Invitation]:
    """The person and the place; for everybody else there is no such page, whatever the address says."""
    user = user_of(request, Right.CONSULT)
    found = queries.invitations(user).filter(token=token).first()
    if found is None:
        raise Http404
    return user, found


def _frame(user: User, place: Invitation) -> dict[str, Any]:
    today = timezone.localdate()
    written = place.remarks.exists()
    standing = queries.standing(place, today, written=written)
    return {
        "place": place, "report": place.consultation.report, "consultation": place.consultation,
        "standing": standing, "standing_badge": STANDINGS[standing],
        "writing": queries.may_write(user, place),
        "days_left": (place.due_on - today).days, "looking_on": user.partner_id is None,
        "closed": not way.is_open(place) and place.state != AnswerState.ANSWERED,
    }  # fmt: skip


def _card(place: Invitation, today: Any) -> dict[str, Any]:
    standing = queries.standing(place, today, written=place.remarks.exists())
    return {
        "place": place, "standing": standing, "badge": STANDINGS[standing], "open": way.is_open(place),
        "days_left": (place.due_on - today).days,
    }  # fmt: skip


def _pieces(
    user: User, place: Invitation, tree: Report, part: queries.Part, sent: RemarkForm | None
) -> list[showing.ShownPiece]:
    report = place.consultation.report
    held = showing.material_for(
        user, report, tree, profiles.withheld(report, queries.viewer(user, place), tree)
    )
    grouped = queries.in_order(queries.remarks_on(user, place))
    writing = queries.may_write(user, place) and not part.held
    made = showing.chapter(tree, held, part.chapter, part.area)
    if not part.area:
        made.append(_whole(part))
    return [_with_form(p, grouped, place, held, writing, sent) for p in made]


def _whole(part: queries.Part) -> showing.ShownPiece:
    """The chapter itself, for what belongs to no single block."""
    kind = "das Kapitel im Ganzen"
    return showing.ShownPiece(f"b-{part.chapter}", part.chapter, "", kind, "", True, (), "", False, [])


def _with_form(  # noqa: PLR0913, PLR0917 (the parts of a page)
    piece: showing.ShownPiece, grouped: Any, place: Invitation, held: Any, writing: bool,
    sent: RemarkForm | None,
) -> showing.ShownPiece:  # fmt: skip
    found = showing.shown(grouped.get((piece.block_id, piece.area), []), place.pk, held)
    if not writing:
        return replace(piece, remarks=found)
    here = sent is not None and (sent.data.get("block"), sent.data.get("gebiet", "")) == (
        piece.block_id, piece.area,
    )  # fmt: skip
    start = {"block": piece.block_id, "gebiet": piece.area, "vorschlag": piece.text}
    form = sent if here else RemarkForm(
        initial=start, is_text=piece.is_text, area=piece.area, auto_id=f"{piece.anchor}-%s"
    )  # fmt: skip
    return replace(piece, remarks=found, form=form, open=here)


def _sent(request: HttpRequest, tree: Report, block: str, area: str) -> RemarkForm:
    """The form that was sent, with the fields its block has."""
    about, where = request.POST.get("block", ""), request.POST.get("gebiet", "")
    node = chapters.block(tree, about)
    anchor = f"b-{about}{f'-{where}' if where else ''}"
    return RemarkForm(request.POST, is_text=chapters.is_text(node), area=where, auto_id=f"{anchor}-%s")


def _anchor(remark: Remark) -> str:
    return f"b-{remark.block_id}{f'-{remark.area}' if remark.area else ''}"


def _chapter_url(place: Invitation, remark: Remark) -> str:
    url = reverse("consultation_chapter", args=[place.token, remark.chapter])
    return f"{url}?gebiet={remark.area}" if remark.area else url


def _require_writer(user: User, place: Invitation) -> None:
    """The partner's own account alone writes its answer; a late one is told so on the page."""
    way.require_own(user, place)
    way.require_open(place)


def _reads_answer(user: User, place: Invitation) -> bool:
    """Whether statement and remarks of this place may be read: its own, or once they are released."""
    return user.partner_id == place.partner_id or place.state == AnswerState.ANSWERED


def _paragraphs(markdown: str) -> tuple[Any, ...]:
    """A statement as the report will print it."""
    return blocks_of(markdown.replace("{{", "{\u00ad{"), lambda reference: Span(reference.source))


def _about(tree: Report, found: profiles.Profile, place: Invitation) -> list[tuple[str, str]]:
    """Chapters that are about the areas as a whole: id and title."""
    own = chapters.own_areas(place.partner.area_keys, releases.hierarchy(place.consultation.report.release))
    return [
        (c.id, c.title)
        for c in chapters.chapters(tree)
        if c.id in place.chapters and c.about and c.about <= own
    ]
