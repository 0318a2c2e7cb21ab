"""A school year small enough to work out on paper."""

from datetime import date, datetime, timedelta, timezone

import pandas as pd

from demo.answer_key.deliveries import obligations_frame
from demo.answer_key.facts import fact_frames
from demo.answer_key.indicators import unit_indicators, with_values
from demo.files import WrittenFile
from demo.organisations import Organisation
from demo.periods import span, term
from demo.values import FormValues

YEKATERINBURG = timezone(timedelta(hours=5))


def school(serial: int = 0, *, has_grade_10_11: bool = False) -> Organisation:
    return Organisation(
        "tyumen",
        "school",
        serial,
        f"199721000000{serial}",
        "0072000017",
        "Школа",
        "Школа",
        "71603000",
        "71603000",
        False,
        has_grade_10_11,
        0.5,
        10,
    )


def written_file(
    org: Organisation, values: FormValues, received: datetime, outcome: str = "accepted"
) -> WrittenFile:
    due = term(values.form_code, values.period_code)
    uri = f"tyumen/{org.ogrn}/{due.form_code} {due.period_code} {received:%d%H%M}"
    return WrittenFile(org, due, 1, uri, received, uri, 1, None, None, outcome, values)


def passport(students: int, *, on_course: int, hours: int, updated: date | None) -> FormValues:
    card = {
        "responsible_count": 1,
        "has_order": True,
        "profminimum_level": "main",
        "profminimum_hours_plan": 60,
        "profminimum_hours_actual": hours,
        "vsoko_has_criteria": True,
        "vsoko_has_indicators": False,
        "vsoko_has_tools": True,
        "site_section_url": None,
        "site_section_updated_on": updated,
        "site_checklist_count": 7,
    }
    counts = ("students_ovz", "disabled_within_ovz", "disabled_outside_ovz", "gifted", "low_motivation")
    rows = [
        {
            "row_code": str(g),
            "students": students,
            "profminimum_students": on_course,
            **dict.fromkeys(counts, 0),
        }
        for g in (6, 7, 8, 9)
    ]
    rows += [
        {"row_code": str(g), "students": 0, "profminimum_students": 0, **dict.fromkeys(counts, 0)}
        for g in (10, 11)
    ]
    return FormValues("S1", "2025-2026", {"card": [card], "by_grade": rows})


def quarter_report(
    period: str, events: list[tuple[str, bool, int]], reached: dict[str, tuple[int, int]]
) -> FormValues:
    rows = [
        {
            "event_date": span(period)[0],
            "activity_kind": kind,
            "has_employer": employer,
            "participants_total": total,
            "winners": None,
        }
        for kind, employer, total in events
    ]
    coverage = [
        {
            "row_code": kind,
            "unique_6_7": low,
            "unique_8_9": high,
            "unique_10_11": 0,
            "unique_total": low + high,
            "unique_ovz": 0,
        }
        for kind, (low, high) in reached.items()
    ]
    return FormValues("S3", period, {"card": [{}], "events": rows, "coverage": coverage})


def intentions(graduates: int, surveyed: int, undecided: int) -> FormValues:
    parts = ("to_grade_10", "to_spo", "to_university", "to_work", "to_army", "to_other_region")
    rows = [
        {
            "row_code": "9",
            "graduates": graduates,
            "surveyed": surveyed,
            "undecided": undecided,
            **dict.fromkeys(parts, 0),
        },
        {"row_code": "11", "graduates": 0, "surveyed": 0, "undecided": 0, **dict.fromkeys(parts, 0)},
    ]
    return FormValues("S5", "2025-2026", {"card": [{}], "by_grade": rows})


def moment(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=YEKATERINBURG)


NOTHING = {"diagnostics": (0, 0), "open_lesson": (0, 0), "trial": (0, 0), "contest": (0, 0)}


def one_school_year() -> tuple[list[Organisation], list[WrittenFile]]:
    """10 pupils in each of grades 6-9; passport, two quarters of four (one of them late), intentions."""
    org = school()
    first = {"diagnostics": (4, 6), "open_lesson": (0, 8), "trial": (0, 5), "contest": (1, 1)}
    later = {"diagnostics": (10, 15), "open_lesson": (0, 20), "trial": (0, 6), "contest": (2, 2)}
    files = [
        written_file(
            org,
            passport(10, on_course=8, hours=45, updated=date(2025, 3, 24)),
            moment(2025, 10, 15),
        ),
        written_file(
            org,
            quarter_report("2025-Q4", [("trial", True, 7), ("fair", False, 3)], first),
            moment(2026, 1, 10),
        ),
        written_file(org, quarter_report("2026-Q1", [("trial", False, 5)], later), moment(2026, 4, 11, 0)),
        written_file(org, quarter_report("2026-Q2", [], NOTHING), moment(2026, 7, 1), "rejected"),
        written_file(org, intentions(10, 8, 2), moment(2026, 5, 15, 23)),
    ]
    return [org], files


def indicator_values(orgs: list[Organisation], files: list[WrittenFile]) -> pd.DataFrame:
    obligations = obligations_frame(orgs, files)
    accepted = [file for file in files if file.is_accepted]
    return with_values(unit_indicators(orgs, obligations, fact_frames(accepted)))
