"""The catalogue of forms: loads and checks the contracts.

Loading builds typed objects and refuses whatever the program would not understand (about 10 ms per form).
:func:`check_contracts` also validates each file against the JSON schema of the Open Data Contract Standard.
It takes 0.4 s and runs where a contract enters the house: ``orientir db migrate``,
``orientir form check-contracts``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast, get_args

from ingest.forms.code_lists import CODE_LISTS
from ingest.forms.collecting import collecting_regions, window
from ingest.forms.contract import (
    Field,
    FieldType,
    FileFormat,
    FormContract,
    Layout,
    PeriodType,
    Role,
    Section,
    column_number,
)
from ingest.forms.contract_file import ContractError, ContractFile, Key
from ingest.forms.prefilled import check_prefilled, prefilled_from
from ingest.forms.served_measures import served_measures

CONTRACTS_DIR = Path(__file__).parent / "contracts"

_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_FORM_KEYS = {
    "formCode",
    "title",
    "submitter",
    "formats",
    "rhythm",
    "periodType",
    "validFrom",
    "validTo",
    "measures",
    "window",
    "regions",
}
_SECTION_KEYS = {
    "layout", "sheet", "headerRow", "firstRow", "labelColumn", "valueColumn", "rows", "totalRow", "maxRows",
    "minRows", "path",
}  # fmt: skip
_FIELD_KEYS = {"type", "role", "unit", "personal", "codes", "codeList", "sumOf", "prefilledFrom", "formerly"}
_PHYSICAL_TYPES: dict[str, tuple[str, ...]] = {
    "integer": ("integer", "bigint"),
    "decimal": ("numeric",),
    "text": ("text",),
    "date": ("date",),
    "boolean": ("boolean",),
    "code": ("text",),
}


@cache
def load_contracts() -> dict[str, FormContract]:
    """The newest version of every form, by form code, in the order of the codes.

    Raises :class:`ContractError` with file, line and key.
    """
    newest: dict[str, FormContract] = {}
    for contract_ in all_contracts():
        newest[contract_.code] = contract_
    return newest


@cache
def all_contracts() -> tuple[FormContract, ...]:
    """Every version of every form, by code, then by validity."""
    return read_contracts(CONTRACTS_DIR)


def contract(code: str, on: date | None = None) -> FormContract:
    """The form's newest version, or the one in force for periods that start on that day.

    Raises ``KeyError`` naming the forms there are.
    """
    versions = [c for c in all_contracts() if c.code == code and (on is None or c.in_force(on))]
    if not versions:
        known = ", ".join(load_contracts())
        raise KeyError(f"no form {code!r}" + (f" in force on {on}" if on else "") + f"; known forms: {known}")
    return versions[-1]


def find_version(code: str, version: str) -> FormContract | None:
    """The form in exactly that version, or None: a file is read by the version it was filled in."""
    return _by_version().get((code, version))


@cache
def _by_version() -> dict[tuple[str, str], FormContract]:
    return {(c.code, c.version): c for c in all_contracts()}


def read_contracts(folder: Path) -> tuple[FormContract, ...]:
    """Loads a folder of contracts and refuses two versions of a form that are in force on one day."""
    return _build_contracts(_read_files(folder))


def _read_files(folder: Path) -> list[ContractFile]:
    return [ContractFile(path) for path in sorted(folder.glob("*.yaml"))]


def _build_contracts(sources: list[ContractFile]) -> tuple[FormContract, ...]:
    contracts = [build_contract(source) for source in sources]
    check_prefilled(sources, contracts)
    contracts.sort(key=lambda c: (c.code, c.valid_from, c.version))
    for earlier, later in pairwise(contracts):
        if earlier.code != later.code:
            continue
        if earlier.version == later.version:
            raise ContractError(f"form {later.code}: version {later.version} is defined twice")
        if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
            raise ContractError(
                f"form {later.code}: version {earlier.version} must end (validTo) before "
                f"version {later.version} begins on {later.valid_from}"
            )
        _check_renamed(earlier, later)
    return tuple(contracts)


def _check_renamed(earlier: FormContract, later: FormContract) -> None:
    """A field that was called otherwise was in the version before, and nothing has its old name now."""
    before = {(section.name, field.name) for section in earlier.sections for field in section.fields}
    now = {(section.name, field.name) for section in later.sections for field in section.fields}
    for section in later.sections:
        for field in section.fields:
            if field.formerly is None:
                continue
            if (section.name, field.formerly) not in before or (section.name, field.formerly) in now:
                raise ContractError(
                    f"form {later.code}, version {later.version}: {section.name}.{field.name} was formerly "
                    f"{field.formerly!r}: that must be a field of version {earlier.version} and not of this"
                )


def check_contracts(folder: Path = CONTRACTS_DIR) -> None:
    """Validates every contract of the folder against the ODCS JSON schema, then loads it.

    Raises :class:`ContractError` for the first problem in the first file that has one.
    """
    import open_data_contract_standard
    from jsonschema.validators import validator_for

    schema_path = Path(str(open_data_contract_standard.__file__)).parent / "schema.json"
    schema = json.loads(schema_path.read_text(encoding="utf-8"))
    validator = validator_for(schema)(schema)
    sources = _read_files(folder)
    for source in sources:
        problems = sorted(
            validator.iter_errors(source.document), key=lambda e: (list(map(str, e.absolute_path)), e.message)
        )
        for problem in problems:
            raise source.error(tuple(problem.absolute_path), f"against ODCS: {problem.message}")
    _build_contracts(sources)


def build_contract(source: ContractFile) -> FormContract:
    """Turns a parsed file into a contract; raises :class:`ContractError` for what the program cannot use."""
    document = source.document
    extra, at = _extra(source, document, (), _FORM_KEYS)
    code = _text(source, extra, "formCode", at)
    schema = document.get("schema")
    if not isinstance(schema, list) or not schema:
        raise source.error(("schema",), "a form needs at least one section")
    sections = tuple(_section(source, item, ("schema", i), code) for i, item in enumerate(schema))
    _refuse_repeats(source, [s.name for s in sections], ("schema",), "section")
    built = FormContract(
        code=code,
        version=_text(source, document, "version", ()),
        title=_text(source, extra, "title", at),
        purpose=_text(source, document.get("description") or {}, "purpose", ("description",)),
        submitter=_text(source, extra, "submitter", at),
        formats=tuple(
            cast(FileFormat, _one_of(source, f, get_args(FileFormat), (*at, "formats")))
            for f in _list(source, extra, "formats", at)
        ),
        rhythm=_text(source, extra, "rhythm", at),
        period_type=cast(
            PeriodType, _one_of(source, extra.get("periodType"), get_args(PeriodType), (*at, "periodType"))
        ),
        valid_from=_date(source, extra, "validFrom", at),
        valid_to=_date(source, extra, "validTo", at) if "validTo" in extra else None,
        sections=sections,
        sha256=source.sha256,
        measures=served_measures(source, extra, at, sections),
        window=window(source, extra, at),
        regions=collecting_regions(source, extra, at),
    )
    for role in ("organisation", "period"):
        if built.role_field(role) is None:
            raise source.error(("schema",), f"no card field has the role {role!r}")
    return built


def _section(source: ContractFile, item: dict[str, Any], at: tuple[Key, ...], code: str) -> Section:
    extra, extra_at = _extra(source, item, at, _SECTION_KEYS)
    name = _name(source, item, at)
    table = _text(source, item, "physicalName", at)
    if table != f"{code.lower()}__{name}":
        raise source.error((*at, "physicalName"), f"must be {code.lower()}__{name}, is {table}")
    layout = cast(Layout, _one_of(source, extra.get("layout"), get_args(Layout), (*extra_at, "layout")))
    fields = tuple(
        _field(source, prop, (*at, "properties", i))
        for i, prop in enumerate(_list(source, item, "properties", at))
    )
    _refuse_repeats(source, [f.name for f in fields], (*at, "properties"), "field")
    _refuse_repeats(source, [f.title for f in fields], (*at, "properties"), "title")
    rows = {str(k): str(v) for k, v in (extra.get("rows") or {}).items()}
    if (layout == "matrix") != bool(rows):
        raise source.error((*extra_at, "rows"), "a matrix, and only a matrix, lists its rows")
    if layout == "matrix" and (not fields or fields[0].role != "row"):
        raise source.error((*at, "properties", 0), "the first field of a matrix must have the role 'row'")
    total = extra.get("totalRow")
    if total is not None and str(total) not in rows:
        raise source.error((*extra_at, "totalRow"), f"{total!r} is not one of the rows")
    for field_ in fields:
        for part in field_.sum_of:
            if part not in {f.name for f in fields}:
                raise source.error(
                    (*at, "properties"), f"{field_.name}: sumOf names an unknown field {part!r}"
                )
        if field_.personal and layout != "card":
            raise source.error((*at, "properties"), f"{field_.name}: only a card may hold personal data")
    return Section(
        name=name,
        table=table,
        title=_text(source, item, "businessName", at),
        layout=layout,
        fields=fields,
        sheet=extra.get("sheet"),
        header_row=_whole(source, extra, "headerRow", extra_at),
        first_row=_whole(source, extra, "firstRow", extra_at),
        label_column=_column(source, extra, "labelColumn", extra_at),
        value_column=_column(source, extra, "valueColumn", extra_at),
        rows=rows,
        total_row=None if total is None else str(total),
        min_rows=_whole(source, extra, "minRows", extra_at) or 0,
        max_rows=_whole(source, extra, "maxRows", extra_at),
        path=extra.get("path"),
        description=item.get("description"),
    )


def _field(source: ContractFile, item: dict[str, Any], at: tuple[Key, ...]) -> Field:
    extra, extra_at = _extra(source, item, at, _FIELD_KEYS)
    name = _name(source, item, at)
    kind = cast(FieldType, _one_of(source, extra.get("type"), get_args(FieldType), (*extra_at, "type")))
    physical = _text(source, item, "physicalType", at)
    if physical not in _PHYSICAL_TYPES[kind]:
        raise source.error(
            (*at, "physicalType"), f"{kind} is stored as {_PHYSICAL_TYPES[kind]}, not {physical!r}"
        )
    options = item.get("logicalTypeOptions") or {}
    pattern = options.get("pattern")
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as problem:
            raise source.error((*at, "logicalTypeOptions", "pattern"), str(problem)) from problem
    role: Role | None = extra.get("role")
    if role is not None:
        _one_of(source, role, get_args(Role), (*extra_at, "role"))
    codes = {str(k): str(v) for k, v in (extra.get("codes") or {}).items()}
    if (kind in ("code", "boolean")) != bool(codes) and role != "row":
        raise source.error(
            (*extra_at, "codes"), f"codes are needed for code and boolean fields only ({kind})"
        )
    if kind == "boolean" and set(codes.values()) != {"true", "false"}:
        raise source.error((*extra_at, "codes"), "a boolean's codes must be stored as 'true' and 'false'")
    return Field(
        name=name,
        title=_text(source, item, "businessName", at),
        type=kind,
        physical_type=physical,
        required=bool(item.get("required", False)),
        personal=bool(extra.get("personal", False)),
        role=role,
        unit=extra.get("unit"),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        pattern=pattern,
        max_length=options.get("maxLength"),
        codes=codes,
        code_list=_one_of(source, extra["codeList"], CODE_LISTS, (*extra_at, "codeList"))
        if "codeList" in extra
        else None,
        sum_of=tuple(extra.get("sumOf", ())),
        formerly=extra.get("formerly"),
        prefilled_from=prefilled_from(source, extra.get("prefilledFrom"), (*extra_at, "prefilledFrom")),
        description=item.get("description"),
    )


def _extra(
    source: ContractFile, item: dict[str, Any], at: tuple[Key, ...], allowed: set[str]
) -> tuple[dict[str, Any], tuple[Key, ...]]:
    """The ``orientir`` custom property of one level and where it stands; refuses keys nobody reads."""
    for i, custom in enumerate(item.get("customProperties") or ()):
        if custom.get("property") == "orientir":
            where = (*at, "customProperties", i, "value")
            value = custom.get("value")
            if not isinstance(value, dict):
                raise source.error(where, "must be a mapping")
            for key in value:
                if key not in allowed:
                    raise source.error((*where, key), f"unknown key; known: {', '.join(sorted(allowed))}")
            return value, where
    raise source.error((*at, "customProperties"), "the custom property 'orientir' is missing")


def _text(source: ContractFile, item: dict[str, Any], key: str, at: tuple[Key, ...]) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value.strip():
        raise source.error((*at, key), "must be a non-empty text")
    return value


def _name(source: ContractFile, item: dict[str, Any], at: tuple[Key, ...]) -> str:
    name = _text(source, item, "name", at)
    if not _NAME.match(name):
        raise source.error((*at, "name"), f"{name!r} is not snake_case")
    return name


def _list(source: ContractFile, item: dict[str, Any], key: str, at: tuple[Key, ...]) -> list[Any]:
    value = item.get(key)
    if not isinstance(value, list) or not value:
        raise source.error((*at, key), "must be a non-empty list")
    return value


def _whole(source: ContractFile, item: dict[str, Any], key: str, at: tuple[Key, ...]) -> int | None:
    value = item.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise source.error((*at, key), "must be a whole number, 0 or more")
    return int(value)


def _column(source: ContractFile, item: dict[str, Any], key: str, at: tuple[Key, ...]) -> str | None:
    value = item.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{1,2}", value) or column_number(value) > 300:
        raise source.error((*at, key), "must be a column letter such as B")
    return value


def _date(source: ContractFile, item: dict[str, Any], key: str, at: tuple[Key, ...]) -> date:
    value = item.get(key)
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as problem:
        raise source.error((*at, key), f"must be a date YYYY-MM-DD, is {value!r}") from problem


def _one_of(source: ContractFile, value: object, allowed: tuple[str, ...], at: tuple[Key, ...]) -> str:
    if value not in allowed:
        raise source.error(at, f"must be one of {', '.join(allowed)}, is {value!r}")
    return str(value)


def _refuse_repeats(source: ContractFile, names: list[str], at: tuple[Key, ...], what: str) -> None:
    for name in _repeated(names):
        raise source.error(at, f"{what} {name!r} is given twice")


def _repeated(names: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name
        seen.add(name)
