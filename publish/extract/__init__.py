"""Scheduled extracts for the ministry: aggregated tables with their description and checksums."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path


def build_extract(region: str, period: str, as_of: datetime) -> list[Path]:
    """Write the extract of a region and quarter; return its files. See `publish.extract.build`."""
    from publish.extract import build

    return build.build_extract(region, period, as_of)
