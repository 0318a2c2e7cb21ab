"""The arithmetic of the forms, stated a second time: what must hold within one filled form.

`demo/data/laws.csv` has one line per law. The truth of the demo keeps all of them, faults are chosen among
them, and what else a fault breaks is worked out from them, without the rules that must find it.

A law is `left = right`, `left <= right` (sums of terms, `a + b`), `field in period`, or `distinct: a, b`
(no two rows alike in these fields). A term is

- a number, or a field of the row;
- `rows.field`: the sum over the section's other rows than the one the law is about (its total);
- `section.field`: the sum over a section, a card's only value; `section.field[row]` of one row of a matrix,
  `section.field[.]` of the row with this row's code;
- `block.field[01]`: the line of that number among the rows of the same speciality;
- `block.lines`: how many different lines the speciality has, told of its first row only;
- `count.section`: how many rows a section has;
- `period.last`: the last day of the reporting period.

`when` narrows a law to some rows: `field=one two` (one of these), `term>=number`. A law with a cell that
holds nothing readable says nothing.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from demo.cells import AsWritten, ErrorCell, Formula
from demo.facts import facts_path
from demo.periods import span
from demo.values import FormValues, Row
from ingest.forms.contract import FormContract

Number = Decimal | date | None
BLOCK, LINE = "specialty_code", "row_number"
OTHER_SECTION = re.compile(r"(?P<section>\w+)\.(?P<field>\w+)(?:\[(?P<row>[^]]+)\])?")


@dataclass(frozen=True)
class Law:
    """One line of `laws.csv`: `rule_id` is the rule that must say so when the law is broken, and `field` the
    cell that it names.
    """

    form_code: str
    section: str
    field: str
    rule_id: str
    text: str
    when: str

    @property
    def is_critical(self) -> bool:
        """Whether a file that breaks the law must be refused."""
        return ".PLAUSIBILITY." not in self.rule_id

    @property
    def sides(self) -> tuple[tuple[str, ...], str, tuple[str, ...]] | None:
        """Terms on the left, `=` or `<=`, terms on the right; None for laws of another kind."""
        for sign in (" <= ", " = "):
            left, found, right = self.text.partition(sign)
            if found:
                return _terms(left), sign.strip(), _terms(right)
        return None

    @property
    def dated(self) -> str | None:
        """The date that must lie in the reporting period."""
        return self.text.removesuffix(" in period") if self.text.endswith(" in period") else None

    @property
    def distinct(self) -> tuple[str, ...]:
        """The fields in which no two rows may be alike."""
        _, found, fields = self.text.partition("distinct: ")
        return tuple(fields.split(", ")) if found else ()


@dataclass(frozen=True)
class Broken:
    """A row that breaks a law; `index` counts the section's rows from 0."""

    law: Law
    index: int


@cache
def laws(form_code: str) -> tuple[Law, ...]:
    """The laws of a form."""
    return tuple(law for law in _all_laws() if law.form_code == form_code)


@cache
def _all_laws() -> tuple[Law, ...]:
    with facts_path("laws.csv").open(encoding="utf-8") as file:
        return tuple(
            Law(
                row["form_code"],
                row["section"],
                row["field"],
                f"{row['form_code']}.{row['rule']}",
                row["law"],
                row["when"],
            )
            for row in csv.DictReader(file)
        )


def broken(contract: FormContract, values: FormValues) -> list[Broken]:
    """Every law that a filled form breaks, and where."""
    form = _Form(contract, values)
    return [Broken(law, index) for law in laws(contract.code) for index in form.breaking(law)]


class _Form:
    """A filled form as it is read: what is no number where a number belongs is nothing."""

    def __init__(self, contract: FormContract, values: FormValues) -> None:
        self._first_day, self._last_day = span(values.period_code)
        self._sections: dict[str, list[Row]] = {}
        for section in contract.sections:
            types = {field.name: field.type for field in section.fields}
            self._sections[section.name] = [
                {name: _as_read(value, types.get(name)) for name, value in row.items()}
                for row in values.sections.get(section.name, [])
            ]

    def breaking(self, law: Law) -> Iterator[int]:
        """Indexes of the rows that break a law; one without a field is about the form as a whole: 0."""
        rows = self._rows(law.section)
        if law.distinct:
            seen: set[tuple[object, ...]] = set()
            for index, row in enumerate(rows):
                key = tuple(row.get(name) for name in law.distinct)
                if None not in key and key in seen:
                    yield index
                seen.add(key)
            return
        for index, row in enumerate(rows if law.field else [{}]):
            if self._concerns(law, row) and self._is_broken(law, row):
                yield index

    def _is_broken(self, law: Law, row: Row) -> bool:
        if law.dated is not None:
            day = row.get(law.dated)
            return isinstance(day, date) and not self._first_day <= day <= self._last_day
        if law.sides is None:
            raise ValueError(f"laws.csv: {law.rule_id}: {law.text!r} is not a law")
        left, sign, right = law.sides
        one, other = self._sum(law, left, row), self._sum(law, right, row)
        if isinstance(one, Decimal) and isinstance(other, Decimal):
            return one != other if sign == "=" else one > other
        return isinstance(one, date) and isinstance(other, date) and one > other

    def _concerns(self, law: Law, row: Row) -> bool:
        for condition in filter(None, law.when.split("; ")):
            term, at_least, number = condition.partition(">=")
            if at_least:
                held = self._term(law, term, row)
                if not isinstance(held, Decimal) or held < Decimal(number):
                    return False
                continue
            name, _, wanted = condition.partition("=")
            if row.get(name) not in wanted.split(" "):
                return False
        return True

    def _sum(self, law: Law, terms: tuple[str, ...], row: Row) -> Number:
        if len(terms) == 1:
            return self._term(law, terms[0], row)
        return _added(self._term(law, term, row) for term in terms)

    def _term(self, law: Law, term: str, row: Row) -> Number:
        place, _, name = term.partition(".") if "." in term else ("", "", term)
        value: Number
        match place:
            case "":
                value = Decimal(term) if term.isdigit() else _number(row.get(term))
            case "period":
                value = self._last_day
            case "count":
                value = Decimal(len(self._rows(name)))
            case "rows":
                others = [other for other in self._rows(law.section) if other is not row]
                value = _added(_number(other.get(name)) for other in others) if others else None
            case "block":
                value = self._of_block(law, name, row)
            case _:
                value = self._of_section(term, row)
        return value

    def _of_section(self, term: str, row: Row) -> Number:
        found = OTHER_SECTION.fullmatch(term)
        if found is None:
            raise ValueError(f"laws.csv: {term!r} is not a term")
        rows, name, code = self._rows(found["section"]), found["field"], found["row"]
        if code is None:
            return _added(_number(other.get(name)) for other in rows)
        wanted = row.get("row_code") if code == "." else code
        return next((_number(other.get(name)) for other in rows if other["row_code"] == wanted), None)

    def _of_block(self, law: Law, name: str, row: Row) -> Number:
        block = [other for other in self._rows(law.section) if other.get(BLOCK) == row.get(BLOCK)]
        if row.get(BLOCK) is None:
            return None
        if name == "lines":
            lines = {other[LINE] for other in block if other.get(LINE) is not None}
            return Decimal(len(lines)) if block[0] is row else None
        field, _, line = name.rstrip("]").partition("[")
        return next((_number(other.get(field)) for other in block if other.get(LINE) == line), None)

    def _rows(self, section: str) -> list[Row]:
        return self._sections.get(section, [])


def _as_read(value: object, field_type: str | None) -> object:
    match value:
        case AsWritten(text):
            return text if field_type == "text" and text else None
        case ErrorCell():
            return None
        case Formula(_, cached):
            return cached
        case float() if field_type == "integer":
            return None
    return value


def _number(value: object) -> Number:
    match value:
        case bool():
            return None
        case int() | float() | Decimal():
            return Decimal(str(value))
        case date():
            return value
    return None


def _added(numbers: Iterable[Number]) -> Decimal | None:
    total = Decimal(0)
    for number in numbers:
        if not isinstance(number, Decimal):
            return None
        total += number
    return total


def _terms(text: str) -> tuple[str, ...]:
    return tuple(text.split(" + "))
