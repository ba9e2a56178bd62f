"""Who acts: a user account, or the operator of the installation at the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """What actions need to know of the one who acts."""

    username: str
    role: str
    partner_id: int | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class Operator:
    """Whoever has a shell on the server. Holds every right: the files lie open before this person anyway."""

    username: str = "kommandozeile"
    role: str = "operator"
    partner_id: int | None = None
    is_active: bool = True


OPERATOR = Operator()
