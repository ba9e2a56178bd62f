"""``wohnplatz init | migrate | setup | user``: making an installation ready."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from wohnplatz.model import WohnplatzError
from wohnplatz.text import plural

from .acting import actor
from .answer import Answer
from .parser import a_file, command, group


def add(commands: Any) -> None:
    """Add the commands of this file."""
    init = command(commands, "init", run_init, "Datenbank anlegen und den Kreis einrichten")
    init.add_argument("--name", required=True, help="Name des Kreises")
    init.add_argument("--key", required=True, help="Schlüssel des Kreises (AGS), zum Beispiel 05378")
    init.add_argument("--contact", default="", help="Ansprechstelle")
    command(commands, "migrate", run_migrate, "Datenbank auf den Stand des Programms bringen")
    own = group(commands, "setup", "Kreis, Lieferstellen und Vereinbarungen aus einer Datei einrichten")
    apply = command(own, "apply", run_apply, "Einrichtungsdatei anwenden; was schon da ist, bleibt")
    apply.add_argument("file", metavar="DATEI", type=a_file, help="TOML-Datei")
    users = group(commands, "user", "Konten")
    create = command(users, "create", run_create_user, "Konto anlegen; das Kennwort wird abgefragt")
    create.add_argument("username", metavar="KONTO", help="Benutzername")
    create.add_argument("--name", required=True, help="Name der Person oder Stelle")
    create.add_argument(
        "--role",
        required=True,
        choices=("administrator", "planner", "partner", "sector"),
        help="Rolle: Administration, Sozialplanung, Lieferstelle oder Fachplanung",
    )
    create.add_argument("--partner", default="", help="Kennung der Lieferstelle (Rolle partner)")
    create.add_argument("--email", default="", help="E-Mail-Adresse")
    command(users, "list", run_list_users, "Konten zeigen")


def migrate() -> None:
    """Bring the database to the program's state, quietly."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def run_migrate(_: argparse.Namespace) -> Answer:
    """``wohnplatz migrate``."""
    migrate()
    return Answer({"migrated": True}, "Die Datenbank ist auf dem Stand des Programms.")


def run_init(args: argparse.Namespace) -> Answer:
    """``wohnplatz init``."""
    from wohnplatz.workflow.district.actions import set_district

    migrate()
    district = set_district(actor(args), name=args.name, key=args.key, contact=args.contact)
    return Answer(
        {"name": district.name, "key": district.key},
        f"{district.name} ({district.key}) ist eingerichtet. Als Nächstes: wohnplatz areas import.",
    )


def run_apply(args: argparse.Namespace) -> Answer:
    """``wohnplatz setup apply``."""
    from wohnplatz.workflow import setup

    migrate()
    done = setup.apply(actor(args), setup.read(args.file))
    lines = [
        f"Neu: {plural(len(done.partners), 'Lieferstelle', 'Lieferstellen')},"
        f" {plural(done.agreements, 'Vereinbarung', 'Vereinbarungen')},"
        f" {plural(done.rounds, 'Lieferrunde', 'Lieferrunden')},"
        f" {plural(len(done.passwords), 'Konto', 'Konten')}.",
        *(f"Erstes Kennwort für {name}: {word}" for name, word in done.passwords.items()),
    ]
    data = {
        "partners": done.partners, "agreements": done.agreements, "rounds": done.rounds,
        "passwords": done.passwords,
    }  # fmt: skip
    return Answer(data, "\n".join(lines))


def run_create_user(args: argparse.Namespace) -> Answer:
    """``wohnplatz user create``. The password comes from the terminal, or from the standard input."""
    from wohnplatz.workflow.accounts.actions import create_user
    from wohnplatz.workflow.partners.models import Partner

    partner = Partner.objects.filter(code=args.partner).first() if args.partner else None
    if args.partner and partner is None:
        raise WohnplatzError(f"Die Lieferstelle „{args.partner}“ gibt es nicht.", code="cli.partner")
    user = create_user(
        actor(args), username=args.username, name=args.name, role=args.role, password=_password(),
        partner=partner, email=args.email,
    )  # fmt: skip
    return Answer({"username": user.username, "role": user.role}, f"Das Konto {user.username} ist angelegt.")


def run_list_users(_: argparse.Namespace) -> Answer:
    """``wohnplatz user list``."""
    from wohnplatz.workflow.accounts.models import User

    from .answer import table

    rows = [
        {"username": u.username, "name": u.name, "role": u.get_role_display(),
         "partner": u.partner.name if u.partner else "", "active": u.is_active, "demo": u.is_demo}
        for u in User.objects.select_related("partner")
    ]  # fmt: skip
    head = {"username": "Konto", "name": "Name", "role": "Rolle", "partner": "Lieferstelle",
            "active": "aktiv", "demo": "Demo"}  # fmt: skip
    return Answer(rows, table(rows, head, "Es gibt noch keine Konten."))


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Kennwort: ")
    if first != getpass.getpass("Kennwort wiederholen: "):
        raise WohnplatzError("Die beiden Eingaben stimmen nicht überein.", code="cli.password")
    return first
