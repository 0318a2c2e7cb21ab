"""Which cells of a form a fault may be put into, read off the form's contract."""

from collections.abc import Callable

from demo.laws import Law, laws
from ingest.forms.catalogue import all_contracts
from ingest.forms.contract import Field, FormContract, Section

SPECIALTY = r"^\d{2}\.\d{2}\.\d{2}$"
MEASURE = r"^[ЧТ]\d{1,2}(\.\d{1,2}){1,2}$"
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


def measures(contract: FormContract) -> Cells:
    """Required codes of the road maps' measures."""
    return [(section, field) for section, field in _required(contract) if field.pattern == MEASURE]


def law_of(contract: FormContract, cell: tuple[str, str], choice: Callable[[Law], bool]) -> Law:
    """The first law of this kind that names a cell."""
    return next(law for law in laws(contract.code) if (law.section, law.field) == cell and choice(law))


def _named(contract: FormContract, choice: Callable[[Law], bool]) -> Cells:
    """Cells that a law of this kind names when it is broken."""
    cells = dict.fromkeys(
        (law.section, law.field) for law in laws(contract.code) if law.field and choice(law)
    )
    return [(section := contract.section(name), section.field(field)) for name, field in cells]


def is_part(law: Law) -> bool:
    """A number that cannot exceed another one of its row: in every row, and nothing added to it."""
    sides = law.sides
    if sides is None or law.when:
        return False
    left, sign, right = sides
    return left == (law.field,) and sign == "<=" and len(right) == 1 and right[0].isidentifier()


def parts(contract: FormContract) -> Cells:
    """Counts that cannot exceed another one of their row, where both must be told."""
    return [
        (section, field)
        for section, field in _named(contract, is_part)
        if field.required and section.field(whole_of(contract, section, field)).required
    ]


def whole_of(contract: FormContract, section: Section, part: Field) -> str:
    """Name of the field that a part cannot exceed."""
    law = law_of(contract, (section.name, part.name), is_part)
    return law.text.rpartition(" ")[2]


def is_total_of_rows(law: Law) -> bool:
    """The last row of a matrix adds up the others."""
    return law.sides == ((law.field,), "=", (f"rows.{law.field}",)) and law.when == "row_code=total"


def totals_of_rows(contract: FormContract) -> Cells:
    """Whole numbers in the row of totals of a matrix."""
    return [cell for cell in _named(contract, is_total_of_rows) if cell[1].type == "integer"]


def is_dated(law: Law) -> bool:
    """A date that must lie in the period."""
    return law.dated is not None


def dates_within(contract: FormContract) -> Cells:
    """Dates that must lie in the period."""
    return _named(contract, is_dated)


def is_dated_by_the_end(law: Law) -> bool:
    """A date that must not be later than the period."""
    return law.sides == ((law.field,), "<=", ("period.last",))


def dates_by_the_end(contract: FormContract) -> Cells:
    """Dates that must not be later than the period."""
    return _named(contract, is_dated_by_the_end)


def is_listing(law: Law) -> bool:
    """No two rows alike, and two that are alike are only suspicious."""
    return bool(law.distinct) and not law.is_critical


def listings(contract: FormContract) -> Cells:
    """The cells that name a row entered twice."""
    return _named(contract, is_listing)


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
