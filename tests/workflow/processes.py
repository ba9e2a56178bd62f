"""Driver of tests with real processes: ``python processes.py begin``, then ``… crash 20 7``, ``… race 10``.

Runs in a process of its own, with a database and a store of its own (from the environment). ``begin`` sets up
the tiny district there; each other kind forks children that work on it at once, and prints what came out as
JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from contesting import contest
from deciding import crash, crowd, race
from django.core.management import call_command
from entering import formulas, job, opening, questions, writers
from forking import finished, load_scene

from wohnplatz.workflow.accounts.models import User

KINDS = {
    "crash": crash,
    "race": race,
    "crowd": crowd,
    "job": job,
    "opening": opening,
    "formulas": formulas,
    "questions": questions,
    "contest": contest,
    "writers": writers,
}


def begin(scene: Any) -> dict[str, Any]:
    """The tiny district with all files of 2024."""
    call_command("migrate", verbosity=0)
    finished(lambda: scene.deliver_everything(scene.build()))
    return {}


def main(kind: str, trials: int = 0, seed: int = 0) -> None:
    """Set up, or run on what was set up; print."""
    scene = load_scene()
    if kind == "begin":
        result = begin(scene)
    else:
        result = KINDS[kind](scene, User.objects.get(username="planner"), trials, seed)
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], *(int(a) for a in sys.argv[2:]))
