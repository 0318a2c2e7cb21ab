"""The key's own arithmetic of facts, indicators and discipline, against figures worked by hand."""

from datetime import date
from decimal import Decimal

import pandas as pd
from hand_drawn import (
    indicator_values,
    intentions,
    moment,
    one_school_year,
    passport,
    quarter_report,
    written_file,
)

from demo.answer_key.deliveries import obligations_frame
from demo.answer_key.discipline import discipline_frame, municipal_discipline, municipal_rows


def test_indicators_by_hand() -> None:
    values = indicator_values(*one_school_year())
    year = values[values["school_year"] == "2025-2026"].set_index("indicator_code")
    told = {
        code: tuple(None if pd.isna(x) else x for x in (row["value"], row["missing_reason"]))
        for code, row in year.iterrows()
    }
    assert told == {
        "1.1": (Decimal("100.000000"), None),
        # due: S1, S5, S7, S10, S11, four each of S2, S3 and S12, two S8: 19;
        # on time S1, S3 of the fourth quarter, S5 at 23:00 of the last day
        "1.2": (Decimal("15.789474"), None),
        "1.5": (Decimal("66.666667"), None),
        "3.1": (Decimal("80.000000"), None),
        "3.2": (Decimal("75.000000"), None),  # 45 of 60
        "3.3": (Decimal("62.500000"), None),  # 25 of 40, latest accepted quarter
        "3.4": (Decimal("100.000000"), None),  # 20 of 20
        "3.6": (Decimal("33.333333"), None),  # one event of three
        "4.1": (Decimal("30.000000"), None),  # 6 of 20
        "4.2": (None, "not_submitted"),  # 6 pupils since September, the third quarter was not sent
        "4.7": (Decimal("10.000000"), None),  # 4 of 40
        "5.1": (Decimal("70.000000"), None),  # 24 March to 20 September is 180 days
        "6.1": (Decimal("75.000000"), None),  # 6 of 8, response exactly 80 %
        "6.2": (None, "not_applicable"),
    }


def test_participations_of_all_quarters_stand_over_their_pupils() -> None:
    orgs, files = one_school_year()
    early = {"diagnostics": (0, 0), "open_lesson": (0, 0), "trial": (0, 1), "contest": (0, 0)}
    files.append(
        written_file(orgs[0], quarter_report("2025-Q3", [("trial", False, 2)], early), moment(2025, 10, 9))
    )
    year = indicator_values(orgs, files).query("school_year == '2025-2026'").set_index("indicator_code")
    # 2 + 7 + 5 participations of 6 pupils; the rejected second quarter comes after the last accepted one
    assert year.loc["4.2", "value"] == Decimal("2.333333")


def test_silent_year_is_not_submitted_and_discipline_is_zero() -> None:
    values = indicator_values(*one_school_year())
    year = values[values["school_year"] == "2024-2025"].set_index("indicator_code")
    assert year.loc["1.2", "value"] == Decimal("0.000000")
    assert set(year.drop(["1.2", "6.2"])["missing_reason"]) == {"not_submitted"}
    assert year["numerator"].drop(["1.2"]).isna().all()


def test_a_site_updated_after_the_day_of_the_passport_counts() -> None:
    """The passport as of 20 September is sent on 14 October; the day before, the section was updated."""
    orgs, files = one_school_year()
    fresh = passport(10, on_course=8, hours=45, updated=date(2025, 10, 13))
    files[0] = written_file(orgs[0], fresh, moment(2025, 10, 14))
    year = indicator_values(orgs, files).query("school_year == '2025-2026'").set_index("indicator_code")
    assert year.loc["5.1", "value"] == Decimal("70.000000")


def test_site_one_day_older_does_not_count_and_few_surveyed_are_no_result() -> None:
    orgs, files = one_school_year()
    old = passport(10, on_course=8, hours=90, updated=date(2025, 3, 23))
    files[0] = written_file(orgs[0], old, moment(2025, 10, 16, 0))
    files[4] = written_file(orgs[0], intentions(11, 8, 2), moment(2026, 5, 15))
    year = indicator_values(orgs, files).query("school_year == '2025-2026'").set_index("indicator_code")
    assert year.loc["5.1", "value"] == Decimal("0.000000")
    assert year.loc["3.2", "value"] == Decimal("100.000000")
    assert year.loc["6.1", "missing_reason"] == "low_response"
    assert year.loc["1.2", "numerator"] == 2  # a passport at midnight after the last day is late


def test_obligations_and_discipline_by_hand() -> None:
    orgs, files = one_school_year()
    obligations = obligations_frame(orgs, files).set_index(["form_code", "period_code"])
    # 12 of S1, S3 and S5 for two years, 13 of the other forms for the second year, S6 and S9 for the first
    assert len(obligations) == 27
    assert obligations.loc[("S3", "2026-Q1"), ["status", "days_late"]].tolist() == ["accepted_late", 1]
    assert obligations.loc[("S3", "2026-Q2"), ["status", "revisions"]].tolist() == ["rejected", 1]
    assert obligations.loc[("S3", "2025-Q3"), "status"] == "not_submitted"
    frame = discipline_frame(obligations.reset_index(), orgs)
    late = frame.set_index(["form_code", "period_code"]).loc[("S3", "2026-Q1")]
    assert late[["municipality_code", "due_on", "accepted", "accepted_late", "days_late"]].tolist() == [
        "71603000",
        date(2026, 4, 10),
        1,
        1,
        1,
    ]
    twice = municipal_discipline([municipal_rows(frame), municipal_rows(frame.assign(days_late=3))])
    quarters = twice[twice["form_code"].eq("S3") & twice["school_year"].eq("2025-2026")]
    sums = quarters.drop(
        columns=["region_code", "municipality_code", "form_code", "period_code", "school_year"]
    )
    # of two schools alike; the second is late by three days with every report
    assert (sums.drop(columns=["days_late", "max_days_late"]).sum() / 2).to_dict() == {
        "expected": 4,
        "submitted": 3,
        "submitted_on_time": 2,
        "accepted": 2,
        "on_time": 1,
        "accepted_late": 1,
        "rejected": 1,
        "not_submitted": 1,
        "resubmissions": 0,
        "revisions_until_accepted": 2,
    }
    # 2025-Q3 and 2026-Q2 have nothing accepted of the first school
    assert quarters.set_index("period_code")["days_late"].to_dict() == {
        "2025-Q3": 3, "2025-Q4": 3, "2026-Q1": 4, "2026-Q2": 3,
    }  # fmt: skip
    assert set(quarters["max_days_late"]) == {3}


def test_rejected_revision_does_not_displace_an_accepted_one() -> None:
    orgs, files = one_school_year()
    worse = passport(10, on_course=0, hours=0, updated=None)
    files.append(written_file(orgs[0], worse, moment(2025, 10, 20), "rejected"))
    obligation = (
        obligations_frame(orgs, files).set_index(["form_code", "period_code"]).loc[("S1", "2025-2026")]
    )
    assert obligation["status"] == "accepted"
    assert obligation["revisions"] == 2
    assert obligation["counting_source_uri"] == files[0].source_uri
