"""Processes that ask questions at once of which only some may be answered."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from forking import finished, forked, wait_for

from wohnplatz.model import Audience
from wohnplatz.workflow import memory
from wohnplatz.workflow.accounts.actors import OPERATOR
from wohnplatz.workflow.accounts.models import User
from wohnplatz.workflow.deliveries.actions import receive
from wohnplatz.workflow.partners.models import DeliveryRound
from wohnplatz.workflow.releases.actions import make_release

CONTESTED = {"0599900101": "5", "0599900102": "2", "0599900201": "2", "0599900202": "7"}
"""Benefits of which every area is hidden: with both towns' sums out, two questions across them tell all."""


def contest(scene: Any, planner: User, keyed: int, _: int) -> dict[str, Any]:
    """Four processes ask two questions at once, each of them twice, of which only one may be answered.

    Exact figures: by one audience after the other. By cell key (``keyed``): by two audiences at once.
    """
    from wohnplatz.publication.ledger import entries
    from wohnplatz.workflow.releases import inquiries, ledger
    from wohnplatz.workflow.releases.queries import current

    if keyed:
        with_rules(os.environ["WOHNPLATZ_HOME"])
    finished(lambda: contested(scene, planner))
    partner = User.objects.get(username="konto-ahausen")
    first, second, third, fourth = CONTESTED

    def ask(who: User, areas: tuple[str, ...], audience: str, gate: tuple[int, int] | None = None) -> None:
        if gate:
            wait_for(*gate)
        inquiries.ask(
            who, current(), indicator="sgb2_quote", year=2024, areas=areas, audience=Audience(audience)
        )

    if keyed:
        finished(lambda: ask(planner, (fourth,), "planning"))
        trials = [
            [(planner, (one,), "planning"), (partner, (one, fourth), "partner")]
            for one in (first, second, third)
        ]
    else:
        trials = [
            [(planner, (first, third), a), (planner, (first, fourth), a)]
            for a in ("planning", "partner", "public")
        ]
    codes, answered = [], []
    for works in trials:
        gate = os.pipe()
        children = [forked(partial(ask, *work, gate)) for work in works * 2]
        os.close(gate[0])
        os.close(gate[1])
        codes.append([os.waitstatus_to_exitcode(os.waitpid(c, 0)[1]) for c in children])
        asked = [inquiries.Inquiry.objects.get(audience=a, areas=",".join(areas)) for _, areas, a in works]
        answered.append([row.answered for row in asked])
    chain = entries(memory.store(), ledger.head())
    told = inquiries.Inquiry.objects.filter(answered=True).count()
    return {"codes": codes, "answered": answered, "entries": len(chain) - 1, "told": told}


def with_rules(folder: str) -> None:
    """The benefits answer single questions only."""
    from django.conf import settings

    from wohnplatz.disclosure import STANDARD_RULES

    path = Path(folder) / "regeln.toml"
    path.write_bytes(STANDARD_RULES.read_bytes() + b'\n[datasets.arbeit]\nmode = "cell_key"\n')
    settings.WOHNPLATZ_RULES = str(path)


def contested(scene: Any, planner: User) -> None:
    """A release in which the Jobcenter's figures are those two questions may not both be answered of."""
    chosen = DeliveryRound.objects.get(agreement__partner__code="jobcenter", reference_date=scene.DAY)
    made = receive(OPERATOR, chosen, "berichtigt.csv", scene.benefits(CONTESTED))
    scene.released_and_accepted(planner, made)
    make_release(planner, "Stand")
