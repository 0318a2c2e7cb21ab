"""How high a row of wrapped text must be: LibreOffice does not fit rows to their text when it opens one."""

from __future__ import annotations

import math

LINE_HEIGHT = 15


def row_height(text: str, characters: int) -> int:
    """Height in points of a row whose cell wraps the text at that many characters."""
    lines = 0
    room = 0
    for word in text.split():
        if len(word) + 1 > room:
            lines += math.ceil(len(word) / max(1, characters))
            room = characters
        room -= len(word) + 1
    return LINE_HEIGHT * max(1, lines) + 4
