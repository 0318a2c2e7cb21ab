"""Sections 6 and 7 of the reference: what graduates intend, and the rating."""

from __future__ import annotations

from itertools import groupby

from publish.blocks import (
    Block,
    Column,
    Figure,
    Heading,
    MartReference,
    Note,
    Number,
    Paragraph,
    Run,
    Table,
    Unit,
)
from publish.charts import Share, stacked_shares
from publish.mart_rows import Intention, Rated, methodologies_of
from publish.numbers import format_school_year
from publish.reference.cells import comparable_place, count_of, rank_shift, rating_number, share
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import load, sentence

SHOWN_IN_GROUP = 10
MUNICIPAL = ("marts.rating_municipality", "municipality_code")
SCHOOL = ("marts.rating_school", "ogrn")
MUNICIPAL_UNIT, SCHOOL_UNIT = "municipality", "school"


def _number(facts: ReferenceFacts, row: Intention, column: str) -> Number:
    key = (
        ("region_code", facts.region_code),
        ("school_year", row.school_year),
        ("grade", str(row.grade)),
    )
    return Number(getattr(row, column), Unit.COUNT, MartReference("marts.fct_intention", column, key))


def intentions(facts: ReferenceFacts) -> list[Block]:
    """Section 6: a sentence per grade, the shares drawn and tabulated."""
    blocks: list[Block] = [Heading(1, "6. Намерения выпускников 9 и 11 классов")]
    current = [row for row in facts.intentions if row.school_year == facts.school_year and row.surveyed]
    if not current:
        none = sentence("intentions.none", year=format_school_year(facts.school_year))
        return [*blocks, Paragraph(none)]
    blocks.append(Paragraph(sentence("intentions.0")))
    for row in current:
        surveyed, graduates = _number(facts, row, "surveyed"), _number(facts, row, "graduates")
        undecided, away = _number(facts, row, "undecided"), _number(facts, row, "to_other_region")
        runs = sentence(
            "intentions.1",
            grade=str(row.grade),
            schools=_number(facts, row, "schools"),
            graduates=graduates,
            surveyed=surveyed,
            share=share(surveyed, graduates),
        )
        more = sentence(
            "intentions.2",
            grade=str(row.grade),
            undecided=undecided,
            share=share(undecided, surveyed),
            away=away,
            away_share=share(away, surveyed),
        )
        blocks.append(Paragraph((*runs, " ", *more)))
    shown = sorted((row for row in facts.intentions if row.surveyed), key=lambda r: (r.grade, r.school_year))
    blocks.append(_figure(facts, shown))
    blocks.append(_table(facts, shown))
    return blocks


def _label(row: Intention) -> str:
    return f"{row.grade} класс, {format_school_year(row.school_year)}"


def _figure(facts: ReferenceFacts, rows: list[Intention]) -> Figure:
    names: dict[str, str] = load("names")["destinations"]
    shares = [
        Share(_label(row), title, getattr(row, column)) for row in rows for column, title in names.items()
    ]
    described = ". ".join(
        f"{_label(row)}: "
        + ", ".join(
            f"{title} {share(_number(facts, row, column), _number(facts, row, 'surveyed')).text}"
            for column, title in names.items()
        )
        for row in rows
    )
    return Figure(
        caption="Намерения опрошенных выпускников",
        alternative=f"Доли опрошенных выпускников. {described}.",
        chart=stacked_shares(
            shares,
            bars=[_label(row) for row in rows],
            segments=list(names.values()),
            axis_title="Доля опрошенных, %",
        ),
        numbers=tuple(_number(facts, row, column) for row in rows for column in names),
    )


def _table(facts: ReferenceFacts, rows: list[Intention]) -> Table:
    names: dict[str, str] = load("names")["destinations"]
    lines: list[tuple[Run, ...]] = []
    for column, title in (("surveyed", "Опрошено, чел."), *((c, f"{t}, %") for c, t in names.items())):
        line: list[Run] = [title[0].upper() + title[1:]]
        for row in rows:
            number = _number(facts, row, column)
            line.append(number if column == "surveyed" else share(number, _number(facts, row, "surveyed")))
        lines.append(tuple(line))
    columns = (Column("Намерение", 2), *(Column(_label(row), 1.1, numeric=True) for row in rows))
    return Table("Намерения выпускников", columns, tuple(lines))


def rating(facts: ReferenceFacts) -> list[Block]:
    """Section 7: all municipalities, and the first schools of each group."""
    ranked = [row for row in facts.municipality_rating if row.is_ranked]
    schools = [row for row in facts.school_rating if row.is_ranked]
    methodology, _ = methodologies_of(facts.municipality_rating + facts.school_rating)
    blocks: list[Block] = [
        Heading(1, "7. Рейтинг"),
        Paragraph(
            (
                *sentence(
                    "rating.1",
                    methodology=methodology,
                    ranked=count_of(len(ranked), *MUNICIPAL, facts, is_ranked="true"),
                    schools=count_of(len(schools), *SCHOOL, facts, is_ranked="true"),
                ),
                *((" ", *_leader(facts, ranked[0])) if ranked else ()),
            )
        ),
        Heading(2, "7.1. Муниципалитеты"),
        municipal_table(facts),
        *other_methodology(facts),
        Heading(2, "7.2. Школы"),
    ]
    unranked = len(facts.school_rating) - len(schools)
    runs = sentence("rating.schools", first=str(SHOWN_IN_GROUP))
    if unranked:
        number = count_of(unranked, *SCHOOL, facts, is_ranked="false")
        runs += (" ", *sentence("rating.unranked", count=number))
    blocks.append(Paragraph(runs))
    blocks.extend(school_tables(facts, limit=SHOWN_IN_GROUP))
    return blocks


def _leader(facts: ReferenceFacts, row: Rated) -> tuple[Run, ...]:
    score = rating_number(facts, row, *MUNICIPAL, column="score", unit=Unit.SCORE)
    return sentence("rating.leader", name=row.unit_name, score=score)


def other_methodology(facts: ReferenceFacts) -> list[Block]:
    """Says that last year's places were published by another methodology; nothing where it was the same."""
    now, then = methodologies_of(facts.municipality_rating + facts.school_rating)
    if not then:
        return []
    return [Note(sentence("rating.other", year=format_school_year(facts.previous_year), then=then, now=now))]


def municipal_table(facts: ReferenceFacts) -> Table:
    """All municipalities of the rating; those without a rank say so with a dash."""
    rows = tuple(
        (
            rating_number(facts, row, *MUNICIPAL, column="rank", unit=Unit.RANK),
            row.unit_name,
            rating_number(facts, row, *MUNICIPAL, column="score", unit=Unit.SCORE),
            comparable_place(facts, row, MUNICIPAL_UNIT),
            rank_shift(facts, row, MUNICIPAL_UNIT),
            rating_number(facts, row, *MUNICIPAL, column="rank_in_group", unit=Unit.RANK),
        )
        for row in facts.municipality_rating
    )
    columns = (
        Column("Место", 0.8, numeric=True),
        Column("Муниципалитет", 3.2),
        Column("Балл", 0.9, numeric=True),
        Column("Место год назад", 1.1, numeric=True),
        Column("Сдвиг", 0.8, numeric=True),
        Column("Место в группе", 1.1, numeric=True),
    )
    return Table("Рейтинг муниципалитетов", columns, rows)


def school_tables(facts: ReferenceFacts, limit: int | None) -> list[Block]:
    """One table per group: the places up to `limit`, ties included, or every school without one."""
    blocks: list[Block] = []
    for _, members in groupby(facts.school_rating, key=lambda row: row.group_code):
        group = list(members)
        shown = [
            row
            for row in group
            if limit is None or (row.rank_in_group is not None and row.rank_in_group <= limit)
        ]
        if shown:
            blocks.append(_school_table(facts, group[0].group_name or "без группы", shown, limit))
    return blocks


def _school_table(facts: ReferenceFacts, group: str, rows: list[Rated], limit: int | None) -> Table:
    lines = tuple(
        (
            rating_number(facts, row, *SCHOOL, column="rank_in_group", unit=Unit.RANK),
            row.unit_name,
            row.municipality_name,
            rating_number(facts, row, *SCHOOL, column="score", unit=Unit.SCORE),
            rating_number(facts, row, *SCHOOL, column="rank", unit=Unit.RANK),
            rank_shift(facts, row, SCHOOL_UNIT),
        )
        for row in rows
    )
    columns = (
        Column("Место в группе", 0.95, numeric=True),
        Column("Школа", 3),
        Column("Муниципалитет", 2.4),
        Column("Балл", 0.8, numeric=True),
        Column("Место в регионе", 0.95, numeric=True),
        Column("Сдвиг", 0.8, numeric=True),
    )
    title = f"Рейтинг школ, {group}" + (f" — первые {limit} мест" if limit is not None else "")
    return Table(title, columns, lines)
