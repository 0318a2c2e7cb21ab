"""Copies of the submitter's sheets: every cell at its own address, wrong ones coloured and commented.

Nothing in a copy is alive: texts are written as texts, formulas as what they gave, links not at all. Of a
long sheet only the rows around the findings are shown; a grey line at each gap says which are left out.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from ingest.forms.row_heights import lines_of as wrapped_lines
from ingest.readers.grid import NUMBER, PERCENT, Cell, shown
from publish.feedback.source_sheets import HIDDEN, Mark, SourceSheet
from publish.neutral import EXCEL_CELL_LIMIT, neutral_quote

MOST_ROWS = 400
ROWS_AROUND = 2
ROWS_AT_TOP = 6
MOST_COMMENTS = 300
COMMENT_LIMIT = 1200
WIDEST, WIDEST_TITLE, NARROWEST = 42, 20, 9
LINE_HEIGHT, MOST_LINES = 15.5, 12
EXCEL_DIGITS = 15
_SHEET_NAME_LIMIT = 31
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\\\", "_"))
_COMMENT_WIDTH = 320

CRITICAL, WARNING = "#F8C9C4", "#FFE9A8"
_TABS = {True: "#B3261E", False: "#C98A00"}


class CellFormats:
    """The formats of a copy, made once per workbook."""

    def __init__(self, workbook: Any) -> None:
        common = {"border": 1, "border_color": "#BFBFBF", "text_wrap": True, "valign": "top"}
        self._formats = {
            (fill, number): workbook.add_format(
                {
                    **common,
                    **({"bg_color": fill, "border_color": "#7A1F1A"} if fill else {}),
                    **({"num_format": number} if number else {}),
                }
            )
            for fill in (None, CRITICAL, WARNING)
            for number in (None, "0.##%")
        }
        self.heading = workbook.add_format({"bold": True})
        self.gap = workbook.add_format({"italic": True, "font_color": "#666666", "bg_color": "#EEEEEE"})

    def of(self, mark: Mark | None, number: str | None = None) -> Any:
        """The format of a cell with a mark, or without one."""
        fill = None if mark is None else CRITICAL if mark.severity == "critical" else WARNING
        return self._formats[fill, number]


def sheet_names(sheets: Sequence[SourceSheet], taken: Iterable[str]) -> list[str]:
    """Names for the copies: as in the file where Excel and the protocol's own sheets allow it."""
    used = {name.casefold() for name in taken}
    names = []
    for sheet in sheets:
        wanted = sheet.title.translate(_FORBIDDEN_IN_NAMES).strip("' ") or "Лист"
        name, number = wanted[:_SHEET_NAME_LIMIT], 1
        while name.casefold() in used or name.casefold() == "history":
            number += 1
            tail = f" ({number})"
            name = wanted[: _SHEET_NAME_LIMIT - len(tail)] + tail
        used.add(name.casefold())
        names.append(name)
    return names


def write_copy(worksheet: Any, sheet: SourceSheet, formats: CellFormats) -> None:
    """Fill a worksheet with the copy of a sheet."""
    _Copy(worksheet, sheet, formats).write()


class _Copy:
    """One copy while it is written."""

    def __init__(self, worksheet: Any, sheet: SourceSheet, formats: CellFormats) -> None:
        self._worksheet = worksheet
        self._sheet = sheet
        self._formats = formats
        self._rows = shown_rows(sheet)
        self._comments = 0

    def write(self) -> None:
        worksheet, sheet = self._worksheet, self._sheet
        worksheet.hide_gridlines(2)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
        if sheet.marks:
            worksheet.set_tab_color(_TABS[sheet.has_critical])
        filled = {column for row in self._rows for column in sheet.grid.rows.get(row, {})}
        marked = {column for row, column in sheet.marks if row in self._rows}
        widths = {column: _width(sheet, self._rows, column) for column in sorted(filled | marked)}
        for column, width in widths.items():
            worksheet.set_column(column - 1, column - 1, width)
        for row in self._rows:
            self._row(row, widths)
        self._gaps()

    def _row(self, row: int, widths: Mapping[int, float]) -> None:
        cells = self._sheet.grid.rows.get(row, {})
        if _is_heading(self._sheet, row):
            text = HIDDEN if (row, 1) in self._sheet.hidden else neutral_quote(shown(cells[1]))
            style = self._formats.heading if row == 1 else None
            self._worksheet.write_string(row - 1, 0, text[:EXCEL_CELL_LIMIT], style)
            return
        lines = max((lines_of(shown(cell), widths[column]) for column, cell in cells.items()), default=1)
        self._worksheet.set_row(row - 1, LINE_HEIGHT * min(lines, MOST_LINES))
        for column in widths:
            mark = self._sheet.marks.get((row, column))
            if column in cells or mark is not None:
                self._cell(row, column, cells.get(column), mark)

    def _cell(self, row: int, column: int, cell: Cell | None, mark: Mark | None) -> None:
        place, style = (row - 1, column - 1), self._formats.of(mark)
        number = None if cell is None else _number(cell)
        if cell is None:
            self._worksheet.write_blank(*place, None, style)
        elif (row, column) in self._sheet.hidden:
            self._worksheet.write_string(*place, HIDDEN, style)
        elif number is None:
            self._worksheet.write_string(*place, neutral_quote(shown(cell))[:EXCEL_CELL_LIMIT], style)
        else:
            style = self._formats.of(mark, "0.##%" if cell.kind == PERCENT else None)
            self._worksheet.write_number(*place, number, style)
        if mark is not None and self._comments < MOST_COMMENTS:
            self._comments += 1
            self._worksheet.write_comment(*place, _comment(mark), _comment_options(mark))

    def _gaps(self) -> None:
        """Say where rows are left out, and fold each gap to one line."""
        wrong = {row for row, _ in self._sheet.marks}
        present = set(self._sheet.grid.rows) | wrong
        left_out = sorted(present - set(self._rows))
        if not left_out:
            return
        self._worksheet.set_default_row(hide_unused_rows=True)
        for first, last in _runs(left_out, self._rows):
            unsaid = sum(first <= row <= last for row in wrong)
            text = f"… строки {first}–{last} здесь не показаны"
            text += f", замечания есть в {unsaid} из них" if unsaid else ": в них замечаний нет"
            self._worksheet.set_row(first - 1, LINE_HEIGHT)
            self._worksheet.write_string(first - 1, 0, text, self._formats.gap)


def _runs(left_out: Sequence[int], rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of the rows that are left out between two shown ones."""
    for _, run in groupby(left_out, key=lambda row: bisect(rows, row)):
        listed = list(run)
        yield listed[0], listed[-1]


def shown_rows(sheet: SourceSheet) -> list[int]:
    """Rows of the copy: all of them, or those at the top and around the findings of a long sheet."""
    present = set(sheet.grid.rows) | {row for row, _ in sheet.marks}
    if len(present) <= MOST_ROWS:
        return sorted(present)
    chosen = set(sorted(present)[:ROWS_AT_TOP])
    for row in sorted({row for row, _ in sheet.marks}):
        near = set(range(row - ROWS_AROUND, row + ROWS_AROUND + 1)) & present
        if len(chosen | near) > MOST_ROWS:
            break
        chosen |= near
    return sorted(chosen)


def _is_heading(sheet: SourceSheet, row: int) -> bool:
    """A text alone at the top, over the whole sheet, such as the form's title."""
    return row < ROWS_AT_TOP and list(sheet.grid.rows.get(row, ())) == [1] and (row, 1) not in sheet.marks


def _number(cell: Cell) -> float | None:
    """The value of a number that Excel keeps digit by digit; None for what is better shown as text."""
    if cell.kind not in (NUMBER, PERCENT):
        return None
    try:
        value = Decimal(cell.text)
    except InvalidOperation:
        return None
    if not value.is_finite() or len(value.as_tuple().digits) > EXCEL_DIGITS or abs(value.adjusted()) > 100:
        return None
    return float(value)


def _comment(mark: Mark) -> str:
    heading = "Критическое замечание." if mark.severity == "critical" else "Предупреждение."
    text = "\n".join((heading, *mark.texts))
    return text if len(text) <= COMMENT_LIMIT else f"{text[: COMMENT_LIMIT - 1]}…"


def _comment_options(mark: Mark) -> dict[str, Any]:
    lines = sum(len(text) // 42 + 1 for text in mark.texts) + 2
    return {
        "author": "Ориентир",
        "width": _COMMENT_WIDTH,
        "height": min(18 * lines + 10, 400),
        "font_size": 9,
        "color": CRITICAL if mark.severity == "critical" else WARNING,
    }


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of so many characters; letters are wider than digits."""
    fit = max(int(width * 0.9), 1)
    return sum(wrapped_lines(part, fit) for part in text.split("\n"))


def _width(sheet: SourceSheet, rows: Sequence[int], column: int) -> float:
    """Wide enough for the column's values; the titles at the top wrap."""
    longest = 0
    for row in rows:
        cell = sheet.grid.rows.get(row, {}).get(column)
        if cell is None or _is_heading(sheet, row):
            continue
        length = len(HIDDEN) if (row, column) in sheet.hidden else len(shown(cell))
        longest = max(longest, min(length, WIDEST_TITLE if row < ROWS_AT_TOP else WIDEST))
    return max(NARROWEST, min(longest + 2, WIDEST))
