"""dbt sources and staging models from contracts, so that the contract stays the only list of fields.

A staging model holds one section of the submissions that count, with their organisation and period.
``orientir form generate`` writes the files into ``dbt_project/models/staging``; a test fails when they drift.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ingest.forms.catalogue import load_contracts
from ingest.forms.contract import Field, FormContract, Section
from ingest.forms.versions import all_raw_fields, earlier_names

GENERATED = (
    "Generated from the form's contract by «orientir form generate»: change the contract, not this file."
)
_KEY_COLUMNS = (
    ("region_code", "Регион, который собирает форму."),
    ("ogrn", "ОГРН организации, приславшей форму."),
    ("period_code", "Отчётный период."),
    ("submission_id", "Отправка, которая засчитана за этот период."),
    ("row_no", "Строка листа или файла; 0 для карточки."),
)


def generated_files(contracts: Iterable[FormContract] | None = None) -> dict[str, str]:
    """Path under ``models/staging`` -> content, for all forms in their newest versions."""
    forms = list(load_contracts().values() if contracts is None else contracts)
    files = {"raw.yml": _sources(forms)}
    for contract in forms:
        for section in contract.sections:
            stem = f"{contract.code.lower()}/stg_{section.table}"
            files[f"{stem}.sql"] = _model(contract, section)
            files[f"{stem}.yml"] = _model_properties(contract, section)
    return files


def write_staging(folder: Path) -> list[Path]:
    """Writes the files that differ into ``folder`` (``models/staging``); returns their paths."""
    written = []
    for name, content in generated_files().items():
        path = folder / name
        if path.exists() and path.read_text(encoding="utf-8") == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
        written.append(path)
    return written


def drifted(folder: Path) -> list[str]:
    """Names of generated files that are missing or not what the contracts give now."""
    return [
        name
        for name, content in generated_files().items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != content
    ]


def _sources(contracts: list[FormContract]) -> str:
    lines = [
        f"# {GENERATED}",
        "version: 2",
        "",
        "sources:",
        "  - name: raw",
        "    description: One table per section of a form, typed by its contract; whatever came of the file.",
        "    schema: raw",
        "    tables:",
    ]
    for contract in contracts:
        for section in contract.sections:
            lines += [
                f"      - name: {section.table}",
                f"        description: {_quoted(_about(contract, section))}",
                "        columns:",
            ]
            for field in _columns(contract, section):
                about = titled(field) + ("" if field in section.raw_fields else " (прежние версии)")
                lines += [f"          - name: {field.name}", f"            description: {_quoted(about)}"]
    return "\n".join(lines) + "\n"


def _columns(contract: FormContract, section: Section) -> tuple[Field, ...]:
    """All columns of the raw table, those of older versions at the end."""
    newest = section.raw_fields
    known = {field.name for field in newest}
    return (*newest, *(f for f in all_raw_fields(contract.code, section.name) if f.name not in known))


def _model(contract: FormContract, section: Section) -> str:
    columns = ["counting.region_code", "counting.ogrn", "counting.period_code"]
    columns += ["section_rows.submission_id", "section_rows.row_no"]
    columns += [_value(contract, section, field) for field in own_fields(section)]
    selected = ",\n".join(f"    {column}" for column in columns)
    return (
        f"-- {GENERATED}\n"
        "with section_rows as (\n"
        "    select *\n"
        f"    from {{{{ source('raw', '{section.table}') }}}}\n"
        "),\n\n"
        "counting as (\n"
        "    select\n"
        "        submission_id,\n"
        "        region_code,\n"
        "        ogrn,\n"
        "        period_code\n"
        "    from {{ ref('int_submission__counting') }}\n"
        ")\n\n"
        f"select\n{selected}\n"
        "from section_rows\n"
        "inner join counting\n"
        "    on section_rows.submission_id = counting.submission_id\n"
    )


def _value(contract: FormContract, section: Section, field: Field) -> str:
    """The field's column; where it had other names before, whichever of them the file's version filled."""
    names = [field.name, *earlier_names(contract.code, section.name, field.name)]
    columns = [f"section_rows.{name}" for name in names]
    return columns[0] if len(columns) == 1 else f"coalesce({', '.join(columns)}) as {field.name}"


def _model_properties(contract: FormContract, section: Section) -> str:
    lines = [
        f"# {GENERATED}",
        "version: 2",
        "",
        "models:",
        f"  - name: stg_{section.table}",
        f"    description: {_quoted((section.description or section.title) + ' Counting submissions only.')}",
        "    columns:",
    ]
    for name, text in _KEY_COLUMNS:
        lines += [f"      - name: {name}", f"        description: {_quoted(text)}"]
    for field in own_fields(section):
        lines += [f"      - name: {field.name}", f"        description: {_quoted(titled(field))}"]
    return "\n".join(lines) + "\n"


def own_fields(section: Section) -> list[Field]:
    """Raw fields but those that identify the submission: these come from the ledger."""
    return [field for field in section.raw_fields if field.role not in ("organisation", "period")]


def _about(contract: FormContract, section: Section) -> str:
    return f"{contract.code} «{contract.title}», раздел «{section.title}»"


def titled(field: Field) -> str:
    return field.title if field.unit is None else f"{field.title}, {field.unit}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
