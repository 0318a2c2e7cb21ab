"""How much of a file is read before it is refused. Sizes in bytes, time in processor seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """Bounds on one file; the defaults are those of :class:`warehouse.settings.Settings`."""

    file_bytes: int
    unzipped_bytes: int
    rows: int
    columns: int
    cells: int
    seconds: float = 60.0


def configured_limits() -> ReaderLimits:
    """The limits of the settings."""
    from warehouse.settings import get_settings

    settings = get_settings()
    return ReaderLimits(
        file_bytes=settings.max_file_bytes,
        unzipped_bytes=settings.max_unzipped_bytes,
        rows=settings.max_rows,
        columns=settings.max_columns,
        cells=settings.max_cells,
        seconds=settings.max_read_seconds,
    )
