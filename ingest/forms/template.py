"""Blank workbooks from contracts: what a school downloads, fills in and sends back.

The file explains itself (sheet «Как заполнить»), tells the reader which form and version it is (very hidden
sheet ``_meta``), offers lists for coded fields, questions junk while it is typed, adds up totals, brings
along what is already known of the organisation, and has the same bytes every time it is generated.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ingest.forms.contract import Field, FormContract, Section
from ingest.forms.guide import GUIDE_SHEET, guide_digest, guide_lines, guide_texts
from ingest.forms.known_values import KnownValues

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

    from ingest.forms.filling import SheetEdits

META_SHEET = "_meta"
LISTS_SHEET = "_lists"
LABEL_HEADER = "Показатель"
VALUE_HEADER = "Значение"

# Office stores when a file was made; a fixed moment keeps the bytes equal.
_CREATED = datetime(2024, 7, 1)
NOTHING_KNOWN = KnownValues()


def write_workbook(
    contract: FormContract,
    target: str | Path | BinaryIO,
    values: Mapping[str, Any] | None = None,
    meta: Mapping[str, str] | None = None,
    edits: Mapping[str, SheetEdits] | None = None,
) -> None:
    """Writes the form's blank workbook, or a filled one when ``values`` are given.

    ``values`` by section name: card – field -> value; matrix – row code -> field -> value; table – a list of
    field -> value. Stored codes and booleans are printed in Russian; :mod:`ingest.forms.filling` says what a
    value may be. ``edits``, by sheet, put anything anywhere. ``meta`` adds lines to ``_meta``.
    Raises ``ValueError`` for a form that is not sent as a workbook.
    """
    if values is None and meta is None and edits is None:
        content = blank_workbook(contract)
    else:
        from ingest.forms.filling import fill

        content = fill(contract, values or {}, meta or {}, edits or {})
    if isinstance(target, str | Path):
        Path(target).write_bytes(content)
    else:
        target.write(content)


def meta_lines(contract: FormContract, known: KnownValues = NOTHING_KNOWN) -> dict[str, str]:
    """What ``_meta`` says of a workbook of this form: which one it is and for whom it was prepared."""
    lines = {
        "form": contract.code,
        "version": contract.version,
        "contract_sha256": contract.sha256,
        "guide_sha256": guide_digest(guide_texts(guide_lines(contract, known))),
    }
    if known.ogrn is not None:
        lines["organisation"] = known.ogrn
    if known.period_code is not None:
        lines["period"] = known.period_code
    return lines


def blank_workbook(contract: FormContract, known: KnownValues = NOTHING_KNOWN) -> bytes:
    """The blank workbook of a form, with what is known filled in and locked.

    With a region only, lists hold that region's codes. Raises ``ValueError`` for a form that is not sent as a
    workbook.
    """
    from ingest.forms.blank_sheets import BlankSheets

    if "xlsx" not in contract.formats:
        raise ValueError(f"form {contract.code} is sent as {', '.join(contract.formats)}, not as a workbook")
    buffer = io.BytesIO()
    book = _workbook(buffer)
    book.set_properties(
        {
            "title": f"{contract.code}. {contract.title}",
            "subject": f"Версия {contract.version}",
            "created": _CREATED,
        }
    )
    meta = meta_lines(contract, known)
    for key, text in meta.items():
        book.set_custom_property(key, text, "text")
    sheets = BlankSheets(book, contract, known)
    for section in contract.sections:
        sheets.section(section)
    sheets.guide(GUIDE_SHEET)
    sheets.lists(LISTS_SHEET)
    sheets.meta(META_SHEET, meta)
    book.close()
    return buffer.getvalue()


def _workbook(buffer: io.BytesIO) -> Workbook:
    from xlsxwriter.workbook import Workbook

    class FormWorkbook(Workbook):  # type: ignore[misc, unused-ignore]
        """A workbook whose sheets cannot be renamed, moved or deleted.

        The guide is written last, so that the form's own sheets are always ``sheet1.xml`` and so on, and
        shown first. Whatever counts sheets in the order in which they are shown is told so.
        """

        def _write_book_views(self) -> None:
            self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
            active, self.worksheet_meta.activesheet = self.worksheet_meta.activesheet, 0
            super()._write_book_views()
            self.worksheet_meta.activesheet = active

        def _write_sheets(self) -> None:
            self._xml_start_tag("sheets")
            for sheet in sorted(self.worksheets(), key=lambda sheet: sheet.name != GUIDE_SHEET):
                self._write_sheet(sheet.name, sheet.index + 1, sheet.hidden)
            self._xml_end_tag("sheets")

        def _write_defined_name(self, defined_name: tuple[str, int, str, int]) -> None:
            name, index, target, hidden = defined_name
            guide = next(sheet.index for sheet in self.worksheets() if sheet.name == GUIDE_SHEET)
            if index >= 0:
                index = 0 if index == guide else index + (index < guide)
            super()._write_defined_name((name, index, target, hidden))

    return FormWorkbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def sheet_heading(contract: FormContract, section: Section) -> str:
    """What stands above a section: form and section, once where they have one name."""
    form = f"{contract.code}. {contract.title}"
    return form if section.title == contract.title else f"{form}: {section.title}"


def total_formula(section: Section, row_code: str, field: Field) -> str | None:
    """The formula a matrix prints in a locked cell: the total row, or a field that sums others; else None."""
    if section.first_row is None or field.role == "row":
        return None
    codes = list(section.rows)
    row = section.first_row + codes.index(row_code)
    letter = section.column(field.name)
    if field.sum_of:
        return "=SUM(" + ",".join(f"{section.column(part)}{row}" for part in field.sum_of) + ")"
    if row_code == section.total_row:
        return f"=SUM({letter}{section.first_row}:{letter}{row - 1})"
    return None
