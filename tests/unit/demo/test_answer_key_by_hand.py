"""The key's own arithmetic, against figures worked by hand."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from demo.answer_key.aggregates import finished, partial_sums
from demo.answer_key.deliveries import obligations_frame
from demo.answer_key.discipline import discipline_frame, municipal_discipline, municipal_rows
from demo.answer_key.exact import rounded, share
from demo.answer_key.facts import fact_frames
from demo.answer_key.indicators import unit_indicators, with_values
from demo.answer_key.methodologies import M2024, M2025, Scale
from demo.answer_key.rating import (
    assess,
    contributions,
    effective_weights,
    normalised,
    ranked,
    school_group,
)
from demo.answer_key.robustness import drawn_intervals
from demo.files import WrittenFile
from demo.organisations import Organisation
from demo.periods import span, term
from demo.values import FormValues

YEKATERINBURG = timezone(timedelta(hours=5))


def _school(serial: int = 0, *, has_grade_10_11: bool = False) -> Organisation:
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


def _file(
    org: Organisation, values: FormValues, received: datetime, outcome: str = "accepted"
) -> WrittenFile:
    due = term(values.form_code, values.period_code)
    uri = f"tyumen/{org.ogrn}/{due.form_code} {due.period_code} {received:%d%H%M}"
    return WrittenFile(org, due, 1, uri, received, uri, 1, None, None, outcome, values)


def _passport(students: int, *, on_course: int, hours: int, updated: date | None) -> FormValues:
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


def _quarter(
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


def _intentions(graduates: int, surveyed: int, undecided: int) -> FormValues:
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


def _at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=YEKATERINBURG)


NOTHING = {"diagnostics": (0, 0), "open_lesson": (0, 0), "trial": (0, 0), "contest": (0, 0)}


def _one_school_year() -> tuple[list[Organisation], list[WrittenFile]]:
    """10 pupils in each of grades 6-9; passport, two quarters of four (one of them late), intentions."""
    org = _school()
    first = {"diagnostics": (4, 6), "open_lesson": (0, 8), "trial": (0, 5), "contest": (1, 1)}
    later = {"diagnostics": (10, 15), "open_lesson": (0, 20), "trial": (0, 6), "contest": (2, 2)}
    files = [
        _file(
            org,
            _passport(10, on_course=8, hours=45, updated=date(2025, 3, 24)),
            _at(2025, 10, 15),
        ),
        _file(
            org,
            _quarter("2025-Q4", [("trial", True, 7), ("fair", False, 3)], first),
            _at(2026, 1, 10),
        ),
        _file(org, _quarter("2026-Q1", [("trial", False, 5)], later), _at(2026, 4, 11, 0)),
        _file(org, _quarter("2026-Q2", [], NOTHING), _at(2026, 7, 1), "rejected"),
        _file(org, _intentions(10, 8, 2), _at(2026, 5, 15, 23)),
    ]
    return [org], files


def _values(orgs: list[Organisation], files: list[WrittenFile]) -> pd.DataFrame:
    obligations = obligations_frame(orgs, files)
    accepted = [file for file in files if file.is_accepted]
    return with_values(unit_indicators(orgs, obligations, fact_frames(accepted)))


def test_indicators_by_hand() -> None:
    values = _values(*_one_school_year())
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
        "4.2": (Decimal("2.000000"), None),  # 12 participations, 6 pupils
        "4.7": (Decimal("10.000000"), None),  # 4 of 40
        "5.1": (Decimal("70.000000"), None),  # 24 March to 20 September is 180 days
        "6.1": (Decimal("75.000000"), None),  # 6 of 8, response exactly 80 %
        "6.2": (None, "not_applicable"),
    }


def test_silent_year_is_not_submitted_and_discipline_is_zero() -> None:
    values = _values(*_one_school_year())
    year = values[values["school_year"] == "2024-2025"].set_index("indicator_code")
    assert year.loc["1.2", "value"] == Decimal("0.000000")
    assert set(year.drop(["1.2", "6.2"])["missing_reason"]) == {"not_submitted"}
    assert year["numerator"].drop(["1.2"]).isna().all()


def test_site_one_day_older_does_not_count_and_few_surveyed_are_no_result() -> None:
    orgs, files = _one_school_year()
    old = _passport(10, on_course=8, hours=90, updated=date(2025, 3, 23))
    files[0] = _file(orgs[0], old, _at(2025, 10, 16, 0))
    files[4] = _file(orgs[0], _intentions(11, 8, 2), _at(2026, 5, 15))
    year = _values(orgs, files).query("school_year == '2025-2026'").set_index("indicator_code")
    assert year.loc["5.1", "value"] == Decimal("0.000000")
    assert year.loc["3.2", "value"] == Decimal("100.000000")
    assert year.loc["6.1", "missing_reason"] == "low_response"
    assert year.loc["1.2", "numerator"] == 2  # a passport at midnight after the last day is late


def test_obligations_and_discipline_by_hand() -> None:
    orgs, files = _one_school_year()
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
    orgs, files = _one_school_year()
    worse = _passport(10, on_course=0, hours=0, updated=None)
    files.append(_file(orgs[0], worse, _at(2025, 10, 20), "rejected"))
    obligation = (
        obligations_frame(orgs, files).set_index(["form_code", "period_code"]).loc[("S1", "2025-2026")]
    )
    assert obligation["status"] == "accepted"
    assert obligation["revisions"] == 2
    assert obligation["counting_source_uri"] == files[0].source_uri


def test_score_and_contributions_by_hand() -> None:
    values = _values(*_one_school_year())
    parts, scores = contributions(values[values["school_year"] == "2025-2026"])
    # directions: 1 (100 + 0 + 66.666667) / 3; 3 (60 + 50 + 62.5 + 100 + 55.555555) / 5;
    # 4 (30 / 2 + 33.333333 / 2 + 20) / 2: 4.1 and 4.2 share a weight; 5 70; 6 50; 2 nothing: 0.85 is left.
    # (0.15 · 55.5556 + 0.20 · 65.6111 + 0.25 · 25.8333 + 0.10 · 70 + 0.15 · 50) / 0.85 = 42.4139 / 0.85
    assert scores["score"].tolist() == [Decimal("49.90")]
    # 0.15 · 3 / 4 + 0.20 · 5 / 6 + 0.25 · 2 / 4 + 0.10 / 2 + 0.15 / 5: not enough for a place
    assert scores["available_weight"].tolist() == [Decimal("0.4842")]
    assert scores["is_ranked"].tolist() == [False]
    by_code = parts.set_index("indicator_code")
    assert by_code.loc["6.1", "weight"] == Decimal("0.176471")  # 0.15 / 0.85
    assert by_code.loc["6.2", "weight"] == Decimal("0.000000")
    assert by_code.loc["4.2", "contribution"] == Decimal("2.450980")  # 33.3333 · 0.25 / 0.85 / 4
    assert abs(sum(by_code["weight"]) - 1) < Decimal("0.000005")  # each is rounded


def test_less_is_better_where_the_scale_says_so() -> None:
    """225 pupils on one member of staff lie half-way from 400 (0) to 50 (100)."""
    load = Scale(50, 400, is_inverse=True)
    assert normalised(load, Decimal(225), None) == 50
    assert [normalised(load, Decimal(value), None) for value in (10, 500)] == [100, 0]


def test_weights_of_every_kind_of_unit_make_one() -> None:
    for methodology in (*M2024.values(), *M2025.values()):
        assert sum(map(methodology.nominal_weight, methodology.scales)) == 1
    assert {unit_type: len(methodology.scales) for unit_type, methodology in M2025.items()} == {
        "school": 25,
        "municipality": 30,
        "employment_center": 11,
        "spo_college": 9,
    }


def test_weight_of_an_empty_direction_goes_to_the_others() -> None:
    """Directions 1 and 5 weigh 0.15 and 0.10: three and two fifths of what is left."""
    assert effective_weights(["1.1", "1.2", "5.1"], M2025["school"]) == {
        "1.1": Fraction(3, 10),
        "1.2": Fraction(3, 10),
        "5.1": Fraction(2, 5),
    }


def test_municipality_sums_numerators_and_denominators() -> None:
    small, large = _school(1), _school(2)
    frame = pd.DataFrame(
        [
            ("3.1", "tyumen", "school", small.ogrn, "71603000", "2025-2026", 1, 2, None),
            ("3.1", "tyumen", "school", large.ogrn, "71603000", "2025-2026", 80, 98, None),
            ("6.2", "tyumen", "school", small.ogrn, "71603000", "2025-2026", None, None, "not_applicable"),
            ("6.2", "tyumen", "school", large.ogrn, "71603000", "2025-2026", None, None, "low_response"),
            ("1.2", "tyumen", "spo_college", "x", "71603000", "2025-2026", 5, 10, None),
        ],
        columns=[
            "indicator_code",
            "region_code",
            "unit_type",
            "unit_code",
            "municipality_code",
            "school_year",
            "numerator",
            "denominator",
            "missing_reason",
        ],
    ).astype({"numerator": "Int64", "denominator": "Int64"})
    result = with_values(finished(partial_sums(frame))).set_index(["indicator_code", "unit_type"])
    assert result.loc[("3.1", "municipality"), "value"] == Decimal("81.000000")
    assert result.loc[("3.1", "region"), "denominator"] == 100
    assert result.loc[("6.2", "municipality"), "missing_reason"] == "low_response"
    assert ("1.2", "region") not in result.index


def test_competition_ranks_and_last_years_rank() -> None:
    rows = [
        ("2024-2025", "a", "70.00", True, "small"),
        ("2024-2025", "b", "80.00", True, "small"),
        ("2025-2026", "a", "90.00", True, "small"),
        ("2025-2026", "b", "80.10", True, "large"),
        ("2025-2026", "c", "80.10", True, "small"),
        ("2025-2026", "d", "10.00", True, None),
        ("2025-2026", "e", "99.00", False, "small"),
    ]
    frame = pd.DataFrame(
        [("tyumen", y, "school", u, Decimal(s), ok, g, Decimal(1)) for y, u, s, ok, g in rows],
        columns=[
            "region_code",
            "school_year",
            "unit_type",
            "unit_code",
            "score",
            "is_ranked",
            "group_code",
            "available_weight",
        ],
    )
    result = ranked(frame).query("school_year == '2025-2026'").set_index("unit_code")
    assert result["rank"].dropna().to_dict() == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert result["rank_in_group"].dropna().to_dict() == {"a": 1, "b": 1, "c": 2}
    assert result["previous_rank"].dropna().to_dict() == {"a": 2, "b": 1}
    assert result.loc["e", "unranked_reason"] == "low_available_weight"


def test_rounding_is_half_away_from_zero_and_exact() -> None:
    assert rounded(Fraction(5, 1000), 2) == Decimal("0.01")
    assert rounded(Fraction(-5, 1000), 2) == Decimal("-0.01")
    assert rounded(Fraction(4999999, 10**9), 2) == Decimal("0.00")
    assert share(2, 3, 100) == Decimal("66.666667")


def test_groups_of_schools() -> None:
    assert [school_group(n) for n in (None, 99, 100, 400, 401)] == [
        None,
        "small",
        "medium",
        "medium",
        "large",
    ]


def test_last_years_methodology_by_hand() -> None:
    """m2024.1: 1.1 begins at 50, so 75 % is 50; 4.2 does not count. (50 + 100) / 2 = 75, 4.1 = 40."""
    values: dict[str, tuple[Decimal | None, str | None]] = {
        "1.1": (Decimal(75), None),
        "1.2": (Decimal(100), None),
        "4.1": (Decimal(40), None),
        "4.2": (Decimal(4), None),
        "5.1": (None, "rejected"),
    }
    unit = assess(values, M2024["school"])
    assert unit.score == (75 + 40 + 0) / Fraction(3)
    assert assess(values, M2024["school"], forgiving=True).score == (75 + 40) / Fraction(2)
    # Equal weights, m2025.1: directions 1, 4, 5 have 4, 5, 2 indicators of 25 and score 87.5, 70, 0.
    equal = M2025["school"].with_equal_weights()
    assert assess(values, equal).score == (4 * Fraction(175, 2) + 5 * 70) / 11


def test_drawn_weights_do_not_move_what_is_better_everywhere() -> None:
    rows = [
        ("tyumen", "2025-2026", "school", unit, "official", Decimal(score), True, [m * 10**6 for m in scores])
        for unit, score, scores in (
            ("best", "90.00", (90, -1, 90, 90, 90, 90)),
            ("middle", "50.00", (50, -1, 50, 50, 50, 50)),
            ("same", "50.00", (50, -1, 50, 50, 50, 50)),
            ("worst", "10.00", (10, -1, 10, 10, 10, 10)),
        )
    ]
    columns = ["region_code", "school_year", "unit_type", "unit_code", "way", "score", "is_ranked"]
    intervals = drawn_intervals(pd.DataFrame(rows, columns=[*columns, "directions"])).set_index("unit_code")
    assert intervals[["rank_from", "rank", "rank_to"]].to_numpy().tolist() == [
        [1, 1, 1],
        [2, 2, 2],
        [2, 2, 2],
        [4, 4, 4],
    ]
