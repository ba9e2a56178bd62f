"""The public atlas of a loaded demo: how long it takes, how large its pages are, how soon a map is there.

    WOHNPLATZ_HOME=FOLDER WOHNPLATZ_MODE=demo python bench/atlas.py [FOLDER TO WRITE]

Limits: everything under 30 s, any page under 200 kB on the wire (style and script counted with it, packed by
gzip; unpacked sizes are told, too). Seconds are those of the wall clock; those of the processor stand beside
them, for a machine that does something else, too.
"""

from __future__ import annotations

import gzip
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")


class Clock:
    """Tells of each step how long it took."""

    def __init__(self) -> None:
        self.wall, self.cpu, self.all, self.work = time.perf_counter(), time.process_time(), 0.0, 0.0

    def tell(self, name: str) -> None:
        """Print what passed since the last word."""
        wall, cpu = time.perf_counter(), time.process_time()
        self.all += wall - self.wall
        self.work += cpu - self.cpu
        print(f"{name:<34}{wall - self.wall:>8.1f} s{cpu - self.cpu:>8.1f} s processor", flush=True)
        self.wall, self.cpu = wall, cpu


def main(target: Path) -> int:
    import django

    django.setup()
    from wohnplatz.atlas import build, write
    from wohnplatz.workflow.accounts.actors import OPERATOR
    from wohnplatz.workflow.releases import atlas, outputs, queries

    release = queries.current()
    assert release is not None
    print(f"{len(os.sched_getaffinity(0))} processors, load {os.getloadavg()[0]:.1f}")
    clock = Clock()
    source = atlas.source(OPERATOR, release)
    clock.tell("figures through the door")
    files = build(source)
    clock.tell("pages and files")
    found = outputs.examined(OPERATOR, release, atlas.PUBLIC, files)
    clock.tell(f"read back ({found.figures} figures)")
    write(target, files)
    clock.tell("written")
    print(f"{'together (limit 30 s)':<34}{clock.all:>8.1f} s{clock.work:>8.1f} s processor")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return sizes(files)


def sizes(files: dict[str, bytes]) -> int:
    extra = sum(len(gzip.compress(files[n])) for n in ("stil.css", "atlas.js"))
    plain = sum(len(files[n]) for n in ("stil.css", "atlas.js"))
    pages = {n: len(gzip.compress(d)) + extra for n, d in files.items() if n.endswith(".html")}
    largest = max(pages, key=lambda n: pages[n])
    bare = max(pages, key=lambda n: len(files[n]))
    print(f"{len(pages)} pages, {len(files)} files, {sum(map(len, files.values())) / 1e6:.1f} MB")
    print(f"largest page on the wire: {pages[largest] / 1e3:.0f} kB ({largest}; limit 200 kB)")
    print(f"largest page unpacked: {(len(files[bare]) + plain) / 1e3:.0f} kB ({bare})")
    return int(pages[largest] > 200_000)


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()) / "atlas"
    sys.exit(main(where))
