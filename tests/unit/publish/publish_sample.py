"""Facts of a small invented region, by hand, so that the tests can compute what a document must say."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from publish import mart_rows as rows
from publish.reference.facts import ReferenceFacts

AS_OF = datetime.fromisoformat("2026-07-20T09:00:00+05:00")
YEAR, BEFORE = "2025-2026", "2024-2025"
REGION = "tyumen"

MUNICIPALITIES = tuple(
    rows.Municipality(f"716{index:02d}000", name)
    for index, name in enumerate(
        (
            "Абатский муниципальный район",
            "Армизонский муниципальный район",
            "Аромашевский муниципальный район",
            "Бердюжский муниципальный район",
            "Вагайский муниципальный район",
            "Викуловский муниципальный район",
            "город Ишим",
            "город Тюмень",
        )
    )
)

INDICATORS = (
    rows.Indicator(
        "1.1", 1, 1, "Управление", "Ответственный назначен и приказ действует", "Доля школ.",
        "100 × школы (ответственных ≥ 1 и приказ действует) / школы", "%", Decimal(100), "S1", "school",
    ),
    rows.Indicator(
        "3.1", 4, 3, "Мир профессий", "Охват профминимумом", "Доля обучающихся.",
        "100 × обучающиеся на курсе / N6–11", "%", Decimal(100), "S1", "school",
    ),
    rows.Indicator(
        "4.2", 10, 4, "Трудовая активность", "Проб на одного участника", "Среднее число.",
        "участия в пробах / уникальные участники проб", "проб на участника", Decimal(1), "S3", "school",
    ),
    rows.Indicator(
        "Z1", 15, 3, "Мир профессий", "Выполнение плана госуслуги по профориентации", "К плану.",
        "100 × min(факт, план) / план", "%", Decimal(100), "C1", "employment_center",
    ),
)  # fmt: skip


def value(  # noqa: PLR0917  one line of a table of facts
    indicator: str, unit_type: str, unit: str, year: str, number: str | None, reason: str | None = None
) -> rows.IndicatorValue:
    """One value; numerator and denominator do not matter to the document."""
    amount = None if number is None else Decimal(number)
    return rows.IndicatorValue(indicator, unit_type, unit, year, None, None, amount, reason)


# 3.1 this year: 20, 30, 40 … 80 and one withheld. Last year each was 10 points lower, but Тюмень was at 90.
THIS_31 = ("20", "30", "40", "50", "60", "70", None, "80")
LAST_31 = ("10", "20", "30", "40", "50", "60", None, "90")
VALUES = (
    *(
        value("3.1", "municipality", m.code, YEAR, v, None if v else "small_denominator")
        for m, v in zip(MUNICIPALITIES, THIS_31, strict=True)
    ),
    *(value("3.1", "municipality", m.code, BEFORE, v) for m, v in zip(MUNICIPALITIES, LAST_31, strict=True)),
    *(value("1.1", "municipality", m.code, YEAR, "100") for m in MUNICIPALITIES),
    *(value("4.2", "municipality", m.code, YEAR, "1.5") for m in MUNICIPALITIES),
    value("3.1", "school", "1027200000001", YEAR, "35"),
    value("3.1", "school", "1027200000002", YEAR, "5"),
    value("3.1", "school", "1027200000003", YEAR, "80"),
    value("Z1", "employment_center", "1027200000021", YEAR, "100"),
    value("1.1", "region", REGION, YEAR, "100"),
    value("1.1", "region", REGION, BEFORE, "97.5"),
    value("3.1", "region", REGION, YEAR, "61.25"),
    value("3.1", "region", REGION, BEFORE, "58.05"),
    value("4.2", "region", REGION, YEAR, "1.5"),
    value("4.2", "region", REGION, BEFORE, "1.75"),
    value("Z1", "region", REGION, YEAR, None, "not_submitted"),
)

DISCIPLINE = (
    rows.Discipline(MUNICIPALITIES[0].code, "S1", YEAR, 4, 4, 3, 3, 1),
    rows.Discipline(MUNICIPALITIES[0].code, "S3", YEAR, 16, 15, 12, 15, 0),
    rows.Discipline(MUNICIPALITIES[7].code, "S1", YEAR, 1000, 981, 900, 961, 11),
    rows.Discipline(MUNICIPALITIES[7].code, "S1", BEFORE, 1000, 900, 800, 900, 0),
)


def rated(  # noqa: PLR0917  one line of a table of facts
    index: int, name: str, group: str | None, score: str | None, rank: int | None, before: int | None
) -> rows.Rated:
    """A rated unit whose place in its group is its place in the region."""
    return rows.Rated(
        unit_code=f"{index:013d}",
        unit_name=name,
        municipality_name="город Тюмень",
        group_code=group,
        group_name={"small": "малые школы", "large": "крупные школы"}.get(group or ""),
        score=None if score is None else Decimal(score),
        rank=rank,
        rank_in_group=rank,
        previous_rank=before,
        previous_rank_recomputed=before,
        previous_methodology_code=None if before is None else "m2025.1",
        rank_by_previous_methodology=None,
        is_ranked=rank is not None,
        unranked_reason=None if rank is not None else "low_available_weight",
        available_weight=Decimal(1),
        methodology_code="m2025.1",
    )


FACTS = ReferenceFacts(
    region_code=REGION,
    school_year=YEAR,
    as_of=AS_OF,
    basis=rows.Measure("Т1.2", "Разработка формы и циклограммы отчётности"),
    indicators=INDICATORS,
    values=VALUES,
    municipalities=MUNICIPALITIES,
    organisations=(rows.OrganisationCount("employment_center", 2), rows.OrganisationCount("school", 101)),
    named=(
        rows.Organisation("1027200000001", "МАОУ СОШ № 1", "school", MUNICIPALITIES[0].code),
        rows.Organisation("1027200000002", "МАОУ СОШ № 2", "school", MUNICIPALITIES[0].code),
        rows.Organisation("1027200000003", "МАОУ СОШ № 3", "school", MUNICIPALITIES[7].code),
        rows.Organisation("1027200000021", "ЦЗН города Тюмени", "employment_center", MUNICIPALITIES[7].code),
        rows.Organisation("1027200000031", "Тюменский колледж", "spo_college", MUNICIPALITIES[7].code),
    ),
    discipline=DISCIPLINE,
    silent=(
        rows.SilentOrganisation(
            "1027200000001",
            "МАОУ СОШ № 1",
            "school",
            MUNICIPALITIES[0].code,
            MUNICIPALITIES[0].name,
            5,
            2,
            "S3, S5",
        ),
    ),
    intentions=(
        rows.Intention(BEFORE, 9, 90, 1900, 1800, 800, 700, 0, 100, 0, 200, 90),
        rows.Intention(YEAR, 9, 91, 2001, 1901, 900, 750, 0, 50, 0, 201, 101),
        rows.Intention(YEAR, 11, 51, 1021, 1001, 0, 201, 700, 40, 20, 40, 300),
    ),
    destinations=(rows.Destination(BEFORE, 9, 90, 2000, 820, 900, 0, 60, 0, 220, 100, 1500),),
    inclusion=(
        rows.Inclusion(YEAR, MUNICIPALITIES[0].code, 2, 4, 3, 1, 1, 1, 2),
        rows.Inclusion(YEAR, MUNICIPALITIES[7].code, 30, 196, 147, 49, 20, 11, 120),
        rows.Inclusion(BEFORE, MUNICIPALITIES[7].code, 30, 200, 130, 30, 20, 9, 0),
    ),
    services=(rows.ServicePlan("1027200000021", "2025-12", 400, 421),),
    contingent=(rows.Contingent(BEFORE, 98, 40120, 2100), rows.Contingent(YEAR, 101, 41001, 2204)),
    municipality_rating=(
        rated(1, "город Тюмень", None, "71.50", 1, 2),
        rated(2, "Абатский муниципальный район", None, "64.20", 2, 1),
        rated(3, "город Ишим", None, None, None, None),
    ),
    school_rating=(
        rated(11, "МАОУ СОШ № 1", "small", "81.00", 1, 3),
        rated(12, "МАОУ СОШ № 2", "large", "79.00", 2, None),
        rated(13, "МАОУ СОШ № 3", "large", None, None, 7),
    ),
    center_rating=(
        rated(21, "ЦЗН города Тюмени", "urban_district", "70.00", 1, None),
        rated(22, "ЦЗН Абатского района", None, None, None, None),
    ),
    college_rating=(rated(31, "Тюменский колледж", None, "66.60", 1, None),),
    rules=(
        rows.RuleCount("S1", "S1.SUM.TOTAL", "critical", "Итог 120, а сумма по классам 119.", 3, 2),
        rows.RuleCount(
            "S3", "S3.CROSS.COVERAGE", "warning", "Уникальных участников больше контингента.", 21, 9
        ),
    ),
    measures=(
        rows.MeasureExecution("Т1.1", "Приказ", 1, "Нормы", "done", 12, 12, 12, None, None, 11),
        rows.MeasureExecution("Т1.2", "Циклограмма", 1, "Нормы", "not_reportable", 0, 0, 0, None, None, None),
        rows.MeasureExecution(
            "Т3.2", "Экскурсии", 3, "Мероприятия", "partly", 2000, 1960, 1955, 2100, 45300, 0
        ),
        rows.MeasureExecution("Т3.10", "Форум", 3, "Мероприятия", "not_planned", *[None] * 6),
    ),
)
