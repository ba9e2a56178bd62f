"""What is to be done with a delivery now: one sentence, one primary button, in the words of who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from wohnplatz.text import plural
from wohnplatz.workflow.deliveries.models import Delivery
from wohnplatz.workflow.deliveries.states import DeliveryState

WAY = ("Eingang", "Prüfung", "Freigabe", "Annahme")
"""The way of a delivery in four words."""
PLACES = {
    DeliveryState.UNREADABLE: 0, DeliveryState.READING: 1, DeliveryState.UNASSIGNED: 1,
    DeliveryState.FAULTY: 1, DeliveryState.CHECKED: 2, DeliveryState.RELEASED: 3, DeliveryState.ACCEPTED: 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    """A link that looks like a button."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next."""

    kind: str
    """Of KERN's alert: info, success, warning, danger."""
    title: str
    text: str
    primary: Button | None = None
    others: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """A delivery as one person meets it."""

    delivery: Delivery
    delivers: bool
    """Whether the person may hand in files for this round."""
    decides: bool
    errors: int
    open_warnings: int
    explained: int
    form: bool
    """Whether the round is small enough for the form in the browser."""
    feedback: bool

    def to(self, route: str, *more: object) -> str:
        """Address of a page of the delivery."""
        return reverse(route, args=[self.delivery.pk, *more])

    def new_file(self, label: str) -> Button | None:
        """The button that leads to the upload, if the person may deliver."""
        return (
            Button(label, reverse("round_upload", args=[self.delivery.round_id])) if self.delivers else None
        )

    def corrections(self) -> tuple[Button, ...]:
        """Other ways to mend a file."""
        found = (
            [Button("Datei mit markierten Zellen", self.to("delivery_marked"))] if self.delivery.kept else []
        )
        if self.delivers and self.form:
            found.append(
                Button("Im Formular berichtigen", reverse("round_entry", args=[self.delivery.round_id]))
            )
        if self.delivers and self.delivery.guide:
            found.append(Button("Zuordnung ändern", self.to("delivery_assign")))
        return tuple(found)

    def feedback_button(self) -> tuple[Button, ...]:
        """The way to the profile of the partner's own areas."""
        label = "Rückmeldung an die Lieferstelle" if self.decides else "Rückmeldung zu Ihren Gebieten"
        return (Button(label, self.to("delivery_feedback")),) if self.feedback else ()


def next_step(at: Situation) -> Next:
    """What this person does next with the delivery."""
    return _STEPS[DeliveryState(at.delivery.state)](at)


def _unreadable(at: Situation) -> Next:
    return Next(
        "danger", "Die Datei ließ sich nicht lesen",
        "Von ihr ist nichts gespeichert. Unten steht, woran es lag.", at.new_file("Andere Datei einreichen"),
    )  # fmt: skip


def _reading(_: Situation) -> Next:
    return Next(
        "info", "Die Datei wird gelesen",
        "Sie können diese Seite verlassen; die Prüfbefunde stehen danach hier und in Ihrer Übersicht.",
    )  # fmt: skip


def _unassigned(at: Situation) -> Next:
    return Next(
        "warning", "Wir sind nicht sicher, wie Ihre Tabelle zu lesen ist",
        "Bitte sagen Sie, was die Überschriften bedeuten. Das wird für das nächste Mal gemerkt.",
        Button("Zuordnung prüfen", at.to("delivery_assign")) if at.delivers else None,
    )  # fmt: skip


def _faulty(at: Situation) -> Next:
    errors = plural(at.errors, "Stelle ist", "Stellen sind")
    return Next(
        "danger", "Diese Datei wurde nicht übernommen",
        f"{errors} zu berichtigen. Berichtigen Sie die Datei und reichen Sie sie noch einmal ein; bis dahin"
        " bleibt sie als Entwurf liegen und geht in keine Auswertung ein.",
        at.new_file("Berichtigte Datei einreichen"), at.corrections(),
    )  # fmt: skip


def _checked(at: Situation) -> Next:
    release = Button("Freigeben …", at.to("delivery_decide", "freigeben"))
    if at.decides:
        return Next(
            "info", "Geprüft, wartet auf die Freigabe der Lieferstelle",
            f"{plural(at.open_warnings, 'Warnung ist', 'Warnungen sind')} noch nicht erläutert."
            if at.open_warnings else "Sie können die Datei auch in Vertretung der Lieferstelle freigeben.",
            None, (() if at.open_warnings else (release,)) + at.feedback_button(),
        )  # fmt: skip
    if at.open_warnings:
        return Next(
            "warning", "Fast fertig: Bitte ein Wort zu auffälligen Werten",
            f"{plural(at.open_warnings, 'Warnung braucht', 'Warnungen brauchen')} eine kurze Erläuterung."
            " Stimmt ein Wert nicht, reichen Sie eine berichtigte Datei ein.",
            Button("Erklären", "?offen=1#befunde"),
            tuple(b for b in (at.new_file("Berichtigte Datei einreichen"),) if b) + at.feedback_button(),
        )  # fmt: skip
    return Next(
        "success", "Die Datei ist geprüft und kann freigegeben werden",
        "Mit der Freigabe geht sie an die Sozialplanung des Kreises.",
        release if at.delivers else None, at.feedback_button(),
    )  # fmt: skip


def _released(at: Situation) -> Next:
    if at.decides:
        said = (
            f" Die Lieferstelle hat {plural(at.explained, 'Warnung', 'Warnungen')} erläutert."
            if at.explained
            else ""
        )
        return Next(
            "info", "Diese Lieferung wartet auf Ihre Entscheidung",
            f"Freigegeben durch: {at.delivery.released_as}.{said}",
            Button("Annehmen …", at.to("delivery_decide", "annehmen")),
            (Button("Zurückgeben …", at.to("delivery_decide", "zurueckgeben")), *at.feedback_button()),
        )  # fmt: skip
    return Next(
        "success", "Freigegeben, die Sozialplanung ist am Zug",
        "Sie müssen nichts weiter tun. Annahme oder Rückfrage lesen Sie hier.",
        None, at.feedback_button(),
    )  # fmt: skip


def _accepted(at: Situation) -> Next:
    back = (Button("Zurückgeben …", at.to("delivery_decide", "zurueckgeben")),) if at.decides else ()
    text = at.delivery.reason or "Die Werte gehen in den nächsten Datenstand ein."
    return Next("success", "Angenommen", text, None, at.feedback_button() + back)


def _returned(at: Situation) -> Next:
    return Next(
        "warning",
        "Zurückgegeben",
        at.delivery.reason,
        at.new_file("Berichtigte Datei einreichen"),
        at.corrections(),
    )


def _withdrawn(at: Situation) -> Next:
    return Next("info", "Zurückgezogen", at.delivery.reason, at.new_file("Neue Datei einreichen"))


def _superseded(at: Situation) -> Next:
    rounds = Button("Zur Lieferrunde", reverse("round", args=[at.delivery.round_id]))
    return Next(
        "info", "Durch eine neuere Lieferung ersetzt", "Es gilt die neuere Datei der Lieferrunde.", rounds
    )


_STEPS: dict[DeliveryState, Callable[[Situation], Next]] = {
    DeliveryState.UNREADABLE: _unreadable, DeliveryState.READING: _reading,
    DeliveryState.UNASSIGNED: _unassigned, DeliveryState.FAULTY: _faulty, DeliveryState.CHECKED: _checked,
    DeliveryState.RELEASED: _released, DeliveryState.ACCEPTED: _accepted, DeliveryState.RETURNED: _returned,
    DeliveryState.WITHDRAWN: _withdrawn, DeliveryState.SUPERSEDED: _superseded,
}  # fmt: skip
