"""The submitter's own sheets as the protocol may show them: without personal data, without foreign sheets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.forms.catalogue import load_contracts
from ingest.forms.contract import column_number
from ingest.readers.grid import PERSONAL, Grid
from ingest.readers.grids import JSON_VALUE_COLUMN, file_grids, is_json_grid
from ingest.readers.personal_data import titles_personal
from ingest.readers.result import CellMap
from ingest.readers.rules import RefusalError
from publish.feedback.discretion import PERSONAL_RULE
from publish.feedback.places import cells_of
from publish.ledger_queries import Finding

HIDDEN = "скрыто: персональные данные"
NOT_OF_THE_FORM = frozenset({"READ.EXTRA_SHEET"})

log = logging.getLogger(__name__)

Place = tuple[int, int]
Places = Callable[[str], tuple[Place, ...]]


@dataclass(frozen=True)
class Mark:
    """What is wrong with one cell."""

    severity: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class SourceSheet:
    """One sheet to be copied: its cells, the places that must not be shown, the marks of the findings."""

    title: str
    grid: Grid
    hidden: frozenset[Place] = frozenset()
    marks: Mapping[Place, Mark] = field(default_factory=dict)
    has_critical: bool = False


def source_sheets(
    content: bytes, form_code: str | None, cell_maps: Sequence[CellMap], findings: Sequence[Finding]
) -> list[SourceSheet]:
    """The sheets of the form in the order of the file; none for a file that cannot be opened.

    Sheets that are not part of the form are not shown: nobody knows what stands there.
    """
    try:
        grids = file_grids(content)
    except RefusalError:
        return []
    except Exception:
        # The protocol goes out without the copy, as the file was answered without having been read.
        log.exception("the sheets of a file cannot be copied into its protocol")
        return []
    foreign = {f.sheet for f in findings if f.rule_id in NOT_OF_THE_FORM}
    own = {item.sheet for item in cell_maps} | {f.sheet for f in findings if f.cell is not None} - foreign
    shown = [grid for grid in grids if grid.sheet is None or grid.sheet in own]
    return [_source_sheet(grid, form_code, cell_maps, findings) for grid in shown]


def _source_sheet(
    grid: Grid, form_code: str | None, cell_maps: Sequence[CellMap], findings: Sequence[Finding]
) -> SourceSheet:
    said = [f for f in findings if f.sheet == grid.sheet]
    maps = [item for item in cell_maps if item.sheet == grid.sheet]
    places: Places = cells_of
    title = grid.sheet if grid.sheet is not None else "Файл CSV"
    if is_json_grid(grid):
        paths = {cells[1].text: row for row, cells in grid.rows.items()}

        def places_of_paths(address: str) -> tuple[Place, ...]:
            return ((paths[address], JSON_VALUE_COLUMN),) if address in paths else ()

        places = places_of_paths
        title = "Файл JSON"
    gathered: dict[Place, list[Finding]] = {}
    hidden = {
        (row, column)
        for row, cells in grid.rows.items()
        for column, cell in cells.items()
        if cell.kind == PERSONAL
    }
    hidden.update(_personal_fields(form_code, maps, places))
    for finding in said:
        for place in places(finding.cell or ""):
            gathered.setdefault(place, []).append(finding)
            if finding.rule_id == PERSONAL_RULE:
                hidden.add(place)
    if any(f.rule_id == PERSONAL_RULE for f in said):
        hidden |= _outside(grid, maps, places)
    return SourceSheet(
        title=title,
        grid=grid,
        hidden=frozenset(hidden),
        marks={place: _mark(listed) for place, listed in gathered.items()},
        has_critical=any(f.severity == "critical" for f in said),
    )


def _mark(findings: Iterable[Finding]) -> Mark:
    listed = list(findings)
    severity = "critical" if any(f.severity == "critical" for f in listed) else "warning"
    return Mark(severity, tuple(dict.fromkeys(f"{f.message} {f.hint}".strip() for f in listed)))


def _personal_fields(form_code: str | None, maps: Sequence[CellMap], places: Places) -> set[Place]:
    """Where the form itself asks for a person's name or phone."""
    contract = load_contracts().get(form_code or "")
    if contract is None:
        return set()
    known = {section.name: section for section in contract.sections}
    found: set[Place] = set()
    for item in maps:
        if item.section in known:
            for personal in known[item.section].personal_fields:
                # the label of a CSV card stays, its value goes
                found.update(places(item.fields.get(personal.name, ""))[-1:])
    return found


def _outside(grid: Grid, maps: Sequence[CellMap], places: Places) -> set[Place]:
    """Cells that no section of the form reads: names may stand there beside what betrayed them."""
    header_of: dict[int, int] = {}
    single: set[Place] = set()
    for item in maps:
        for address in item.fields.values():
            if item.layout == "card":
                single.update(places(address))
            else:
                column = int(address) if address.isdecimal() else column_number(address)
                header = max((item.first_row or 1) - 1, 1)
                header_of[column] = min(header_of.get(column, header), header)
    single |= {(row, column - 1) for row, column in single}
    first = min((item.first_row or 1 for item in maps), default=1)
    found = set()
    for row, cells in grid.rows.items():
        for column, cell in cells.items():
            is_read = (row, column) in single or row >= header_of.get(column, row + 1)
            # the title and the hint of the template, or the first line of a CSV or JSON file
            is_heading = (row < first and column == 1) or (grid.sheet is None and row == 1)
            if not is_read and (not is_heading or titles_personal(cell.text)):
                found.add((row, column))
    return found
