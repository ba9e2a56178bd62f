"""Entry point of ``wohnplatz``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from wohnplatz import __version__
from wohnplatz.model import WohnplatzError

from . import (
    areas,
    audit,
    catalogue,
    deliveries,
    demo,
    index,
    messages,
    pictures,
    publish,
    questions,
    releases,
    reports,
    rounds,
    rules,
    serve,
    setup,
    streets,
)
from .answer import REFUSED, refusal, show
from .parser import Parser

GROUPS = (
    setup, areas, streets, rounds, deliveries, messages, rules, releases, questions, reports, publish,
    pictures, catalogue, index, audit, demo, serve,
)  # fmt: skip


def parser() -> Parser:
    """The whole command line."""
    main_parser = Parser(
        prog="wohnplatz",
        description="Wohnplatz: strategische Sozialplanung im Kreis. Von der Datenlieferung zum Datenstand.",
        epilog="Rückgabewerte: 0 in Ordnung, 1 verweigert oder Prüfbefunde, 2 falscher Aufruf, "
        "3 nichts gefunden, aber nicht alles geprüft (audit).",
    )
    main_parser.add_argument("--version", action="version", version=__version__, help="Fassung zeigen")
    commands = main_parser.add_subparsers(
        dest="group", required=True, metavar="BEREICH", parser_class=Parser, title="Bereiche"
    )
    for module in GROUPS:
        module.add(commands)
    return main_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    args = parser().parse_args(arguments)
    try:
        if args.django:
            _start_django()
        return show(args.run(args), as_json=args.json)
    except WohnplatzError as error:
        answer = refusal(error)
        if args.json:
            return show(answer, as_json=True)
        print(answer.text, file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("Abgebrochen.", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:  # `wohnplatz … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED


def _start_django() -> None:
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")
    if not apps.ready:
        django.setup()
    from django.utils import translation

    translation.activate("de")
