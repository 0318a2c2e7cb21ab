"""The calendar of measures: every kind of term by hand, and how a wrong one is refused."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import date
from pathlib import Path

import pytest

from ingest.calendar.measure_calendar import CalendarMeasure, MeasureCalendarError, Window, windows
from ingest.calendar.measure_windows import (
    MEASURE_WINDOWS,
    measure_windows,
    measure_windows_drifted,
    write_measure_windows,
)

PROJECT = Path(__file__).parents[3]
TYUMEN = (date(2019, 9, 1), date(2022, 12, 31))
CHELYABINSK = (date(2021, 1, 1), date(2025, 12, 31))


def of(calendar: str, valid: tuple[date, date] = TYUMEN, executors: str = "ЦЗН") -> list[tuple[str, str]]:
    """First and last days of the windows of a term."""
    measure = CalendarMeasure("Т9.9", calendar, tuple(executors.split("; ")), *valid)
    return [(str(window.opens_on), str(window.closes_on)) for window in windows(measure)]


def only(calendar: str, valid: tuple[date, date] = TYUMEN) -> Window:
    (window,) = windows(CalendarMeasure("Т9.9", calendar, ("ЦЗН",), *valid))
    return window


def test_once_is_one_window_of_months() -> None:
    window = only("once 2021-02..2021-03", CHELYABINSK)
    assert (window.opens_on, window.closes_on) == (date(2021, 2, 1), date(2021, 3, 31))
    assert (window.period_code, window.school_year, window.rhythm) == ("2021-Q1", "2020-2021", "once")
    assert only("once 2020-03").period_code == "2020-03"
    assert only("once 2021-01..2021-12", CHELYABINSK).period_code is None


def test_an_annual_window_comes_every_year_that_the_road_map_holds() -> None:
    assert of("annual 08", CHELYABINSK) == [(f"{y}-08-01", f"{y}-08-31") for y in range(2021, 2026)]
    assert of("annual Q1 from 2020") == [(f"{y}-01-01", f"{y}-03-31") for y in (2020, 2021, 2022)]
    assert of("annual 06..08") == [(f"{y}-06-01", f"{y}-08-31") for y in (2020, 2021, 2022)]


def test_an_annual_window_may_begin_later_than_its_road_map() -> None:
    assert of("annual 12")[0] == ("2019-12-01", "2019-12-31")
    assert of("annual 12 from 2020") == [(f"{y}-12-01", f"{y}-12-31") for y in (2020, 2021, 2022)]


def test_annual_without_a_month_is_every_school_year_cut_at_the_end_of_the_road_map() -> None:
    assert of("annual") == [
        ("2019-09-01", "2020-08-31"),
        ("2020-09-01", "2021-08-31"),
        ("2021-09-01", "2022-08-31"),
        ("2022-09-01", "2022-12-31"),
    ]


def test_a_measure_may_have_two_windows_a_year() -> None:
    """Т3.2.17: April 2020, October 2019, then annually."""
    assert of("annual 04 from 2020 + annual 10 from 2019") == [
        ("2019-10-01", "2019-10-31"),
        ("2020-04-01", "2020-04-30"),
        ("2020-10-01", "2020-10-31"),
        ("2021-04-01", "2021-04-30"),
        ("2021-10-01", "2021-10-31"),
        ("2022-04-01", "2022-04-30"),
        ("2022-10-01", "2022-10-31"),
    ]


def test_quarters_are_those_named() -> None:
    assert of("quarters 2019-Q4, 2020-Q1") == [("2019-10-01", "2019-12-31"), ("2020-01-01", "2020-03-31")]


def test_a_range_is_how_long_not_how_often() -> None:
    """2021-2023 begins in the middle of one school year and ends in the middle of another."""
    measure = CalendarMeasure("Ч3.7", "range 2021..2023", ("К",), *CHELYABINSK)
    assert [(w.school_year, str(w.opens_on), str(w.closes_on), w.rhythm) for w in windows(measure)] == [
        ("2020-2021", "2021-01-01", "2021-08-31", "school_year"),
        ("2021-2022", "2021-09-01", "2022-08-31", "school_year"),
        ("2022-2023", "2022-09-01", "2023-08-31", "school_year"),
        ("2023-2024", "2023-09-01", "2023-12-31", "school_year"),
    ]


def test_a_school_year_is_that_one_or_every_one() -> None:
    assert of("school_year 2019-2020") == [("2019-09-01", "2020-08-31")]
    assert len(of("school_year")) == 4


def test_constant_is_monthly_for_centres_and_quarterly_for_schools() -> None:
    centre, schools = of("constant"), of("constant", executors="МОУО; СПО")
    assert (len(centre), centre[0], centre[-1]) == (
        40,
        ("2019-09-01", "2019-09-30"),
        ("2022-12-01", "2022-12-31"),
    )
    assert (len(schools), schools[0], schools[-1]) == (
        14,
        ("2019-09-01", "2019-09-30"),
        ("2022-10-01", "2022-12-31"),
    )
    assert len(of("constant", executors="ЦЗН; МОУО")) == 40


def test_the_state_assignment_is_counted_since_january_every_month() -> None:
    measure = CalendarMeasure("Т3.1", "госзадание", ("ЦЗН",), *TYUMEN)
    counted = windows(measure)
    assert len(counted) == 40
    assert (counted[0].opens_on, counted[0].closes_on) == (date(2019, 1, 1), date(2019, 9, 30))
    november = next(w for w in counted if w.period_code == "2020-11")
    assert (november.opens_on, november.closes_on) == (date(2020, 1, 1), date(2020, 11, 30))
    assert (november.school_year, november.rhythm) == ("2020-2021", "cumulative")


def test_saturdays_are_saturdays() -> None:
    """7 September 2019 was a Saturday, 31 December 2022 too: 174 of them."""
    days = of("weekly Sat")
    assert (days[0], days[-1], len(days)) == (
        ("2019-09-07", "2019-09-07"),
        ("2022-12-31", "2022-12-31"),
        174,
    )


def test_a_schedule_is_the_table_and_the_whole_school_year_without_it() -> None:
    measure = CalendarMeasure("Т3.2.4", "schedule", ("ЦЗН",), *TYUMEN)
    table = {("Т3.2.4", "2020-2021"): (date(2020, 10, 5), date(2021, 5, 28))}
    assert [(str(w.opens_on), str(w.closes_on)) for w in windows(measure, table)][:2] == [
        ("2019-09-01", "2020-08-31"),
        ("2020-10-05", "2021-05-28"),
    ]


@pytest.mark.parametrize(
    "calendar",
    [
        "",
        "sometimes",
        "annual 13",
        "annual 4",
        "annual 11..03",
        "once 2021-03..2021-02",
        "quarters 2019-Q5",
        "range 2025..2021",
        "school_year 2019-2021",
        "weekly Суббота",
        "annual 04 +annual 10",
        "constant + never",
    ],
)
def test_a_term_outside_the_grammar_is_refused_with_measure_and_term(calendar: str) -> None:
    with pytest.raises(MeasureCalendarError, match=r"measure Т9\.9: calendar "):
        of(calendar)


def test_a_calendar_outside_its_road_map_is_refused() -> None:
    with pytest.raises(MeasureCalendarError, match="has no day from 2019-09-01 to 2022-12-31"):
        of("once 2024-03")


def test_the_seed_has_not_drifted_from_the_road_maps() -> None:
    """When: a calendar, a schedule or a road map changed. Resolve with ``orientir form generate``."""
    assert measure_windows_drifted(PROJECT) == []


def test_every_measure_has_windows_numbered_from_one() -> None:
    numbers: dict[str, list[int]] = {}
    for row in csv.DictReader(io.StringIO(measure_windows(PROJECT))):
        numbers.setdefault(row["measure_code"], []).append(int(row["window_no"]))
    assert len([code for code in numbers if code[0] in "ЧТ"]) == 97  # of the first two road maps
    assert all(listed == list(range(1, len(listed) + 1)) for listed in numbers.values())


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    seeds = tmp_path / "dbt_project" / "seeds"
    seeds.mkdir(parents=True)
    for name in ("roadmaps", "roadmap_measures", "measure_schedule", "measure_windows"):
        shutil.copy(PROJECT / "dbt_project" / "seeds" / f"{name}.csv", seeds)
    return tmp_path


def test_days_of_the_schedule_reach_the_seed(copied: Path) -> None:
    schedule = copied / "dbt_project" / "seeds" / "measure_schedule.csv"
    text = schedule.read_text(encoding="utf-8")
    schedule.write_text(text.replace("Т3.2.4,2020-2021,,", "Т3.2.4,2020-2021,2020-10-05,"), encoding="utf-8")
    assert measure_windows_drifted(copied) == ["measure_windows.csv"]
    assert write_measure_windows(copied) == [copied / MEASURE_WINDOWS]
    assert write_measure_windows(copied) == []
    written = (copied / MEASURE_WINDOWS).read_text(encoding="utf-8")
    assert "Т3.2.4,2,2020-2021,2020-2021,2020-10-05,2021-08-31,schedule" in written


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Т3.2.6,2020-2021,,", "'Т3.2.6' is not a measure that goes by a schedule"),
        ("Т3.2.4,2020-2021,,", "Т3.2.4 2020-2021 is given twice"),
        ("Т3.2.4,2023-2024,2023-05-01,", "must lie within 2023-09-01 to 2024-08-31"),
        ("Т3.2.4,2023-2024,1 сентября,", "1 сентября"),
        ("Т3.2.4,2023-24,,", "2023-24"),
    ],
)
def test_a_wrong_schedule_is_refused_with_its_line(copied: Path, line: str, problem: str) -> None:
    schedule = copied / "dbt_project" / "seeds" / "measure_schedule.csv"
    with schedule.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(MeasureCalendarError, match=problem) as caught:
        measure_windows(copied)
    assert "measure_schedule.csv, line 26" in str(caught.value)


def test_a_road_map_without_a_last_day_is_refused_with_its_region(copied: Path) -> None:
    seed = copied / "dbt_project" / "seeds" / "roadmaps.csv"
    lines = seed.read_text(encoding="utf-8").splitlines()
    seed.write_text(
        "\n".join([lines[0], lines[1].rpartition(",")[0] + ",", *lines[2:], ""]), encoding="utf-8"
    )
    with pytest.raises(
        MeasureCalendarError, match=r"roadmaps.csv: chelyabinsk: .* to '': a road map has a first"
    ):
        measure_windows(copied)
