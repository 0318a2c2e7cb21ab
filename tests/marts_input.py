"""What two schools, an employment centre and a college have sent, for marts worked out by hand.

School A sends its passport and its staff on time. Its events come on time but are rejected, and are accepted
corrected, two days late. It never sends its digital resources and the intentions of its graduates.
School B sends nothing.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

Row = dict[str, Any]
A, B, CENTRE, COLLEGE = "1997210000011", "1997210000022", "1997220000013", "1997230000014"
YEAR = "2025-2026"
IN_TIME = "2026-01-10T09:00:00+05:00"


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
        ("S1", YEAR, "2025-10-15"), ("S3", "2025-Q4", "2026-01-10"), ("S4", "2025-H2", "2026-01-10"),
        ("S5", YEAR, "2026-05-15"), ("S8", "2025-H2", "2026-01-10"))]  # fmt: skip
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


def staff(connection: psycopg.Connection[Any]) -> None:
    """5 engaged in guidance, 4 of them trained within three years, 2 in one of the three topics at least."""
    key = submit(connection, "a-s4", A, "S4", "2025-H2", at="2026-01-09T09:00:00+05:00", outcome="accepted")
    insert(
        connection, "raw", "s4__card",
        {
            "submission_id": key, "row_no": 0, "ogrn": A, "period": "2025-H2", "responsible_rate": 1,
            "responsible_experience_years": 3, "training_hours": 72, "consultations_individual": 0,
            "consultations_group": 0, "consulted_teachers": 0, "consulted_managers": 0,
        },
    )  # fmt: skip
    positions = (("teacher", 3, 3), ("tutor", 2, 1), ("total", 5, 4))
    for row_no, (position, engaged, trained) in enumerate(positions, 4):
        insert(
            connection, "raw", "s4__by_position",
            {
                "submission_id": key, "row_no": row_no, "row_code": position, "staff": 40, "engaged": engaged,
                "need_training": 0, "trained_half_year": 0, "trained_3_years": trained, "attended_events": 0,
            },
        )  # fmt: skip
    topics = {"gifted": 1, "low_motivation": 1, "ovz": 1, "unique": 2}
    for row_no, (topic, trained) in enumerate(topics.items(), 4):
        insert(
            connection, "raw", "s4__by_topic",
            {
                "submission_id": key, "row_no": row_no, "row_code": topic, "need_training": 0,
                "trained_half_year": 0, "trained_3_years": trained,
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


def send(connection: psycopg.Connection[Any]) -> None:
    """Everything that the four have sent, with the two revisions of the events."""
    registry(connection)
    passport(connection)
    staff(connection)
    events(connection, "a-s3-first", "2026-01-09T09:00:00+05:00", "rejected", 1)
    events(connection, "a-s3-second", "2026-01-12T09:00:00+05:00", "accepted", 45)
    others(connection)
