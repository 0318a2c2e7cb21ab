"""The fast way through a sheet that is written plainly.

Programs that write workbooks spell cells in one way: ``<c r="A4" s="5" t="s"><v>12</v></c>``. Where the whole
``sheetData`` has that spelling, character by character, regular expressions take the cells out several times
faster than building a tree of them. The rest of the part, the shell, is still parsed as XML. Any other
spelling, however harmless, returns None and the tree is built: the two ways must give equal cells
(tests/unit/readers/test_plain_rows.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

PlainCell = tuple[str, str, str, str, str, str]  # column letters, row, style, type, formula, value

_OPEN, _CLOSE = b"<sheetData>", b"</sheetData>"
_CONTENT = r"[ -%'-;=?-~]"  # printable ASCII without & < >
_ROW = re.compile(
    r'<row r="([1-9][0-9]{0,6})"((?: [a-zA-Z0-9]+(?::dyDescent)?="[a-zA-Z0-9.: ]*")*)(?:/>|>((?:<c [^>]*>'
    rf"(?:(?:<f>{_CONTENT}+</f>)?(?:<v>{_CONTENT}*</v>)?</c>)?)*)</row>)"
)
_CELL = re.compile(
    r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,6})")?(?: t="(s|n|b|e|str)")?'
    rf"(?:/>|>(?:<f>({_CONTENT}+)</f>)?(?:<v>({_CONTENT}*)</v>)?</c>)"
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


def plain_rows(sheet: PlainSheet) -> Iterator[tuple[int, bool, list[PlainCell]] | None]:
    """Row number, whether it is hidden, and its cells; yields None and stops at the first other spelling."""
    text = sheet.rows
    at, end = 0, len(text)
    has_x14ac = b"xmlns:x14ac=" in sheet.shell
    match_row, find_cells = _ROW.match, _CELL.findall
    while at < end:
        row = match_row(text, at)
        hidden = None if row is None else _hidden(row[2], has_x14ac)
        if row is None or hidden is None:
            yield None
            return
        body = row[3]
        cells = [] if body is None else find_cells(body)
        if len(cells) != (0 if body is None else body.count("<c ")):
            yield None
            return
        yield int(row[1]), hidden, cells
        at = row.end()


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
