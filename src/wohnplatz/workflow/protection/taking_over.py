"""A rule file changed in one place, as text: what stands around it, remarks included, stays."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from wohnplatz.disclosure import RuleSet, read_rules
from wohnplatz.model import WohnplatzError


def without_detail(data: bytes, dataset: str, level: str) -> bytes:
    """The file with one more level on which a data set is not broken down, as the next version.

    Raises ``WohnplatzError`` where the file is no rule file, or written so that it cannot be changed safely.
    """
    return _one_more(data, dataset, "without_breakdowns_on", level, lambda r: r.undetailed)


def without_dimension(data: bytes, dataset: str, dimension: str) -> bytes:
    """The same with one more dimension by which a data set is not broken down on any level."""
    return _one_more(data, dataset, "without_breakdowns_by", dimension, lambda r: r.undivided)


def with_ages(data: bytes, dataset: str, begins: Sequence[int]) -> bytes:
    """The same with the groups of ages beginning at these as the only ones that are published."""
    listed = ", ".join(str(age) for age in begins)
    return _changed(data, dataset, "ages_from", f"[{listed}]", lambda r: r.ages.get(dataset) == tuple(begins))


def _read(data: bytes) -> RuleSet:
    found, problems = read_rules(data, "Regeldatei")
    if found is None:
        raise problems[0]
    return found


def _one_more(
    data: bytes, dataset: str, key: str, name: str, named: Callable[[RuleSet], Mapping[str, frozenset[str]]]
) -> bytes:
    """The file with one more name in a list of a data set; ``named`` reads that list."""
    names = sorted({*named(_read(data)).get(dataset, ()), name})
    listed = ", ".join(f'"{n}"' for n in names)
    return _changed(data, dataset, key, f"[{listed}]", lambda r: named(r).get(dataset) == set(names))


def _changed(data: bytes, dataset: str, key: str, value: str, wanted: Callable[[RuleSet], bool]) -> bytes:
    version = _read(data).version + 1
    text = data.decode("utf-8-sig")
    text = re.sub(r"(?m)^version\s*=\s*\d+", f"version = {version}", text, count=1)
    changed = _with_line(text, dataset, key, value).encode()
    after, _ = read_rules(changed, "Regeldatei")
    if after is None or not wanted(after) or after.version != version:
        raise WohnplatzError(
            "Diese Regeldatei lässt sich nicht von selbst ändern.", where=f"datasets.{dataset}",
            todo=f"Bitte von Hand eintragen: {key} = {value}, und die Fassung erhöhen.",
            code="protection.by_hand",
        )  # fmt: skip
    return changed


def _with_line(text: str, dataset: str, key: str, value: str) -> str:
    """The text with the line in the section of the data set, in the place of an older one."""
    header = re.search(rf'(?m)^\[datasets\."?{re.escape(dataset)}"?\][^\n]*\n?', text)
    if header is None:
        return f"{text.rstrip()}\n\n[datasets.{dataset}]\n{key} = {value}\n"
    head, rest = text[: header.end()], text[header.end() :]
    end = re.search(r"(?m)^\[", rest)
    inside, behind = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    inside = re.sub(rf"(?m)^{re.escape(key)}\s*=[^\n]*\n?", "", inside)
    return f"{head.rstrip()}\n{key} = {value}\n{inside}{behind}"
