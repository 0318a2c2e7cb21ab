"""Faults of the file as such: it is not a form, or nobody can open it."""

import hashlib

from demo.drafts import draft
from demo.faults.choices import older_version, with_older_version
from demo.faults.kinds import Place, Spoil, fault
from demo.spreadsheet import Sheet, workbook_bytes
from demo.values import in_version
from ingest.forms.catalogue import load_contracts

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")


@fault("content", "structure", "READ.UNREADABLE", "READ.FORMAT", formats=("xlsx",), outcome="unreadable")
def truncated_file(spoil: Spoil) -> Place:
    """The upload broke off."""
    spoil.content = spoil.content[: len(spoil.content) // 2]
    return Place()


@fault(
    "content",
    "structure",
    "READ.PASSWORD",
    "READ.FORMAT",
    "READ.UNREADABLE",
    formats=("xlsx",),
    outcome="unreadable",
)
def password_protected(spoil: Spoil) -> Place:
    """A workbook with a password is an OLE container, not a ZIP archive."""
    noise = hashlib.sha256(spoil.content).digest() * 64
    names = "".join(f"{name}\0" for name in ("EncryptionInfo", "EncryptedPackage")).encode("utf-16-le")
    spoil.content = OLE_MAGIC + bytes(504) + names + noise
    return Place()


@fault("content", "structure", "READ.UNREADABLE", "READ.FORMAT", outcome="unreadable")
def empty_file(spoil: Spoil) -> Place:
    """Nothing in it."""
    spoil.content = b""
    return Place()


@fault("content", "structure", "READ.UNKNOWN_FORM", formats=("xlsx",), outcome="unreadable")
def some_other_workbook(spoil: Spoil) -> Place:
    """A workbook that is no form of ours: the canteen's menu."""
    sheet = Sheet("Меню")
    for row, (dish, price) in enumerate((("Блюдо", "Цена"), ("Каша", 35), ("Чай", 12), ("Суп", 60)), 1):
        sheet.put(row, 1, dish)
        sheet.put(row, 2, price)
    sheet.put(6, 1, f"{spoil.org.name_short}, {spoil.term.period_code}")
    spoil.content = workbook_bytes([sheet])
    return Place()


@fault("content", "structure", "READ.FORMAT", "READ.UNREADABLE", formats=("xlsx",), outcome="unreadable")
def pdf_named_xlsx(spoil: Spoil) -> Place:
    """A scan was renamed."""
    spoil.content = b"%PDF-1.4\n" + spoil.org.ogrn.encode() + spoil.term.period_code.encode() + b"\n%%EOF\n"
    return Place()


@fault("content", "structure", "READ.MACROS", formats=("xlsx",), outcome="unreadable")
def workbook_with_macros(spoil: Spoil) -> Place:
    """Macros inside."""
    spoil.draft.extra_parts["xl/vbaProject.bin"] = OLE_MAGIC + bytes(600)
    spoil.content = spoil.draft.data(spoil.suffix, "utf-8")
    return Place()


@fault("content", "structure", "READ.FORMAT", "READ.UNREADABLE", formats=("json",), outcome="unreadable")
def broken_json(spoil: Spoil) -> Place:
    """The closing bracket is missing."""
    spoil.content = spoil.content.rstrip()[:-2]
    return Place()


@fault("content", "structure", "READ.UNKNOWN_FORM", "READ.FORMAT", formats=("csv",), outcome="unreadable")
def csv_without_heading(spoil: Spoil) -> Place:
    """The lines above the table were deleted."""
    spoil.content = b"\r\n".join(spoil.content.split(b"\r\n")[6:])
    return Place()


@fault("content", "consistency", "READ.WRONG_ORG", formats=("xlsx", "json"), needs_neighbour=True)
def file_of_a_neighbour(spoil: Spoil) -> Place:
    """Byte for byte the file of another organisation."""
    from demo.truth import World

    neighbour = spoil.neighbour()
    values = World(spoil.seed, neighbour, spoil.scale).form(spoil.term.form_code, spoil.term.period_code)
    values = in_version(values, load_contracts()[spoil.contract.code], spoil.contract)
    spoil.content = draft(spoil.contract, values).data(spoil.suffix, "utf-8")
    return spoil.place("card", "ogrn", 0, neighbour.ogrn)


@fault("content", "structure", "READ.FORM_VERSION", choice=with_older_version)
def form_of_an_older_version(spoil: Spoil) -> Place:
    """The figures were typed into last year's blank."""
    old = older_version(spoil.contract)
    values = in_version(spoil.values, spoil.contract, old)
    spoil.content = draft(old, values).data(spoil.suffix, "utf-8")
    spoil.contract = old
    return spoil.place("card", "period", 0, spoil.term.period_code)
