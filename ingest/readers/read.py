"""From the bytes of one file to a :class:`ReadResult`. Bad input never raises: what is wrong is a finding."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from ingest.forms.contract import Field, FormContract, Section
from ingest.forms.guide import GUIDE_SHEET
from ingest.forms.template import LISTS_SHEET, META_SHEET
from ingest.periods import Period, UnknownPeriodError, parse_period
from ingest.readers import identify
from ingest.readers.content_type import detect
from ingest.readers.csv_reader import read_csv
from ingest.readers.grid import Grid, normalised
from ingest.readers.guide_sheet import is_own_guide
from ingest.readers.header import find_header
from ingest.readers.json_reader import read_json, read_json_card
from ingest.readers.layout import GridSections
from ingest.readers.leftovers import report_extra_cells, report_extra_sheet
from ingest.readers.legacy_process import legacy_grids
from ingest.readers.limits import ReaderLimits, configured_limits
from ingest.readers.result import CellMap, ExpectedSender, ReadResult, SectionRows
from ingest.readers.rules import FindingLog, RefusalError, Spot
from ingest.readers.section_plan import plan_of
from ingest.readers.time_limit import time_limit
from ingest.readers.xlsx import XlsxWorkbook

READER_VERSION = "2"
_PERIOD_EXAMPLES = {
    "school_year": "учебный год вида 2025-2026",
    "half_year": "полугодие вида 2025-H2",
    "quarter": "квартал вида 2025-Q4",
    "month": "месяц вида 2025-09",
}

# Pure, and the files of a batch name few periods.
_period = lru_cache(maxsize=256)(parse_period)

log_ = logging.getLogger(__name__)


def read_submission_file(
    data: bytes | Path,
    *,
    file_name: str,
    expected: ExpectedSender,
    limits: ReaderLimits | None = None,
) -> ReadResult:
    """Reads one file that an organisation sent.

    ``file_name`` is only for the log: what the file is, its bytes say. ``limits`` default to the settings.
    """
    log = FindingLog()
    result = ReadResult(findings=log.findings)
    try:
        bounds = limits or configured_limits()
        with time_limit(bounds.seconds):
            _read(data, expected, bounds, result, log)
    except RefusalError as refusal:
        log.add(refusal.rule_id, refusal.spot, refusal.received, refusal.expected)
        return ReadResult(
            form_code=result.form_code,
            form_version=result.form_version,
            findings=log.findings,
            unreadable=True,
        )
    except Exception:
        # A fault of ours must not stop the other organisations of the batch; the trace goes to the log.
        log_.exception("reading %r failed", file_name)
        log.add("READ.INTERNAL")
        return ReadResult(findings=log.findings, unreadable=True)
    return result


def _read(
    data: bytes | Path, expected: ExpectedSender, limits: ReaderLimits, result: ReadResult, log: FindingLog
) -> None:
    if isinstance(data, Path):
        with data.open("rb", buffering=0) as stream:
            content = content_of(stream, limits)
    else:
        content = data
    kind, package = detect(content, limits)
    if kind == "xlsx" and package is not None:
        contract = _read_workbook(_sheets(XlsxWorkbook(package, limits)), result, log)
    elif kind == "xls" or kind == "ods":  # noqa: PLR1714 - mypy narrows the kind this way
        contract = _read_workbook(legacy_grids(kind, content, limits), result, log)
    elif kind == "json":
        contract = _read_json_file(content, limits, result, log)
    else:
        contract = _read_csv_file(content, limits, result, log)
    result.form_code, result.form_version = contract.code, contract.version
    result.ogrn = _check_organisation(contract, expected, result, log)
    result.period_code = _check_period(contract, result, log)


def content_of(stream: BinaryIO, limits: ReaderLimits) -> bytes:
    """An opened file's bytes, one more than the limit at most: enough to see that it is too large.

    Asks for no more memory than the file has, which a limit of megabytes would for each of thousands.
    """
    wanted = min(os.fstat(stream.fileno()).st_size, limits.file_bytes + 1)
    content = stream.read(wanted)
    while len(content) < wanted and (more := stream.read(wanted - len(content))):
        content += more
    return content


def _sheets(workbook: XlsxWorkbook) -> Iterator[Grid]:
    for sheet in workbook.sheets:
        if not _is_own_list(sheet.name, sheet.visibility):
            yield workbook.grid(sheet)


def _is_own_list(name: str, visibility: str) -> bool:
    """The template's lists for its drop-downs. LibreOffice makes «very hidden» sheets hidden ones."""
    return name == LISTS_SHEET and visibility != "visible"


def _read_workbook(opened: Iterable[Grid], result: ReadResult, log: FindingLog) -> FormContract:
    grids: dict[str, Grid] = {}
    meta: Grid | None = None
    for grid in opened:
        name = grid.sheet or ""
        if name == META_SHEET:
            meta = grid
        elif not _is_own_list(name, grid.visibility):
            grids[name] = grid
    contract = identify.by_meta(meta) or identify.by_titles(grids)
    if GUIDE_SHEET in grids and is_own_guide(contract, grids[GUIDE_SHEET], meta):
        del grids[GUIDE_SHEET]
    result.form_code, result.form_version = contract.code, contract.version
    result.cell_count = sum(grid.cell_count for grid in grids.values())
    used = _sheets_of(contract, grids, log)
    readers: dict[str, GridSections] = {}
    for section in contract.sections:
        claimed = used.get(section.name)
        if claimed is None:
            sheets = ", ".join(f"«{other}»" for other in list(grids)[:10])
            log.add("READ.SHEET_MISSING", Spot(section.name, section.sheet), sheets, f"«{section.sheet}»")
            continue
        reader = readers.setdefault(claimed, GridSections(grids[claimed], log))
        _read_section(reader, section, section.header_row or 1, section.first_row or 1, result)
    for sheet, grid in grids.items():
        if sheet in readers:
            report_extra_cells(grid, readers[sheet].taken, log)
        else:
            report_extra_sheet(grid, log)
    return contract


def _sheets_of(contract: FormContract, grids: dict[str, Grid], log: FindingLog) -> dict[str, str]:
    """The sheet of each section: by its name, else by its header among the sheets nobody claimed."""
    used: dict[str, str] = {s.name: s.sheet for s in contract.sections if s.sheet in grids}  # type: ignore[misc]
    for section in contract.sections:
        if section.name in used:
            continue
        for name, grid in grids.items():
            if name in used.values():
                continue
            if normalised(name) == normalised(section.sheet or "") or _fits(section, grid):
                used[section.name] = name
                if name.strip() != section.sheet:
                    log.add("READ.SHEET_NAME", Spot(section.name, name), name, f"«{section.sheet}»")
                break
    return used


def _fits(section: Section, grid: Grid) -> bool:
    if section.layout != "card":
        header = find_header(section, grid, section.header_row or 1)
        return header is not None and len(header.columns) == len(section.fields)
    titles = {normalised(field.title) for field in section.fields}
    printed = {normalised(cell.text) for cells in grid.rows.values() for cell in cells.values()}
    return titles <= printed


def _read_section(
    reader: GridSections, section: Section, header_row: int, first_row: int, result: ReadResult
) -> None:
    """Reads one section at its expected place into the result."""
    read: tuple[SectionRows, CellMap]
    if section.layout == "card":
        read = reader.card(section, first_row)
    else:
        header = reader.header(section, header_row)
        if header is None:
            return
        shift = header.row - header_row
        read = (
            reader.matrix(section, header, first_row + shift)
            if section.layout == "matrix"
            else reader.table(section, header)
        )
    result.sections[section.name] = read[0]
    result.cell_maps.append(read[1])


def _read_csv_file(content: bytes, limits: ReaderLimits, result: ReadResult, log: FindingLog) -> FormContract:
    grid = read_csv(content, limits)
    contract = identify.by_first_line(grid)
    result.form_code, result.form_version = contract.code, contract.version
    result.cell_count = grid.cell_count
    reader = GridSections(grid, log)
    first = min(grid.rows)
    reader.take(first, frozenset((1, 2, 3)))
    line = first + 1
    for section in contract.sections:
        # A card's lines follow one another; an empty line stands before each table's header.
        _read_section(reader, section, line, line, result)
        line += len(section.fields) + 1
    report_extra_cells(grid, reader.taken, log)
    return contract


def _read_json_file(
    content: bytes, limits: ReaderLimits, result: ReadResult, log: FindingLog
) -> FormContract:
    document = read_json(content, limits)
    contract = identify.by_key(document)
    result.form_code, result.form_version = contract.code, contract.version
    for section in contract.sections:
        rows, cell_map, count = read_json_card(section, document, log)
        result.sections[section.name] = rows
        result.cell_maps.append(cell_map)
        result.cell_count += count
    return contract


def _check_organisation(
    contract: FormContract, expected: ExpectedSender, result: ReadResult, log: FindingLog
) -> str | None:
    found = _stated(contract, "organisation", result)
    if found is None:
        return None
    value, spot = found
    if value is not None and expected.ogrn is not None and value != expected.ogrn:
        log.add("READ.WRONG_ORG", spot, value, expected.ogrn)
    return value


def _check_period(contract: FormContract, result: ReadResult, log: FindingLog) -> str | None:
    found = _stated(contract, "period", result)
    if found is None:
        return None
    value, spot = found
    example = _PERIOD_EXAMPLES[contract.period_type]
    if value is None:
        if not any(f.field == spot.field and f.section == spot.section for f in result.findings):
            log.add("READ.NO_PERIOD", spot, None, example)
        return None
    try:
        period = _period(value)
    except UnknownPeriodError:
        log.add("READ.WRONG_PERIOD", spot, value, example)
        return None
    if period.period_type != contract.period_type:
        log.add("READ.WRONG_PERIOD", spot, value, example)
        return None
    _check_moment(contract, period, spot, log)
    return period.code


def _check_moment(contract: FormContract, period: Period, spot: Spot, log: FindingLog) -> None:
    from warehouse.clock import now

    if period.starts_on > now().date():
        log.add("READ.WRONG_PERIOD", spot, period.code, "период, который уже начался")
    elif not contract.in_force(period.starts_on):
        until = f" по {contract.valid_to:%d.%m.%Y}" if contract.valid_to else ""
        in_force = f"период с {contract.valid_from:%d.%m.%Y}{until}"
        log.add("READ.FORM_VERSION", spot, f"{contract.version} за {period.title_ru}", in_force)


def _stated(contract: FormContract, role: Any, result: ReadResult) -> tuple[str | None, Spot] | None:
    """What the card says in the field of a role, and where it stands; None where the card was not read."""
    place = contract.role_field(role)
    if place is None or place[0].name not in result.sections:
        return None
    section, field = place
    value = result.sections[section.name].rows[0][plan_of(section).raw_position(field.name)]
    return value, _spot(section, field, result)


def _spot(section: Section, field: Field, result: ReadResult) -> Spot:
    for cell_map in result.cell_maps:
        if cell_map.section == section.name:
            return Spot(
                section.name, cell_map.sheet, cell_map.fields.get(field.name), 0, field.name, field.title
            )
    return Spot(section.name, None, None, 0, field.name, field.title)
