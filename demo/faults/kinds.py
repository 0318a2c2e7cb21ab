"""The catalogue of faults: what is spoilt, how bad it is, and what must be found where."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from demo.drafts import Draft, first_table_line
from demo.organisations import Organisation, count, organisation
from demo.periods import Term
from demo.spreadsheet import column_letter
from demo.values import FormValues, Row
from ingest.forms.contract import FormContract, Section

Stage = Literal["values", "draft", "content"]
Outcome = Literal["rejected", "unreadable", "accepted_with_warnings"]


@dataclass(frozen=True)
class Place:
    """Where a fault stands, as the submitter sees it, and what stands there."""

    section: str | None = None
    sheet: str | None = None
    cell: str | None = None
    row_no: int | None = None
    field: str | None = None
    received: str | None = None
    rows_moved_by: int = 0


@dataclass
class Spoil:
    """One file about to be spoilt: its values before it is laid out, its draft, or its content."""

    rng: Random
    seed: int
    scale: float
    org: Organisation
    term: Term
    contract: FormContract
    values: FormValues
    draft: Draft = field(default_factory=lambda: Draft(""))
    content: bytes = b""

    @property
    def suffix(self) -> str:
        """Format of the file."""
        return self.contract.formats[0]

    def neighbour(self) -> Organisation:
        """Another organisation of the same kind and region."""
        others = count(self.org.kind, self.org.region_code, self.scale)
        serial = (self.org.serial + 1) % others
        return organisation(self.seed, self.org.region_code, self.org.kind, serial, self.scale)

    def section(self, name: str) -> Section:
        """Section of the form's contract."""
        return self.contract.section(name)

    def place(self, section_name: str, field_name: str, index: int = 0, received: object = None) -> Place:
        """Address of a field in the file; `index` counts the rows of a matrix or a table from 0."""
        section = self.section(section_name)
        text = None if received is None else str(received)
        if self.suffix == "json":
            return Place(section_name, None, f"{section.path}.{field_name}", 0, field_name, text)
        position = [f.name for f in section.fields].index(field_name)
        if self.suffix == "csv":
            if section.layout == "card":
                return Place(section_name, None, f"строка {position + 2}", 0, field_name, text)
            line = first_table_line(self.contract) + index
            return Place(section_name, None, f"строка {line}, столбец {position + 1}", line, field_name, text)
        first = section.first_row or 1
        if section.layout == "card":
            return Place(section_name, section.sheet, f"B{first + position}", 0, field_name, text)
        row = first + index
        return Place(
            section_name, section.sheet, f"{column_letter(position + 1)}{row}", row, field_name, text
        )


TABLES = ("events", "trials")

# A fault changes the file in place and says where.
Spoiler = Callable[[Spoil], Place]


@dataclass(frozen=True)
class FaultKind:
    """One kind of fault.

    `rule_ids`: how the id of a finding may begin that says rightly what is wrong. `compared_with`: the form
    of the same school year that must be there for the fault to be seen at all.
    """

    fault_id: str
    forms: tuple[str, ...]
    stage: Stage
    outcome: Outcome
    category: str
    rule_ids: tuple[str, ...]
    spoil: Spoiler
    needs_neighbour: bool = False
    not_in_january: bool = False
    compared_with: str | None = None

    def is_possible(self, values: FormValues, organisations_of_kind: int) -> bool:
        """Whether there is something to spoil, and a neighbour to take it from."""
        if self.needs_neighbour and organisations_of_kind < 2:
            return False
        if self.not_in_january and values.period_code.endswith("-01"):
            return False
        return self.stage == "content" or all(values.sections.get(name, True) for name in TABLES)

    def rules_for(self, form_code: str) -> tuple[str, ...]:
        """How the id of a finding may begin that rightly names this fault in this form."""
        mine = (rule.replace("{form}", form_code) for rule in self.rule_ids)
        return tuple(rule for rule in mine if not rule.startswith(ALL_FORMS) or rule.startswith(form_code))

    @property
    def severity(self) -> str:
        """Whether the file must be refused or the finding is only passed on."""
        return "warning" if self.outcome == "accepted_with_warnings" else "critical"


CATALOGUE: dict[str, FaultKind] = {}
XLSX_FORMS = ("S1", "S3", "S5")
ALL_FORMS = ("S1", "S3", "S5", "C1", "P2")


def fault(
    stage: Stage,
    category: str,
    *rule_ids: str,
    forms: tuple[str, ...] = ALL_FORMS,
    outcome: Outcome = "rejected",
    needs_neighbour: bool = False,
    not_in_january: bool = False,
    compared_with: str | None = None,
) -> Callable[[Spoiler], Spoiler]:
    """Enter a function into the catalogue under its own name."""

    def enter(spoil: Spoiler) -> Spoiler:
        fault_id = str(getattr(spoil, "__name__", ""))
        if fault_id in CATALOGUE:
            raise ValueError(f"fault {fault_id} is in the catalogue twice")
        CATALOGUE[fault_id] = FaultKind(
            fault_id,
            forms,
            stage,
            outcome,
            category,
            rule_ids,
            spoil,
            needs_neighbour,
            not_in_january,
            compared_with,
        )
        return spoil

    return enter


COUNTED = {
    "S1": ("by_grade", ("students", "students_ovz", "gifted", "low_motivation", "profminimum_students")),
    "S3": (
        "events",
        ("participants_grade_6", "participants_grade_8", "participants_total", "participants_ovz"),
    ),
    "S5": ("by_grade", ("graduates", "surveyed", "to_spo", "undecided")),
    "C1": ("card", ("service_fact_cumulative", "service_age_14_17", "service_individual")),
    "P2": ("trials", ("participants", "participants_ovz")),
}


def any_count(spoil: Spoil) -> tuple[str, str, int, Row]:
    """A cell that holds a number of people: section, field, row index, row."""
    section, fields = COUNTED[spoil.values.form_code]
    rows = spoil.values.rows(section)
    index = spoil.rng.randrange(len(rows))
    return section, spoil.rng.choice(fields), index, rows[index]


def any_row(spoil: Spoil, section: str) -> tuple[int, Row]:
    """A row of a table."""
    rows = spoil.values.rows(section)
    index = spoil.rng.randrange(len(rows))
    return index, rows[index]
