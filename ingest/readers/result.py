"""What reading a file gives: typed rows, findings, and the map back to the cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ingest.forms.contract import Layout
from ingest.readers.findings import FindingRecord


@dataclass(frozen=True, slots=True)
class ExpectedSender:
    """Whose folder, mailbox or key the file came from; ``ogrn`` is None where the channel does not know."""

    region_code: str
    ogrn: str | None


@dataclass(slots=True)
class SectionRows:
    """Rows of one section, ready for ``COPY``.

    Each row is ``(row_no, *values of Section.raw_fields, notes)``. ``notes`` is None or a JSON text:
    field -> ``{"kind": "blank"|"no_data"|"dash"|"invalid"|"error"|"formula_without_value", "text": …}`` for
    every field whose value is None. ``personal`` holds the card's personal fields: they never enter ``rows``.
    """

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    personal: dict[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class CellMap:
    """Where a section was read from; see :func:`cell_address`."""

    section: str
    layout: Layout
    sheet: str | None
    first_row: int | None
    fields: dict[str, str]


@dataclass(slots=True)
class ReadResult:
    """Outcome of :func:`ingest.readers.read.read_submission_file`.

    ``unreadable`` files have no sections. ``ogrn`` and ``period_code`` are what the file itself says, None
    where it says nothing that can be read. ``cell_count`` counts non-empty cells (values in JSON).
    """

    form_code: str | None = None
    form_version: str | None = None
    ogrn: str | None = None
    period_code: str | None = None
    sections: dict[str, SectionRows] = field(default_factory=dict)
    findings: list[FindingRecord] = field(default_factory=list)
    cell_maps: list[CellMap] = field(default_factory=list)
    unreadable: bool = False
    cell_count: int = 0


def cell_address(layout: str, sheet: str | None, place: str, row_no: int) -> str:
    """Address of a value, as the submitter sees it.

    ``place`` is ``CellMap.fields[field]``: a card's cell, or a table's column (a letter in a workbook, a
    number in a CSV file, where ``sheet`` is None).
    """
    if layout == "card":
        return place
    if sheet is None:
        return f"строка {row_no}, столбец {place}"
    return f"{place}{row_no}"
