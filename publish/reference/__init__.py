"""The annual analytic reference: from the marts to DOCX, PDF and HTML."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path


def build_reference(region: str, school_year: str, as_of: datetime) -> list[Path]:
    """Write the reference of a region and school year; return its files. See `publish.reference.build`."""
    from publish.reference import build

    return build.build_reference(region, school_year, as_of)
