"""The sheet «Как заполнить»: what a person reads before filling in a blank workbook.

The reader has to tell the template's own words from what somebody wrote there: ``_meta`` carries a digest of
the sheet's texts (:func:`guide_digest`), and a sheet that still has them is nobody's data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.forms.code_lists import TITLES, Code, codes_of
from ingest.forms.contract import Field, FormContract, Section
from ingest.forms.known_values import KnownValues
from ingest.forms.wording import LAYOUTS, PERIOD_EXAMPLES, PERIODS, SUBMITTERS, validity

GUIDE_SHEET = "Как заполнить"
LONGEST_PRINTED_LIST = 80

# What to write where nothing is known, in forms without and with cells that may stay empty.
ABSENT = (
    "Форма без значения хотя бы в одной жёлтой ячейке не принимается.",
    "В голубой ячейке можно написать «нет данных»; без значения в жёлтой форма не принимается.",
)

Style = Literal["title", "heading", "text", "pair", "required", "optional", "total", "known"]


@dataclass(frozen=True)
class GuideLine:
    """One row of the sheet; ``right`` stands in the second column where there is one."""

    style: Style
    left: str
    right: str | None = None


def guide_lines(contract: FormContract, known: KnownValues) -> list[GuideLine]:
    """The sheet, row by row, for a form that is sent as a workbook."""
    lines = [
        GuideLine("title", f"{contract.code}. {contract.title}"),
        GuideLine("pair", "Заполняет", SUBMITTERS.get(contract.submitter, contract.submitter)),
        GuideLine(
            "pair",
            "Отчётный период",
            f"{PERIODS[contract.period_type]}, пишется так: {PERIOD_EXAMPLES[contract.period_type]}",
        ),
        GuideLine("pair", "Версия бланка", f"{contract.version}, для периодов {validity(contract)}"),
        *_prepared(known),
        *_due(contract, known),
        GuideLine("heading", "Что обозначают цвета"),
        GuideLine("required", "Жёлтая ячейка", "заполните обязательно, нули тоже"),
    ]
    if has_optional(contract):
        lines.append(GuideLine("optional", "Голубая ячейка", "можно оставить пустой"))
    if any(
        s.layout == "matrix" and (s.total_row or any(f.sum_of for f in s.fields)) for s in contract.sections
    ):
        lines.append(GuideLine("total", "Серая ячейка", "считается сама, её изменить нельзя"))
    if known.values:
        lines.append(GuideLine("known", "Зелёная ячейка", "уже заполнена, проверьте"))
    lines.append(GuideLine("heading", "Листы"))
    lines += [GuideLine("pair", section.sheet or "", _about(section)) for section in contract.sections]
    lines.append(GuideLine("heading", "Порядок работы"))
    lines += [GuideLine("text", f"{no}. {text}") for no, text in enumerate(_steps(contract), start=1)]
    return [*lines, *_code_lists(contract, known.region_code)]


def has_optional(contract: FormContract) -> bool:
    """Whether the form has cells that may stay empty."""
    return any(not f.required and f.role is None for s in contract.sections for f in s.fields)


def guide_digest(texts: Mapping[tuple[int, int], str]) -> str:
    """SHA-256 over the sheet's texts by (row, column), both from 1."""
    return _digest(f"{row}\t{column}\t{text}" for (row, column), text in sorted(texts.items()))


def guide_texts(lines: Iterable[GuideLine]) -> dict[tuple[int, int], str]:
    """Where each text of the sheet stands, by (row, column), both from 1."""
    texts = {}
    for row, line in enumerate(lines, start=1):
        texts[(row, 1)] = line.left
        if line.right is not None:
            texts[(row, 2)] = line.right
    return texts


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def _prepared(known: KnownValues) -> list[GuideLine]:
    lines = []
    if known.organisation_name is not None:
        lines.append(GuideLine("pair", "Бланк подготовлен для", known.organisation_name))
    if known.period_title is not None:
        lines.append(GuideLine("pair", "За период", known.period_title))
    lines += [GuideLine("pair", "Уже заполнено", source) for source in sorted(set(known.sources.values()))]
    lines += [GuideLine("pair", "Не заполнено", missing) for missing in known.missing]
    return lines


def _due(contract: FormContract, known: KnownValues) -> list[GuideLine]:
    # The calendar reads the contracts: it can be asked only when they are there.
    from ingest.calendar.due_words import due_in_words

    due = due_in_words(contract, known.period_code, known.region_code, known.ogrn)
    return [GuideLine("pair", "Срок сдачи", due)] if due else []


def _about(section: Section) -> str:
    layout = LAYOUTS[section.layout]
    return layout if section.title == section.sheet else f"{section.title}; {layout}"


def _steps(contract: FormContract) -> list[str]:
    layouts = {section.layout for section in contract.sections}
    has_personal = any(section.personal_fields for section in contract.sections)
    steps = [
        "Заполните все листы по порядку. Пишите только в цветных ячейках: остальные защищены.",
        "Подсказка появляется, когда ячейка выбрана: что писать, в каких единицах и пределах.",
        "Ноль пишите, только если посчитали и вышел ноль: пустая ячейка, прочерк и ноль – разные ответы. "
        + ABSENT[has_optional(contract)],
    ]
    if "table" in layouts:
        steps.append(
            "В списке одна строка – одна запись. Подряд, без пустых строк, без объединения ячеек и без "
            "строки «Итого»."
        )
    steps += [
        "Из другого файла переносите через «Специальная вставка – Значения»: так сохранятся проверки бланка.",
        "Не переименовывайте листы и не меняйте заголовки: по ним читается форма.",
        "Не вносите фамилии, СНИЛС и телефоны"
        + (" нигде, кроме строк об ответственном." if has_personal else ": такой файл будет возвращён.")
        + " Сведения об обучающихся – только числами.",
        "Сохраните файл в формате XLSX (подойдут и XLS, и ODS). Имя файла может быть любым.",
        "В ответ придёт протокол: принята форма или нет, какие ячейки исправить и до какого дня.",
    ]
    return steps


def _code_lists(contract: FormContract, region_code: str | None) -> list[GuideLine]:
    """Every list that can be printed, once, under the names of the columns that hold its codes."""
    lists: dict[tuple[str, tuple[Code, ...]], list[tuple[Section, Field]]] = {}
    for section in contract.sections:
        for field in section.fields:
            codes = tuple(codes_of(contract, section, field, region_code))
            if field.code_list is not None and codes and len(codes) <= LONGEST_PRINTED_LIST:
                lists.setdefault((field.code_list, codes), []).append((section, field))
    lines: list[GuideLine] = []
    for (name, codes), places in lists.items():
        columns = ", ".join(f"лист «{section.sheet}», столбец «{field.title}»" for section, field in places)
        lines.append(GuideLine("heading", f"{TITLES[name]}: {columns}"))
        lines += [GuideLine("pair", code.code, code.title) for code in codes]
    return lines
