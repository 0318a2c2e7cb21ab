"""Batches: one temporary table per section with the rows of all submissions that are validated together.

A batch has the fields that its rules use, the context of the submission (sender, period, registry) and the
derived columns. It is materialised once, because Great Expectations reads it several times, and lives in the
session: a crash leaves nothing behind, and two validations at the same time do not meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from expectations.derived import CONTEXT_COLUMNS, DerivedColumn
from expectations.registry import SUBMISSION_BATCH, Rule, RuleBook
from ingest.forms.contract import FormContract, Section
from ingest.forms.versions import renamed_fields
from ingest.periods import Period, parse_period

CONTEXT_TABLE = "batch_context"


@dataclass(frozen=True)
class Batch:
    """A temporary table ready for validation. ``columns`` are those that findings may quote."""

    name: str
    table: str
    columns: tuple[str, ...]
    rules: tuple[Rule, ...]
    row_count: int
    submission_count: int

    @property
    def has_rows_of_section(self) -> bool:
        """False for the batch whose rows are whole submissions."""
        return self.name != SUBMISSION_BATCH


class BatchBuilder:
    """Builds the batches of one form in the session of ``connection``."""

    def __init__(self, connection: psycopg.Connection[Any], contract: FormContract, book: RuleBook) -> None:
        self._connection = connection
        self._contract = contract
        self._book = book
        self._periods: tuple[Period, ...] = ()

    def source(self, section: str) -> sql.Composable:
        """``from`` clause of a section's raw rows, of the batch's submissions only, alias ``r``."""
        return sql.SQL("{raw} as r join {context} as c on c.submission_id = r.submission_id").format(
            raw=self._rows(section),
            context=sql.Identifier(CONTEXT_TABLE),
        )

    def _rows(self, section: str) -> sql.Composable:
        """The raw table; where fields had other names in older versions, with those values and notes under
        the present names.
        """
        table = sql.Identifier("raw", self._contract.section(section).table)
        renamed = renamed_fields(self._contract, section)
        if not renamed:
            return table
        values: list[sql.Composable] = []
        notes: sql.Composable = sql.SQL("raw_rows.notes")
        for field in self._contract.section(section).raw_fields:
            names = [field.name, *(old for old, new in renamed.items() if new == field.name)]
            columns = sql.SQL(", ").join(sql.Identifier("raw_rows", name) for name in names)
            values.append(sql.SQL("coalesce({}) as {}").format(columns, sql.Identifier(field.name)))
        for old, new in renamed.items():
            notes = sql.SQL(
                "case when {notes} ? {old} then {notes} || jsonb_build_object({new}::text, {notes} -> {old})"
                " else {notes} end"
            ).format(notes=notes, old=sql.Literal(old), new=sql.Literal(new))
        return sql.SQL("(select submission_id, row_no, {}, {} as notes from {} as raw_rows)").format(
            sql.SQL(", ").join(values), notes, table
        )

    def prepare(self, submissions: Sequence[UUID]) -> None:
        """Gather the context of the submissions; the batches are built from it."""
        codes = self._connection.execute(
            "select distinct period_code from ledger.submission where submission_id = any(%s)",
            [list(submissions)],
        ).fetchall()
        self._periods = tuple(parse_period(code) for (code,) in sorted(codes))
        self._drop(CONTEXT_TABLE)
        self._connection.execute(
            sql.SQL(
                """
                create temporary table {table} as
                select
                    s.submission_id,
                    0 as row_no,
                    s.region_code,
                    s.ogrn as sender_ogrn,
                    s.period_code as reporting_period,
                    p.starts_on as period_starts_on,
                    p.ends_on as period_ends_on,
                    extract(month from p.starts_on)::integer as period_month,
                    p.school_year_quarter,
                    (s.received_at at time zone g.timezone)::date as received_on,
                    coalesce(v.inn, o.inn) as registry_inn,
                    coalesce(v.oktmo, o.oktmo) as registry_oktmo,
                    coalesce(v.territory_oktmo, o.territory_oktmo) as registry_territory_oktmo,
                    coalesce(v.has_grade_10_11, o.has_grade_10_11) as registry_has_grade_10_11
                from unnest(%s::uuid[]) as chosen (submission_id)
                join ledger.submission as s on s.submission_id = chosen.submission_id
                join ledger.region as g on g.region_code = s.region_code
                join unnest(%s::text[], %s::date[], %s::date[], %s::integer[])
                    as p (code, starts_on, ends_on, school_year_quarter) on p.code = s.period_code
                left join ledger.organisation as o on o.ogrn = s.ogrn
                left join lateral (
                    -- as the registry described the organisation on the day the file came
                    select known.inn, known.oktmo, known.territory_oktmo, known.has_grade_10_11
                    from ledger.organisation_version as known
                    where
                        known.ogrn = s.ogrn
                        and known.valid_from <= (s.received_at at time zone g.timezone)::date
                    order by known.valid_from desc
                    limit 1
                ) as v on true
                """
            ).format(table=sql.Identifier(CONTEXT_TABLE)),
            [
                list(submissions),
                [period.code for period in self._periods],
                [period.starts_on for period in self._periods],
                [period.ends_on for period in self._periods],
                [school_year_quarter(period) for period in self._periods],
            ],
        )
        self._connection.execute(sql.SQL("analyze {}").format(sql.Identifier(CONTEXT_TABLE)))

    def build(self, batch: str) -> Batch | None:
        """The batch of a section, or of whole submissions; None when no rule has anything to check there."""
        rules = tuple(rule for rule in self._book.of_batch(batch) if self._is_in_force(rule))
        if not rules:
            return None
        table = f"batch_{batch}"
        columns = _columns(rules)
        derived = [
            column for column in self._book.derived if column.batch == batch and _used(column, columns)
        ]
        rows = sql.SQL("select {values} from {source} {joins}").format(
            values=sql.SQL(", ").join(self._values(batch, columns, derived)),
            source=self.source(batch)
            if batch != SUBMISSION_BATCH
            else sql.SQL("{0} as r join {0} as c on c.submission_id = r.submission_id").format(
                sql.Identifier(CONTEXT_TABLE)
            ),
            joins=sql.SQL(" ").join(column.join(self) for column in derived),
        )
        self._materialise(table, columns, batch, rows)
        row_count, submission_count = self._count(table)
        return Batch(batch, table, columns, rules, row_count, submission_count)

    def validity_differs(self, rule: Rule) -> bool:
        """Whether the batch has both periods that the rule checks and periods that it does not."""
        return not all(rule.holds_on(period.starts_on) for period in self._periods)

    def _is_in_force(self, rule: Rule) -> bool:
        return any(rule.holds_on(period.starts_on) for period in self._periods)

    def _values(
        self, batch: str, columns: Iterable[str], derived: Iterable[DerivedColumn]
    ) -> Iterable[sql.Composable]:
        computed = {name: value for column in derived for name, value in column.columns().items()}
        notes = sql.SQL("cast(null as jsonb)") if batch == SUBMISSION_BATCH else sql.SQL("r.notes")
        yield sql.SQL("r.submission_id")
        yield sql.SQL("r.row_no")
        yield sql.SQL("{} as notes").format(notes)
        for name in columns:
            if name in computed:
                value = computed[name]
            elif name in CONTEXT_COLUMNS:
                value = sql.Identifier("c", name)
            else:
                value = sql.Identifier("r", name)
            yield sql.SQL("{} as {}").format(value, sql.Identifier(name))

    def _materialise(self, table: str, columns: tuple[str, ...], batch: str, rows: sql.Composable) -> None:
        """Keep the rows of a batch as a table of the session."""
        self._drop(table)
        self._connection.execute(
            sql.SQL("create temporary table {table} as {rows}").format(table=sql.Identifier(table), rows=rows)
        )

    def _drop(self, table: str) -> None:
        self._connection.execute(sql.SQL("drop table if exists {}").format(sql.Identifier("pg_temp", table)))

    def _count(self, table: str) -> tuple[int, int]:
        row = self._connection.execute(
            sql.SQL("select count(*), (select count(*) from {context}) from {table}").format(
                context=sql.Identifier(CONTEXT_TABLE), table=sql.Identifier(table)
            )
        ).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])


def school_year_quarter(period: Period) -> int | None:
    """Quarter of the school year: July-September is the first; None for what is longer than a quarter."""
    if period.period_type in {"school_year", "half_year"}:
        return None
    return (period.starts_on.month - 7) // 3 % 4 + 1


def batch_names(contract: FormContract) -> tuple[str, ...]:
    """The batches of a form, in the order in which they are validated."""
    sections: tuple[Section, ...] = contract.sections
    return (SUBMISSION_BATCH, *(section.name for section in sections))


def _columns(rules: Iterable[Rule]) -> tuple[str, ...]:
    names = {"period_starts_on"}
    for rule in rules:
        names.update(rule.columns())
    return tuple(sorted(names - {"submission_id", "row_no"}))


def _used(column: DerivedColumn, names: Iterable[str]) -> bool:
    return not set(column.columns()).isdisjoint(names)
