"""How much of a file is read before it is refused. Sizes in bytes, time in processor seconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any

# The settings that the limits are taken from, in the order of the fields below.
_limits_set = attrgetter(
    "max_file_bytes",
    "max_unzipped_bytes",
    "max_rows",
    "max_columns",
    "max_cells",
    "max_read_seconds",
)


@dataclass(frozen=True, slots=True, eq=False)
class ReaderLimits:
    """Bounds on one file; the defaults are those of :class:`warehouse.settings.Settings`.

    Compared by identity: what small parts of files hold is kept by them.
    """

    file_bytes: int
    unzipped_bytes: int
    rows: int
    columns: int
    cells: int
    seconds: float = 60.0


def configured_limits() -> ReaderLimits:
    """The limits of the settings: the same object for the same settings."""
    from warehouse.settings import get_settings

    return _limits_of(*_limits_set(get_settings()))


@lru_cache(maxsize=8)
def _limits_of(*values: Any) -> ReaderLimits:
    return ReaderLimits(*values)
