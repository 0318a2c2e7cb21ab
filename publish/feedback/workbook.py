"""The protocol as an XLSX workbook: one row per finding, to be ticked off while correcting the file."""

from __future__ import annotations

import io
from typing import Any

from publish.feedback.protocol import SEVERITIES, Protocol, local
from publish.neutral import EXCEL_CELL_LIMIT, neutral_text
from publish.numbers import format_moment

COLUMNS = (
    ("№", 5),
    ("Вид", 16),
    ("Где", 28),
    ("Что стоит", 24),
    ("Что ожидалось", 28),
    ("Замечание", 48),
    ("Как исправить", 48),
    ("Правило", 22),
)


def protocol_workbook(protocol: Protocol) -> bytes:
    """The workbook's bytes; equal protocols give equal bytes. No text in it is taken for a formula."""
    import xlsxwriter

    submission = protocol.submission
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(buffer, options)
    workbook.set_properties(
        {
            "title": f"Протокол проверки {submission.submission_id}",
            "author": "Ориентир",
            "created": local(submission.decided_at, submission.timezone).replace(tzinfo=None),
        }
    )
    sheet = workbook.add_worksheet("Протокол")
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    title = workbook.add_format({"bold": True, "font_size": 14})
    strong = workbook.add_format({"bold": True})
    head = workbook.add_format({"bold": True, "border": 1, "bg_color": "#DDE5EF", "text_wrap": True})
    cell = workbook.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    for position, (_, width) in enumerate(COLUMNS):
        sheet.set_column(position, position, width)
    row = _opening(sheet, protocol, title, strong)
    for position, (name, _) in enumerate(COLUMNS):
        sheet.write_string(row, position, name, head)
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)
    number = 0
    for group in protocol.groups:
        for place in group.places:
            number += 1
            row += 1
            sheet.write_number(row, 0, number, cell)
            texts = (
                SEVERITIES[group.severity],
                place.where,
                place.received,
                place.expected,
                group.message,
                group.hint,
                group.rule_id,
            )
            for position, text in enumerate(texts, start=1):
                sheet.write_string(row, position, neutral_text(text)[:EXCEL_CELL_LIMIT], cell)
    workbook.close()
    return buffer.getvalue()


def _opening(sheet: Any, protocol: Protocol, title: Any, strong: Any) -> int:
    """Write what stands above the table; return the row of the table's header."""
    submission = protocol.submission
    sheet.write_string(0, 0, f"{protocol.verdict} — {protocol.summary}", title)
    lines = (
        ("Что делать", protocol.advice),
        ("До какого дня", protocol.deadline or "—"),
        ("Организация", submission.organisation or "не определена"),
        ("ОГРН", submission.ogrn or "—"),
        ("Форма и период", f"{submission.form_code or '—'} {submission.period_code or ''}".strip()),
        ("Файл", submission.file_name),
        ("Получен", format_moment(local(submission.received_at, submission.timezone))),
        ("Номер квитанции", str(submission.receipt_id)),
        ("SHA-256 файла", submission.sha256),
    )
    for row, (name, text) in enumerate(lines, start=1):
        sheet.write_string(row, 0, name, strong)
        sheet.write_string(row, 2, neutral_text(text)[:EXCEL_CELL_LIMIT])
    return len(lines) + 2
