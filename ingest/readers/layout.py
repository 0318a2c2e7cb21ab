"""Cards, matrices and tables: from a grid to the rows of a section, by the contract.

Every cell that a section takes is marked; what is left at the end is outside the form and becomes a finding
(:mod:`ingest.readers.leftovers`), so that no non-empty cell disappears silently.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.forms.contract import Field, Section
from ingest.forms.template import LABEL_HEADER, VALUE_HEADER
from ingest.readers.grid import TEXT, Area, Cell, Grid, normalised, ranges, shown
from ingest.readers.header import Header, find_header
from ingest.readers.result import CellMap, SectionRows
from ingest.readers.rules import FindingLog, Spot
from ingest.readers.section_plan import CardPlan, ColumnPlan, plan_of
from ingest.readers.time_limit import ROWS_BETWEEN_LOOKS, check_time
from ingest.readers.typed_row import RowTyper, blank_notes, notes_text
from ingest.readers.values import BLANK, Problem

_TOTAL = re.compile(r"\s*(?:итого|всего|итог)\b", re.IGNORECASE)
# What such a text may begin with (the last letter is an old form of «в»): one look tells nearly all others.
_TOTAL_STARTS = frozenset("иИвВ\u1c80" + "".join(filter(str.isspace, map(chr, range(0x3001)))))
_TOTAL_COLUMNS = 3
# How the hint below a sheet's title begins, in every version of the templates.
_HINT_STARTS = ("Заполните ", "Одна строка – ")
_MISSING_COLUMN = {"kind": "invalid", "text": ""}
_BLANK_NOTE = {"kind": "blank", "text": ""}
_NO_CELLS: dict[int, Cell] = {}


class GridSections:
    """Reads sections from one grid and remembers which cells belong to them."""

    def __init__(self, grid: Grid, log: FindingLog) -> None:
        self.grid = grid
        self.log = log
        self.taken: dict[int, frozenset[int]] = {}

    def take(self, row: int, columns: frozenset[int]) -> None:
        """Marks cells as read."""
        if row in self.taken:
            self.taken[row] = self.taken[row] | columns
        else:
            self.taken[row] = columns

    def card(self, section: Section, first_row: int) -> tuple[SectionRows, CellMap]:
        """Reads a card: labels in one column, values in another."""
        grid = self.grid
        plan = plan_of(section).card(first_row, grid.sheet is not None)
        cells = self._card_in_place(plan, first_row)
        if cells is not None:
            rows, addresses, places = plan.rows, plan.addresses, plan.places
        else:
            cells, rows = self._card_by_labels(section, first_row, plan)
            addresses = {name: grid.address(row, plan.value_column) for name, row in rows.items()}
            places = {n: f"строка {rows[n]}" if grid.sheet is None else addresses[n] for n in rows}
        for row in rows.values():
            self.take(row, plan.pair)
        top = min(rows.values(), default=first_row)
        self._take_heading(section, top, plan.label_column)
        for row in range(1, top):
            if self._holds(row, plan.label_column, LABEL_HEADER) and self._holds(
                row, plan.value_column, VALUE_HEADER
            ):
                self.take(row, plan.pair)
        self._check_card_visibility(section, rows, plan.value_column)
        values, personal = RowTyper(section, self.log, grid.sheet).card(cells, addresses, rows)
        cell_map = CellMap(section.name, "card", grid.sheet, first_row, places)
        return SectionRows([values], personal), cell_map

    def _card_in_place(self, plan: CardPlan, first_row: int) -> dict[str, Cell | None] | None:
        """The values by field name; None where a label does not stand in its row."""
        lines = self.grid.rows
        cells: dict[str, Cell | None] = {}
        for row, (name, title) in enumerate(plan.labels, start=first_row):
            line = lines.get(row, _NO_CELLS)
            label = line.get(plan.label_column)
            if label is None or label.text != title:
                return None
            cells[name] = line.get(plan.value_column)
        return cells

    def _card_by_labels(
        self, section: Section, first_row: int, plan: CardPlan
    ) -> tuple[dict[str, Cell | None], dict[str, int]]:
        """Values and rows of the labels that are found, wherever they stand."""
        grid, label_column = self.grid, plan.label_column
        elsewhere = self._labels(label_column)
        cells: dict[str, Cell | None] = {}
        rows: dict[str, int] = {}
        for row, field in enumerate(section.fields, start=first_row):
            at = row
            if not self._holds(row, label_column, field.title):
                places = elsewhere.get(normalised(field.title), [])
                if not places:
                    self._label_missing(section, field, row, label_column)
                    continue
                at = row if row in places else places[0]
                if at != row or len(places) > 1:
                    spot = self._spot(section, at, label_column, field)
                    rule = "READ.ROW_TWICE" if len(places) > 1 else "READ.LABEL_MOVED"
                    self.log.add(
                        rule, spot, received=grid.text(row, label_column), expected=f"«{field.title}»"
                    )
            cells[field.name] = grid.cell(at, plan.value_column)
            rows[field.name] = at
        return cells, rows

    def matrix(self, section: Section, header: Header, first_row: int) -> tuple[SectionRows, CellMap]:
        """Reads a matrix: its rows are known beforehand and found by their labels."""
        grid = self.grid
        plan = _columns(section, header)
        label_column = plan.label_column
        labels: dict[str, list[int]] | None = None
        if max(grid.rows, default=0) >= first_row + len(section.rows):
            labels = self._labels(label_column)  # more rows than expected: one may be there twice
        result = SectionRows()
        for expected, (code, label) in enumerate(section.rows.items(), start=first_row):
            row = expected
            if labels is not None or not self._holds(expected, label_column, label):
                if labels is None:
                    labels = self._labels(label_column)
                places = [r for r in labels.get(normalised(label), []) if r > header.row]
                spot = self._spot(section, expected, label_column, section.fields[0])
                if not places:
                    there = grid.text(expected, label_column)
                    self.log.add("READ.ROW_LABEL", spot, there, f"«{label}»")
                    if normalised(there) not in map(normalised, section.rows.values()):
                        self.take(expected, frozenset((label_column,)))
                    continue
                if len(places) > 1:
                    self.log.add("READ.ROW_TWICE", spot, None, f"«{label}»")
                row = expected if expected in places else places[0]
            self.take(row, plan.with_labels)
            result.rows.append(self._row(section, plan, row, code))
        self._finish_table(section, header.row, plan, result)
        return result, CellMap(section.name, "matrix", grid.sheet, first_row, plan.places(grid.sheet))

    def table(self, section: Section, header: Header) -> tuple[SectionRows, CellMap]:
        """Reads a table: every non-empty row below its header."""
        plan = _columns(section, header)
        columns = plan.columns
        result = SectionRows()
        first_columns = plan.first_columns[:_TOTAL_COLUMNS]
        for row, cells in self.grid.rows.items():
            if row <= header.row or columns.isdisjoint(cells):
                continue
            if row % ROWS_BETWEEN_LOOKS == 0:
                check_time()
            self.take(row, columns)
            total = self._total_label(cells, first_columns)
            if total is not None:
                column, text = total
                self.log.add("READ.TOTAL_ROW", self._spot(section, row, column, None), text)
                continue
            result.rows.append(self._row(section, plan, row))
        count = len(result.rows)
        if count < section.min_rows or (section.max_rows is not None and count > section.max_rows):
            bounds = f"от {section.min_rows} до {section.max_rows}"
            self.log.add("READ.ROW_COUNT", Spot(section.name, self.grid.sheet), str(count), bounds)
        self._finish_table(section, header.row, plan, result)
        sheet = self.grid.sheet
        return result, CellMap(section.name, "table", sheet, header.row + 1, plan.places(sheet))

    def header(self, section: Section, expected_row: int) -> Header | None:
        """Finds the header and logs what is wrong with it; None (and a finding) when there is none."""
        grid = self.grid
        header = find_header(section, grid, expected_row)
        if header is None:
            spot = Spot(section.name, grid.sheet, grid.address(expected_row, 1), expected_row)
            titles = ", ".join(f"«{field.title}»" for field in section.fields[:3])
            self.log.add("READ.HEADER", spot, grid.text(expected_row, 1), f"{titles} и других")
            return None
        if not header.is_exact:
            self._report_header(section, header, expected_row)
        self.take(header.row, frozenset(header.columns.values()))
        if grid.sheet is not None:
            self._take_heading(section, header.row, 1)
        return header

    def _report_header(self, section: Section, header: Header, expected_row: int) -> None:
        grid = self.grid
        columns = list(header.columns.values())
        moved = header.row != expected_row or columns != sorted(columns)
        for position, field in enumerate(section.fields, start=1):
            if field.name not in header.columns:
                spot = self._spot(section, header.row, position, field)
                self.log.add("READ.HEADER", spot, grid.text(header.row, position), f"«{field.title}»")
            elif header.columns[field.name] != position:
                moved = True
        for field in header.twice:
            spot = self._spot(section, header.row, header.columns[field.name], field)
            self.log.add("READ.HEADER_TWICE", spot, None, f"«{field.title}»")
        if moved and len(columns) == len(section.fields):
            spot = Spot(section.name, grid.sheet, grid.address(header.row, min(columns)), header.row)
            self.log.add("READ.HEADER_MOVED", spot, self._moved(section, header), f"строка {expected_row}")

    def _moved(self, section: Section, header: Header) -> str:
        """Where the header is now: its row, and the columns that do not stand in the template's order."""
        parts = [f"строка {header.row}"]
        for position, field in enumerate(section.fields, start=1):
            column = header.columns[field.name]
            if column != position:
                parts.append(f"«{field.title}» в столбце {self.grid.place(column)}")
        return ", ".join(parts[:6]) + ("…" if len(parts) > 6 else "")

    def _row(self, section: Section, plan: ColumnPlan, row: int, code: str | None = None) -> tuple[Any, ...]:
        """One typed row; ``code`` is what a matrix calls it, in place of its first field."""
        get = self.grid.rows.get(row, _NO_CELLS).get
        if code is None:
            fields, names, parsers = plan.fields, plan.names, plan.parsers
        else:
            fields, names, parsers = plan.fields[1:], plan.names[1:], plan.parsers[1:]
        values: list[Any] = [
            None if (cell := get(column)) is None else parse(cell) for column, parse in parsers
        ]
        notes = None
        if Problem in set(map(type, values)) or not plan.is_complete:
            found: dict[str, dict[str, str]] = {}
            for at, (column, field, _) in enumerate(fields):
                value = values[at]
                if value is None or value.__class__ is Problem:
                    found[field.name] = self._note(section, field, row, column, value)
                    values[at] = None
            notes = notes_text(found)
        elif None in values:
            notes = blank_notes(
                tuple([name for name, value in zip(names, values, strict=True) if value is None])
            )
        return (row, *values, notes) if code is None else (row, code, *values, notes)

    def _note(
        self, section: Section, field: Field, row: int, column: int, problem: Problem | None
    ) -> dict[str, str]:
        if column == 0:
            return _MISSING_COLUMN
        if problem is None or problem is BLANK:
            return _BLANK_NOTE
        typer = RowTyper(section, self.log, self.grid.sheet)
        cell = self.grid.cell(row, column)
        return typer.note(field, cell, problem, self.grid.address(row, column), row)

    def _total_label(self, cells: dict[int, Cell], columns: list[int]) -> tuple[int, str] | None:
        for column in columns:
            cell = cells.get(column)
            if cell is None or cell.kind != TEXT or cell.text[:1] not in _TOTAL_STARTS:
                continue
            if _TOTAL.match(cell.text):
                return column, shown(cell)
        return None

    def _finish_table(self, section: Section, header_row: int, plan: ColumnPlan, result: SectionRows) -> None:
        grid = self.grid
        if not result.rows or not (grid.merged or grid.hidden_rows or grid.hidden_columns or grid.is_hidden):
            return
        rows = [row[0] for row in result.rows]
        self._check_merged(section, Area(header_row, min(plan.columns), max(rows), max(plan.columns)))
        self._check_hidden(section, rows, list(plan.columns))

    def _check_merged(self, section: Section, area: Area) -> None:
        for merged in self.grid.merged:
            if (
                merged.last_row >= area.first_row
                and merged.first_row <= area.last_row
                and merged.last_column >= area.first_column
                and merged.first_column <= area.last_column
                and merged[:2] != merged[2:]
            ):
                spot = Spot(section.name, self.grid.sheet, str(merged), max(merged.first_row, area.first_row))
                self.log.add("READ.MERGED", spot, str(merged))

    def _check_card_visibility(self, section: Section, rows: dict[str, int], column: int) -> None:
        grid = self.grid
        if not (grid.merged or grid.hidden_rows or grid.hidden_columns or grid.is_hidden):
            return
        for merged in self.grid.merged:
            covered = [r for r in rows.values() if merged.first_row <= r <= merged.last_row]
            if len(covered) > 1 and merged.first_column <= column <= merged.last_column:
                self.log.add(
                    "READ.MERGED", Spot(section.name, self.grid.sheet, str(merged), covered[0]), str(merged)
                )
        self._check_hidden(section, list(rows.values()), [column])

    def _check_hidden(self, section: Section, rows: list[int], columns: list[int]) -> None:
        grid = self.grid
        spot = Spot(section.name, grid.sheet)
        if grid.is_hidden:
            self.log.add("READ.HIDDEN", spot, "весь лист")
        hidden = grid.hidden_rows.intersection(rows)
        if hidden:
            self.log.add("READ.HIDDEN", spot, f"строки {ranges(hidden)}")
        hidden_columns = grid.hidden_columns.intersection(columns)
        if hidden_columns:
            letters = ", ".join(grid.place(column) for column in sorted(hidden_columns))
            self.log.add("READ.HIDDEN", spot, f"столбцы {letters}")

    def _labels(self, column: int) -> dict[str, list[int]]:
        labels: dict[str, list[int]] = {}
        for row, cells in self.grid.rows.items():
            if column in cells:
                labels.setdefault(normalised(shown(cells[column])), []).append(row)
        return labels

    def _label_missing(self, section: Section, field: Field, row: int, label_column: int) -> None:
        spot = self._spot(section, row, label_column, field)
        self.log.add("READ.LABEL", spot, self.grid.text(row, label_column), f"«{field.title}»")

    def _take_heading(self, section: Section, above: int, column: int) -> None:
        """Title and hint above the form are the template's own; nothing else that stands there is."""
        ending = plan_of(section).heading_ends
        for row in range(1, above):
            cell = self.grid.cell(row, column)
            if cell is None or not cell.text.endswith(ending):
                continue
            self.take(row, frozenset((column,)))
            hint = self.grid.cell(row + 1, column)
            if row + 1 < above and hint is not None and hint.text.startswith(_HINT_STARTS):
                self.take(row + 1, frozenset((column,)))
            return

    def _spot(self, section: Section, row: int, column: int, field: Field | None) -> Spot:
        return Spot(
            section.name,
            self.grid.sheet,
            self.grid.address(row, column),
            row,
            None if field is None else field.name,
            None if field is None else field.title,
        )

    def _holds(self, row: int, column: int, text: str) -> bool:
        cells = self.grid.rows.get(row)
        cell = None if cells is None else cells.get(column)
        return cell is not None and cell.text == text


def _columns(section: Section, header: Header) -> ColumnPlan:
    plan = plan_of(section)
    return plan.exact if header.is_exact else ColumnPlan(plan.parsers, header.columns)
