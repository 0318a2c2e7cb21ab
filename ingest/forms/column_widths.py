"""How wide the columns of a blank are, and how a wide list is shared out over printed pages."""

from __future__ import annotations

import math
import re

from ingest.forms.contract import Field, Section
from ingest.forms.row_heights import lines_of

_WIDTHS = {"integer": 13, "decimal": 13, "date": 14, "boolean": 14, "code": 22, "text": 20}
_MATRIX_WIDTHS = {"integer": 17, "decimal": 17, "date": 17, "boolean": 17, "code": 22, "text": 34}
_ADDRESS, _LONG_TEXT = 34, 44
# A text no longer than this takes the width beside it.
_SHORT_TEXTS = ((50, 20), (100, 26), (200, 34))
# A title should not be higher than this, even if its column could be narrower.
_TITLE_LINES, _WIDEST_FOR_TITLE = 4, 26
# What a heading's cell cannot use of its width: its own margins, and bold letters.
HEADING_MARGIN = 3
# «10–11» is one word for a reader, but not for the program that breaks the line.
_RANGE = re.compile(r"\S+ \d+–\d+")

# Characters across a landscape A4 page that can still be read: a list on one page is looked at as a whole,
# one on several pages is read column by column.
ONE_PAGE, OF_SEVERAL_PAGES = 245, 220
# Columns that stay in view and are printed on every page: the first, and the second while both are narrow.
_LEADING = 54


def table_width(field: Field) -> int:
    """Width of a table's column, in characters: room for its values, and for its title in a few lines."""
    if field.codes:
        wanted = min(32, 4 + max(map(len, field.codes)))
    elif field.type == "text" and field.pattern and field.pattern.startswith("^http"):
        wanted = _ADDRESS
    elif field.type == "text" and field.max_length:
        longest = field.max_length
        wanted = next((width for length, width in _SHORT_TEXTS if longest <= length), _LONG_TEXT)
    else:
        wanted = _WIDTHS[field.type]
    return _for_title(field.title, wanted)


def matrix_width(field: Field) -> int:
    """Width of a matrix's column, in characters."""
    wanted = min(32, 4 + max(map(len, field.codes))) if field.codes else _MATRIX_WIDTHS[field.type]
    return _for_title(field.title, wanted)


def leading_columns(section: Section) -> int:
    """How many first columns say which record a row is."""
    widths = [table_width(field) for field in section.fields[:2]]
    return 2 if len(widths) == 2 and sum(widths) <= _LEADING else 1


def pages_across(section: Section) -> int:
    """On how many pages, side by side, a list is printed so that it can be read."""
    widths = [table_width(field) for field in section.fields]
    if sum(widths) <= ONE_PAGE:
        return 1
    repeated = sum(widths[: leading_columns(section)])
    return math.ceil((sum(widths) - repeated) / (OF_SEVERAL_PAGES - repeated))


def _for_title(title: str, wanted: int) -> int:
    width = max(wanted, _longest_word(title) + HEADING_MARGIN + 1)
    while width < _WIDEST_FOR_TITLE and lines_of(title, width - HEADING_MARGIN) > _TITLE_LINES:
        width += 1
    return width


def _longest_word(title: str) -> int:
    words = title.replace("-", "- ").split() + _RANGE.findall(title)
    return max(map(len, words))
