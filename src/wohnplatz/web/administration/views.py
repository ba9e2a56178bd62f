"""Setting up: district, accounts. Divisions stand in a module of their own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from wohnplatz.model import WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.stand import level_name
from wohnplatz.workflow.accounts import actions as accounts
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.accounts.policies import Refused, Right, may
from wohnplatz.workflow.district import actions as district_actions
from wohnplatz.workflow.district.models import District, DivisionRecord

from .forms import AccountForm, DistrictForm

FIELDS = (
    "name", "key", "contact", "imprint", "privacy", "enforcement", "wms_url", "wms_layers", "wms_attribution",
)  # fmt: skip


def overview(request: HttpRequest) -> HttpResponse:
    """What is set up."""
    user = user_of(request, Right.SET_UP)
    divisions = [{"record": d, "level": level_name(d.level)} for d in DivisionRecord.objects.all()]
    managing = may(user, Right.ACCOUNTS)
    context = {
        "divisions": divisions, "managing": managing,
        "accounts": User.objects.select_related("partner") if managing else (),
    }  # fmt: skip
    return render(request, "administration/overview.html", context)


def district(request: HttpRequest) -> HttpResponse:
    """The district's particulars and the background map."""
    user = user_of(request, Right.SET_UP)
    found = District.objects.first()
    start = {name: getattr(found, name) for name in FIELDS} if found else {}
    form = DistrictForm.of(request, initial=start)
    if request.method == "POST" and form.is_valid():
        district_actions.set_district(user, **form.cleaned_data, is_demo=bool(found and found.is_demo))
        messages.success(request, "Die Angaben zum Kreis sind gespeichert.")
        return redirect("administration")
    return render(request, "administration/district.html", {"form": form})


def account_new(request: HttpRequest) -> HttpResponse:
    """A new account."""
    user = user_of(request, Right.ACCOUNTS)
    form = AccountForm.of(request)
    if request.method == "POST" and form.is_valid():
        try:
            made = accounts.create_user(user, **form.cleaned_data)
        except Refused:
            raise
        except WohnplatzError as error:
            form.add_error(None, error.text())
        else:
            messages.success(request, f"Das Konto „{made.username}“ ist angelegt.")
            return redirect("administration")
    return render(request, "administration/account.html", {"form": form})


def account_lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock an account, after asking."""
    user = user_of(request, Right.ACCOUNTS)
    account = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        accounts.deactivate(user, account)
        messages.success(request, f"Das Konto „{account.username}“ ist gesperrt.")
        return redirect("administration")
    return render(request, "administration/lock.html", {"account": account, "own": account == user})
