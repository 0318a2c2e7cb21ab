"""A table of the block model as WordprocessingML, written at once: cell by cell a library is slow."""

from __future__ import annotations

from xml.sax.saxutils import escape

from publish.blocks import Cell, Column, Table, cell_text

TEXT_WIDTH_MM = 170
HEADER_HALF_POINTS = 20
TWIPS_PER_MM = 1440 / 25.4
# A table of so many rows is not cut by a page; a longer one keeps two rows together at its head and its foot.
UNCUT_ROWS = 8
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def column_widths(columns: tuple[Column, ...]) -> list[int]:
    """Widths in twentieths of a point, which together fill the text's width."""
    total = sum(column.width for column in columns)
    return [int(TEXT_WIDTH_MM * TWIPS_PER_MM * column.width / total) for column in columns]


def table_xml(table: Table, table_style: str, cell_style: str) -> str:
    """The element `w:tbl` with fixed widths, a header row that repeats, and rows that no page cuts.

    Widths stand in the grid and in every cell: LibreOffice reads the one, Word the other.
    """
    widths = column_widths(table.columns)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    titles = tuple(column.title for column in table.columns)
    lines = [_row(table, titles, widths, cell_style, index=None)]
    lines += [_row(table, row, widths, cell_style, index=index) for index, row in enumerate(table.rows)]
    return (
        f'<w:tbl xmlns:w="{NAMESPACE}"><w:tblPr><w:tblStyle w:val="{table_style}"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def keeps_next(rows: int, index: int | None) -> bool:
    """Whether a row stands on one page with the next: None is the header, 0 the first row below it."""
    last = rows - 1
    if index is None:
        return rows > 0
    return index < last and (rows <= UNCUT_ROWS or index in {0, last - 1})


def _row(
    table: Table, line: tuple[Cell, ...], widths: list[int], cell_style: str, *, index: int | None
) -> str:
    is_header = index is None
    is_bold = is_header or index in table.emphasised
    properties = "<w:cantSplit/>" + ("<w:tblHeader/>" if is_header else "")
    cells = []
    for cell, column, width in zip(line, table.columns, widths, strict=True):
        side = "center" if is_header else "right" if column.numeric else "left"
        text = escape(cell_text(cell))
        look = "<w:b/>" if is_bold else ""
        if is_header:
            look += f'<w:sz w:val="{HEADER_HALF_POINTS}"/><w:szCs w:val="{HEADER_HALF_POINTS}"/>'
        keep = "<w:keepNext/>" if keeps_next(len(table.rows), index) else ""
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
            f'<w:p><w:pPr><w:pStyle w:val="{cell_style}"/>{keep}<w:jc w:val="{side}"/></w:pPr>'
            f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>'
        )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"
