"""The fast way through a sheet that is written plainly.

Programs that write workbooks spell cells in one way: ``<c r="A4" s="5" t="s"><v>12</v></c>``. The rows of a
sheet with that spelling, character by character, are cut into marks (rows and cells) by one regular
expression, without a tree of elements; whatever it does not match stays between the marks and is seen there.
The rest of the part, the shell, is still parsed as XML. Any other spelling, however harmless, gives None and
the tree is built: the two ways must give equal cells (tests/unit/readers/test_plain_rows.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
# A larger part is read as a stream, whose memory does not grow with the sheet.
_LARGEST_PART = 8 * 1024 * 1024
_CONTENT = r"[ -%'-;=?-~]"  # printable ASCII without & < >
_ATTRIBUTES = r'(?: [a-zA-Z0-9]+(?::dyDescent)?="[a-zA-Z0-9.: ]*")*+'
# What follows the address of a cell, from the space before its next attribute to the end of its tag.
_TAIL = (
    r'(?: s="([0-9]{1,6})")?(?: t="(s|n|b|e|str)")?'
    rf"(?:/>|>(?:<f>({_CONTENT}+)</f>)?(?:<v>({_CONTENT}*)</v>)?</c>)"
)
_ONE_TAIL = re.compile(_TAIL)
# A cell: column, row, then the number of a shared text or any other tail. Or a row: the end of the one
# before, number, attributes, whether it is empty.
_MARK = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"'
    r'(?:(?: s="[0-9]{1,6}")? t="s"><v>([0-9]{1,9})</v></c>'
    rf"|({re.sub(r'[(](?![?])', '(?:', _TAIL)}))"
    rf'|(</row>)?<row r="([1-9][0-9]{{0,6}})"({_ATTRIBUTES})(/?)>'
)
_GROUPS = _MARK.groups + 1
_ATTRIBUTE = re.compile(r' ([^=]+)="([^"]*)"')
_KNOWN_ATTRIBUTES = {
    "spans",
    "s",
    "customFormat",
    "ht",
    "hidden",
    "customHeight",
    "outlineLevel",
    "collapsed",
    "thickTop",
    "thickBot",
}


class CellParts(NamedTuple):
    """A cell without its address: type, style, formula and value as written, '' where absent."""

    kind: str
    style: str
    formula: str
    text: str


# Column letters, row, number of a shared text (None: not one), any other tail (None: a shared text).
PlainCell = tuple[str, str, str | None, str | None]


class PlainRow(NamedTuple):
    """One row: its number as written, and its cells."""

    number: str
    is_hidden: bool
    cells: list[PlainCell]


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """The part without its rows, and the text of its rows."""

    shell: bytes
    rows: str


def plain_sheet(content: bytes) -> PlainSheet | None:
    """Splits a worksheet part; None where it is large or has no single ``sheetData`` in plain ASCII."""
    if len(content) > _LARGEST_PART:
        return None
    start = content.find(_OPEN)
    end = content.rfind(_CLOSE)
    if start < 0 or end < start:
        return None
    rows = content[start + len(_OPEN) : end]
    if not rows.isascii():
        return None
    return PlainSheet(content[: start + len(_OPEN)] + content[end:], rows.decode("ascii"))


def plain_rows(sheet: PlainSheet) -> Iterator[PlainRow | None]:
    """The rows in file order; None, as the last one, where something is spelled otherwise."""
    has_x14ac = b"xmlns:x14ac=" in sheet.shell
    parts: list[Any] = _MARK.split(sheet.rows)
    rest = parts.pop()
    cells = list(zip(*(parts[group::_GROUPS] for group in (1, 2, 3, 4)), strict=True))
    ends, numbers, attributes, empties = (parts[group::_GROUPS] for group in (5, 6, 7, 8))
    starts = [position for position, number in enumerate(numbers) if number is not None]
    if any(parts[::_GROUPS]) or (cells and (not starts or starts[0])):
        yield None
        return
    is_open = False
    for start, following in pairwise([*starts, len(cells)]):
        hidden = _hidden(attributes[start], has_x14ac)
        if hidden is None or (ends[start] is not None) != is_open:
            yield None
            return
        is_open = not empties[start]
        if not is_open and following > start + 1:
            yield None
            return
        yield PlainRow(numbers[start], hidden, cells[start + 1 : following])
    if rest != ("</row>" if is_open else ""):
        yield None


def cell_parts(tail: str) -> CellParts:
    """What the text after a cell's address and its quote says. ``ValueError`` for a tail of no plain cell."""
    match = _ONE_TAIL.fullmatch(tail)
    if match is None:
        raise ValueError(f"not the tail of a plain cell: {tail[:40]!r}")
    style, kind, formula, text = match.groups(default="")
    return CellParts(kind, style, formula, text)


@lru_cache(maxsize=256)
def _hidden(attributes: str, has_x14ac: bool) -> bool | None:
    """Whether the row is hidden; None for attributes that need the XML parser's judgement."""
    found = _ATTRIBUTE.findall(attributes)
    names = [name for name, _ in found]
    if len(set(names)) != len(names):
        return None
    for name in names:
        if name not in _KNOWN_ATTRIBUTES and not (has_x14ac and name == "x14ac:dyDescent"):
            return None
    return dict(found).get("hidden") in ("1", "true")
