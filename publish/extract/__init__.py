"""Scheduled extracts per recipient: public tables with their description, checksums and signature."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publish.extract.build import Package


def build_extract(recipient: str, region: str, period: str, as_of: datetime) -> Package:
    """Write the package of a recipient, region and month or quarter. See `publish.extract.build`."""
    from publish.extract import build

    return build.build_extract(recipient, region, period, as_of)
