"""A small catalogue, a request, and files as partners would send them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import pytest
import xlsxwriter

from wohnplatz.intake import ReadResult, Request, read_delivery
from wohnplatz.model import Catalogue, DataSet, Dimension, Finding, Variable, VariableKind

BEV = "bevoelkerung"


def variable(code: str, label: str, **more) -> Variable:
    return Variable(code, label, "Personen", more.pop("dataset", BEV), more.pop("level", "wohnplatz"), **more)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    sex = Dimension("geschlecht", "Geschlecht", {"m": "männlich", "w": "weiblich"}, {"Frauen": "w", "2": "w"})
    age = Dimension(
        "alter", "Alter", {"0-2": "unter 3 Jahre", "3-5": "3 bis unter 6 Jahre", "20": "20 Jahre"}
    )
    variables = [
        variable("einwohner", "Einwohnerinnen und Einwohner", breakdowns=("geschlecht",)),
        variable("haushalte", "Haushalte"),
        variable("geburten", "Lebendgeborene", reference="Jahr"),
        variable("kita_u3", "Betreute Kinder unter 3", reference="01.03."),
        variable("flaeche", "Fläche", integer=False),
        variable("saldo", "Wanderungssaldo", non_negative=False),
        variable("miete", "Angebotsmiete", kind=VariableKind.RATE, integer=False),
        variable("pflege", "Pflegebedürftige", rhythm="gerade Jahre", reference="15.12."),
        variable("schule", "Übergänge", level="kommune"),
        variable("sgb2", "Personen im SGB II", dataset="jobcenter", breakdowns=("alter",)),
    ]
    datasets = [
        DataSet(BEV, "Bevölkerung", "Kommune", "§ 34 BMG"),
        DataSet("jobcenter", "Grundsicherung", "Jobcenter", "§ 53 SGB II"),
    ]
    return Catalogue(
        dimensions={d.code: d for d in (sex, age)},
        datasets={d.code: d for d in datasets},
        variables={v.code: v for v in variables},
        indicators={},
        indices={},
        blocks={},
    )


@pytest.fixture(scope="session")
def request_(catalogue: Catalogue) -> Request:
    return Request(
        catalogue.datasets[BEV],
        date(2025, 12, 31),
        {"06999001": "Altstadt", "06999002": "Am Bach"},
        "wohnplatz",
        {"06999009": "Nachbardorf"},
    )


HEAD = "Merkmal;Gebiet;Gebietsname;Stichtag;Geschlecht;Wert"
GOOD = "haushalte;06999001;Altstadt;31.12.2025;;1.234"


@dataclass(frozen=True)
class Desk:
    """Reads files against the small request."""

    request: Request
    catalogue: Catalogue

    def read(self, data: bytes, name: str = "lieferung.csv") -> ReadResult:
        return read_delivery(data, name, self.request, self.catalogue)

    def lines(self, *lines: str, head: str = HEAD) -> ReadResult:
        return self.read("\r\n".join([head, *lines]).encode())

    def value(self, text: str, variable: str = "haushalte") -> ReadResult:
        return self.lines(f"{variable};06999001;;31.12.2025;;{text}")


@pytest.fixture
def desk(request_: Request, catalogue: Catalogue) -> Desk:
    return Desk(request_, catalogue)


def errors(result: ReadResult) -> list[Finding]:
    return [f for f in result.findings if f.severity == "error"]


@pytest.fixture
def only_error() -> Callable[[ReadResult], Finding]:
    def check(result: ReadResult) -> Finding:
        found = errors(result)
        assert len(found) == 1, [f.message for f in found]
        assert not result.ok
        assert found[0].message
        assert found[0].advice
        return found[0]

    return check


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    def make(rows: Iterable[Iterable[object]], name: str = "Daten", other: str = "Hinweise") -> bytes:
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd.mm.yyyy"})
        book.add_worksheet(other).write(0, 0, "Bitte ausfüllen")
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(row, column, cell)
        book.close()
        return out.getvalue()

    return make
