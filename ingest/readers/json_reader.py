"""JSON files: size and depth bounded, duplicate keys and non-numbers refused, numbers kept digit by digit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ingest.forms.contract import Section
from ingest.readers.grid import BOOLEAN, NESTED, NUMBER, PERSONAL, TEXT, Cell
from ingest.readers.limits import ReaderLimits
from ingest.readers.personal_data import looks_personal, titles_personal
from ingest.readers.result import CellMap, SectionRows
from ingest.readers.rules import FindingLog, RefusalError, Spot
from ingest.readers.typed_row import RowTyper

MAX_DEPTH = 20
_OPENING, _CLOSING = "{[", "}]"


class Digits(str):
    """A number of the file, as written."""

    __slots__ = ()


def read_json(data: bytes, limits: ReaderLimits) -> dict[str, Any]:
    """The file's top object. Raises :class:`RefusalError` for whatever is not one unambiguous object."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise RefusalError("READ.UNREADABLE", "файл JSON не в кодировке UTF-8") from problem
    _check_depth(text)
    values = 0

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal values
        values += len(items)
        if values > limits.cells:
            raise RefusalError("READ.LIMIT", "слишком много значений", f"до {limits.cells}")
        found: dict[str, Any] = {}
        for key, value in items:
            if key in found:
                raise RefusalError("READ.DUPLICATE_KEY", f"«{key}»", spot=Spot(cell=key))
            found[key] = value
        return found

    def constant(name: str) -> Any:
        raise RefusalError("READ.UNREADABLE", f"в файле JSON значение {name}, а это не число")

    try:
        document = json.loads(
            text, object_pairs_hook=pairs, parse_int=Digits, parse_float=Digits, parse_constant=constant
        )
    except json.JSONDecodeError as problem:
        spot = Spot(cell=f"строка {problem.lineno}", row_no=problem.lineno)
        what = f"ошибка JSON в строке {problem.lineno}, знак {problem.colno}"
        raise RefusalError("READ.UNREADABLE", what, spot=spot) from problem
    except RecursionError as problem:
        raise RefusalError(
            "READ.LIMIT", "слишком глубокая вложенность", f"до {MAX_DEPTH} уровней"
        ) from problem
    if not isinstance(document, dict):
        raise RefusalError("READ.UNREADABLE", "файл JSON должен быть объектом с ключами form, version, data")
    return document


def read_json_card(
    section: Section, document: Mapping[str, Any], log: FindingLog
) -> tuple[SectionRows, CellMap, int]:
    """A card whose fields are keys of the object at ``section.path``; also the number of its values."""
    path = section.path or "data"
    data = document.get(path)
    if not isinstance(data, dict):
        log.add(
            "READ.SHEET_MISSING", Spot(section.name, None, path), ", ".join(map(str, document)), f"«{path}»"
        )
        data = {}
    cells: dict[str, Cell | None] = {}
    addresses = {field.name: f"{path}.{field.name}" for field in section.fields}
    for field in section.fields:
        if field.name in data:
            cells[field.name] = _cell(data[field.name])
        elif path in document:
            spot = Spot(section.name, None, addresses[field.name], None, field.name, field.title)
            log.add("READ.LABEL", spot, None, f"«{field.title}»")
    values, personal = RowTyper(section, log, None).card(cells, addresses, {})
    places = {name: addresses[name] for name in cells}
    known = {field.name for field in section.fields}
    for key in data:
        if key not in known:
            _extra(f"{path}.{key}", key, data[key], log)
    for key in document:
        if key not in ("form", "version", path):
            _extra(key, key, document[key], log)
    count = sum(cell is not None for cell in cells.values())
    return SectionRows([values], personal), CellMap(section.name, "card", None, None, places), count


def _extra(address: str, key: str, value: Any, log: FindingLog) -> None:
    cell = _cell(value)
    if titles_personal(key) or (cell is not None and cell.kind == PERSONAL):
        log.add("READ.PERSONAL_DATA", Spot(cell=address))
    else:
        log.add("READ.EXTRA_CELL", Spot(cell=address), "" if cell is None else cell.text)


def _cell(value: Any) -> Cell | None:
    if value is None or (isinstance(value, str) and not isinstance(value, Digits) and not value.strip()):
        return None
    if isinstance(value, bool):
        return Cell(BOOLEAN, "1" if value else "0")
    if isinstance(value, Digits):
        return Cell(NUMBER, str(value))
    if isinstance(value, str):
        return Cell(PERSONAL, "") if looks_personal(value) else Cell(TEXT, value)
    text = json.dumps(value, ensure_ascii=False)
    return Cell(PERSONAL, "") if looks_personal(text) else Cell(NESTED, text)


def _check_depth(text: str) -> None:
    """Counts brackets outside strings before the parser recurses into them."""
    depth = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in _OPENING:
            depth += 1
            if depth > MAX_DEPTH:
                raise RefusalError("READ.LIMIT", "слишком глубокая вложенность", f"до {MAX_DEPTH} уровней")
        elif character in _CLOSING:
            depth -= 1
