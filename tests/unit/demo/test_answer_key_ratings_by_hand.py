"""The key's own arithmetic of ratings, against figures worked by hand."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd
from hand_drawn import indicator_values, one_school_year, school

from demo.answer_key.aggregates import finished, partial_sums
from demo.answer_key.exact import rounded, share
from demo.answer_key.indicators import with_values
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


def test_score_and_contributions_by_hand() -> None:
    values = indicator_values(*one_school_year())
    parts, scores = contributions(values[values["school_year"] == "2025-2026"])
    # directions: 1 (100 + 0 + 66.666667) / 3; 3 (60 + 50 + 62.5 + 100 + 55.555555) / 5;
    # 4 (30 / 2 + 0 / 2 + 20) / 2: 4.1 shares a weight with 4.2, which was not sent; 5 70; 6 50; 2 nothing:
    # 0.85 is left. (0.15 · 55.5556 + 0.20 · 65.6111 + 0.25 · 17.5 + 0.10 · 70 + 0.15 · 50) / 0.85 = 47.45
    assert scores["score"].tolist() == [Decimal("47.45")]
    # 0.15 · 3 / 4 + 0.20 · 5 / 6 + 0.25 · 2 / 4 + 0.10 / 2 + 0.15 / 5: not enough for a place
    assert scores["available_weight"].tolist() == [Decimal("0.4842")]
    assert scores["is_ranked"].tolist() == [False]
    by_code = parts.set_index("indicator_code")
    assert by_code.loc["6.1", "weight"] == Decimal("0.176471")  # 0.15 / 0.85
    assert by_code.loc["6.2", "weight"] == Decimal("0.000000")
    assert by_code.loc["4.1", "contribution"] == Decimal("2.205882")  # 30 · 0.25 / 0.85 / 4
    assert by_code.loc["4.2", "contribution"] == Decimal("0.000000")
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
    small, large = school(1), school(2)
    frame = pd.DataFrame(
        [
            ("3.1", "tyumen", "school", small.ogrn, "71603000", "2025-2026", 1, 2, None),
            ("3.1", "tyumen", "school", large.ogrn, "71603000", "2025-2026", 80, 98, None),
            ("6.2", "tyumen", "school", small.ogrn, "71603000", "2025-2026", None, None, "not_applicable"),
            ("6.2", "tyumen", "school", large.ogrn, "71603000", "2025-2026", None, None, "low_response"),
            ("1.2", "tyumen", "spo_college", "x", "71603000", "2025-2026", 5, 10, None),
            ("3.6", "tyumen", "spo_college", "x", "71603000", "2025-2026", 5, 10, None),
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
    # reports of a college count with those of schools, and its events do not
    assert result.loc[("1.2", "municipality"), "value"] == Decimal("50.000000")
    assert result.loc[("1.2", "region"), "numerator"] == 5
    assert ("3.6", "municipality") not in result.index


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
