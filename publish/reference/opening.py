"""Sections of the reference before any result: basis, objects, methodology."""

from __future__ import annotations

from publish.agreement import agree
from publish.blocks import (
    Block,
    BulletList,
    Column,
    Heading,
    MartReference,
    Note,
    Number,
    Paragraph,
    Run,
    Table,
    TitlePage,
    Unit,
)
from publish.numbers import format_date_long, format_number, format_school_year, join_codes
from publish.reference.cells import count_of
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import RegionTexts, load, rules, sentence, words


def title_page(facts: ReferenceFacts, texts: RegionTexts) -> TitlePage:
    """The first page."""
    year = format_school_year(facts.school_year)
    return TitlePage(
        issuer=texts.issuer,
        title=words("title"),
        subtitle=words("subtitle", region=texts.name, year=year),
        details=(
            words("basis_line", code=facts.basis.code, road_map=texts.road_map),
            words("period_line", year=year, previous=format_school_year(facts.previous_year)),
            words("prepared", as_of=format_date_long(facts.as_of)),
        ),
        place_and_year=f"{texts.place}, {facts.as_of.year}",
    )


def basis(facts: ReferenceFacts, texts: RegionTexts) -> list[Block]:
    """Section 1: why this document exists."""
    return [
        Heading(1, "1. Основание и цель"),
        Paragraph(
            sentence("basis.1", code=facts.basis.code, measure=facts.basis.name, road_map=texts.road_map)
        ),
        Paragraph(sentence("basis.2")),
        Paragraph(sentence("basis.3")),
    ]


def objects(facts: ReferenceFacts) -> list[Block]:
    """Section 2: the period and who reports."""
    kinds = load("names")["kinds"]
    items: list[tuple[Run, ...]] = []
    for row in facts.organisations:
        number = count_of(
            row.organisations, "marts.dim_organisation", "ogrn", facts, kind=row.kind, is_current="true"
        )
        items.append(sentence("objects.kind", count=number, noun=agree(row.organisations, kinds[row.kind])))
    total = count_of(
        sum(row.organisations for row in facts.organisations),
        "marts.dim_organisation",
        "ogrn",
        facts,
        is_current="true",
    )
    blocks: list[Block] = [
        Heading(1, "2. Период и объекты мониторинга"),
        Paragraph(
            sentence(
                "objects.1", year=format_school_year(facts.school_year), as_of=format_date_long(facts.as_of)
            )
        ),
        Paragraph(sentence("objects.2", organisations=total)),
        BulletList(tuple(items)),
    ]
    contingent = {row.school_year: row for row in facts.contingent}

    def counted(school_year: str, column: str) -> Number:
        key = (("region_code", facts.region_code), ("school_year", school_year))
        value: int = getattr(contingent[school_year], column)
        return Number(value, Unit.COUNT, MartReference("marts.fct_contingent", column, key))

    if facts.school_year in contingent:
        runs = sentence(
            "objects.3",
            schools=counted(facts.school_year, "schools"),
            students=counted(facts.school_year, "students"),
            students_ovz=counted(facts.school_year, "students_ovz"),
        )
        if facts.previous_year in contingent:
            runs += (" ", *sentence("objects.change", students=counted(facts.previous_year, "students")))
        blocks.append(Paragraph(runs))
    return blocks


def methodology(facts: ReferenceFacts) -> list[Block]:
    """Section 3: the indicators and how to read their values."""
    targets = rules().targets
    rows = []
    for indicator in facts.indicators:
        target = targets.get(indicator.code)
        rows.append(
            (
                indicator.code,
                indicator.name,
                indicator.formula,
                join_codes(indicator.source_forms.split(";")),
                "—" if target is None else format_number(target, 0),
            )
        )
    return [
        Heading(1, "3. Методика"),
        Paragraph(sentence("method.1")),
        Paragraph(sentence("method.2")),
        Table(
            "Показатели мониторинга",
            (
                Column("Код", 0.6),
                Column("Показатель", 2.6),
                Column("Формула", 3.2),
                Column("Формы", 0.9),
                Column("Цель", 0.75, numeric=True),
            ),
            tuple(rows),
        ),
        Note(sentence("method.note")),
    ]
