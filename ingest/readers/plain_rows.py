"""The fast way through a sheet that is written plainly.

Programs that write workbooks spell cells in one way: ``<c r="A4" s="5" t="s"><v>12</v></c>``. A sheet with
that spelling, character by character, is cut where its rows and cells begin, without a tree of elements.
Every piece between two cuts is matched as a whole, or is known from an earlier match, so that nothing between
the cells goes unseen. The rest of the part, the shell, is still parsed as XML. Any other spelling, however
harmless, raises :class:`OtherSpellingError` and the tree is built: the two ways must give equal cells
(tests/unit/readers/test_plain_rows.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
# A larger part is read as a stream, whose memory does not grow with the sheet.
_LARGEST_PART = 8 * 1024 * 1024
_ROW, _ROW_END, _CELL = '<row r="', "</row>", '<c r="'
_CONTENT = r"[ -%'-;=?-~]"  # printable ASCII without & < >
# What follows the address of a cell, from the space before its next attribute to the end of its tag.
_TAIL = re.compile(
    r'(?: s="([0-9]{1,6})")?(?: t="(s|n|b|e|str)")?'
    rf"(?:/>|>(?:<f>({_CONTENT}+)</f>)?(?:<v>({_CONTENT}*)</v>)?</c>)"
)
_ROW_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_ROW_ATTRIBUTES = re.compile(r'(?: [a-zA-Z0-9]+(?::dyDescent)?="[a-zA-Z0-9.: ]*")*+')
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


class OtherSpellingError(Exception):
    """The sheet is not written plainly; the XML parser has to judge it."""


class CellParts(NamedTuple):
    """A cell without its address: type, style, formula and value as written, '' where absent."""

    kind: str
    style: str
    formula: str
    text: str


class PlainRow(NamedTuple):
    """One row: its number as written, and its cells, ``A4" s="5"><v>1</v></c>``, none of them checked yet."""

    number: str
    is_hidden: bool
    cells: list[str]


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """The part without its rows, and the texts of the rows, each from its number to its end."""

    shell: bytes
    rows: list[str]
    # Excel dates rows by an attribute of a namespace that the shell has to declare.
    has_x14ac: bool


def plain_sheet(content: bytes) -> PlainSheet | None:
    """Splits a worksheet part; None where it is large or has no single ``sheetData`` in plain ASCII."""
    if len(content) > _LARGEST_PART:
        return None
    start = content.find(_OPEN)
    end = content.rfind(_CLOSE)
    if start < 0 or end < start:
        return None
    start += len(_OPEN)
    try:
        before, *rows = content[start:end].decode("ascii").split(_ROW)
    except UnicodeDecodeError:
        return None
    if before:
        return None
    shell = content[:start] + content[end:]
    return PlainSheet(shell, rows, b"xmlns:x14ac=" in shell)


def plain_row(row: str, has_x14ac: bool) -> PlainRow:
    """Splits one of :attr:`PlainSheet.rows`. Raises :class:`OtherSpellingError`."""
    if row.endswith(_ROW_END):
        head, *cells = row[: -len(_ROW_END)].split(_CELL)
        end = ">"
    else:
        head, cells, end = row, [], "/>"
    number, _, attributes = head.partition('"')
    if _ROW_NUMBER.fullmatch(number) is None:
        raise OtherSpellingError
    return PlainRow(number, _is_hidden(attributes, end, has_x14ac), cells)


def cell_parts(tail: str) -> CellParts:
    """What stands after a cell's address and its quote. Raises :class:`OtherSpellingError`."""
    match = _TAIL.fullmatch(tail)
    if match is None:
        raise OtherSpellingError
    style, kind, formula, text = match.groups(default="")
    return CellParts(kind, style, formula, text)


@lru_cache(maxsize=256)
def _is_hidden(attributes: str, end: str, has_x14ac: bool) -> bool:
    """Whether the row is hidden. Raises for attributes that need the XML parser's judgement."""
    if not attributes.endswith(end) or _ROW_ATTRIBUTES.fullmatch(attributes[: -len(end)]) is None:
        raise OtherSpellingError
    found = _ATTRIBUTE.findall(attributes)
    names = [name for name, _ in found]
    if len(set(names)) != len(names):
        raise OtherSpellingError
    for name in names:
        if name not in _KNOWN_ATTRIBUTES and not (has_x14ac and name == "x14ac:dyDescent"):
            raise OtherSpellingError
    return dict(found).get("hidden") in ("1", "true")
