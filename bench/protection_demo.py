"""How long protecting the releases of the demo takes: all variables, years and audiences, then one more.

    WOHNPLATZ_HOME=... python bench/protection_demo.py [trusting]

wants a data folder with the demo district. Every release is protected anew, in order, beside a ledger that
begins empty; then the last one once more, of which nothing changed. Nothing is kept but records in the store.
With ``trusting`` only the first release, without suppliers as intruders who know what they delivered.
"""

from __future__ import annotations

import os
import re
import resource
import sys
import time
from collections import Counter
from dataclasses import replace

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wohnplatz.web.settings")


def main(trusting: bool) -> None:
    import django

    django.setup()
    from wohnplatz.disclosure import load_rules
    from wohnplatz.publication.ledger import entries, read_record
    from wohnplatz.publication.publishing import publish_release
    from wohnplatz.store import Kind
    from wohnplatz.workflow import memory
    from wohnplatz.workflow.releases import queries
    from wohnplatz.workflow.releases.models import Release

    store, head = memory.store(), ""
    releases = list(Release.objects.order_by("number"))
    for release in releases[:1] if trusting else [*releases, releases[-1]]:
        made = queries.manifest(release)
        if trusting:
            rules = re.sub(rb"(?m)^insiders = true", b"insiders = false", store.read(Kind.RULES, made.rules))
            made = replace(made, rules=store.put(Kind.RULES, rules))
            assert not load_rules(store.path(Kind.RULES, made.rules)).insiders
        bare = replace(made, results={n: s for n, s in made.results.items() if n.startswith("figures")})
        wall, cpu = time.perf_counter(), time.process_time()
        head = publish_release(store, bare, head).results["ledger"]
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        lines = next(iter(entries(store, head)[-1].lines.values()))
        records = [read_record(store, line.record) for line in lines]
        begin, done = time.process_time(), f"{wall:.0f} s ({cpu:.0f} s CPU)"
        proven = sum(record.check() for record in records)
        checked = time.process_time() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        states = dict(Counter(record.status for record in records))
        hidden = sum(int(r.hidden.sum()) for r in records)
        cells = sum(len(record.hidden) for record in records)
        print(
            f"{release.label}: {done}, {len(records)} blocks {states}, {proven} proven"
            f" (checked in {checked:.1f} s), {hidden} of {cells} cells hidden, {peak:.2f} GB",
            flush=True,
        )


if __name__ == "__main__":
    main("trusting" in sys.argv)
