"""The data dictionary: every field of every form in Russian, from the contracts alone."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.forms.catalogue import all_contracts
from ingest.forms.code_lists import TITLES
from ingest.forms.contract import Field, FormContract, Section
from ingest.forms.wording import LAYOUTS, PERIODS, SUBMITTERS, TYPES, bounds, example, validity

_PATTERNED = "по образцу"


@dataclass(frozen=True)
class DictionaryField:
    """One field as the dictionary prints it; empty texts where there is nothing to say."""

    name: str
    title: str
    type: str
    unit: str
    limits: str
    codes: tuple[tuple[str, str], ...]
    is_required: bool
    is_personal: bool
    measures: tuple[str, ...]
    known_from: str
    sum_of: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class DictionarySection:
    """One section with where it stands in the file and in the warehouse."""

    name: str
    title: str
    sheet: str
    layout: str
    rows: tuple[tuple[str, str], ...]
    row_limit: str
    raw_table: str
    staging_model: str
    fields: tuple[DictionaryField, ...]


@dataclass(frozen=True)
class DictionaryForm:
    """One version of a form."""

    code: str
    version: str
    title: str
    submitter: str
    period: str
    formats: str
    validity: str
    is_newest: bool
    sections: tuple[DictionarySection, ...]

    @property
    def anchor(self) -> str:
        """The fragment under which pages refer to it."""
        return f"{self.code}-{self.version}"


def dictionary() -> list[DictionaryForm]:
    """Every version of every form: forms by code, the newest version of each first."""
    newest = {c.code: c.version for c in all_contracts()}
    ordered = sorted(all_contracts(), key=lambda c: (_natural(c.code), -c.valid_from.toordinal()))
    return [_form(contract, newest[contract.code] == contract.version) for contract in ordered]


def _natural(code: str) -> tuple[int, int]:
    """Schools, centres, colleges, municipalities; S2 comes before S10."""
    return "SCPM".find(code[:1]), int(code[1:])


def _form(contract: FormContract, is_newest: bool) -> DictionaryForm:
    return DictionaryForm(
        code=contract.code,
        version=contract.version,
        title=contract.title,
        submitter=SUBMITTERS.get(contract.submitter, contract.submitter),
        period=PERIODS[contract.period_type],
        formats=", ".join(f.upper() for f in contract.formats),
        validity=validity(contract),
        is_newest=is_newest,
        sections=tuple(_section(contract, section) for section in contract.sections),
    )


def _section(contract: FormContract, section: Section) -> DictionarySection:
    limit = ""
    if section.layout == "table":
        limit = f"строк от {section.min_rows}" + (f" до {section.max_rows}" if section.max_rows else "")
    return DictionarySection(
        name=section.name,
        title=section.title,
        sheet=section.sheet or "",
        layout=LAYOUTS[section.layout],
        rows=tuple(section.rows.items()),
        row_limit=limit,
        raw_table=f"raw.{section.table}",
        staging_model=f"stg_{section.table}",
        fields=tuple(_field(contract, section, field) for field in section.fields),
    )


def _field(contract: FormContract, section: Section, field: Field) -> DictionaryField:
    place = f"{section.name}.{field.name}"
    return DictionaryField(
        name=field.name,
        title=field.title,
        type="строка таблицы" if field.role == "row" else TYPES[field.type],
        unit=field.unit or "",
        limits=_limits(contract, field),
        codes=() if field.type == "boolean" else tuple(field.codes.items()),
        is_required=field.required,
        is_personal=field.personal,
        measures=tuple(code for code, fields in contract.measures.items() if place in fields),
        known_from=_known_from(field),
        sum_of=tuple(section.field(part).title for part in field.sum_of),
        place=_place(contract, section, field),
    )


def _limits(contract: FormContract, field: Field) -> str:
    parts = [bounds(field), example(field, contract)]
    if field.code_list is not None:
        parts.append(f"список «{TITLES[field.code_list]}»")
    if field.pattern is not None and not any(parts[1:]):
        parts.append(f"{_PATTERNED} {field.pattern}")
    return "; ".join(part for part in parts if part)


def _known_from(field: Field) -> str:
    known = field.prefilled_from
    if known is None:
        return ""
    rows = f", строки {', '.join(known.rows)}" if known.rows else ""
    return f"{known.address}{rows}"


def _place(contract: FormContract, section: Section, field: Field) -> str:
    """Where it stands in the blank: a cell of a card, a column of a matrix or table, a key of a JSON file."""
    if section.layout == "card" and "json" in contract.formats:
        return f"{section.path or section.name}.{field.name}"
    if section.sheet is None:
        return ""
    return section.cell(field.name) if section.layout == "card" else section.column(field.name)
