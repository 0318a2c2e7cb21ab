"""What a blank says and refuses while a cell is being filled: Excel's data validation, in Russian.

Excel repairs (and so distrusts) a file whose messages are too long: 32 characters for a title, 255 for a
text.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ingest.forms.contract import Field, FormContract
from ingest.forms.wording import bounds, example

EARLIEST, LATEST = date(2015, 1, 1), date(2099, 12, 31)
TITLE_LENGTH, MESSAGE_LENGTH = 32, 255
_NO_BOUND = 1_000_000_000
_WRONG = "Проверьте значение"


def input_check(contract: FormContract, field: Field, source: str | None) -> dict[str, Any]:
    """The validation of a field's cells for xlsxwriter. ``source`` is the name of its list, if it has one."""
    need = "Обязательно." if field.required else "Можно не заполнять."
    options: dict[str, Any] = {"input_title": shortened(field.title, TITLE_LENGTH), "error_title": _WRONG}
    match field.type:
        case "integer" | "decimal":
            options |= _number(field)
            says = f"{_what(field)}. {_unit(field)}{need}"
        case "date":
            options |= {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
            options["error_message"] = "Дата вида 01.09.2025."
            says = f"Дата вида 01.09.2025. {need}"
        case "code" | "boolean":
            options |= {"validate": "list", "source": f"={source}"}
            options["error_message"] = "Выберите значение из списка."
            says = f"Выберите из списка. {need}"
        case "text":
            options |= _text(field, source)
            hint = example(field, contract)
            choose = "Выберите из списка. " if source else ""
            says = f"{choose}{_sentence(hint)}{need}"
    options["input_message"] = shortened(f"{says}{_known(field)}", MESSAGE_LENGTH)
    return options


def known_note(where: str) -> dict[str, Any]:
    """The note on a cell that is filled in already: where the value comes from. Nothing is refused."""
    says = f"Взято: {where}. Если неверно, исправьте там и скачайте бланк заново."
    return {
        "validate": "any",
        "input_title": "Уже заполнено",
        "input_message": shortened(says, MESSAGE_LENGTH),
    }


def shortened(text: str, length: int) -> str:
    """The text, cut at a word and marked with «…» where it is longer than ``length``."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _number(field: Field) -> dict[str, Any]:
    # «warning» lets through «нет данных», which is an honest answer; junk is found by the reader. Where a
    # value is required that answer brings the form back, so nobody is invited to give it there.
    absent = "Значение обязательно: если посчитали и вышел ноль, впишите 0."
    if not field.required:
        absent = "Если сведений нет, напишите «нет данных» и нажмите «Да»."
    return {
        "validate": field.type,
        "criteria": "between",
        "minimum": 0 if field.minimum is None else field.minimum,
        "maximum": _NO_BOUND if field.maximum is None else field.maximum,
        "error_type": "warning",
        "error_message": f"{_what(field)}. {absent}",
    }


def _text(field: Field, source: str | None) -> dict[str, Any]:
    if source is not None:
        # A list of the region may be younger than the blank: another code is questioned, not forbidden.
        return {
            "validate": "list",
            "source": f"={source}",
            "error_type": "warning",
            "error_message": "Такого кода нет в списке этого бланка. Проверьте его по листу «Как заполнить».",
        }
    longest = field.max_length or 500
    return {
        "validate": "length",
        "criteria": "<=",
        "value": longest,
        "error_message": f"Не больше {longest} знаков.",
    }


def _what(field: Field) -> str:
    what = "Целое число" if field.type == "integer" else "Число"
    return f"{what} {bounds(field)}".strip()


def _unit(field: Field) -> str:
    return f"Единица: {field.unit.rstrip('.')}. " if field.unit else ""


def _known(field: Field) -> str:
    known = field.prefilled_from
    return "" if known is None else f" Должно совпадать с формой {known.form}."


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}. " if text else ""
