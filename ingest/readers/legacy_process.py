"""Hands XLS and ODS files to a child process with limits on memory and time, and takes cells back.

A few kilobytes can make the library that reads these formats swallow all memory or abort the process
(calamine: a cell at XFD1048576). One child serves many files; when it dies, or takes too long and is
ended, the file in its hands gets a finding and the next file gets a new child.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from ingest.readers.grid import Area, Cell, Grid
from ingest.readers.legacy_child import LENGTH, READY
from ingest.readers.legacy_workbook import LegacyKind
from ingest.readers.limits import ReaderLimits
from ingest.readers.rules import RefusalError, Spot

_ROOT = Path(__file__).parents[2]
# -I: neither the current folder nor the environment decides what the child imports.
_START = "import sys; sys.path.insert(0, {root!r}); from ingest.readers.legacy_child import main; main()"
_MEGABYTE = 1024 * 1024
_SECONDS_TO_START = 60.0
_LONGEST_ANSWER = 1024 * _MEGABYTE

logger = logging.getLogger(__name__)


class ChildNotStartedError(Exception):
    """The child process does not start; its own message went to stderr."""


class _TooLongError(Exception):
    pass


class _DiedError(Exception):
    pass


class LegacyReader:
    """One child process, started when the first file comes and again after each death."""

    def __init__(self, memory_bytes: int, seconds: float) -> None:
        self._memory = memory_bytes
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()

    @property
    def process_id(self) -> int | None:
        """The child's process id while there is one."""
        return None if self._child is None else self._child.pid

    def read(self, kind: LegacyKind, data: bytes, limits: ReaderLimits) -> list[Grid]:
        """The sheets of a file.

        Raises :class:`RefusalError`, also for a file that the child did not survive, and
        :class:`ChildNotStartedError` when no child can be had: that is not the file's fault.
        """
        request = json.dumps({"kind": kind, "limits": asdict(limits)}).encode()
        with self._lock:
            answer = self._answer(request, data)
        if answer.get("memory"):
            raise self._too_much_memory()
        if "damaged" in answer:
            logger.info("a %s file is damaged: %s", kind, answer["damaged"])
            raise RefusalError("READ.UNREADABLE", "файл повреждён или загружен не полностью")
        if "refusal" in answer:
            rule_id, received, expected, where = answer["refusal"]
            raise RefusalError(rule_id, received, expected, None if where is None else Spot(None, *where))
        return [_grid(plain) for plain in answer["grids"]]

    def close(self) -> None:
        """Ends the child, if there is one that this process has started."""
        child, self._child = self._child, None
        if child is None or self._owner != os.getpid():
            return
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                stream.close()

    def _answer(self, request: bytes, data: bytes) -> dict[str, Any]:
        for _ in range(2):
            child, is_new = self._running()
            try:
                return self._ask(child, request, data)
            except _TooLongError:
                self.close()
                raise RefusalError(
                    "READ.LIMIT", f"чтение дольше {self._seconds:g} с", f"до {self._seconds:g} с"
                ) from None
            except (_DiedError, OSError):
                refusal = self._obituary()
                # An older child may have died of something else than this file: a new one tells.
                if is_new:
                    raise refusal from None
        raise refusal

    def _running(self) -> tuple[subprocess.Popen[bytes], bool]:
        """The child, and whether it has just been started."""
        # After a fork the child belongs to the parent: two processes must not talk through one pipe.
        is_new = self._child is None or self._owner != os.getpid() or self._child.poll() is not None
        if is_new or self._child is None:
            self._owner = os.getpid()
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-c", _START.format(root=str(_ROOT)), str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={"LC_ALL": "C.UTF-8"},
                cwd="/",
                bufsize=0,
            )
            self._await_ready(self._child)
        return self._child, is_new

    def _await_ready(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _SECONDS_TO_START
        try:
            ready = child.stdout is not None and _received(child.stdout, len(READY), deadline) == READY
        except (_DiedError, _TooLongError, OSError):
            ready = False
        if not ready:
            self.close()
            raise ChildNotStartedError(
                "the child process that reads XLS and ODS did not start: see its message above; "
                "is ORIENTIR_MAX_LEGACY_MEMORY_BYTES large enough?"
            )

    def _ask(self, child: subprocess.Popen[bytes], request: bytes, data: bytes) -> dict[str, Any]:
        deadline = time.monotonic() + self._seconds
        source, target = child.stdout, child.stdin
        if source is None or target is None:
            raise _DiedError
        for frame in (request, data):
            _send(target, LENGTH.pack(len(frame)) + frame)
        length = LENGTH.unpack(_received(source, LENGTH.size, deadline))[0]
        if length > _LONGEST_ANSWER:
            raise _DiedError
        answer: dict[str, Any] = json.loads(_received(source, length, deadline))
        return answer

    def _obituary(self) -> RefusalError:
        child = self._child
        code = None if child is None else child.wait()
        self.close()
        logger.warning("the child that reads XLS and ODS ended with %s", code)
        if code in (-signal.SIGABRT, -signal.SIGKILL):
            return self._too_much_memory()
        return RefusalError("READ.UNREADABLE", "файл останавливает программу чтения")

    def _too_much_memory(self) -> RefusalError:
        allowed = f"до {self._memory // _MEGABYTE} МБ памяти"
        return RefusalError("READ.LIMIT", "файлу не хватает отведённой памяти", allowed)


def legacy_grids(kind: LegacyKind, data: bytes, limits: ReaderLimits) -> list[Grid]:
    """Reads a file with the process's own reader, limited by the settings."""
    return _reader().read(kind, data, limits)


_READERS: list[LegacyReader] = []


def _reader() -> LegacyReader:
    if not _READERS:
        from warehouse.settings import get_settings

        settings = get_settings()
        _READERS.append(LegacyReader(settings.max_legacy_memory_bytes, settings.max_legacy_seconds))
        atexit.register(_READERS[0].close)
    return _READERS[0]


def _send(target: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[target.write(view) :]


def _received(source: IO[bytes], length: int, deadline: float) -> bytes:
    parts: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(source, selectors.EVENT_READ)
        while length > 0:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise _TooLongError
            part = os.read(source.fileno(), min(length, _MEGABYTE))
            if not part:
                raise _DiedError
            parts.append(part)
            length -= len(part)
    return b"".join(parts)


def _grid(plain: dict[str, Any]) -> Grid:
    return Grid(
        sheet=plain["sheet"],
        rows={row: {column: Cell(*cell) for column, *cell in cells} for row, cells in plain["rows"]},
        visibility=plain["visibility"],
        hidden_rows=set(plain["hidden_rows"]),
        hidden_columns=set(plain["hidden_columns"]),
        merged=[Area(*area) for area in plain["merged"]],
    )
