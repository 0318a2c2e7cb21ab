"""Findings of the rules that need more than one submission: dbt finds them, the ledger keeps them.

The models of ``dbt_project/models/rules`` meet in ``intermediate.rule_findings``. They speak after the
decision, about submissions that were accepted, and do not change it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import namedtuple_row

from expectations.findings import CellAddresses
from ingest.ledger.findings import insert_findings
from ingest.readers.findings import FindingRecord
from warehouse.connection import connect


class RuleFindingsMissingError(RuntimeError):
    """The relation with the findings of dbt's rules is not there; the message says what to do."""


# A cell about which a rule of the same category has spoken at validation is not reported a second time.
_FOUND = """
    select
        d.ruleset_version, f.submission_id, f.rule_id, f.severity, f.category, f.section, f.row_no, f.field,
        f.received, f.expected, f.message, f.hint
    from intermediate.rule_findings as f
    inner join ledger.decision as d on d.submission_id = f.submission_id and d.is_current
    where not exists (
        select 1 from ledger.finding as known
        where known.submission_id = f.submission_id
            and known.ruleset_version = d.ruleset_version
            and known.source = 'gx'
            and known.category = f.category
            and known.section = f.section
            and known.field = f.field
            and known.row_no is not distinct from f.row_no
    )
    order by d.ruleset_version, f.submission_id, f.rule_id, f.section, f.row_no nulls first, f.field
"""


def collect_rule_findings() -> int:
    """Replace the findings of dbt's rules in the ledger by those of the latest build; returns how many.

    One transaction, so a rerun gives the same. Raises RuleFindingsMissingError before the first build.
    """
    with connect("loader") as connection:
        rows = _rows(connection)
        connection.execute("delete from ledger.finding where source = 'dbt'")
        addresses = CellAddresses.of(connection, sorted({row.submission_id for row in rows}))
        count = 0
        for version, listed in groupby(rows, key=lambda row: row.ruleset_version):
            count += insert_findings(connection, _records(listed, addresses), version, source="dbt")
    return count


def _rows(connection: psycopg.Connection[Any]) -> list[Any]:
    try:
        with connection.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(_FOUND).fetchall()
    except psycopg.errors.UndefinedTable as error:
        raise RuleFindingsMissingError(
            "intermediate.rule_findings is not there: build the warehouse first (`orientir build`)"
        ) from error


def _records(rows: Iterator[Any], addresses: CellAddresses) -> Iterator[tuple[UUID, Sequence[FindingRecord]]]:
    for submission, listed in groupby(rows, key=lambda row: row.submission_id):
        yield submission, [_record(row, addresses) for row in listed]


def _record(row: Any, addresses: CellAddresses) -> FindingRecord:
    sheet, cell = addresses.address(row.submission_id, row.section, row.row_no, row.field)
    return FindingRecord(
        rule_id=row.rule_id,
        severity=row.severity,
        category=row.category,
        section=row.section,
        sheet=sheet,
        cell=cell,
        row_no=row.row_no,
        field=row.field,
        received=row.received,
        expected=row.expected,
        message=row.message,
        hint=row.hint,
    )
