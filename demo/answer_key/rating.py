"""Ratings of schools and municipalities by methodology m2025.1, written from its text, not from the seeds."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from demo.answer_key.exact import SCORE_DECIMALS, VALUE_DECIMALS, rounded
from demo.facts import municipalities
from demo.periods import SCHOOL_YEARS

METHODOLOGY = "m2025.1"
DIRECTION_WEIGHT = {
    1: Fraction(20, 100),
    3: Fraction(25, 100),
    4: Fraction(30, 100),
    5: Fraction(10, 100),
    6: Fraction(15, 100),
}
GOALPOSTS = {
    "1.1": (0, 100),
    "1.2": (50, 100),
    "1.5": (0, 100),
    "3.1": (50, 100),
    "3.2": (50, 100),
    "3.3": (0, 100),
    "3.4": (0, 100),
    "3.6": (0, 60),
    "4.1": (0, 100),
    "4.2": (1, 4),
    "4.7": (0, 50),
    "5.1": (0, 100),
    "6.1": (50, 100),
    "6.2": (50, 100),
}
SCORED_ZERO = ("not_submitted", "rejected")
NEEDED_WEIGHT = Fraction(66, 100)
UNIT = ["region_code", "school_year", "unit_type", "unit_code"]


def direction(indicator_code: str) -> int:
    """The direction is the first figure of the indicator's code."""
    return int(indicator_code[0])


def normalised(code: str, value: Decimal | None, reason: str | None) -> Fraction | None:
    """0–100 between the goalposts; 0 for what was not reported; None for what is left out."""
    if reason is not None:
        return Fraction(0) if reason in SCORED_ZERO else None
    low, high = GOALPOSTS[code]
    position = (Fraction(value or 0) - low) / (high - low)
    return 100 * min(Fraction(1), max(Fraction(0), position))


def contributions(values: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows by unit and indicator, rows by unit with its score), for schools and municipalities."""
    rated = values[
        values["indicator_code"].isin(list(GOALPOSTS)) & values["unit_type"].isin(["school", "municipality"])
    ]
    parts: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    size = {code: sum(direction(c) == direction(code) for c in GOALPOSTS) for code in GOALPOSTS}
    for key, unit in rated.groupby(UNIT, sort=True):
        positions = {
            code: normalised(code, value, None if pd.isna(reason) else reason)
            for code, value, reason in zip(
                unit["indicator_code"], unit["value"], unit["missing_reason"], strict=True
            )
        }
        reasons = dict(zip(unit["indicator_code"], unit["missing_reason"], strict=True))
        weights = effective_weights([code for code, position in positions.items() if position is not None])
        available = sum((DIRECTION_WEIGHT[direction(code)] / size[code] for code in weights), Fraction(0))
        score = sum((weight * (positions[code] or 0) for code, weight in weights.items()), Fraction(0))
        identity = dict(zip(UNIT, key, strict=True))
        for code, position in sorted(positions.items()):
            weight = weights.get(code, Fraction(0))
            parts.append(
                {
                    **identity,
                    "indicator_code": code,
                    "direction_no": direction(code),
                    "normalised": None if position is None else rounded(position, VALUE_DECIMALS),
                    "weight": rounded(weight, VALUE_DECIMALS),
                    "contribution": rounded(weight * (position or 0), VALUE_DECIMALS),
                    "missing_reason": reasons[code],
                }
            )
        scores.append(
            {
                **identity,
                "score": rounded(score, SCORE_DECIMALS) if weights else None,
                "available_weight": rounded(available, 4),
                "is_ranked": bool(weights) and available >= NEEDED_WEIGHT,
            }
        )
    return pd.DataFrame(parts), pd.DataFrame(scores)


def effective_weights(available: list[str]) -> dict[str, Fraction]:
    """Equal weights inside a direction; the weight of a direction without indicators goes to the others."""
    directions = {direction(code) for code in available}
    whole = sum((DIRECTION_WEIGHT[d] for d in directions), Fraction(0))
    return {
        code: DIRECTION_WEIGHT[direction(code)]
        / whole
        / sum(direction(c) == direction(code) for c in available)
        for code in available
    }


def school_group(students_6_11: object) -> str | None:
    """Small below 100 pupils of grades 6–11, medium to 400, large above; none without a passport."""
    if students_6_11 is None or pd.isna(students_6_11):  # type: ignore[call-overload]
        return None
    students = int(str(students_6_11))
    return "small" if students < 100 else "medium" if students <= 400 else "large"


def municipality_group(oktmo: str) -> str:
    """City okrugs and municipal districts are compared among themselves."""
    return "urban_district" if municipalities()[oktmo].type_ru == "городской округ" else "municipal_district"


def ranked(scores: pd.DataFrame) -> pd.DataFrame:
    """Competition ranks 1, 2, 2, 4 on the rounded score, overall and in the group, and last year's rank."""
    frame = scores.copy()
    in_rating = frame[frame["is_ranked"]].assign(sort=lambda f: f["score"].astype(float))
    year = ["region_code", "school_year", "unit_type"]
    frame["rank"] = in_rating.groupby(year)["sort"].rank(method="min", ascending=False).astype("Int64")
    grouped = in_rating[in_rating["group_code"].notna()]
    frame["rank_in_group"] = (
        grouped.groupby([*year, "group_code"])["sort"].rank(method="min", ascending=False).astype("Int64")
    )
    last = frame[[*UNIT, "rank"]].rename(columns={"rank": "previous_rank"})
    following = dict(pairwise(SCHOOL_YEARS))
    last = last.assign(school_year=last["school_year"].map(following)).dropna(subset=["school_year"])
    frame = frame.merge(last, on=UNIT, how="left")
    frame["unranked_reason"] = frame["is_ranked"].map({True: None, False: "low_available_weight"})
    return frame.assign(methodology_code=METHODOLOGY)
