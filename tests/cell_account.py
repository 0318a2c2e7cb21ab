"""Where each cell of a form went, and what people write into cells: for the tests that no cell disappears."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from openpyxl.utils import coordinate_to_tuple

from ingest.forms.contract import FormContract
from ingest.forms.filling import ErrorCell, Formula
from ingest.readers.findings import FindingRecord
from ingest.readers.result import ReadResult, cell_address

ZEROES = ("0", "0.0", "00", "0,0", "-0", "+0", "0,00")

words = st.sampled_from(
    [
        "нет данных",
        "-",
        "—",
        "4 из 8",
        "ЛОЖЬ",
        "да",
        "нет",
        "0",
        "0,0",
        "12",
        "1 024",
        "1\u00a0024",
        "3,5",
        "1e3",
        "09.02.07",
        "Итого",
        "профпроба",
        "2025-10-14",
        "14.10.2025",
        "100%",
        "=HYPERLINK(1)",
        "Класс",
        "-5",
        "'0",
    ]
)
texts = words | st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12
)
numbers = st.integers(-10, 10**12) | st.decimals(-100, 100, places=2).map(float)
values = (
    st.none()
    | texts
    | numbers
    | st.booleans()
    | st.sampled_from(
        [ErrorCell("#DIV/0!"), Formula("1+1", 2), Formula("SUM(H4:M4)", None), date(2025, 10, 14)]
    )
)


class Account:
    """Where each cell of a form went, by sheet (None for CSV and JSON) and address."""

    def __init__(self, form: FormContract, result: ReadResult) -> None:
        self.result = result
        self.values: dict[tuple[str | None, str], Any] = {}
        self.noted: set[tuple[str | None, str]] = set()
        for cell_map in result.cell_maps:
            section = form.section(cell_map.section)
            for row_no, *typed, notes in result.sections[section.name].rows:
                kept = json.loads(notes) if notes else {}
                for field, value in zip(section.raw_fields, typed, strict=True):
                    if field.name in cell_map.fields:
                        place = cell_map.fields[field.name]
                        address = cell_address(cell_map.layout, cell_map.sheet, place, row_no)
                        if value is not None:
                            self.values[(cell_map.sheet, address)] = value
                        elif kept[field.name]["kind"] != "blank":
                            self.noted.add((cell_map.sheet, address))

    def knows(self, sheet: str | None, address: str, text: str) -> bool:
        """Whether a cell with this content is accounted for."""
        if (sheet, address) in self.values:
            value = self.values[(sheet, address)]
            is_zero = value == 0 and not isinstance(value, bool) and isinstance(value, int | Decimal)
            return not is_zero or text.strip() in ZEROES
        return (sheet, address) in self.noted or any(
            finding.sheet == sheet
            and (_covers(finding, sheet, address) or "и ещё ячеек" in (finding.received or ""))
            for finding in self.result.findings
        )


def _covers(finding: FindingRecord, sheet: str | None, address: str) -> bool:
    """Whether a finding about the same sheet is about this cell, too."""
    if finding.rule_id in ("READ.EXTRA_SHEET", "READ.SHEET_MISSING"):
        return True
    if finding.cell is None:
        return False
    if sheet is None:
        return _covers_line(finding.cell, finding.row_no, finding.rule_id, address)
    row, column = coordinate_to_tuple(address)
    if finding.rule_id == "READ.TOTAL_ROW":
        return row == finding.row_no
    first, _, last = finding.cell.partition(":")
    top, left = coordinate_to_tuple(first)
    bottom, right = coordinate_to_tuple(last or first)
    return top <= row <= bottom and left <= column <= right


def _covers_line(cell: str, row_no: int | None, rule: str, address: str) -> bool:
    """The same in a CSV file («строки 3–4, столбцы 1–2») or a JSON file (a key)."""
    here = [int(number) for number in re.findall(r"\d+", address)]
    rows, _, columns = cell.partition(",")
    if not address.startswith("строка"):
        return cell == address
    if rule == "READ.TOTAL_ROW":
        return row_no == here[0]
    return _within(rows, here[0]) and (not columns or _within(columns, here[1]))


def _within(text: str, number: int) -> bool:
    spans = [[int(n) for n in part.split("–")] for part in re.findall(r"\d+(?:–\d+)?", text)]
    return any(span[0] <= number <= span[-1] for span in spans)
