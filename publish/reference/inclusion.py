"""Section 7 of the reference: guidance for pupils with disabilities."""

from __future__ import annotations

from dataclasses import replace

from publish.blocks import Block, Column, Heading, MartReference, Note, Number, Paragraph, Run, Table, Unit
from publish.disclosure.model import THRESHOLD, is_small
from publish.mart_rows import Inclusion, Indicator
from publish.numbers import format_school_year
from publish.reference.cells import share, value_number
from publish.reference.facts import ReferenceFacts
from publish.reference.organisations import code_columns, legend
from publish.reference.texts import sentence

MART = "marts.fct_inclusion"
SUMMED = ("students_ovz", "included_ovz", "trial_ovz", "included_disabled", "with_plan")
PARITY, PLANS = "4.3", "6.4"


def inclusion(facts: ReferenceFacts) -> list[Block]:
    """The region in sentences, municipalities by shares: counts so small could tell of a child."""
    blocks: list[Block] = [Heading(1, "7. Инклюзия")]
    now = [row for row in facts.inclusion if row.school_year == facts.school_year]
    if not now:
        return [*blocks, Paragraph(sentence("inclusion.none", year=format_school_year(facts.school_year)))]
    total = {column: _sum(facts, now, column, facts.school_year) for column in SUMMED}
    runs = sentence(
        "inclusion.1",
        schools=_sum(facts, now, "schools", facts.school_year),
        students=total["students_ovz"],
        included=total["included_ovz"],
        included_share=share(total["included_ovz"], total["students_ovz"]),
        trial=total["trial_ovz"],
        trial_share=share(total["trial_ovz"], total["students_ovz"]),
    )
    more = sentence("inclusion.2", disabled=total["included_disabled"], plans=total["with_plan"])
    blocks.append(Paragraph((*runs, " ", *more, *_before(facts))))
    blocks.append(_table(facts, now))
    blocks.append(Note(sentence("inclusion.note", least=str(THRESHOLD))))
    return [*blocks, legend(_beside(facts))] if _beside(facts) else blocks


def _beside(facts: ReferenceFacts) -> list[Indicator]:
    return [one for code in (PARITY, PLANS) for one in facts.indicators if one.code == code]


def _sum(facts: ReferenceFacts, rows: list[Inclusion], column: str, year: str, **key: str) -> Number:
    named = {"region_code": facts.region_code, "school_year": year, **key}
    total = sum(int(getattr(row, column)) for row in rows)
    return Number(total, Unit.COUNT, MartReference(MART, column, tuple(named.items())))


def _before(facts: ReferenceFacts) -> tuple[Run, ...]:
    """Last year's share of those included, where it was asked for."""
    before = [row for row in facts.inclusion if row.school_year == facts.previous_year]
    if not before:
        return ()
    included, students = (
        _sum(facts, before, column, facts.previous_year) for column in ("included_ovz", "students_ovz")
    )
    return (" ", *sentence("inclusion.before", share=share(included, students)))


def _table(facts: ReferenceFacts, now: list[Inclusion]) -> Table:
    held = {row.municipality_code: row for row in now}
    beside = _beside(facts)
    lines: list[tuple[Run, ...]] = []
    for municipality in facts.municipalities:
        row = held.get(municipality.code)
        mine = [] if row is None else [row]
        students = _sum(facts, mine, "students_ovz", facts.school_year, municipality_code=municipality.code)
        shares = []
        for column in ("included_ovz", "trial_ovz"):
            part = _sum(facts, mine, column, facts.school_year, municipality_code=municipality.code)
            shares.append(_discreet_share(part, students))
        values = (
            value_number(facts, one, "municipality", municipality.code, facts.school_year) for one in beside
        )
        lines.append((municipality.name, *shares, *values))
    region = _sum(facts, now, "students_ovz", facts.school_year)
    lines.append(
        (
            "Регион",
            *(
                share(_sum(facts, now, column, facts.school_year), region)
                for column in ("included_ovz", "trial_ovz")
            ),
            *(value_number(facts, one, "region", facts.region_code, facts.school_year) for one in beside),
        )
    )
    columns = (
        Column("Муниципалитет", 3),
        Column("Участвовали в мероприятиях, %", 1.7, numeric=True),
        Column("Прошли пробу, %", 1.3, numeric=True),
        *code_columns(beside),
    )
    return Table("Инклюзия по муниципалитетам", columns, tuple(lines), frozenset({len(lines) - 1}))


def _discreet_share(part: Number, whole: Number) -> Number:
    """A share that tells of one to four children is withheld: of those counted, left out, or all."""
    told = share(part, whole)
    if told.value is None or part.value is None or whole.value is None:
        return told
    return replace(told, suppressed=is_small(float(part.value), float(whole.value)))
