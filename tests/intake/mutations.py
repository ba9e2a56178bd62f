"""Broken files by the thousand: intact ones of every kind, and seeded ways to damage them.

Imports nothing of the other test modules, so that tests elsewhere can load it by its path:

    files = intact(rows) | published()
    for file in damaged(files, 1000, seed=3): ...

Every way of damage either breaks the content visibly or touches nothing of it. A digit that becomes another
digit in a text file is no broken file but another delivery, and is therefore not among them.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import xlsxwriter

Cell = str | float | int | None
Rows = Sequence[Sequence[Cell]]

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE, END_OF_CHAIN, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


@dataclass(frozen=True)
class Damaged:
    """A damaged file: its name, what was done to which intact file, and its bytes."""

    name: str
    source: str
    how: str
    data: bytes


# Intact files


def intact(rows: Rows) -> dict[str, bytes]:
    """The same table of text and numbers as CSV, XLSX, XLS and ODS, by file name."""
    return {
        "lieferung.csv": csv(rows), "lieferung.xlsx": xlsx(rows), "lieferung.xls": xls(rows),
        "lieferung.ods": ods(rows),
    }  # fmt: skip


def published() -> dict[str, bytes]:
    """Small files of published forms: GENESIS old and new, census grid, Berlin's register and monitoring."""
    old = (
        "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;"
        "1_Auspraegung_Code;1_Auspraegung_Label;BEV003__Gestorbene__Anzahl\r\n"
        "12613;Sterbefälle;JAHR;Jahr;31.12.2025;GEMEIN;Gemeinden;06999001;Altstadt;101\r\n__________\r\n"
    )
    new = (
        "statistics_code;time;1_variable_code;1_variable_label;1_variable_attribute_code;"
        "1_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label\r\n"
        "12613;2025-12-31;GEOGM1;Gemeinden;069990010001;Altstadt;101;Anzahl;BEV003;Gestorbene\r\n"
    )
    grid = (
        "GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner;werterlaeuternde_Zeichen\r\n"
        "CRS3035RES100mN2689100E4337000;4337050;2689150;12;KLAMMERN\r\n"
        "CRS3035RES100mN2689100E4337100;4337150;2689150;–;\r\n"
    )
    register = "ZEIT;RAUMID;BEZ;E_E;E_EM;E_EW\r\n202512;01011101;01;3114;1613;1501\r\n"
    monitoring = [
        ["Nummer", "Name", "EW 31.12.2016", "S1", "S2", "S3", "S4", "D1"],
        ["01011101", "Stülerstraße", 3114, 4.98, 1.52, 8.15, 20.51, -0.19],
    ]
    return {
        "genesis_alt.csv": old.encode("cp1252"), "genesis_neu.csv": new.encode(),
        "zensus.csv": grid.encode("cp1252"), "ewr.csv": register.encode(), "mss.xlsx": xlsx(monitoring),
    }  # fmt: skip


def csv(rows: Rows) -> bytes:
    """UTF-8 with mark, ``;``, decimal comma."""
    lines = (";".join("" if c is None else str(c).replace(".0", "") for c in row) for row in rows)
    return "\r\n".join(lines).encode("utf-8-sig")


def xlsx(rows: Rows, sheet: str = "Daten") -> bytes:
    """A workbook with one sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        worksheet = book.add_worksheet(sheet)
        for row, cells in enumerate(rows):
            worksheet.write_row(row, 0, cells)
    return out.getvalue()


def ods(rows: Rows, sheet: str = "Daten") -> bytes:
    """An OpenDocument table with one sheet."""
    spaces = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text")
    )
    body = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="{escape(sheet)}">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    parts = {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest}
    return packed({name: text.encode() for name, text in parts.items()})


def _ods_cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        text = f"<text:p>{escape(cell)}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    value = f'office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {value}><text:p>{cell}</text:p></table:table-cell>"


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of a ZIP archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xls(rows: Rows, sheet: str = "Daten", extra: bytes = b"", entries: Sequence[str] = ()) -> bytes:
    """A workbook in the old binary format (BIFF8 in a compound file).

    ``extra`` are records behind the first one; ``entries`` are further names in the directory.
    """
    cells = b"".join(
        _xls_cell(row, column, cell)
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
        if cell is not None
    )
    width = max(map(len, rows), default=0)
    size = record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    body = _begin(0x0010) + size + cells + record(0x000A)
    name = sheet.encode("utf-16-le")
    end = record(0x000A)

    def start(offset: int) -> bytes:
        place = struct.pack("<IBBBB", offset, 0, 0, len(sheet), 1) + name
        return _begin(0x0005) + extra + record(0x0042, struct.pack("<H", 1200)) + record(0x0085, place) + end

    return compound({"Workbook": start(len(start(0))) + body}, entries)


def record(kind: int, content: bytes = b"") -> bytes:
    """A BIFF record."""
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _xls_cell(row: int, column: int, cell: Cell) -> bytes:
    at = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        text = cell.encode("utf-16-le")
        return record(0x0204, at + struct.pack("<HB", len(text) // 2, 1) + text)
    return record(0x0203, at + struct.pack("<d", float(cell)))


def compound(streams: Mapping[str, bytes], entries: Sequence[str] = ()) -> bytes:
    """A compound file (MS-CFB 3) of streams up to 60 kB in all; ``entries`` are empty storages."""
    chain: list[int] = [FAT_SECTOR]
    directory_sectors = (len(streams) + len(entries) + 1 + 3) // 4
    chain += [*range(2, directory_sectors + 1), END_OF_CHAIN]
    names = [_entry("Root Entry", 5, END_OF_CHAIN, 0, child=1)]
    body = b""
    for name, content in streams.items():
        padded = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        first, count = len(chain), len(padded) // 512
        chain += [*range(first + 1, first + count), END_OF_CHAIN]
        names.append(_entry(name, 2, first, len(padded)))
        body += padded
    names += [_entry(name, 1, 0, 0) for name in entries]
    fat = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    header = OLE_MAGIC + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0)
    header += struct.pack("<109I", 0, *[FREE] * 108)
    return header + fat + b"".join(names).ljust(512 * directory_sectors, b"\0") + body


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, FREE, FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


# Ways of damage


def truncated(data: bytes, chance: random.Random) -> bytes:
    """Only the beginning."""
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    """A few bits turned over."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def overwritten(data: bytes, chance: random.Random) -> bytes:
    """A stretch of random bytes in the middle."""
    start = chance.randrange(len(data))
    length = chance.randint(4, 200)
    return data[:start] + chance.randbytes(length) + data[start + length :]


def inserted(data: bytes, chance: random.Random) -> bytes:
    """Random bytes pushed in, control characters among them."""
    at = chance.randrange(len(data))
    return data[:at] + b"\x01" + chance.randbytes(chance.randint(1, 40)) + data[at:]


def high_bits(data: bytes, chance: random.Random) -> bytes:
    """Letters, digits and signs of a text turned into foreign ones."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(len(data))] ^= 0x80
    return bytes(changed)


def without_header(data: bytes, _: random.Random) -> bytes:
    """The first line is gone."""
    return data.partition(b"\n")[2]


def cut_in_the_header(data: bytes, chance: random.Random) -> bytes:
    """Nothing but the beginning of the first line."""
    return data[: chance.randrange(1, max(data.find(b"\n") // 2, 2))]


def open_quote(data: bytes, chance: random.Random) -> bytes:
    """A quotation mark that is opened and never closed."""
    lines = data.split(b"\n")
    at = chance.randrange(1, max(len(lines) - 1, 2))
    return b"\n".join([*lines[:at], b'"' + lines[at] if at < len(lines) else b'"', *lines[at + 1 :]])


def doubled(data: bytes, _: random.Random) -> bytes:
    """All lines twice."""
    return data.rstrip(b"\r\n") + b"\r\n" + data.partition(b"\n")[2]


def recoded(data: bytes, chance: random.Random) -> bytes:
    """UTF-16 cut in the middle of a character, or EBCDIC."""
    text = data.decode("utf-8-sig", errors="replace")
    return text.encode("utf-16")[:-1] if chance.random() < 0.5 else text.encode("cp500", errors="replace")


def noise(data: bytes, chance: random.Random) -> bytes:
    """Random bytes of the same length, at times with the right beginning."""
    return (data[:8] if chance.random() < 0.5 else b"") + chance.randbytes(max(len(data), 20))


def part_damaged(data: bytes, chance: random.Random) -> bytes:
    """One part of the archive with torn markup, packed again so that the archive itself is sound."""
    parts = unpacked(data)
    name = chance.choice([n for n in parts if n.endswith((".xml", ".rels"))])
    content = parts[name]
    at = chance.randrange(len(content))
    parts[name] = content[:at] + chance.choice([b"<", b"</x>", b"\0\1", b"&#0;", b'"']) + content[at:]
    return packed(parts)


def part_lost(data: bytes, chance: random.Random) -> bytes:
    """One part of the archive is missing."""
    parts = unpacked(data)
    del parts[chance.choice(list(parts))]
    return packed(parts)


def structure_flipped(data: bytes, chance: random.Random) -> bytes:
    """Bits turned over in the head and the allocation table of an old workbook, where no figure stands."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(1536)] ^= 1 << chance.randrange(8)
    return bytes(changed)


Damage = Callable[[bytes, random.Random], bytes]

WAYS: dict[str, tuple[Damage, ...]] = {
    "csv": (
        inserted, high_bits, without_header, cut_in_the_header, open_quote, doubled, recoded, noise,
    ),
    "xlsx": (truncated, flipped, overwritten, inserted, noise, part_damaged, part_lost),
    "ods": (truncated, flipped, overwritten, inserted, noise, part_damaged, part_lost),
    "xls": (truncated, structure_flipped, noise),
}  # fmt: skip
ENDINGS = ("csv", "txt", "xlsx", "xls", "ods", "xlsm", "pdf", "exe", "")


def damaged(files: Mapping[str, bytes], count: int, seed: int) -> Iterator[Damaged]:
    """``count`` damaged files, the same ones for the same seed; one in eight has only a wrong ending."""
    chance = random.Random(seed)
    names = sorted(files)
    for number in range(count):
        source = names[number % len(names)]
        stem, _, kind = source.rpartition(".")
        if chance.random() < 0.125:
            ending = chance.choice([e for e in ENDINGS if e != kind and {e, kind} != {"csv", "txt"}])
            yield Damaged(f"{stem}.{ending}", source, "wrong_ending", files[source])
            continue
        way = chance.choice(WAYS[kind])
        yield Damaged(source, source, way.__name__, way(files[source], chance))
