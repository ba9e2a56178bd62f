"""Runs the typesetter; long work in a process of its own, which gives its memory back when it ends.

This file is also a script (``python typeset.py <folder>``): it imports the typesetter and nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

JOB, DATA, RESULT = "job.json", "data.json", "result"
MAIN = "document.typ"
_REFUSED = 3
LEAN = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "65536"}
"""For long work: one heap, and what is large is given back when it is done with; an eighth less memory."""


def typeset(folder: Path, job: Mapping[str, Any], data: str = "", *, apart: bool = False) -> list[bytes]:
    """Compile ``document.typ`` of a folder: the pages of a picture, or the one file of a PDF.

    ``job`` holds arguments of ``typst.compile``; the document finds ``data`` as ``sys.inputs.document``.
    ``apart`` does it in a process of its own. ``typst.TypstError`` where the document cannot be set.
    """
    if not apart:
        return _compiled(folder, job, data)
    (folder / JOB).write_text(json.dumps(job), encoding="utf-8")
    (folder / DATA).write_text(data, encoding="utf-8")
    done = subprocess.run(  # noqa: S603 (our own interpreter and our own file)
        [sys.executable, "-I", __file__, str(folder)],
        env={**os.environ, **LEAN},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == _REFUSED:
        raise typst.TypstError(done.stderr, done.stderr)
    done.check_returncode()
    paths = sorted(folder.glob(f"{RESULT}-*"))
    return [path.read_bytes() for path in paths]


def _compiled(folder: Path, job: Mapping[str, Any], data: str) -> list[bytes]:
    inputs = {"document": data} if data else {}
    made = typst.compile(folder / MAIN, root=folder, ignore_system_fonts=True, sys_inputs=inputs, **job)
    return [bytes(part) for part in made] if isinstance(made, list) else [bytes(made)]


def main(name: str) -> int:
    """The script: read the job, write the results."""
    folder = Path(name)
    job = json.loads((folder / JOB).read_text(encoding="utf-8"))
    try:
        made = _compiled(folder, job, (folder / DATA).read_text(encoding="utf-8"))
    except typst.TypstError as error:
        print(error, file=sys.stderr)
        return _REFUSED
    for number, part in enumerate(made):
        (folder / f"{RESULT}-{number:05d}").write_bytes(part)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
