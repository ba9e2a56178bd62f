"""An argument parser that speaks German."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from .answer import USAGE, Answer

Run = Callable[[argparse.Namespace], Answer]

_MESSAGES = (
    (r"the following arguments are required: (.*)", r"Es fehlt: \1"),
    (r"unrecognized arguments: (.*)", r"Unbekannte Angabe: \1"),
    (
        r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)",
        r"\1: \2 gibt es nicht. Zur Wahl stehen \3",
    ),
    (r"argument (.*?): expected one argument", r"\1: Es fehlt der Wert"),
    (r"argument (.*?): expected at least one argument", r"\1: Es fehlt mindestens ein Wert"),
    (r"argument (.*?): invalid int value: (.*)", r"\1: \2 ist keine ganze Zahl"),
    (r"argument (.*?): (.*)", r"\1: \2"),
)


class Parser(argparse.ArgumentParser):
    """Help, usage and errors in German; wrong usage ends with exit code 2."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, add_help=False, allow_abbrev=False, **options)
        self._positionals.title, self._optionals.title = "Angaben", "Optionen"
        self.add_argument("-h", "--help", action="help", help="diese Hilfe zeigen")

    def format_usage(self) -> str:
        """The line of usage."""
        return super().format_usage().replace("usage: ", "Aufruf: ", 1)

    def format_help(self) -> str:
        """The whole help."""
        return super().format_help().replace("usage: ", "Aufruf: ", 1)

    def error(self, message: str) -> NoReturn:
        """Say in German what is wrong, and leave."""
        german = message
        for pattern, text in _MESSAGES:
            if re.fullmatch(pattern, message):
                german = re.sub(pattern, text, message)
                break
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {german}\n")


def command(
    group: Any, name: str, run: Run, help_text: str, *, django: bool = True
) -> argparse.ArgumentParser:
    """Add a command. ``django`` False: it works without an installation's database and settings."""
    parser: argparse.ArgumentParser = group.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--json", action="store_true", help="Antwort als JSON ausgeben")
    if django:
        parser.add_argument("--as", dest="acting", metavar="KONTO", help="im Namen dieses Kontos handeln")
    parser.set_defaults(run=run, django=django)
    return parser


def group(commands: Any, name: str, help_text: str) -> Any:
    """Add a group of commands."""
    parser = commands.add_parser(name, help=help_text, description=help_text)
    return parser.add_subparsers(dest="command", required=True, metavar="BEFEHL", parser_class=Parser)


def a_day(text: str) -> date:
    """A date as an argument: 2025-12-31 or 31.12.2025."""
    try:
        if "." in text:
            dd, mm, yyyy = (int(part) for part in text.split("."))
            return date(yyyy, mm, dd)
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"„{text}“ ist kein Datum (2025-12-31 oder 31.12.2025)") from error


def a_file(text: str) -> Path:
    """An existing file as an argument."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"Die Datei „{text}“ gibt es nicht")
    return path
