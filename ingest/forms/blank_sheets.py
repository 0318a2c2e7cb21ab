"""The sheets of a blank workbook: guide, cards, matrices and tables, lists, ``_meta``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ingest.forms.code_lists import codes_of
from ingest.forms.column_widths import (
    HEADING_MARGIN,
    leading_columns,
    matrix_width,
    pages_across,
    table_width,
)
from ingest.forms.contract import Field, FormContract, Section, column_letter, column_number
from ingest.forms.guide import guide_lines
from ingest.forms.input_checks import input_check, known_note
from ingest.forms.row_heights import LINE_HEIGHT, row_height
from ingest.forms.template import LABEL_HEADER, VALUE_HEADER, sheet_heading, total_formula

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from ingest.forms.known_values import KnownValues

_HINTS = {
    "card": "Заполните цветные ячейки, жёлтые – обязательно; 0 – только если посчитали и вышел ноль.",
    "matrix": "Заполните цветные ячейки, нули тоже; пустая жёлтая ячейка – ошибка.",
    "table": "Одна строка – одна запись. Подряд, без пустых строк, без объединения ячеек и без «Итого».",
}
_SHORT_HINT = "Одна строка – одна запись."
_REQUIRED, _OPTIONAL, _KNOWN, _TOTAL = "#FFF9DB", "#DCEBFB", "#E6F4E6", "#DDDDDD"
_CARD_LABEL, _CARD_VALUE = 64, 46
_MATRIX_LABEL = 30
# What a label's cell cannot use of its width: its indent, and letters wider than digits.
_LABEL_MARGIN = 5
_PAPER_A4 = 9
_SHAPES: dict[str, dict[str, Any]] = {
    "integer": {"num_format": "0"},
    "decimal": {"num_format": "0.00"},
    "date": {"num_format": "dd.mm.yyyy", "align": "left"},
    "text": {"num_format": "@", "text_wrap": True},
}


class BlankSheets:
    """Writes the sheets of one form into a workbook, in the order in which it is asked."""

    def __init__(self, book: Workbook, contract: FormContract, known: KnownValues) -> None:
        self.book = book
        self.contract = contract
        self.known = known
        border = {"border": 1, "border_color": "#9CA3AF", "valign": "vcenter"}
        title = {"bold": True, "font_size": 14}
        self.title = book.add_format(title)
        self.wrapped_title = book.add_format({**title, "text_wrap": True, "valign": "top"})
        hint = {"italic": True, "font_color": "#4B5563"}
        self.hint = book.add_format(hint)
        self.wrapped_hint = book.add_format({**hint, "text_wrap": True, "valign": "top"})
        self.header = book.add_format(
            {**border, "bold": True, "text_wrap": True, "align": "center", "bg_color": "#DCE6F2"}
        )
        self.label = book.add_format({**border, "text_wrap": True, "indent": 1})
        self.part_label = book.add_format({**border, "text_wrap": True, "indent": 3})
        total = {**border, "bold": True, "bg_color": _TOTAL}
        self.total = book.add_format({**total, "num_format": "0"})
        self.decimal_total = book.add_format({**total, "num_format": "0.00"})
        self.total_label = book.add_format(
            {**border, "bold": True, "bg_color": _TOTAL, "text_wrap": True, "indent": 1}
        )
        self.wrong = book.add_format({"bg_color": "#F8B4B4"})
        self._border = border
        self._entries: dict[tuple[str, str], Format] = {}
        self._lists: dict[tuple[str, ...], str] = {}
        self._defined: set[str] = set()

    def guide(self, name: str) -> None:
        """The sheet that says how to fill in the others."""
        sheet = self.book.add_worksheet(name)
        wrapped = {"text_wrap": True, "valign": "vcenter"}
        plain, bold = self.book.add_format(wrapped), self.book.add_format({**wrapped, "bold": True})
        beside = self.book.add_format({**wrapped, "indent": 1})
        formats = {
            "title": self.title,
            "heading": self.book.add_format(
                {**wrapped, "bold": True, "font_size": 12, "font_color": "#1F3A5F"}
            ),
            "text": plain,
            "pair": bold,
            "required": self._cell(_REQUIRED),
            "optional": self._cell(_OPTIONAL),
            "total": self._cell(_TOTAL),
            "known": self._cell(_KNOWN),
        }
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 76)
        for row, line in enumerate(guide_lines(self.contract, self.known)):
            if line.right is None and line.style in ("text", "heading"):
                # It takes both columns: a cell too narrow for it would be nine lines high.
                is_heading = line.style == "heading"
                sheet.merge_range(row, 0, row, 1, line.left, formats[line.style])
                sheet.set_row(
                    row, row_height(line.left, 90) + 11 if is_heading else row_height(line.left, 112)
                )
                continue
            sheet.write_string(row, 0, line.left, formats[line.style])
            if line.right is not None:
                sheet.write_string(row, 1, line.right, beside)
                sheet.set_row(row, max(row_height(line.right, 80), row_height(line.left, 30)))
            else:
                sheet.set_row(row, 28)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.hide_gridlines(2)
        sheet.set_paper(_PAPER_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self._footer())
        sheet.activate()

    def section(self, section: Section) -> None:
        """The sheet of one section."""
        sheet = self.book.add_worksheet(section.sheet)
        self._heading(sheet, section)
        self._page(sheet, section)
        match section.layout:
            case "card":
                self._card(sheet, section)
            case "matrix":
                self._matrix(sheet, section)
            case "table":
                self._table(sheet, section)

    def lists(self, name: str) -> None:
        """The very hidden sheet with what dropdowns offer; none where nothing is offered."""
        if not self._lists:
            return
        sheet = self.book.add_worksheet(name)
        for column, (labels, list_name) in enumerate(self._lists.items()):
            sheet.write_string(0, column, list_name)
            for row, label in enumerate(labels, start=1):
                sheet.write_string(row, column, label)
            # A list on another sheet is safe only through a name: a direct range becomes an extension (x14)
            # that other programs drop.
            letter = column_letter(column + 1)
            self._define(list_name, f"={name}!${letter}$2:${letter}${len(labels) + 1}")
        sheet.very_hidden()

    def meta(self, name: str, lines: Mapping[str, str]) -> None:
        """The very hidden sheet that says which form this is."""
        sheet = self.book.add_worksheet(name)
        for row, (key, text) in enumerate(lines.items()):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, text)
        sheet.very_hidden()

    def _heading(self, sheet: Worksheet, section: Section) -> None:
        title = sheet_heading(self.contract, section)
        if not _is_printed_on_several_pages(section):
            sheet.write_string(0, 0, title, self.title)
            sheet.write_string(1, 0, _hint(section), self.hint)
            return
        # The columns that every page repeats have to hold the heading: beside them it would be cut off.
        leading = leading_columns(section)
        width = sum(map(table_width, section.fields[:leading]))
        self._across(sheet, 0, leading, title, self.wrapped_title)
        self._across(sheet, 1, leading, _hint(section), self.wrapped_hint)
        sheet.set_row(0, row_height(title, width * 3 // 4) * 5 // 4)
        sheet.set_row(1, row_height(_hint(section), width - HEADING_MARGIN))

    def _across(self, sheet: Worksheet, row: int, columns: int, text: str, style: Format) -> None:
        if columns > 1:
            sheet.merge_range(row, 0, row, columns - 1, text, style)
        else:
            sheet.write_string(row, 0, text, style)

    def _page(self, sheet: Worksheet, section: Section) -> None:
        header = (section.header_row or 1) - 1
        leading = {"card": 0, "matrix": 1, "table": leading_columns(section)}[section.layout]
        sheet.freeze_panes(header + 1, leading)
        sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
        sheet.set_paper(_PAPER_A4)
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.repeat_rows(header)
        pages = pages_across(section) if section.layout == "table" else 1
        sheet.fit_to_pages(pages, 0)
        if pages > 1:
            # Thirty columns on one page could not be read: they go on over pages that lie side by side.
            sheet.repeat_columns(0, leading - 1)
            sheet.print_across()
        sheet.set_footer(self._footer())

    def _footer(self) -> str:
        whose = "" if self.known.ogrn is None else f", ОГРН {self.known.ogrn}"
        return f"&L{self.contract.code}, версия {self.contract.version}{whose}&R&P из &N"

    def _card(self, sheet: Worksheet, section: Section) -> None:
        label, value, first = _card_place(section)
        sheet.set_column(label, label, _CARD_LABEL)
        sheet.set_column(value, value, _CARD_VALUE)
        sheet.set_row(first - 1, row_height(LABEL_HEADER, _CARD_LABEL))
        sheet.write_string(first - 1, label, LABEL_HEADER, self.header)
        sheet.write_string(first - 1, value, VALUE_HEADER, self.header)
        held = self.known.values.get(section.name, {})
        for row, field in enumerate(section.fields, start=first):
            is_part = field.title[:1].islower()
            sheet.write_string(row, label, field.title, self.part_label if is_part else self.label)
            sheet.set_row(row, row_height(field.title, _CARD_LABEL - _LABEL_MARGIN - 2 * is_part))
            if field.name in held:
                self._write_known(sheet, (row, value), section, field, held[field.name])
            else:
                sheet.write_blank(row, value, None, self._entry(field))
                self._check(sheet, (row, value, row, value), section, field)
            if field.name in ("ogrn", "inn", "period") and field.name not in self._defined:
                self._define(field.name, f"='{section.sheet}'!${column_letter(value + 1)}${row + 1}")

    def _matrix(self, sheet: Worksheet, section: Section) -> None:
        header, first = _table_place(section)
        width = max(_MATRIX_LABEL, min(60, 4 + max(map(len, section.rows.values()))))
        sheet.set_column(0, 0, width)
        widths = [matrix_width(field) for field in section.fields]
        for column, wide in enumerate(widths[1:], start=1):
            sheet.set_column(column, column, wide)
        widths[0] = width
        heights = [
            row_height(f.title, wide - HEADING_MARGIN) for f, wide in zip(section.fields, widths, strict=True)
        ]
        sheet.set_row(header, max(heights))
        held = self.known.values.get(section.name, {})
        for column, field in enumerate(section.fields):
            sheet.write_string(header, column, field.title, self.header)
        for row, (code, label) in enumerate(section.rows.items(), start=first):
            is_total = code == section.total_row
            sheet.write_string(row, 0, label, self.total_label if is_total else self.label)
            sheet.set_row(row, row_height(label, width - _LABEL_MARGIN))
            for column, field in enumerate(section.fields[1:], start=1):
                formula = total_formula(section, code, field)
                if formula is not None:
                    cached = _known_total(section, held, code, field)
                    style = self.decimal_total if field.type == "decimal" else self.total
                    sheet.write_formula(row, column, formula, style, cached)
                elif field.name in held.get(code, {}):
                    self._write_known(sheet, (row, column), section, field, held[code][field.name])
                else:
                    sheet.write_blank(row, column, None, self._entry(field))
        codes = list(section.rows)
        for column, field in enumerate(section.fields[1:], start=1):
            if field.sum_of:
                continue
            open_rows = [
                first + at
                for at, code in enumerate(codes)
                if total_formula(section, code, field) is None and field.name not in held.get(code, {})
            ]
            for begin, end in _runs(open_rows):
                self._check(sheet, (begin, column, end, column), section, field)

    def _table(self, sheet: Worksheet, section: Section) -> None:
        header, first = _table_place(section)
        last = first + (section.max_rows or 1000) - 1
        leading = leading_columns(section) if _is_printed_on_several_pages(section) else 1
        heights = []
        for column, field in enumerate(section.fields):
            width = table_width(field)
            heights.append(row_height(field.title, width - HEADING_MARGIN))
            # Whole columns are formatted: thousands of styled empty cells would make the file slow and large.
            sheet.set_column(column, column, width, self._entry(field))
            for row in range(header):
                if column >= (leading if row < 2 else 0):
                    sheet.write_blank(row, column, None, self.hint)
            sheet.write_string(header, column, field.title, self.header)
            self._check(sheet, (first, column, last, column), section, field)
            if field.sum_of:
                self._mark_wrong_sum(sheet, section, field, (first, column, last, column))
        # The filter's button takes the lower right corner of each header cell.
        sheet.set_row(header, max(heights) + LINE_HEIGHT)
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

    def _write_known(
        self, sheet: Worksheet, place: tuple[int, int], section: Section, field: Field, value: Any
    ) -> None:
        """A value that is known already: locked, green, with a note that says where it comes from."""
        from ingest.forms.filling import printed

        style = self._style(field, _KNOWN, locked=True)
        shown = printed(field, value)
        if field.type in ("integer", "decimal"):
            sheet.write_number(*place, shown, style)
        elif field.type == "date":
            sheet.write_datetime(*place, shown, style)
        else:
            sheet.write_string(*place, str(shown), style)
        where = self.known.sources[(section.name, field.name)]
        sheet.data_validation(*place, *place, known_note(where))

    def _check(
        self, sheet: Worksheet, area: tuple[int, int, int, int], section: Section, field: Field
    ) -> None:
        labels = tuple(field.codes) or tuple(
            code.code for code in codes_of(self.contract, section, field, self.known.region_code)
        )
        source = self._list_name(field, labels) if labels else None
        sheet.data_validation(*area, input_check(self.contract, field, source))

    def _list_name(self, field: Field, labels: tuple[str, ...]) -> str:
        if labels not in self._lists:
            taken = set(self._lists.values())
            names = [f"list_{field.name}", *(f"list_{field.name}_{no}" for no in range(2, len(taken) + 3))]
            self._lists[labels] = next(name for name in names if name not in taken)
        return self._lists[labels]

    def _define(self, name: str, target: str) -> None:
        self._defined.add(name)
        self.book.define_name(name, target)

    def _entry(self, field: Field) -> Format:
        return self._style(field, _REQUIRED if field.required else _OPTIONAL, locked=False)

    def _style(self, field: Field, colour: str, *, locked: bool) -> Format:
        kind = field.type if field.type in ("integer", "decimal", "date") else "text"
        if (kind, colour) not in self._entries:
            self._entries[(kind, colour)] = self.book.add_format(
                {**self._border, **_SHAPES[kind], "bg_color": colour, "locked": locked}
            )
        return self._entries[(kind, colour)]

    def _cell(self, colour: str) -> Format:
        return self.book.add_format({**self._border, "bg_color": colour})


def _is_printed_on_several_pages(section: Section) -> bool:
    return section.layout == "table" and pages_across(section) > 1


def _hint(section: Section) -> str:
    """The line above a sheet's cells: what to do, and what may be left."""
    if _is_printed_on_several_pages(section):
        return _SHORT_HINT
    hint = _HINTS[section.layout]
    if section.layout != "table" and any(not field.required for field in section.fields):
        hint = f"{hint} Голубые можно не заполнять."
    if section.layout == "matrix" and (section.total_row or any(f.sum_of for f in section.fields)):
        hint = f"{hint} Итоги считаются сами."
    return hint


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Neighbouring rows as (first, last)."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def _known_total(section: Section, held: Mapping[str, Mapping[str, Any]], code: str, field: Field) -> Any:
    """What the formula gives while only known values are there."""
    if field.sum_of:
        return sum(held.get(code, {}).get(part, 0) for part in field.sum_of)
    return sum(held.get(row, {}).get(field.name, 0) for row in section.rows if row != code)


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
