"""The fast way through a sheet that is written plainly.

Programs that write workbooks spell cells in one way: ``<c r="A4" s="5" t="s"><v>12</v></c>``. Where the whole
``sheetData`` has that spelling, character by character, regular expressions take the cells out several times
faster than building a tree of them. The rest of the part, the shell, is still parsed as XML. Any other
spelling, however harmless, returns None and the tree is built: the two ways must give equal cells
(tests/unit/readers/test_plain_rows.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

PlainCell = tuple[str, str, str, str, str, str]  # column letters, row, style, type, formula, value

_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_CONTENT = r"[ -%'-;=?-~]"  # printable ASCII without & < >
_ATTRIBUTES = r'(?: [a-zA-Z0-9]+(?::dyDescent)?="[a-zA-Z0-9.: ]*")*+'
# Every cell names its row: \1 is the number of the row it stands in.
_ROWS = re.compile(
    rf'(?:<row r="([1-9][0-9]{{0,6}})"{_ATTRIBUTES}(?:/>|>'
    r'(?:<c r="[A-Z]{1,3}\1"(?: s="[0-9]{1,6}")?(?: t="(?:s|n|b|e|str)")?'
    rf"(?:/>|>(?:<f>{_CONTENT}+</f>)?(?:<v>{_CONTENT}*</v>)?</c>))*+</row>))*+"
)
_ROW = re.compile(r'<row r="([0-9]+)"([^>/]*)/?>')
_CELL = re.compile(
    r'<c r="([A-Z]+)([0-9]+)"(?: s="([0-9]+)")?(?: t="([a-z]+)")?'
    r"(?:/>|>(?:<f>([^<]*)</f>)?(?:<v>([^<]*)</v>)?</c>)"
)
_ATTRIBUTE = re.compile(r' ([^=]+)="([^"]*)"')
_KNOWN_ATTRIBUTES = frozenset(
    (
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
    )
)


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


def plain_rows(sheet: PlainSheet) -> list[tuple[str, bool]] | None:
    """Number of each row, and whether it is hidden; None where anything is spelled otherwise."""
    if _ROWS.fullmatch(sheet.rows) is None:
        return None
    has_x14ac = b"xmlns:x14ac=" in sheet.shell
    rows = []
    for number, attributes in _ROW.findall(sheet.rows):
        hidden = _hidden(attributes, has_x14ac)
        if hidden is None:
            return None
        rows.append((number, hidden))
    return rows


def plain_cells(sheet: PlainSheet) -> list[PlainCell]:
    """All cells in file order; for a sheet that :func:`plain_rows` has approved."""
    return _CELL.findall(sheet.rows)


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
