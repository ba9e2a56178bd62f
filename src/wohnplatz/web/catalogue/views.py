"""Reading the catalogue: the list, an item with its versions, a version, its file; retire, discard, read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wohnplatz.indicators import Item, dependants, item_differences, parts_of, read_item, to_toml
from wohnplatz.indicators.wording import in_words
from wohnplatz.model import Catalogue, Indicator, WohnplatzError
from wohnplatz.web.access import user_of
from wohnplatz.web.download import as_download
from wohnplatz.web.methods.views import by_block, matches
from wohnplatz.web.stand import level_name
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts import policies
from wohnplatz.workflow.accounts.policies import Refused, Right
from wohnplatz.workflow.catalogue import actions, history, queries
from wohnplatz.workflow.catalogue.effect import effect_of_retiring
from wohnplatz.workflow.catalogue.guarding import classes
from wohnplatz.workflow.catalogue.layer import item_in
from wohnplatz.workflow.catalogue.models import CatalogueItem, ItemState

from .editing import Edit, render_edit
from .effects import effect_context
from .forms import ImportForm, RetireForm
from .kinds import KINDS, OF_GROUP, kind_of


def catalogue_list(request: HttpRequest) -> HttpResponse:
    """All indicators by block and all indices, with what was changed here; ``?suche=`` looks into texts."""
    user = user_of(request, Right.CATALOGUE)
    catalogue, own = memory.catalogue(), queries.own(user)
    wanted = request.GET.get("suche", "").strip()
    found = [i for i in catalogue.indicators.values() if matches(i, wanted)]
    in_force = {code: row for code, row in own.items() if row.state == ItemState.IN_FORCE}
    retired = [(row, OF_GROUP[row.group].slug) for row in own.values() if row.state == ItemState.RETIRED]
    drafts = [(row, OF_GROUP[row.group].slug) for row in queries.drafts(user).values()]
    context = {
        "blocks": by_block(catalogue, found), "count": len(found), "wanted": wanted, "own": in_force,
        "indices": [] if wanted else list(catalogue.indices.values()), "retired": retired,
        "drafts": drafts, "changing": policies.may(user, Right.CATALOGUE_CHANGE),
    }  # fmt: skip
    return render(request, "catalogue/list.html", context)


def item_page(request: HttpRequest, art: str, code: str) -> HttpResponse:
    """One item: what is in force, what it is made of, what depends on it, all versions."""
    user = user_of(request, Right.CATALOGUE)
    kind, catalogue = kind_of(art), memory.catalogue()
    known = history.versions(user, kind.group, code)
    if not known:
        raise Http404
    current = item_in(catalogue, kind.group, code)
    item = current if current is not None else known[0].item
    is_indicator = isinstance(item, Indicator)
    context = {
        "kind": kind, "item": item, "current": current, "words": _words(item, catalogue),
        "versions": [_entry(known, n) for n in range(len(known))],
        "own": queries.own(user).get(code), "draft": queries.draft(user, kind.group, code),
        "parts": [catalogue.indicators[c] for c in parts_of(item) if c in catalogue.indicators],
        "dependants": dependants(catalogue, code) if is_indicator else (),
        "changing": policies.may(user, Right.CATALOGUE_CHANGE), "is_indicator": is_indicator,
    }  # fmt: skip
    return render(request, "catalogue/item.html", context)


def version_page(request: HttpRequest, art: str, code: str, number: int) -> HttpResponse:
    """One version as it was put in force, and what it changed."""
    user = user_of(request, Right.CATALOGUE)
    kind = kind_of(art)
    known = history.versions(user, kind.group, code)
    place = next((n for n, v in enumerate(known) if v.number == number), None)
    if place is None:
        raise Http404
    version = known[place]
    context = {
        "kind": kind, "item": version.item, "version": version, "entry": _entry(known, place),
        "words": _words(version.item, memory.catalogue()), "toml": to_toml(version.item),
    }  # fmt: skip
    return render(request, "catalogue/version.html", context)


def version_file(request: HttpRequest, art: str, code: str, number: int) -> HttpResponse:
    """One version as a TOML file, as the folder of a catalogue holds it."""
    user = user_of(request, Right.CATALOGUE)
    version = history.the_version(user, kind_of(art).group, code, number)
    if version is None:
        raise Http404
    return as_download(to_toml(version.item).encode(), f"{code}.toml", "application/toml")


def retire(request: HttpRequest, art: str, code: str) -> HttpResponse:
    """Show what would be gone, then take an item out of the catalogue."""
    user = user_of(request, Right.CATALOGUE_CHANGE)
    kind = kind_of(art)
    item = item_in(memory.catalogue(), kind.group, code)
    if item is None:
        raise Http404
    form = RetireForm.of(request)
    context: dict[str, Any] = {"kind": kind, "item": item, "form": form}
    try:
        if request.method == "POST" and form.is_valid():
            actions.retire(user, kind.group, code, form.cleaned_data["begruendung"], seen=item.version)
            messages.success(request, f"„{item.label}“ ist außer Kraft. Frühere Datenstände behalten ihn.")
            return redirect("catalogue_item", art=art, code=code)
        context |= effect_context(effect_of_retiring(user, kind.group, code))
    except Refused:
        raise
    except WohnplatzError as error:
        context["problem"] = error
    return render(request, "catalogue/retire.html", context)


def discard(request: HttpRequest, art: str, code: str) -> HttpResponse:
    """Ask, then throw a draft away."""
    user = user_of(request, Right.CATALOGUE_CHANGE)
    kind = kind_of(art)
    draft = queries.draft(user, kind.group, code)
    if draft is None:
        raise Http404
    if request.method == "POST":
        actions.discard(user, draft)
        messages.success(request, "Der Entwurf ist verworfen.")
        return redirect("catalogue")
    return render(request, "catalogue/discard.html", {"kind": kind, "draft": draft})


def take_file(request: HttpRequest) -> HttpResponse:
    """A TOML file: shown in the form, where its effect can be seen before it is kept."""
    user = user_of(request, Right.CATALOGUE_CHANGE)
    form = ImportForm.of(request)
    if request.method == "POST" and form.is_valid():
        try:
            item = read_item(form.content(), form.name())
        except WohnplatzError as error:
            form.add_error("datei" if form.cleaned_data["datei"] else "text", error.text())
        else:
            return _opened(request, user, item)
    return render(request, "catalogue/import.html", {"form": form})


def _opened(request: HttpRequest, user: Any, item: Item) -> HttpResponse:
    """The form with what a file says; it goes on at the item's own address."""
    catalogue = memory.catalogue()
    kind = KINDS["indikator" if isinstance(item, Indicator) else "index"]
    before = item_in(catalogue, kind.group, item.code)
    code = item.code if before is not None else ""
    request.method = "GET"  # what was sent was the file; the form below it is fresh
    edit = Edit(user, kind, code, catalogue, before, kind.filled(item, catalogue, code))
    edit.notice = "Aus der Datei übernommen. Gespeichert ist noch nichts."
    return render_edit(request, edit)


def _entry(known: tuple[history.Version, ...], n: int) -> dict[str, Any]:
    """A version with what it changed against the one before."""
    version = known[n]
    former = known[n + 1] if n + 1 < len(known) else None
    changed = item_differences(former.item, version.item) if former is not None else ()
    row: CatalogueItem | None = version.row
    return {"version": version, "row": row, "former": former, "fields": changed}


def _words(item: Item, catalogue: Catalogue) -> list[tuple[str, str, bool]]:
    """Label, text, and whether it is a formula."""
    formulas = {"numerator", "denominator", "formula"}
    return [
        (label, _named(key, said, catalogue), key in formulas)
        for key, (label, said) in in_words(item).items()
    ]


def _named(key: str, said: str, catalogue: Catalogue) -> str:
    """Codes of block, class and level by their German names."""
    if key == "block":
        return catalogue.blocks.get(said, said)
    if key == "protection":
        rule = classes(memory.rules()).get(said)
        return f"{rule.label} ({said})" if rule else said
    if key in {"levels", "level"}:
        return ", ".join(level_name(level) for level in said.split(", "))
    return said
