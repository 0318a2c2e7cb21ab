"""The truth of the demo holds together: parts, totals, coverage, cumulative figures."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from demo.facts import measures
from demo.organisations import KINDS, Organisation, count, organisation
from demo.periods import SCHOOL_YEARS, school_year, span
from demo.truth import World, truth
from demo.values import FormValues

SEEDS = (2026, 7)
GRADES = range(6, 12)


def _forms(kind: str) -> Iterator[tuple[Organisation, dict[tuple[str, str], FormValues]]]:
    for seed in SEEDS:
        for region in ("chelyabinsk", "tyumen"):
            for serial in range(0, count(kind, region, 1.0), 2):
                org = organisation(seed, region, kind, serial, 1.0)
                if org.closed_on is None:  # who closes owes less than two years of reports
                    yield org, truth(seed, org, 1.0)


@pytest.fixture(scope="module")
def schools() -> list[tuple[Organisation, dict[tuple[str, str], FormValues]]]:
    return list(_forms("school"))


def test_contingent_adds_up(schools: list) -> None:
    for org, forms in schools:
        for year in SCHOOL_YEARS:
            passport = forms["S1", year]
            rows = passport.rows("by_grade")
            grades, total = rows[:-1], rows[-1]
            for name in set(total) - {"row_code"}:
                assert total[name] == sum(row[name] for row in grades)
            for row in grades:
                assert row["students_ovz"] + row["disabled_outside_ovz"] <= row["students"]
                assert row["disabled_within_ovz"] <= row["students_ovz"]
                assert (
                    max(row["gifted"], row["low_motivation"], row["profminimum_students"]) <= row["students"]
                )
            if not org.has_grade_10_11:
                assert rows[4]["students"] == rows[5]["students"] == 0


def test_events_fit_the_school_the_quarter_and_the_road_map(schools: list) -> None:
    for org, forms in schools:
        codes = {measure.measure_code for measure in measures(org.region_code)}
        for (form, period), values in forms.items():
            if form != "S3":
                continue
            first, last = span(period)
            students = {
                g: forms["S1", school_year(period)].row("by_grade", str(g))["students"] for g in GRADES
            }
            for event in values.rows("events"):
                by_grade = {grade: event[f"participants_grade_{grade}"] for grade in GRADES}
                assert first <= event["event_date"] <= last
                assert not (period.endswith("Q3") and event["event_date"].month != 9)
                assert event["measure_code"] in codes
                assert event["participants_total"] == sum(by_grade.values())
                assert all(by_grade[grade] <= students[grade] for grade in GRADES)
                assert (
                    event["participants_ovz"] + event["participants_disabled"] <= event["participants_total"]
                )


def test_unique_pupils_grow_and_never_exceed_participations_or_pupils(schools: list) -> None:
    for _, forms in schools:
        for year in SCHOOL_YEARS:
            quarters = sorted(
                period for form, period in forms if form == "S3" and school_year(period) == year
            )
            pupils = forms["S1", year].row("by_grade", "total")
            participations: dict[str, int] = {}
            for period in quarters:
                for event in forms["S3", period].rows("events"):
                    kind = event["activity_kind"]
                    participations[kind] = participations.get(kind, 0) + event["participants_total"]
                for row in forms["S3", period].rows("coverage"):
                    assert row["unique_total"] == row["unique_6_7"] + row["unique_8_9"] + row["unique_10_11"]
                    assert row["unique_total"] <= participations.get(row["row_code"], 0)
                    assert row["unique_total"] <= pupils["students"]
                    assert row["unique_ovz"] <= min(row["unique_total"], pupils["students_ovz"])
            for before, after in pairwise(quarters):
                for old, new in zip(
                    forms["S3", before].rows("coverage"), forms["S3", after].rows("coverage"), strict=True
                ):
                    assert all(new[name] >= old[name] for name in set(old) - {"row_code"})


def test_intentions_add_up_to_the_surveyed(schools: list) -> None:
    parts = ("to_grade_10", "to_spo", "to_university", "to_work", "to_army", "undecided")
    for _, forms in schools:
        for year in SCHOOL_YEARS:
            for row in forms["S5", year].rows("by_grade"):
                assert sum(row[name] for name in parts) == row["surveyed"] <= row["graduates"]
                assert row["to_other_region"] <= row["surveyed"]
                students = forms["S1", year].row("by_grade", row["row_code"])["students"]
                assert row["graduates"] <= students


def test_service_grows_within_the_calendar_year() -> None:
    for _, forms in _forms("employment_center"):
        cards = [values.card for (form, _), values in sorted(forms.items()) if form == "C1"]
        assert len(cards) == 22
        for before, after in pairwise(cards):
            if before["period"][:4] == after["period"][:4]:
                assert after["service_fact_cumulative"] >= before["service_fact_cumulative"]
                assert after["service_plan_year"] == before["service_plan_year"]
        for card in cards:
            fact = card["service_fact_cumulative"]
            assert card["service_individual"] + card["service_group"] == fact
            assert max(card["service_age_14_17"], card["service_disabled"]) <= fact


def test_trials_are_held_for_schools_of_the_registry_within_the_month() -> None:
    for org, forms in _forms("spo_college"):
        for (form, period), values in forms.items():
            first, last = span(period)
            for row in values.rows("trials") if form == "P2" else ():
                school = organisation(2026, org.region_code, "school", int(row["school_ogrn"][6:12]) - 1, 1.0)
                assert school.ogrn == row["school_ogrn"]
                assert first <= row["trial_date"] <= last
                assert row["participants_ovz"] <= row["participants"]


def test_truth_of_one_organisation_depends_on_nobody_else() -> None:
    org = organisation(2026, "tyumen", "school", 17, 1.0)
    alone = truth(2026, org, 1.0)
    for kind in KINDS:
        truth(2026, organisation(2026, "tyumen", kind, 3, 1.0), 1.0)
    assert truth(2026, org, 1.0) == alone


def test_school_and_college_tell_the_same_trials() -> None:
    """A college's trials stand among the events of the schools they were held for, day by day."""
    college = World(2026, organisation(2026, "tyumen", "spo_college", 4, 1.0), 1.0)
    months = {"2025-Q4": ("2025-10", "2025-11", "2025-12"), "2026-Q1": ("2026-01", "2026-02", "2026-03")}
    compared = 0
    for quarter, (one, two, three) in months.items():
        held = [row for month in (one, two, three) for row in college.form("P2", month).rows("trials")]
        for ogrn in {str(row["school_ogrn"]) for row in held}:
            school = organisation(2026, "tyumen", "school", int(ogrn[6:12]) - 1, 1.0)
            events = World(2026, school, 1.0).form("S3", quarter).rows("events")
            told = [
                (row["event_date"], row["title"], grade, row[f"participants_grade_{grade}"])
                for row in events
                for grade in GRADES
                if row["activity_kind"] == "trial"
            ]
            for row in held:
                if row["school_ogrn"] == ogrn:
                    said = (row["trial_date"], row["trial_title"], row["grade"], row["participants"])
                    assert said in told
                    compared += 1
    assert compared > 15


def test_center_adds_up_the_schools_of_its_municipality() -> None:
    center = organisation(2026, "tyumen", "employment_center", 20, 1.0)
    rows = World(2026, center, 1.0).form("C5", "2025-2026").rows("by_grade")
    mine = [
        school
        for serial in range(count("school", "tyumen", 1.0))
        if (school := organisation(2026, "tyumen", "school", serial, 1.0)).oktmo == center.oktmo
    ]
    said = [World(2026, school, 1.0).form("S5", "2025-2026").rows("by_grade") for school in mine]
    assert mine
    for place, row in enumerate(rows):
        assert row["graduates_of_territory"] == sum(of_school[place]["graduates"] for of_school in said)
        assert row["surveyed_of_territory"] == sum(of_school[place]["surveyed"] for of_school in said)
