"""What a document is made of: headings, paragraphs, figures, tables and notes, apart from how they are drawn.

Every number in a document is a `Number`: it knows the mart, the key and the column that it was read from, so
that a reader's question "where does this figure come from" has an answer in each of the three renderings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from publish.numbers import NBSP, SUPPRESSED, format_number

DRAFT_MARK = "ПРОЕКТ"


@dataclass(frozen=True)
class MartReference:
    """The cell of a mart that a number was read from, or the rows that it was counted over."""

    mart: str
    column: str
    key: tuple[tuple[str, str], ...]


class Unit(StrEnum):
    """How a number is written."""

    COUNT = "count"
    PERCENT = "percent"
    POINTS = "points"  # percentage points of difference, with their sign
    SCORE = "score"
    RATIO = "ratio"
    RATIO_CHANGE = "ratio_change"  # difference of ratios, with its sign
    RANK = "rank"
    SHIFT = "shift"  # difference of ranks, with its sign


DIGITS = {
    Unit.COUNT: 0,
    Unit.PERCENT: 1,
    Unit.POINTS: 1,
    Unit.SCORE: 2,
    Unit.RATIO: 2,
    Unit.RATIO_CHANGE: 2,
    Unit.RANK: 0,
    Unit.SHIFT: 0,
}
SIGNED = frozenset({Unit.POINTS, Unit.RATIO_CHANGE, Unit.SHIFT})


@dataclass(frozen=True)
class Number:
    """A value with its origin. `value` is None where nothing was reported, `suppressed` hides a small one."""

    value: Decimal | int | None
    unit: Unit
    reference: MartReference
    suppressed: bool = False

    @property
    def text(self) -> str:
        """The number as printed inside a sentence, with the sign of percent."""
        if self.suppressed:
            return SUPPRESSED
        text = self.bare
        return f"{text}{NBSP}%" if self.unit is Unit.PERCENT and self.value is not None else text

    @property
    def bare(self) -> str:
        """The number as printed in a table, where the column's title carries the unit."""
        if self.suppressed:
            return SUPPRESSED
        return format_number(self.value, DIGITS[self.unit], signed=self.unit in SIGNED)


Run = str | Number
# In a cell of a table: a text, a number without its unit (the column's title has it), or a sentence.
Cell = Run | tuple[Run, ...]


def cell_text(cell: Cell) -> str:
    """A cell as printed."""
    if isinstance(cell, tuple):
        return "".join(run.text if isinstance(run, Number) else run for run in cell)
    return cell.bare if isinstance(cell, Number) else cell


@dataclass(frozen=True)
class Heading:
    """A title of level 1 or 2; level 0 is the document's own."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class BulletList:
    """Short statements, one a line."""

    items: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True)
class Note:
    """A remark set apart from the text: a limitation, a reading aid."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Column:
    """A column's title, its share of the table's width, and whether it holds numbers."""

    title: str
    width: float
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """A captioned table. Its header row is repeated on each page."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    emphasised: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        for index, row in enumerate(self.rows):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"table «{self.caption}», row {index + 1}:"
                    f" {len(row)} cells for {len(self.columns)} columns"
                )


@dataclass(frozen=True)
class Chart:
    """A drawn picture in the two formats that renderers need, with its natural width and height in points."""

    svg: str
    png: bytes
    width: float
    height: float


@dataclass(frozen=True)
class Figure:
    """A captioned chart, a description for those who cannot see it, and the numbers that it shows.

    Each number is labelled with the words that stand beside its mark in the picture.
    """

    caption: str
    alternative: str
    chart: Chart
    numbers: tuple[tuple[str, Number], ...]


@dataclass(frozen=True)
class PageBreak:
    """The next block starts on a new page."""


Block = Heading | Paragraph | BulletList | Note | Table | Figure | PageBreak


@dataclass(frozen=True)
class TitlePage:
    """The first page: who issues it, what it is, and for what period."""

    issuer: str
    title: str
    subtitle: str
    details: tuple[str, ...]
    place_and_year: str


@dataclass(frozen=True)
class Document:
    """A document ready to be rendered. `identifier` and `dated` go to the files' own properties.

    A draft bears its mark on every page and is the same otherwise.
    """

    identifier: str
    dated: str
    title_page: TitlePage
    blocks: tuple[Block, ...]
    is_draft: bool = False


@dataclass(frozen=True)
class LocatedNumber:
    """A number and the place in the document where it is printed; a drawn one is part of a picture."""

    place: str
    number: Number
    is_drawn: bool = False


_NUMBERED = re.compile(r"(\d+(?:\.\d+)*|Приложение [А-Я])\. ")
_COUNTED = {Paragraph: "абзац", Note: "примечание", BulletList: "пункт"}


def section_of(heading: str) -> str:
    """How a section is referred to: «Раздел 6.1», «Приложение Г»; by its title where it has no number."""
    match = _NUMBERED.match(heading)
    if match is None:
        return heading
    return match[1] if match[1].startswith("Приложение") else f"Раздел {match[1]}"


def _runs(runs: tuple[Run, ...], place: str) -> Iterator[LocatedNumber]:
    numbers = (run for run in runs if isinstance(run, Number))
    for index, number in enumerate(numbers, start=1):
        yield LocatedNumber(f"{place}, число {index}", number)


def numbers_of(document: Document) -> Iterator[LocatedNumber]:
    """Every number of the document in reading order, with the one place where it stands.

    «Раздел 6.1, абзац 2, число 3» counts the paragraphs (notes, items of lists) since the heading, and in the
    paragraph the numbers that have an origin; «Таблица 3, строка 2, столбец 4» the rows below the head;
    «Рисунок 2, город Тюмень» names the mark of a chart.
    """
    section = document.title_page.title
    seen: Counter[str] = Counter()
    for block in document.blocks:
        if isinstance(block, Heading):
            section = section_of(block.text)
            for word in _COUNTED.values():
                seen[word] = 0
        elif isinstance(block, Paragraph | Note | BulletList):
            word = _COUNTED[type(block)]
            for runs in block.items if isinstance(block, BulletList) else (block.runs,):
                seen[word] += 1
                yield from _runs(runs, f"{section}, {word} {seen[word]}")
        elif isinstance(block, Table):
            seen["Таблица"] += 1
            for index, row in enumerate(block.rows, start=1):
                for column, cell in enumerate(row, start=1):
                    place = f"Таблица {seen['Таблица']}, строка {index}, столбец {column}"
                    if isinstance(cell, Number):
                        yield LocatedNumber(place, cell)
                    elif isinstance(cell, tuple):
                        yield from _runs(cell, place)
        elif isinstance(block, Figure):
            seen["Рисунок"] += 1
            for label, number in block.numbers:
                yield LocatedNumber(f"Рисунок {seen['Рисунок']}, {label}", number, is_drawn=True)
