"""Ratings of schools and municipalities by m2024.1 and m2025.1, written from their text, not the seeds."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from demo.answer_key.exact import SCORE_DECIMALS, VALUE_DECIMALS, rounded
from demo.facts import municipalities
from demo.periods import SCHOOL_YEARS


@dataclass(frozen=True)
class Methodology:
    """One version: weights of the directions, and for each indicator the values that give 0 and 100."""

    code: str
    direction_weight: dict[int, Fraction]
    goalposts: dict[str, tuple[int, int]]


M2025 = Methodology(
    "m2025.1",
    {
        1: Fraction(20, 100),
        3: Fraction(25, 100),
        4: Fraction(30, 100),
        5: Fraction(10, 100),
        6: Fraction(15, 100),
    },
    {
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
    },
)
# The year before: five equal weights, no 4.2, and 1.1 counted from a half.
M2024 = Methodology(
    "m2024.1",
    dict.fromkeys((1, 3, 4, 5, 6), Fraction(1, 5)),
    {code: posts for code, posts in M2025.goalposts.items() if code != "4.2"} | {"1.1": (50, 100)},
)
IN_FORCE = {"2024-2025": M2024, "2025-2026": M2025}
SCORED_ZERO = ("not_submitted", "rejected")
NEEDED_WEIGHT = Fraction(66, 100)
UNIT = ["region_code", "school_year", "unit_type", "unit_code"]


def direction(indicator_code: str) -> int:
    """The direction is the first figure of the indicator's code."""
    return int(indicator_code[0])


def normalised(
    posts: tuple[int, int], value: Decimal | None, reason: str | None, *, forgiving: bool = False
) -> Fraction | None:
    """0–100 between the goalposts; 0 for what was not reported, or None if forgiving; None for what is left
    out.
    """
    if reason is not None:
        return Fraction(0) if reason in SCORED_ZERO and not forgiving else None
    low, high = posts
    position = (Fraction(value or 0) - low) / (high - low)
    return 100 * min(Fraction(1), max(Fraction(0), position))


@dataclass(frozen=True)
class Assessment:
    """One unit under one methodology: position, weight and direction of every indicator, and the score."""

    positions: dict[str, Fraction | None]
    weights: dict[str, Fraction]
    available: Fraction

    @property
    def score(self) -> Fraction | None:
        """The weighted mean, not rounded; None where nothing applies."""
        if not self.weights:
            return None
        return sum((w * (self.positions[c] or 0) for c, w in self.weights.items()), Fraction(0))

    @property
    def is_ranked(self) -> bool:
        """Enough of the weight is there."""
        return bool(self.weights) and self.available >= NEEDED_WEIGHT

    def direction_weight(self, number: int) -> Fraction:
        """What the direction weighs for this unit."""
        return sum((w for c, w in self.weights.items() if direction(c) == number), Fraction(0))

    def direction_score(self, number: int) -> Fraction | None:
        """The mean of the indicators that count there."""
        counted = [p for c, p in self.positions.items() if direction(c) == number and p is not None]
        return sum(counted, Fraction(0)) / len(counted) if counted else None


def assess(
    values: dict[str, tuple[Decimal | None, str | None]],
    methodology: Methodology,
    *,
    forgiving: bool = False,
    equal: bool = False,
) -> Assessment:
    """Assess a unit from its values and reasons. Forgiving leaves out what was not reported; equal gives all
    indicators one weight.
    """
    posts = methodology.goalposts
    positions = {c: normalised(posts[c], *v, forgiving=forgiving) for c, v in values.items() if c in posts}
    size = {number: sum(direction(c) == number for c in posts) for number in methodology.direction_weight}
    shares = methodology.direction_weight
    if equal:
        shares = {number: Fraction(count, len(posts)) for number, count in size.items()}
    counted = [code for code, position in positions.items() if position is not None]
    available = sum((shares[direction(c)] / size[direction(c)] for c in counted), Fraction(0))
    return Assessment(positions, effective_weights(counted, shares), available)


def unit_values(
    values: pd.DataFrame,
) -> Iterator[tuple[dict[str, str], dict[str, tuple[Decimal | None, str | None]]]]:
    """Identity of each school and municipality in a school year, and its value or reason by indicator."""
    rated = values[
        values["indicator_code"].isin(list(M2025.goalposts))
        & values["unit_type"].isin(["school", "municipality"])
    ]
    for key, unit in rated.groupby(UNIT, sort=True):
        held = zip(unit["indicator_code"], unit["value"], unit["missing_reason"], strict=True)
        yield (
            dict(zip(UNIT, map(str, key), strict=True)),
            {code: (value, None if pd.isna(reason) else reason) for code, value, reason in held},
        )


def contributions(values: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows by unit and indicator, rows by unit with its score), for schools and municipalities."""
    parts: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    for identity, held in unit_values(values):
        unit = assess(held, IN_FORCE[identity["school_year"]])
        for code, position in sorted(unit.positions.items()):
            weight = unit.weights.get(code, Fraction(0))
            parts.append(
                {
                    **identity,
                    "indicator_code": code,
                    "direction_no": direction(code),
                    "normalised": None if position is None else rounded(position, VALUE_DECIMALS),
                    "weight": rounded(weight, VALUE_DECIMALS),
                    "contribution": rounded(weight * (position or 0), VALUE_DECIMALS),
                    "missing_reason": held[code][1],
                }
            )
        scores.append({**identity, **score_columns(unit)})
    return pd.DataFrame(parts), pd.DataFrame(scores)


def score_columns(unit: Assessment) -> dict[str, Any]:
    """The published score, the weight that is there, and whether the unit takes part."""
    return {
        "score": None if unit.score is None else rounded(unit.score, SCORE_DECIMALS),
        "available_weight": rounded(unit.available, 4),
        "is_ranked": unit.is_ranked,
    }


def effective_weights(
    available: list[str], shares: dict[int, Fraction] = M2025.direction_weight
) -> dict[str, Fraction]:
    """Equal weights inside a direction; the weight of a direction without indicators goes to the others."""
    directions = {direction(code) for code in available}
    whole = sum((shares[d] for d in directions), Fraction(0))
    return {
        code: shares[direction(code)] / whole / sum(direction(c) == direction(code) for c in available)
        for code in available
    }


def school_group(students_6_11: object) -> str | None:
    """Small below 100 pupils of grades 6–11, medium to 400, large above; none without a passport."""
    if students_6_11 is None or pd.isna(students_6_11):  # type: ignore[call-overload]
        return None
    students = int(str(students_6_11))
    return "small" if students < 100 else "medium" if students <= 400 else "large"


def place_group(is_urban: bool) -> str:
    """City schools and rural schools were compared apart by m2024.1."""
    return "urban" if is_urban else "rural"


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
    return frame.assign(methodology_code=[IN_FORCE[year].code for year in frame["school_year"]])
