from datetime import date

import pytest

from ingest.periods import UnknownPeriodError, parse_period, periods_between, school_year_of


@pytest.mark.parametrize(
    ("code", "starts_on", "ends_on", "school_year", "title"),
    [
        ("2025-2026", date(2025, 9, 1), date(2026, 8, 31), "2025-2026", "2025/26 учебный год"),
        ("2029-2030", date(2029, 9, 1), date(2030, 8, 31), "2029-2030", "2029/30 учебный год"),
        ("2025-Q2", date(2025, 4, 1), date(2025, 6, 30), "2024-2025", "II квартал 2025 года"),
        ("2025-Q3", date(2025, 7, 1), date(2025, 9, 30), "2025-2026", "III квартал 2025 года"),
        ("2025-Q4", date(2025, 10, 1), date(2025, 12, 31), "2025-2026", "IV квартал 2025 года"),
        ("2025-H2", date(2025, 7, 1), date(2025, 12, 31), "2025-2026", "II полугодие 2025 года"),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30), "2025-2026", "I полугодие 2026 года"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2023-2024", "февраль 2024 года"),
        ("2025-09", date(2025, 9, 1), date(2025, 9, 30), "2025-2026", "сентябрь 2025 года"),
    ],
)
def test_a_period_knows_its_bounds_school_year_and_title(code, starts_on, ends_on, school_year, title):
    period = parse_period(code)
    assert (period.starts_on, period.ends_on) == (starts_on, ends_on)
    assert period.school_year == school_year
    assert period.title_ru == title


@pytest.mark.parametrize(
    "code",
    [
        "2025-2027",
        "2025-2025",
        "2025-Q5",
        "2025-H0",
        "2025-H3",
        "2025-13",
        "2025-00",
        "2025",
        "",
        " 2025-09",
        "２０２５-09",
        "2025-9",
    ],
)
def test_anything_else_is_refused(code):
    with pytest.raises(UnknownPeriodError):
        parse_period(code)


def test_the_summer_counts_to_the_coming_school_year():
    assert school_year_of(date(2026, 6, 30)) == "2025-2026"
    assert school_year_of(date(2026, 7, 1)) == "2026-2027"


def test_periods_between_are_those_that_begin_there():
    codes = [p.code for p in periods_between("quarter", date(2024, 7, 1), date(2025, 1, 1))]
    assert codes == ["2024-Q3", "2024-Q4", "2025-Q1"]
    halves = [p.code for p in periods_between("half_year", date(2025, 7, 1), date(2026, 7, 1))]
    assert halves == ["2025-H2", "2026-H1", "2026-H2"]
    assert [p.code for p in periods_between("month", date(2025, 11, 2), date(2026, 1, 31))] == [
        "2025-12",
        "2026-01",
    ]
