"""Nonsense in every parameter of every address: an answer in words, never an error of the program."""

from __future__ import annotations

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from wohnplatz.web.parameters import whole
from wohnplatz.web.urls import urlpatterns

NAMES = (
    "seite", "art", "jahr", "datensatz", "datenstand", "indikator", "merkmal", "gebiet", "befund", "offen",
    "zustand", "stelle", "suche", "nachricht", "vorjahr", "alle", "ab", "status", "dynamik", "bedarf",
    "ebene", "klassen", "methode", "auswahl", "ausschnitt", "ansicht", "alt", "neu", "von", "bis", "breite",
    "next", "vergleich", "sicht", "monat", "unsinn",
)  # fmt: skip
NONSENSE = (
    "", "abc", "-1", "0", "1e9", "99999999999", "9" * 30, "9" * 5000, "²", "٣", "1.5", "nan", "inf",
    "NaN,NaN", "None", "[]", "{}", "true", "2024", "../..", "..%2f..", "' or 1=1 --", "=1+1", "\x00",
    "<script>alert(1)</script>", "\r\nX-A: b", "ä" * 300, "\U0001f600", "sgb2_personen", "wohnplatz",
    "0599900101", "1,2,3,4", "error", "working",
)  # fmt: skip
SKIPPED = {"logout"}
SEED = 20261124


def words(dice: random.Random) -> dict[str, str]:
    return {name: dice.choice(NONSENSE) for name in dice.sample(NAMES, dice.randint(1, 8))}


@pytest.fixture
def places(released, scene) -> dict[str, list[list[object]]]:
    """Arguments that exist for the parts of addresses, and some that do not."""
    from wohnplatz.workflow.deliveries import actions

    round_ = released.rounds["jobcenter", 2024]
    counts = {**scene.COUNTS, "0599900101": "7331"}
    waiting = actions.receive(released.user_jobcenter, round_, "neu.csv", scene.benefits(counts))
    broken = actions.receive(released.user_jobcenter, round_, "kaputt.csv", b"Merkmal;Gebiet\r\nx;y")
    upload = actions.begin_upload(released.user_jobcenter, round_, "teil.csv", 10)
    return {
        "number": [1, released.release.number],
        "indicator": ["sgb2_quote", "einwohner", "gibt-es-nicht", ".."],
        "key": ["0599900101", "05999", "gibt-es-nicht"],
        "code": ["status", "jobcenter", "x"], "token": [upload.token, "x"],
        "step": ["annehmen", "freigeben", "x"], "round": [round_.pk, 987654],
        "delivery": [waiting.pk, broken.pk, released.deliveries[-1].pk, 987654],
    }  # fmt: skip


def address(pattern, places, dice: random.Random) -> str:
    def given(name: str):
        if name != "pk":
            return places.get(name, [1, "x"])
        of_round = str(pattern.pattern).startswith("lieferungen/<int:pk>")
        return places["round" if of_round else "delivery"]

    return reverse(pattern.name, kwargs={n: dice.choice(given(n)) for n in pattern.pattern.converters})


PATTERNS = [p for p in urlpatterns if p.name not in SKIPPED]


@pytest.mark.parametrize("part", range(2))
def test_nonsense_in_an_address_is_no_error_of_the_program(places, released, log_in, part) -> None:
    dice = random.Random(SEED + part)
    for person in ("planner", "user_jobcenter"):
        client = log_in(getattr(released, person))
        client.raise_request_exception = False
        for pattern in PATTERNS:
            url, query = address(pattern, places, dice), words(dice)
            answer = client.get(url, query)
            assert answer.status_code < 500, (person, url, query)
            raw = b"" if answer.streaming else answer.content
            assert b"<script>alert(1)" not in raw, (url, query)
            assert "X-A" not in answer.headers


def test_nonsense_in_a_form_is_no_error_of_the_program(places, released, log_in) -> None:
    dice = random.Random(SEED - 1)
    fields = (
        "version", "grund", "anmerkung", "befund", "erlaeuterung", "auswahl", "anker", "schritt", "name",
        "groesse", "sha", "c0-0", "c9-9", "c1x", "datei", "t0-da", "t0-nutzen", "t0-kopf-von", "t0-kopf-bis",
        "kennung", "links", "rechts", "vergleich", "absolut", "relativ", "gewicht", "code", "titel",
        "bezeichnung",
    )  # fmt: skip
    steps = ("einreichen", "vorschau", "lesen", "speichern", "verwerfen", "weg", *NONSENSE)
    for person in ("user_jobcenter", "planner"):
        client = log_in(getattr(released, person))
        client.raise_request_exception = False
        for pattern in PATTERNS:
            if pattern.name in {"mail_send", "login"}:
                continue
            data = {f: dice.choice(NONSENSE) for f in dice.sample(fields, 8)} | {
                "schritt": dice.choice(steps)
            }
            if dice.random() < 0.5:
                data["datei"] = SimpleUploadedFile("../../x.csv", b"\x00\xff=1+1")
            url = address(pattern, places, dice)
            answer = client.post(url, data)
            assert answer.status_code < 500, (person, url, data)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "²", "٣", " 1", "9" * 16, "9" * 5000, "0x1", "1_0"])
def test_what_is_no_plain_whole_number_is_none(text) -> None:
    assert whole(text) is None
