"""What is in the file but not in the form: said, never dropped silently."""

from __future__ import annotations

from ingest.readers.grid import PERSONAL, Cell, Grid, shown
from ingest.readers.personal_data import titles_personal
from ingest.readers.rules import FindingLog, Spot

MAX_FINDINGS_PER_SHEET = 20
Place = tuple[int, int]


def report_extra_cells(grid: Grid, taken: dict[int, set[int]], log: FindingLog) -> None:
    """One finding per vertical run of cells that no section took; personal data one by one."""
    left: dict[Place, Cell] = {}
    for row, cells in grid.rows.items():
        extra = cells.keys() - taken.get(row, set())
        for column in extra:
            left[(column, row)] = cells[column]
    if not left:
        return
    personal_columns = {column for (column, _), cell in left.items() if _is_personal(cell)}
    runs = _runs(sorted(left))
    for run in runs[:MAX_FINDINGS_PER_SHEET]:
        _report(grid, run, left, log, run[0][0] in personal_columns)
    rest = [place for run in runs[MAX_FINDINGS_PER_SHEET:] for place in run]
    if rest:
        column, row = rest[0]
        spot = Spot(None, grid.sheet, grid.address(row, column), row)
        if any(place[0] in personal_columns for place in rest):
            log.add("READ.PERSONAL_DATA", spot)
        else:
            log.add("READ.EXTRA_CELL", spot, f"{shown(left[rest[0]])}… и ещё ячеек: {len(rest) - 1}")


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


def _report(grid: Grid, run: list[Place], left: dict[Place, Cell], log: FindingLog, personal: bool) -> None:
    column, row = run[0]
    address = grid.address(row, column)
    if len(run) > 1:
        last = grid.address(run[-1][1], column)
        address = (
            f"{address}:{last}" if grid.sheet is not None else f"строки {row}–{run[-1][1]}, столбец {column}"
        )
    spot = Spot(None, grid.sheet, address, row)
    if personal:
        log.add("READ.PERSONAL_DATA", spot)
        return
    received = shown(left[run[0]])
    if len(run) > 1:
        received += f"… (ячеек: {len(run)})"
    log.add("READ.EXTRA_CELL", spot, received)


def _is_personal(cell: Cell) -> bool:
    return cell.kind == PERSONAL or titles_personal(cell.text)


def _runs(places: list[Place]) -> list[list[Place]]:
    runs: list[list[Place]] = []
    for place in places:
        if runs and runs[-1][-1] == (place[0], place[1] - 1):
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs
