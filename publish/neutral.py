"""Text from outside, made harmless for a spreadsheet that opens it."""

from __future__ import annotations

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
EXCEL_CELL_LIMIT = 32_767


def neutral_text(value: str) -> str:
    """The same text, with an apostrophe before a start that a spreadsheet would take for a formula."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
