"""Files that are meant to do harm: each is really made here, and refused with a sentence of advice."""

from __future__ import annotations

import importlib.util
import io
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from wohnplatz.intake import Sheet, archive, write_csv, write_template, write_xlsx
from wohnplatz.intake.archive import MAX_UNPACKED
from wohnplatz.intake.limits import Limits

ROWS = [
    ["Merkmal", "Gebiet", "Stichtag", "Wert"],
    ["haushalte", "06999001", "31.12.2025", 5],
    ["haushalte", "06999002", "31.12.2025", 6],
]
SHEET = "xl/worksheets/sheet1.xml"
ATTACKS = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|'/c calc'!A0", "＝1"]


@pytest.fixture(scope="module")
def tools():
    path = Path(__file__).with_name("mutations.py")
    spec = importlib.util.spec_from_file_location("wohnplatz_test_mutations_for_safety", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def refused(desk, only_error):
    """A function that reads a file, expects exactly one error, and returns it."""

    def check(data: bytes, name: str, code: str):
        result = desk.read(data, name)
        found = only_error(result)
        assert found.code == f"intake.{code}", found
        assert found.message.endswith(".")
        assert found.advice.endswith(".")
        assert not result.observations
        return found

    return check


def with_part(tools, data: bytes, name: str, content: bytes) -> bytes:
    return tools.packed({**tools.unpacked(data), name: content})


def renamed_in_place(data: bytes, old: bytes, new: bytes) -> bytes:
    """Another name of the same length in the archive's directories; the library would not write it."""
    assert len(old) == len(new)
    assert data.count(old) >= 2
    return data.replace(old, new)


# Size


def test_a_bomb_that_unpacks_to_gigabytes_is_refused_by_what_it_states(tools, refused):
    bomb = with_part(tools, tools.xlsx(ROWS), "xl/media/image1.bin", bytes(30_000_000))
    assert len(bomb) < 100_000
    assert "ausgepackt 30" in refused(bomb, "a.xlsx", "too_large").message
    bomb = with_part(tools, tools.ods(ROWS), "Pictures/x.bin", bytes(30_000_000))
    refused(bomb, "a.ods", "too_large")


def test_a_bomb_that_lies_about_its_size_is_refused_after_one_byte_too_many(tools, refused):
    """The directories state 100 bytes and a checksum of the beginning; the stream goes on for 30 MB."""
    content = bytes(30_000_000)
    whole = with_part(tools, tools.xlsx(ROWS), "xl/worksheets/sheet7.xml", content)
    size, crc = struct.pack("<I", len(content)), struct.pack("<I", zlib.crc32(content))
    for covered, code in ((100, "broken_file"), (101, "unsafe_archive")):
        lie = whole.replace(size, struct.pack("<I", 100))
        lie = lie.replace(crc, struct.pack("<I", zlib.crc32(content[:covered])))
        with zipfile.ZipFile(io.BytesIO(lie)) as lying:
            assert lying.getinfo("xl/worksheets/sheet7.xml").file_size == 100
        refused(lie, "a.xlsx", code)


def test_a_bomb_inside_an_archive_inside_is_never_unpacked(tools, desk, refused):
    bomb = tools.packed({"0": bytes(9_000_000)})
    nested = tools.packed({f"{n}.zip": bomb for n in range(10)})
    assert desk.read(with_part(tools, tools.xlsx(ROWS), "xl/embeddings/x.zip", nested), "a.xlsx").ok
    refused(nested, "a.xlsx", "wrong_type")
    refused(tools.packed({"lieferung.xlsx": tools.xlsx(ROWS)}), "a.xlsx", "wrong_type")


def test_many_parts_that_share_the_same_bytes_add_up(tools, refused, monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED", 20_000_000)
    parts = {f"xl/x{n}.bin": bytes(1_000_000) for n in range(25)}
    refused(tools.packed({**tools.unpacked(tools.xlsx(ROWS)), **parts}), "a.xlsx", "too_large")
    assert MAX_UNPACKED == 500_000_000


def test_too_many_parts_are_refused(tools, refused, monkeypatch):
    monkeypatch.setattr(archive, "MAX_PARTS", 30)
    parts = {f"xl/x{n}.xml": b"<x/>" for n in range(31)}
    found = refused(tools.packed({**tools.unpacked(tools.xlsx(ROWS)), **parts}), "a.xlsx", "too_large")
    assert "Teile" in found.message


def test_a_sheet_that_hides_outside_the_usual_folder_is_looked_at_all_the_same(tools, refused):
    """The reader of workbooks opens whatever the relations name."""
    parts = tools.unpacked(tools.xlsx(ROWS))
    far = parts.pop(SHEET).replace(b'r="D2"', b'r="XFD1048576"')
    relations = parts["xl/_rels/workbook.xml.rels"].replace(b"worksheets/sheet1.xml", b"/versteckt/s.dat")
    parts |= {"versteckt/s.dat": far, "xl/_rels/workbook.xml.rels": relations}
    refused(tools.packed(parts), "a.xlsx", "too_large")


def test_rows_and_bytes_have_limits(tools, refused, monkeypatch):
    monkeypatch.setattr(Limits, "page", Limits(cells=6))
    refused(tools.csv(ROWS), "a.csv", "too_large")
    monkeypatch.setattr(Limits, "page", Limits(sheets=0))
    refused(tools.xlsx(ROWS), "a.xlsx", "too_large")
    refused(tools.xls(ROWS), "a.xls", "too_large")
    refused(tools.ods(ROWS), "a.ods", "too_large")
    monkeypatch.setattr(Limits, "page", Limits(size=50))
    refused(tools.csv(ROWS), "a.csv", "too_large")


# Markup


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("attack", [LAUGHS, OUTSIDE, b'<!DOCTYPE x SYSTEM "http://x/y.dtd">'])
@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "docProps/core.xml"])
def test_document_types_and_entities_in_a_workbook_are_refused(tools, refused, attack, part):
    content = tools.unpacked(tools.xlsx(ROWS))[part]
    head, mark, rest = content.partition(b"?>")
    refused(with_part(tools, tools.xlsx(ROWS), part, head + mark + attack + rest), "a.xlsx", "xml_entities")


def test_entities_in_an_open_document_table_are_refused(tools, refused):
    content = tools.unpacked(tools.ods(ROWS))["content.xml"]
    head, mark, rest = content.partition(b"?>")
    data = with_part(tools, tools.ods(ROWS), "content.xml", head + mark + LAUGHS + rest)
    refused(data, "a.ods", "xml_entities")


def test_entities_do_not_hide_behind_another_encoding(tools, refused):
    content = "\ufeff<?xml version='1.0'?>" + LAUGHS.decode() + "<x/>"
    data = with_part(tools, tools.xlsx(ROWS), "customXml/item1.xml", content.encode("utf-16"))
    refused(data, "a.xlsx", "xml_entities")


def test_the_document_type_old_office_programs_wrote_into_the_manifest_is_harmless(tools, desk):
    kind = b'<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd">'
    manifest = tools.unpacked(tools.ods(ROWS))["META-INF/manifest.xml"]
    assert desk.read(with_part(tools, tools.ods(ROWS), "META-INF/manifest.xml", kind + manifest), "a.ods").ok


# Programs


def test_workbooks_with_macros_are_refused_and_it_is_said_how_to_save_them(tools, refused):
    for part in ("xl/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"):
        found = refused(with_part(tools, tools.xlsx(ROWS), part, b"x"), "a.xlsx", "macros")
        assert "ohne Makros" in found.advice
    refused(tools.xlsx(ROWS), "a.xlsm", "macros")
    refused(with_part(tools, tools.ods(ROWS), "Basic/Standard/Modul1.xml", b"<x/>"), "a.ods", "macros")
    refused(with_part(tools, tools.ods(ROWS), "Scripts/python/x.py", b"x"), "a.ods", "macros")
    refused(tools.xls(ROWS, entries=["_VBA_PROJECT_CUR"]), "a.xls", "macros")


def test_a_cell_that_only_speaks_of_macros_or_encryption_is_harmless(tools, desk):
    rows = [*ROWS, [None, "_VBA_PROJECT_CUR EncryptedPackage", None, None]]
    found = desk.read(tools.xls(rows), "a.xls")
    assert "intake.macros" not in {f.code for f in found.findings}
    assert "intake.encrypted" not in {f.code for f in found.findings}


# Encrypted


def test_encrypted_files_of_every_kind_are_named_as_such(tools, refused):
    parts = {"EncryptionInfo": b"x" * 200, "EncryptedPackage": b"y" * 9000}
    refused(tools.compound(parts), "a.xlsx", "encrypted")
    for kind in (0, 1):  # obfuscated by XOR, and RC4
        extra = tools.record(0x002F, struct.pack("<H", kind) + bytes(52))
        refused(tools.xls(ROWS, extra=extra), "a.xls", "encrypted")
        refused(tools.xls(ROWS, extra=tools.record(0x0086) + extra), "a.xls", "encrypted")
    manifest = b'<manifest:manifest><manifest:encryption-data manifest:checksum="x"/></manifest:manifest>'
    refused(with_part(tools, tools.ods(ROWS), "META-INF/manifest.xml", manifest), "a.ods", "encrypted")
    refused(with_part(tools, tools.ods(ROWS), "encrypted-package", b"x"), "a.ods", "encrypted")
    locked = bytearray(tools.xlsx(ROWS))
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        at = locked.find(start)
        while at >= 0:
            locked[at + (6 if start[2] == 3 else 8)] |= 1  # general purpose flag: encrypted
            at = locked.find(start, at + 4)
    assert refused(bytes(locked), "a.xlsx", "encrypted").advice.startswith("Bitte das Kennwort entfernen")


# Names


@pytest.mark.parametrize(
    "name",
    ["../../x.xml", "/etc/passwd", "C:/x.xml", "xl/../../x", "xl\\x.xml", "a/../b", "..", "xl/a\nb.xml"],
)
def test_names_inside_that_lead_elsewhere_are_refused(tools, refused, name):
    refused(with_part(tools, tools.xlsx(ROWS), name, b"<x/>"), "a.xlsx", "unsafe_archive")
    refused(with_part(tools, tools.ods(ROWS), name, b"<x/>"), "a.ods", "unsafe_archive")


def test_two_parts_of_one_name_and_a_name_with_a_zero_byte_are_refused(tools, refused):
    data = with_part(tools, tools.xlsx(ROWS), "xl/workbook.xmX", b"<x/>")
    refused(renamed_in_place(data, b"xl/workbook.xmX", b"xl/workbook.xml"), "a.xlsx", "unsafe_archive")
    refused(renamed_in_place(data, b"xl/workbook.xmX", b"xl/workbook\0.xm"), "a.xlsx", "unsafe_archive")
    refused(renamed_in_place(data, b"xl/workbook.xmX", b"XL/workbook.xml"), "a.xlsx", "unsafe_archive")


@pytest.mark.parametrize(
    "name",
    [
        "../../passwd.csv",
        "/etc/a.csv",
        "C:\\a.csv",
        "a\0.csv",
        "a\n.csv",
        "lieferung\u202exslx.csv",
        "a\u200f.csv",
    ],
)
def test_file_names_that_are_paths_or_hide_their_ending_are_refused(tools, refused, name):
    refused(tools.csv(ROWS), name, "unsafe_name")


def test_ordinary_names_are_not_mistaken_for_attacks(tools, desk):
    for name in ("Bevölkerung 2025 (neu), Köln-Süd & Co. v1.2.csv", "..csv", "äöüß€.csv", "a" * 300 + ".csv"):
        codes = {f.code for f in desk.read(tools.csv(ROWS), name).findings}
        assert "intake.unsafe_name" not in codes


# Broken


def test_other_ways_of_packing_are_broken_files(tools, refused):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as target:
        for name, content in tools.unpacked(tools.xlsx(ROWS)).items():
            target.writestr(name, content)
    refused(out.getvalue(), "a.xlsx", "broken_file")


def test_an_old_workbook_whose_chain_runs_in_a_circle_ends(tools, desk):
    data = bytearray(tools.xls([*ROWS, *ROWS[1:] * 100]))
    struct.pack_into("<I", data, 512 + 4 * 2, 2)
    assert not desk.read(bytes(data), "a.xls").ok


# What we export


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_writer_lets_a_text_run_as_a_formula(attack, request_, catalogue):
    from dataclasses import replace

    written = write_csv([[attack]]).decode("utf-8-sig")
    assert not written.lstrip('"').startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))
    named = replace(request_, areas={"06999001": attack, attack: "Altstadt"})
    for data in (
        write_xlsx([Sheet(attack, [attack], [[attack]], [attack], [attack])]),
        write_template(named, catalogue),
    ):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            cells = [packed.read(n) for n in packed.namelist() if n.startswith("xl/worksheets/sheet")]
            assert b'quotePrefix="1"' in packed.read("xl/styles.xml")
        assert not any(b"<f>" in xml or b"<f " in xml for xml in cells)
        assert not any(b't="str"' in xml for xml in cells)
