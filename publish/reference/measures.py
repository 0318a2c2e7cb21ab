"""Appendix of the reference: how each measure of the road map was carried out in the school year."""

from __future__ import annotations

from itertools import groupby

from publish.blocks import Block, Column, Heading, MartReference, Note, Number, Paragraph, Run, Table, Unit
from publish.mart_rows import MeasureExecution
from publish.reference.cells import share
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import load, sentence

MART = "marts.measure_execution_year"
REPORTS = "evidence_submissions"
NOT_REPORTABLE = "not_reportable"
VOLUMES = ("events", "participants", "documents")
COLUMNS = (
    Column("Код", 1.7),
    Column("Мера", 4.4),
    Column("Статус", 2.35),
    Column("При\u00adнято, %", 1.85, numeric=True),
    Column("Отчё\u00adтов", 1.65, numeric=True),
    Column("Собы\u00adтия", 1.75, numeric=True),
    Column("Учас\u00adтия", 1.65, numeric=True),
    Column("Доку\u00adменты", 1.6, numeric=True),
)


def measures(facts: ReferenceFacts) -> list[Block]:
    """One table per direction of the road map, with a line for each measure, reported or not."""
    blocks: list[Block] = [Heading(1, "Приложение Г. Исполнение мер дорожной карты")]
    if not facts.measures:
        return [*blocks, Paragraph(sentence("appendix.measures.none"))]
    statuses = load("names")["measure_statuses"]
    counted = {name: _with_status(facts, name) for name in statuses}
    blocks.append(
        Paragraph(
            sentence(
                "appendix.measures.1",
                all=_count(facts, len(facts.measures), "measure_code"),
                **counted,
            )
        )
    )
    blocks.append(Note(sentence("appendix.measures.note")))
    for (number, title), rows in groupby(facts.measures, key=lambda m: (m.direction_no, m.direction_title)):
        lines = tuple(_line(facts, row, statuses) for row in rows)
        blocks.append(Table(f"Меры направления {number} «{title}»", COLUMNS, lines))
    return blocks


def _with_status(facts: ReferenceFacts, status: str) -> Number:
    return _count(facts, sum(row.status == status for row in facts.measures), "status", status=status)


def _count(facts: ReferenceFacts, rows: int, column: str, **key: str) -> Number:
    named = {"region_code": facts.region_code, "school_year": facts.school_year, **key}
    return Number(rows, Unit.COUNT, MartReference(MART, f"count({column})", tuple(named.items())))


def _line(facts: ReferenceFacts, row: MeasureExecution, statuses: dict[str, str]) -> tuple[Run, ...]:
    key = (("measure_code", row.code), ("school_year", facts.school_year))
    return (
        row.code,
        row.name,
        statuses[row.status],
        share(
            Number(
                _counted(row, "reports_accepted"), Unit.COUNT, MartReference(MART, "reports_accepted", key)
            ),
            Number(
                _counted(row, "reports_expected"), Unit.COUNT, MartReference(MART, "reports_expected", key)
            ),
        ),
        *(
            Number(_counted(row, column), Unit.COUNT, MartReference(MART, column, key))
            for column in (REPORTS, *VOLUMES)
        ),
    )


def _counted(row: MeasureExecution, column: str) -> int | None:
    """A count of a measure, or None where nobody was asked for it or nobody said anything.

    A measure that no form of the year serves has no reports to count. A volume that no report tells is None
    in the mart itself: a zero is a reported one.
    """
    if row.status == NOT_REPORTABLE:
        return None
    value: int | None = getattr(row, column)
    return value
