"""The fast way through a sheet that is written plainly.

Programs that write workbooks spell cells in one way: ``<c r="A4" s="5" t="s"><v>12</v></c>``. A sheet whose
rows have that spelling, character by character, is cut into rows and cells by their marks, without a tree of
elements. What follows a cell's address repeats from cell to cell (``" s="5"><v>0</v></c>``): each such tail
is checked and understood once. The rest of the part, the shell, is still parsed as XML. Any other spelling,
however harmless, gives None and the tree is built: the two ways must give equal cells
(tests/unit/readers/test_plain_rows.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_CELL_MARK, _ROW_END = '<c r="', "</row>"
_CONTENT = r"[ -%'-;=?-~]"  # printable ASCII without & < >
_ATTRIBUTES = r'(?: [a-zA-Z0-9]+(?::dyDescent)?="[a-zA-Z0-9.: ]*")*'
# What stands before the first cell of a row: its own tag, after rows that have no cells.
_ROW_HEAD = re.compile(
    rf'(?:<row r="[1-9][0-9]{{0,6}}"{_ATTRIBUTES}/>)*<row r="([1-9][0-9]{{0,6}})"({_ATTRIBUTES})>'
)
_EMPTY_ROW = re.compile(r'<row r="([1-9][0-9]*)"([^>/]*)/>')
_EMPTY_ROWS = re.compile(rf'(?:<row r="[1-9][0-9]{{0,6}}"{_ATTRIBUTES}/>)*')
# What follows the address of a cell, from the space before its next attribute to the end of its tag.
_TAIL = re.compile(
    r'(?: s="([0-9]{1,6})")?(?: t="(s|n|b|e|str)")?'
    rf"(?:/>|>(?:<f>({_CONTENT}+)</f>)?(?:<v>({_CONTENT}*)</v>)?</c>)"
)
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
_REMEMBERED_TAILS = 50_000


class CellParts(NamedTuple):
    """A cell without its address: type, style, formula and value as written, '' where absent."""

    kind: str
    style: str
    formula: str
    text: str


class PlainRow(NamedTuple):
    """One row: its number as written, and its cells, each an address, a quote and a tail."""

    number: str
    is_hidden: bool
    cells: list[str]


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """The part without its rows, and the text of its rows."""

    shell: bytes
    rows: str


def plain_sheet(content: bytes) -> PlainSheet | None:
    """Splits a worksheet part; None where it has no single ``sheetData`` in plain ASCII."""
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
    chunks = sheet.rows.split(_ROW_END)
    rest = chunks.pop()
    for chunk in chunks:
        head, *cells = chunk.split(_CELL_MARK)
        match = _ROW_HEAD.fullmatch(head)
        hidden = None if match is None else _hidden(match[2], has_x14ac)
        if match is None or hidden is None:
            yield None
            return
        if match.start(1) > len('<row r="'):
            yield from _empty_rows(head[: match.start(1)], has_x14ac)
        yield PlainRow(match[1], hidden, cells)
    if _EMPTY_ROWS.fullmatch(rest) is None:
        yield None
        return
    yield from _empty_rows(rest, has_x14ac)


_TAILS: dict[str, CellParts] = {}


def cell_parts(tail: str) -> CellParts | None:
    """What the text after a cell's address and its quote says; None where it is spelled otherwise."""
    known = _TAILS.get(tail)
    if known is not None:
        return known
    match = _TAIL.fullmatch(tail)
    if match is None:
        return None
    style, kind, formula, text = match.groups(default="")
    parts = CellParts(kind, style, formula, text)
    if len(_TAILS) > _REMEMBERED_TAILS:
        _TAILS.clear()
    _TAILS[tail] = parts
    return parts


def _empty_rows(text: str, has_x14ac: bool) -> Iterator[PlainRow | None]:
    for number, attributes in _EMPTY_ROW.findall(text):
        hidden = _hidden(attributes, has_x14ac)
        yield None if hidden is None else PlainRow(number, hidden, [])


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
