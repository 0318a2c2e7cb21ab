"""What the readers of XLS and ODS find by themselves in a sheet, before calamine's values are laid beside it.

calamine returns values only: an error or a formula that was never computed comes back empty or as 0, and what
is hidden or shown as a percentage is not said at all. So each cell is looked at in the file itself as well. A
number, a date or an error is taken from there; a text is marked, and its content is calamine's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.forms.contract import column_letter
from ingest.readers.grid import TEXT, Area, Cell
from ingest.readers.limits import ReaderLimits
from ingest.readers.rules import RefusalError, Spot

# A text whose content calamine has to supply.
TEXT_HERE = Cell(TEXT, "")


@dataclass(slots=True)
class LegacySheet:
    """Non-empty cells of one sheet by row and column, and what is hidden or merged there."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Area] = field(default_factory=list)


class CellCounter:
    """Counts the cells of a whole file against the limits."""

    def __init__(self, limits: ReaderLimits) -> None:
        self._limits = limits
        self._left = limits.cells

    def add(self, sheet: LegacySheet, row: int, column: int, cell: Cell) -> None:
        """Puts a cell into its sheet. Raises :class:`RefusalError` beyond the limits."""
        limits = self._limits
        if row > limits.rows or column > limits.columns:
            address = f"{column_letter(column)}{row}"
            raise RefusalError(
                "READ.LIMIT",
                f"на листе «{sheet.name}» данные в ячейке {address}",
                f"до {limits.rows} строк и {limits.columns} столбцов",
                Spot(None, sheet.name, address, row),
            )
        self._left -= 1
        if self._left < 0:
            raise RefusalError("READ.LIMIT", "слишком много ячеек", f"до {limits.cells} ячеек")
        sheet.rows.setdefault(row, {})[column] = cell


def number_text(value: float) -> str:
    """A number as a workbook would write it: 24, 0.5."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
