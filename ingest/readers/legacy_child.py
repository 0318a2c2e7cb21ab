"""The child process that reads XLS and ODS: one file after another from stdin, answers as JSON to stdout.

Started by :mod:`ingest.readers.legacy_process`, never by hand. Before the first file it gives up what it will
not need: memory beyond the limit, writing files, core dumps. It sees no settings or secrets of the parent.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
from typing import Any, BinaryIO

import python_calamine  # noqa: F401 - before the limits and before the first file

from ingest.readers.grid import Grid
from ingest.readers.legacy_workbook import read_legacy
from ingest.readers.limits import ReaderLimits
from ingest.readers.rules import RefusalError

# Written once, when everything is imported: a child that never says it was broken before any file came.
READY = b"ready"
LENGTH = struct.Struct("<Q")


def main() -> None:
    """Serves files until stdin is closed. The only argument is the memory limit in bytes."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    target.write(READY)
    target.flush()
    while (request := _frame(source)) is not None:
        data = _frame(source)
        if data is None:
            return
        answer = json.dumps(_answer(json.loads(request), data), ensure_ascii=True).encode("ascii")
        target.write(LENGTH.pack(len(answer)) + answer)
        target.flush()


def _frame(source: BinaryIO) -> bytes | None:
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    return source.read(LENGTH.unpack(head)[0])


def _answer(request: dict[str, Any], data: bytes) -> dict[str, Any]:
    try:
        grids = read_legacy(request["kind"], data, ReaderLimits(**request["limits"]))
        return {"grids": [_plain(grid) for grid in grids]}
    except RefusalError as refusal:
        spot = refusal.spot
        where = None if spot is None else [spot.sheet, spot.cell, spot.row_no]
        return {"refusal": [refusal.rule_id, refusal.received, refusal.expected, where]}
    except MemoryError:
        return {"memory": True}
    except (
        IndexError,
        ValueError,
        KeyError,
        TypeError,
        OverflowError,
        ArithmeticError,
        struct.error,
    ) as problem:
        # A record cut short or a number out of range: the file's fault, and the next file is waiting.
        return {"damaged": f"{type(problem).__name__}: {problem}"}


def _plain(grid: Grid) -> dict[str, Any]:
    return {
        "sheet": grid.sheet,
        "visibility": grid.visibility,
        "rows": [
            [row, [[column, *cell] for column, cell in cells.items()]] for row, cells in grid.rows.items()
        ],
        "hidden_rows": sorted(grid.hidden_rows),
        "hidden_columns": sorted(grid.hidden_columns),
        "merged": grid.merged,
    }


if __name__ == "__main__":
    main()
