"""A tiny district for tests: two municipalities of two Wohnplätze each, two data sets.

Imported by path (``spec_from_file_location``) so that the crash tests can use it in processes of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import shapely

CATALOGUE = Path(__file__).with_name("catalogue")
AREAS = {"0599900101": "Altdorf", "0599900102": "Bruch", "0599900201": "Casel", "0599900202": "Deich"}
TOWNS = {"05999001": "Ahausen", "05999002": "Behausen"}
DAY = date(2024, 12, 31)
SINCE = date(2023, 1, 1)
FAR = 20_000
"""Days until the lock: tests must not depend on the day they run."""
PASSWORD = "ein langes Kennwort"


def build() -> SimpleNamespace:
    """Set up district, areas, partners, agreements with rounds for 2023 and 2024, and accounts."""
    from wohnplatz.workflow.accounts.actions import create_user
    from wohnplatz.workflow.accounts.actors import OPERATOR
    from wohnplatz.workflow.district.actions import set_district
    from wohnplatz.workflow.partners.actions import conclude_agreement, create_partner, open_rounds

    world = SimpleNamespace(operator=OPERATOR, rounds={})
    world.district = set_district(OPERATOR, name="Musterkreis", key="05999", is_demo=True)
    import_areas()
    for code, name, kind, keys, dataset in (
        ("ahausen", "Stadt Ahausen", "municipality", ["05999001"], "bevoelkerung"),
        ("behausen", "Stadt Behausen", "municipality", ["05999002"], "bevoelkerung"),
        ("jobcenter", "Jobcenter Musterkreis", "jobcenter", [], "arbeit"),
    ):
        partner = create_partner(OPERATOR, code=code, name=name, kind=kind, area_keys=keys)
        setattr(world, code, partner)
        agreement = conclude_agreement(OPERATOR, partner, dataset=dataset, valid_from=SINCE, lock_days=FAR)
        for opened in open_rounds(OPERATOR, agreement, DAY):
            world.rounds[code, opened.reference_date.year] = opened
        account = create_user(
            OPERATOR, username=f"konto-{code}", name=name, role="partner", password=PASSWORD, partner=partner
        )
        setattr(world, f"user_{code}", account)
    for role in ("administrator", "planner", "sector"):
        account = create_user(OPERATOR, username=role, name=role.title(), role=role, password=PASSWORD)
        setattr(world, role, account)
    return world


def layers() -> dict[str, object]:
    """The three layers: squares of 1 km in a row, towns of two, the whole."""
    from wohnplatz.areas import AreaLayer

    def layer(boxes: list[object], keys: dict[str, str], parents: list[str | None]) -> AreaLayer:
        geometries = np.empty(len(boxes), dtype=object)
        geometries[:] = boxes
        return AreaLayer(tuple(keys), tuple(keys.values()), tuple(parents), geometries)

    box = shapely.box
    x, y = 350_000, 5_650_000
    squares = [box(x + n * 1000, y, x + (n + 1) * 1000, y + 1000) for n in range(4)]
    towns = [box(x + n * 2000, y, x + (n + 1) * 2000, y + 1000) for n in range(2)]
    return {
        "kreis": layer([box(x, y, x + 4000, y + 1000)], {"05999": "Musterkreis"}, [None]),
        "kommune": layer(towns, TOWNS, ["05999", "05999"]),
        "wohnplatz": layer(squares, AREAS, [key[:8] for key in AREAS]),
    }


def import_areas() -> None:
    """Take over the three divisions, coarsest first."""
    from wohnplatz.workflow.accounts.actors import OPERATOR
    from wohnplatz.workflow.district.actions import import_division

    for level, layer in layers().items():
        import_division(
            OPERATOR,
            layer,
            code=f"{level}-2020",
            level=level,
            label=level.title(),
            valid_from=date(2020, 1, 1),
        )


def population(areas: tuple[str, ...], year: int = 2024, base: int = 1000) -> bytes:
    """A municipality's file: inhabitants by sex."""
    lines = ["Merkmal;Gebiet;Gebietsname;Stichtag;Geschlecht;Wert"]
    for n, key in enumerate(areas):
        for sex, count in (("m", base // 2 + n), ("w", base // 2 + 10 + n)):
            lines.append(f"einwohner;{key};{AREAS[key]};31.12.{year};{sex};{count}")
    return "\r\n".join(lines).encode()


def benefits(counts: dict[str, str], year: int = 2024) -> bytes:
    """The Jobcenter's file: persons by area, as text, so that signs can stand there."""
    lines = ["Merkmal;Gebiet;Gebietsname;Stichtag;Wert"]
    lines += [f"sgb2_personen;{key};{AREAS[key]};31.12.{year};{value}" for key, value in counts.items()]
    return "\r\n".join(lines).encode()


AHAUSEN = ("0599900101", "0599900102")
BEHAUSEN = ("0599900201", "0599900202")
COUNTS = {"0599900101": "100", "0599900102": "2", "0599900201": "0", "0599900202": "50"}


def deliver_everything(world: SimpleNamespace, year: int = 2024) -> list[object]:
    """Receive and accept all files of a year."""
    from wohnplatz.workflow.deliveries.actions import receive

    files = {
        "ahausen": population(AHAUSEN, year),
        "behausen": population(BEHAUSEN, year),
        "jobcenter": benefits(COUNTS, year),
    }
    made = []
    for code, data in files.items():
        delivery = receive(world.operator, world.rounds[code, year], f"{code}-{year}.csv", data)
        made.append(released_and_accepted(world.planner, delivery))
    return made


def begin(world: SimpleNamespace) -> None:
    """As ``build``, into ``world``."""
    vars(world).update(vars(build()))


def deliver(world: SimpleNamespace) -> None:
    """All files of 2024 accepted: ``world.deliveries``."""
    world.deliveries = deliver_everything(world)


def release(world: SimpleNamespace) -> None:
    """A release: ``world.release``."""
    from wohnplatz.workflow.releases.actions import make_release

    world.release = make_release(world.planner, "2024-1")


def release_two_years(world: SimpleNamespace) -> None:
    """The files of 2023 and 2024 released; benefits doubled from one to the other."""
    from wohnplatz.workflow.deliveries.actions import receive

    halves = {key: str(int(count) // 2) for key, count in COUNTS.items()}
    files = {
        "ahausen": population(AHAUSEN, 2023, 1040),
        "behausen": population(BEHAUSEN, 2023, 1040),
        "jobcenter": benefits(halves, 2023),
    }
    for code, data in files.items():
        delivery = receive(world.operator, world.rounds[code, 2023], f"{code}-2023.csv", data)
        released_and_accepted(world.planner, delivery)
    deliver(world)
    release(world)


def released_and_accepted(planner: object, delivery: object) -> object:
    """The delivery after the planner released it in the partner's stead and accepted it."""
    from wohnplatz.workflow.deliveries import actions

    released = actions.release(planner, delivery, delivery.version)
    return actions.accept(planner, released, released.version)


def begin_report(world: SimpleNamespace) -> object:
    """A small report on a release: a common chapter, one for each municipality, profiles."""
    from django.utils import timezone

    from wohnplatz.report.tree import (
        AreaText,
        AreaTextsBlock,
        ChapterBlock,
        FiguresBlock,
        ProfilesBlock,
        TextBlock,
    )
    from wohnplatz.workflow.releases.actions import make_release
    from wohnplatz.workflow.releases.models import Release
    from wohnplatz.workflow.reports import storing
    from wohnplatz.workflow.reports.models import Act, SocialReport

    release = Release.objects.first() or make_release(world.planner, "2024-1")
    now = timezone.now()
    report = SocialReport.objects.create(
        title="Sozialbericht 2024", template="", area="05999", year=2024, release=release, created_at=now,
        created_by="Musterkreis", changed_at=now,
    )  # fmt: skip
    texts = AreaTextsBlock(
        "p-texte",
        (
            AreaText("0599900101", "In Altdorf wohnen viele Familien."),
            AreaText("0599900201", "In Casel wird gebaut."),
        ),
    )
    inside = (FiguresBlock("p-zahlen", ("sgb2_quote",)), texts)
    towns = [
        ChapterBlock(code, name, (
            FiguresBlock(f"{code}-zahlen", ("sgb2_quote",), area=key),
            TextBlock(f"{code}-text", f"Zu {name}."),
        ))
        for code, name, key in (("ahausen", "Ahausen", "05999001"), ("behausen", "Behausen", "05999002"))
    ]  # fmt: skip
    chapters = (
        ChapterBlock("lage", "Die Lage im Kreis", (TextBlock("lage-text", "Im Kreis ist die Lage stabil."),)),
        *towns,
        ChapterBlock("profile", "Profile", (
            ProfilesBlock("p-kommunen", "kommune", (FiguresBlock("pk-zahlen", ("sgb2_quote",)),)),
            ProfilesBlock("p", "wohnplatz", inside),
        )),
    )  # fmt: skip
    storing.plant(world.planner, report, chapters, act=Act.CREATED, at=now)
    return report


def open_consultation(world: SimpleNamespace) -> SimpleNamespace:
    """The world with ``report``, ``consultation`` and ``invitations`` of all partners, opened."""
    from datetime import timedelta

    from django.utils import timezone

    from wohnplatz.workflow.consultation import opening
    from wohnplatz.workflow.reports.actions import advance
    from wohnplatz.workflow.reports.states import ReportState

    world.report = advance(world.planner, begin_report(world), ReportState.REVIEW)
    due = timezone.localdate() + timedelta(days=20)
    prepared = opening.prepare(world.planner, world.report, letter="Bitte lesen Sie den Entwurf.", due_on=due)
    for code in ("ahausen", "behausen", "jobcenter"):
        opening.invite(world.planner, prepared, getattr(world, code))
    world.consultation = opening.open_consultation(world.planner, prepared)
    world.report = world.consultation.report
    world.invitations = {
        i.partner.code: i
        for i in world.consultation.invitations.select_related("partner", "consultation__report__release")
    }
    return world


@contextmanager
def lasting(home: Path) -> Iterator[SimpleNamespace]:
    """The world in consultation for several tests, each of which runs in a savepoint of its own."""
    from django.db import transaction
    from django.test import override_settings

    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    changed = override_settings(
        WOHNPLATZ_HOME=home, WOHNPLATZ_CATALOGUE=str(CATALOGUE), PASSWORD_HASHERS=hashers
    )
    with transaction.atomic():
        with changed:
            world = build()
            deliver_everything(world)
            open_consultation(world)
        world.home = home
        yield world
        transaction.set_rollback(True)


def afresh(world: SimpleNamespace) -> SimpleNamespace:
    """The same world with its report, consultation and invitations read again."""
    from wohnplatz.workflow.consultation.models import Consultation

    found = SimpleNamespace(**vars(world))
    found.consultation = Consultation.objects.select_related("report__release").get(pk=world.consultation.pk)
    found.report = found.consultation.report
    places = found.consultation.invitations.select_related("partner", "consultation__report__release")
    found.invitations = {i.partner.code: i for i in places}
    return found
