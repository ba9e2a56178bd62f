import pytest

from wohnplatz.report.references import Broken, Claim, Form, Reference, parse, read, write


def test_text_is_cut_at_its_references_and_nothing_is_lost() -> None:
    text = "Die Quote liegt bei {{ quote | gebiet=kreis }} (2024: {{ quote | jahr=2024 | form=zahl }})."
    parts = parse(text)
    assert [p if isinstance(p, str) else p.source for p in parts] == [
        "Die Quote liegt bei ", "{{ quote | gebiet=kreis }}", " (2024: ",
        "{{ quote | jahr=2024 | form=zahl }}", ").",
    ]  # fmt: skip
    assert parts[3] == Reference("{{ quote | jahr=2024 | form=zahl }}", "quote", "", 2024, Form.NUMBER)


def test_a_claim_may_be_written_with_umlauts_and_capitals() -> None:
    read_as = read("{{ quote | Behauptung=Höchster | text=der höchste Wert }}")
    assert isinstance(read_as, Reference)
    assert (read_as.claim, read_as.words) == (Claim.HIGHEST, "der höchste Wert")


def test_what_is_written_can_be_read() -> None:
    made = Reference("", "quote", "a1", 2025, Form.CHANGE, Claim.HIGHER_THAN, "mehr als", 2017, 10.5, "a2")
    again = read(write(made))
    assert isinstance(again, Reference)
    assert again == Reference(write(made), *(getattr(made, n) for n in Reference.__slots__[1:]))


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{{ quote | jahr=25 }}", "kein Jahr"),
        ("{{ quote | farbe=rot }}", "nicht bekannt"),
        ("{{ quote | form=fett }}", "bekannt sind: wert"),
        ("{{ zwei worte }}", "Kurzname"),
        ("{{ }}", "Kurzname"),
        ("{{ quote | grenze=1e9 }}", "keine Zahl"),
        ("{{ quote | behauptung=besser }}", "Behauptung"),
    ],
)
def test_a_reference_that_cannot_be_read_says_why(source: str, why: str) -> None:
    found = read(source)
    assert isinstance(found, Broken)
    assert why in found.why


def test_a_reference_that_is_not_closed_ends_with_its_line() -> None:
    first, second, last = parse("Vor {{ quote | gebiet=x\nnächste Zeile")
    assert (first, last) == ("Vor ", "\nnächste Zeile")
    assert isinstance(second, Broken)
