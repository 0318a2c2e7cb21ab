"""The key's indicators of schools, centres and colleges, against figures worked by hand."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any

from demo.answer_key.deliveries import obligations_frame
from demo.answer_key.measured_values import Sums, measure, unit_rows
from demo.answer_key.measures import measure_reports
from demo.answer_key.reports import Reports
from demo.answer_key.territories import Territories
from demo.answer_key.unit_measures import Measured
from demo.files import WrittenFile
from demo.organisations import Organisation
from demo.periods import term
from demo.values import FormValues, Row

YEAR = "2025-2026"
RECEIVED = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=5)))


def _org(kind: str, serial: int, region: str = "tyumen", oktmo: str = "71603000") -> Organisation:
    ogrn = f"199721000000{serial}"
    name = "Организация"
    return Organisation(
        region, kind, serial, ogrn, "0072000017", name, name, oktmo, oktmo, False, True, 0.5, 10
    )


def _said(
    org: Organisation, form: str, period: str, outcome: str = "accepted", **sections: list[Row]
) -> WrittenFile:
    uri = f"{org.ogrn}/{form}/{period}"
    values = FormValues(form, period, dict(sections))
    return WrittenFile(org, term(form, period), 1, uri, RECEIVED, uri, 1, None, None, outcome, values)


def _passport(org: Organisation, *students: int, outcome: str = "accepted") -> WrittenFile:
    """Pupils of grades 6, 7, 8 …"""
    rows: list[Row] = [{"row_code": str(grade), "students": n} for grade, n in enumerate(students, start=6)]
    rows.append({"row_code": "total", "students": sum(students)})
    return _said(org, "S1", YEAR, outcome, by_grade=rows)


def _measured(files: list[WrittenFile], *orgs: Organisation) -> dict[tuple[str, str], Measured]:
    counting = [file for file in files if file.is_accepted]
    territories = Territories()
    own = measure(Reports(obligations_frame(list(orgs), files), counting), orgs, territories)
    every = [*own, *territories.measured()]
    return {(one.code, one.org.ogrn): one for one in every if one.school_year == YEAR}


def _told(one: Measured) -> Any:
    return one.reason or (one.numerator, one.denominator)


def test_parity_is_capped_and_weighs_by_pupils_with_ovz() -> None:
    """3 of 12 with ОВЗ against 50 of 80 of all is 0.4; grades 6 and 7 do not count."""
    school = _org("school", 1)
    inclusion: list[Row] = [
        {"row_code": "7", "students_ovz": 5, "trial_ovz": 5},
        {"row_code": "8", "students_ovz": 12, "trial_ovz": 3},
        {"row_code": "total", "students_ovz": 17, "trial_ovz": 8},
    ]
    plans: list[Row] = [{"row_code": "8", "with_plan": 9}, {"row_code": "total", "with_plan": 9}]
    coverage: list[Row] = [{"row_code": "trial", "unique_8_9": 30, "unique_10_11": 20}]
    files = [
        _passport(school, 10, 10, 40, 40),
        _said(school, "S3", "2026-Q1", coverage=coverage),
        _said(school, "S7", YEAR, by_grade=inclusion, plans=plans),
    ]
    told = _measured(files, school)
    assert _told(told["4.3", school.ogrn]) == (Fraction(24, 5), 12)
    assert _told(told["6.4", school.ogrn]) == (9, 12)
    inclusion[1]["trial_ovz"] = 10
    assert _told(_measured(files, school)["4.3", school.ogrn]) == (12, 12)
    coverage[0].update(unique_8_9=0, unique_10_11=0)
    assert _told(_measured(files, school)["4.3", school.ogrn]) == "not_applicable"
    inclusion[1]["students_ovz"] = 4
    coverage[0].update(unique_8_9=30)
    row = unit_rows([_measured(files, school)["4.3", school.ogrn]]).iloc[0]
    assert row["missing_reason"] == "small_denominator"
    assert row["denominator"] == Decimal("4.000000")


def test_why_a_school_says_nothing() -> None:
    """Refused, not sent, not asked for (S4 in Tyumen) and not due yet (S6 of the year that goes on)."""
    school = _org("school", 1)
    told = _measured([_passport(school, 10, outcome="rejected")], school)
    assert _told(told["1.3", school.ogrn]) == "rejected"
    assert _told(told["1.4", school.ogrn]) == "not_submitted"
    assert _told(told["2.1", school.ogrn]) == "not_applicable"
    assert _told(told["6.3", school.ogrn]) == "not_due"


def test_the_last_quarter_tells_of_partners() -> None:
    school = _org("school", 1)
    partners: list[Row] = [{"partner_type": "employer"}, {"partner_type": "spo_college"}]
    files = [
        _passport(school, 20, 30),
        _said(school, "S2", "2025-Q4", agreements=partners),
        _said(school, "S2", "2026-Q1", agreements=partners[1:]),
    ]
    told = _measured(files, school)
    assert _told(told["1.3", school.ogrn]) == (1, 50)
    assert _told(told["1.4", school.ogrn]) == (0, 1)


def test_two_centres_share_the_pupils_of_their_municipality() -> None:
    """15 pupils of grades 8-11, two centres: 7.5 each; a third elsewhere has no school at all."""
    schools = [_org("school", 1), _org("school", 2)]
    centers = [_org("employment_center", 3), _org("employment_center", 4)]
    lonely = _org("employment_center", 5, oktmo="71605000")
    card: Row = {
        "employment_plan_year": 100,
        "employed_cumulative": 120,
        "employed_age_14_15": 2,
        "employed_age_16_17": 1,
        "employed_with_trial_or_mentor": 60,
    }
    files = [_passport(schools[0], 9, 9, 10), _passport(schools[1], 0, 0, 5)]
    files += [_said(center, "C2", "2025-12", card=[card]) for center in (centers[0], lonely)]
    files.append(_said(centers[1], "C2", "2026-01", card=[card]))
    told = _measured(files, *schools, *centers, lonely)
    assert _told(told["4.4", centers[0].ogrn]) == (100, 100)
    assert _told(told["Z4", centers[0].ogrn]) == (60, 120)
    assert _told(told["4.5", centers[0].ogrn]) == (3, Fraction(15, 2))
    assert _told(told["4.5", centers[1].ogrn]) == "not_submitted"
    assert _told(told["4.5", lonely.ogrn]) == "not_applicable"
    sums = Sums()
    sums.add(told.values())
    rows = sums.rows().set_index(["indicator_code", "unit_type", "unit_code"])
    assert rows.loc[("4.5", "municipality", "71603000"), "value"] == Decimal("40.000000")
    assert rows.loc[("4.5", "municipality", "71605000"), "missing_reason"] == "not_applicable"
    assert ("Z4", "municipality", "71603000") not in rows.index
    assert rows.loc[("Z4", "region", "tyumen"), "value"] == Decimal("50.000000")


def test_a_college_by_hand() -> None:
    college = _org("spo_college", 1)
    specialties: list[Row] = [{"students_total": 400}, {"students_total": 200}]
    outcome: Row = {"row_number": "01", "employed_in_profession": 20, "employed_other": 5, "self_employed": 1}
    files = [
        _said(
            college,
            "P1",
            YEAR,
            card=[{"first_year_surveyed": 105, "first_year_satisfied": 84}],
            specialties=specialties,
        ),
        _said(college, "P2", "2025-10", trials=[{"participants": 15, "employer_involved": True}]),
        _said(college, "P2", "2025-11", trials=[{"participants": 12, "employer_involved": False}]),
        _said(college, "P4", "2025-H2", outcomes=[{**outcome, "employed_in_profession": 7}]),
        _said(college, "P4", "2026-H1", outcomes=[outcome, {**outcome, "row_number": "02"}]),
    ]
    told = _measured(files, college)
    assert _told(told["3.6", college.ogrn]) == (1, 2)
    assert _told(told["P2", college.ogrn]) == (27, 600)
    assert _told(told["P4", college.ogrn]) == (20, 26)
    assert _told(told["P7", college.ogrn]) == (84, 105)
    assert _told(told["P1", college.ogrn]) == "not_submitted"


def test_what_a_month_adds_to_a_figure_that_grows_since_january() -> None:
    """A wrong zero in February, an equal figure in June; September after June, as the first, after May."""
    center, late, silent = (_org("employment_center", serial) for serial in (1, 2, 3))
    told = {
        center: {"2025-01": 469, "2025-02": 0, "2025-03": 603, "2025-06": 603, "2025-09": 610, "2026-01": 40},
        late: {"2025-09": 800, "2025-10": 950},
        silent: {"2025-05": 200, "2025-09": 260},
    }
    files = [
        _said(org, "C1", period, card=[{"service_fact_cumulative": figure}])
        for org, figures in told.items()
        for period, figure in figures.items()
    ]
    reports = measure_reports(files)
    assert set(reports["measure_code"]) == {"Т3.1"}
    added = {(row["ogrn"], row["period_code"]): row["participants"] for row in reports.to_dict("records")}
    assert added == {
        (center.ogrn, "2025-01"): 469,
        (center.ogrn, "2025-03"): 134,
        (center.ogrn, "2025-06"): 0,
        (center.ogrn, "2025-09"): 7,
        (center.ogrn, "2026-01"): 40,
        (late.ogrn, "2025-10"): 150,
        (silent.ogrn, "2025-05"): 200,
    }
