"""The words of the mails: office German, plain text, links to the pages; no figures and no persons.

Addresses are written here and not reversed: this room knows no web. A test holds that they lead somewhere.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from wohnplatz.text import NBSP, day, month, number, plural, with_unit
from wohnplatz.workflow import memory
from wohnplatz.workflow.consultation.models import Invitation
from wohnplatz.workflow.deliveries.queries import RoundView
from wohnplatz.workflow.partners.punctuality import Punctuality

from .consultations import Note, Subject
from .news import News
from .reasons import Reason, Topic

WIDTH = 72

_HEADINGS = {
    Topic.LATE: "Die Frist ist vorbei",
    Topic.RETURNED: "Zur Überarbeitung zurückgegeben",
    Topic.TODAY: "Heute ist die Frist",
    Topic.UNRELEASED: "Geprüft, aber noch nicht freigegeben",
    Topic.SOON: "Demnächst fällig",
    Topic.ACCEPTED: "Angenommen, vielen Dank",
}
_ADVICE = {
    Topic.LATE: "Ihre Zahlen erscheinen bis dahin als „nicht geliefert“. Wenn es länger dauert, genügt eine"
    " kurze Nachricht; wir finden dann einen Weg.",
    Topic.RETURNED: "Die Begründung steht auf der Seite der Lieferrunde. Bitte berichtigen Sie die Datei und"
    " reichen Sie sie neu ein.",
    Topic.TODAY: "Die Vorlage und das Formular zum Eintragen finden Sie auf der Seite der Lieferrunde.",
    Topic.UNRELEASED: "Die Datei ist geprüft. Erst mit Ihrer Freigabe geht sie an die Sozialplanung.",
    Topic.SOON: "Die Vorlage und das Formular zum Eintragen finden Sie auf der Seite der Lieferrunde.",
    Topic.ACCEPTED: "Das Profil Ihrer Gebiete mit diesen Zahlen liegt für Sie bereit.",
}
_NEWS_ADVICE = (
    "Gerechnet wird so ab dem nächsten Datenstand; das Profil Ihrer Gebiete zeigt es schon jetzt. Was Sie"
    " geliefert haben, bleibt unverändert, und frühere Datenstände bleiben, wie sie waren."
)
_SUBJECTS = {
    Topic.LATE: "Frist abgelaufen", Topic.RETURNED: "zur Überarbeitung zurück", Topic.TODAY: "Frist heute",
    Topic.UNRELEASED: "Freigabe fehlt", Topic.SOON: "Frist demnächst", Topic.ACCEPTED: "angenommen",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """Subject and body of a mail."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the district's social planning, and where to ask."""

    district: str
    contact: str


def collective(
    sender: Sender, reasons: Sequence[Reason], notes: Sequence[Note] = (), news: Sequence[News] = ()
) -> Text:
    """One mail for everything a partner should know today."""
    parts, subjects = ["Guten Tag,"], []
    if notes:
        parts += _consulted(notes)
        subjects.append(_consultation_subject(notes))
    if reasons:
        topics = [t for t in Topic if any(r.topic is t for r in reasons)]
        parts += _delivered(reasons, topics, begins=not notes)
        subjects.append(f"Datenlieferungen: {', '.join(_SUBJECTS[t] for t in topics)}")
    if news:
        parts += [_heading("Geänderte Berechnung"), *(_changed(n) for n in news), _NEWS_ADVICE]
        subjects.append("Sozialplanung: geänderte Berechnung")
    return Text("; ".join(subjects)[:200], _written([*parts, *_closing(sender), _NO_ANSWER]))


def _delivered(reasons: Sequence[Reason], topics: Sequence[Topic], *, begins: bool) -> list[str]:
    first = "zu" if begins else "Zu"
    parts = [f"{first} Ihren Datenlieferungen an die Sozialplanung gibt es Folgendes:"]
    for topic in topics:
        own = sorted((r for r in reasons if r.topic is topic), key=lambda r: r.view.round.due_on)
        parts += [_heading(_HEADINGS[topic]), *(_entry(r) for r in own), _ADVICE[topic]]
    return parts


_NOTHING = "„Keine Anmerkungen“ ist auch eine Antwort. Sie zählt, sobald Ihre Leitung sie freigegeben hat."
_ASKED = {
    Subject.OVERDUE: (
        "Frist der Abstimmung abgelaufen",
        "Wenn Sie länger brauchen, genügt eine kurze Nachricht. „Keine Anmerkungen“ ist auch eine Antwort.",
    ),
    Subject.TODAY: ("Heute endet die Frist der Abstimmung", _NOTHING),
    Subject.REOPENED: (
        "Ihre Antwort ist wieder geöffnet", "Die Begründung steht auf der Seite der Abstimmung."
    ),
    Subject.ASKED: ("Ihre Antwort fehlt noch", _NOTHING),
    Subject.SOON: (
        "Die Frist der Abstimmung endet bald", "Ihre Antwort zählt, sobald Ihre Leitung sie freigegeben hat."
    ),
    Subject.INVITED: (
        "Einladung zur Abstimmung",
        "Auf der Seite stehen Ihre Kapitel. Zu jedem Absatz, jeder Tabelle und jeder Karte können Sie etwas"
        " anmerken, dazu eine Stellungnahme abgeben, die im Bericht abgedruckt wird. Bitte melden Sie sich"
        " mit dem Konto Ihrer Stelle an.",
    ),
    Subject.DECIDED: (
        "Über Ihre Anmerkungen ist entschieden",
        "Zu jeder Anmerkung steht die Entscheidung mit ihrer Begründung auf der Seite.",
    ),
}  # fmt: skip
_ASKED_SUBJECTS = {
    Subject.OVERDUE: "Frist abgelaufen", Subject.TODAY: "Frist heute", Subject.REOPENED: "wieder geöffnet",
    Subject.ASKED: "Antwort fehlt noch", Subject.SOON: "Frist demnächst", Subject.INVITED: "Einladung",
    Subject.DECIDED: "Entscheidungen",
}  # fmt: skip


def _consulted(notes: Sequence[Note]) -> list[str]:
    parts = []
    for note in notes:
        heading, advice = _ASKED[note.subject]
        letter = note.invitation.consultation.letter if note.subject is Subject.INVITED else ""
        parts += [_heading(heading), *letter.replace("\r\n", "\n").split("\n\n"), _place_of(note), advice]
    return [p for p in parts if p]


def _place_of(note: Note) -> str:
    place = note.invitation
    lines = [f"- {place.consultation.report.title}"]
    if note.subject is not Subject.DECIDED:
        lines.append(f"  Frist {day(place.due_on)}{_distance(note.days_left)}")
    return "\n".join([*lines, f"  {link(f'abstimmungen/{place.token}/')}"])


def _consultation_subject(notes: Sequence[Note]) -> str:
    return f"Abstimmung: {', '.join(dict.fromkeys(_ASKED_SUBJECTS[n.subject] for n in notes))}"


def daily(  # noqa: PLR0913 (the parts of the summary)
    today: date,
    came: Sequence[RoundView],
    waiting: Sequence[RoundView],
    late: Sequence[RoundView],
    problems: Sequence[str],
    *,
    answers: Sequence[Invitation] = (),
    news: Sequence[News] = (),
) -> Text:
    """The planner's summary: what came in, what waits, what is late, and which mails could not be sent."""
    parts = ["Guten Tag,", f"der Stand der Datenlieferungen am {day(today)}:"]
    for heading, views in (
        (f"Neu eingegangen ({len(came)})", came),
        (f"Wartet auf Annahme oder Rückgabe ({len(waiting)})", waiting),
        (f"Frist abgelaufen ({len(late)})", late),
    ):
        parts += [_heading(heading), *([_listed(v) for v in views] or ["Nichts."])]
    if news:
        parts += [_heading(f"Geändert im Katalog ({len(news)})"), *(_changed(n) for n in news)]
        parts.append(link("katalog/"))
    if answers:
        parts += [_heading(f"Antworten zur Abstimmung ({len(answers)})"), *(_answer(i) for i in answers)]
    if problems:
        parts += [_heading("Nachrichten, die nicht zugestellt wurden"), *problems, link("nachrichten/")]
    parts += [_heading("Alle Lieferrunden"), link("lieferungen/"), _NO_ANSWER]
    counts = f"{len(came)} neu, {len(waiting)} zu entscheiden, {len(late)} überfällig"
    counts += f", {len(answers)} zur Abstimmung" if answers else ""
    return Text(f"Datenlieferungen am {day(today)}: {counts}", _written(parts))


def _answer(invitation: Invitation) -> str:
    report = invitation.consultation.report
    late = ", nach der Frist" if invitation.late else ""
    where = link(f"abstimmungen/bericht/{report.pk}/")
    return f"- {invitation.partner.name}: {report.title}{late}\n  {where}"


def monthly(
    sender: Sender, today: date, period: tuple[date, date], figures: Punctuality, risks: Sequence[RoundView]
) -> Text:
    """For the head of the office: rate, punctuality, what is at risk."""
    parts = [
        "Guten Tag,",
        f"der Stand der Datenlieferungen an die Sozialplanung im {month(today)}.",
        _heading("Lieferquote und Pünktlichkeit"),
        f"Fristen vom {day(period[0])} bis {day(period[1])}:",
        _rate("geliefert", figures.delivered, figures.due, figures.rate),
        _rate("zur Frist", figures.on_time, figures.due, figures.on_time_rate),
        _heading(f"Was gefährdet ist ({len(risks)})"),
    ]
    if risks:
        parts.append(
            "Diese Lieferungen fehlen nach der Frist. Summen für den Kreis sind so lange unvollständig und"
            " nennen, für wie viele Gebiete sie gelten."
        )
    parts += [*([_listed(v) for v in risks] or ["Nichts: Keine Lieferung ist überfällig."])]
    parts += [_heading("Einzelheiten"), link("abdeckung/"), *_closing(sender), _NO_ANSWER]
    return Text(f"Sozialplanung: Datenlieferungen im {month(today)}", _written(parts))


def link(path: str) -> str:
    """An address of this installation."""
    return f"{settings.WOHNPLATZ_URL.rstrip('/')}/{path}"


def dataset_label(code: str) -> str:
    """The data set's name, its code where the catalogue no longer holds it."""
    datasets = memory.shipped().datasets
    return datasets[code].label if code in datasets else code


_NO_ANSWER = "Diese Nachricht wurde automatisch erstellt."


def _entry(reason: Reason) -> str:
    r = reason.view.round
    lines = [f"- {dataset_label(r.agreement.dataset)}, Stichtag {day(r.reference_date)}"]
    if reason.topic in {Topic.SOON, Topic.TODAY, Topic.LATE}:
        lines.append(f"  Frist {day(r.due_on)}{_distance(reason.view.days_left)}")
    if reason.topic is Topic.LATE:
        lines.append(f"  Stand: {reason.view.state.label}; Annahmeschluss {day(r.accepts_until)}")
    path = f"lieferungen/{r.pk}/"
    if reason.topic is Topic.ACCEPTED and reason.delivery is not None:
        path = f"lieferungen/datei/{reason.delivery.pk}/rueckmeldung/"
    if reason.topic is Topic.UNRELEASED and reason.delivery is not None:
        path = f"lieferungen/datei/{reason.delivery.pk}/"
    return "\n".join([*lines, f"  {link(path)}"])


def _changed(news: News) -> str:
    word = news.group.label
    what = "gilt nicht mehr" if news.ended else f"gilt in Fassung {news.version}"
    return f"- {word} „{news.label}“ {what}, seit {day(news.on)}\n  {link(news.path)}"


def _distance(left: int) -> str:
    if left == 0:
        return " (heute)"
    words = plural(abs(left), "Tag", "Tagen")
    return f" (in {words})" if left > 0 else f" (seit {words})"


def _listed(view: RoundView) -> str:
    r = view.round
    what = f"- {r.agreement.partner.name}: {dataset_label(r.agreement.dataset)}"
    when = f"  Stichtag {day(r.reference_date)}, Frist {day(r.due_on)}, {view.state.label}"
    return f"{what}\n{when}\n  {link(f'lieferungen/{r.pk}/')}"


def _rate(word: str, count: int, of: int, rate: float | None) -> str:
    if rate is None:
        return f"- {word}: In diesem Zeitraum ist keine Frist abgelaufen."
    return f"- {word}: {number(count)} von {number(of)} ({with_unit(number(100 * rate), '%')})"


def _heading(text: str) -> str:
    return f"{text}\n{'-' * len(text)}"


def _closing(sender: Sender) -> list[str]:
    ask = f"Fragen beantwortet: {sender.contact}" if sender.contact else ""
    return [p for p in (ask, f"Mit freundlichen Grüßen\nSozialplanung {sender.district}") if p]


def _written(parts: Iterable[str]) -> str:
    """Paragraphs of at most 72 signs a line; links and lists keep their lines."""
    wrapped = [
        p if "\n" in p or p.startswith(("http", "-")) else textwrap.fill(p, WIDTH, break_long_words=False)
        for p in (part.replace(NBSP, " ") for part in parts)
    ]
    return "\n\n".join(wrapped) + "\n"
