"""Values above 100 % where a part is counted of its whole: said at the figure, wherever it stands."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from publish_sample import FACTS, MUNICIPALITIES, REGION, YEAR, value

from publish.blocks import Heading, Note, Number, Paragraph, Run
from publish.charts import HeatCell, heat_table
from publish.reference.document import build_document
from publish.reference.doubts import is_doubtful
from publish.reference.facts import ReferenceFacts
from publish.reference.heat import heat_figures

FIRST = MUNICIPALITIES[0]
COVERAGE = next(one for one in FACTS.indicators if one.code == "3.1")
PARENTS = dataclasses.replace(COVERAGE, code="6.5", sort_no=30)


def with_value(code: str, unit_type: str, unit: str, number: str) -> ReferenceFacts:
    others = tuple(
        one
        for one in FACTS.values
        if (one.indicator_code, one.unit_type, one.unit_code, one.school_year)
        != (code, unit_type, unit, YEAR)
    )
    return dataclasses.replace(FACTS, values=(*others, value(code, unit_type, unit, YEAR, number)))


def text_of(runs: tuple[Run, ...]) -> str:
    return "".join(run.text if isinstance(run, Number) else run for run in runs)


def remarks(facts: ReferenceFacts) -> list[str]:
    blocks = build_document(facts).blocks
    return [
        text_of(block.runs)
        for block in blocks
        if isinstance(block, Note | Paragraph) and "ольше 100" in text_of(block.runs)
    ]


def heading_before(facts: ReferenceFacts, text: str) -> list[str]:
    heading, found = "", []
    for block in build_document(facts).blocks:
        if isinstance(block, Heading):
            heading = block.text
        elif isinstance(block, Note) and text in text_of(block.runs):
            found.append(heading)
    return found


def test_a_part_larger_than_its_whole_is_doubtful_and_two_parents_of_a_pupil_are_not() -> None:
    assert is_doubtful(COVERAGE, Decimal("100.1"))
    assert not is_doubtful(COVERAGE, Decimal(100))
    assert not is_doubtful(COVERAGE, None)
    assert not is_doubtful(PARENTS, Decimal(160))
    assert not is_doubtful(dataclasses.replace(COVERAGE, unit="на 100 обучающихся"), Decimal(160))


def test_nothing_is_said_where_no_value_is_above_the_whole() -> None:
    assert remarks(FACTS) == []


def test_a_municipality_above_the_whole_is_named_where_its_value_stands() -> None:
    facts = with_value("3.1", "municipality", FIRST.code, "176.7")
    said = f"Больше 100\u00a0%: {FIRST.name} (3.1) — 176,7\u00a0%. Учтено больше людей"
    assert [text.startswith(said) for text in remarks(facts)] == [True, True]
    direction, appendix = heading_before(facts, said)
    assert direction.startswith("5.") and appendix.startswith("Приложение А")


def test_a_target_reached_above_the_whole_is_said_to_want_a_check() -> None:
    facts = with_value("3.1", "region", REGION, "251.9")
    overview, note = remarks(facts)
    assert overview.endswith(
        "Больше 100\u00a0% — 3.1: прежде чем считать цель достигнутой, такие значения нужно проверить."
    )
    assert note.startswith("Больше 100\u00a0%: 3.1 — 251,9\u00a0%. ")


def test_a_value_above_the_whole_is_not_shaded_and_does_not_pale_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[HeatCell] = []

    def caught(cells: list[HeatCell], *, rows: list[str], columns: list[str]) -> object:
        drawn.extend(cells)
        return heat_table(cells, rows=rows, columns=columns)

    monkeypatch.setattr("publish.reference.heat.heat_table", caught)
    heat_figures(with_value("3.1", "municipality", FIRST.code, "6245.5"))
    shades = [cell.position for cell in drawn if cell.column == "3.1"]
    # 30, 40 ... 80 and one withheld
    assert shades == [None, 0, Decimal("0.2"), Decimal("0.4"), Decimal("0.6"), Decimal("0.8"), None, 1]
