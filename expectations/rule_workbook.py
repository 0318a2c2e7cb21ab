"""The rules as a workbook for organisations: a sheet per form, in Russian, with what to do about each."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from expectations.registry import Rule, rule_book
from expectations.rule_docs import CATEGORIES, CROSS_RULES_FILE, SEVERITIES
from ingest.forms.catalogue import load_contracts
from ingest.forms.contract import FormContract, Section
from ingest.forms.row_heights import row_height
from ingest.forms.wording import SUBMITTERS
from ingest.readers.rules import reader_rules

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

FILE_NAME = "rules.xlsx"
READING, ACROSS, SUMMARY = "Чтение файлов", "Между формами", "Как читать"
_CREATED = datetime(2024, 7, 1)
_COLUMNS: tuple[tuple[str, int], ...] = (
    ("Что проверяется", 46),
    ("Где", 46),
    ("Уровень", 17),
    ("Вид", 17),
    ("Что будет написано в протоколе", 60),
    ("Что сделать", 60),
    ("Правило", 34),
)
# What stands for a placeholder of a message; a field stands by its title.
_WORDS = {
    "where": "место",
    "title": "показатель",
    "field_title": "показатель",
    "received": "что получено",
    "expected": "что ожидалось",
    "row_no": "№",
    "row_title": "название строки",
}
_HEAD = (
    "Каждый присланный файл проверяется при чтении, по правилам своей формы и вместе с другими формами.",
    "Критическое замечание возвращает форму: исправьте и пришлите её заново целиком.",
    "С предупреждением форма принимается: проверьте место, исправьте при следующей отправке, если неверно.",
    "В квадратных скобках – то, что подставляется в текст замечания из вашего файла.",
)


def rules_workbook() -> bytes:
    """The workbook; equal rules give equal bytes."""
    from xlsxwriter.workbook import Workbook

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Правила проверки форм", "created": _CREATED})
    contracts = sorted(load_contracts().values(), key=lambda c: ("SCPM".find(c.code[:1]), int(c.code[1:])))
    sheets = [(READING, _reading_lines()), *((c.code, _form_lines(c)) for c in contracts)]
    sheets.append((ACROSS, _across_lines()))
    header = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#DCE6F2"}
    )
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#D1D5DB"})
    critical = book.add_format(
        {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#D1D5DB", "bg_color": "#FBE3E1"}
    )
    _summary(book, contracts, dict(sheets))
    for name, lines in sheets:
        _sheet(book, name, lines, (header, cell, critical))
    book.close()
    return buffer.getvalue()


def _summary(book: Workbook, contracts: list[FormContract], lines: dict[str, list[tuple[str, ...]]]) -> None:
    sheet = book.add_worksheet(SUMMARY)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    sheet.set_column(2, 4, 18)
    title = book.add_format({"bold": True, "font_size": 14})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    link = book.add_format({"font_color": "#0B4F9E", "underline": 1})
    sheet.write_string(0, 0, "Правила проверки форм", title)
    for row, text in enumerate(_HEAD, start=1):
        sheet.write_string(row, 0, text)
    row = len(_HEAD) + 2
    for column, text in enumerate(("Лист", "О чём", "Критических", "Предупреждений", "Всего")):
        sheet.write_string(row, column, text, bold)
    about = {READING: "Любой файл: формат, листы, заголовки, ячейки", ACROSS: "Формы и периоды вместе"}
    about |= {c.code: f"{c.title} (заполняет {SUBMITTERS.get(c.submitter, c.submitter)})" for c in contracts}
    for at, (name, held) in enumerate(lines.items(), start=row + 1):
        count = Counter(line[2] for line in held)
        sheet.write_url(at, 0, f"internal:'{name}'!A1", link, name)
        sheet.write_string(at, 1, about[name])
        sheet.write_number(at, 2, count[SEVERITIES["critical"]])
        sheet.write_number(at, 3, count[SEVERITIES["warning"]])
        sheet.write_number(at, 4, len(held))
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(9)


def _sheet(
    book: Workbook, name: str, lines: Iterable[tuple[str, ...]], formats: tuple[Format, Format, Format]
) -> None:
    header, cell, critical = formats
    sheet = book.add_worksheet(name)
    for column, (title, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, header)
    row = 0
    for row, line in enumerate(lines, start=1):
        widths = (width for _, width in _COLUMNS)
        sheet.set_row(row, max(row_height(text, width - 4) for text, width in zip(line, widths, strict=True)))
        for column, text in enumerate(line):
            is_severe = column == 2 and text == SEVERITIES["critical"]
            sheet.write_string(row, column, text, critical if is_severe else cell)
    sheet.autofilter(0, 0, row, len(_COLUMNS) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _form_lines(contract: FormContract) -> list[tuple[str, ...]]:
    """Written rules first, then those that follow from the contract; critical ones first in both."""
    rules = sorted(
        rule_book(contract.code).rules, key=lambda r: (r.origin != "rules", r.severity != "critical")
    )
    return [
        (
            rule.title,
            _place(contract, rule),
            SEVERITIES[rule.severity],
            CATEGORIES[rule.category],
            _shown(rule.message, contract.section(rule.section)),
            _shown(rule.hint, contract.section(rule.section)),
            rule.id,
        )
        for rule in rules
    ]


def _place(contract: FormContract, rule: Rule) -> str:
    section = contract.section(rule.section)
    if rule.field is None:
        return f"«{section.title}»"
    return f"«{section.title}», {section.field(rule.field).title}"


def _shown(text: str, section: Section | None = None) -> str:
    """A message as people read it: what is filled in stands in brackets, in words."""
    titles = {field.name: field.title for field in section.fields} if section else {}
    return re.sub(r"\{(\w+)\}", lambda m: f"[{_WORDS.get(m[1]) or titles.get(m[1], '…')}]", text)


def _reading_lines() -> list[tuple[str, ...]]:
    rules = sorted(reader_rules().values(), key=lambda r: (r.severity != "critical", r.rule_id))
    return [
        (
            "Чтение файла",
            "весь файл",
            SEVERITIES[rule.severity],
            CATEGORIES[rule.category],
            _shown(rule.message),
            _shown(rule.hint),
            rule.rule_id,
        )
        for rule in rules
    ]


def _across_lines() -> list[tuple[str, ...]]:
    with CROSS_RULES_FILE.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["severity"] != "critical", row["rule_id"]))
    return [
        (
            row["rule_name"],
            f"форма {row['form_code']}",
            SEVERITIES[row["severity"]],
            CATEGORIES[row["category"]],
            re.sub(r"%\d\$s", "[…]", row["message_template"]),
            row["hint"],
            row["rule_id"],
        )
        for row in rows
    ]
