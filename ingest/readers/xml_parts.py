"""XML of untrusted files: no document type declarations, bounded trees, both OOXML namespaces.

Expat does the parsing, through ElementTree's C tree builder: a Python callback per tag would cost more than
everything else together. A part of up to 1 MB becomes one tree; a larger one is streamed, row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from typing import TypeVar
from xml.etree import ElementTree
from xml.parsers import expat

from ingest.readers.limits import ReaderLimits
from ingest.readers.rules import RefusalError

TRANSITIONAL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
WHOLE_TREE_BYTES = 1024 * 1024
EXCEL_ROWS, EXCEL_COLUMNS = 1_048_576, 16_384
_CHUNK = 64 * 1024
_REMEMBERED_BYTES = 64 * 1024
# A row formatted from end to end has a tag per column; a cell has at most four more.
_MAX_ROW_TAGS = 5 * EXCEL_COLUMNS
# Tags outside rows (column widths, validation, formats) that a real sheet stays far below.
_MAX_OTHER_TAGS = 200_000
_PLAIN_PROLOG = re.compile(
    rb"^(?:\xef\xbb\xbf)?<\?xml [^>]*encoding=[\"']UTF-8[\"'][^>]*\?>\s*<[A-Za-z]", re.IGNORECASE
)


T = TypeVar("T")


class _PrologOverError(Exception):
    pass


def refuse_dtd(content: bytes, part: str) -> None:
    """Raises :class:`RefusalError` when a document type is declared: entity bombs and file reads live there.

    A declaration can only stand before the root element, so expat reads no further, in whatever encoding.
    """
    if _PLAIN_PROLOG.match(content):
        return

    def doctype(*_: object) -> None:
        raise RefusalError("READ.DTD", part)

    def root(*_: object) -> None:
        raise _PrologOverError

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = root
    try:
        for start in range(0, len(content), _CHUNK):
            parser.Parse(content[start : start + _CHUNK], False)
    except _PrologOverError:
        return
    except (expat.ExpatError, LookupError, ValueError) as problem:
        raise RefusalError("READ.UNREADABLE", f"часть {part} испорчена") from problem
    raise RefusalError("READ.UNREADABLE", f"часть {part} пуста")


def parse_part(content: bytes, part: str, limits: ReaderLimits) -> ElementTree.Element:
    """The tree of a part. Raises :class:`RefusalError` for broken XML, a DTD or too large a tree."""
    refuse_dtd(content, part)
    if len(content) <= WHOLE_TREE_BYTES:
        try:
            return ElementTree.fromstring(content)
        except (ElementTree.ParseError, LookupError, ValueError) as problem:
            raise RefusalError("READ.UNREADABLE", f"часть {part} испорчена") from problem
    parser = ElementTree.XMLPullParser(("end",))
    root: ElementTree.Element | None = None
    for tags, element in enumerate(_events(parser, content, part), start=1):
        root = element
        if tags > limits.cells:
            raise RefusalError("READ.LIMIT", f"часть {part} слишком велика", f"{limits.cells} элементов")
    if root is None:
        raise RefusalError("READ.UNREADABLE", f"часть {part} пуста")
    return root


def streamed_rows(
    content: bytes, part: str, limits: ReaderLimits, root_seen: list[ElementTree.Element]
) -> Iterator[ElementTree.Element]:
    """The ``row`` elements of a large sheet, one at a time; each is emptied when the next one is taken.

    ``root_seen`` receives the root element: what surrounds the rows is in it when they are over.
    """
    refuse_dtd(content, part)
    parser = ElementTree.XMLPullParser(("start", "end"))
    row_tag = ""
    in_row = False
    outside = inside = 0
    for event, element in _fed(parser, content, part):
        if not root_seen:
            root_seen.append(element)
            row_tag = f"{main_namespace(element, part)}row"
        elif event == "start":
            if element.tag == row_tag:
                in_row, inside = True, 0
            elif in_row:
                inside += 1
            else:
                outside += 1
            if inside > _MAX_ROW_TAGS or outside > _MAX_OTHER_TAGS:
                raise RefusalError("READ.LIMIT", f"часть {part} слишком велика", f"до {limits.cells} ячеек")
        elif element.tag == row_tag:
            in_row = False
            yield element
            element.clear()


def whole(text: str | None) -> int:
    """A row, column or style number of the file. Raises :class:`RefusalError` for anything else."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 7:
        raise RefusalError("READ.UNREADABLE", "в описании листа неверное число")
    number = int(text)
    if number > EXCEL_ROWS:
        raise RefusalError("READ.UNREADABLE", "в описании листа неверное число")
    return number


def remembered(function: _lru_cache_wrapper[T], content: bytes, *rest: object) -> T:
    """Calls a cached function of a part's bytes; large parts are not worth keeping.

    Files made from one template share most parts byte by byte.
    """
    if len(content) > _REMEMBERED_BYTES:
        return function.__wrapped__(content, *rest)
    return function(content, *rest)  # type: ignore[arg-type]


def main_namespace(root: ElementTree.Element, part: str) -> str:
    """The SpreadsheetML namespace of a part, transitional or strict, in braces."""
    for namespace in (TRANSITIONAL, STRICT):
        if root.tag.startswith(namespace):
            return namespace
    raise RefusalError("READ.UNREADABLE", f"часть {part} – не лист Excel")


def _events(
    parser: ElementTree.XMLPullParser[ElementTree.Element], content: bytes, part: str
) -> Iterator[ElementTree.Element]:
    for _, element in _fed(parser, content, part):
        yield element


def parts_of(content: bytes, part: str) -> Iterator[tuple[str, ElementTree.Element]]:
    """Starts and ends of a part's elements, as they come. Raises :class:`RefusalError` for broken XML."""
    yield from _fed(ElementTree.XMLPullParser(("start", "end")), content, part)


def _fed(
    parser: ElementTree.XMLPullParser[ElementTree.Element], content: bytes, part: str
) -> Iterator[tuple[str, ElementTree.Element]]:
    try:
        for start in range(0, len(content), _CHUNK):
            parser.feed(content[start : start + _CHUNK])
            yield from parser.read_events()  # type: ignore[misc]
        parser.close()
        yield from parser.read_events()  # type: ignore[misc]
    except (ElementTree.ParseError, LookupError, ValueError) as problem:
        raise RefusalError("READ.UNREADABLE", f"часть {part} испорчена") from problem
