"""What is in the file but not in the form: said, never dropped silently."""

from __future__ import annotations

from ingest.readers.grid import PERSONAL, Area, Cell, Grid, ranges, shown
from ingest.readers.personal_data import titles_personal
from ingest.readers.rules import FindingLog, Spot

MAX_FINDINGS_PER_SHEET = 20
_NONE: frozenset[int] = frozenset()
Place = tuple[int, int]


def report_extra_cells(grid: Grid, taken: dict[int, frozenset[int]], log: FindingLog) -> None:
    """One finding per rectangle of cells that no section took; personal data are not quoted."""
    left: dict[Place, Cell] = {}
    for row, cells in grid.rows.items():
        known = taken.get(row, _NONE)
        if not known.issuperset(cells):
            for column in cells.keys() - known:
                left[(column, row)] = cells[column]
    if not left:
        return
    personal_columns = {column for (column, _), cell in left.items() if _is_personal(cell)}
    blocks = _blocks(sorted(left), personal_columns)
    for block in blocks[:MAX_FINDINGS_PER_SHEET]:
        _report(grid, block, left, log, block.first_column in personal_columns)
    rest = blocks[MAX_FINDINGS_PER_SHEET:]
    if rest:
        first = min(rest, key=lambda block: block.first_column not in personal_columns)
        spot = Spot(None, grid.sheet, grid.address(first.first_row, first.first_column), first.first_row)
        if first.first_column in personal_columns:
            log.add("READ.PERSONAL_DATA", spot)
        else:
            count = sum(_size(block) for block in rest) - 1
            shown_first = shown(left[(first.first_column, first.first_row)])
            log.add("READ.EXTRA_CELL", spot, f"{shown_first}… и ещё ячеек: {count}")


def report_extra_sheet(grid: Grid, log: FindingLog) -> None:
    """A sheet that the form does not have; empty ones are nobody's business."""
    if not grid.rows:
        return
    personal = [
        (row, column)
        for row, cells in grid.rows.items()
        for column, cell in cells.items()
        if _is_personal(cell)
    ]
    if personal:
        row, column = personal[0]
        log.add("READ.PERSONAL_DATA", Spot(None, grid.sheet, grid.address(row, column), row))
    log.add("READ.EXTRA_SHEET", Spot(None, grid.sheet), f"{grid.sheet}")


def _report(grid: Grid, block: Area, left: dict[Place, Cell], log: FindingLog, personal: bool) -> None:
    spot = Spot(None, grid.sheet, _address(grid, block), block.first_row)
    if personal:
        log.add("READ.PERSONAL_DATA", spot)
        return
    received = shown(left[(block.first_column, block.first_row)])
    if _size(block) > 1:
        received += f"… (ячеек: {_size(block)})"
    log.add("READ.EXTRA_CELL", spot, received)


def _address(grid: Grid, block: Area) -> str:
    if grid.sheet is not None:
        return str(block)
    if _size(block) == 1:
        return grid.address(block.first_row, block.first_column)
    rows = ranges(range(block.first_row, block.last_row + 1))
    return f"строки {rows}, столбцы {ranges(range(block.first_column, block.last_column + 1))}"


def _size(block: Area) -> int:
    return (block.last_row - block.first_row + 1) * (block.last_column - block.first_column + 1)


def _is_personal(cell: Cell) -> bool:
    return cell.kind == PERSONAL or titles_personal(cell.text)


def _blocks(places: list[Place], personal_columns: set[int]) -> list[Area]:
    """Full rectangles of cells: vertical runs first, then neighbours of the same rows joined.

    A column with personal data stays by itself, so that nothing beside it hides behind its finding.
    """
    runs: list[Area] = []
    for column, row in places:
        last = runs[-1] if runs else None
        if last is not None and (last.first_column, last.last_row) == (column, row - 1):
            runs[-1] = last._replace(last_row=row)
        else:
            runs.append(Area(row, column, row, column))
    blocks: list[Area] = []
    for run in sorted(runs, key=lambda r: (r.first_row, r.last_row, r.first_column)):
        last = blocks[-1] if blocks else None
        if (
            last is not None
            and (last.first_row, last.last_row, last.last_column)
            == (run.first_row, run.last_row, run.first_column - 1)
            and not personal_columns & {last.first_column, run.first_column}
        ):
            blocks[-1] = last._replace(last_column=run.first_column)
        else:
            blocks.append(run)
    return blocks
