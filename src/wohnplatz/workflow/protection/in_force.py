"""Which rule file holds now: the newest put in force here, else that of the installation, else ours."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from wohnplatz.disclosure import STANDARD_RULES
from wohnplatz.store import Kind, ObjectStore

from .models import RulesVersion


@dataclass(frozen=True, slots=True)
class InForce:
    """The file that holds, and the row that put it in force (None: nobody did it here)."""

    path: Path
    row: RulesVersion | None

    @property
    def data(self) -> bytes:
        """The file as it came."""
        return self.path.read_bytes()

    @property
    def sha(self) -> str:
        """Its SHA-256."""
        return self.row.sha if self.row else hashlib.sha256(self.data).hexdigest()

    @property
    def origin(self) -> str:
        """Where it comes from, in words."""
        if self.row:
            return "hier in Kraft gesetzt"
        return "mit dem Programm ausgeliefert" if self.path == STANDARD_RULES else "Datei der Installation"


def rules_in_force(store: ObjectStore) -> InForce:
    """The rule file that the next release is made with; asked anew each time."""
    row = RulesVersion.objects.first()
    if row is not None:
        return InForce(store.path(Kind.RULES, row.sha), row)
    return InForce(installed() or STANDARD_RULES, None)


def installed() -> Path | None:
    """The file named by ``WOHNPLATZ_RULES``; it holds only while none was put in force in the program."""
    return Path(settings.WOHNPLATZ_RULES) if settings.WOHNPLATZ_RULES else None
