"""Several files at once: each is matched to an open round first, and handed in when the partner says so.

Between the two steps a file waits as an upload of the round it seems to belong to; it can be left and found
again for two days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wohnplatz.intake import read_delivery
from wohnplatz.model import Severity, WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.deliveries import actions, queries, uploads
from wohnplatz.workflow.deliveries.models import Delivery, Upload
from wohnplatz.workflow.deliveries.reading import remembered_guide
from wohnplatz.workflow.deliveries.states import DeliveryState
from wohnplatz.workflow.partners import queries as partners
from wohnplatz.workflow.partners.models import DeliveryRound

from .forms import SeveralForm
from .transfers import PART
from .views import RoundRow, may_deliver, rows_of

READ_UP_TO = 2 * 1024 * 1024
"""Bytes up to which a file is read to see where it belongs; larger ones are told by their name."""
CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits for its round to be said."""

    upload: Upload
    sure: bool
    options: tuple[tuple[int, str, bool], ...]
    """Round, words, chosen."""


def several(request: HttpRequest) -> HttpResponse:
    """Pick files, see where each belongs, hand them in."""
    user = user_of(request, Right.DELIVER)
    rows = _open(user)
    form = SeveralForm.of(request) if request.POST.get("schritt") != "einreichen" else SeveralForm()
    if request.method == "POST" and request.POST.get("schritt") == "einreichen":
        return _hand_in(request, user, rows)
    if request.method == "POST" and form.is_valid():
        problems = [_take(user, file, rows) for file in form.cleaned_data["dateien"]]
        for problem in filter(None, problems):
            messages.error(request, problem)
        return redirect("deliver_several")
    context = {"form": form, "rows": rows, "waiting": _waiting(user, rows)}
    return render(request, "deliveries/several.html", context)


def _open(user: User) -> list[RoundRow]:
    """The rounds a file may belong to, the most urgent first."""
    views = queries.due(user, timezone.localdate())
    return rows_of([v for v in views if may_deliver(user, v.round)])


def _take(user: User, file: UploadedFile, rows: Sequence[RoundRow]) -> str:
    """Keep a file with the round it most likely belongs to; says what was wrong, else nothing."""
    name = file.name or "datei"
    if not rows:
        return f"„{name}“: Zurzeit ist keine Lieferrunde offen."
    data = file.read()
    chosen = _likely(name, data, rows)
    try:
        upload = actions.begin_upload(user, chosen, name, len(data))
        for at in range(0, len(data), PART):
            upload = actions.append_chunk(user, upload, at, data[at : at + PART])
    except Refused:
        raise
    except WohnplatzError as error:
        return f"„{name}“: {error.text()}"
    return ""


def _likely(name: str, data: bytes, rows: Sequence[RoundRow]) -> DeliveryRound:
    """The round a file fits best: by its name where it is the template's, else by reading it."""
    rounds = [row.view.round for row in rows]
    named = [r for r in rounds if _in_name(name, r)]
    if len(named) == 1 or len(data) > READ_UP_TO:
        return (named or rounds)[0]
    scored = [(_misfit(name, data, r), place, r) for place, r in enumerate((named or rounds)[:CANDIDATES])]
    return min(scored, key=lambda found: found[:2])[2]


def _in_name(name: str, delivery_round: DeliveryRound) -> bool:
    agreement, day = delivery_round.agreement, delivery_round.reference_date
    plain = name.casefold()
    return agreement.dataset in plain and (day.isoformat() in plain or str(day.year) in plain)


def _misfit(name: str, data: bytes, delivery_round: DeliveryRound) -> tuple[int, int]:
    """How badly a file fits a round: errors that are none of the values', then cells it does not hold."""
    request = partners.request(delivery_round)
    result = read_delivery(data, name, request, memory.catalogue(), guide=remembered_guide(delivery_round))
    foreign = sum(f.severity is Severity.ERROR for f in result.findings)
    return foreign, -len(result.observations)


def _waiting(user: User, rows: Sequence[RoundRow]) -> list[Waiting]:
    """The files of the person's organisation that wait."""
    return [
        Waiting(
            upload, _in_name(upload.name, upload.round),
            tuple((r.view.round.pk, _words(r, user), r.view.round.pk == upload.round_id) for r in rows),
        )
        for upload in uploads.waiting(user, [row.view.round.pk for row in rows])
    ]  # fmt: skip


def _words(row: RoundRow, user: User) -> str:
    partner = "" if user.partner_id else f"{row.view.round.agreement.partner.name}: "
    return f"{partner}{row.dataset} zum {row.view.round.reference_date:%d.%m.%Y}"


def _hand_in(request: HttpRequest, user: User, rows: Sequence[RoundRow]) -> HttpResponse:
    rounds = {str(row.view.round.pk): row.view.round for row in rows}
    for waiting in _waiting(user, rows):
        upload = waiting.upload
        answer = request.POST.get(f"d{upload.pk}", "")
        if answer == "weg":
            uploads.drop(user, upload)
            messages.info(request, f"„{upload.name}“ ist nicht eingereicht und gelöscht.")
        elif answer in rounds:
            _finish(request, user, upload, rounds[answer])
    return redirect("deliver_several" if _waiting(user, rows) else "delivery_list")


def _finish(request: HttpRequest, user: User, upload: Upload, delivery_round: DeliveryRound) -> None:
    name = upload.name
    try:
        made = _made(user, upload, delivery_round)
    except Refused:
        raise
    except WohnplatzError as error:
        uploads.discard(upload)
        messages.error(request, f"„{name}“: {error.text()}")
        return
    bad = made.state in {DeliveryState.FAULTY, DeliveryState.UNREADABLE, DeliveryState.UNASSIGNED}
    say = messages.warning if bad else messages.success
    say(request, f"„{name}“ ist eingegangen: {made.get_state_display()}.")


def _made(user: User, upload: Upload, delivery_round: DeliveryRound) -> Delivery:
    if upload.round_id == delivery_round.pk:
        return actions.finish_upload(user, upload)
    made = actions.receive_file(user, delivery_round, upload.name, uploads.finished_file(user, upload))
    uploads.discard(upload)
    return made
