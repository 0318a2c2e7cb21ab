"""The catalogue of faults: what is spoilt, how bad it is, and what must be found where."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from random import Random
from typing import Literal

from demo.drafts import Draft, first_line, json_key
from demo.laws import broken
from demo.organisations import Organisation, count, organisation
from demo.periods import Term
from demo.spreadsheet import column_letter
from demo.values import FormValues, Row
from ingest.forms.catalogue import find_version, load_contracts
from ingest.forms.contract import Field, FileFormat, FormContract, Section

Stage = Literal["values", "draft", "content"]
Outcome = Literal["rejected", "unreadable", "accepted_with_warnings"]


@dataclass(frozen=True)
class Consequence:
    """A further rule that a fault breaks, and the cell in which it must be found broken."""

    rule_id: str
    sheet: str | None
    cell: str | None


@dataclass(frozen=True)
class Place:
    """Where a fault stands, as the submitter sees it, and what stands there.

    `rule_id` is the one rule that must name it, where the kind of fault leaves a choice; `also` are the
    critical findings that follow from it.
    """

    section: str | None = None
    sheet: str | None = None
    cell: str | None = None
    row_no: int | None = None
    field: str | None = None
    received: str | None = None
    rows_moved_by: int = 0
    rule_id: str | None = None
    also: tuple[Consequence, ...] = ()


@dataclass
class Spoil:
    """One file about to be spoilt: its values before it is laid out, its draft, or its content.

    `read` is what a reader gets from the file, where that is less than the values written into it; `emptied`
    are cells (section, field, index of the row) of which the reader knows only that they are empty.
    """

    rng: Random
    seed: int
    scale: float
    org: Organisation
    term: Term
    contract: FormContract
    values: FormValues
    draft: Draft = field(default_factory=lambda: Draft(""))
    content: bytes = b""
    read: FormValues | None = None
    emptied: list[tuple[str, str, int]] = field(default_factory=list)

    def loses(self, section: str, name: str) -> None:
        """A reader will find no column of this name in the section."""
        for row in self.as_read().rows(section):
            row[name] = None

    def as_read(self) -> FormValues:
        """The values as a reader gets them, to be changed in place."""
        if self.read is None:
            self.read = self.values.copy()
        return self.read

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
            path = f"{json_key(section)}.{field_name}"
            if section.layout != "card":
                path = f"{json_key(section)}[{index}].{field_name}"
            return Place(section_name, None, path, 0, field_name, text)
        position = [f.name for f in section.fields].index(field_name)
        if self.suffix == "csv":
            if section.layout == "card":
                return Place(section_name, None, f"строка {position + 2}", 0, field_name, text)
            line = first_line(self.contract, self.values, section_name) + index
            return Place(section_name, None, f"строка {line}, столбец {position + 1}", line, field_name, text)
        first = section.first_row or 1
        if section.layout == "card":
            return Place(section_name, section.sheet, f"B{first + position}", 0, field_name, text)
        row = first + index
        return Place(
            section_name, section.sheet, f"{column_letter(position + 1)}{row}", row, field_name, text
        )


# A fault changes the file in place and says where.
Spoiler = Callable[[Spoil], Place]
# The cells of a form that a fault may be put into.
Choice = Callable[[FormContract], list[tuple[Section, Field]]]


@dataclass(frozen=True)
class FaultKind:
    """One kind of fault.

    `rule_ids`: how the id of a finding may begin that says rightly what is wrong. `forms`: the only forms it
    is put into, none for all that have the `formats` and something to choose. `compared_with`: the form of
    the same school year that must be there for the fault to be seen at all. `followed_by`: rules across forms
    and periods that may speak because of it, about this report or another one.
    """

    fault_id: str
    stage: Stage
    outcome: Outcome
    category: str
    rule_ids: tuple[str, ...]
    spoil: Spoiler
    forms: tuple[str, ...] = ()
    formats: tuple[FileFormat, ...] = ()
    choice: Choice | None = None
    needs_neighbour: bool = False
    not_in_january: bool = False
    compared_with: str | None = None
    followed_by: tuple[str, ...] = ()

    def fits(self, contract: FormContract) -> bool:
        """Whether files of the form can have this fault."""
        return (
            (not self.forms or contract.code in self.forms)
            and (not self.formats or contract.formats[0] in self.formats)
            and (self.choice is None or bool(self.choice(contract)))
        )

    def is_possible(self, contract: FormContract, values: FormValues, organisations_of_kind: int) -> bool:
        """Whether there is something to spoil in this file, and a neighbour to take it from."""
        if self.needs_neighbour and organisations_of_kind < 2:
            return False
        if self.not_in_january and values.period_code.endswith("-01"):
            return False
        return self.choice is None or any(values.rows(section.name) for section, _ in self.choice(contract))

    def rules_for(self, form_code: str, place: Place | None = None) -> tuple[str, ...]:
        """How the id of a finding may begin that rightly names this fault in this form, at this place."""
        if place is not None and place.rule_id is not None:
            return (place.rule_id,)
        mine = (rule.replace("{form}", form_code) for rule in self.rule_ids)
        return tuple(rule for rule in mine if rule.startswith(("READ.", f"{form_code}.")))

    @property
    def severity(self) -> str:
        """Whether the file must be refused or the finding is only passed on."""
        return "warning" if self.outcome == "accepted_with_warnings" else "critical"


CATALOGUE: dict[str, FaultKind] = {}


def fault(
    stage: Stage,
    category: str,
    *rule_ids: str,
    forms: tuple[str, ...] = (),
    formats: tuple[FileFormat, ...] = (),
    choice: Choice | None = None,
    outcome: Outcome = "rejected",
    needs_neighbour: bool = False,
    not_in_january: bool = False,
    compared_with: str | None = None,
    followed_by: tuple[str, ...] = (),
) -> Callable[[Spoiler], Spoiler]:
    """Enter a function into the catalogue under its own name."""

    def enter(spoil: Spoiler) -> Spoiler:
        fault_id = str(getattr(spoil, "__name__", ""))
        if fault_id in CATALOGUE:
            raise ValueError(f"fault {fault_id} is in the catalogue twice")

        @wraps(spoil)
        def spoil_and_foresee(file: Spoil) -> Place:
            place = spoil(file)
            if stage == "content":
                return place
            kind = CATALOGUE[fault_id]
            return replace(place, also=_consequences(file, place, kind.rules_for(file.contract.code, place)))

        CATALOGUE[fault_id] = FaultKind(
            fault_id,
            stage,
            outcome,
            category,
            rule_ids,
            spoil_and_foresee,
            forms,
            formats,
            choice,
            needs_neighbour,
            not_in_january,
            compared_with,
            followed_by,
        )
        return spoil

    return enter


def _consequences(file: Spoil, place: Place, named: tuple[str, ...]) -> tuple[Consequence, ...]:
    """The laws of the form that the file breaks and the cells it leaves empty, beside the fault itself.

    `named`: the rules that name the fault in its own cell.
    """
    found = []
    for breach in broken(file.contract, file.read or file.values):
        law = breach.law
        at = file.place(law.section, law.field, breach.index) if law.field else Place(law.section)
        if law.is_critical and not (law.rule_id in named and at.cell == place.cell):
            found.append(Consequence(law.rule_id, at.sheet, at.cell))
    for section, name, index in file.emptied:
        if file.section(section).field(name).required:
            at = file.place(section, name, index)
            found.append(
                Consequence(
                    f"{file.contract.code}.REQUIRED.{section.upper()}.{name.upper()}", at.sheet, at.cell
                )
            )
    return tuple(found)


def fitting(contract: FormContract) -> list[FaultKind]:
    """The kinds of fault that files of a form can have."""
    return _fitting(contract.code, contract.version)


@cache
def _fitting(form_code: str, version: str) -> list[FaultKind]:
    contract = find_version(form_code, version)
    return [kind for kind in CATALOGUE.values() if contract is not None and kind.fits(contract)]


@cache
def rarity(fault_id: str) -> float:
    """1 for a kind that only one form can have, less the more forms can have it."""
    return 1 / max(1, sum(CATALOGUE[fault_id].fits(contract) for contract in load_contracts().values()))


def pick(spoil: Spoil, choice: Choice) -> tuple[str, Field, int, Row]:
    """One of the chosen cells of the file: section, field, row index, row."""
    cells = [
        (section, field_) for section, field_ in choice(spoil.contract) if spoil.values.rows(section.name)
    ]
    section, field_ = spoil.rng.choice(cells)
    rows = spoil.values.rows(section.name)
    index = spoil.rng.randrange(len(rows))
    return section.name, field_, index, rows[index]
