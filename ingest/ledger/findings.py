"""Writing findings of the readers and of arrival."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import UUID

from psycopg import Connection

from ingest.ledger import identity
from ingest.readers.findings import FindingRecord

Source = Literal["reader", "gx", "dbt"]


def insert_findings(
    connection: Connection,
    batch: Iterable[tuple[UUID, Sequence[FindingRecord]]],
    ruleset_version: str,
    source: Source = "reader",
) -> int:
    """Copy findings of submissions that have none of this source and version yet; returns how many."""
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy ledger.finding (finding_id, submission_id, ruleset_version, source, rule_id, severity,"
            " category, section, sheet, cell, row_no, field, received, expected, message, hint) from stdin"
        ) as copy,
    ):
        for submission, findings in batch:
            for finding_id, finding in _identified(submission, findings, ruleset_version, source):
                copy.write_row(
                    (
                        finding_id,
                        submission,
                        ruleset_version,
                        source,
                        finding.rule_id,
                        finding.severity,
                        finding.category,
                        finding.section,
                        _storable(finding.sheet),
                        finding.cell,
                        finding.row_no,
                        finding.field,
                        _storable(finding.received),
                        _storable(finding.expected),
                        _storable(finding.message),
                        _storable(finding.hint),
                    )
                )
                count += 1
    return count


def _identified(
    submission: UUID, findings: Sequence[FindingRecord], ruleset_version: str, source: Source
) -> Iterable[tuple[UUID, FindingRecord]]:
    """Findings with their identifiers, in an order that does not depend on how they were found."""
    repeated: Counter[tuple[object, ...]] = Counter()
    for finding in sorted(set(findings), key=_order):
        place = (finding.rule_id, finding.section, finding.row_no, finding.field)
        ordinal = repeated[place]
        repeated[place] += 1
        yield (
            identity.finding_id(
                submission,
                ruleset_version,
                source,
                finding.rule_id,
                section=finding.section,
                row_no=finding.row_no,
                field=finding.field,
                ordinal=ordinal,
            ),
            finding,
        )


def _order(finding: FindingRecord) -> tuple[str, ...]:
    return (
        finding.rule_id,
        finding.section or "",
        f"{finding.row_no or 0:09d}",
        finding.field or "",
        finding.sheet or "",
        finding.cell or "",
        finding.received or "",
        finding.message,
        finding.expected or "",
    )


def _storable(text: str | None) -> str | None:
    """Evidence as PostgreSQL can keep it: NUL and half characters of a hostile file become a visible mark."""
    if text is None:
        return None
    if "\x00" in text:
        text = text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return text.encode("utf-8", "replace").decode("utf-8")
