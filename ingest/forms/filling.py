"""Filled workbooks: a blank template with values put into its cells, the way a person would fill it.

The blank workbook is generated once per form; filling replaces the cells and leaves formats, validation and
protection as they are. That makes one file a matter of 1–2 ms, which the demo region needs by the thousand.

A value may be None (left empty), a number, a boolean, a text, a date, :class:`Formula`, :class:`ErrorCell` or
:class:`DateCell`. Stored codes (``trial``) and booleans are printed in Russian; other text goes in as it is.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from ingest.forms.contract import Field, FormContract, Section, column_letter, column_number
from ingest.forms.template import META_SHEET, blank_workbook, total_formula

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)
_EPOCH = date(1899, 12, 30)
_SHEET_DATA = re.compile(r"<sheetData>.*</sheetData>|<sheetData/>", re.DOTALL)
_MERGES = re.compile(r'<mergeCells count="(\d+)">(.*?)</mergeCells>')
_AFTER_MERGES = re.compile(r"<(?:conditionalFormatting|dataValidations|printOptions|pageMargins)\b")
_ADDRESS = re.compile(r"^([A-Z]{1,3})([1-9]\d*)$")


@dataclass(frozen=True)
class Formula:
    """A formula and the value Excel last computed; ``cached=None`` is a formula that was never computed."""

    text: str
    cached: int | float | str | None = None


@dataclass(frozen=True)
class ErrorCell:
    """An error such as ``#DIV/0!`` in a cell."""

    code: str


@dataclass(frozen=True)
class DateCell:
    """A real date cell in a column that is not meant for dates (Excel does that to codes like 01.02.03)."""

    value: date


@dataclass(frozen=True)
class SheetEdits:
    """What else is done to one sheet: cells by address (they win over values), hidden rows, merged ranges."""

    cells: Mapping[str, Any] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True)
class _BlankSheet:
    part: str
    before: str
    after: str
    cells: Mapping[tuple[int, int], tuple[str, Any]]  # (row, column) -> (style, value)
    row_attributes: Mapping[int, str]
    column_styles: Mapping[int, str]


@dataclass(frozen=True)
class _Blank:
    parts: Mapping[str, bytes]
    sheets: Mapping[str, _BlankSheet]
    date_style: str | None


def fill(
    contract: FormContract,
    values: Mapping[str, Any],
    meta: Mapping[str, str],
    edits: Mapping[str, SheetEdits],
) -> bytes:
    """The filled workbook. Raises ``ValueError`` for a section, field or sheet unknown to the form."""
    blank = _blank(contract)
    unknown = sorted(set(values) - {s.name for s in contract.sections}) + sorted(
        set(edits) - set(blank.sheets)
    )
    if unknown:
        raise ValueError(f"form {contract.code} has no section or sheet named {', '.join(unknown)}")
    cells: dict[str, dict[tuple[int, int], Any]] = {name: {} for name in blank.sheets}
    for section in contract.sections:
        if section.name in values and section.sheet is not None:
            cells[section.sheet].update(_section_cells(section, values[section.name]))
    row = 1 + max(row for row, _ in blank.sheets[META_SHEET].cells)
    for key, text in meta.items():
        cells[META_SHEET].update({(row, 1): key, (row, 2): text})
        row += 1
    strings = _Strings()
    parts = dict(blank.parts)
    for name, sheet in blank.sheets.items():
        edit = edits.get(name, SheetEdits())
        for address, value in edit.cells.items():
            cells[name][_position(address)] = value
        parts[sheet.part] = _render(sheet, cells[name], edit, strings, blank.date_style)
    parts["xl/sharedStrings.xml"] = strings.render()
    return _zip(parts)


def _section_cells(section: Section, values: Any) -> dict[tuple[int, int], Any]:
    first = section.first_row or 1
    cells: dict[tuple[int, int], Any] = {}
    if section.layout == "card":
        column = column_number(section.value_column or "B")
        for row, field_ in enumerate(section.fields, start=first):
            if field_.name in values:
                cells[(row, column)] = printed(field_, values[field_.name])
        given = set(values)
    elif section.layout == "matrix":
        given = set()
        for code, row_values in values.items():
            if code not in section.rows:
                raise ValueError(f"{section.table} has no row {code!r}")
            given |= set(row_values)
            cells.update(_matrix_row(section, values, str(code)))
    else:
        columns = [(number, f) for number, f in enumerate(section.fields, start=1)]
        given = set()
        for row, row_values in enumerate(values, start=first):
            given |= set(row_values)
            for number, field_ in columns:
                value = row_values.get(field_.name)
                if value is not None:
                    cells[(row, number)] = printed(field_, value)
    unknown = given - {f.name for f in section.fields}
    if unknown:
        raise ValueError(f"{section.table} has no field {', '.join(sorted(unknown))}")
    return cells


def _matrix_row(section: Section, values: Mapping[str, Any], code: str) -> dict[tuple[int, int], Any]:
    row = (section.first_row or 1) + list(section.rows).index(code)
    cells = {}
    for column, field_ in enumerate(section.fields[1:], start=2):
        if field_.name not in values[code]:
            continue
        value = values[code][field_.name]
        formula = total_formula(section, code, field_)
        if formula is not None and value == _expected_total(section, values, code, field_):
            value = Formula(formula, value)
        cells[(row, column)] = printed(field_, value)
    return cells


def _expected_total(section: Section, values: Mapping[str, Any], code: str, field_: Field) -> Any:
    """What the template's formula would give; None where a part is not a number."""
    if field_.sum_of:
        parts = [values[code].get(part) for part in field_.sum_of]
    else:
        parts = [values.get(row, {}).get(field_.name) for row in section.rows if row != code]
    if any(isinstance(part, bool) or not isinstance(part, int | float | Decimal) for part in parts):
        return None
    return sum(parts)


def printed(field_: Field, value: Any) -> Any:
    """A stored value as it is printed in the form: codes and booleans in Russian, anything else unchanged."""
    if field_.codes:
        stored = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
        for label, code in field_.codes.items():
            if code == stored:
                return label
    return value


class _Strings:
    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._uses = 0

    def number(self, text: str) -> int:
        self._uses += 1
        return self._numbers.setdefault(text, len(self._numbers))

    def render(self) -> bytes:
        items = "".join(
            f'<si><t xml:space="preserve">{_text(text)}</t></si>'
            if text != text.strip()
            else f"<si><t>{_text(text)}</t></si>"
            for text in self._numbers
        )
        head = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'count="{self._uses}" uniqueCount="{len(self._numbers)}">'
        )
        return f"{head}{items}</sst>".encode()


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LITERAL_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _text(text: str) -> str:
    """Text for XML; what XML cannot hold is written the way Office does it: _x0007_."""
    text = _LITERAL_ESCAPE.sub("_x005F_", text)
    return escape(_CONTROL.sub(lambda m: f"_x{ord(m[0]):04X}_", text))


def _render(
    sheet: _BlankSheet,
    filled: Mapping[tuple[int, int], Any],
    edit: SheetEdits,
    strings: _Strings,
    date_style: str | None,
) -> bytes:
    merged: dict[tuple[int, int], tuple[str, Any]] = dict(sheet.cells)
    for place, value in filled.items():
        known = merged.get(place)
        style = known[0] if known else sheet.column_styles.get(place[1], "")
        if isinstance(value, DateCell):
            if date_style is None:
                raise ValueError("this form has no date format that a DateCell could use")
            merged[place] = (date_style, value.value)
        else:
            merged[place] = (style, value)
    rows: dict[int, list[str]] = {row: [] for row in edit.hidden_rows}
    letters = [column_letter(number) for number in range(1, 1 + max(column for _, column in merged))]
    for row, column in sorted(merged):
        style, value = merged[(row, column)]
        rows.setdefault(row, []).append(_cell(f"{letters[column - 1]}{row}", style, value, strings))
    out = [sheet.before, "<sheetData>"]
    for row in sorted(rows):
        hidden = ' hidden="1"' if row in edit.hidden_rows else ""
        out.append(f'<row r="{row}"{sheet.row_attributes.get(row, "")}{hidden}>')
        out += rows[row]
        out.append("</row>")
    out.append("</sheetData>")
    out.append(_with_merged(sheet.after, edit.merged) if edit.merged else sheet.after)
    return "".join(out).encode()


def _with_merged(after: str, areas: tuple[str, ...]) -> str:
    """What follows the cells, with more merged areas: a sheet holds one list of them."""
    ranges = "".join(f'<mergeCell ref="{ref}"/>' for ref in areas)
    held = _MERGES.search(after)
    if held is not None:
        count = int(held.group(1)) + len(areas)
        merges = f'<mergeCells count="{count}">{held.group(2)}{ranges}</mergeCells>'
        return f"{after[: held.start()]}{merges}{after[held.end() :]}"
    place = _AFTER_MERGES.search(after)
    at = place.start() if place else 0
    return f'{after[:at]}<mergeCells count="{len(areas)}">{ranges}</mergeCells>{after[at:]}'


def _cell(address: str, style: str, value: Any, strings: _Strings) -> str:  # noqa: PLR0911 - one per kind
    if value is None:
        return f'<c r="{address}"{style}/>'
    if isinstance(value, bool):
        return f'<c r="{address}"{style} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float | Decimal):
        return f'<c r="{address}"{style}><v>{value}</v></c>'
    if isinstance(value, str):
        return f'<c r="{address}"{style} t="s"><v>{strings.number(value)}</v></c>'
    if isinstance(value, datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return f'<c r="{address}"{style}><v>{(value.date() - _EPOCH).days + seconds / 86400}</v></c>'
    if isinstance(value, date):
        return f'<c r="{address}"{style}><v>{(value - _EPOCH).days}</v></c>'
    if isinstance(value, ErrorCell):
        return f'<c r="{address}"{style} t="e"><v>{_text(value.code)}</v></c>'
    if isinstance(value, Formula):
        formula = f"<f>{_text(value.text.lstrip('='))}</f>"
        if value.cached is None:
            return f'<c r="{address}"{style}>{formula}</c>'
        kind = ' t="str"' if isinstance(value.cached, str) else ""
        return f'<c r="{address}"{style}{kind}>{formula}<v>{_text(str(value.cached))}</v></c>'
    raise ValueError(f"{address}: a cell cannot hold {type(value).__name__}")


@cache
def _blank(contract: FormContract) -> _Blank:
    with zipfile.ZipFile(io.BytesIO(blank_workbook(contract))) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    strings = [
        "".join(t.text or "" for t in item.iter(f"{_MAIN}t"))
        for item in ElementTree.fromstring(parts["xl/sharedStrings.xml"])
    ]
    shown = [s.attrib for s in ElementTree.fromstring(parts["xl/workbook.xml"]).iter(f"{_MAIN}sheet")]
    sheets = {
        sheet["name"]: _blank_sheet(f"xl/worksheets/sheet{sheet['sheetId']}.xml", parts, strings)
        for sheet in sorted(shown, key=lambda sheet: int(sheet["sheetId"]))
    }
    date_style = None
    for section in contract.sections:
        for position, field_ in enumerate(section.fields):
            if field_.type == "date" and section.sheet is not None:
                sheet = sheets[section.sheet]
                if section.layout == "card":
                    place = (section.first_row or 1) + position, column_number(section.value_column or "B")
                    date_style = sheet.cells[place][0]
                else:
                    date_style = sheet.column_styles[position + 1]
    return _Blank(parts, sheets, date_style)


def _blank_sheet(part: str, parts: Mapping[str, bytes], strings: list[str]) -> _BlankSheet:
    text = parts[part].decode()
    data = _SHEET_DATA.search(text)
    if data is None:
        raise ValueError(f"{part}: the template has no sheetData")
    root = ElementTree.fromstring(text)
    cells: dict[tuple[int, int], tuple[str, Any]] = {}
    attributes: dict[int, str] = {}
    for row in root.iter(f"{_MAIN}row"):
        keep = [(k, v) for k, v in row.attrib.items() if k in ("ht", "customHeight")]
        attributes[int(row.attrib["r"])] = "".join(f' {k}="{v}"' for k, v in keep)
        for cell in row:
            style = f' s="{cell.attrib["s"]}"' if "s" in cell.attrib else ""
            formula, value = cell.findtext(f"{_MAIN}f"), cell.findtext(f"{_MAIN}v")
            content: Any = None
            if formula is not None:
                content = Formula(formula, 0)
            elif value is not None:
                content = strings[int(value)] if cell.attrib.get("t") == "s" else float(value)
            cells[_position(cell.attrib["r"])] = (style, content)
    columns: dict[int, str] = {}
    for col in root.iter(f"{_MAIN}col"):
        if "style" in col.attrib:
            for number in range(int(col.attrib["min"]), int(col.attrib["max"]) + 1):
                columns[number] = f' s="{col.attrib["style"]}"'
    return _BlankSheet(part, text[: data.start()], text[data.end() :], cells, attributes, columns)


def _position(address: str) -> tuple[int, int]:
    match = _ADDRESS.match(address)
    if match is None:
        raise ValueError(f"{address!r} is not a cell address such as B7")
    return int(match[2]), column_number(match[1])


def _zip(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_MOMENT), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
