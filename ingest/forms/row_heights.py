"""How high a row of wrapped text must be: LibreOffice does not fit rows to their text when it opens one."""

from __future__ import annotations

import math

LINE_HEIGHT = 15


def lines_of(text: str, characters: int) -> int:
    """Lines that a cell needs for the text when it wraps at that many characters."""
    lines, taken = 1, 0
    for word in text.split():
        if taken and taken + 1 + len(word) > characters:
            lines, taken = lines + 1, 0
        if len(word) > characters:
            lines += math.ceil(len(word) / max(1, characters)) - 1
            taken = len(word) % max(1, characters)
        else:
            taken += len(word) + (1 if taken else 0)
    return lines


def row_height(text: str, characters: int) -> int:
    """Height in points of a row whose cell wraps the text at that many characters."""
    return LINE_HEIGHT * lines_of(text, characters) + 4
