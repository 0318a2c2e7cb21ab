"""Section 4 of the reference: who was due, who reported, who was in time."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ingest.forms.catalogue import load_contracts
from publish.blocks import Block, Column, Heading, MartReference, Note, Number, Paragraph, Run, Table, Unit
from publish.mart_rows import Discipline
from publish.reference.cells import DISCIPLINE_MART, discipline_number, share
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import sentence

COUNTS = ("expected", "submitted", "on_time", "accepted", "rejected")


def _line(title: str, facts: ReferenceFacts, rows: Iterable[Discipline], **key: str) -> tuple[Run, ...]:
    rows = list(rows)
    expected, submitted, on_time, accepted, rejected = (
        discipline_number(facts, column, rows, **key) for column in COUNTS
    )
    return (title, expected, submitted, on_time, accepted, rejected, share(accepted, expected))


def _columns(first: str) -> tuple[Column, ...]:
    return (
        Column(first, 2.9),
        Column("Ожидалось", 1.25, numeric=True),
        Column("Сдано", 0.85, numeric=True),
        Column("В срок", 0.85, numeric=True),
        Column("Принято", 1, numeric=True),
        Column("Не принято", 1, numeric=True),
        Column("Принято, %", 1, numeric=True),
    )


def coverage(facts: ReferenceFacts) -> list[Block]:
    """Coverage and discipline in one sentence, by form and by municipality."""
    rows = [row for row in facts.discipline if row.school_year == facts.school_year]
    before = [row for row in facts.discipline if row.school_year == facts.previous_year]
    expected, submitted, on_time, accepted, rejected = (
        discipline_number(facts, column, rows) for column in COUNTS
    )
    accepted_share = share(accepted, expected)
    blocks: list[Block] = [
        Heading(1, "4. Охват мониторинга и отчётная дисциплина"),
        Paragraph(
            sentence(
                "coverage.1",
                expected=expected,
                submitted=submitted,
                submitted_share=share(submitted, expected),
                on_time=on_time,
                on_time_share=share(on_time, expected),
                accepted=accepted,
                accepted_share=accepted_share,
            )
        ),
    ]
    tail: tuple[Run, ...] = ()
    if rejected.value:
        tail += sentence("coverage.rejected", rejected=rejected)
    change = _change(facts, accepted_share, before)
    if change is not None:
        tail += (*((" ",) if tail else ()), *sentence("coverage.change", change=change))
    if tail:
        blocks.append(Paragraph(tail))
    blocks.extend(_by_form(facts, rows))
    blocks.extend(_by_municipality(facts, rows))
    blocks.append(Note(sentence("coverage.note")))
    return blocks


def _change(facts: ReferenceFacts, now: Number, before: list[Discipline]) -> Number | None:
    expected = sum(row.expected for row in before)
    if not expected or now.value is None:
        return None
    then = Decimal(100) * sum(row.accepted for row in before) / expected
    key = (
        ("region_code", facts.region_code),
        ("school_year", f"{facts.school_year} − {facts.previous_year}"),
    )
    reference = MartReference(DISCIPLINE_MART, "accepted / expected", key)
    return Number(now.value - then, Unit.POINTS, reference)


def _by_form(facts: ReferenceFacts, rows: list[Discipline]) -> list[Block]:
    contracts = load_contracts()
    codes = sorted({row.form_code for row in rows}, key=lambda code: (code[0], int(code[1:])))
    lines = [
        _line(
            f"{code} «{contracts[code].title}»",
            facts,
            (row for row in rows if row.form_code == code),
            form_code=code,
        )
        for code in codes
    ]
    lines.append(_line("Всего", facts, rows))
    return [
        Heading(2, "4.1. По формам"),
        Table("Отчётная дисциплина по формам", _columns("Форма"), tuple(lines), frozenset({len(lines) - 1})),
    ]


def _by_municipality(facts: ReferenceFacts, rows: list[Discipline]) -> list[Block]:
    lines = []
    for municipality in facts.municipalities:
        own = [row for row in rows if row.municipality_code == municipality.code]
        if own:
            lines.append(_line(municipality.name, facts, own, municipality_code=municipality.code))
    return [
        Heading(2, "4.2. По муниципалитетам"),
        Table("Отчётная дисциплина по муниципалитетам", _columns("Муниципалитет"), tuple(lines)),
    ]
