"""A document as PDF/A-2b by Typst, with the project's own typefaces: equal bytes on every machine."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from publish.blocks import (
    DRAFT_MARK,
    Block,
    BulletList,
    Document,
    Figure,
    Heading,
    Note,
    Number,
    PageBreak,
    Paragraph,
    Run,
    Table,
    cell_text,
)
from publish.render.docx_table import UNCUT_ROWS
from publish.typefaces import BODY_FAMILY, FONT_DIRECTORY

TEMPLATE = Path(__file__).parent / "templates" / "document.typ"


def render_pdf(document: Document) -> bytes:
    """The document as the bytes of a PDF/A-2b file.

    Raises typst.TypstError with the place in the template when it does not compile.
    """
    import typst

    data = json.dumps(_data(document), ensure_ascii=False, sort_keys=True)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONT_DIRECTORY)])
    result: Any = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=fonts,
        pdf_standards="a-2b",
        sys_inputs={"document": data},
    )
    return bytes(result)


def _data(document: Document) -> dict[str, Any]:
    day = date.fromisoformat(document.dated)
    page = document.title_page
    return {
        "identifier": document.identifier,
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "family": BODY_FAMILY,
        "issuer": page.issuer,
        "title": page.title,
        "subtitle": page.subtitle,
        "details": list(page.details),
        "place": page.place_and_year,
        "mark": DRAFT_MARK if document.is_draft else "",
        "blocks": [_block(block) for block in document.blocks],
    }


def _text(runs: tuple[Run, ...]) -> str:
    return "".join(run.text if isinstance(run, Number) else run for run in runs)


def _block(block: Block) -> dict[str, Any]:  # noqa: PLR0911  one kind of block a line
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.text}
        case Paragraph():
            return {"kind": "paragraph", "text": _text(block.runs)}
        case BulletList():
            return {"kind": "list", "items": [_text(item) for item in block.items]}
        case Note():
            return {"kind": "note", "text": _text(block.runs)}
        case Table():
            return {
                "kind": "table",
                "caption": block.caption,
                "titles": [column.title for column in block.columns],
                "widths": [column.width for column in block.columns],
                "numeric": [column.numeric for column in block.columns],
                "rows": [[cell_text(cell) for cell in row] for row in block.rows],
                "emphasised": sorted(block.emphasised),
                "is_uncut": len(block.rows) <= UNCUT_ROWS,
            }
        case Figure():
            return {
                "kind": "figure",
                "caption": block.caption,
                "alternative": block.alternative,
                "svg": block.chart.svg,
                "width": block.chart.width,
            }
        case PageBreak():
            return {"kind": "page_break"}
