"""(a) Reading and loading the S3 files of the demo against bare python-calamine + COPY and openpyxl +
COPY.

Two figures: reading alone (from a file to the cells of all sheets) and the whole (read, type, findings,
COPY). The baselines do the least that puts the same typed rows into the same tables: no preflight, no look at
what else lies in the workbook, no findings, no cell addresses, no ledger. They read only files without
faults, and so do we. Time is this process's processor time, and what is compared takes turns, so that other
work on the machine disturbs neither side more.
"""

from __future__ import annotations

import gc
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.measurement import Measurement
from bench.private_warehouse import private_warehouse

FORM = "S3"
FILES = 300
REPEATS = 7
OPENPYXL_REPEATS = 1
READ_GOAL = 1.6
WHOLE_GOAL = 2.0
# Ours in parts of openpyxl's: at least five times faster.
OPENPYXL_GOAL = 0.2

Rows = Iterable[tuple[Any, ...]]


def run() -> list[Measurement]:
    """Measure on ``FILES`` faultless S3 files, in seconds of processor time."""
    with private_warehouse():
        paths = _faultless_files()
        read = compared(lambda: _read_ours(paths), lambda: _read_all(paths, _calamine_sheets))
        whole = compared(lambda: _load_ours(paths), lambda: _load_bare(paths, _calamine_sheets))
        slow = compared(
            lambda: _load_ours(paths), lambda: _load_bare(paths, _openpyxl_sheets), OPENPYXL_REPEATS
        )
        rows = _count_rows()
    size: dict[str, float | int | str] = {"files": len(paths), "event_rows": rows}
    reading = f"read {len(paths)} S3 files"
    loading = f"read + type + findings + load of {len(paths)} S3 files"
    return [
        Measurement(
            "a", reading, "bare python-calamine", *read, "CPU s", READ_GOAL, size | _per_file(read[0], paths)
        ),
        Measurement(
            "a",
            loading,
            "bare python-calamine + COPY",
            *whole,
            "CPU s",
            WHOLE_GOAL,
            size | _per_file(whole[0], paths),
        ),
        Measurement("a", loading, "openpyxl + COPY", *slow, "CPU s", OPENPYXL_GOAL, size),
    ]


def compared(
    ours: Callable[[], object], baseline: Callable[[], object], times: int = REPEATS
) -> tuple[float, float]:
    """Processor seconds of both, taken in turns; their quotient is the median of the quotients of the turns.

    Both are called once before, so that neither pays for imports and first looks.
    """
    ours()
    baseline()
    pairs = [(_processor_seconds(ours), _processor_seconds(baseline)) for _ in range(times)]
    theirs = median(seconds for _, seconds in pairs)
    return theirs * median(mine / other for mine, other in pairs), theirs


def _processor_seconds(action: Callable[[], object]) -> float:
    gc.collect()  # what the other side left behind is not this one's cost
    began = time.process_time()
    action()
    return time.process_time() - began


def _per_file(seconds: float, paths: list[Path]) -> dict[str, float | int | str]:
    return {
        "milliseconds_per_file": round(1000 * seconds / len(paths), 2),
        "files_per_second": round(len(paths) / seconds),
    }


def _faultless_files() -> list[Path]:
    import csv

    from demo.generate import answer_key_dir, generate
    from warehouse.settings import get_settings

    settings = get_settings()
    generate(settings, scale=0.4, fault_rate=0.0)
    with (answer_key_dir(settings) / "files.csv").open(encoding="utf-8", newline="") as file:
        names = [
            row["source_uri"]
            for row in csv.DictReader(file)
            if row["form_code"] == FORM and not row["fault_id"]
        ]
    return [settings.inbox_dir / name for name in sorted(names)[:FILES]]


def _read_ours(paths: list[Path]) -> None:
    """The strict reader alone: preflight, then every sheet with kinds, formulas and visibility of cells."""
    from ingest.readers.content_type import detect
    from ingest.readers.limits import configured_limits
    from ingest.readers.xlsx import XlsxWorkbook

    limits = configured_limits()
    for path in paths:
        _, package = detect(path.read_bytes(), limits)
        if package is None:
            raise ValueError(f"{path} is not a workbook")
        workbook = XlsxWorkbook(package, limits)
        for sheet in workbook.sheets:
            workbook.grid(sheet)


def _read_all(paths: list[Path], sheets: Callable[[Path], dict[str, list[list[Any]]]]) -> None:
    for path in paths:
        sheets(path)


def _load_ours(paths: list[Path]) -> None:
    """What a pull does between landing and the ledger: read, find, type, COPY into raw."""
    from ingest.forms.catalogue import contract
    from ingest.readers.read import read_submission_file
    from ingest.readers.result import ExpectedSender
    from warehouse.connection import connect

    form = contract(FORM)
    results = []
    for path in paths:
        region, ogrn = path.parts[-3:-1]
        results.append(
            (
                uuid.uuid4(),
                read_submission_file(path, file_name=path.name, expected=ExpectedSender(region, ogrn)),
            )
        )
    with connect("loader") as connection:
        _empty(connection)
        for section in form.sections:
            columns = ["submission_id", "row_no", *(field.name for field in section.raw_fields), "notes"]
            _copy(
                connection,
                section.table,
                columns,
                ((key, *row) for key, result in results for row in result.sections[section.name].rows),
            )


def _load_bare(paths: list[Path], sheets: Callable[[Path], dict[str, list[list[Any]]]]) -> None:
    from ingest.forms.catalogue import contract
    from warehouse.connection import connect

    form = contract(FORM)
    collected: dict[str, list[tuple[Any, ...]]] = {section.name: [] for section in form.sections}
    for path in paths:
        key = uuid.uuid4()
        by_name = sheets(path)
        for section in form.sections:
            rows = by_name[section.sheet or ""]
            collected[section.name] += _typed(key, section, rows)
    with connect("loader") as connection:
        _empty(connection)
        for section in form.sections:
            columns = ["submission_id", "row_no", *(field.name for field in section.raw_fields)]
            _copy(connection, section.table, columns, collected[section.name])


def _typed(key: uuid.UUID, section: Any, rows: list[list[Any]]) -> Iterator[tuple[Any, ...]]:
    first = section.first_row or 1
    fields = section.raw_fields
    if section.layout == "card":
        values = [row[1] for row in rows[first - 1 : first - 1 + len(fields)]]
        yield (key, 0, *(_value(field, value) for field, value in zip(fields, values, strict=True)))
        return
    codes = {printed: code for code, printed in section.rows.items()} if section.rows else {}
    for number, row in enumerate(rows[first - 1 :], start=first):
        if not row or row[0] in (None, ""):
            break
        head = codes[row[0]] if codes else _value(fields[0], row[0])
        padded = [*row, *[None] * (len(fields) - len(row))]  # openpyxl leaves out empty cells at the end
        tail = (
            _value(field, value) for field, value in zip(fields[1:], padded[1 : len(fields)], strict=True)
        )
        yield (key, number, head, *tail)


def _value(field: Any, value: Any) -> Any:
    if value in (None, ""):
        return None
    if field.type == "integer":
        return int(value)
    if field.type == "boolean":
        return field.codes[value] == "true"
    if field.type == "code" and field.codes:
        return field.codes[value]
    if field.type == "date" and isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else str(value)


def _calamine_sheets(path: Path) -> dict[str, list[list[Any]]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _openpyxl_sheets(path: Path) -> dict[str, list[list[Any]]]:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        return {
            sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
        }
    finally:
        book.close()


def _empty(connection: Any) -> None:
    from psycopg import sql

    from ingest.forms.catalogue import contract

    for section in contract(FORM).sections:
        connection.execute(sql.SQL("delete from {}").format(sql.Identifier("raw", section.table)))


def _copy(connection: Any, table: str, columns: list[str], rows: Rows) -> None:
    from psycopg import sql

    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("raw", table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _count_rows() -> int:
    from psycopg import sql

    from ingest.forms.catalogue import contract
    from warehouse.connection import connect

    table = next(section.table for section in contract(FORM).sections if section.layout == "table")
    with connect("auditor") as connection:
        row = connection.execute(
            sql.SQL("select count(*) from {}").format(sql.Identifier("raw", table))
        ).fetchone()
    return int(row[0]) if row else 0
