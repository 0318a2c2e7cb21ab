"""Two schools, an employment centre and a college: every number of the marts worked by hand, at two moments.

School A sends its passport on time. Its events come on time but are rejected, and are accepted corrected, two
days late. It never sends the intentions of its graduates. School B sends nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg import sql

from warehouse.settings import Settings

Row = dict[str, Any]
A, B, CENTRE, COLLEGE = "1997210000011", "1997210000022", "1997220000013", "1997230000014"
YEAR = "2025-2026"
BETWEEN = "2026-01-11T09:00:00+05:00"
AFTER = "2026-07-20T09:00:00+05:00"
IN_TIME = "2026-01-10T09:00:00+05:00"
WITHOUT_TESTS = ("--exclude-resource-type", "test")


def submission_id(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"tests/e2e/{name}")


def insert(connection: psycopg.Connection[Any], schema: str, table: str, *rows: Row) -> None:
    for row in rows:
        statement = sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(schema, table),
            sql.SQL(", ").join(map(sql.Identifier, row)),
            sql.SQL(", ").join(map(sql.Placeholder, row)),
        )
        connection.execute(statement, row)


def submit(
    connection: psycopg.Connection[Any],
    name: str,
    ogrn: str,
    form: str,
    period: str,
    *,
    at: str,
    outcome: str,
) -> uuid.UUID:
    """One decided submission without rows; returns its id."""
    key = submission_id(name)
    digest = key.hex * 2
    receipt = uuid.uuid5(key, "receipt")
    insert(connection, "ledger", "blob", {"sha256": digest, "size_bytes": 1, "stored_at": at})
    insert(
        connection,
        "ledger",
        "receipt",
        {
            "receipt_id": receipt, "region_code": "tyumen", "channel": "folder", "source_uri": name,
            "file_name": name, "sender_ogrn": ogrn, "sha256": digest, "received_at": at, "pulled_at": at,
        },
    )  # fmt: skip
    insert(
        connection,
        "ledger",
        "submission",
        {
            "submission_id": key, "receipt_id": receipt, "region_code": "tyumen", "ogrn": ogrn,
            "form_code": form, "form_version": "1.0.0", "period_code": period, "sha256": digest,
            "received_at": at, "state": "decided",
        },
    )  # fmt: skip
    insert(
        connection,
        "ledger",
        "decision",
        {
            "submission_id": key, "ruleset_version": "rules", "outcome": outcome, "critical_count": 0,
            "warning_count": 0, "decided_at": at, "is_current": True,
        },
    )  # fmt: skip
    return key


def registry(connection: psycopg.Connection[Any]) -> None:
    insert(
        connection, "ledger", "region",
        {"region_code": "tyumen", "name_ru": "Тюменская область", "timezone": "Asia/Yekaterinburg"},
    )  # fmt: skip
    insert(
        connection, "ledger", "registry_version",
        {"registry_sha256": "r", "region_code": "tyumen", "source_uri": "r", "loaded_at": "2024-08-01"},
    )  # fmt: skip
    units = (
        (A, "school", "71701000", True),
        (B, "school", "71603000", False),
        (CENTRE, "employment_center", "71701000", False),
        (COLLEGE, "spo_college", "71701000", False),
    )
    for ogrn, kind, oktmo, has_senior in units:
        insert(
            connection, "ledger", "organisation",
            {
                "ogrn": ogrn, "region_code": "tyumen", "kind": kind, "inn": "7200000000", "name_full": ogrn,
                "name_short": ogrn, "oktmo": oktmo, "territory_oktmo": oktmo, "is_urban": True,
                "has_grade_10_11": has_senior, "folder": ogrn, "valid_from": "2024-08-01",
                "registry_sha256": "r",
            },
        )  # fmt: skip
    due = [(o, f, p, d) for o in (A, B) for f, p, d in (
        ("S1", YEAR, "2025-10-15"), ("S3", "2025-Q4", "2026-01-10"), ("S5", YEAR, "2026-05-15"))]  # fmt: skip
    due += [(CENTRE, "C1", "2025-12", "2026-01-15"), (COLLEGE, "P2", "2025-12", "2026-01-15")]
    for ogrn, form, period, day in due:
        insert(
            connection, "ledger", "obligation",
            {
                "ogrn": ogrn, "form_code": form, "period_code": period, "region_code": "tyumen",
                "opens_on": "2025-09-01", "due_on": day, "grace_until": day, "closes_on": "2026-12-31",
            },
        )  # fmt: skip


def passport(connection: psycopg.Connection[Any]) -> None:
    """N6-11 = 200, N8-11 = 100; 160 on the course; 30 of 40 hours; 2 of 3 flags; 8 of 10 items, fresh."""
    key = submit(connection, "a-s1", A, "S1", YEAR, at="2025-10-10T09:00:00+05:00", outcome="accepted")
    insert(
        connection, "raw", "s1__card",
        {
            "submission_id": key, "row_no": 0, "ogrn": A, "period": YEAR, "responsible_count": 1,
            "has_order": True, "profminimum_level": "basic", "profminimum_hours_plan": 40,
            "profminimum_hours_actual": 30, "vsoko_has_criteria": True, "vsoko_has_indicators": True,
            "vsoko_has_tools": False, "site_section_updated_on": "2025-08-01", "site_checklist_count": 8,
        },
    )  # fmt: skip
    grades = {
        6: (50, 40),
        7: (50, 40),
        8: (40, 32),
        9: (40, 32),
        10: (10, 8),
        11: (10, 8),
        "total": (200, 160),
    }
    for row_no, (grade, (students, on_course)) in enumerate(grades.items(), 4):
        counts = dict.fromkeys(
            ("students_ovz", "disabled_within_ovz", "disabled_outside_ovz", "gifted", "low_motivation"), 0
        )
        insert(
            connection, "raw", "s1__by_grade",
            {
                "submission_id": key, "row_no": row_no, "row_code": str(grade), "students": students,
                "profminimum_students": on_course, **counts,
            },
        )  # fmt: skip


def events(
    connection: psycopg.Connection[Any], name: str, at: str, outcome: str, trial_participants: int
) -> None:
    """4 events, 3 of them with an employer, 2 of them trials."""
    key = submit(connection, name, A, "S3", "2025-Q4", at=at, outcome=outcome)
    held = (
        ("trial", True, trial_participants),
        ("trial", True, trial_participants),
        ("meeting", True, 30),
        ("other", False, 20),
    )
    for row_no, (kind, has_employer, total) in enumerate(held, 4):
        insert(
            connection, "raw", "s3__events",
            {
                "submission_id": key, "row_no": row_no, "event_date": date(2025, 11, row_no),
                "measure_code": "Т3.2.17", "title": "Событие", "activity_kind": kind, "level": "school",
                "format": "in_person", "has_employer": has_employer, "participants_total": total,
            },
        )  # fmt: skip
    # kind: grades 6-7, 8-9, 10-11; one unique pupil of grades 10-11 more than there are: a warning of dbt
    reached = {
        "diagnostics": (50, 40, 10),
        "open_lesson": (0, 39, 21),
        "trial": (5, 30, 10),
        "contest": (20, 15, 5),
    }
    for row_no, (kind, (junior, middle, senior)) in enumerate(reached.items(), 4):
        insert(
            connection, "raw", "s3__coverage",
            {
                "submission_id": key, "row_no": row_no, "row_code": kind, "unique_6_7": junior,
                "unique_8_9": middle, "unique_10_11": senior, "unique_total": junior + middle + senior,
                "unique_ovz": 0,
            },
        )  # fmt: skip


def others(connection: psycopg.Connection[Any]) -> None:
    centre = submit(connection, "c1", CENTRE, "C1", "2025-12", at=IN_TIME, outcome="accepted")
    insert(
        connection, "raw", "c1__card",
        {
            "submission_id": centre, "row_no": 0, "ogrn": CENTRE, "period": "2025-12",
            "service_plan_year": 1000, "service_fact_cumulative": 950, "service_age_14_17": 570,
        },
    )  # fmt: skip
    college = submit(connection, "p2", COLLEGE, "P2", "2025-12", at=IN_TIME, outcome="accepted")
    for row_no, school in ((8, A), (9, "1997219999999")):
        insert(
            connection, "raw", "p2__trials",
            {
                "submission_id": college, "row_no": row_no, "trial_date": "2025-12-05",
                "trial_title": "Проба", "specialty_code": "13.02.07", "school_ogrn": school,
                "grade": 9, "participants": 10, "participants_ovz": 0, "has_employer": False,
            },
        )  # fmt: skip


@pytest.fixture(scope="module")
def region(warehouse_db: Settings) -> Settings:
    """The warehouse with exactly these four organisations and what they sent."""
    from warehouse.connection import connect

    with connect("owner") as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('ledger', 'raw', 'pii')"
        ).fetchall()
        connection.execute("set local session_replication_role = replica")
        names = sql.SQL(", ").join(sql.Identifier(schema, table) for schema, table in tables)
        connection.execute(sql.SQL("truncate {}").format(names))
        connection.execute("set local session_replication_role = origin")
        registry(connection)
        passport(connection)
        events(connection, "a-s3-first", "2026-01-09T09:00:00+05:00", "rejected", 1)
        events(connection, "a-s3-second", "2026-01-12T09:00:00+05:00", "accepted", 45)
        others(connection)
    return warehouse_db


def build(as_of: str, *options: str) -> None:
    from warehouse.dbt import run_dbt

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORIENTIR_AS_OF", as_of)
        run_dbt(["build", "--exclude-resource-type", "unit_test", *options])


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
    build(BETWEEN, *WITHOUT_TESTS)
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
    assert between["status"] == {"S1": "accepted", "S3": "rejected", "S5": "not_due"}
    assert between["reasons"]["3.3"] == "rejected"
    assert between["reasons"]["6.1"] == "not_due"


def test_rating_between_the_revisions(between: dict[str, Any]) -> None:
    """Directions: 1 = (100+0+66.67)/3, 3 = (60+50+0+0+0)/5, 4 = 0, 5 = 80; 6 is not due, 0.85 is left.

    (0.20·55.5556 + 0.25·22 + 0.30·0 + 0.10·80) / 0.85 = 28.95. School B: nothing sent, 0.
    """
    assert between["rating"] == {
        A: (Decimal("28.95"), 1, "medium", Decimal("0.8500")),
        B: (Decimal("0.00"), 2, None, Decimal("0.8500")),
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
        ("S5", "not_submitted", False, None, 0),
    ]
    assert fetch(
        "select form_code, expected, submitted, submitted_on_time, accepted, on_time, resubmissions"
        " from marts.reporting_discipline where ogrn = %s order by form_code",
        A,
    ) == [("S1", 1, 1, 1, 1, 1, 0), ("S3", 1, 1, 1, 1, 0, 1), ("S5", 1, 0, 0, 0, 0, 0)]


def test_indicators_of_a_school(after: Settings) -> None:
    rows = fetch(
        "select indicator_code, value, missing_reason from marts.fct_indicator_value where unit_code = %s", A
    )
    values = {code: reason if value is None else float(value) for code, value, reason in rows}
    assert values == {
        "1.1": 100,
        "1.2": pytest.approx(33.333333),  # S1 of three reports
        "1.5": pytest.approx(66.666667),
        "3.1": 80,  # 160 of 200
        "3.2": 75,  # 30 of 40 hours
        "3.3": 50,  # 100 of 200
        "3.4": 60,  # 60 of 100
        "3.6": 75,  # 3 of 4
        "4.1": 40,  # 40 of 100
        "4.2": 2,  # 90 participations of 45 pupils
        "4.7": 20,  # 40 of 200
        "5.1": 80,
        "6.1": "not_submitted",
        "6.2": "not_submitted",
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
    assert on_time == [("region", 1, 6), ("spo_college", 1, 1)]


def test_rating_after_the_correction(after: Settings) -> None:
    """Directions: 1 = (100+0+66.67)/3, 3 = (60+50+50+60+100)/5, 4 = (40+33.33+40)/3, 5 = 80, 6 = 0.

    0.20·55.5556 + 0.25·64 + 0.30·37.7778 + 0.10·80 + 0.15·0 = 46.44. 6.2 does not apply to B.
    """
    assert school_rating() == {
        A: (Decimal("46.44"), 1, "medium", Decimal("1.0000")),
        B: (Decimal("0.00"), 2, None, Decimal("0.9250")),
    }
    assert fetch(
        "select municipality_code, score, rank, group_code from marts.rating_municipality order by 3"
    ) == [
        ("71701000", Decimal("46.44"), 1, "urban_district"),
        ("71603000", Decimal("0.00"), 2, "municipal_district"),
    ]


def test_contributions_explain_the_score(after: Settings) -> None:
    rows = fetch(
        "select indicator_code, normalised, weight, contribution from marts.rating_contribution"
        " where unit_code = %s and direction_no in (4, 5) order by 1",
        A,
    )
    assert [(code, float(n), float(w), float(c)) for code, n, w, c in rows] == [
        ("4.1", 40.0, 0.1, 4.0),
        ("4.2", pytest.approx(33.333333), 0.1, pytest.approx(3.333333)),
        ("4.7", 40.0, 0.1, 4.0),
        ("5.1", 80.0, 0.1, 8.0),
    ]
    sums = fetch(
        "select round(sum(weight), 4), round(sum(contribution), 2) from marts.rating_contribution"
        " where unit_code = %s",
        A,
    )
    assert sums == [(Decimal("1.0000"), Decimal("46.44"))]


def test_a_place_is_explained(after: Settings) -> None:
    """B, with nothing, lacks 46.44 points to A.

    By m2024.1 directions weigh 0.2 each, 4.2 is out and 1.1 counts from 50: 1 = (100+0+66.67)/3, 3 = 64,
    4 = (40+40)/2, 5 = 80, 6 = 0: 0.2 · 239.56 = 47.91. Every way of counting leaves A before B.
    """
    from orientir.rating import explain
    from orientir.rating_words import explanation_lines

    first, second = explain("school", YEAR, A), explain("school", YEAR, B)
    assert (first.place.rank, first.place.next_rank, first.place.rank_to) == (1, None, 1)
    assert (second.place.next_rank, second.place.score_to_next_rank) == (1, Decimal("46.44"))
    assert [variant.rank for variant in second.variants] == [2, 2, 2, None, 2]
    lost = {part.indicator_code: part.points_lost for part in first.parts}
    assert lost["5.1"] == Decimal("2.000000")
    assert [(effect.from_score, effect.to_score) for effect in first.effects] == [
        (Decimal("47.91"), Decimal("46.44"))
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
    assert rows == [("город Тюмень", Decimal("80.0"), False)]
    columns = fetch(
        "select column_name from information_schema.columns where table_schema = 'public_marts'"
        " and (column_name in ('numerator', 'denominator', 'ogrn') or column_name like '%%students%%')"
    )
    assert columns == []


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
    tables = ("fct_indicator_value", "rating_school", "rating_contribution", "fct_submission")
    query = "select md5(string_agg(t::text, ',' order by t::text)) from marts.{} as t"

    def digests() -> list[Any]:
        return [fetch(query.format(table))[0][0] for table in tables]

    first = digests()
    build(AFTER, "--select", "tag:layer_facts", "tag:layer_indicators", "tag:layer_ratings", *WITHOUT_TESTS)
    assert digests() == first
