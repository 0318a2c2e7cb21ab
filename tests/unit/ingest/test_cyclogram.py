from datetime import date

import pytest
from pydantic import ValidationError

from ingest.calendar import cyclogram
from ingest.calendar.cyclogram import deadline, due_dates, opened_by
from ingest.calendar.rhythm import FormRhythm, Moment
from ingest.calendar.working_days import add_working_days, is_working_day
from ingest.periods import parse_period
from ingest.sources import regions
from ingest.sources.regions import RegionError


@pytest.mark.parametrize(
    ("form", "period", "days"),
    [
        ("S1", "2025-2026", "2025-09-20 2025-10-15 2025-10-18 2025-11-29"),
        ("S5", "2025-2026", "2026-04-01 2026-05-15 2026-05-18 2026-06-29"),
        ("S3", "2025-Q3", "2025-10-01 2025-10-10 2025-10-13 2025-11-24"),
        ("S3", "2025-Q4", "2026-01-01 2026-01-10 2026-01-13 2026-02-24"),
        ("S2", "2025-Q3", "2025-10-01 2025-10-10 2025-10-13 2025-11-24"),
        ("S6", "2024-2025", "2025-09-01 2025-10-15 2025-10-18 2025-11-29"),
        ("S7", "2025-2026", "2026-05-15 2026-06-15 2026-06-18 2026-07-30"),
        ("S8", "2026-H1", "2026-07-01 2026-07-15 2026-07-18 2026-08-29"),
        ("S9", "2024-2025", "2025-09-01 2025-09-10 2025-09-13 2025-10-25"),
        # Worked: 1 (a Saturday made a working day by decree), 5, 6, 7, 10 November; 3 and 4 are days off.
        ("C1", "2025-10", "2025-11-01 2025-11-10 2025-11-13 2025-12-25"),
        # Days off to 11 January 2026; worked: 12 to 16.
        ("P2", "2025-12", "2026-01-01 2026-01-16 2026-01-19 2026-03-02"),
        # 1 May is a holiday, 2 and 3 a weekend; worked: 4 to 8.
        ("C1", "2026-04", "2026-05-01 2026-05-08 2026-05-11 2026-06-22"),
    ],
)
def test_deadlines(form, period, days):
    found = deadline(form, period, "chelyabinsk")
    opens_due_grace_closes = (found.opens_on, found.due_on, found.grace_until, found.closes_on)
    assert [day.isoformat() for day in opens_due_grace_closes] == days.split()


@pytest.mark.parametrize(
    ("form", "period"),
    [
        ("P2", "2026-07"),  # colleges report in the school year only
        ("P2", "2026-08"),
        ("S1", "2025-09"),
        ("S3", "2025-2026"),
        ("S3", "2024-Q2"),  # before the contract
        ("S1", "2023-2024"),
        ("S1", "nonsense"),
        ("Z9", "2025-2026"),
    ],
)
def test_what_is_not_reported_has_no_deadline(form, period):
    assert deadline(form, period, "chelyabinsk") is None


@pytest.mark.parametrize(
    ("moment", "period", "day"),
    [
        ({"days_after_period": 15}, "2025-H2", "2026-01-15"),
        ({"days_after_period": 15}, "2026-H1", "2026-07-15"),
        ({"month": 1, "day": 15}, "2025-H2", "2026-01-15"),
        ({"month": 9, "day": 10}, "2024-2025", "2024-09-10"),
        ({"month": 5, "day": 31}, "2025-2026", "2026-05-31"),
    ],
)
def test_a_date_is_the_first_from_the_month_in_which_the_period_begins(moment, period, day):
    assert Moment(**moment).of(parse_period(period), None).isoformat() == day


def test_a_form_may_have_windows_of_its_own_by_period():
    rhythm = FormRhythm.model_validate(
        {
            "windows": {
                "H1": {"opens": {"month": 5, "day": 1}, "due": {"month": 5, "day": 31}},
                "H2": {"opens": {"month": 9, "day": 1}, "due": {"month": 9, "day": 30}},
            }
        }
    )
    days = {}
    for code in ("2025-H2", "2026-H1"):
        period = parse_period(code)
        window = rhythm.window(period)
        days[code] = f"{window.opens.of(period, None)} {window.due.of(period, None)}"
    assert days == {"2025-H2": "2025-09-01 2025-09-30", "2026-H1": "2026-05-01 2026-05-31"}
    assert rhythm.window(parse_period("2025-Q4")) is None


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"opens": {"month": 5, "day": 1}},
        {
            "opens": {"month": 5, "day": 1},
            "due": {"month": 5, "day": 2},
            "windows": {"H1": {"opens": {"month": 5, "day": 1}, "due": {"month": 5, "day": 31}}},
        },
        {"windows": {"H3": {"opens": {"month": 5, "day": 1}, "due": {"month": 5, "day": 31}}}},
    ],
)
def test_a_rhythm_is_said_one_way(written):
    with pytest.raises(ValidationError):
        FormRhythm.model_validate(written)


def test_on_the_demo_s_day_every_window_that_opened_is_there():
    counts: dict[str, int] = {}
    for item in opened_by(date(2026, 7, 20), "tyumen"):
        counts[item.form_code] = counts.get(item.form_code, 0) + 1
    assert {code: counts[code] for code in ("C1", "P2")} == {"C1": 22, "P2": 20}
    assert {code: number for code, number in counts.items() if code.startswith("S")} == {
        **{"S1": 2, "S3": 8, "S5": 2},
        **{"S2": 4, "S6": 1, "S7": 1, "S8": 2, "S9": 1, "S10": 1, "S11": 1, "S12": 4},
    }
    # the other forms of centres, colleges and authorities are in force since July 2025
    centres = {"C2": 12, "C3": 12, "C4": 2, "C5": 1, "C6": 4, "C7": 1, "C8": 4, "C9": 4}
    colleges = {"P1": 1, "P3": 1, "P4": 2, "P5": 4, "P6": 1}
    others = {code: number for code, number in counts.items() if code[0] != "S"}
    assert others == {"C1": 22, "P2": 20, "M1": 2, **centres, **colleges}


def test_forms_that_serve_the_measures_of_one_region_are_owed_there_only():
    assert deadline("S4", "2025-H2", "chelyabinsk").due_on == date(2026, 1, 15)
    assert deadline("S4", "2025-H2", "tyumen") is None
    assert deadline("S13", "2025-2026", "chelyabinsk").due_on == date(2025, 11, 15)
    assert deadline("S13", "2025-2026", "tyumen") is None


def test_due_dates_of_a_school_year_in_order():
    found = due_dates(date(2025, 9, 1), date(2026, 8, 31), "S3")
    assert [(item.period.code, item.due_on.isoformat()) for item in found] == [
        ("2025-Q3", "2025-10-10"),
        ("2025-Q4", "2026-01-10"),
        ("2026-Q1", "2026-04-10"),
        ("2026-Q2", "2026-07-10"),
    ]
    days = [item.due_on for item in due_dates(date(2025, 9, 1), date(2026, 8, 31))]
    assert days == sorted(days)


def test_working_days_know_the_transfers_of_the_government():
    assert is_working_day(date(2025, 11, 1))
    assert not is_working_day(date(2025, 11, 3))
    assert not is_working_day(date(2026, 1, 9))
    assert add_working_days(date(2025, 12, 31), 1) == date(2026, 1, 12)


REGION = """
region_code: kurgan
name_ru: Курганская область
timezone: Asia/Yekaterinburg
kinds:
  school: {channel: folder, forms: [S1, S3]}
  employment_center: {channel: folder, forms: [C1]}
calendar:
  days_off: [2026-05-08]
  extensions:
    - {form: S1, period: "2025-2026", due_on: 2025-10-22, reason: "сбой связи"}
    - {form: S3, period: "2025-Q4", due_on: 2026-01-20, reason: "карантин", organisations: ["1250000000018"]}
"""


@pytest.fixture
def kurgan(tmp_path, monkeypatch):
    """A region that is configured by a file of its own, as docs/add_a_region.md says."""

    def configure(text):
        (tmp_path / "kurgan.yaml").write_text(text, encoding="utf-8")
        regions.load_regions.cache_clear()
        deadline.cache_clear()

    monkeypatch.setattr(regions, "REGIONS_DIR", tmp_path)
    configure(REGION)
    yield configure
    monkeypatch.undo()
    regions.load_regions.cache_clear()
    deadline.cache_clear()


def test_a_region_has_its_own_days_off_and_extensions(kurgan):
    assert deadline("C1", "2026-04", "kurgan").due_on == date(2026, 5, 12)  # 8 May off, 9 to 11 are days off
    assert deadline("S1", "2025-2026", "kurgan").due_on == date(2025, 10, 22)
    assert deadline("S1", "2025-2026", "kurgan").grace_until == date(2025, 10, 25)
    assert deadline("S3", "2025-Q4", "kurgan").due_on == date(2026, 1, 10)
    assert deadline("S3", "2025-Q4", "kurgan", "1250000000018").due_on == date(2026, 1, 20)
    assert deadline("S5", "2025-2026", "kurgan") is None  # not in force there


def test_an_extension_of_what_is_not_reported_is_refused(kurgan):
    cyclogram.check_extensions()
    kurgan(REGION.replace('"2025-2026"', '"2025-Q4"', 1))
    with pytest.raises(cyclogram.CyclogramError, match="S1 2025-Q4"):
        cyclogram.check_extensions()


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("Asia/Yekaterinburg", "Asia/Nowhere", "timezone"),
        ("region_code: kurgan", "region_code: omsk", "named after it"),
        ("channel: folder", "channel: pigeon", "kinds.school.channel"),
        ("forms: [S1, S3]", "forms: [S1, S3], extra: 1", "kinds.school.extra"),
        ("region_code: kurgan", "region_code: [kurgan", "YAML"),
    ],
)
def test_a_wrong_region_file_is_refused_with_file_and_key(kurgan, was, becomes, said):
    kurgan(REGION.replace(was, becomes, 1))
    with pytest.raises(RegionError, match=r"kurgan\.yaml") as caught:
        regions.load_regions()
    assert said in str(caught.value)


def test_an_unknown_region_names_those_there_are(kurgan):
    with pytest.raises(RegionError, match="there are kurgan"):
        regions.region("tomsk")
