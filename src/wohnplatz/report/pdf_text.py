"""The text of a PDF that this program wrote, pictures included."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

_OF_TEXT = "Tf Tj TJ Td Tm ET BMC BDC EMC Do"
"""The instructions that say anything of text; a map has a hundred thousand others."""


def pdf_text(data: bytes) -> str:
    """The text of all pages in the order it is drawn in, decoded by the fonts' own tables."""
    with pikepdf.open(io.BytesIO(data)) as file:
        return "\n".join("".join(word for _, word in marked_words(page.obj)) for page in file.pages)


def marked_words(holder: Any, mark: int = -1) -> Iterator[tuple[int, str]]:
    """Text of a page or form, each piece with the number by which the tags of the file name it.

    ``mark`` is that of the text around a form; -1 stands for text that no tag names: heads and feet of pages.
    """
    resources = holder.get("/Resources", {})
    fonts = {name: _decoder(font) for name, font in resources.get("/Font", {}).items()}
    forms = resources.get("/XObject", {})
    decode: Callable[[bytes], str] = lambda b: ""  # noqa: E731
    marks = [mark]
    instructions: Any = pikepdf.parse_content_stream(holder, _OF_TEXT)
    for operands, operator in instructions:
        match str(operator):
            case "Tf":
                decode = fonts[str(operands[0])]
            case "BMC" | "BDC":
                own = operands[1].get("/MCID") if len(operands) > 1 and "get" in dir(operands[1]) else None
                marks.append(marks[-1] if own is None else int(own))
            case "EMC":
                marks.pop()
            case "Tj":
                yield marks[-1], decode(bytes(operands[0]))
            case "TJ":
                shown = (decode(bytes(o)) for o in operands[0] if isinstance(o, pikepdf.String))
                yield marks[-1], "".join(shown)
            case "Td" | "Tm" | "ET":
                yield marks[-1], " "
            case "Do" if forms[str(operands[0])].get("/Subtype") == "/Form":
                yield from marked_words(forms[str(operands[0])], marks[-1])


def _decoder(font: Any) -> Callable[[bytes], str]:
    cmap = font.ToUnicode.read_bytes().decode()
    known: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            known[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for n in range(int(first, 16), int(last, 16) + 1):
                known[n] = chr(int(text, 16) + n - int(first, 16))
    return lambda b: "".join(known.get(int.from_bytes(b[i : i + 2], "big"), "") for i in range(0, len(b), 2))
