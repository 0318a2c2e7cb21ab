"""The quality portal: a folder of pages that opens without a server and asks nothing of the network."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path


def build_portal(as_of: datetime) -> list[Path]:
    """Write the data-quality report and the portal around it; return their files. See `.build`."""
    from publish.portal import build

    return build.build_portal(as_of)
