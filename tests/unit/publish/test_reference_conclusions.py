"""The sections of the reference that tell who should do what: worked by hand from the sample region."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest
from publish_sample import BEFORE, FACTS, MUNICIPALITIES, YEAR, value

from publish.blocks import Block, Document, Note, Number, Paragraph, Run, Table, cell_text
from publish.reference.decisions import called_for, effect_of
from publish.reference.document import build_document
from publish.reference.recommendations import recommended
from publish.reference.texts import UnknownRegionTextError, load, region_texts, rules

NBSP, MINUS = "\u00a0", "\u2212"


@pytest.fixture(scope="module")
def document() -> Document:
    return build_document(FACTS)


def text_of(runs: tuple[Run, ...]) -> str:
    return "".join(run.text if isinstance(run, Number) else run for run in runs)


def said(blocks: tuple[Block, ...]) -> str:
    return "\n".join(text_of(block.runs) for block in blocks if isinstance(block, Paragraph | Note))


def table(document: Document, caption: str) -> list[list[str]]:
    found = next(b for b in document.blocks if isinstance(b, Table) and b.caption.startswith(caption))
    return [[cell_text(cell) for cell in row] for row in found.rows]


def test_intentions_stand_beside_destinations_of_the_same_graduates(document: Document) -> None:
    rows = {row[0]: row[1:] for row in table(document, "Намерения и поступление выпускников 2024/25")}
    # meant to: 800, 700 of 1,800 surveyed; went: 820, 900 of 2,000 graduates, 60 of them to work, 220 nowhere
    assert rows["10 класс"] == ["44,4", "41,0", f"{MINUS}3,4"]
    assert rows["Колледж, техникум"] == ["38,9", "45,0", "+6,1"]
    assert rows["Не определились"] == ["11,1", "—", "—"]
    assert rows["Не устроены"] == ["—", "11,0", "—"]
    assert f"Из 2{NBSP}000 выпускников 9 классов (90 школ) не устроены 220 (11,0{NBSP}%)" in said(
        document.blocks
    )


@pytest.mark.parametrize(
    ("students", "included", "printed"),
    [
        (8, 0, "0,0"),
        (8, 2, "…"),
        (8, 4, "…"),
        (20, 4, "…"),
        (20, 5, "25,0"),
        (20, 16, "…"),
        (20, 20, "100,0"),
    ],
)
def test_a_share_that_tells_of_one_to_four_children_is_withheld(
    students: int, included: int, printed: str
) -> None:
    row = dataclasses.replace(FACTS.inclusion[1], students_ovz=students, included_ovz=included)
    facts = dataclasses.replace(FACTS, inclusion=(row,))
    rows = {row[0]: row[1] for row in table(build_document(facts), "Инклюзия по муниципалитетам")}
    assert rows[MUNICIPALITIES[7].name] == printed


def test_the_document_says_that_it_is_not_for_publication(document: Document) -> None:
    assert "в этом виде не публикуется" in said(document.blocks)


def test_nothing_is_compared_before_destinations_are_reported() -> None:
    without = build_document(dataclasses.replace(FACTS, destinations=()))
    assert "Сопоставить нечего" in said(without.blocks)


def test_inclusion_gives_shares_and_withholds_those_of_few(document: Document) -> None:
    rows = {row[0]: row[1:3] for row in table(document, "Инклюзия по муниципалитетам")}
    assert rows[MUNICIPALITIES[0].name] == ["…", "…"]  # four pupils
    assert rows[MUNICIPALITIES[7].name] == ["75,0", "25,0"]  # 147 and 49 of 196
    assert rows[MUNICIPALITIES[1].name] == ["—", "—"]
    assert rows["Регион"] == ["75,0", "25,0"]  # 150 and 50 of 200
    before = f"Год назад доля участников мероприятий среди обучающихся с ОВЗ — 65,0{NBSP}%."
    assert before in said(document.blocks)


def test_centres_are_shown_against_their_plans(document: Document) -> None:
    assert table(document, "Центры занятости: план и факт 2025 года") == [
        ["ЦЗН города Тюмени", "400", "421", "100,0"]
    ]


def test_recommendations_name_the_organisations_that_lag_the_worst_first(document: Document) -> None:
    rows = {(row[0], row[1]): row[2:] for row in table(document, "Рекомендации муниципалитетам")}
    # 3.1, target 80: schools of the first municipality have 35 and 5, that of Тюмень 80 after a fall of 10
    first, last = MUNICIPALITIES[0].name, MUNICIPALITIES[7].name
    assert rows[first, "3.1"] == ["20,0", "80", "ниже цели", "МАОУ СОШ № 2, МАОУ СОШ № 1"]
    assert rows[last, "3.1"] == ["80,0", "80", "снижение", "у всех организаций с данными значение не хуже"]
    assert rows[MUNICIPALITIES[1].name, "3.1"][-1] == "—"
    counted = {row[0]: row[3] for row in table(document, "Что рекомендуется")}
    assert counted["3.1"] == "7"  # six below the target and one that fell


def test_only_those_are_named_whom_the_municipality_adds_up() -> None:
    lagging = {
        kind: value("3.1", kind, ogrn, YEAR, "1")
        for kind, ogrn in (("employment_center", "1027200000021"), ("spo_college", "1027200000031"))
    }
    of_schools, of_all = (
        FACTS.indicators[1],
        dataclasses.replace(FACTS.indicators[1], rolled_up_from="school;employment_center;spo_college"),
    )
    for indicator, named in ((of_schools, []), (of_all, ["Тюменский колледж", "ЦЗН города Тюмени"])):
        facts = dataclasses.replace(FACTS, indicators=(indicator,), values=(*FACTS.values, *lagging.values()))
        found = [one for one in recommended(facts, rules()) if one.zone.municipality == MUNICIPALITIES[7]]
        assert [own.organisation.name_short for one in found for own in one.lagging] == named


def test_no_more_is_recommended_than_the_rules_say() -> None:
    in_force = dataclasses.replace(rules(), recommended=1)
    found = recommended(FACTS, in_force)
    names = [one.zone.municipality.name for one in found]
    assert len(names) == len(set(names))
    assert len(recommended(FACTS, rules())) > len(found)


def test_an_indicator_without_a_text_of_its_own_is_recommended_in_general_words() -> None:
    added = dataclasses.replace(FACTS.indicators[1], code="9.9", name="Новый показатель", sort_no=99)
    lagging = dataclasses.replace(
        next(v for v in FACTS.values if v.indicator_code == "3.1" and v.school_year == YEAR),
        indicator_code="9.9",
    )
    fallen = dataclasses.replace(lagging, school_year=BEFORE, value=lagging.value + 50)
    facts = dataclasses.replace(
        FACTS,
        indicators=(added,),
        values=(*FACTS.values, lagging, fallen),
    )
    rows = table(build_document(facts), "Что рекомендуется")
    assert rows == [
        [
            "9.9",
            "Новый показатель",
            "Разобрать с организациями причины отставания по показателю"
            " «Новый показатель» и составить план работы.",
            "1",
        ]
    ]


def test_texts_are_of_indicators_and_directions_that_there_are() -> None:
    seed = Path(__file__).parents[3] / "dbt_project" / "seeds" / "indicators.csv"
    with seed.open(encoding="utf-8", newline="") as file:
        indicators = list(csv.DictReader(file))
    assert set(load("recommendations")) <= {row["indicator_code"] for row in indicators}
    directions = {str(number) for number in load("decisions")["directions"]}
    assert directions == {row["direction_no"] for row in indicators}


def test_decisions_follow_from_what_missed_its_target(document: Document) -> None:
    rows = table(document, "Проект управленческих решений")
    # 3.1 is at 61.25 of 80, 4.2 at 1.5 of 2: one decision for each of the two directions
    assert [row[0] for row in rows] == ["1", "2"]
    assert rows[0][2] == f"3.1 Охват профминимумом — 61,3{NBSP}% при цели 80"
    assert rows[0][4] == f"до 31{NBSP}декабря 2026{NBSP}г."
    assert rows[1][2] == "4.2 Проб на одного участника — 1,50 при цели 2"


def test_last_years_decisions_are_followed_to_what_they_brought(document: Document) -> None:
    rows = table(document, "Что стало с показателями решений 2024/25")
    assert [(row[0][:3], row[1], row[2], row[-1]) for row in rows] == [
        ("1.1", "97,5", "100,0", "цель достигнута"),
        ("3.1", "58,1", "61,3", "улучшение"),
        ("4.2", "1,75", "1,50", "ухудшение"),
    ]
    assert "цель достигнута по 1, улучшение — по 1, ухудшение — по 1" in said(document.blocks)


def test_a_fall_calls_for_a_decision_without_a_target() -> None:
    in_force = dataclasses.replace(rules(), targets={})
    assert called_for(FACTS, in_force, YEAR) == []
    sensitive = dataclasses.replace(
        in_force, fall_points=rules().fall_points * -1
    )  # everything that grew < 5
    assert [one.code for one in called_for(FACTS, sensitive, YEAR)] == ["1.1", "3.1"]
    assert called_for(FACTS, in_force, BEFORE) == []
    silent = next(one for one in FACTS.indicators if one.code == "Z1")
    assert effect_of(FACTS, silent, rules()) == "unknown"


def test_a_region_without_texts_is_told_where_to_add_them() -> None:
    with pytest.raises(
        UnknownRegionTextError, match=r"region 'kurgan' has no texts: add it to .*regions\.yaml"
    ):
        region_texts("kurgan")
