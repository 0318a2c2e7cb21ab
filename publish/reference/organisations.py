"""Section 8 of the reference: employment centres against their plans, and colleges."""

from __future__ import annotations

from dataclasses import dataclass

from publish.blocks import Block, Column, Heading, MartReference, Note, Number, Paragraph, Run, Table, Unit
from publish.mart_rows import Indicator, Organisation, ServicePlan
from publish.numbers import format_school_year
from publish.reference.cells import indicator_number, value_number
from publish.reference.doubts import doubtful, remark
from publish.reference.facts import ReferenceFacts
from publish.reference.texts import sentence

SERVICE = "marts.fct_state_service"
CENTER, COLLEGE = "employment_center", "spo_college"
OF_CENTERS = ("Z1", "Z2", "4.4", "Z4")
OF_COLLEGES = ("P1", "P2", "P4", "P5", "P6")


@dataclass(frozen=True)
class Shown:
    """Organisations of one kind that are shown, and the indicators of which they have values."""

    organisations: list[Organisation]
    indicators: list[Indicator]


def centers_and_colleges(facts: ReferenceFacts) -> list[Block]:
    """Plan and fact of centres, admission and results of colleges, for those that have any figure."""
    return [
        Heading(1, "8. Центры занятости и колледжи"),
        Heading(2, "8.1. Центры занятости: план и факт"),
        *_centers(facts),
        Heading(2, "8.2. Колледжи: пробы, приём и результаты"),
        *_colleges(facts),
    ]


def _shown(facts: ReferenceFacts, kind: str, codes: tuple[str, ...]) -> Shown:
    own = [one for one in facts.named if one.kind == kind]
    indicators = [one for code in codes for one in facts.indicators if one.code == code]
    told = {
        (indicator.code, organisation.ogrn)
        for indicator in indicators
        for organisation in own
        if facts.value(indicator.code, kind, organisation.ogrn, facts.school_year) is not None
    }
    return Shown(
        [one for one in own if any(ogrn == one.ogrn for _, ogrn in told)],
        [one for one in indicators if any(code == one.code for code, _ in told)],
    )


def code_columns(indicators: list[Indicator]) -> tuple[Column, ...]:
    """Columns titled by codes: the names of five indicators have no room above numbers."""
    return tuple(
        Column(one.code + (", %" if one.is_percent else ""), 0.9, numeric=True) for one in indicators
    )


def legend(indicators: list[Indicator]) -> Note:
    """What the codes of such columns mean."""
    named = (f"{one.code} — {one.name}" + ("" if one.is_percent else f" ({one.unit})") for one in indicators)
    return Note(("; ".join(named) + ".",))


def _none(facts: ReferenceFacts) -> list[Block]:
    return [Paragraph(sentence("organisations.none", year=format_school_year(facts.school_year)))]


def _remark(facts: ReferenceFacts, shown: Shown, kind: str) -> list[Block]:
    names = {one.ogrn: one.name_short for one in shown.organisations}
    return remark(doubtful(facts, shown.indicators, kind, names))


def _centers(facts: ReferenceFacts) -> list[Block]:
    shown = _shown(facts, CENTER, OF_CENTERS)
    if not shown.organisations:
        return _none(facts)
    plans = {row.ogrn: row for row in facts.services}
    lines: list[tuple[Run, ...]] = [
        (
            one.name_short,
            *(_service(facts, plans.get(one.ogrn), one.ogrn, column) for column in _SERVICE_COLUMNS),
            *(value_number(facts, i, CENTER, one.ogrn, facts.school_year) for i in shown.indicators),
        )
        for one in shown.organisations
    ]
    columns = (
        Column("Центр занятости", 2.8),
        *(Column(title, 1.1, numeric=True) for title in _SERVICE_COLUMNS.values()),
        *code_columns(shown.indicators),
    )
    first = facts.school_year[:4]
    return [
        Paragraph(sentence("organisations.centers", year=first)),
        Table(f"Центры занятости: план и факт {first} года", columns, tuple(lines)),
        *_remark(facts, shown, CENTER),
        legend(shown.indicators),
    ]


_SERVICE_COLUMNS = {
    "service_plan_year": "План услуги на год, чел.",
    "service_fact_cumulative": "Факт за год, чел.",
}


def _service(facts: ReferenceFacts, row: ServicePlan | None, ogrn: str, column: str) -> Number:
    period = f"{facts.school_year[:4]}-12"
    key = (("region_code", facts.region_code), ("ogrn", ogrn), ("period_code", period))
    value = None if row is None else getattr(row, column)
    return Number(value, Unit.COUNT, MartReference(SERVICE, column, key))


def _colleges(facts: ReferenceFacts) -> list[Block]:
    shown = _shown(facts, COLLEGE, OF_COLLEGES)
    if not shown.organisations:
        return _none(facts)
    admission = next((one for one in shown.indicators if one.code == "P1"), None)
    lines: list[tuple[Run, ...]] = [
        (
            one.name_short,
            *(
                indicator_number(facts, admission, COLLEGE, one.ogrn, column)
                for column in ("denominator", "numerator")
                if admission is not None
            ),
            *(value_number(facts, i, COLLEGE, one.ogrn, facts.school_year) for i in shown.indicators),
        )
        for one in shown.organisations
    ]
    counts = (Column("КЦП, чел.", 0.9, numeric=True), Column("Принято на бюджет, чел.", 1.2, numeric=True))
    columns = (
        Column("Колледж", 2.6),
        *(counts if admission is not None else ()),
        *code_columns(shown.indicators),
    )
    return [
        Paragraph(sentence("organisations.colleges")),
        Table("Колледжи: приём и результаты", columns, tuple(lines)),
        *_remark(facts, shown, COLLEGE),
        legend(shown.indicators),
    ]
