"""The time that one file may take, in processor seconds of the thread that reads it.

Processor time, so that a busy machine refuses no file that a quiet one accepts.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from ingest.readers.rules import RefusalError

# How many rows may pass between two looks at the clock.
ROWS_BETWEEN_LOOKS = 256


@dataclass(slots=True)
class _Allowance:
    seconds: float
    # The thread's clock at which the time is over; not known before the first look.
    until: float | None = None


_allowance: ContextVar[_Allowance | None] = ContextVar("reading_allowance", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Bounds the reading that goes on inside; :func:`check_time` says when it is over.

    The time runs from the first look: most files have too few rows for one, and the clock of a thread costs
    a call of the system. What goes before, unpacking and parsing, is bounded by the limits on sizes.
    """
    token = _allowance.set(_Allowance(seconds))
    try:
        yield
    finally:
        _allowance.reset(token)


def check_time() -> None:
    """Raises :class:`RefusalError` when the file has had its time. Does nothing outside of a limit."""
    allowance = _allowance.get()
    if allowance is None:
        return
    now = time.thread_time()
    if allowance.until is None:
        allowance.until = now + allowance.seconds
    elif now > allowance.until:
        seconds = allowance.seconds
        raise RefusalError("READ.LIMIT", f"чтение дольше {seconds:g} с", f"до {seconds:g} с")
