from wohnplatz.model import Finding, Severity


def test_the_key_of_a_finding_stays_when_its_words_change_and_not_when_its_place_does() -> None:
    first = Finding(
        "intake.unknown_area", Severity.ERROR, "Gibt es nicht.", "Bitte ändern.", row=3, value="1"
    )
    again = Finding(
        "intake.unknown_area", Severity.ERROR, "Unbekannt.", "Bitte berichtigen.", row=3, value="1"
    )
    other = Finding(
        "intake.unknown_area", Severity.ERROR, "Gibt es nicht.", "Bitte ändern.", row=4, value="1"
    )
    assert first.key == again.key
    assert first.key != other.key
