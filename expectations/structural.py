"""Rules that follow from a form's contract: filled, within bounds, in the code list, complete."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from expectations.derived import DerivedColumn, RowCodes, RowCount
from expectations.registry import SUBMISSION_BATCH, Rule
from ingest.forms.contract import Field, FormContract, Section
from ingest.forms.versions import first_version_with, is_in_oldest
from ingest.readers.findings import Category

# The structural rules of a contract hold for everything that was ever filled by it.
_ALWAYS = date(2000, 1, 1)


def structural_rules(contract: FormContract) -> list[Rule]:
    """The structural rules of a form, for every field that reaches a raw table."""
    return [rule for section in contract.sections for rule in _section_rules(contract, section)]


def structural_columns(contract: FormContract) -> tuple[DerivedColumn, ...]:
    """Columns of the submission batch that the rules on row counts need."""
    columns: list[DerivedColumn] = []
    for section in contract.sections:
        columns.append(
            RowCount(
                kind="row_count",
                name=f"{section.name}_row_count",
                batch=SUBMISSION_BATCH,
                section=section.name,
            )
        )
        if section.layout == "matrix":
            columns.append(
                RowCodes(
                    kind="row_codes",
                    name=f"{section.name}_row_codes",
                    batch=SUBMISSION_BATCH,
                    section=section.name,
                    codes=tuple(section.rows),
                )
            )
    return tuple(columns)


def _section_rules(contract: FormContract, section: Section) -> Iterator[Rule]:
    for field in section.raw_fields:
        yield from _field_rules(contract, section, field)
    if section.layout == "matrix":
        yield _whole_matrix(contract, section)
    elif section.layout == "table":
        yield _table_size(contract, section)


def _field_rules(contract: FormContract, section: Section, field: Field) -> Iterator[Rule]:
    if field.required:
        yield _rule(
            contract,
            section,
            field,
            "REQUIRED",
            title=f"Заполнено: {field.title}",
            category="structure",
            expectation="expect_column_values_to_not_be_null",
            expected="заполненное значение",
            message=f"{_where(section)}не заполнен показатель «{field.title}».",
            hint=_fill_hint(field),
        )
    if field.minimum is not None or field.maximum is not None:
        yield _rule(
            contract,
            section,
            field,
            "BOUNDS",
            title=f"В допустимых пределах: {field.title}",
            category="value",
            expectation="expect_column_values_to_be_between",
            arguments={"min_value": field.minimum, "max_value": field.maximum},
            expected=_bounds(field),
            message=f"{_where(section)}значение показателя «{field.title}» — {{received}}, "
            f"а допустимо {_bounds(field).rstrip('.')}.",
            hint="Проверьте, нет ли лишней цифры и в тех ли единицах указано значение.",
        )
    codes = tuple(section.rows) if field.role == "row" else tuple(field.codes.values())
    if codes and field.type == "code":
        printed = list(section.rows.values()) if field.role == "row" else list(field.codes)
        yield _rule(
            contract,
            section,
            field,
            "CODES",
            title=f"Из списка: {field.title}",
            category="value",
            expectation="expect_column_values_to_be_in_set",
            arguments={"value_set": list(codes)},
            expected=f"одно из значений: {', '.join(printed)}",
            message=f"{_where(section)}«{{received}}» не входит в список показателя «{field.title}».",
            hint="Выберите значение из списка в ячейке бланка, не вводите его вручную.",
        )
    if field.pattern is not None:
        yield _rule(
            contract,
            section,
            field,
            "FORM",
            title=f"Правильно записано: {field.title}",
            category="value",
            expectation="expect_column_values_to_match_regex",
            arguments={"regex": field.pattern},
            expected=_pattern_in_words(field),
            message=f"{_where(section)}показатель «{field.title}» записан неверно: «{{received}}».",
            hint=f"Запишите так: {_pattern_in_words(field)}.",
        )
    if field.max_length is not None:
        yield _rule(
            contract,
            section,
            field,
            "LENGTH",
            title=f"Не слишком длинно: {field.title}",
            category="value",
            expectation="expect_column_value_lengths_to_be_between",
            arguments={"max_value": field.max_length},
            expected=f"не длиннее {field.max_length} знаков",
            message=f"{_where(section)}текст показателя «{field.title}» длиннее {field.max_length} знаков.",
            hint="Сократите текст: оставьте само наименование или адрес, без пояснений.",
        )


def _whole_matrix(contract: FormContract, section: Section) -> Rule:
    """Every printed row is there exactly once."""
    column = f"{section.name}_row_codes"
    labels = ", ".join(f"«{label}»" for label in section.rows.values())
    return _rule(
        contract,
        section,
        None,
        "ROWS",
        title=f"Все строки таблицы «{section.title}»",
        category="structure",
        grain="submission",
        column=column,
        expectation="expect_column_values_to_be_between",
        arguments={"min_value": len(section.rows), "max_value": len(section.rows)},
        received=f"верных строк: {{{column}}}",
        expected=f"{len(section.rows)} строк, каждая по одному разу: {labels}",
        message=f"В таблице «{section.title}» каждая строка бланка должна стоять один раз; "
        f"верных строк {{{column}}} из {len(section.rows)}.",
        hint="Возьмите чистый бланк: строки в нём нельзя удалять, добавлять и переименовывать.",
    )


def _table_size(contract: FormContract, section: Section) -> Rule:
    column = f"{section.name}_row_count"
    most = f" и не больше {section.max_rows}" if section.max_rows is not None else ""
    return _rule(
        contract,
        section,
        None,
        "ROWS",
        title=f"Число строк таблицы «{section.title}»",
        category="structure",
        grain="submission",
        column=column,
        expectation="expect_column_values_to_be_between",
        arguments={"min_value": section.min_rows, "max_value": section.max_rows},
        received=f"строк: {{{column}}}",
        expected=f"не меньше {section.min_rows}{most} строк",
        message=f"В таблице «{section.title}» строк {{{column}}}, "
        f"а должно быть не меньше {section.min_rows}{most}.",
        hint="Проверьте, что в файле строки одной организации за один отчётный период.",
    )


def _rule(
    contract: FormContract,
    section: Section,
    field: Field | None,
    kind: str,
    *,
    title: str,
    category: Category,
    expectation: str,
    expected: str,
    message: str,
    hint: str,
    arguments: dict[str, Any] | None = None,
    received: str | None = None,
    grain: str = "row",
    column: str | None = None,
) -> Rule:
    name = f".{field.name.upper()}" if field is not None else ""
    return Rule.model_validate(
        {
            "id": f"{contract.code}.{kind}.{section.name.upper()}{name}",
            "form_code": contract.code,
            "title": title,
            "severity": "critical",
            "category": category,
            "section": section.name,
            "field": field.name if field is not None else None,
            "grain": grain,
            "expectation": expectation,
            "arguments": {"column": column or (field.name if field else None), **(arguments or {})},
            "received": received,
            "expected": expected,
            "message": message,
            "hint": hint,
            "basis": f"бланк формы {contract.code} версии {contract.version}",
            "valid_from": _ALWAYS if field is None else _since(contract, section, field),
            "origin": "contract",
        }
    )


def _where(section: Section) -> str:
    """How a message about a row begins: the printed label of a matrix row, the number of a table row."""
    if section.layout == "matrix":
        return "Строка «{row_title}»: "
    if section.layout == "table":
        return "Строка {row_no}: "
    return ""


def _since(contract: FormContract, section: Section, field: Field) -> date:
    """The first day of the periods that a field is asked for: always, or since the version that added it."""
    if is_in_oldest(contract.code, section.name, field.name):
        return _ALWAYS
    return first_version_with(contract.code, section.name, field.name).valid_from


def _bounds(field: Field) -> str:
    unit = f" {field.unit}" if field.unit else ""
    if field.minimum is not None and field.maximum is not None:
        return f"от {field.minimum} до {field.maximum}{unit}"
    if field.minimum is not None:
        return f"не меньше {field.minimum}{unit}"
    return f"не больше {field.maximum}{unit}"


def _fill_hint(field: Field) -> str:
    if field.type in ("integer", "decimal"):
        return "Укажите число. Если обучающихся, участников или часов не было, поставьте 0."
    if field.codes:
        return f"Выберите одно из значений: {', '.join(field.codes)}."
    if field.type == "date":
        return "Укажите дату в виде ДД.ММ.ГГГГ."
    return "Впишите значение; «нет данных» и прочерк не принимаются."


_PATTERNS_IN_WORDS = {
    r"^[15]\d{12}$": "13 цифр, первая 1 или 5",
    r"^\d{10}$": "10 цифр",
    r"^\d{10}(\d{2})?$": "10 цифр у организации, 12 у предпринимателя",
    r"^\d{8}$": "8 цифр",
    r"^20\d{2}-20\d{2}$": "учебный год вида 2025-2026",
    r"^20\d{2}-H[12]$": "полугодие вида 2025-H2",
    r"^20\d{2}-Q[1-4]$": "квартал вида 2025-Q4",
    r"^20\d{2}-(0[1-9]|1[0-2])$": "месяц вида 2025-09",
    r"^https?://\S+$": "адрес, который начинается с https:// или http://, без пробелов",
    r"^\d{2}\.\d{2}\.\d{2}$": "код вида 09.02.07",
    r"^[ЧТ]\d{1,2}(\.\d{1,2}){1,2}$": "код мероприятия вида Ч4.4 или Т3.2.17",
}


def _pattern_in_words(field: Field) -> str:
    if field.pattern is None or field.pattern not in _PATTERNS_IN_WORDS:
        raise ValueError(
            f"field {field.name}: the pattern {field.pattern!r} has no words for the submitter; "
            f"add it to {__name__}._PATTERNS_IN_WORDS"
        )
    return _PATTERNS_IN_WORDS[field.pattern]
