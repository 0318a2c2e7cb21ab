"""A database in the memory of one process, in place of PostgreSQL, for files that have not been sent yet.

It is SQLite with the names of the warehouse: the schemas ``raw`` and ``ledger`` are attached databases, so
that the SQL of the batches (:mod:`expectations.batch`, :mod:`expectations.derived`) is the same for both. The
tests compare the verdicts of the two over every case of every rule.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import sql

from expectations.batch import CONTEXT_TABLE, BatchBuilder, school_year_quarter
from expectations.registry import SUBMISSION_BATCH, RuleBook
from expectations.suite import GxSession
from ingest.forms.contract import FormContract, Section
from ingest.periods import parse_period
from ingest.readers.result import CellMap, SectionRows
from ingest.sources.registry import Organisation

CONTEXT_TYPES = {
    "submission_id": "uuid",
    "row_no": "integer",
    "region_code": "text",
    "sender_ogrn": "text",
    "reporting_period": "text",
    "period_starts_on": "date",
    "period_ends_on": "date",
    "period_month": "integer",
    "school_year_quarter": "integer",
    "received_on": "date",
    "registry_inn": "text",
    "registry_oktmo": "text",
    "registry_territory_oktmo": "text",
    "registry_has_grade_10_11": "boolean",
}
_DIGITS = 9


@dataclass(frozen=True)
class LocalSubmission:
    """A read file with what the warehouse would know about it. ``period_code`` is a code that exists."""

    submission_id: UUID
    region_code: str | None
    sender_ogrn: str | None
    period_code: str
    received_on: date
    sections: Mapping[str, SectionRows]
    cell_maps: Sequence[CellMap]
    is_broken: bool = False


class LocalStore:
    """The raw rows of some submissions of one form, and the registry of organisations where there is one."""

    def __init__(
        self,
        contract: FormContract,
        submissions: Sequence[LocalSubmission],
        organisations: Mapping[str, Organisation],
    ) -> None:
        self.contract = contract
        self.connection = _memory()
        self._organisations = organisations
        self._load_organisations()
        for section in contract.sections:
            self._load_section(section, submissions)
        self._load_context(submissions)
        # the pool rolls back what is not committed when Great Expectations gives the connection back
        self.connection.commit()

    def close(self) -> None:
        """Forget everything."""
        self.connection.close()

    def create(self, name: sql.Composable, columns: Mapping[str, str]) -> None:
        """Create a table with declared types: by them values come back as Python objects."""
        listed = [
            sql.SQL("{} {}").format(sql.Identifier(column), _type(columns[column])) for column in columns
        ]
        self.execute(sql.SQL("create table {} ({})").format(name, sql.SQL(", ").join(listed)))

    def execute(self, statement: sql.Composable) -> sqlite3.Cursor:
        """Run one statement composed for both databases."""
        return self.connection.execute(statement.as_string(None))

    def _insert(self, name: sql.Composable, width: int, rows: Iterable[Sequence[Any]]) -> None:
        places = ", ".join("?" * width)
        statement = sql.SQL("insert into {} values ").format(name).as_string(None)
        self.connection.executemany(
            f"{statement} ({places})", ([_stored(value) for value in row] for row in rows)
        )

    def _load_organisations(self) -> None:
        table = sql.Identifier("ledger", "organisation")
        columns = {"ogrn": "text", "kind": "text", "has_grade_10_11": "boolean"}
        self.create(table, columns)
        listed = self._organisations.values()
        self._insert(table, len(columns), ((o.ogrn, o.kind, o.has_grade_10_11) for o in listed))

    def _load_section(self, section: Section, submissions: Sequence[LocalSubmission]) -> None:
        table = sql.Identifier("raw", section.table)
        columns = section_types(section)
        self.create(table, columns)
        for submission in submissions:
            if section.name in submission.sections:
                rows = submission.sections[section.name].rows
                self._insert(table, len(columns), ((submission.submission_id, *row) for row in rows))

    def _load_context(self, submissions: Sequence[LocalSubmission]) -> None:
        table = sql.Identifier(CONTEXT_TABLE)
        self.create(table, CONTEXT_TYPES)
        self._insert(table, len(CONTEXT_TYPES), map(self._context, submissions))

    def _context(self, submission: LocalSubmission) -> Sequence[Any]:
        period = parse_period(submission.period_code)
        known = self._organisations.get(submission.sender_ogrn or "")
        return (
            submission.submission_id,
            0,
            submission.region_code,
            submission.sender_ogrn,
            submission.period_code,
            period.starts_on,
            period.ends_on,
            period.starts_on.month,
            school_year_quarter(period),
            submission.received_on,
            *(
                (None, None, None, None)
                if known is None
                else (known.inn, known.oktmo, known.territory_oktmo, known.has_grade_10_11)
            ),
        )


class LocalBatchBuilder(BatchBuilder):
    """Builds batches in a :class:`LocalStore`."""

    def __init__(self, store: LocalStore, book: RuleBook, submissions: Sequence[LocalSubmission]) -> None:
        self._store = store
        self._contract = store.contract
        self._book = book
        codes = sorted({submission.period_code for submission in submissions})
        self._periods = tuple(parse_period(code) for code in codes)

    def _rows(self, section: str) -> sql.Composable:
        """Files are told in the newest version before they are loaded, see ``older_versions``."""
        return sql.Identifier("raw", self._contract.section(section).table)

    def _materialise(self, table: str, columns: tuple[str, ...], batch: str, rows: sql.Composable) -> None:
        types = {"submission_id": "uuid", "row_no": "integer", "notes": "jsonb", **CONTEXT_TYPES}
        for column in self._book.derived:
            types |= dict.fromkeys(column.columns(), column.physical_type())
        if batch != SUBMISSION_BATCH:
            types |= section_types(self._contract.section(batch))
        name = sql.Identifier(table)
        names = ("submission_id", "row_no", "notes", *columns)
        self._store.create(name, {column: types[column] for column in names})
        self._store.execute(sql.SQL("insert into {} {}").format(name, rows))
        self._store.connection.commit()

    def _count(self, table: str) -> tuple[int, int]:
        counted = sql.SQL("select (select count(*) from {}), (select count(*) from {})").format(
            sql.Identifier(table), sql.Identifier(CONTEXT_TABLE)
        )
        row = self._store.execute(counted).fetchone()
        return int(row[0]), int(row[1])


class LocalGxSession(GxSession):
    """Great Expectations over a :class:`LocalStore`."""

    def __init__(self, store: LocalStore) -> None:
        # the pool of an SQLite engine in memory is Great Expectations' own choice: one connection
        self._open("sqlite://", {"creator": lambda: store.connection})


def section_types(section: Section) -> dict[str, str]:
    """Columns of a section's raw table with their types, in their order."""
    fields = {field.name: field.physical_type for field in section.raw_fields}
    return {"submission_id": "uuid", "row_no": "integer", **fields, "notes": "jsonb"}


def _memory() -> sqlite3.Connection:
    for name, convert in _CONVERTERS.items():
        sqlite3.register_converter(name, convert)
    connection = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES, check_same_thread=False)
    for schema in ("raw", "ledger"):
        connection.execute(f"attach database ':memory:' as {schema}")
    return connection


def _number(stored: bytes) -> Any:
    """A whole number, or a decimal without what binary fractions add to it."""
    text = stored.decode()
    with suppress(ValueError):
        return int(text)
    return round(Decimal(text), _DIGITS).normalize()


# By the declared type of a column; only connections that ask for declared types use them.
_CONVERTERS: dict[str, Callable[[bytes], Any]] = {
    "boolean": lambda stored: stored == b"1",
    "date": lambda stored: date.fromisoformat(stored.decode()),
    "jsonb": json.loads,
    "numeric": _number,
    "uuid": lambda stored: UUID(stored.decode()),
}


def _stored(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    return value


def _type(name: str) -> sql.Composable:
    if name not in {"integer", "bigint", "numeric", "text", "date", "boolean", "uuid", "jsonb"}:
        raise ValueError(f"unknown physical type {name!r}")
    return sql.SQL(name)  # type: ignore[arg-type]
