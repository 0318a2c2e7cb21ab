"""Sections of the reference after the results: problem zones, quality of data, appendices."""

from __future__ import annotations

from publish.blocks import (
    Block,
    BulletList,
    Column,
    Heading,
    MartReference,
    Note,
    Number,
    PageBreak,
    Paragraph,
    Run,
    Table,
    Unit,
)
from publish.mart_rows import Indicator, RuleCount, SilentOrganisation
from publish.numbers import NBSP
from publish.reference.cells import count_of, value_number
from publish.reference.doubts import doubtful, remark
from publish.reference.facts import ReferenceFacts
from publish.reference.heat import heat_figures
from publish.reference.outcomes import school_tables
from publish.reference.problems import problem_zones, region_below_target
from publish.reference.texts import load, rules, sentence
from publish.rule_names import name_of_rule

FREQUENT_RULES = 12
EXAMPLE_LENGTH = 140
MATRIX_COLUMNS = 8
FINDINGS_MART = "marts.quality_finding"


def problems(facts: ReferenceFacts) -> list[Block]:
    """Section 10: what the rules found, for the region and by municipality."""
    in_force = rules()
    blocks: list[Block] = [
        Heading(1, "10. Проблемные зоны"),
        Paragraph(sentence("problems.1", fall=str(in_force.fall_points))),
    ]
    items: list[tuple[Run, ...]] = []
    below = region_below_target(facts, in_force)
    if below:
        items.append(sentence("problems.region", codes=", ".join(below)))
    if facts.silent:
        silent = count_of(
            len(facts.silent), "marts.reporting_discipline", "ogrn", facts, rule="submitted < expected"
        )
        items.append(sentence("problems.silent", count=silent))
    zones = problem_zones(facts, in_force)
    if not items and not zones:
        return [*blocks, Paragraph(sentence("problems.none"))]
    if items:
        blocks.append(BulletList(tuple(items)))
    if zones:
        rows = tuple(
            (
                zone.municipality.name,
                ", ".join(zone.below_target) or "—",
                ", ".join(zone.worst_quarter) or "—",
                ", ".join(zone.fallen) or "—",
                count_of(
                    zone.silent,
                    "marts.reporting_discipline",
                    "ogrn",
                    facts,
                    municipality_code=zone.municipality.code,
                    rule="submitted < expected",
                ),
            )
            for zone in zones
        )
        columns = (
            Column("Муниципалитет", 2.3),
            Column("Ниже цели", 2.3),
            Column("Нижняя четверть", 1.8),
            Column(f"Снижение > {in_force.fall_points} п.п.", 1.5),
            Column("Не сдали, орг.", 0.9, numeric=True),
        )
        blocks.append(Table("Проблемные зоны по муниципалитетам (коды показателей)", columns, rows))
    return blocks


def _finding_count(facts: ReferenceFacts, rows: list[RuleCount], column: str, **key: str) -> Number:
    named = {"region_code": facts.region_code, "school_year": facts.school_year, **key}
    total = sum(int(getattr(row, column)) for row in rows)
    return Number(total, Unit.COUNT, MartReference(FINDINGS_MART, f"count({column})", tuple(named.items())))


def quality(facts: ReferenceFacts) -> list[Block]:
    """Section 13: how many findings, by which rules, and where the numbers come from."""
    blocks: list[Block] = [Heading(1, "13. Качество данных")]
    if not facts.rules:
        return [*blocks, Paragraph(sentence("quality.none")), Note(sentence("quality.note"))]
    critical = [row for row in facts.rules if row.severity == "critical"]
    warning = [row for row in facts.rules if row.severity == "warning"]
    blocks.append(
        Paragraph(
            sentence(
                "quality.1",
                critical=_finding_count(facts, critical, "findings", severity="critical"),
                warning=_finding_count(facts, warning, "findings", severity="warning"),
            )
        )
    )
    blocks.append(Paragraph(sentence("quality.2")))
    names = load("names")["severities"]
    frequent = sorted(facts.rules, key=lambda row: (-row.findings, row.rule_id, row.form_code or ""))
    rows = tuple(
        (
            _tight(name_of_rule(row.rule_id) or _breakable(row.rule_id)),
            row.form_code or "—",
            _tight(_clipped(row.example)),
            names[row.severity],
            _finding_count(facts, [row], "findings", rule_id=row.rule_id, form_code=row.form_code or ""),
            _finding_count(facts, [row], "organisations", rule_id=row.rule_id, form_code=row.form_code or ""),
        )
        for row in frequent[:FREQUENT_RULES]
    )
    columns = (
        Column("Замечание", 2.9),
        Column("Форма", 0.95),
        Column("Пример", 3.1),
        Column("Вид", 2.05),
        Column("Число", 0.9, numeric=True),
        Column("Орг.", 0.75, numeric=True),
    )
    blocks.append(Table("Самые частые замечания", columns, rows))
    blocks.append(Note(sentence("quality.note")))
    return blocks


def _breakable(rule_id: str) -> str:
    """A rule's name that may be cut after its dots and underscores: it is longer than its column."""
    return rule_id.replace(".", ".\u200b").replace("_", "_\u200b")


def _tight(text: str) -> str:
    """Words in which a line does not part a number from its per cent sign."""
    return text.replace(" %", f"{NBSP}%")


def _clipped(text: str) -> str:
    """A message short enough for a cell, cut between words."""
    if len(text) <= EXAMPLE_LENGTH:
        return text
    return text[:EXAMPLE_LENGTH].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def appendices(facts: ReferenceFacts) -> list[Block]:
    """The full tables: indicators by municipality, schools by group, organisations with missing reports."""
    municipal = [
        indicator
        for indicator in facts.indicators
        if any(v.indicator_code == indicator.code and v.unit_type == "municipality" for v in facts.values)
    ]
    # As many columns as a page has room for, and about as many in every table.
    tables = -(-len(municipal) // MATRIX_COLUMNS)
    size = -(-len(municipal) // max(1, tables))
    blocks: list[Block] = [
        PageBreak(),
        Heading(1, "Приложение А. Показатели по муниципалитетам"),
        Note(sentence("appendix.matrix.note")),
        *heat_figures(facts),
    ]
    names = {one.code: one.name for one in facts.municipalities}
    for first in range(0, len(municipal), max(1, size)):
        indicators = municipal[first : first + size]
        blocks.append(_matrix(facts, indicators))
        blocks.extend(remark(doubtful(facts, indicators, "municipality", names)))
    blocks.append(Heading(1, "Приложение Б. Рейтинг школ по группам"))
    blocks.extend(school_tables(facts, limit=None))
    blocks.append(Heading(1, "Приложение В. Организации с несданными отчётами"))
    blocks.append(
        _silent_table(facts, facts.silent) if facts.silent else Paragraph(sentence("appendix.silent.none"))
    )
    return blocks


def _matrix(facts: ReferenceFacts, indicators: list[Indicator]) -> Table:
    lines: list[tuple[Run, ...]] = [
        (
            municipality.name,
            *(
                value_number(facts, i, "municipality", municipality.code, facts.school_year)
                for i in indicators
            ),
        )
        for municipality in facts.municipalities
    ]
    lines.append(
        (
            "Регион",
            *(value_number(facts, i, "region", facts.region_code, facts.school_year) for i in indicators),
        )
    )
    codes = [indicator.code for indicator in indicators]
    columns = (Column("Муниципалитет", 3), *(Column(code, 1, numeric=True) for code in codes))
    named = codes[0] if len(codes) == 1 else f"{codes[0]}–{codes[-1]}"
    caption = f"Значения показателей {named} по муниципалитетам"
    return Table(caption, columns, tuple(lines), frozenset({len(lines) - 1}))


def _silent_table(facts: ReferenceFacts, rows: tuple[SilentOrganisation, ...]) -> Table:
    kinds = load("names")["kind_titles"]

    def number(row: SilentOrganisation, column: str) -> Number:
        key = (("ogrn", row.ogrn), ("school_year", facts.school_year))
        return Number(
            getattr(row, column), Unit.COUNT, MartReference("marts.reporting_discipline", column, key)
        )

    lines = tuple(
        (
            row.municipality_name,
            row.name_short,
            kinds[row.kind],
            row.forms,
            number(row, "missing"),
            number(row, "expected"),
        )
        for row in rows
    )
    columns = (
        Column("Муниципалитет", 2.2),
        Column("Организация", 2.8),
        Column("Вид", 1.1),
        Column("Формы", 0.9),
        Column("Не сдано", 0.8, numeric=True),
        Column("Ожидалось", 1.2, numeric=True),
    )
    return Table("Организации с несданными отчётами", columns, lines)
