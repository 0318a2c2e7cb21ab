"""What the head of a school reads: every sentence of an explanation, from numbers worked by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orientir.rating import Explanation, IndicatorPart, MethodologyEffect, Place, Variant
from orientir.rating_words import explanation_lines

PLACE = Place(
    region_code="tyumen",
    region_name="Тюменская область",
    school_year="2025-2026",
    unit_type="school",
    unit_code="1997210000011",
    unit_name="СОШ № 1",
    oktmo=None,
    methodology_code="m2025.1",
    methodology_name="Рейтинг",
    legal_basis="Предложение разработчика",
    min_available_weight=Decimal("0.66"),
    score=Decimal("54.00"),
    rank=2,
    ranked_units=3,
    rank_in_group=1,
    group_name="малые школы",
    rank_from=1,
    rank_to=2,
    previous_rank=5,
    previous_rank_recomputed=3,
    previous_methodology_code="m2024.1",
    next_rank=1,
    next_score=Decimal("60.00"),
    score_to_next_rank=Decimal("6.00"),
    is_ranked=True,
    unranked_reason=None,
    available_weight=Decimal(1),
)


def part(code: str, name: str, **changes: Any) -> IndicatorPart:
    """3.1 = 80 % between 50 and 100, weight 0.6: 36 of 60 points, 1.2 points for a percentage point."""
    usual = IndicatorPart(
        indicator_code=code,
        indicator_name=name,
        unit="%",
        is_inverse=False,
        direction_no=3,
        direction_name="Мир профессий",
        direction_score=Decimal("60"),
        direction_weight=Decimal("0.6"),
        value=Decimal("80"),
        missing_reason=None,
        reason_name=None,
        missing_treatment=None,
        goalpost_low=Decimal("50"),
        goalpost_high=Decimal("100"),
        normalised=Decimal("60"),
        weight=Decimal("0.6"),
        contribution=Decimal("36"),
        points_lost=Decimal("24"),
        points_per_unit=Decimal("1.2"),
        value_gap=Decimal("20"),
        value_for_next_rank=Decimal("85"),
    )
    return replace(usual, **changes)


NOT_SENT = part(
    "6.1",
    "Определились",
    direction_no=6,
    direction_name="Результат",
    direction_score=Decimal(0),
    direction_weight=Decimal("0.4"),
    value=None,
    missing_reason="not_submitted",
    reason_name="не представлено",
    missing_treatment="zero",
    normalised=Decimal(0),
    weight=Decimal("0.4"),
    contribution=Decimal(0),
    points_lost=Decimal(40),
    value_gap=None,
    value_for_next_rank=None,
)


def lines(place: Place, parts: list[IndicatorPart]) -> list[str]:
    variants = [
        Variant("official", "официальный расчёт", Decimal("54.00"), 2, 3, 0, None, None),
        Variant("geometric", "среднее геометрическое", Decimal("7.70"), 3, 4, 1, None, None),
        Variant("reweighted_missing", "без нулей", None, None, 2, None, None, None),
        Variant("varied_weights", "веса изменены", None, 2, 3, 0, 1, 2),
    ]
    effects = [
        MethodologyEffect(
            "m2024.1",
            "m2025.1",
            "Веса разные",
            Decimal("50.00"),
            Decimal("54.00"),
            Decimal("4.00"),
            3,
            2,
            4,
            3,
        )
    ]
    return list(explanation_lines(Explanation(place, parts, variants, effects)))


def test_the_whole_explanation() -> None:
    assert lines(PLACE, [part("3.1", "Охват"), NOT_SENT]) == [
        "Рейтинг школ, Тюменская область, 2025/26 учебный год",
        "СОШ № 1 (ОГРН 1997210000011)",
        "Методика m2025.1. Предложение разработчика.",
        "",
        "Место 2 из 3, балл 54,00 из 100.",
        "В своей группе (малые школы): место 1.",
        "В прошлом учебном году по этой же методике: место 3, сейчас выше на 1 место.",
        "Опубликовано тогда: место 5 по методике m2024.1; с нынешним его не сравнивают.",
        "Чтобы разделить место 1, не хватает: 6,00 баллов.",
        "Если вес каждого направления изменить в пределах 20 %, в девяти случаях из десяти место"
        " — от 1 до 2.",
        "",
        "Из чего сложился балл",
        "3 Мир профессий: 60,00 из 100, вес 0,60, даёт 36,00 баллов",
        "  3.1 Охват: 80,0 % — 36,00 из 60,00; процентный пункт стоит 1,20 балла",
        "6 Результат: 0,00 из 100, вес 0,40, даёт 0,00 баллов",
        "  6.1 Определились: не представлено, засчитан 0 из 40,00",
        "",
        "Из-за непредставленных и возвращённых отчётов (показатели 6.1) потеряно: 40,00 баллов.",
        "",
        "Что одно, при прочих равных, даёт балл места 1",
        "  3.1 Охват: с 80,0 % до 85,0 %",
        "",
        "Место при другом способе расчёта",
        "  среднее геометрическое: 3 из 4",
        "  без нулей: вне рейтинга",
        "  веса изменены: от 1 до 2, посередине 2",
        "",
        "Что меняет методика m2025.1 на тех же данных",
        "  Веса разные.",
        "  m2024.1: место 3 из 4, балл 50,00",
        "  m2025.1: место 2 из 3, балл 54,00",
    ]


def test_a_year_without_most_of_the_indicators_is_compared_by_the_earlier_methodology() -> None:
    """By m2024.1 this year's values bring place 3, as `lines` has it; last year it was 5."""
    told = lines(replace(PLACE, previous_rank_recomputed=None), [part("3.1", "Охват")])
    assert (
        "По нынешней методике в прошлом учебном году места не было: собиралось слишком мало её показателей."
        in told
    )
    assert (
        "По методике m2024.1 в оба года: тогда место 5, нынешние данные дали бы место 3, выше на 2 места."
        in told
    )


def test_centres_and_colleges_are_called_by_their_names() -> None:
    center = replace(PLACE, unit_type="employment_center", unit_name="ЦЗН города Тюмени")
    assert lines(center, [part("Z1", "План")])[:2] == [
        "Рейтинг центров занятости, Тюменская область, 2025/26 учебный год",
        "ЦЗН города Тюмени (ОГРН 1997210000011)",
    ]
    college = replace(PLACE, unit_type="spo_college")
    assert lines(college, [part("P1", "Приём")])[0].startswith("Рейтинг колледжей, ")


def test_what_is_advised_is_enough_after_rounding() -> None:
    up = part("3.1", "Охват", value_for_next_rank=Decimal("85.01"))
    down = part("2.3", "Нагрузка", unit="чел.", is_inverse=True, value_for_next_rank=Decimal("70.019"))
    told = lines(PLACE, [up, down])
    assert "  3.1 Охват: с 80,0 % до 85,1 %" in told
    assert "  2.3 Нагрузка: с 80,00 до 70,01" in told


def test_a_value_below_the_goalpost_says_where_counting_begins() -> None:
    low = part("3.1", "Охват", value=Decimal(40), normalised=Decimal(0), contribution=Decimal(0))
    assert (
        "  3.1 Охват: 40,0 % — 0,00 из 60,00; процентный пункт стоит 1,20 балла, счёт начинается выше 50,0 %"
        in lines(PLACE, [low])
    )


def test_a_unit_outside_the_rating_reads_why() -> None:
    left_out = part(
        "6.2",
        "Определились",
        value=None,
        missing_reason="not_applicable",
        reason_name="не применимо",
        missing_treatment="reweight",
        normalised=None,
        weight=Decimal(0),
        contribution=Decimal(0),
        points_lost=None,
        points_per_unit=None,
        value_for_next_rank=None,
    )
    outside = replace(
        PLACE,
        rank=None,
        ranked_units=None,
        rank_in_group=None,
        rank_from=None,
        rank_to=None,
        previous_rank=None,
        previous_rank_recomputed=None,
        next_rank=None,
        next_score=None,
        score_to_next_rank=None,
        is_ranked=False,
        unranked_reason="low_available_weight",
        available_weight=Decimal("0.6"),
    )
    told = lines(outside, [left_out])
    assert "Вне рейтинга; балл 54,00 из 100." in told
    assert "В прошлом учебном году места не было." in told
    assert (
        "Почему вне рейтинга: применима и наступила только часть методики, 60,0 % её веса,"
        " а нужно не менее 66 %." in told
    )
    assert "  6.2 Определились: не применимо, не учитывается; вес перешёл к остальным показателям" in told
    assert not any("Место при другом способе" in line for line in told)
    excluded = replace(outside, unranked_reason="excluded_missing")
    parts = [replace(left_out, missing_treatment="exclude")]
    assert "Почему вне рейтинга: без показателей 6.2 методика места не даёт." in lines(excluded, parts)


@pytest.mark.parametrize(
    ("oktmo", "code"),
    [
        ("71503000", "ОКТМО 71503000"),
        ("71603000", "ОКТМО 71603000"),
        (None, "нового ОКТМО в справочнике нет, прежний 71603000"),
    ],
)
def test_a_municipality_bears_the_code_of_the_end_of_the_year(oktmo: str | None, code: str) -> None:
    """Its key in the marts is the code of 2019, which the reform has abolished."""
    place = replace(
        PLACE,
        unit_type="municipality",
        unit_code="71603000",
        unit_name="Абатский муниципальный округ",
        oktmo=oktmo,
    )
    assert lines(place, [])[1] == f"Абатский муниципальный округ ({code})"
