"""Indicators that one organisation's own reports decide, from their definitions in words.

Each gives a numerator and a denominator as exact numbers, or the reason that stands in their place. What
needs the pupils of a centre's territory is in `territories`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from demo.answer_key.reports import Reason, Reports, first, number, rows_but, total
from demo.organisations import Organisation
from demo.values import FormValues, Row


@dataclass(frozen=True)
class Measured:
    """One indicator of one organisation in a school year."""

    code: str
    org: Organisation
    school_year: str
    numerator: Fraction | int | None
    denominator: Fraction | int | None
    reason: Reason


SENIOR = ("8", "9", "10", "11")


def pupils(reports: Reports, org: Organisation, year: str, youngest: int = 6) -> int:
    """Pupils of a school from a grade up, by its passport."""
    passport = reports.last(org, "S1", year)
    rows = [] if passport is None else rows_but(passport, "by_grade")
    return total((row for row in rows if int(str(row["row_code"])) >= youngest), "students")


def school_measures(reports: Reports, org: Organisation, year: str) -> Iterator[Measured]:
    """Indicators of a school."""

    def told(code: str, numerator: Fraction | int, denominator: int, *forms: str) -> Measured:
        reason = first(*(reports.why_not(org, form, year) for form in forms))
        if reason is not None:
            return Measured(code, org, year, None, None, reason)
        return Measured(code, org, year, numerator, denominator, None)

    contingent = pupils(reports, org, year)
    seniors = pupils(reports, org, year, 8)
    partners = _rows(reports.last(org, "S2", year), "agreements")
    with_employers = [row for row in partners if row["partner_type"] == "employer"]
    yield told("1.3", len(partners), contingent, "S1", "S2")
    yield told("1.4", int(bool(with_employers)), 1, "S2")

    staff = reports.last(org, "S4", year)
    positions = [] if staff is None else rows_but(staff, "by_position")
    engaged = total(positions, "engaged")
    in_topics = 0 if staff is None else number(staff.row("by_topic", "unique"), "trained_3_years")
    yield told("2.1", total(positions, "trained_3_years"), engaged, "S4")
    yield told("2.2", in_topics, engaged, "S4")
    yield told("2.3", contingent, engaged, "S1", "S4")
    practices = _rows(reports.last(org, "S11", year), "practices")
    yield told("2.4", sum(row["is_in_bank"] is True for row in practices), 1, "S11")

    digital = reports.last(org, "S8", year)
    grades = [
        row for row in ([] if digital is None else rows_but(digital, "by_grade")) if row["row_code"] != "5"
    ]
    yield told("3.5", total(grades, "portfolios_updated"), contingent, "S1", "S8")
    yield told("5.2", total(grades, "resource_users"), contingent, "S1", "S8")
    connected = digital is not None and number(digital.card, "elibrary_connections") > 0
    yield told("5.3", int(connected), 1, "S8")

    yield from _inclusion(reports, org, year, seniors)
    camps = reports.last(org, "S9", year)
    children = 0 if camps is None else number(camps.card, "camp_children")
    in_shifts = total(_rows(camps, "shifts"), "children")
    yield told("4.6", min(in_shifts, children), children, "S9")
    went = _rows(reports.last(org, "S6", year), "by_grade")
    yield told("6.3", total(went, "entered_as_intended"), total(went, "continued"), "S6")
    meetings = reports.last(org, "S12", year)
    parents = (
        0
        if meetings is None
        else sum(
            number(meetings.row("coverage", grades_of), "unique_parents") for grades_of in ("8_9", "10_11")
        )
    )
    yield told("6.5", parents, seniors, "S1", "S12")


def _rows(values: FormValues | None, section: str) -> list[Row]:
    return [] if values is None else values.rows(section)


def _inclusion(reports: Reports, org: Organisation, year: str, seniors: int) -> Iterator[Measured]:
    report = reports.last(org, "S7", year)
    reason = reports.why_not(org, "S7", year)
    in_need = _senior(report, "by_grade", "students_ovz")
    if reason is None:
        yield Measured("6.4", org, year, _senior(report, "plans", "with_plan"), in_need, None)
    else:
        yield Measured("6.4", org, year, None, None, reason)
    reason = first(*(reports.why_not(org, form, year) for form in ("S1", "S3", "S7")))
    quarter = reports.last(org, "S3", year)
    tried = 0 if quarter is None else total([quarter.row("coverage", "trial")], "unique_8_9", "unique_10_11")
    if reason is None and tried == 0:
        reason = "not_applicable"
    if reason is not None:
        yield Measured("4.3", org, year, None, None, reason)
        return
    # With the coverage of all, so many of those with ОВЗ would have tried a profession.
    tried_in_need = _senior(report, "by_grade", "trial_ovz")
    compared = Fraction(tried_in_need * seniors, tried)
    yield Measured("4.3", org, year, min(Fraction(in_need), compared), in_need, None)


def _senior(report: FormValues | None, section: str, name: str) -> int:
    return total((row for row in _rows(report, section) if row["row_code"] in SENIOR), name)


def college_measures(reports: Reports, org: Organisation, year: str) -> Iterator[Measured]:
    """Indicators of a college."""

    def told(code: str, numerator: int, denominator: int, *forms: str) -> Measured:
        reason = first(*(reports.why_not(org, form, year) for form in forms))
        if reason is not None:
            return Measured(code, org, year, None, None, reason)
        return Measured(code, org, year, numerator, denominator, None)

    passport, admission = reports.last(org, "P1", year), reports.last(org, "P3", year)
    students = total(_rows(passport, "specialties"), "students_total")
    trials = [row for report in reports.all(org, "P2", year) for row in report.rows("trials")]
    with_employer = [row for row in trials if row.get("employer_involved", row.get("has_employer")) is True]
    yield told("3.6", len(with_employer), len(trials), "P2")
    admitted = _rows(admission, "admission")
    yield told("P1", total(admitted, "admitted_budget"), total(admitted, "quota"), "P3")
    yield told("P2", total(trials, "participants"), students, "P1", "P2")
    partners = _rows(reports.last(org, "P5", year), "agreements")
    schools = {row["partner_inn"] for row in partners if row["partner_type"] == "school"}
    yield told("P3", len(schools), 1, "P5")
    outcomes = [row for row in _rows(reports.last(org, "P4", year), "outcomes") if row["row_number"] == "01"]
    employed = total(outcomes, "employed_in_profession", "employed_other", "self_employed")
    yield told("P4", total(outcomes, "employed_in_profession"), employed, "P4")
    visited = 0 if admission is None else number(admission.card, "entrants_attended_events")
    yield told("P5", visited, total(admitted, "admitted_total"), "P3")
    contests = _rows(reports.last(org, "P6", year), "championships")
    of_students = [row for row in contests if row["category"] == "students"]
    yield told("P6", total(of_students, "participants"), students, "P1", "P6")
    asked = 0 if passport is None else number(passport.card, "first_year_surveyed")
    content = 0 if passport is None else number(passport.card, "first_year_satisfied")
    yield told("P7", content, asked, "P1")
