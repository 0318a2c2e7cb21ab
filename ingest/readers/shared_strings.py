"""The table of texts of a workbook: plain, in runs of different fonts, with phonetic readings left out."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from ingest.readers.grid import PERSONAL, TEXT, Cell
from ingest.readers.limits import ReaderLimits
from ingest.readers.personal_data import looks_personal
from ingest.readers.xml_parts import main_namespace, parse_part

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
# The plain spelling that Excel and this project's templates use; anything else goes through the XML parser.
_PLAIN_HEAD = re.compile(
    r'<\?xml version="1\.0" encoding="UTF-8"(?: standalone="yes")?\?>\r?\n?'
    r'<sst xmlns="http://schemas\.openxmlformats\.org/spreadsheetml/2006/main"'
    r'(?: count="\d+")?(?: uniqueCount="\d+")?>'
)
_PLAIN_ITEM = re.compile(r'<t(?: xml:space="preserve")?>([^<>&\x00-\x08\x0b-\x1f]*)</t></si>')
_REMEMBERED_TEXTS = 50_000
_REMEMBERED_LENGTH = 200
_KNOWN: dict[str, Cell] = {}


def shared_strings(content: bytes, limits: ReaderLimits) -> list[Cell]:
    """The texts in the order of their numbers, as cells. Raises ``RefusalError`` for a broken table."""
    plain = _plain_texts(content)
    if plain is not None:
        return plain
    root = parse_part(content, "sharedStrings.xml", limits)
    namespace = main_namespace(root, "sharedStrings.xml")
    return [text_cell(string_item(item, namespace)) for item in root.iterfind(f"{namespace}si")]


def string_item(item: ElementTree.Element, namespace: str) -> str:
    """Text of a string item: plain or in runs, without phonetic readings."""
    plain, run = namespace + "t", namespace + "r"
    parts: list[str] = []
    for child in item:
        if child.tag == plain:
            parts.append(child.text or "")
        elif child.tag == run:
            parts.append(child.findtext(plain) or "")
    return unescaped("".join(parts))


def text_cell(text: str, formula: str | None = None) -> Cell:
    """A text as a cell; a text with personal data stays behind here and only its kind goes on."""
    if looks_personal(text):
        return Cell(PERSONAL, "")
    return Cell(TEXT, text, formula)


def unescaped(text: str) -> str:
    """Office writes what XML cannot hold as _xHHHH_."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)), text) if "_x" in text else text


def _plain_texts(content: bytes) -> list[Cell] | None:
    """The table cut at its items; an item that was checked in an earlier file is not checked again."""
    try:
        head, *items = content.decode("utf-8").split("<si>")
    except UnicodeDecodeError:
        return None
    if not items or _PLAIN_HEAD.fullmatch(head) is None or not items[-1].endswith("</sst>"):
        return None
    items[-1] = items[-1].removesuffix("</sst>")
    cells = []
    for item, known in zip(items, map(_KNOWN.get, items), strict=True):
        found = known or _plain_text(item)
        if found is None:
            return None
        cells.append(found)
    return cells


def _plain_text(item: str) -> Cell | None:
    """The cell of a plainly written item; titles and words of lists come back in every file."""
    match = _PLAIN_ITEM.fullmatch(item)
    if match is None:
        return None
    cell = text_cell(unescaped(match[1]))
    if cell.kind == TEXT and len(item) < _REMEMBERED_LENGTH:
        if len(_KNOWN) > _REMEMBERED_TEXTS:
            _KNOWN.clear()
        _KNOWN[item] = cell
    return cell
