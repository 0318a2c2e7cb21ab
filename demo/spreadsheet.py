"""Workbooks as a spreadsheet program saves them, written cell by cell, so that any fault can be put in.

The readers are tested against what this module writes: it shares no code with them or with the template.
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
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/></numFmts>'
    '<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="13"/><name val="Calibri"/></font>'
    '<font><i/><sz val="10"/><name val="Calibri"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFF8DC"/></patternFill></fill></fills>'
    '<borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/>'
    '<bottom style="thin"/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6"><xf/>'
    '<xf fontId="1" applyFont="1"/><xf fontId="2" applyFont="1"/>'
    '<xf borderId="1" applyBorder="1" applyAlignment="1">'
    '<alignment wrapText="1" vertical="center"/></xf>'
    '<xf numFmtId="164" borderId="1" fillId="2" applyNumberFormat="1"/>'
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
    document = {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook_xml(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(sheets) + 1)]
            + [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        ),
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


def _content_types(sheets: int) -> str:
    kinds = [
        ("/xl/workbook.xml", "sheet.main"),
        ("/xl/styles.xml", "styles"),
        ("/xl/sharedStrings.xml", "sharedStrings"),
    ]
    kinds += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, sheets + 1)]
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{SPREADSHEET}.{kind}+xml"/>' for name, kind in kinds
    )
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(targets: list[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def _workbook_xml(sheets: list[Sheet]) -> str:
    listed = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{number}"'
        + ("" if sheet.state == "visible" else f' state="{sheet.state}"')
        + f' r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'


def _sheet_xml(sheet: Sheet, strings: dict[str, int]) -> str:
    rows: dict[int, list[str]] = {}
    for (row, column), (value, style) in sorted(sheet.cells.items()):
        rows.setdefault(row, []).append(_cell_xml(address(row, column), value, style, strings))
    for row in sheet.hidden_rows:
        rows.setdefault(row, [])
    hidden = dict.fromkeys(sheet.hidden_rows, ' hidden="1"')
    data = "".join(
        f'<row r="{row}"{hidden.get(row, "")}>{"".join(cells)}</row>' for row, cells in sorted(rows.items())
    )
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in sheet.merged)
    merged = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else ""
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><cols><col min="1" max="1" width="48" customWidth="1"/>'
        f'<col min="2" max="20" width="18" customWidth="1"/></cols>'
        f"<sheetData>{data}</sheetData>{merged}</worksheet>"
    )


def _cell_xml(where: str, value: object, style: int, strings: dict[str, int]) -> str:
    at = f'<c r="{where}" s="{style}"' if style else f'<c r="{where}"'
    match value:
        case bool():
            rest = f' t="b"><v>{int(value)}</v>'
        case int() | float():
            rest = f"><v>{value!r}</v>"
        case date():
            rest = f"><v>{(value - EPOCH).days}</v>"
        case ErrorCell(code):
            rest = f' t="e"><v>{escape(code)}</v>'
        case Formula(text, cached):
            rest = f"><f>{escape(text)}</f>" + ("" if cached is None else f"<v>{cached}</v>")
        case AsWritten(text) | str(text):
            rest = f' t="s"><v>{strings.setdefault(text, len(strings))}</v>'
        case _:
            raise TypeError(f"cell {where}: {value!r} cannot stand in a workbook")
    return f"{at}{rest}</c>"
