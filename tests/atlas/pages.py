"""Reading a page as a strict reader does: what is open must be closed, no name stands twice."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr", "col", "source", "wbr"}
SVG_ALONE = {"path", "rect", "line", "circle", "use", "stop", "polygon", "polyline", "ellipse", "image"}


class Page(HTMLParser):
    """What was found: problems, ids, links, headings, words."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.metas: dict[str, str] = {}
        self.images: list[dict[str, str | None]] = []
        self.labelled: set[str] = set()
        self.inputs: list[dict[str, str | None]] = []
        self.title = ""
        self.feed(text)
        self.close()
        if self.open:
            self.problems.append(f"never closed: {self.open}")
        if len(set(self.ids)) != len(self.ids):
            self.problems.append(f"ids twice: {sorted({i for i in self.ids if self.ids.count(i) > 1})}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) != len(names):
            self.problems.append(f"attribute twice in <{tag}>")
        own = dict(attrs)
        if "id" in own:
            self.ids.append(own["id"] or "")
        self.links += [own[n] or "" for n in ("href", "src", "action") if n in own]
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append(int(tag[1]))
        if tag == "meta" and own.get("name"):
            self.metas[own["name"] or ""] = own.get("content") or ""
        if tag in {"img", "svg"}:
            self.images.append(own)
        if tag == "label":
            self.labelled.add(own.get("for") or "")
        if tag == "input":
            self.inputs.append(own)
        self.attributes.setdefault(tag, own)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-1:]}")
            if tag in self.open:
                while self.open.pop() != tag:
                    pass
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["title"] and "svg" not in self.open:
            self.title += data
