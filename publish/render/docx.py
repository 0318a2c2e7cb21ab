"""A document as DOCX: margins and type by ГОСТ Р 7.0.97-2016, real heading styles, equal bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
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
    TitlePage,
)
from publish.render.docx_table import table_xml
from publish.typefaces import OFFICE_FAMILY

FIGURE_WIDTH_MM = 165
BODY_POINTS = 13
TABLE_POINTS = 11
CELL_STYLE = "Текст таблицы"
ZIP_MOMENT = (1980, 1, 1, 0, 0, 0)
AUTHOR = "Ориентир"


def render_docx(document: Document) -> bytes:
    """The document as the bytes of a DOCX file."""
    writer = _Writer(document)
    writer.write()
    buffer = io.BytesIO()
    writer.word.save(buffer)
    return _normalised_zip(buffer.getvalue())


def _normalised_zip(data: bytes) -> bytes:
    """The same archive without the moments at which its entries were written."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, date_time=ZIP_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            target.writestr(entry, source.read(name))
    return buffer.getvalue()


def _text(run: Run) -> str:
    return run.text if isinstance(run, Number) else run


class _Writer:
    """Writes blocks one after another into an empty Word document."""

    def __init__(self, document: Document) -> None:
        from docx import Document as WordDocument

        self.document = document
        self.word: Any = WordDocument()
        self.tables = 0
        self.figures = 0
        self.bookmarks = 0
        self.is_after_table = False

    def write(self) -> None:
        self._properties()
        self._page()
        self._styles()
        self._title_page(self.document.title_page)
        self._contents()
        for block in self.document.blocks:
            self._block(block)

    # --- the frame ---

    def _properties(self) -> None:
        moment = datetime.fromisoformat(f"{self.document.dated}T00:00:00")
        properties = self.word.core_properties
        properties.author = properties.last_modified_by = AUTHOR
        properties.title = self.document.title_page.title
        properties.subject = self.document.title_page.subtitle
        properties.identifier = self.document.identifier
        properties.language = "ru-RU"
        properties.comments = ""
        properties.created = properties.modified = properties.last_printed = moment
        properties.revision = 1

    def _page(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        section = self.word.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin, section.right_margin = Mm(30), Mm(10)
        section.top_margin = section.bottom_margin = Mm(20)
        section.header_distance, section.footer_distance = Mm(10), Mm(10)
        section.different_first_page_header_footer = True
        header = section.header.paragraphs[0]
        header.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._field(header, "PAGE", "2")
        if self.document.is_draft:
            # In the lower margin, where it moves no line of the text.
            for footer in (section.first_page_footer, section.footer):
                mark = footer.paragraphs[0]
                mark.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                run = mark.add_run(DRAFT_MARK)
                run.bold = True

    def _styles(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt, RGBColor

        styles = self.word.styles
        normal = styles["Normal"]
        self._font(normal, BODY_POINTS)
        normal.paragraph_format.line_spacing = 1.15
        normal.paragraph_format.space_after = Pt(0)
        for name, points, before, after in (
            ("Title", 16, 0, 12),
            ("Heading 1", 15, 18, 8),
            ("Heading 2", 13, 12, 6),
            ("Caption", 11, 12, 4),
            ("List Bullet", BODY_POINTS, 0, 2),
            ("Header", 12, 0, 0),
        ):
            style = styles[name]
            self._font(style, points)
            style.font.bold = name in {"Title", "Heading 1", "Heading 2"}
            style.font.italic = False
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.paragraph_format.space_before = Pt(before)
            style.paragraph_format.space_after = Pt(after)
            style.paragraph_format.keep_with_next = name.startswith("Heading")
        self._without_border(styles["Title"])
        body = styles.add_style("Основной текст", 1)
        body.base_style = normal
        body.paragraph_format.first_line_indent = Mm(12.5)
        body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        body.paragraph_format.space_after = Pt(4)
        note = styles.add_style("Примечание", 1)
        note.base_style = normal
        self._font(note, TABLE_POINTS)
        note.font.italic = True
        note.paragraph_format.space_before = Pt(4)
        note.paragraph_format.space_after = Pt(8)
        cell = styles.add_style(CELL_STYLE, 1)
        cell.base_style = normal
        self._font(cell, TABLE_POINTS)
        cell.paragraph_format.line_spacing = 1.0

    def _font(self, style: Any, points: float) -> None:
        """Name the typeface for all four scripts and drop the theme's own, which would win."""
        from docx.oxml.ns import qn
        from docx.shared import Pt

        style.font.name = OFFICE_FAMILY
        style.font.size = Pt(points)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), OFFICE_FAMILY)
            theme = "cstheme" if script == "cs" else f"{script}Theme"
            fonts.attrib.pop(qn(f"w:{theme}"), None)

    def _without_border(self, style: Any) -> None:
        from docx.oxml.ns import qn

        for border in style.element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)

    def _title_page(self, page: TitlePage) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        centre = WD_ALIGN_PARAGRAPH.CENTER
        issuer = self.word.add_paragraph(page.issuer)
        issuer.alignment = centre
        issuer.paragraph_format.space_after = Pt(150)
        title = self.word.add_paragraph(page.title, style="Title")
        title.alignment = centre
        subtitle = self.word.add_paragraph(page.subtitle)
        subtitle.alignment = centre
        subtitle.paragraph_format.space_after = Pt(90)
        for line in page.details:
            self.word.add_paragraph(line).paragraph_format.space_after = Pt(4)
        place = self.word.add_paragraph(page.place_and_year)
        place.alignment = centre
        place.paragraph_format.space_before = Pt(120)

    def _contents(self) -> None:
        """A table of contents: Word fills in the page numbers when it updates the field."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
        from docx.shared import Mm, Pt

        headings = [block for block in self.document.blocks if isinstance(block, Heading)]
        opening = self.word.add_paragraph()
        opening.add_run().add_break(WD_BREAK.PAGE)
        label = opening.add_run("Содержание")
        label.bold = True
        opening.alignment = WD_ALIGN_PARAGRAPH.CENTER
        opening.paragraph_format.space_after = Pt(8)
        for index, heading in enumerate(headings):
            entry = self.word.add_paragraph()
            entry.paragraph_format.left_indent = Mm(8 * (heading.level - 1))
            if index == 0:
                self._field_start(entry, r'TOC \o "1-2" \h \z \u')
            self._link(entry, heading.text, f"_Toc{index + 1:03d}")
            if index == len(headings) - 1:
                self._field_character(entry, "end")
        self.word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    # --- blocks ---

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            self._paragraph(block.runs, "Основной текст")
        elif isinstance(block, BulletList):
            for item in block.items:
                self._paragraph(item, "List Bullet")
        elif isinstance(block, Note):
            self._paragraph(("Примечание. ", *block.runs), "Примечание")
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Figure):
            self._figure(block)
        elif isinstance(block, PageBreak):
            self.word.add_page_break()

    def _heading(self, block: Heading) -> None:
        paragraph = self.word.add_paragraph(style=f"Heading {block.level}")
        self.bookmarks += 1
        name = f"_Toc{self.bookmarks:03d}"
        start = self._element("w:bookmarkStart", {"w:id": str(self.bookmarks), "w:name": name})
        paragraph._p.append(start)
        paragraph.add_run(block.text)
        paragraph._p.append(self._element("w:bookmarkEnd", {"w:id": str(self.bookmarks)}))

    def _paragraph(self, runs: tuple[Run, ...], style: str) -> None:
        from docx.shared import Pt

        paragraph = self.word.add_paragraph("".join(_text(run) for run in runs), style=style)
        if self.is_after_table:
            paragraph.paragraph_format.space_before = Pt(8)
        self.is_after_table = False

    def _caption(self, word: str, number: int, text: str, *, above: bool) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        paragraph = self.word.add_paragraph(style="Caption")
        paragraph.add_run(f"{word}\u00a0")
        self._field(paragraph, f"SEQ {word} \\* ARABIC", str(number))
        paragraph.add_run(f" — {text}")
        paragraph.paragraph_format.keep_with_next = above
        if not above:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_after = Pt(10)

    def _figure(self, block: Figure) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm

        self.figures += 1
        paragraph = self.word.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        width_mm = min(FIGURE_WIDTH_MM, block.chart.width * 25.4 / 72)
        picture = paragraph.add_run().add_picture(io.BytesIO(block.chart.png), width=Mm(width_mm))
        properties = picture._inline.docPr
        properties.set("descr", block.alternative)
        properties.set("name", f"Рисунок {self.figures}")
        self._caption("Рисунок", self.figures, block.caption, above=False)

    def _table(self, block: Table) -> None:
        from docx.oxml import parse_xml

        self.tables += 1
        self._caption("Таблица", self.tables, block.caption, above=True)
        styles = self.word.styles
        xml = table_xml(block, styles["Table Grid"].style_id, styles[CELL_STYLE].style_id)
        section = self.word.element.body.sectPr
        section.addprevious(parse_xml(xml))
        self.is_after_table = True

    # --- pieces of WordprocessingML ---

    def _element(self, tag: str, attributes: dict[str, str]) -> Any:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        element = OxmlElement(tag)
        for name, value in attributes.items():
            element.set(qn(name), value)
        return element

    def _field_character(self, paragraph: Any, kind: str) -> None:
        paragraph.add_run()._r.append(self._element("w:fldChar", {"w:fldCharType": kind}))

    def _field_start(self, paragraph: Any, instruction: str) -> None:
        self._field_character(paragraph, "begin")
        code = self._element("w:instrText", {"xml:space": "preserve"})
        code.text = f" {instruction} "
        paragraph.add_run()._r.append(code)
        self._field_character(paragraph, "separate")

    def _field(self, paragraph: Any, instruction: str, cached: str) -> None:
        self._field_start(paragraph, instruction)
        paragraph.add_run(cached)
        self._field_character(paragraph, "end")

    def _link(self, paragraph: Any, text: str, anchor: str) -> None:
        run = paragraph.add_run(text)
        link = self._element("w:hyperlink", {"w:anchor": anchor, "w:history": "1"})
        link.append(run._r)
        paragraph._p.append(link)
