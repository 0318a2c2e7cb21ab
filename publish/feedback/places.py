"""Addresses of cells: as findings write them, as cells of a sheet, and as a short list for a reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from ingest.forms.contract import column_letter, column_number

MOST_CELLS_OF_AREA = 2000

_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_LINE = re.compile(r"строка ([0-9]+)(?:, столбец ([0-9]+))?")
_LINES = re.compile(r"строки ([0-9–, ]+), столбцы ([0-9–, ]+)")
# A card of a CSV file is a line with a label and a value.
_CARD_COLUMNS = (1, 2)

Cell = tuple[int, int]


def cells_of(address: str) -> tuple[Cell, ...]:
    """Rows and columns that an address names: ``C7``, ``A4:B6``, ``строка 12, столбец 3``; none for others.

    Areas are cut after the first two thousand cells.
    """
    if match := _AREA.fullmatch(address):
        first = (int(match[2]), column_number(match[1]))
        last = first if match[3] is None else (int(match[4]), column_number(match[3]))
        return _rectangle(range(first[0], last[0] + 1), range(first[1], last[1] + 1))
    if match := _LINE.fullmatch(address):
        row = int(match[1])
        return ((row, int(match[2])),) if match[2] else tuple((row, column) for column in _CARD_COLUMNS)
    if match := _LINES.fullmatch(address):
        return _rectangle(_numbers(match[1]), _numbers(match[2]))
    return ()


def short_list(addresses: Iterable[str]) -> str:
    """Addresses in one line, runs down a column joined: ``C5, C7:C9``."""
    plain: list[Cell] = []
    others: list[str] = []
    for address in addresses:
        match = _AREA.fullmatch(address)
        if match and match[3] is None:
            plain.append((int(match[2]), column_number(match[1])))
        else:
            others.append(address)
    runs: list[tuple[int, list[int]]] = []
    for column, members in groupby(sorted(set(plain), key=lambda c: (c[1], c[0])), key=lambda c: c[1]):
        for row, _ in members:
            if runs and runs[-1][0] == column and runs[-1][1][-1] == row - 1:
                runs[-1][1].append(row)
            else:
                runs.append((column, [row]))
    return ", ".join([*(_run(column, rows) for column, rows in runs), *dict.fromkeys(others)])


def _run(column: int, rows: list[int]) -> str:
    letter = column_letter(column)
    return f"{letter}{rows[0]}" if len(rows) == 1 else f"{letter}{rows[0]}:{letter}{rows[-1]}"


def _rectangle(rows: Iterable[int], columns: Iterable[int]) -> tuple[Cell, ...]:
    listed = tuple(columns)

    def cells() -> Iterator[Cell]:
        for row in rows:
            for column in listed:
                yield row, column

    return tuple(cell for cell, _ in zip(cells(), range(MOST_CELLS_OF_AREA), strict=False))


def _numbers(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("–")
        found += range(int(first), int(last or first) + 1)
    return found
