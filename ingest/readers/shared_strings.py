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
_PLAIN_TABLE = re.compile(
    r'<\?xml version="1\.0" encoding="UTF-8"(?: standalone="yes")?\?>\r?\n?'
    r'<sst xmlns="http://schemas\.openxmlformats\.org/spreadsheetml/2006/main"'
    r'(?: count="\d+")?(?: uniqueCount="\d+")?>'
    r"((?:<si><t(?: xml:space=\"preserve\")?>[^<>&\x00-\x08\x0b-\x1f]*</t></si>)*)</sst>"
)
_REMEMBERED_TEXTS = 50_000
_REMEMBERED_LENGTH = 200
_KNOWN: dict[str, Cell] = {}
_PLAIN_TEXT = re.compile(r"<t[^>]*>([^<]*)</t>")


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
    try:
        table = _PLAIN_TABLE.fullmatch(content.decode("utf-8"))
    except UnicodeDecodeError:
        return None
    if table is None:
        return None
    get = _KNOWN.get
    return [get(text) or _remembered_text(text) for text in _PLAIN_TEXT.findall(table[1])]


def _remembered_text(text: str) -> Cell:
    """The cell of a text of a plain table; titles and words of lists come back in every file."""
    cell = text_cell(unescaped(text))
    if len(text) < _REMEMBERED_LENGTH:
        if len(_KNOWN) > _REMEMBERED_TEXTS:
            _KNOWN.clear()
        _KNOWN[text] = cell
    return cell
