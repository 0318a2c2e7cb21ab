"""(a) Reading and loading S3 files against bare python-calamine + COPY and openpyxl + COPY.

Three figures: ``read`` (from a file to the cells of all sheets), ``read + type + findings`` (to typed rows
and everything that is wrong), ``read + load`` (to rows in the raw tables). The baselines do the least: no
preflight, no look at what else lies in the workbook, no cell addresses, no findings; for loading they bring
the same typed rows into the same tables. They read only files without faults, and so do we; every file is
read once. What a pull adds for the ledger (cell maps, findings, attempts, events) is watched too.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bench.measurement import Measurement
from bench.private_warehouse import private_warehouse
from bench.s3_files import FORM, KIND, write_files, write_large_files
from bench.turns import Turns, take_turns

# Files of a share: for reading, and for loading as many as a pull loads in one transaction.
READ_SHARE, LOAD_SHARE = 60, 200
# openpyxl reads a tenth of the files: it takes ten times as long.
SLOW_FILES, SLOW_SHARE = 180, 30
LARGE_FILES, LARGE_SHARE, LARGE_EVENTS = 72, 6, 200
READ_GOAL = 1.6
TYPED_GOAL = 2.0
LOAD_GOAL = 1.6
# Ours in parts of openpyxl's: at least five times faster.
OPENPYXL_GOAL = 0.2

READ, TYPED, LOAD = "read", "read + type + findings", "read + load"
PULLED = "read + load + ledger (as a pull does)"
CALAMINE, OPENPYXL = "bare python-calamine", "bare openpyxl"
CALAMINE_COPY, OPENPYXL_COPY = "bare python-calamine + COPY", "openpyxl + COPY"

Rows = Iterable[tuple[Any, ...]]
Sheets = dict[str, list[list[Any]]]


def run() -> list[Measurement]:
    """Measure on files of the demo's size and on larger ones, in processor time."""
    from warehouse.settings import get_settings

    with private_warehouse() as folder:
        settings = get_settings()
        small = write_files(settings.registry_dir, settings.inbox_dir)
        large = write_large_files(folder / "large", LARGE_FILES, LARGE_EVENTS)
        submissions = _pulled(small)
        return [
            *_reading("S3 files of the demo", small, READ_SHARE),
            *_slow_reading("S3 files of the demo", small[:SLOW_FILES], SLOW_SHARE),
            *_loading("S3 files of the demo", small, LOAD_SHARE, submissions),
            *_slow_loading("S3 files of the demo", small[:SLOW_FILES], SLOW_SHARE),
            *_reading(f"S3 files of {LARGE_EVENTS} events", large, LARGE_SHARE),
            *_loading(f"S3 files of {LARGE_EVENTS} events", large, LARGE_SHARE, {}),
        ]


def _reading(files: str, paths: Sequence[Path], share: int) -> list[Measurement]:
    turns = take_turns(
        paths, share, {READ: _read, TYPED: _type, CALAMINE: lambda some: _read_bare(some, _calamine_sheets)}
    )
    return [
        _measured(turns, files, READ, CALAMINE, READ_GOAL),
        _measured(turns, files, TYPED, CALAMINE, TYPED_GOAL),
    ]


def _slow_reading(files: str, paths: Sequence[Path], share: int) -> list[Measurement]:
    turns = take_turns(
        paths, share, {TYPED: _type, OPENPYXL: lambda some: _read_bare(some, _openpyxl_sheets)}
    )
    return [_measured(turns, files, TYPED, OPENPYXL, OPENPYXL_GOAL)]


def _loading(
    files: str, paths: Sequence[Path], share: int, submissions: dict[Path, uuid.UUID]
) -> list[Measurement]:
    from warehouse.connection import connect

    with connect("loader") as connection, connect("owner") as owner:
        actions: dict[str, Callable[[Sequence[Path]], object]] = {
            LOAD: lambda some: _load(connection, some),
            CALAMINE_COPY: lambda some: _load_bare(connection, some, _calamine_sheets),
        }
        if submissions:
            actions[PULLED] = lambda some: _pull(connection, [submissions[path] for path in some])
        turns = take_turns(paths, share, actions, lambda: _empty(owner))
    goals = {LOAD: LOAD_GOAL, PULLED: None}
    return [
        _measured(turns, files, name, CALAMINE_COPY, goal) for name, goal in goals.items() if name in actions
    ]


def _slow_loading(files: str, paths: Sequence[Path], share: int) -> list[Measurement]:
    from warehouse.connection import connect

    with connect("loader") as connection, connect("owner") as owner:
        turns = take_turns(
            paths,
            share,
            {
                LOAD: lambda some: _load(connection, some),
                OPENPYXL_COPY: lambda some: _load_bare(connection, some, _openpyxl_sheets),
            },
            lambda: _empty(owner),
        )
    return [_measured(turns, files, LOAD, OPENPYXL_COPY, OPENPYXL_GOAL)]


def _measured(turns: Turns, files: str, what: str, against: str, goal: float | None) -> Measurement:
    baseline = turns.milliseconds(against)
    ratio, clock = turns.ratio(what, against), turns.clock_ratio(what, against)
    speed, bare = turns.files_per_second(what), turns.files_per_second(against)
    return Measurement(
        "a",
        f"{what}: {files}",
        against,
        ratio * baseline,
        baseline,
        "ms/file",
        goal,
        {
            "files": turns.files,
            "turns": turns.shares,
            "files_per_second": round(speed),
            "files_per_second_of_baseline": round(bare),
            "ratio_by_the_clock": round(clock, 2),
        },
        f"{speed:,.0f} files/s, baseline {bare:,.0f}; by the clock {clock:.2f}",
    )


def _pulled(paths: Sequence[Path]) -> dict[Path, uuid.UUID]:
    """Pull the files once; the submission that each became."""
    from orientir import steps
    from warehouse.connection import connect
    from warehouse.settings import get_settings

    for shard in steps.plan_pull(KIND, "all"):
        steps.pull_shard(shard)
    with connect("auditor") as connection:
        rows = connection.execute(
            "select r.source_uri, s.submission_id from ledger.submission as s"
            " join ledger.receipt as r using (receipt_id)"
        ).fetchall()
    with connect("owner") as owner:
        _empty(owner)
    by_name: dict[str, Any] = dict(rows)
    return {path: by_name[str(path.relative_to(get_settings().inbox_dir))] for path in paths}


def _read(paths: Sequence[Path]) -> None:
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


def _type(paths: Sequence[Path]) -> list[Any]:
    """Typed rows, cell maps and findings of every file."""
    from ingest.readers.read import read_submission_file
    from ingest.readers.result import ExpectedSender

    results = []
    for path in paths:
        region, ogrn = path.parts[-3:-1]
        result = read_submission_file(path, file_name=path.name, expected=ExpectedSender(region, ogrn))
        if result.unreadable or result.findings:
            raise ValueError(f"{path} is not faultless: {result.findings}")
        results.append(result)
    return results


def _read_bare(paths: Sequence[Path], sheets: Callable[[Path], Sheets]) -> None:
    for path in paths:
        sheets(path)


def _load(connection: Any, paths: Sequence[Path]) -> None:
    """Read, find, type, COPY into the raw tables."""
    from ingest.forms.catalogue import contract

    results = [(uuid.uuid4(), result) for result in _type(paths)]
    for section in contract(FORM).sections:
        columns = ["submission_id", "row_no", *(field.name for field in section.raw_fields), "notes"]
        rows = ((key, *row) for key, result in results for row in result.sections[section.name].rows)
        _copy(connection, section.table, columns, rows)
    connection.commit()


def _pull(connection: Any, submissions: Sequence[uuid.UUID]) -> None:
    from ingest.loading import read_and_load

    read_and_load(connection, submissions)


def _load_bare(connection: Any, paths: Sequence[Path], sheets: Callable[[Path], Sheets]) -> None:
    from ingest.forms.catalogue import contract

    form = contract(FORM)
    collected: dict[str, list[tuple[Any, ...]]] = {section.name: [] for section in form.sections}
    for path in paths:
        key = uuid.uuid4()
        by_name = sheets(path)
        for section in form.sections:
            rows = by_name[section.sheet or ""]
            collected[section.name] += _typed(key, section, rows)
    for section in form.sections:
        columns = ["submission_id", "row_no", *(field.name for field in section.raw_fields)]
        _copy(connection, section.table, columns, collected[section.name])
    connection.commit()


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


def _calamine_sheets(path: Path) -> Sheets:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _openpyxl_sheets(path: Path) -> Sheets:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        return {
            sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets
        }
    finally:
        book.close()


def _empty(owner: Any) -> None:
    """As if the files had landed and nobody had read them."""
    from psycopg import sql

    from ingest.forms.catalogue import contract

    tables = [("raw", section.table) for section in contract(FORM).sections]
    for table in (*tables, ("ledger", "cell_map"), ("ledger", "finding")):
        owner.execute(sql.SQL("delete from {}").format(sql.Identifier(*table)))
    owner.execute("update ledger.submission set state = 'received' where state <> 'received'")
    owner.commit()


def _copy(connection: Any, table: str, columns: list[str], rows: Rows) -> None:
    from psycopg import sql

    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("raw", table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
