"""Heat tables, rows that a page keeps together, and dashes where nobody was asked."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from publish_sample import FACTS, MUNICIPALITIES, YEAR, rated, value

from publish.blocks import Column, Table
from publish.charts import SHADES, HeatCell, heat_table, shade_of
from publish.mart_rows import Municipality, RuleCount
from publish.reference.closing import quality
from publish.reference.heat import heat_figures
from publish.reference.outcomes import municipal_table
from publish.render.docx_table import table_xml


def test_heat_table_shows_percents_with_values_and_says_them_in_words() -> None:
    (figure,) = heat_figures(FACTS)
    assert "Тепловая таблица показателей 1.1–3.1, %, 2025/26" in figure.caption
    # 4.2 is no percentage and Z1 has no value of a municipality.
    assert {dict(number.reference.key)["indicator_code"] for _, number in figure.numbers} == {"1.1", "3.1"}
    assert {number.reference.mart for _, number in figure.numbers} == {"marts.fct_indicator_value"}
    assert "Абатский муниципальный район: 1.1 — 100,0, 3.1 — 20,0" in figure.alternative
    assert "город Ишим: 1.1 — 100,0, 3.1 — …" in figure.alternative
    worst, best = SHADES[0][0], SHADES[-1][0]
    assert worst in figure.chart.svg
    assert best in figure.chart.svg


def test_the_best_of_an_inverse_indicator_is_its_least() -> None:
    inverse = tuple(
        dataclasses.replace(i, good_direction="down") if i.code == "3.1" else i for i in FACTS.indicators[1:2]
    )
    values = (
        value("3.1", "municipality", MUNICIPALITIES[0].code, YEAR, "20"),
        value("3.1", "municipality", MUNICIPALITIES[1].code, YEAR, "100"),
    )
    facts = dataclasses.replace(FACTS, indicators=inverse, values=values, municipalities=MUNICIPALITIES[:2])
    drawn = []

    def caught(cells: list[HeatCell], **_: object) -> object:
        drawn.extend(cells)
        return heat_table(cells, rows=[cell.row for cell in cells], columns=["3.1"])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("publish.reference.heat.heat_table", caught)
        heat_figures(facts)
    assert [(cell.text, cell.position) for cell in drawn] == [("20,0", Decimal(1)), ("100,0", Decimal(0))]


def test_shades_cover_the_whole_span() -> None:
    assert [shade_of(Decimal(p)) for p in ("0", "0.19", "0.2", "0.5", "0.79", "0.8", "1")] == [
        0, 0, 1, 2, 3, 4, 4,
    ]  # fmt: skip


def test_a_large_region_is_cut_into_pictures_that_fit_a_page() -> None:
    many = tuple(Municipality(f"{n:08d}", f"Район {n:02d}") for n in range(69))
    values = tuple(value("3.1", "municipality", m.code, YEAR, str(n)) for n, m in enumerate(many))
    facts = dataclasses.replace(FACTS, indicators=FACTS.indicators[1:2], municipalities=many, values=values)
    figures = heat_figures(facts)
    assert [len(figure.numbers) for figure in figures] == [34, 35]
    assert "Район 00 — Район 33" in figures[0].caption
    # A4 less the margins is 257 mm, 728 points; the caption takes some.
    assert all(figure.chart.height < 660 and figure.chart.width <= 482 for figure in figures)


def _kept(rows: int) -> list[bool]:
    """For the header and each row of a table, whether it stays with the next."""
    table = Table("Проба", (Column("А", 1),), tuple((str(n),) for n in range(rows)))
    lines = table_xml(table, "style", "cell").split("<w:tr>")[1:]
    assert all("<w:cantSplit/>" in line for line in lines)
    return ["<w:keepNext/>" in line for line in lines]


def test_findings_are_named_in_words_not_by_codes_of_rules() -> None:
    rules = (
        *FACTS.rules,
        RuleCount("C1", "READ.LABEL", "critical", "Файл JSON: не найден показатель «План на год».", 1, 1),
        RuleCount("S5", "S5.PLAUSIBILITY.RESPONSE_RATE", "warning", "Выпускников опрошено 0 из 1.", 2, 2),
    )
    drawn = next(b for b in quality(dataclasses.replace(FACTS, rules=rules)) if isinstance(b, Table))
    named = {row[0] for row in drawn.rows}
    assert {
        "Не найден показатель",
        "Охват больше контингента",
        "Не выполнено условие: опрошено не меньше 80\u00a0% выпускников",
    } <= named
    assert not [row for row in drawn.rows if any("_" in run for run in row if isinstance(run, str))]


def test_a_small_table_is_not_cut_by_a_page() -> None:
    assert _kept(0) == [False]
    assert _kept(1) == [True, False]
    assert _kept(8) == [True] * 8 + [False]


def test_a_long_table_leaves_no_row_alone() -> None:
    assert _kept(9) == [True, True, *[False] * 6, True, False]


def test_who_has_no_place_shows_no_score() -> None:
    placed = rated(1, "город Тюмень", None, "71.50", 1, 2)
    unplaced = rated(2, "город Ишим", None, "100.00", None, None)
    facts = dataclasses.replace(FACTS, municipality_rating=(placed, unplaced))
    scores = [row[2].bare for row in municipal_table(facts).rows]
    assert scores == ["71,50", "—"]
