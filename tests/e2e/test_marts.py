"""Two schools, an employment centre and a college: every number of the marts worked by hand, at two moments.

What they have sent stands in marts_input.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from marts_input import YEAR, A, B, send
from psycopg import sql

from warehouse.settings import Settings

BETWEEN = "2026-01-11T09:00:00+05:00"
AFTER = "2026-07-20T09:00:00+05:00"
WITHOUT_TESTS = ("--exclude-resource-type", "test")


@pytest.fixture(scope="module")
def region(database_of_module: Settings) -> Settings:
    """The warehouse with exactly these four organisations and what they sent."""
    from warehouse.connection import connect

    with connect("owner") as connection:
        send(connection)
    return database_of_module


def build(as_of: str, *options: str) -> None:
    from warehouse.dbt import run_dbt

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORIENTIR_AS_OF", as_of)
        run_dbt(["build", "--no-write-json", "--exclude-resource-type", "unit_test", *options])


def fetch(query: str, *values: Any) -> list[tuple[Any, ...]]:
    from warehouse.connection import connect

    with connect("auditor") as connection:
        return connection.execute(query, values).fetchall()


def school_rating() -> dict[str, tuple[Any, ...]]:
    rows = fetch("select ogrn, score, rank, group_code, available_weight from marts.rating_school")
    return {ogrn: tuple(rest) for ogrn, *rest in rows}


@pytest.fixture(scope="module")
def between(region: Settings) -> Iterator[dict[str, Any]]:
    """What the marts said between the rejected and the accepted revision."""
    build(BETWEEN, *WITHOUT_TESTS, "--select", "+rating_school", "+fct_obligation")
    yield {
        "rating": school_rating(),
        "status": dict(fetch("select form_code, status from marts.fct_obligation where ogrn = %s", A)),
        "reasons": dict(
            fetch(
                "select indicator_code, missing_reason from marts.fct_indicator_value where unit_code = %s", A
            )
        ),
    }


@pytest.fixture(scope="module")
def after(region: Settings, between: dict[str, Any]) -> Settings:
    """The marts at the demo's today; built after the earlier moment was looked at."""
    build(AFTER)
    return region


def test_a_rejected_revision_counts_for_nothing_yet(between: dict[str, Any]) -> None:
    assert between["status"] == {
        "S1": "accepted",
        "S3": "rejected",
        "S4": "accepted",
        "S5": "not_due",
        "S8": "not_submitted",
    }
    assert between["reasons"]["3.3"] == "rejected"
    assert between["reasons"]["6.1"] == "not_due"


def test_rating_between_the_revisions(between: dict[str, Any]) -> None:
    """Directions: 1 = (100+0+66.67)/3, 2 = (80+66.67+100)/3, 3 = (60+50+0+0+0+0)/6, 4 = 0, 5 = (80+0)/2.

    6 is not due: (0.15·55.5556 + 0.15·82.2222 + 0.20·18.3333 + 0.25·0 + 0.10·40) / 0.85 = 33.33. School B: 0.
    Weight there of A and B: three indicators of four in 1 (1.3 is not due), all of 2, 3 and 5, and all of 4
    but 4.3 and 4.6: 0.1125 + 0.15 + 0.20 + 0.125 + 0.10. That B owes a passport makes it owe no agreements,
    inclusion or work with parents, which 1.3, 4.3 and 6.5 need as well.
    """
    assert between["rating"] == {
        A: (Decimal("33.33"), 1, "medium", Decimal("0.6875")),
        B: (Decimal("0.00"), 2, None, Decimal("0.6875")),
    }


def test_obligations_and_discipline(after: Settings) -> None:
    rows = fetch(
        "select form_code, status, is_on_time, days_late, revisions from marts.fct_obligation"
        " where ogrn = %s order by form_code",
        A,
    )
    assert rows == [
        ("S1", "accepted", True, 0, 1),
        ("S3", "accepted_late", False, 2, 2),
        ("S4", "accepted", True, 0, 1),
        ("S5", "not_submitted", False, None, 0),
        ("S8", "not_submitted", False, None, 0),
    ]
    assert fetch(
        "select form_code, period_code, municipality_code, submitted, on_time, resubmissions, days_late"
        " from marts.reporting_discipline where ogrn = %s order by form_code",
        A,
    ) == [
        ("S1", YEAR, "71701000", 1, 1, 0, 0),
        ("S3", "2025-Q4", "71701000", 1, 0, 1, 2),
        ("S4", "2025-H2", "71701000", 1, 1, 0, 0),
        ("S5", YEAR, "71701000", 0, 0, 0, None),
        ("S8", "2025-H2", "71701000", 0, 0, 0, None),
    ]
    # the centre and the college stand in the town of A, but send other forms
    assert fetch(
        "select form_code, expected, submitted, accepted, on_time, days_late, max_days_late"
        " from marts.reporting_discipline_municipality where municipality_code = '71701000'"
        " order by form_code",
    ) == [
        ("C1", 1, 1, 1, 1, 0, 0),
        ("P2", 1, 1, 1, 1, 0, 0),
        ("S1", 1, 1, 1, 1, 0, 0),
        ("S3", 1, 1, 1, 0, 2, 2),
        ("S4", 1, 1, 1, 1, 0, 0),
        ("S5", 1, 0, 0, 0, 0, None),
        ("S8", 1, 0, 0, 0, 0, None),
    ]


def test_what_was_done_for_a_measure_stands_beside_what_was_planned(after: Settings) -> None:
    """Four events of November 2025 for Т3.2.17, whose road map ended with 2022; B owed the same report."""
    columns = (
        "is_planned, forms, reports_due, reports_accepted, reported_by, last_reported_on::text, events,"
        " events_in_window, events_outside_window, first_event_on::text, last_event_on::text, participants,"
        " status"
    )
    told = (
        False, "S3", 2, 1, "school", "2026-01-12", 4, 0, 4, "2025-11-04", "2025-11-07", 140, "partly",
    )  # fmt: skip
    query = "select {} from marts.{} where measure_code = 'Т3.2.17' and {} = %s"
    assert fetch(query.format(columns, "measure_execution", "period_code"), "2025-Q4") == [told]
    assert fetch(query.format(columns, "measure_execution_year", "school_year"), YEAR) == [told]
    # the road map's April, by the month that the centres report, and by the school year of the colleges
    planned = "is_planned, windows, planned_from::text, planned_to::text, planned_days, status"
    april = (True, 1, "2021-04-01", "2021-04-30", 30, "not_reportable")
    assert fetch(query.format(planned, "measure_execution", "period_code"), "2021-04") == [april]
    year = (True, 2, "2020-10-01", "2021-04-30", 61, "not_reportable")
    assert fetch(query.format(planned, "measure_execution", "period_code"), "2020-2021") == [year]
    assert fetch(query.format(planned, "measure_execution_year", "school_year"), "2020-2021") == [year]


# In this region only S1, S3, S4, S5 and S8 are owed by schools.
OF_FORMS_NOT_COLLECTED = ("1.3", "1.4", "2.4", "4.3", "4.6", "6.3", "6.4", "6.5")


def test_indicators_of_a_school(after: Settings) -> None:
    rows = fetch(
        "select indicator_code, value, missing_reason from marts.fct_indicator_value where unit_code = %s", A
    )
    values = {code: reason if value is None else float(value) for code, value, reason in rows}
    assert values == {
        "1.1": 100,
        "1.2": 40,  # S1 and S4 of five reports
        "1.5": pytest.approx(66.666667),
        "2.1": 80,  # 4 of 5
        "2.2": 40,  # 2 of 5
        "2.3": 40,  # 200 pupils on 5
        "3.1": 80,  # 160 of 200
        "3.2": 75,  # 30 of 40 hours
        "3.3": 50,  # 100 of 200
        "3.4": 60,  # 60 of 100
        "3.5": "not_submitted",
        "3.6": 75,  # 3 of 4
        "4.1": 40,  # 40 of 100
        "4.2": 2,  # 90 participations of 45 pupils
        "4.7": 20,  # 40 of 200
        "5.1": 80,
        "5.2": "not_submitted",
        "5.3": "not_submitted",
        "6.1": "not_submitted",
        "6.2": "not_submitted",
        **dict.fromkeys(OF_FORMS_NOT_COLLECTED, "not_due"),
    }


def test_indicators_of_municipality_region_and_centre(after: Settings) -> None:
    """School B has no numbers: the region is school A's. Where nobody has a number, a reason stands."""
    rows = fetch(
        "select unit_type, unit_code, numerator, denominator, value, missing_reason"
        " from marts.fct_indicator_value where indicator_code = '3.1' and unit_type <> 'school'"
        " order by unit_type, unit_code"
    )
    assert rows == [
        ("municipality", "71603000", None, None, None, "not_submitted"),
        ("municipality", "71701000", 160, 200, 80, None),
        ("region", "tyumen", 160, 200, 80, None),
    ]
    assert fetch(
        "select indicator_code, unit_type, value from marts.fct_indicator_value"
        " where indicator_code in ('Z1', 'Z2') order by 1, 2"
    ) == [
        ("Z1", "employment_center", 95, ),
        ("Z1", "region", 95),
        ("Z2", "employment_center", 60),
        ("Z2", "region", 60),
    ]  # fmt: skip
    on_time = fetch(
        "select unit_type, numerator, denominator from marts.fct_indicator_value"
        " where indicator_code = '1.2' and unit_type in ('region', 'spo_college') order by 1"
    )
    # two of the schools' ten reports, and those of the centre and the college
    assert on_time == [("region", 4, 12), ("spo_college", 1, 1)]


def test_rating_after_the_correction(after: Settings) -> None:
    """Directions: 1 = (100+0+66.67)/3, 2 = (80+66.67+100)/3, 3 = (60+50+50+60+0+100)/6, 5 = (80+0)/2, 6 = 0.

    4.1 and 4.2 share a weight: 4 = (40/2 + 33.33/2 + 40) / 2 = 38.3333. The score of A:
    0.15·55.5556 + 0.15·82.2222 + 0.20·53.3333 + 0.25·38.3333 + 0.10·40 + 0.15·0 = 44.92. Weight there:
    0.1125 + 0.15 + 0.20 + 0.125 + 0.10 + 0.06. For B 6.2 does not apply (0.03 less); 1.3, 4.3 and 6.5 need
    reports that are not due, whatever became of the passport.
    The municipality of A: 5 = (80+0+0)/3, and with the reports of its centre and college 4 of 7 came in time,
    57.14 % or 14.2857 instead of 0: 44.9167 - 0.10·13.3333 + 0.15·14.2857/3 = 44.30; the rest as A. 2.4 and
    4.4-4.6 are not due. No centre of employment stands in the other one.
    """
    assert school_rating() == {
        A: (Decimal("44.92"), 1, "medium", Decimal("0.7475")),
        B: (Decimal("0.00"), 2, None, Decimal("0.7175")),
    }
    assert fetch(
        "select municipality_code, score, rank, group_code, available_weight, previous_rank_recomputed"
        " from marts.rating_municipality order by 3"
    ) == [
        # 0.15 · 3/4 + 0.15 · 3/4 + 0.20 + 0.25 · 2/6 + 0.10 + 0.15 · 2/5
        ("71701000", Decimal("44.30"), 1, "urban_district", Decimal("0.6683"), None),
        # 6.2 does not apply: 0.03 less
        ("71603000", Decimal("0.00"), None, "municipal_district", Decimal("0.6383"), None),
    ]


def test_a_centre_and_a_college_of_which_too_little_is_due(after: Settings) -> None:
    """The centre: Z1 is 95 % between 50 and 100, Z2 60 % between 20 and 60: 1 = 100, 3 = (90 + 100) / 2.

    (0.10·100 + 0.35·95) / 0.45 = 96.11; weight there: 0.10 + 0.35 · 2/4. The college: 1.2 = 100, no employer
    at its trials, 3.6 = 0: 0.20·100 / 0.40; weight there: 0.20 · 1/2 twice.
    """
    columns = "score, rank, group_code, unranked_reason, available_weight, previous_rank_recomputed"
    assert fetch(f"select {columns} from marts.rating_employment_center") == [
        (Decimal("96.11"), None, "urban_district", "low_available_weight", Decimal("0.2750"), None)
    ]
    assert fetch(f"select {columns} from marts.rating_spo_college") == [
        (Decimal("50.00"), None, None, "low_available_weight", Decimal("0.2000"), None)
    ]


def test_contributions_explain_the_score(after: Settings) -> None:
    rows = fetch(
        "select indicator_code, normalised, weight, contribution from marts.rating_contribution"
        " where unit_code = %s and direction_no in (4, 5) order by 1",
        A,
    )
    found = [(code, None if n is None else float(n), float(w), float(c)) for code, n, w, c in rows]
    assert found == [
        ("4.1", 40.0, 0.0625, 2.5),
        ("4.2", pytest.approx(33.333333), 0.0625, pytest.approx(2.083333)),
        ("4.3", None, 0.0, 0.0),
        ("4.6", None, 0.0, 0.0),
        ("4.7", 40.0, 0.125, 5.0),
        ("5.1", 80.0, 0.05, 4.0),
        ("5.2", 0.0, 0.05, 0.0),
    ]
    sums = fetch(
        "select round(sum(weight), 4), round(sum(contribution), 2) from marts.rating_contribution"
        " where unit_code = %s",
        A,
    )
    assert sums == [(Decimal("1.0000"), Decimal("44.92"))]


def test_a_place_is_explained(after: Settings) -> None:
    """B, with nothing, lacks 44.92 points to A.

    By m2024.1 directions weigh 0.2 each, there is no 2, and of the others 1.1, 1.2, 1.5, 3.1-3.4, 3.6, 4.1,
    4.7, 5.1, 6.1, 6.2: 1 = (100+0+66.67)/3, 3 = (60+50+50+60+100)/5, 4 = (40+40)/2, 5 = 80, 6 = 0:
    0.2 · 239.56 = 47.91. Every way of counting leaves A before B.
    """
    from orientir.rating import explain
    from orientir.rating_words import explanation_lines

    first, second = explain("school", YEAR, A), explain("school", YEAR, B)
    assert (first.place.rank, first.place.next_rank, first.place.rank_to) == (1, None, 1)
    assert (second.place.next_rank, second.place.score_to_next_rank) == (1, Decimal("44.92"))
    assert [variant.rank for variant in second.variants] == [2, 2, 2, None, 2]
    lost = {part.indicator_code: part.points_lost for part in first.parts}
    assert lost["5.1"] == Decimal("1.000000")
    assert [(effect.from_score, effect.to_score) for effect in first.effects] == [
        (Decimal("47.91"), Decimal("44.92"))
    ]
    assert "Выше никого нет." in list(explanation_lines(first))


def test_rules_across_forms_find_what_stands_at_odds(after: Settings) -> None:
    rows = fetch(
        "select rule_id, row_no, field, received, expected, message from intermediate.rule_findings"
        " order by rule_id, row_no"
    )
    assert [
        (rule, row_no, field, received, expected) for rule, row_no, field, received, expected, _ in rows
    ] == [
        ("P2.CROSS.SCHOOL", 9, "school_ogrn", "1997219999999", "в реестре такой организации нет"),
        ("S3.CROSS.COVERAGE", 5, "unique_10_11", "21", "20"),
    ]
    assert rows[1][5] == ("Уникальных участников 21, а обучающихся в этих классах по паспорту школы 20.")


def test_public_marts_give_shares_and_no_counts(after: Settings) -> None:
    from warehouse.connection import connect

    with connect("ministry") as connection:
        rows = connection.execute(
            "select municipality_name, value, is_suppressed from public_marts.indicator_municipality_public"
            " where indicator_code = '3.1' and municipality_code = '71701000'"
        ).fetchall()
    # Only what was decided to be shown is: nothing was decided here.
    assert rows == [("город Тюмень", None, True)]
    columns = fetch(
        "select table_name, column_name from information_schema.columns where table_schema = 'public_marts'"
        " and (column_name in ('numerator', 'denominator', 'ogrn') or column_name like '%%students%%')"
        " order by 1"
    )
    # Centres and colleges are rated by name; their ratings count nobody.
    assert columns == [("rating_employment_center_public", "ogrn"), ("rating_spo_college_public", "ogrn")]


@pytest.mark.parametrize(
    ("role", "relation"),
    [
        ("ministry", "marts.rating_school"),
        ("analyst", "ledger.submission"),
        ("analyst", "staging.stg_s1__card"),
    ],
)
def test_readers_are_kept_from_what_is_not_theirs(after: Settings, role: Any, relation: str) -> None:
    from warehouse.connection import connect

    with connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(sql.SQL("select 1 from {}").format(sql.Identifier(*relation.split("."))))


def test_a_second_build_changes_nothing(after: Settings) -> None:
    tables = (
        "fct_indicator_value",
        "rating_school",
        "rating_employment_center",
        "rating_contribution",
        "fct_submission",
    )
    query = "select md5(string_agg(t::text, ',' order by t::text)) from marts.{} as t"

    def digests() -> list[Any]:
        return [fetch(query.format(table))[0][0] for table in tables]

    first = digests()
    build(AFTER, "--select", "tag:layer_facts", "tag:layer_indicators", "tag:layer_ratings", *WITHOUT_TESTS)
    assert digests() == first
