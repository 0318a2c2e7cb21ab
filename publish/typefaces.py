"""The typefaces that ship with the project, so that a document looks the same on a machine without fonts."""

from __future__ import annotations

from pathlib import Path

FONT_DIRECTORY = Path(__file__).parent / "fonts"
BODY_FAMILY = "PT Serif"
CHART_FAMILY = "PT Sans"
# The name written into DOCX: every office suite has it or a metric-compatible replacement.
OFFICE_FAMILY = "Times New Roman"
