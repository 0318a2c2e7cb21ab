"""The annual analytic reference: from the marts to DOCX, PDF and HTML."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publish.reference.build import Drafted


def draft_reference(region: str, school_year: str, as_of: datetime) -> Drafted:
    """Write the draft of a region's reference. See `publish.reference.build`."""
    from publish.reference import build

    return build.draft_reference(region, school_year, as_of)
