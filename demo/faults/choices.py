"""Which cells of a form a fault may be put into, read off the form's contract."""

import csv
from functools import cache

from demo.facts import facts_path
from ingest.forms.catalogue import all_contracts
from ingest.forms.contract import Field, FormContract, Section

SPECIALTY = r"^\d{2}\.\d{2}\.\d{2}$"
Cells = list[tuple[Section, Field]]


def _required(contract: FormContract) -> Cells:
    return [
        (section, field)
        for section in contract.sections
        for field in section.fields
        if field.required and field.role is None and not field.personal
    ]


def counts(contract: FormContract) -> Cells:
    """Required whole numbers from 0 to some bound: people, mostly."""
    return [
        (section, field)
        for section, field in _required(contract)
        if field.type == "integer" and field.minimum == 0 and field.maximum is not None
    ]


def totals(contract: FormContract) -> Cells:
    """Totals that the form adds up itself, in cards and tables."""
    return [(section, field) for section in contract.sections for field in section.fields if field.sum_of]


def dates(contract: FormContract) -> Cells:
    """Required dates."""
    return [(section, field) for section, field in _required(contract) if field.type == "date"]


def listed(contract: FormContract) -> Cells:
    """Required cells with a list of words to choose from."""
    return [(section, field) for section, field in _required(contract) if field.codes]


def specialties(contract: FormContract) -> Cells:
    """Required codes of occupations and specialties."""
    return [(section, field) for section, field in _required(contract) if field.pattern == SPECIALTY]


def free_texts(contract: FormContract) -> Cells:
    """Required texts of one's own in tables: titles of events and the like."""
    return [
        (section, field)
        for section, field in _required(contract)
        if section.layout == "table"
        and (field.type, field.pattern, field.code_list) == ("text", None, None)
        and (field.max_length or 1000) >= 60
    ]


def parts(contract: FormContract) -> Cells:
    """Counts that cannot exceed another one of their row."""
    known = part_of_whole()
    return [
        (section, field)
        for section in contract.sections
        for field in section.fields
        if (contract.code, section.name, field.name) in known
    ]


@cache
def part_of_whole() -> dict[tuple[str, str, str], tuple[str, str]]:
    """(form, section, part) → (whole, rule)."""
    with facts_path("parts_of_wholes.csv").open(encoding="utf-8") as file:
        return {
            (row["form_code"], row["section"], row["part"]): (row["whole"], row["rule_id"])
            for row in csv.DictReader(file)
        }


def _blocks(contract: FormContract, *layouts: str) -> Cells:
    return [
        (section, section.fields[0])
        for section in contract.sections
        if section.layout in layouts and section.sheet is not None
    ]


def cards(contract: FormContract) -> Cells:
    """The card, if it stands on a sheet."""
    return _blocks(contract, "card")[:1]


def blocks(contract: FormContract) -> Cells:
    """Tables and matrices with a sheet of their own."""
    sheets = [section.sheet for section in contract.sections]
    return [cell for cell in _blocks(contract, "table", "matrix") if sheets.count(cell[0].sheet) == 1]


def wide_blocks(contract: FormContract) -> Cells:
    """Tables and matrices with at least four columns."""
    return [cell for cell in blocks(contract) if len(cell[0].fields) >= 4]


def matrices(contract: FormContract) -> Cells:
    """Matrices of at least two rows."""
    return [cell for cell in blocks(contract) if cell[0].layout == "matrix" and len(cell[0].rows) > 1]


def counted_tables(contract: FormContract) -> Cells:
    """Tables with a whole number in them, so that somebody may add it up."""
    return [
        cell
        for cell in blocks(contract)
        if cell[0].layout == "table" and any(field.type == "integer" for field in cell[0].fields)
    ]


def lines(contract: FormContract) -> Cells:
    """Any cell of the tables of a form without sheets."""
    return [
        (section, section.fields[0])
        for section in contract.sections
        if section.layout == "table" and section.sheet is None and len(section.fields) > 4
    ]


def with_older_version(contract: FormContract) -> Cells:
    """The period in the card of a form that had another version before."""
    older = [c for c in all_contracts() if c.code == contract.code and c.valid_from < contract.valid_from]
    place = contract.role_field("period")
    return [place] if older and place is not None else []


def older_version(contract: FormContract) -> FormContract:
    """The version before this one."""
    return [c for c in all_contracts() if c.code == contract.code and c.valid_from < contract.valid_from][-1]
