"""XML of untrusted files: no document type declarations, bounded trees, both OOXML namespaces.

Expat does the parsing, through ElementTree's C tree builder: a Python callback per tag would cost more than
everything else together. A part of up to 1 MB becomes one tree; a larger one is streamed, row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.parsers import expat

from ingest.readers.limits import ReaderLimits
from ingest.readers.rules import RefusalError

TRANSITIONAL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
WHOLE_TREE_BYTES = 1024 * 1024
_CHUNK = 64 * 1024
# Tags outside rows (column widths, validation, formats) that a real sheet stays far below.
_MAX_OTHER_TAGS = 200_000
_PLAIN_PROLOG = re.compile(
    rb"^(?:\xef\xbb\xbf)?<\?xml [^>]*encoding=[\"']UTF-8[\"'][^>]*\?>\s*<[A-Za-z]", re.IGNORECASE
)


class _PrologOverError(Exception):
    pass


def refuse_dtd(content: bytes, part: str) -> None:
    """Raises :class:`RefusalError` when a document type is declared: that is where entity bombs and file reads live.

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
    tags = 0
    parser = ElementTree.XMLPullParser(("end",))
    root: ElementTree.Element | None = None
    for element in _events(parser, content, part):
        root = element
        tags += 1
        if tags > limits.cells:
            raise RefusalError("READ.LIMIT", f"часть {part} слишком велика", f"{limits.cells} элементов")
    if root is None:
        raise RefusalError("READ.UNREADABLE", f"часть {part} пуста")
    return root


class SheetPart:
    """One worksheet part: its rows as they come, then the rest."""

    def __init__(self, content: bytes, part: str, limits: ReaderLimits) -> None:
        self._content = content
        self._part = part
        self._limits = limits
        self._root: ElementTree.Element | None = None
        self.namespace = ""

    def rows(self) -> Iterator[ElementTree.Element]:
        """The ``row`` elements in file order. Each is only valid until the next one is taken."""
        if len(self._content) <= WHOLE_TREE_BYTES:
            self._root = parse_part(self._content, self._part, self._limits)
            self.namespace = main_namespace(self._root, self._part)
            for data in self._root.findall(f"{self.namespace}sheetData"):
                yield from data.findall(f"{self.namespace}row")
        else:
            yield from self._streamed()

    def children(self, tag: str) -> list[ElementTree.Element]:
        """Children of the sheet's elements of that name, e.g. of ``mergeCells``. Call after :meth:`rows`."""
        if self._root is None:
            return []
        return [child for group in self._root.findall(f"{self.namespace}{tag}") for child in group]

    def _streamed(self) -> Iterator[ElementTree.Element]:
        refuse_dtd(self._content, self._part)
        parser = ElementTree.XMLPullParser(("start", "end"))
        row_tag = cell_tag = "?"
        in_row = False
        other = cells = 0
        for event, element in _start_and_end(parser, self._content, self._part):
            if self._root is None:
                self._root = element
                self.namespace = main_namespace(element, self._part)
                row_tag, cell_tag = f"{self.namespace}row", f"{self.namespace}c"
                continue
            if event == "start":
                if element.tag == row_tag:
                    in_row, cells = True, 0
                elif not in_row:
                    other += 1
                    if other > _MAX_OTHER_TAGS:
                        raise RefusalError("READ.LIMIT", f"в части {self._part} слишком много описаний")
                else:
                    cells += 1
                    # Four tags a cell: itself, formula, value, inline text.
                    if element.tag != cell_tag and cells > 4 * self._limits.columns + 4096:
                        raise RefusalError(
                            "READ.LIMIT", "слишком длинная строка", f"{self._limits.columns} столбцов"
                        )
            elif element.tag == row_tag:
                in_row = False
                yield element
                element.clear()


def main_namespace(root: ElementTree.Element, part: str) -> str:
    """The SpreadsheetML namespace of a part, transitional or strict, in braces."""
    for namespace in (TRANSITIONAL, STRICT):
        if root.tag.startswith(namespace):
            return namespace
    raise RefusalError("READ.UNREADABLE", f"часть {part} – не лист Excel")


def _events(
    parser: ElementTree.XMLPullParser[ElementTree.Element], content: bytes, part: str
) -> Iterator[ElementTree.Element]:
    for _, element in _start_and_end(parser, content, part):
        yield element


def _start_and_end(
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
