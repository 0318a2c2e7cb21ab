"""The rows behind a figure, read from the marts, and the cells that they were read from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import Connection, sql
from psycopg.rows import dict_row

from ingest.forms.catalogue import contract
from ingest.periods import REPORTING_YEAR_FIRST_MONTH, parse_period
from ingest.trace import ValueAddress
from publish.origins import fact_fields
from publish.origins.row_queries import NAMES, PERIODS, RAW, row_query
from publish.origins.terms import Among, Term


@dataclass(frozen=True)
class SourceRow:
    """A row, and what of it counts: `amount` is what it adds, None where it adds nothing.

    `sign` is −1 for what an earlier report had said already of a figure that grows through the year.
    """

    values: Mapping[str, Any]
    amount: Decimal | None
    sign: int = 1

    @property
    def unit(self) -> str:
        """Whom the row tells of: an organisation, or whatever its mart is about."""
        return next((str(self.values[name]) for name in NAMES if self.values.get(name)), "")

    @property
    def submission_id(self) -> UUID | None:
        """The report that the row comes from."""
        found = self.values.get("of_submission_id")
        return found if isinstance(found, UUID) else None


def rows_of(connection: Connection[Any], term: Term) -> list[SourceRow]:
    """The rows that a term adds up or shows, in a fixed order.

    Raises NotDescribedError when a part of the figure's key is no column of them.
    """
    query, values = row_query(connection, term)
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(query, values).fetchall()
    if term.latest:
        found = _latest(found)
    rows = [SourceRow(row, amount_of(row, term)) for row in found]
    if term.is_cumulative:
        rows = added_since_january(rows, term)
    return [row for row in rows if row.amount is not None] if term.is_sum else rows


def total_of(rows: Iterable[SourceRow], term: Term) -> Decimal | None:
    """What the rows make together; None where a term only shows values, or nothing was said."""
    if not term.is_sum:
        return None
    if term.distinct is not None:
        return Decimal(len({row.values[term.distinct] for row in rows} - {None}))
    amounts = [row.sign * row.amount for row in rows if row.amount is not None]
    if not amounts and term.sums:
        return None
    return sum(amounts, Decimal(0))


def amount_of(row: Mapping[str, Any], term: Term) -> Decimal | None:
    """What a row counts: its columns together, or one where rows are counted."""
    if not term.sums:
        return Decimal(1) if term.is_sum else None
    parts = [(worth(row[name]), 1) for name in term.sums] + [(worth(row[name]), -1) for name in term.less]
    known = [value * sign for value, sign in parts if value is not None]
    return sum(known, Decimal(0)) if len(known) == len(parts) else None


def worth(value: object) -> Decimal | None:
    """What a value counts: a number as it is, a yes as one, and so does a text or a date that is given."""
    if value is None:
        return None
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return Decimal(1)


def cells_of(
    connection: Connection[Any], term: Term, rows: Sequence[SourceRow]
) -> list[tuple[SourceRow, ValueAddress]]:
    """The cells of the rows, as far as their forms ask for them."""
    wanted: list[tuple[SourceRow, str, str, str, str | None]] = []
    for row in rows:
        for column in term.columns:
            for form, section, name, code in _fields(term, column, row):
                wanted.append((row, form, section, name, code))
    numbers = _row_numbers(connection, wanted)
    found = []
    for row, form, section, name, code in wanted:
        submission = row.submission_id
        if submission is None:
            continue
        number = row.values.get("row_no") if code is None else numbers.get((submission, form, section, code))
        if code is None or number is not None:
            found.append((row, ValueAddress(submission, section, name, number)))
    return found


def _fields(term: Term, column: str, row: SourceRow) -> Iterator[tuple[str, str, str, str | None]]:
    """Form, section, field and code of the row, of a column; the code is None where rows have numbers."""
    form_code = row.values["of_form_code"]
    if not fact_fields.is_fact(term.of):
        form, section = term.of.split(".")
        yield form, section, column, None
        return
    fact = fact_fields.fact(term.of)
    for held in fact.columns[column].fields if column in fact.columns else ():
        if held.form == form_code:
            named = fact.row_codes.get((held.form, held.section))
            code = held.row if held.row is not None else named and str(row.values[named])
            yield held.form, held.section, held.name, code


def _row_numbers(
    connection: Connection[Any], wanted: Iterable[tuple[SourceRow, str, str, str, str | None]]
) -> dict[tuple[UUID, str, str, str], int]:
    """Where the rows of matrices stand: one question for each section."""
    sections: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for row, form, section, _, code in wanted:
        if code is not None and row.submission_id is not None:
            sections[form, section].add(row.submission_id)
    numbers = {}
    for (form, section), submissions in sections.items():
        table = contract(form).section(section).table
        query = sql.SQL("select submission_id, row_code, row_no from {} where submission_id = any(%s)")
        asked = query.format(sql.Identifier(RAW, table))
        for submission, code, number in connection.execute(asked, [list(submissions)]).fetchall():
            numbers[submission, form, section, str(code)] = number
    return numbers


def _latest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each organisation and school year the row of the last period."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row["of_period_code"]):
        last[row["ogrn"], row["of_school_year"]] = row
    return list(last.values())


def added_since_january(rows: list[SourceRow], term: Term) -> list[SourceRow]:
    """What each report of the chosen periods added to the largest figure before it in the same calendar year.

    A report that is followed by another one of those chosen adds and takes off the same: it is left out, and
    so is one of which it is not known what it added.
    """
    asked = {c.column: set(c.values) for c in term.conditions if isinstance(c, Among) and c.column in PERIODS}
    lines: dict[tuple[str, str], list[SourceRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: str(row.values["of_period_code"])):
        if row.amount is not None:
            lines[str(row.values["ogrn"]), str(row.values["of_period_code"])[:4]].append(row)
    found = []
    for line in lines.values():
        weights = [0] * len(line)
        for index, row in enumerate(line):
            before = line[:index]
            is_chosen = all(str(row.values[f"of_{name}"]) in values for name, values in asked.items())
            if not is_chosen or not _is_known_what_it_adds(row, before):
                continue
            weights[index] += 1
            if before:
                # of equal figures the last one
                weights[max(range(index), key=lambda n: (_amount(before[n]), n))] -= 1
        found += [
            SourceRow(row.values, row.amount, weight)
            for row, weight in zip(line, weights, strict=True)
            if weight
        ]
    return sorted(found, key=lambda row: (row.unit, str(row.values["of_period_code"])))


def _is_known_what_it_adds(row: SourceRow, before: Sequence[SourceRow]) -> bool:
    """Whether a figure has not shrunk, and what it holds of the school year before its own has been told.

    That is told by a report of the last month of the year before, or by one of the figure's own school year.
    """
    if any(_amount(row) < _amount(other) for other in before):
        return False
    month = _last_month(row)
    return month < REPORTING_YEAR_FIRST_MONTH or any(
        _last_month(other) >= REPORTING_YEAR_FIRST_MONTH - 1 for other in before
    )


def _amount(row: SourceRow) -> Decimal:
    return row.amount or Decimal(0)


def _last_month(row: SourceRow) -> int:
    return parse_period(str(row.values["of_period_code"])).ends_on.month
