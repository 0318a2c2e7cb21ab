"""Russian words for what contracts say in codes: kinds of organisations, periods, types, layouts."""

from __future__ import annotations

from datetime import date

from ingest.forms.contract import Field, FormContract

SUBMITTERS = {
    "school": "общеобразовательная организация",
    "employment_center": "центр занятости населения",
    "spo_college": "профессиональная образовательная организация",
    "municipal_authority": "муниципальный орган управления образованием",
}
SUBMITTERS_MANY = {
    "school": "Общеобразовательные организации",
    "employment_center": "Центры занятости населения",
    "spo_college": "Профессиональные образовательные организации (СПО)",
    "municipal_authority": "Муниципальные органы управления образованием",
}
PERIODS = {
    "school_year": "учебный год",
    "half_year": "полугодие",
    "quarter": "квартал",
    "month": "месяц",
}
PERIOD_EXAMPLES = {
    "school_year": "2025-2026",
    "half_year": "2025-H2",
    "quarter": "2025-Q4",
    "month": "2025-09",
}
TYPES = {
    "integer": "целое число",
    "decimal": "число",
    "text": "текст",
    "date": "дата",
    "boolean": "да или нет",
    "code": "значение из списка",
}
LAYOUTS = {
    "card": "карточка: показатель и его значение",
    "matrix": "таблица с постоянными строками",
    "table": "список: одна строка – одна запись",
}
# Patterns of requisites and codes in words, by field name.
_EXAMPLES = {
    "ogrn": "13 цифр",
    "inn": "10 цифр",
    "oktmo": "8 цифр",
    "measure_code": "код из дорожной карты, например Ч4.4 или Т3.2.17",
    "specialty_code": "код специальности, например 09.02.07",
}


def day(value: date) -> str:
    """A day as people write it: 01.09.2025."""
    return f"{value:%d.%m.%Y}"


def validity(contract: FormContract) -> str:
    """For which periods the version is in force: «с 01.09.2024», «с 01.09.2024 по 31.08.2025»."""
    until = f" по {day(contract.valid_to)}" if contract.valid_to is not None else ""
    return f"с {day(contract.valid_from)}{until}"


def number(value: float) -> str:
    """A bound as people write it: 5 000 with a non-breaking space, 0,5 with a comma."""
    whole = f"{value:,}" if isinstance(value, int) or value != int(value) else f"{int(value):,}"
    return whole.replace(",", "\u00a0").replace(".", ",")


def bounds(field: Field) -> str:
    """The bounds of a number or the length of a text in words; empty where there are none."""
    parts = []
    if field.type in ("integer", "decimal"):
        if field.minimum is not None:
            parts.append(f"от {number(field.minimum)}")
        if field.maximum is not None:
            parts.append(f"до {number(field.maximum)}")
    elif field.max_length is not None:
        parts.append(f"не длиннее {field.max_length} знаков")
    return " ".join(parts)


def example(field: Field, contract: FormContract) -> str:
    """How a text with a pattern is written, in words; empty for a text without one."""
    if field.role == "period":
        return f"как в образце: {PERIOD_EXAMPLES[contract.period_type]}"
    if field.pattern is None:
        return ""
    if field.pattern.startswith("^http"):
        return "адрес, начинается с https://"
    return _EXAMPLES.get(field.name, "10 цифр" if field.name.endswith("_inn") else "")


def known_from(field: Field) -> str:
    """Where a prefilled field is known from: «форма S1»; with the rows that are added up. Else empty."""
    known = field.prefilled_from
    return "" if known is None else f"форма {known.form}"
