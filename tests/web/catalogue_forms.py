"""What a browser sends of the catalogue's forms."""

from __future__ import annotations

QUOTE = "/katalog/indikator/sgb2_quote/"


def sent(item, **fields) -> dict[str, object]:
    """What a browser would send of an indicator's form."""
    from wohnplatz.web.catalogue.fields import plain
    from wohnplatz.web.catalogue.indicator_form import initial_of

    data = {k: v for k, v in initial_of(item).items() if v not in (None, False)}
    data |= {k: plain(v) for k, v in data.items() if isinstance(v, float)}
    data |= {"stand": str(item.version), "begruendung": "Nenner berichtigt", "schritt": "wirkung"}
    return data | fields


def index_sent(**fields) -> dict[str, object]:
    """What a browser would send of an index of one indicator."""
    return {
        "kennung": "lage", "bezeichnung": "Lage", "ebene": "wohnplatz", "verfahren": "z_sum",
        "abweichung": "",
        "zeilen-themen": "2", "zeilen-status": "2", "zeilen-dynamik": "2", "zeilen-ausnahmen": "2",
        "status-0-indikator": "sgb2_quote", "status-0-gewicht": "1,5", "klassen": "limits", "grenzen": "0",
        "namen": "gut\nweniger gut", "quantile": "7", "bedarf": "weniger gut", "einwohner": "300",
        "bevoelkerung": "einwohner", "begruendung": "erster Index", "stand": "0", "schritt": "wirkung",
    } | fields  # fmt: skip


def mark_of(answer) -> str:
    """The mark of what was seen, which goes back with what is kept."""
    return answer.context["mark"]
