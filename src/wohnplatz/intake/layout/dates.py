"""Reference dates in headings and titles: days, months, quarters, years, in all spellings that were met."""

from __future__ import annotations

import re
from functools import lru_cache

from .moment import NEVER, Moment

_MONTHS = {
    "januar": 1, "jan": 1, "februar": 2, "feb": 2, "märz": 3, "mär": 3, "mrz": 3, "maerz": 3, "april": 4,
    "apr": 4, "mai": 5, "juni": 6, "jun": 6, "juli": 7, "jul": 7, "august": 8, "aug": 8, "september": 9,
    "sep": 9, "sept": 9, "oktober": 10, "okt": 10, "november": 11, "nov": 11, "dezember": 12, "dez": 12,
}  # fmt: skip
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d{2}"
_AS_OF = r"(?:(?:stichtag|stand|am|zum|zum stichtag|jeweils|jahr|im jahr|in|im)\s*:?\s*)?"
_NO_LIMIT = "".join(f"(?<!{word} )" for word in ("bis", "ab", "seit", "unter", "über", "vor", "nach", "von"))
_NO_YEAR = r"\s*(?:bis|und mehr|und älter|eur|€|euro|m²|qm|m2|einwohner|personen)"
_AFTER = r"(?:\s*\((?:jahr|quartal)\))?"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (rf"(?<![\d.]){_AS_OF}(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?(?P<y>{_YEAR})(?!\d){_AFTER}", "day"),
        (rf"(?<!\d){_AS_OF}(?P<y>{_YEAR})-(?P<m>\d{{2}})-(?P<d>\d{{2}})(?:[T ]00:00(?::00)?)?(?!\d)", "day"),
        (rf"(?<!\d){_AS_OF}(?P<d>\d{{1,2}})\.\s?(?P<n>{_NAMES})\.?\s(?P<y>{_YEAR})(?!\d)", "day"),
        (rf"\b(?P<n>{_NAMES})\.?\s(?P<y>{_YEAR})(?!\d)", "month"),
        (rf"\b(?P<n>{_NAMES})\s?\((?P<d>\d{{1,2}})\.\s?(?:bzw\.\s?\d{{1,2}}\.)?\s?\)", "month_day"),
        (rf"(?<!\d)(?P<q>[1-4])\.?\s?(?:quartal|q\.?|vj\.?|vierteljahr)\s?/?\s?(?P<y>{_YEAR})", "quarter"),
        (rf"\b(?:quartal|q)\s?(?P<q>[1-4])\s?/?\s?(?P<y>{_YEAR})", "quarter"),
        (rf"(?<!\d)(?P<y>{_YEAR})\s?/?-?\s?q(?P<q>[1-4])\b", "quarter"),
        (rf"(?<!\d)(?P<m>0?[1-9]|1[0-2])/(?P<y>{_YEAR})(?!\d)", "month"),
        (rf"{_NO_LIMIT}(?<![\d.,/-]){_AS_OF}(?P<y>{_YEAR})(?![\d/]|[.,]\d|-\d|{_NO_YEAR})", "year"),
    )
)
_BARE_MONTH = re.compile(rf"({_NAMES})\.?", re.IGNORECASE)
_STATUS = re.compile(
    r"(?:datenstand|gebietsstand|zuordnungsstand|erstellungsdatum|erstellt|druckdatum|bericht vom"
    r"|stand der daten)[^;|\n]*$|stand:?\s*[\d.]+\s*/?\s*\d{1,2}:\d{2}.*$",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"{_YEAR}\s*(?:bis|-|–|und)\s*(?:\d{{1,2}}\.\d{{1,2}}\.)?{_YEAR}", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def moment_in(text: str) -> Moment:
    """The reference date a heading or title names; ``NEVER`` where it names none or several.

    Dates on which something was printed, or from which the areas' borders are, are no reference dates.

    >>> moment_in("Bevölkerung 31.12.2013"), moment_in("Januar (31.)"), moment_in("Arbeitslose (Dez 2013)")
    (Moment(year=2013, month=12, day=31), Moment(year=0, month=1, day=31), Moment(year=2013, month=12, day=0))
    """
    text = _STATUS.sub("", text)
    if _RANGE.search(text):
        return NEVER
    if _BARE_MONTH.fullmatch(text.strip()):
        return Moment(0, _MONTHS[text.strip(" .").casefold()], 0)
    for pattern, kind in _PATTERNS:
        found = {_moment(match, kind) for match in pattern.finditer(text)}
        if found:
            return found.pop() if len(found) == 1 else NEVER
    return NEVER


def _moment(match: re.Match[str], kind: str) -> Moment:
    parts = match.groupdict()
    year = int(parts.get("y") or 0)
    if kind == "year":
        return Moment(year)
    if kind == "quarter":
        return Moment(year, 3 * int(parts["q"]), 0)
    month = _MONTHS[parts["n"].casefold()] if parts.get("n") else int(parts["m"])
    if not 1 <= month <= 12:
        return NEVER
    day = 0 if "bzw" in match.group() else int(parts.get("d") or 0)  # 28. or 29.: the month's last
    return Moment(year, month, day) if day <= 31 else NEVER


def without_dates(text: str) -> str:
    """The text without the reference dates in it and without the brackets they stood in."""
    if _BARE_MONTH.fullmatch(text.strip()):
        return ""
    text = _STATUS.sub("", text)
    for pattern, _ in _PATTERNS:
        text = pattern.sub(" ", text)
    text = re.sub(r"\(\s*(?:[,;:]|[1-4]\.\s?Quartal)?\s*\)", " ", text)
    return " ".join(text.split()).strip(" ,;:")
