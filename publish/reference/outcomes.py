"""Sections 6.1 and 9 of the reference: what graduates intend, and the rating."""

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
from publish.mart_rows import Comparison, Intention, Rated, methodologies_of
from publish.numbers import NBSP, format_school_year
from publish.reference.cells import (
    comparable_place,
    count_of,
    place_by_previous,
    rank_shift,
    rating_number,
    share,
)
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import load, sentence

SHOWN_IN_GROUP = 10
MUNICIPAL = ("marts.rating_municipality", "municipality_code")
SCHOOL = ("marts.rating_school", "ogrn")
CENTER = ("marts.rating_employment_center", "ogrn")
COLLEGE = ("marts.rating_spo_college", "ogrn")


def _number(facts: ReferenceFacts, row: Intention, column: str) -> Number:
    key = (
        ("region_code", facts.region_code),
        ("school_year", row.school_year),
        ("grade", str(row.grade)),
    )
    return Number(getattr(row, column), Unit.COUNT, MartReference("marts.fct_intention", column, key))


def intentions(facts: ReferenceFacts) -> list[Block]:
    """Section 6.1: a sentence per grade, the shares drawn and tabulated."""
    blocks: list[Block] = [
        Heading(1, "6. Намерения и поступление выпускников"),
        Heading(2, "6.1. Намерения выпускников 9 и 11 классов"),
    ]
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
        numbers=tuple(
            (
                f"{_label(row)}, {title}",
                share(_number(facts, row, column), _number(facts, row, "surveyed")),
            )
            for row in rows
            for column, title in names.items()
        ),
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
    """Section 9: all municipalities, the first schools of each group, all centres and colleges."""
    ranked = [row for row in facts.municipality_rating if row.is_ranked]
    methodology, _ = methodologies_of(facts.rated)
    blocks: list[Block] = [
        Heading(1, "9. Рейтинг"),
        Paragraph(
            (
                *sentence(
                    "rating.1",
                    methodology=methodology,
                    municipalities=_ranked(facts, facts.municipality_rating, MUNICIPAL),
                    schools=_ranked(facts, facts.school_rating, SCHOOL),
                    centers=_ranked(facts, facts.center_rating, CENTER),
                    colleges=_ranked(facts, facts.college_rating, COLLEGE),
                ),
                *((" ", *_leader(facts, ranked[0])) if ranked else ()),
            )
        ),
        *other_methodology(facts),
        Heading(2, "9.1. Муниципалитеты"),
        *_outside(facts),
        municipal_table(facts),
        Heading(2, "9.2. Школы"),
    ]
    blocks.append(
        _with_outside(facts, "rating.schools", facts.school_rating, SCHOOL, first=str(SHOWN_IN_GROUP))
    )
    blocks.extend(school_tables(facts, limit=SHOWN_IN_GROUP))
    blocks += [Heading(2, "9.3. Центры занятости"), *centers(facts)]
    blocks += [Heading(2, "9.4. Колледжи"), *colleges(facts)]
    return blocks


def centers(facts: ReferenceFacts) -> list[Block]:
    """The rating of employment centres, or that there is none."""
    if not facts.center_rating:
        return _not_rated(facts)
    if not any(row.is_ranked for row in facts.center_rating):
        return _nobody(facts, facts.center_rating, CENTER)
    said = _with_outside(facts, "rating.centers", facts.center_rating, CENTER)
    return [
        said,
        _table_by_place(
            facts, facts.center_rating, CENTER, unit="Центр занятости", caption="Рейтинг центров занятости"
        ),
    ]


def colleges(facts: ReferenceFacts) -> list[Block]:
    """The rating of colleges, or that there is none."""
    if not facts.college_rating:
        return _not_rated(facts)
    if not any(row.is_ranked for row in facts.college_rating):
        return _nobody(facts, facts.college_rating, COLLEGE)
    said = _with_outside(facts, "rating.colleges", facts.college_rating, COLLEGE)
    return [
        said,
        _table_by_place(facts, facts.college_rating, COLLEGE, unit="Колледж", caption="Рейтинг колледжей"),
    ]


def _not_rated(facts: ReferenceFacts) -> list[Block]:
    return [Paragraph(sentence("rating.not_rated", year=format_school_year(facts.school_year)))]


def _nobody(facts: ReferenceFacts, rows: tuple[Rated, ...], mart: tuple[str, str]) -> list[Block]:
    """That no unit has a place: a table of dashes would say no more."""
    number = count_of(len(rows), *mart, facts, is_ranked="false")
    return [Paragraph(sentence("rating.nobody", count=number))]


def _ranked(facts: ReferenceFacts, rows: tuple[Rated, ...], mart: tuple[str, str]) -> Number:
    return count_of(sum(row.is_ranked for row in rows), *mart, facts, is_ranked="true")


def _with_outside(
    facts: ReferenceFacts, key: str, rows: tuple[Rated, ...], mart: tuple[str, str], **words: str
) -> Paragraph:
    """A sentence about a rating, and how many of its units have no place."""
    runs = sentence(key, **words)
    unranked = sum(not row.is_ranked for row in rows)
    if unranked:
        number = count_of(unranked, *mart, facts, is_ranked="false")
        runs += (" ", *sentence("rating.unranked", count=number))
    return Paragraph(runs)


def _outside(facts: ReferenceFacts) -> list[Block]:
    """How many municipalities have no place, where any has none."""
    unranked = sum(not row.is_ranked for row in facts.municipality_rating)
    number = count_of(unranked, *MUNICIPAL, facts, is_ranked="false")
    return [Paragraph(sentence("rating.unranked", count=number))] if unranked else []


def _leader(facts: ReferenceFacts, row: Rated) -> tuple[Run, ...]:
    score = rating_number(facts, row, *MUNICIPAL, column="score", unit=Unit.SCORE)
    return sentence("rating.leader", name=row.unit_name, score=score)


def other_methodology(facts: ReferenceFacts) -> list[Block]:
    """Says by which methodology two years are compared, where last year's places are of another."""
    now, then = methodologies_of(facts.rated)
    if not then:
        return []
    key = "rating.by_previous" if facts.comparison is Comparison.BY_PREVIOUS else "rating.other"
    return [Note(sentence(key, year=format_school_year(facts.previous_year), then=then, now=now))]


def municipal_table(facts: ReferenceFacts) -> Table:
    """All municipalities of the rating; those without a rank say so with a dash."""
    return _table_by_place(
        facts,
        facts.municipality_rating,
        MUNICIPAL,
        unit="Муниципалитет",
        caption="Рейтинг муниципалитетов",
    )


def _table_by_place(
    facts: ReferenceFacts, rated: tuple[Rated, ...], mart: tuple[str, str], *, unit: str, caption: str
) -> Table:
    """A rating by place: organisations with their municipality, and with groups where there are any."""
    placed = mart != MUNICIPAL
    grouped = not placed or any(row.group_code for row in rated)
    lines = []
    for row in rated:
        line: list[Run] = [rating_number(facts, row, *mart, column="rank", unit=Unit.RANK), row.unit_name]
        if placed:
            line.append(row.municipality_name)
        line += [
            rating_number(facts, row, *mart, column="score", unit=Unit.SCORE),
            *_compared(facts, row, mart),
        ]
        if grouped:
            line.append(rating_number(facts, row, *mart, column="rank_in_group", unit=Unit.RANK))
        lines.append(tuple(line))
    columns = (
        Column("Место", 0.8, numeric=True),
        Column(unit, 2.6 if placed else 3.2),
        *((Column("Муниципалитет", 2.2),) if placed else ()),
        Column("Балл", 0.9, numeric=True),
        *_compared_columns(facts),
        *((Column("Место в группе", 1.1, numeric=True),) if grouped else ()),
    )
    return Table(caption, columns, tuple(lines))


def _compared(facts: ReferenceFacts, row: Rated, mart: tuple[str, str]) -> list[Run]:
    """Last year's place, this year's by the same methodology where it is another than that of the row's own
    place, and their difference: the row's arithmetic closes before the reader's eyes.
    """
    by_previous = facts.comparison is Comparison.BY_PREVIOUS
    return [
        comparable_place(facts, row, *mart),
        *([place_by_previous(facts, row, *mart)] if by_previous else []),
        rank_shift(facts, row, *mart),
    ]


def _compared_columns(facts: ReferenceFacts) -> tuple[Column, ...]:
    by_previous = facts.comparison is Comparison.BY_PREVIOUS
    return (
        Column("Место год назад", 1, numeric=True),
        *((Column("Место по преж\u00adней мето\u00adдике", 1.4, numeric=True),) if by_previous else ()),
        Column("Сдвиг", 0.8, numeric=True),
    )


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
            *_compared(facts, row, SCHOOL),
        )
        for row in rows
    )
    columns = (
        Column("Место в группе", 0.95, numeric=True),
        Column("Школа", 2.8),
        Column("Муниципалитет", 2.3),
        Column("Балл", 0.8, numeric=True),
        Column("Место в регионе", 1, numeric=True),
        *_compared_columns(facts),
    )
    title = f"Рейтинг школ, {group}" + (
        f" — места с{NBSP}1{NBSP}по{NBSP}{limit}" if limit is not None else ""
    )
    return Table(title, columns, lines)
