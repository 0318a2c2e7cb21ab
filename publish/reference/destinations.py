"""Section 6.2 of the reference: what graduates intended against where they went."""

from __future__ import annotations

from decimal import Decimal

from publish.blocks import Block, Column, Heading, MartReference, Number, Paragraph, Run, Table, Unit
from publish.mart_rows import Destination, Intention
from publish.numbers import format_school_year
from publish.reference.cells import share, value_number
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import load, sentence

MART, INTENDED = "marts.fct_destination", "marts.fct_intention"
AS_INTENDED = "6.3"


def destinations(facts: ReferenceFacts) -> list[Block]:
    """The newest school year of which both are known: a sentence per grade and the two beside each other."""
    blocks: list[Block] = [Heading(2, "6.2. Намерения и фактическое поступление")]
    pairs = _pairs(facts)
    if not pairs:
        return [*blocks, Paragraph(sentence("destinations.none"))]
    year = pairs[0][1].school_year
    blocks.append(Paragraph(sentence("destinations.0", year=format_school_year(year))))
    for _, went in pairs:
        graduates, placed = _went(facts, went, "graduates"), _went(facts, went, "not_placed")
        away = _went(facts, went, "to_other_region")
        runs = sentence(
            "destinations.1",
            grade=str(went.grade),
            graduates=graduates,
            schools=_went(facts, went, "schools"),
            unplaced=placed,
            unplaced_share=share(placed, graduates),
            away=away,
            away_share=share(away, graduates),
        )
        blocks.append(Paragraph(runs))
    blocks += _as_intended(facts, year)
    blocks.append(_table(facts, pairs))
    return blocks


def _pairs(facts: ReferenceFacts) -> list[tuple[Intention, Destination]]:
    """Grades of the newest school year of which destinations are known and intentions too."""
    intended = {(row.school_year, row.grade): row for row in facts.intentions if row.surveyed}
    known = [row for row in facts.destinations if row.graduates and (row.school_year, row.grade) in intended]
    newest = max((row.school_year for row in known), default=None)
    return [(intended[row.school_year, row.grade], row) for row in known if row.school_year == newest]


def _key(facts: ReferenceFacts, row: Destination | Intention) -> tuple[tuple[str, str], ...]:
    return (
        ("region_code", facts.region_code),
        ("school_year", row.school_year),
        ("grade", str(row.grade)),
    )


def _went(facts: ReferenceFacts, row: Destination, column: str) -> Number:
    return Number(getattr(row, column), Unit.COUNT, MartReference(MART, column, _key(facts, row)))


def _intended(facts: ReferenceFacts, row: Intention, column: str) -> Number:
    return Number(getattr(row, column), Unit.COUNT, MartReference(INTENDED, column, _key(facts, row)))


def _as_intended(facts: ReferenceFacts, year: str) -> list[Block]:
    indicator = next((one for one in facts.indicators if one.code == AS_INTENDED), None)
    if indicator is None:
        return []
    value = value_number(facts, indicator, "region", facts.region_code, year)
    return [] if value.value is None else [Paragraph(sentence("destinations.2", value=value))]


def _table(facts: ReferenceFacts, pairs: list[tuple[Intention, Destination]]) -> Table:
    names: dict[str, str] = load("names")["destinations"]
    lines: list[tuple[Run, ...]] = []
    for column, title in names.items():
        line: list[Run] = [title[0].upper() + title[1:]]
        for said, went in pairs:
            # Who was undecided in spring may be nowhere in autumn: the two are shown in lines of their own.
            intended = share(_intended(facts, said, column), _intended(facts, said, "surveyed"))
            if column == "undecided":
                line += [intended, "—", "—"]
            else:
                entered = share(_went(facts, went, column), _went(facts, went, "graduates"))
                line += [intended, entered, _difference(entered, intended)]
        lines.append(tuple(line))
    unplaced: list[Run] = [load("names")["not_placed"]]
    for _, went in pairs:
        unplaced += ["—", share(_went(facts, went, "not_placed"), _went(facts, went, "graduates")), "—"]
    lines.append(tuple(unplaced))
    columns = (
        Column("Куда", 2),
        *(
            column
            for _, went in pairs
            for column in (
                Column(f"{went.grade} класс: намерены, %", 1.2, numeric=True),
                Column(f"{went.grade} класс: поступили, %", 1.2, numeric=True),
                Column("Разница, п.п.", 1.1, numeric=True),
            )
        ),
    )
    year = format_school_year(pairs[0][1].school_year)
    return Table(f"Намерения и поступление выпускников {year} учебного года", columns, tuple(lines))


def _difference(entered: Number, intended: Number) -> Number:
    """Share of those who went less share of those who had meant to, in points; both stand beside it."""
    said = " / ".join(
        f"{INTENDED.removeprefix('marts.')}.{part}" for part in intended.reference.column.split(" / ")
    )
    column = f"{entered.reference.column} − {said}"
    reference = MartReference(MART, column, entered.reference.key)
    if entered.value is None or intended.value is None:
        return Number(None, Unit.POINTS, reference)
    return Number(Decimal(entered.value) - Decimal(intended.value), Unit.POINTS, reference)
