"""Server time and weight of the pages, memory of the idle server and the time of a second start.

    python bench/web_pages.py            the demo district (80 areas) and a made-up one with 500

Whole answers over loopback, one after the other, median of 20 after 3 for warming up. Limits: map page under
60 ms at 80 areas and under 200 ms at 500; one area's panel under 30 ms; the page with style and script under
150 kB on the wire (fonts, cached for a year, apart); idle server under 300 MB; second start under 5 s.
"""

from __future__ import annotations

import gzip
import http.cookiejar
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
from served import environment, load_demo, serve  # noqa: E402

PASSWORD = "messung-messung-1"


class Visitor:
    """A session like a browser's, with compression."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.opener.addheaders = [("Accept-Encoding", "gzip")]

    def get(self, path: str) -> tuple[str, int]:
        """Text and bytes on the wire."""
        with self.opener.open(self.address + path, timeout=30) as answer:
            body = answer.read()
            packed = answer.headers.get("Content-Encoding") == "gzip"
            return (gzip.decompress(body) if packed else body).decode(errors="replace"), len(body)

    def log_in(self, name: str, password: str) -> None:
        """Log in as a person would."""
        page, _ = self.get("/anmelden/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        fields = {"username": name, "password": password, "csrfmiddlewaretoken": token[1]}
        self.opener.open(
            self.address + "/anmelden/", urllib.parse.urlencode(fields).encode(), timeout=30
        ).read()
        assert "/abmelden/" in self.get("/")[0], "log-in failed"

    def median(self, path: str, runs: int = 20) -> float:
        """Median milliseconds of a whole answer."""
        times = []
        for n in range(runs + 3):
            begin = time.perf_counter()
            self.get(path)
            if n >= 3:
                times.append((time.perf_counter() - begin) * 1000)
        return statistics.median(times)

    def weight(self, path: str) -> tuple[int, int]:
        """Bytes on the wire: the page itself, and with its style sheets and scripts."""
        page, own = self.get(path)
        parts = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page))
        return own, own + sum(self.get(part)[1] for part in parts)


def measure(address: str, name: str, password: str) -> None:
    visitor = Visitor(address)
    visitor.log_in(name, password)
    path = "/karte/sgb2_quote/"
    page, _ = visitor.get(path)
    keys = re.findall(r'data-key="([^"]+)"', page)
    own, whole = visitor.weight(path)
    print(f"  map page            {visitor.median(path):7.1f} ms   {len(set(keys))} areas")
    print(f"  one area's panel    {visitor.median(f'/karte/sgb2_quote/gebiet/{keys[0]}/'):7.1f} ms")
    print(f"  area profile        {visitor.median(f'/gebiete/{keys[0]}/'):7.1f} ms")
    print(f"  on the wire         {own / 1000:7.1f} kB page, {whole / 1000:.1f} kB with style and script")


def memory(parent: int) -> float:
    """Megabytes of a process and its children, shared pages counted once."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    total = 0
    for pid in [str(parent), *children]:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        total += int(re.search(r"Pss:\s+(\d+)", rollup)[1])  # type: ignore[index]
    return total / 1024


def second_start(home: Path) -> None:
    """Seconds from ``bin/start`` to the first answer, and the memory after it."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [str(ROOT / "bin" / "start"), "--port", "0"],
        env=environment(home), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        said = (re.match(r"Wohnplatz: (http://\S+)/ ", line) for line in process.stderr or [])
        address = next(found[1] for found in said if found)
        urllib.request.urlopen(f"{address}/anmelden/").read()
        print(f"  second bin/start    {time.perf_counter() - begin:7.1f} s to the first answer")
        time.sleep(1)
        print(f"  idle server         {memory(process.pid):7.0f} MB (proportional set size of all processes)")
    finally:
        process.terminate()
        process.wait(timeout=20)


def main() -> None:
    from wohnplatz.demo import DEMO_PASSWORD

    with tempfile.TemporaryDirectory() as folder:
        demo, large = Path(folder) / "demo", Path(folder) / "large"
        demo.mkdir()
        large.mkdir()
        begin = time.perf_counter()
        load_demo(demo)
        print(f"demo district made in {time.perf_counter() - begin:.0f} s")
        second_start(demo)
        print("demo district, 80 areas")
        with serve(demo) as address:
            measure(address, "sozialplanung", DEMO_PASSWORD)
        extra = {"WOHNPLATZ_BENCH_PASSWORD": PASSWORD}
        subprocess.run(
            [sys.executable, str(ROOT / "bench" / "large_district.py")],
            env=environment(large) | extra,
            check=True,
        )
        print("made-up district, 500 areas")
        with serve(large) as address:
            measure(address, "messung", PASSWORD)
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()
