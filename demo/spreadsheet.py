"""Workbooks as a spreadsheet program saves them, written cell by cell, so that every kind of fault can be put in.

The project's readers are tested against what this module writes; it shares no code with them or with the template.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date
from xml.sax.saxutils import escape

from demo.cells import AsWritten, ErrorCell, Formula

EPOCH = date(1899, 12, 30)
PLAIN, TITLE, HINT, HEADER, DATE, INPUT = range(6)
ZIP_DATE = (2024, 9, 1, 0, 0, 0)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/></numFmts>'
    '<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="13"/><name val="Calibri"/></font><font><i/><sz val="10"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFF8DC"/></patternFill></fill></fills>'
    '<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/>'
    '<bottom style="thin"/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6"><xf/>'
    '<xf fontId="1" applyFont="1"/><xf fontId="2" applyFont="1"/><xf borderId="1" applyBorder="1" applyAlignment="1">'
    '<alignment wrapText="1" vertical="center"/></xf><xf numFmtId="164" borderId="1" fillId="2" applyNumberFormat="1"/>'
    '<xf borderId="1" fillId="2" applyFill="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass
class Sheet:
    """A sheet: (row, column), both from 1, → value and style."""

    name: str
    cells: dict[tuple[int, int], tuple[object, int]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    state: str = "visible"

    def put(self, row: int, column: int, value: object, style: int = PLAIN) -> None:
        """Set a cell; None leaves it empty."""
        if value is None:
            self.cells.pop((row, column), None)
        else:
            self.cells[row, column] = (value, style)

    def last_row(self) -> int:
        """Number of the last row that holds anything."""
        return max((row for row, _ in self.cells), default=0)

    def shift_down(self, from_row: int, by: int = 1) -> None:
        """Insert empty rows above a row."""
        self.cells = {(r + by if r >= from_row else r, c): cell for (r, c), cell in self.cells.items()}

    def delete_row(self, row: int) -> None:
        """Delete a row; what stood below moves up."""
        self.cells = {(r - 1 if r > row else r, c): v for (r, c), v in self.cells.items() if r != row}


def column_letter(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """(7, 2) → B7."""
    return f"{column_letter(column)}{row}"


def workbook_bytes(sheets: list[Sheet], extra_parts: dict[str, bytes] | None = None) -> bytes:
    """The workbook as a file; the same sheets always give the same bytes."""
    strings: dict[str, int] = {}
    parts = {f"xl/worksheets/sheet{n}.xml": _sheet_xml(sheet, strings) for n, sheet in enumerate(sheets, 1)}
    numbers = range(1, len(sheets) + 1)
    content_types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.spreadsheetml.worksheet+xml"/>'
        for n in numbers
    )
    listed = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}"{_state(sheet)} r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    last = len(sheets)
    document = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        '"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        f'officedocument.spreadsheetml.sheet.main+xml"/>{content_types}<Override PartName="/xl/styles.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName='
        '"/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
        'sharedStrings+xml"/></Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{relations}'
        f'<Relationship Id="rId{last + 1}" Type="{OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId{last + 2}" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        **parts,
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}" uniqueCount="{len(strings)}">'
        + "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
        + "</sst>",
    }
    packed = {name: text.encode() for name, text in document.items()} | (extra_parts or {})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=zlib.Z_BEST_SPEED) as archive:
        for name, data in packed.items():
            info = zipfile.ZipInfo(name, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def _state(sheet: Sheet) -> str:
    return "" if sheet.state == "visible" else f' state="{sheet.state}"'


def _sheet_xml(sheet: Sheet, strings: dict[str, int]) -> str:
    rows: dict[int, list[str]] = {}
    for (row, column), (value, style) in sorted(sheet.cells.items()):
        rows.setdefault(row, []).append(_cell_xml(address(row, column), value, style, strings))
    for row in sheet.hidden_rows:
        rows.setdefault(row, [])
    data = "".join(
        f'<row r="{row}"{" hidden=" + chr(34) + "1" + chr(34) if row in sheet.hidden_rows else ""}>{"".join(cells)}</row>'
        for row, cells in sorted(rows.items())
    )
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in sheet.merged)
    merged = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else ""
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><cols><col min="1" max="1" width="48" customWidth="1"/><col min="2" max="20" '
        f'width="18" customWidth="1"/></cols><sheetData>{data}</sheetData>{merged}</worksheet>'
    )


def _cell_xml(where: str, value: object, style: int, strings: dict[str, int]) -> str:
    at = f'<c r="{where}" s="{style}"' if style else f'<c r="{where}"'
    match value:
        case bool():
            return f'{at} t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f"{at}><v>{value!r}</v></c>"
        case date():
            return f"{at}><v>{(value - EPOCH).days}</v></c>"
        case ErrorCell(code):
            return f'{at} t="e"><v>{escape(code)}</v></c>'
        case Formula(text, None):
            return f"{at}><f>{escape(text)}</f></c>"
        case Formula(text, cached):
            return f"{at}><f>{escape(text)}</f><v>{cached}</v></c>"
        case AsWritten(text) | str(text):
            return f'{at} t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'
        case _:
            raise TypeError(f"cell {where}: {value!r} cannot stand in a workbook")
