"""The time that one file may take, in processor seconds of the thread that reads it.

Processor time, so that a busy machine refuses no file that a quiet one accepts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ingest.readers.rules import RefusalError

# How many rows may pass between two looks at the clock.
ROWS_BETWEEN_LOOKS = 256

_until: ContextVar[tuple[float, float] | None] = ContextVar("reading_until", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Bounds the reading that goes on inside; :func:`check_time` says when it is over."""
    token = _until.set((time.thread_time() + seconds, seconds))
    try:
        yield
    finally:
        _until.reset(token)


def check_time() -> None:
    """Raises :class:`RefusalError` when the file has had its time. Does nothing outside of a limit."""
    limit = _until.get()
    if limit is not None and time.thread_time() > limit[0]:
        raise RefusalError("READ.LIMIT", f"чтение дольше {limit[1]:g} с", f"до {limit[1]:g} с")
