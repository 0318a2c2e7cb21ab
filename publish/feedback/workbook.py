"""The protocol as an XLSX workbook: the verdict and the receipt, the findings, the submitter's own sheets."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from publish.feedback.grouping import Place
from publish.feedback.protocol import SEVERITIES, Protocol
from publish.feedback.sheet_copy import (
    CRITICAL,
    LINE_HEIGHT,
    WARNING,
    CellFormats,
    lines_of,
    sheet_names,
    shown_rows,
    write_copy,
)
from publish.feedback.source_sheets import SourceSheet
from publish.neutral import EXCEL_CELL_LIMIT, neutral_quote

FIRST, LIST = "Протокол", "Замечания"
MOST_CRITICAL = 12
COLUMNS = (
    ("№", 4),
    ("Где", 22),
    ("Что получено", 18),
    ("Что ожидалось", 24),
    ("Замечание", 42),
    ("Как исправить", 38),
    ("Правило", 22),
)
_COLOURS = {
    "accepted": "#1D6B3A",
    "accepted_with_warnings": "#8A5A00",
    "rejected": "#8C1D18",
    "unreadable": "#8C1D18",
}
_LABEL_WIDTH, _TEXT_WIDTH = 24, 74


def protocol_workbook(protocol: Protocol, sheets: Sequence[SourceSheet]) -> bytes:
    """The workbook's bytes; equal protocols give equal bytes. No text in it is taken for a formula."""
    import xlsxwriter

    subject = protocol.subject
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(buffer, options)
    workbook.set_properties(
        {
            "title": f"Протокол проверки {subject.sha256[:12]}",
            "author": "Ориентир",
            "created": subject.local(subject.decided_at).replace(tzinfo=None),
        }
    )
    names = sheet_names(sheets, (FIRST, LIST))
    copies = {sheet.grid.sheet: name for sheet, name in zip(sheets, names, strict=True)}
    _first_page(workbook, protocol, sheets)
    if protocol.has_findings:
        _findings(workbook, protocol, copies)
        formats = CellFormats(workbook)
        for sheet, name in zip(sheets, names, strict=True):
            write_copy(workbook.add_worksheet(name), sheet, formats)
    workbook.close()
    return buffer.getvalue()


class _Page:
    """A sheet of lines: a label and a text, or a text over both columns."""

    def __init__(self, workbook: Any, name: str) -> None:
        self.sheet = workbook.add_worksheet(name)
        self.row = 0
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.6)
        self.sheet.set_column(0, 0, _LABEL_WIDTH)
        self.sheet.set_column(1, 1, _TEXT_WIDTH)

    def line(self, text: str, style: Any, size: float = 1.0) -> None:
        """A text over the whole width; ``size`` is that of the letters against the common ones."""
        lines = lines_of(text, (_LABEL_WIDTH + _TEXT_WIDTH) / size)
        self.sheet.set_row(self.row, LINE_HEIGHT * size * lines + (3 if size > 1 else 0))
        self.sheet.merge_range(self.row, 0, self.row, 1, "", style)
        self.sheet.write_string(self.row, 0, _safe(text), style)
        self.row += 1

    def pair(self, label: str, text: str, label_style: Any, style: Any) -> None:
        """A label and its text."""
        self.sheet.set_row(
            self.row, LINE_HEIGHT * max(lines_of(text, _TEXT_WIDTH), lines_of(label, _LABEL_WIDTH))
        )
        self.sheet.write_string(self.row, 0, _safe(label), label_style)
        self.sheet.write_string(self.row, 1, _safe(text), style)
        self.row += 1

    def gap(self) -> None:
        """An empty line."""
        self.sheet.set_row(self.row, 8)
        self.row += 1


def _first_page(workbook: Any, protocol: Protocol, sheets: Sequence[SourceSheet]) -> None:
    subject = protocol.subject
    wrap = {"text_wrap": True, "valign": "top"}
    plain = workbook.add_format(wrap)
    small = workbook.add_format({**wrap, "font_color": "#555555"})
    banner = {**wrap, "bold": True, "font_color": "#FFFFFF", "bg_color": _COLOURS[protocol.outcome]}
    heading = workbook.add_format({**wrap, "bold": True, "font_size": 13, "bottom": 1})
    label = workbook.add_format({**wrap, "border": 1, "border_color": "#BFBFBF", "bg_color": "#F2F4F7"})
    value = workbook.add_format({**wrap, "border": 1, "border_color": "#BFBFBF"})
    critical = workbook.add_format({**wrap, "bg_color": CRITICAL})
    page = _Page(workbook, FIRST)
    page.line(f"{subject.region_name}. Приём отчётности по профориентации", small)
    page.line(
        f"{protocol.verdict} — {protocol.summary}", workbook.add_format({**banner, "font_size": 15}), 1.36
    )
    if protocol.deadline:
        page.line(protocol.deadline, workbook.add_format(banner))
    if protocol.after_closing:
        page.line(protocol.after_closing, workbook.add_format(banner))
    page.gap()
    if protocol.critical:
        page.line("Что критично", heading, 1.2)
        for group in protocol.critical[:MOST_CRITICAL]:
            page.line(f"• {group.name} — {group.where}", critical)
        rest = len(protocol.critical) - MOST_CRITICAL
        if rest > 0:
            page.line(f"• и ещё видов замечаний: {rest}", critical)
        page.gap()
    page.line("Что сделать", heading, 1.2)
    for number, step in enumerate(protocol.steps, start=1):
        page.line(f"{number}. {step}" if len(protocol.steps) > 1 else step, plain)
    page.gap()
    page.line(protocol.requisites_title, heading, 1.2)
    for name, text in protocol.requisites:
        page.pair(name, text, label, value)
    page.line(protocol.requisites_note, small)
    if protocol.has_findings:
        page.gap()
        page.line("Что в этом файле", heading, 1.2)
        for text in _contents(sheets):
            page.line(text, plain)
    for text in subject.not_checked:
        page.line(text, small)


def _contents(sheets: Sequence[SourceSheet]) -> list[str]:
    said = [f"Лист «{LIST}» — все замечания по порядку, критические первыми."]
    if not sheets:
        said.append(
            "Копии ваших листов нет: файл не удалось открыть, или замечания относятся к нему в целом."
        )
        return said
    said.append(
        "Дальше — копия ваших листов. Красным закрашены ячейки с критическими замечаниями, жёлтым — "
        "с предупреждениями; что исправить, сказано в примечании к ячейке. Щёлкните номер замечания на листе "
        f"«{LIST}», чтобы перейти к его ячейке. Формул и внешних ссылок в копии нет."
    )
    if any(sheet.hidden for sheet in sheets):
        said.append("Персональные данные в копии скрыты.")
    cut = [sheet.title for sheet in sheets if len(shown_rows(sheet)) < len(sheet.grid.rows)]
    if cut:
        listed = ", ".join(f"«{title}»" for title in cut)
        said.append(f"Показаны только строки рядом с замечаниями, лист слишком длинный: {listed}.")
    return said


def _findings(workbook: Any, protocol: Protocol, copies: dict[str | None, str]) -> None:
    sheet = workbook.add_worksheet(LIST)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    wrap = {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "top"}
    head = workbook.add_format({**wrap, "bold": True, "bg_color": "#DDE5EF"})
    cell = workbook.add_format(wrap)
    colours = {
        "critical": (CRITICAL, _COLOURS["rejected"]),
        "warning": (WARNING, _COLOURS["accepted_with_warnings"]),
    }
    bold = {**wrap, "bold": True}
    bars, titles, numbers = (
        {name: workbook.add_format(style(light, dark)) for name, (light, dark) in colours.items()}
        for style in (
            lambda _, dark: {**bold, "font_color": "#FFFFFF", "bg_color": dark},
            lambda light, _: {**bold, "bg_color": light},
            lambda light, _: {**wrap, "bg_color": light, "align": "center", "underline": 1},
        )
    )
    for position, (name, width) in enumerate(COLUMNS):
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, name, head)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    row = number = 0
    for severity, title in SEVERITIES.items():
        groups = protocol.groups_of(severity)
        if groups:
            row += 1
            _bar(sheet, row, title, bars[severity])
        for group in groups:
            number += 1
            if len(group.places) > 1:
                row += 1
                _bar(sheet, row, f"{number}. {group.name} — мест: {group.count}", titles[severity])
            for place in group.places:
                row += 1
                _jump(sheet, row, place, copies, numbers[severity])
                sheet.write_number(row, 0, number, numbers[severity])
                texts = (
                    place.where,
                    place.received or "—",
                    place.expected or "—",
                    place.message,
                    group.hint,
                    group.rule_id,
                )
                for position, text in enumerate(texts, start=1):
                    sheet.write_string(row, position, _safe(text), cell)
                widths = [width for _, width in COLUMNS[1:]]
                lines = max(lines_of(text, width) for text, width in zip(texts, widths, strict=True))
                sheet.set_row(row, LINE_HEIGHT * lines)


def _bar(sheet: Any, row: int, text: str, style: Any) -> None:
    sheet.merge_range(row, 0, row, len(COLUMNS) - 1, "", style)
    sheet.write_string(row, 0, _safe(text), style)
    sheet.set_row(row, LINE_HEIGHT * lines_of(text, sum(width for _, width in COLUMNS)))


def _jump(sheet: Any, row: int, place: Place, copies: dict[str | None, str], style: Any) -> None:
    """Let a click on the number lead to the first cell in the copy. The number itself is written after it."""
    first = place.cells[0].partition(":")[0] if place.cells else ""
    name = copies.get(place.sheet)
    if name is None or place.sheet is None or not first.isalnum():
        return
    quoted = name.replace("'", "''")
    sheet.write_url(row, 0, f"internal:'{quoted}'!{first}", style)


def _safe(text: str) -> str:
    return neutral_quote(text)[:EXCEL_CELL_LIMIT]
