"""Text from outside, made harmless for a spreadsheet that opens it."""

from __future__ import annotations

import re

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
EXCEL_CELL_LIMIT = 32_767


# A dash, a negative number: signs and digits compute nothing that was not written there.
_PLAIN = re.compile(r"[-+]?[0-9.,  ]*")


def neutral_text(value: str) -> str:
    """The same text, with an apostrophe before a start that a spreadsheet would take for a formula."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def neutral_quote(value: str) -> str:
    """A text to be shown as it was received: as :func:`neutral_text`, but «-» and «-5» stay what they are."""
    return value if _PLAIN.fullmatch(value) else neutral_text(value)
