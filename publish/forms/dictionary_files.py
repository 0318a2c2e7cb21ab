"""The data dictionary as files: one page that can be searched and printed offline, one workbook to filter."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from ingest.forms.row_heights import row_height
from publish.forms.dictionary import DictionaryField, DictionaryForm, DictionarySection, dictionary
from publish.pages import page_templates

TEMPLATES = Path(__file__).parent / "templates"
PAGE, WORKBOOK = "dictionary.html", "dictionary.xlsx"
_CREATED = datetime(2024, 7, 1)
_COLUMNS: tuple[tuple[str, int], ...] = (
    ("Форма", 8),
    ("Версия", 9),
    ("Название формы", 30),
    ("Действует для периодов", 22),
    ("Раздел", 16),
    ("Название раздела", 24),
    ("Поле", 26),
    ("Показатель", 46),
    ("Место в бланке", 18),
    ("Тип", 18),
    ("Единица", 10),
    ("Границы, образец", 30),
    ("Список значений", 40),
    ("Обязательно", 13),
    ("Персональные данные", 14),
    ("Сумма показателей", 30),
    ("Известно из формы", 26),
    ("Мероприятия дорожных карт", 24),
    ("Таблица raw", 22),
    ("Модель staging", 24),
)


def dictionary_page(forms: list[DictionaryForm], *, is_linked: bool = False) -> bytes:
    """The dictionary as one self-contained HTML page; linked ones carry the portal's menu."""
    template = page_templates(TEMPLATES).get_template(f"{PAGE}.j2")
    text: str = template.render(forms=forms, page=PAGE, is_linked=is_linked)
    return text.encode("utf-8")


def dictionary_workbook(forms: list[DictionaryForm]) -> bytes:
    """The dictionary as a workbook: one line per field, with filters."""
    from xlsxwriter.workbook import Workbook

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Словарь данных форм", "created": _CREATED})
    header = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#DCE6F2"}
    )
    cell = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Показатели")
    for column, (title, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, header)
    lines = [
        _line(form, section, field) for form in forms for section in form.sections for field in section.fields
    ]
    for row, line in enumerate(lines, start=1):
        widths = (width for _, width in _COLUMNS)
        sheet.set_row(row, max(row_height(text, width - 3) for text, width in zip(line, widths, strict=True)))
        for column, text in enumerate(line):
            sheet.write_string(row, column, text, cell)
    sheet.autofilter(0, 0, len(lines), len(_COLUMNS) - 1)
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return buffer.getvalue()


def write_dictionary(folder: Path) -> list[Path]:
    """Writes the page and the workbook into the folder; returns their paths."""
    forms = dictionary()
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / PAGE, folder / WORKBOOK]
    for path, content in zip(paths, (dictionary_page(forms), dictionary_workbook(forms)), strict=True):
        path.write_bytes(content)
    return paths


def _line(form: DictionaryForm, section: DictionarySection, field: DictionaryField) -> tuple[str, ...]:
    place = ", ".join(part for part in (section.sheet, field.place) if part)
    return (
        form.code,
        form.version,
        form.title,
        form.validity,
        section.name,
        section.title,
        field.name,
        field.title,
        place,
        field.type,
        field.unit,
        field.limits,
        "; ".join(printed for printed, _ in field.codes),
        "да" if field.is_required else "нет",
        "да" if field.is_personal else "",
        "; ".join(field.sum_of),
        field.known_from,
        ", ".join(field.measures),
        "" if field.is_personal else section.raw_table,
        "" if field.is_personal else section.staging_model,
    )
