"""A filled form on its way to becoming a file: sheets, lines of a CSV file, or a JSON document."""

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from demo.cells import AsWritten
from demo.spreadsheet import DATE, HEADER, HINT, INPUT, TITLE, Sheet, workbook_bytes
from demo.values import FormValues, Row
from ingest.forms.contract import Field, FormContract, Section
from ingest.forms.template import sheet_heading

HINT_TEXT = "Заполните жёлтые ячейки. Строки и столбцы не добавляйте и не удаляйте."


@dataclass
class Draft:
    """What will be written; faults change it in place. The form's format says which of the three is used."""

    form_code: str
    sheets: list[Sheet] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    extra_parts: dict[str, bytes] = field(default_factory=dict)

    def sheet(self, name: str | None) -> Sheet:
        """The sheet with this name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)

    def data(self, suffix: str, encoding: str) -> bytes:
        """The file's bytes."""
        match suffix:
            case "xlsx":
                return workbook_bytes(self.sheets, self.extra_parts)
            case "json":
                return (json.dumps(self.document, ensure_ascii=False, indent=2) + "\n").encode(encoding)
            case "csv":
                buffer = io.StringIO()
                csv.writer(buffer, delimiter=";", lineterminator="\r\n").writerows(self.lines)
                return buffer.getvalue().encode(encoding)
            case _:
                raise ValueError(f"the demo writes no files with the suffix {suffix}")


def draft(contract: FormContract, values: FormValues) -> Draft:
    """Lay the values out as the form's contract prints them."""
    result = Draft(contract.code)
    match contract.formats[0]:
        case "xlsx":
            for section in contract.sections:
                _put_section(result, contract, section, values)
            result.sheets.append(_meta(contract))
        case "csv":
            result.lines = _lines(contract, values)
        case "json":
            result.document = _document(contract, values)
    return result


def first_line(contract: FormContract, values: FormValues, section_name: str) -> int:
    """Number of the first data line of a section in a CSV form.

    The heading, the lines of the card, then for each table an empty line, its header and its rows.
    """
    line = 2
    for section in contract.sections:
        line += 0 if section.layout == "card" else 2
        if section.name == section_name:
            return line
        line += len(section.fields) if section.layout == "card" else len(values.rows(section.name))
    raise KeyError(f"form {contract.code} has no section {section_name!r}")


def json_key(section: Section) -> str:
    """Key of a section in a JSON form: the card's path, a table's or a matrix's name."""
    return section.path or section.name


def printed(field_: Field, value: object) -> object:
    """The value as a person puts it into the form."""
    if value is None or isinstance(value, AsWritten):
        return value
    if field_.codes:
        code = ("true" if value else "false") if isinstance(value, bool) else value
        return next((title for title, stored in field_.codes.items() if stored == code), value)
    return value


def _put_section(result: Draft, contract: FormContract, section: Section, values: FormValues) -> None:
    """Put a section on its sheet; several sections may stand on one, below each other."""
    if section.sheet is None or section.header_row is None or section.first_row is None:
        raise ValueError(f"section {section.name} has no place on a sheet")
    title = sheet_heading(contract, section)
    sheet = next((sheet for sheet in result.sheets if sheet.name == section.sheet), None)
    if sheet is None:
        sheet = Sheet(section.sheet)
        result.sheets.append(sheet)
        sheet.put(1, 1, title, TITLE)
        sheet.put(2, 1, HINT_TEXT, HINT)
    else:
        sheet.put(section.header_row - 1, 1, title, TITLE)
    rows = values.rows(section.name)
    if section.layout == "card":
        sheet.put(section.header_row, 1, "Показатель", HEADER)
        sheet.put(section.header_row, 2, "Значение", HEADER)
        for row, field_ in enumerate(section.fields, section.first_row):
            sheet.put(row, 1, field_.title, HEADER)
            _put(sheet, row, 2, printed(field_, rows[0].get(field_.name)))
        return
    for column, field_ in enumerate(section.fields, 1):
        sheet.put(section.header_row, column, field_.title, HEADER)
    for row, filled in enumerate(rows, section.first_row):
        for column, field_ in enumerate(section.fields, 1):
            if field_.role == "row":
                sheet.put(row, column, section.rows[str(filled[field_.name])], HEADER)
            else:
                _put(sheet, row, column, printed(field_, filled.get(field_.name)))


def _put(sheet: Sheet, row: int, column: int, value: object) -> None:
    sheet.put(row, column, value, DATE if isinstance(value, date) else INPUT)


def _meta(contract: FormContract) -> Sheet:
    sheet = Sheet("_meta", state="veryHidden")
    pairs = (("form", contract.code), ("version", contract.version), ("contract_sha256", contract.sha256))
    for row, (key, value) in enumerate(pairs, 1):
        sheet.put(row, 1, key)
        sheet.put(row, 2, value)
    return sheet


def _text(section: Section, field_: Field, value: object) -> str:
    shown = section.rows[str(value)] if field_.role == "row" else printed(field_, value)
    match shown:
        case None:
            return ""
        case AsWritten(text):
            return text
        case date():
            return shown.strftime("%d.%m.%Y")
        case float():
            return str(shown).replace(".", ",")
        case _:
            return str(shown)


def _lines(contract: FormContract, values: FormValues) -> list[list[str]]:
    lines = [["Форма", contract.code, contract.version]]
    for section in contract.sections:
        rows = values.rows(section.name)
        if section.layout == "card":
            lines += [[f.title, _text(section, f, rows[0].get(f.name))] for f in section.fields]
            continue
        lines += [[], [f.title for f in section.fields]]
        lines += [[_text(section, f, row.get(f.name)) for f in section.fields] for row in rows]
    return lines


def _document(contract: FormContract, values: FormValues) -> dict[str, Any]:
    document: dict[str, Any] = {"form": contract.code, "version": contract.version}
    for section in contract.sections:
        rows = [_object(section, row) for row in values.rows(section.name)]
        document[json_key(section)] = rows[0] if section.layout == "card" else rows
    return document


def _object(section: Section, row: Row) -> dict[str, Any]:
    """One row as a JSON object: dates and decimals as JSON has them."""
    data: dict[str, Any] = {}
    for field_ in section.fields:
        value = row.get(field_.name)
        shown = value if field_.role == "row" else printed(field_, value)
        match shown:
            case AsWritten(text):
                data[field_.name] = text
            case date():
                data[field_.name] = shown.isoformat()
            case _:
                data[field_.name] = shown
    return data
