"""Numbers in addresses and forms, which anybody may write as they like."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[0-9]{1,15}")
"""No count, year or size here is longer; Python refuses to read numbers of thousands of digits at all."""


def whole(text: str) -> int | None:
    """The whole number that is written there, None for anything else.

    >>> whole("2024"), whole("-1"), whole("²"), whole("9" * 5000)
    (2024, None, None, None)
    """
    return int(text) if _WHOLE.fullmatch(text) else None
