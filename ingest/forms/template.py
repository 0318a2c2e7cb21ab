"""Blank workbooks from contracts: what a school downloads, fills in and sends back.

The file tells the reader which form and version it is (very hidden sheet ``_meta``), offers lists for coded
fields, refuses junk while it is typed, adds up totals, and has the same bytes every time it is generated.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ingest.forms.contract import Field, FormContract, Section, column_letter, column_number

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from ingest.forms.filling import SheetEdits

META_SHEET = "_meta"
LISTS_SHEET = "_lists"
LABEL_HEADER = "Показатель"
VALUE_HEADER = "Значение"

# Office stores when a file was made; a fixed moment keeps the bytes equal.
_CREATED = datetime(2024, 7, 1)
_EARLIEST, _LATEST = date(2015, 1, 1), date(2099, 12, 31)
_HINTS = {
    "card": "Заполните жёлтые ячейки. Нет сведений – «нет данных»; 0 – только если посчитали и вышел ноль.",
    "matrix": "Заполните все жёлтые ячейки, нули тоже. Нет сведений – «нет данных». Итоги считаются сами.",
    "table": "Одна строка – одна запись. Подряд, без пустых строк, без объединения ячеек и без «Итого».",
}
_WIDTHS = {"integer": 12, "decimal": 12, "date": 13, "boolean": 14, "code": 22, "text": 20}


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


def meta_lines(contract: FormContract) -> dict[str, str]:
    """What ``_meta`` says of every workbook of this form."""
    return {"form": contract.code, "version": contract.version, "contract_sha256": contract.sha256}


def blank_workbook(contract: FormContract) -> bytes:
    """The blank workbook of a form. Raises ``ValueError`` for a form that is not sent as a workbook."""
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
    for key, text in meta_lines(contract).items():
        book.set_custom_property(key, text, "text")
    _Template(book, contract).write()
    book.close()
    return buffer.getvalue()


def _workbook(buffer: io.BytesIO) -> Workbook:
    from xlsxwriter.workbook import Workbook

    class FormWorkbook(Workbook):  # type: ignore[misc, unused-ignore]
        """A workbook whose sheets cannot be renamed, moved or deleted."""

        def _write_book_views(self) -> None:
            self._xml_empty_tag("workbookProtection", [("lockStructure", 1)])
            super()._write_book_views()

    return FormWorkbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


class _Template:
    def __init__(self, book: Workbook, contract: FormContract) -> None:
        self.book = book
        self.contract = contract
        border = {"border": 1, "border_color": "#9CA3AF", "valign": "vcenter"}
        entry = {**border, "bg_color": "#FFF9DB", "locked": False}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.hint = book.add_format({"italic": True, "font_color": "#4B5563"})
        self.header = book.add_format({**border, "bold": True, "text_wrap": True, "bg_color": "#DCE6F2"})
        self.label = book.add_format({**border, "text_wrap": True})
        self.total = book.add_format({**border, "bold": True, "bg_color": "#EEF2F6", "num_format": "0"})
        self.wrong = book.add_format({"bg_color": "#F8B4B4"})
        self._entries = {
            "integer": book.add_format({**entry, "num_format": "0"}),
            "decimal": book.add_format({**entry, "num_format": "0.00"}),
            "date": book.add_format({**entry, "num_format": "dd.mm.yyyy", "align": "left"}),
            "text": book.add_format({**entry, "num_format": "@", "text_wrap": True}),
        }
        self._lists: dict[tuple[str, ...], str] = {}

    def write(self) -> None:
        for section in self.contract.sections:
            sheet = self.book.add_worksheet(section.sheet)
            sheet.write_string(
                0, 0, f"{self.contract.code}. {self.contract.title}: {section.title}", self.title
            )
            sheet.write_string(1, 0, _HINTS[section.layout], self.hint)
            self._page(sheet, section)
            match section.layout:
                case "card":
                    self._card(sheet, section)
                case "matrix":
                    self._matrix(sheet, section)
                case "table":
                    self._table(sheet, section)
        self._lists_sheet()
        self._meta_sheet()

    def _page(self, sheet: Worksheet, section: Section) -> None:
        header = (section.header_row or 1) - 1
        sheet.freeze_panes(header + 1, 0 if section.layout == "card" else 1)
        sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
        sheet.set_paper(9)
        if section.layout != "card":
            sheet.set_landscape()
            sheet.set_row(header, 62)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(header)
        sheet.set_footer(f"&L{self.contract.code}, версия {self.contract.version}&R&P из &N")

    def _card(self, sheet: Worksheet, section: Section) -> None:
        label, value, first = _card_place(section)
        sheet.set_column(label, label, 58)
        sheet.set_column(value, value, 46)
        sheet.write_string(first - 1, label, LABEL_HEADER, self.header)
        sheet.write_string(first - 1, value, VALUE_HEADER, self.header)
        for row, field in enumerate(section.fields, start=first):
            sheet.write_string(row, label, field.title, self.label)
            sheet.write_blank(row, value, None, self._entry(field))
            self._validate(sheet, (row, value, row, value), field)
            if field.name in ("ogrn", "inn", "period"):
                address = f"${column_letter(value + 1)}${row + 1}"
                self.book.define_name(field.name, f"='{section.sheet}'!{address}")

    def _matrix(self, sheet: Worksheet, section: Section) -> None:
        header, first = _table_place(section)
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, len(section.fields) - 1, 17)
        for column, field in enumerate(section.fields):
            sheet.write_string(header, column, field.title, self.header)
        last = first + len(section.rows) - 1
        for row, (code, label) in enumerate(section.rows.items(), start=first):
            sheet.write_string(row, 0, label, self.total if code == section.total_row else self.label)
            for column, field in enumerate(section.fields[1:], start=1):
                formula = total_formula(section, code, field)
                if formula is None:
                    sheet.write_blank(row, column, None, self._entry(field))
                else:
                    sheet.write_formula(row, column, formula, self.total, 0)
        for column, field in enumerate(section.fields[1:], start=1):
            if not field.sum_of:
                end = last - 1 if section.total_row == list(section.rows)[-1] else last
                self._validate(sheet, (first, column, end, column), field)

    def _table(self, sheet: Worksheet, section: Section) -> None:
        header, first = _table_place(section)
        last = first + (section.max_rows or 1000) - 1
        for column, field in enumerate(section.fields):
            # Whole columns are formatted: thousands of styled empty cells would make the file slow and large.
            width = 44 if field.type == "text" and field.max_length else _WIDTHS[field.type]
            sheet.set_column(column, column, width, self._entry(field))
            for row in range(header):
                if (row, column) not in ((0, 0), (1, 0)):
                    sheet.write_blank(row, column, None, self.hint)
            sheet.write_string(header, column, field.title, self.header)
            self._validate(sheet, (first, column, last, column), field)
            if field.sum_of:
                self._mark_wrong_sum(sheet, section, field, (first, column, last, column))
        sheet.autofilter(header, 0, last, len(section.fields) - 1)

    def _mark_wrong_sum(
        self, sheet: Worksheet, section: Section, field: Field, area: tuple[int, ...]
    ) -> None:
        row = area[0] + 1
        parts = ",".join(f"${section.column(part)}{row}" for part in field.sum_of)
        total = f"${section.column(field.name)}{row}"
        rule = {
            "type": "formula",
            "criteria": f'=AND({total}<>"",{total}<>SUM({parts}))',
            "format": self.wrong,
        }
        sheet.conditional_format(*area, rule)

    def _entry(self, field: Field) -> Format:
        return self._entries[field.type if field.type in ("integer", "decimal", "date") else "text"]

    def _validate(self, sheet: Worksheet, area: tuple[int, int, int, int], field: Field) -> None:
        options = _validation(field)
        if field.codes:
            options["source"] = "=" + self._list_name(field)
        sheet.data_validation(*area, options)

    def _list_name(self, field: Field) -> str:
        labels = tuple(field.codes)
        if labels not in self._lists:
            self._lists[labels] = f"list_{field.name}"
        return self._lists[labels]

    def _lists_sheet(self) -> None:
        if not self._lists:
            return
        sheet = self.book.add_worksheet(LISTS_SHEET)
        for column, (labels, name) in enumerate(self._lists.items()):
            sheet.write_string(0, column, name)
            for row, label in enumerate(labels, start=1):
                sheet.write_string(row, column, label)
            # A list on another sheet is safe only through a name: a direct range becomes an extension (x14)
            # that other programs drop.
            letter = column_letter(column + 1)
            self.book.define_name(name, f"={LISTS_SHEET}!${letter}$2:${letter}${len(labels) + 1}")
        sheet.very_hidden()

    def _meta_sheet(self) -> None:
        sheet = self.book.add_worksheet(META_SHEET)
        for row, (key, text) in enumerate(meta_lines(self.contract).items()):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, text)
        sheet.very_hidden()


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


def _validation(field: Field) -> dict[str, Any]:
    need = "Обязательное поле." if field.required else "Можно не заполнять."
    unit = f" Единица: {field.unit}" if field.unit else ""
    options: dict[str, Any] = {"input_title": field.title[:32], "error_title": "Проверьте значение"}
    match field.type:
        case "integer" | "decimal":
            low, high = field.minimum or 0, field.maximum if field.maximum is not None else 1_000_000
            what = "Целое число" if field.type == "integer" else "Число"
            bounds = f"{what} от {low} до {high}"
            # «warning» lets through «нет данных», which is an honest answer; junk is found by the reader.
            options |= {"validate": field.type, "criteria": "between", "minimum": low, "maximum": high}
            options |= {"error_type": "warning", "input_message": f"{bounds}.{unit} {need}"}
            options["error_message"] = f"{bounds}. Если сведений нет, напишите «нет данных» и нажмите «Да»."
        case "date":
            options |= {"validate": "date", "criteria": "between", "minimum": _EARLIEST, "maximum": _LATEST}
            options |= {
                "input_message": f"Дата вида 01.09.2025. {need}",
                "error_message": "Дата вида 01.09.2025.",
            }
        case "code" | "boolean":
            options |= {"validate": "list", "source": "", "input_message": f"Выберите из списка. {need}"}
            options["error_message"] = "Выберите значение из списка."
        case "text":
            longest = field.max_length or 500
            options |= {"validate": "length", "criteria": "<=", "value": longest}
            options["input_message"] = f"{_example(field)}{need}"
            options["error_message"] = f"Не больше {longest} знаков."
    return options


def _example(field: Field) -> str:
    if field.pattern is None:
        return ""
    examples = {
        "ogrn": "13 цифр. ",
        "inn": "10 цифр. ",
        "oktmo": "8 цифр. ",
        "measure_code": "Код из дорожной карты, например Ч4.4 или Т3.2.17. ",
        "site_section_url": "Адрес, начинается с https:// ",
    }
    if field.role == "period":
        return f"Как в образце: {(field.description or '').rpartition('e.g. ')[2].rstrip('.')}. "
    return examples.get(field.name, "")


def _card_place(section: Section) -> tuple[int, int, int]:
    if section.label_column is None or section.value_column is None or section.first_row is None:
        raise ValueError(f"{section.table}: a card on a sheet needs labelColumn, valueColumn and firstRow")
    return (
        column_number(section.label_column) - 1,
        column_number(section.value_column) - 1,
        section.first_row - 1,
    )


def _table_place(section: Section) -> tuple[int, int]:
    if section.header_row is None or section.first_row is None:
        raise ValueError(f"{section.table}: a {section.layout} on a sheet needs headerRow and firstRow")
    return section.header_row - 1, section.first_row - 1
