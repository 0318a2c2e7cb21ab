"""The key's own calendar of the measures, against days counted by hand."""

from datetime import date

import pytest

from demo.answer_key.execution import periods_of_type
from demo.answer_key.measure_terms import Days, count_days, days_in, is_planned_on, planned_days

FIVE_YEARS, AUGUSTS = "2021-01..2025-12", "08 of 2021..2025"


def test_months_are_divided_by_school_years() -> None:
    first, *_, last = planned_days(FIVE_YEARS)
    assert len(planned_days(FIVE_YEARS)) == 6
    assert first == Days(date(2021, 1, 1), date(2021, 8, 31), "2020-2021")
    assert last == Days(date(2025, 9, 1), date(2025, 12, 31), "2025-2026")
    assert planned_days("2021-02..2021-03") == (Days(date(2021, 2, 1), date(2021, 3, 31), "2020-2021"),)


def test_august_counts_to_the_school_year_that_it_begins() -> None:
    assert [days.first.year for days in planned_days(AUGUSTS)] == [2021, 2022, 2023, 2024, 2025]
    (august,) = days_in(AUGUSTS, "2025-2026")
    assert (august.first, august.last) == (date(2025, 8, 1), date(2025, 8, 31))
    assert is_planned_on(AUGUSTS, date(2025, 8, 31))
    assert not is_planned_on(AUGUSTS, date(2025, 9, 1))


def test_a_quarter_shares_days_with_two_school_years() -> None:
    shared = days_in(FIVE_YEARS, "2025-Q3")
    assert [(days.first, days.last) for days in shared] == [
        (date(2025, 7, 1), date(2025, 8, 31)),
        (date(2025, 9, 1), date(2025, 9, 30)),
    ]
    assert count_days(shared) == 92
    assert days_in(FIVE_YEARS, "2026-Q1") == []
    assert days_in("", "2025-Q3") == []


def test_periods_of_the_two_school_years() -> None:
    assert periods_of_type("half_year") == ("2024-H2", "2025-H1", "2025-H2", "2026-H1")
    assert [periods_of_type("month")[i] for i in (0, -1)] == ["2024-07", "2026-06"]
    assert len(periods_of_type("quarter")) == 8


def test_a_term_in_no_notation_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^road_maps.csv: 'ежегодно' is no term: write 2021-01"):
        planned_days("ежегодно")
