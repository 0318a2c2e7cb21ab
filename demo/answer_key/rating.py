"""Ratings of schools, municipalities, centres and colleges, worked out apart from the warehouse."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd

from demo.answer_key.exact import SCORE_DECIMALS, VALUE_DECIMALS, rounded
from demo.answer_key.methodologies import M2025, Methodology, Scale, direction, in_force
from demo.facts import municipalities
from demo.periods import SCHOOL_YEARS

Held = dict[str, tuple[Decimal | None, str | None]]

SCORED_ZERO = ("not_submitted", "rejected")
NEEDED_WEIGHT = Fraction(66, 100)
UNIT = ["region_code", "school_year", "unit_type", "unit_code"]


def normalised(
    scale: Scale, value: Decimal | None, reason: str | None, *, forgiving: bool = False
) -> Fraction | None:
    """0–100 between the goalposts; 0 for what was not reported, or None if forgiving; None for what is left
    out.
    """
    if reason is not None:
        return Fraction(0) if reason in SCORED_ZERO and not forgiving else None
    position = (Fraction(value or 0) - scale.low) / (scale.high - scale.low)
    if scale.is_inverse:
        position = 1 - position
    return 100 * min(Fraction(1), max(Fraction(0), position))


@dataclass(frozen=True)
class Assessment:
    """One unit under one methodology: position and weight of every indicator that it has, and the score."""

    methodology: Methodology
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
        """The weighted mean of the indicators that count there."""
        scales = self.methodology.scales
        counted = [
            (scales[c].weight, p)
            for c, p in self.positions.items()
            if direction(c) == number and p is not None
        ]
        whole = sum((weight for weight, _ in counted), Fraction(0))
        return sum((weight * p for weight, p in counted), Fraction(0)) / whole if counted else None


def assess(held: Held, methodology: Methodology, *, forgiving: bool = False) -> Assessment:
    """Assess a unit from its values and reasons. Forgiving leaves out what was not reported."""
    scales = methodology.scales
    positions = {c: normalised(scales[c], *v, forgiving=forgiving) for c, v in held.items() if c in scales}
    counted = [code for code, position in positions.items() if position is not None]
    available = sum((methodology.nominal_weight(code) for code in counted), Fraction(0))
    return Assessment(methodology, positions, effective_weights(counted, methodology), available)


def unit_values(values: pd.DataFrame) -> Iterator[tuple[dict[str, str], Held]]:
    """Identity of each rated unit in a school year, and its value or reason by indicator."""
    for key, unit in values[values["unit_type"].isin(list(M2025))].groupby(UNIT, sort=True):
        held = zip(unit["indicator_code"], unit["value"], unit["missing_reason"], strict=True)
        yield (
            dict(zip(UNIT, map(str, key), strict=True)),
            {code: (value, None if pd.isna(reason) else reason) for code, value, reason in held},
        )


def contributions(values: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(rows by unit and indicator, rows by unit with its score), by the methodology in force."""
    parts: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    for identity, held in unit_values(values):
        methodology = in_force(identity["school_year"], identity["unit_type"])
        if methodology is None or not methodology.rates(held):
            continue
        unit = assess(held, methodology)
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
                    "methodology_code": methodology.code,
                }
            )
        scores.append({**identity, **score_columns(unit), "methodology_code": methodology.code})
    return pd.DataFrame(parts), pd.DataFrame(scores)


def score_columns(unit: Assessment) -> dict[str, Any]:
    """The published score, the weight that is there, and whether the unit takes part."""
    return {
        "score": None if unit.score is None else rounded(unit.score, SCORE_DECIMALS),
        "available_weight": rounded(unit.available, 4),
        "is_ranked": unit.is_ranked,
    }


def effective_weights(available: list[str], methodology: Methodology) -> dict[str, Fraction]:
    """What is left out gives its weight to the rest of its direction, a whole direction to the others."""
    inside: dict[int, Fraction] = {}
    for code in available:
        number = direction(code)
        inside[number] = inside.get(number, Fraction(0)) + methodology.scales[code].weight
    whole = sum((methodology.direction_weight[number] for number in inside), Fraction(0))
    return {
        code: methodology.direction_weight[direction(code)]
        / whole
        * methodology.scales[code].weight
        / inside[direction(code)]
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
    """City okrugs and municipal districts, and centres that stand there, are compared among themselves."""
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
    frame = frame.merge(places_a_year_later(frame, "previous_rank"), on=UNIT, how="left")
    frame["unranked_reason"] = frame["is_ranked"].map({True: None, False: "low_available_weight"})
    return frame


def places_a_year_later(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Places under another name, put beside the school year that follows."""
    following = dict(pairwise(SCHOOL_YEARS))
    last = frame[[*UNIT, "rank"]].rename(columns={"rank": name})
    return last.assign(school_year=last["school_year"].map(following)).dropna(subset=["school_year"])
