"""The data-quality report in Russian: a page for people, JSON for programs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path


def build_quality_report(as_of: datetime) -> list[Path]:
    """Write the data-quality report as of a moment under the quality folder; return its files."""
    from publish.quality.report import read_report, write_report
    from warehouse.connection import connect
    from warehouse.settings import get_settings

    with connect("auditor") as connection:
        report = read_report(connection, as_of)
    return write_report(report, get_settings().quality_dir)
