"""The extract as one XLSX workbook for people: a sheet per table, codes as text, no formulas."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from publish.extract.contracts import FieldType
from publish.extract.datasets import Content, Edition
from publish.neutral import EXCEL_CELL_LIMIT

WIDTHS: dict[FieldType, int] = {"string": 26, "integer": 14, "number": 14, "boolean": 14, "date": 12}


def workbook_bytes(contents: list[Content], edition: Edition) -> bytes:
    """The workbook's bytes; equal contents give equal bytes."""
    import xlsxwriter

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    workbook.set_properties(
        {"title": edition.title, "author": "Ориентир", "created": edition.as_of.replace(tzinfo=None)}
    )
    formats = {
        "title": workbook.add_format({"bold": True, "font_size": 13}),
        "head": workbook.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "align": "center",
                "bg_color": "#DDE5EF",
                "border": 1,
            }
        ),
        "text": workbook.add_format({"valign": "top", "text_wrap": True}),
        "integer": workbook.add_format({"valign": "top", "num_format": "#,##0"}),
        "number": workbook.add_format({"valign": "top", "num_format": "#,##0.0##"}),
        "date": workbook.add_format({"valign": "top", "num_format": "dd.mm.yyyy"}),
    }
    _contents_sheet(workbook, contents, edition.title, formats)
    for content in contents:
        _sheet(workbook, content, formats)
    workbook.close()
    return buffer.getvalue()


def _contents_sheet(workbook: Any, contents: list[Content], title: str, formats: dict[str, Any]) -> None:
    sheet = workbook.add_worksheet("Описание")
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 2, 70)
    sheet.write_string(0, 0, title, formats["title"])
    row = 2
    for position, name in enumerate(("Лист", "Столбец", "Описание")):
        sheet.write_string(row, position, name, formats["head"])
    for content in contents:
        row += 1
        sheet.write_string(row, 0, _sheet_name(content), formats["text"])
        sheet.write_string(row, 2, content.dataset.description, formats["text"])
        for field in content.dataset.fields:
            row += 1
            sheet.write_string(row, 1, field.title, formats["text"])
            note = field.explanation.rstrip(".")
            sheet.write_string(row, 2, f"{note}. В data/*.csv — {field.name}", formats["text"])


def _sheet_name(content: Content) -> str:
    return content.dataset.title[:31]


def _sheet(workbook: Any, content: Content, formats: dict[str, Any]) -> None:
    sheet = workbook.add_worksheet(_sheet_name(content))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    fields = content.dataset.fields
    for position, field in enumerate(fields):
        sheet.set_column(position, position, WIDTHS[field.type])
        sheet.write_string(0, position, field.title, formats["head"])
    shown = content.shown_rows()
    for row, (line, texts) in enumerate(zip(content.rows, shown, strict=True), start=1):
        for position, field in enumerate(fields):
            value = line[position]
            if value == "":
                if texts[position]:
                    sheet.write_string(row, position, texts[position], formats["text"])
            elif field.type in {"integer", "number"}:
                sheet.write_number(row, position, float(value), formats[field.type])
            elif field.type == "date":
                sheet.write_datetime(row, position, date.fromisoformat(value), formats["date"])
            else:
                sheet.write_string(row, position, texts[position][:EXCEL_CELL_LIMIT], formats["text"])
    if content.rows:
        sheet.autofilter(0, 0, len(content.rows), len(fields) - 1)
