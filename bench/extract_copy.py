"""(f) An extract's files against ``COPY ... TO`` of the same rows: half a million rows of a public mart.

The baseline is what the database alone needs to write the rows as CSV to a file. Parquet and the CSV for
Excel are made from rows that were read before, and are only watched. What counts is processor time, ours and
that of the database's process, so that other work on the machine does not.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from psycopg import Connection, sql

from bench.measurement import Measurement
from bench.private_warehouse import private_warehouse

ROWS = 500_000
TURNS = 4
GOAL = 1.5
MODEL = "event_municipality_public"

FILL = """
create table public_marts.event_municipality_public as
select
    'tyumen'::text as region_code,
    '2026-Q2'::text as period_code,
    (71000000 + n / 10)::text as municipality_code,
    'Муниципальный район ' || n / 10 as municipality_name,
    'вид ' || n % 10 as activity_kind,
    n % 97 as events,
    n % 31 as events_with_employer,
    case when n % 17 > 0 then n % 4001 end as participations,
    n % 17 = 0 as is_suppressed
from generate_series(1, {}) as n
"""

COPY = """
copy (
    select {} from public_marts.event_municipality_public
    where region_code = 'tyumen' and period_code = '2026-Q2'
    order by municipality_code, period_code, activity_kind
) to stdout with (format csv, header)
"""


def run() -> list[Measurement]:
    """Measure the CSV for programs, the CSV for Excel and Parquet."""
    from publish.extract.contracts import load_recipients
    from publish.extract.datasets import find_period, read_content
    from publish.extract.parquet import parquet_bytes
    from warehouse.connection import connect

    datasets = load_recipients()["education_ministry"].datasets
    dataset = next(dataset for dataset in datasets if dataset.model == MODEL)
    period = find_period("2026-Q2")
    columns = sql.SQL(", ").join(sql.Identifier(column) for column in dataset.columns)
    with private_warehouse() as folder:
        with connect("transformer") as connection:
            connection.execute(sql.SQL(FILL).format(sql.Literal(ROWS)))
        with connect("ministry") as connection:
            path = folder / "extract.csv"

            def extract() -> None:
                content = read_content(connection, dataset, "tyumen", period)
                path.write_bytes(content.csv_bytes)

            def copy() -> None:
                _copy(connection, sql.SQL(COPY).format(columns), folder / "copy.csv")

            backend = connection.info.backend_pid
            turns = [(_effort(copy, backend), _effort(extract, backend)) for _ in range(TURNS)]
            baseline, value = (min(seconds) for seconds in zip(*turns, strict=True))
            content = read_content(connection, dataset, "tyumen", period)
        _require_equal(folder / "copy.csv", path)
        parquet = _effort(lambda: (folder / "extract.parquet").write_bytes(parquet_bytes(content)))
        excel = _effort(lambda: (folder / "excel.csv").write_bytes(content.excel_bytes))
        detail: dict[str, float | int | str] = {
            "rows": ROWS,
            "bytes": path.stat().st_size,
            "rows_per_processor_second": round(ROWS / value),
        }
    against = "COPY … TO of the same rows"
    return [
        Measurement("f", "extract as CSV", against, value, baseline, goal=GOAL, detail=detail),
        Measurement("f", "extract as Parquet", against, parquet, baseline, note="rows already read"),
        Measurement("f", "extract as CSV for Excel", against, excel, baseline, note="rows already read"),
    ]


def _copy(connection: Connection[Any], statement: sql.Composed, path: Path) -> None:
    with connection.cursor() as cursor, path.open("wb") as stream, cursor.copy(statement) as blocks:
        for block in blocks:
            stream.write(block)


def _effort(work: Callable[[], object], backend: int | None = None) -> float:
    """Processor seconds of this process and of a process of the database."""
    began = time.process_time() + _of_backend(backend)
    work()
    return time.process_time() + _of_backend(backend) - began


def _of_backend(pid: int | None) -> float:
    """What a process has used so far, in user and system mode; proc(5) counts it in ticks."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _require_equal(copied: Path, written: Path) -> None:
    """The same rows: the extract writes booleans in words."""
    words = {b"t": b"true", b"f": b"false"}
    for left, right in zip(copied.read_bytes().splitlines(), written.read_bytes().splitlines(), strict=True):
        head, _, last = left.rpartition(b",")
        if head + b"," + words.get(last, last) != right:
            raise RuntimeError(f"the extract says {right!r}, COPY says {left!r}")
