"""How firm a place is and what moves it, worked out apart from the warehouse."""

import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from demo.answer_key.exact import SCORE_DECIMALS, VALUE_DECIMALS, rounded
from demo.answer_key.rating import (
    IN_FORCE,
    M2024,
    M2025,
    UNIT,
    Assessment,
    Methodology,
    assess,
    direction,
    score_columns,
    unit_values,
)
from demo.periods import SCHOOL_YEARS

SCOPE = UNIT[:3]
DIRECTIONS = 6
DRAWS = 500
SEED = 2025
VARIATION = 200  # thousandths of a weight
GEOMETRIC_FLOOR = 1.0
MODULUS = 2**31 - 1
MULTIPLIER = 48271
MILLION = 10**6


def alternatives(values: pd.DataFrame) -> pd.DataFrame:
    """Each unit under every other way to compute its rating, and its direction scores by the one in force."""
    rows: list[dict[str, Any]] = []
    for identity, held in unit_values(values):
        methodology = IN_FORCE[identity["school_year"]]
        other = M2024 if methodology is M2025 else M2025
        official = assess(held, methodology)
        ways = {
            "official": score_columns(official),
            "geometric": {
                **score_columns(official),
                "score": _geometric(official, methodology),
            },
            "equal_weights": score_columns(assess(held, methodology, equal=True)),
            "reweighted_missing": score_columns(assess(held, methodology, forgiving=True)),
            "other methodology": score_columns(assess(held, other)),
        }
        scores = [official.direction_score(number) for number in range(1, DIRECTIONS + 1)]
        millionths = [-1 if s is None else int(rounded(s, VALUE_DECIMALS) * MILLION) for s in scores]
        rows += [
            {**identity, "way": way, **columns, "directions": millionths} for way, columns in ways.items()
        ]
    return pd.DataFrame(rows)


def _geometric(unit: Assessment, methodology: Methodology) -> Decimal | None:
    terms = [
        (float(weight), max(float(score), GEOMETRIC_FLOOR))
        for number, weight in methodology.direction_weight.items()
        if (score := unit.direction_score(number)) is not None
    ]
    if not terms:
        return None
    mean = math.exp(sum(w * math.log(s) for w, s in terms) / sum(w for w, _ in terms))
    return rounded(Fraction(f"{mean:.10f}"), SCORE_DECIMALS)


def ranks(frame: pd.DataFrame) -> pd.DataFrame:
    """Competition ranks of those that take part, for every way by itself."""
    part = frame[frame["is_ranked"]].assign(sort=lambda f: f["score"].astype(float))
    rank = part.groupby([*SCOPE, "way"])["sort"].rank(method="min", ascending=False)
    return frame.assign(rank=rank.astype("Int64"))


def variant_rows(frame: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Rows of rating_variant: the ways of the methodology in force, and the drawn weights."""
    own = frame[frame["way"] != "other methodology"]
    official = own[own["way"] == "official"][[*UNIT, "rank"]].rename(columns={"rank": "official"})
    drawn = intervals.assign(way="varied_weights", score=None, is_ranked=True)
    every = pd.concat([own, drawn], ignore_index=True).merge(official, on=UNIT)
    every = every.assign(
        rank_shift=every["rank"] - every["official"],
        methodology_code=[IN_FORCE[year].code for year in every["school_year"]],
    ).rename(columns={"way": "variant_code"})
    numbers = ["rank", "rank_shift", "rank_from", "rank_to"]
    columns = [*UNIT, "variant_code", "score", *numbers, "is_ranked", "methodology_code"]
    return every.astype(dict.fromkeys(numbers, "Int64"))[columns]


def effect_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of rating_methodology_effect: m2024.1 against m2025.1 on the same values."""
    in_force = pd.Series([IN_FORCE[year].code for year in frame["school_year"]], index=frame.index)
    other = in_force.map({M2024.code: M2025.code, M2025.code: M2024.code})
    frame = frame.assign(code=other.where(frame["way"] == "other methodology", in_force), held=in_force)
    frame = frame[frame["way"].isin(["official", "other methodology"])][
        [*UNIT, "code", "held", "score", "rank"]
    ]
    earlier, later = (frame[frame["code"] == m.code] for m in (M2024, M2025))
    both = earlier.merge(later, on=[*UNIT, "held"], suffixes=("_from", "_to"))
    return pd.DataFrame(
        {
            **{name: both[name] for name in UNIT},
            "from_methodology_code": both["code_from"],
            "to_methodology_code": both["code_to"],
            "from_score": both["score_from"],
            "to_score": both["score_to"],
            "score_change": [
                None if a is None or b is None else b - a
                for a, b in zip(both["score_from"], both["score_to"], strict=True)
            ],
            "from_rank": both["rank_from"],
            "to_rank": both["rank_to"],
            "places_gained": both["rank_from"] - both["rank_to"],
            "methodology_code": both["held"],
        }
    )


def drawn_weights(methodology: Methodology) -> npt.NDArray[np.int64]:
    """DRAWS rows of the weights of directions 1-6, in millionths times thousandths; 0 where there is none."""
    number, multipliers = SEED, []
    for _ in range(DRAWS * DIRECTIONS):
        number = number * MULTIPLIER % MODULUS
        multipliers.append(1000 - VARIATION + number * (2 * VARIATION + 1) // MODULUS)
    weights = [
        int(methodology.direction_weight.get(d, Fraction(0)) * MILLION) for d in range(1, DIRECTIONS + 1)
    ]
    drawn = np.array(multipliers, dtype=np.int64).reshape(DRAWS, DIRECTIONS)
    return np.multiply(drawn, np.array(weights, dtype=np.int64), dtype=np.int64)


def drawn_intervals(frame: pd.DataFrame) -> pd.DataFrame:
    """Place of each ranked unit below which lie 5, 50 and 95 % of the draws."""
    official = frame[(frame["way"] == "official") & frame["is_ranked"]]
    found = []
    for (_, school_year, _), units in official.groupby(SCOPE):
        weights = drawn_weights(IN_FORCE[str(school_year)])
        scores = np.array(units["directions"].tolist(), dtype=np.int64)
        there = scores >= 0
        places = np.empty((len(units), DRAWS), dtype=np.int32)
        step = 10 ** (VALUE_DECIMALS - SCORE_DECIMALS)
        for draw, weight in enumerate(weights):
            whole = there @ weight
            hundredths = (2 * (np.where(there, scores, 0) @ weight) + whole * step) // (2 * whole * step)
            ascending = np.sort(hundredths)
            places[:, draw] = 1 + len(units) - np.searchsorted(ascending, hundredths, side="right")
        places.sort(axis=1)
        at = {
            name: -(-DRAWS * percent // 100) - 1
            for name, percent in (("rank_from", 5), ("rank", 50), ("rank_to", 95))
        }
        found.append(units[UNIT].assign(**{name: places[:, index] for name, index in at.items()}))
    columns = [*UNIT, "rank_from", "rank", "rank_to"]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def explanation_parts(values: pd.DataFrame) -> pd.DataFrame:
    """What each indicator lost and what a unit of its value is worth, and the scores of the directions."""
    rows: list[dict[str, Any]] = []
    for identity, held in unit_values(values):
        methodology = IN_FORCE[identity["school_year"]]
        unit = assess(held, methodology)
        for code, position in unit.positions.items():
            low, high = methodology.goalposts[code]
            value, counts = held[code][0], position is not None
            weight = unit.weights.get(code, Fraction(0))
            of_direction = unit.direction_score(direction(code))
            rows.append(
                {
                    **identity,
                    "indicator_code": code,
                    "value": None if held[code][1] else value,
                    "points_lost": rounded(weight * (100 - position), VALUE_DECIMALS)
                    if position is not None
                    else None,
                    "points_per_unit": rounded(weight * 100 / (high - low), VALUE_DECIMALS)
                    if counts
                    else None,
                    "value_gap": None if held[code][1] or value is None else max(Decimal(0), high - value),
                    "direction_score": None
                    if of_direction is None
                    else rounded(of_direction, VALUE_DECIMALS),
                    "direction_weight": rounded(unit.direction_weight(direction(code)), VALUE_DECIMALS),
                }
            )
    return pd.DataFrame(rows)


def explanation_units(frame: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Place, the next place and what lacks to it, last year's place, the interval: one row per unit."""
    official = frame[frame["way"] == "official"]
    following = dict(pairwise(SCHOOL_YEARS))
    rows: list[dict[str, Any]] = []
    for _, units in official.groupby(SCOPE):
        ranked = units[units["is_ranked"]]
        ladder = dict(zip(ranked["score"], ranked["rank"], strict=True))
        for unit in units.to_dict("records"):
            above = min((s for s in ladder if unit["is_ranked"] and s > unit["score"]), default=None)
            rows.append(
                {
                    **{name: unit[name] for name in UNIT},
                    "score": unit["score"],
                    "rank": unit["rank"],
                    "ranked_units": len(ranked) if unit["is_ranked"] else None,
                    "next_rank": None if above is None else ladder[above],
                    "next_score": above,
                    "score_to_next_rank": None if above is None else above - unit["score"],
                    "is_ranked": unit["is_ranked"],
                    "unranked_reason": None if unit["is_ranked"] else "low_available_weight",
                    "available_weight": unit["available_weight"],
                }
            )
    table = pd.DataFrame(rows).merge(intervals[[*UNIT, "rank_from", "rank_to"]], on=UNIT, how="left")
    for way, name in (("official", "previous_rank"), ("other methodology", "previous_rank_recomputed")):
        last = frame[frame["way"] == way][[*UNIT, "rank"]].rename(columns={"rank": name})
        last = last.assign(school_year=last["school_year"].map(following)).dropna(subset=["school_year"])
        table = table.merge(last, on=UNIT, how="left")
    numbers = ["rank", "ranked_units", "next_rank", "rank_from", "rank_to", "previous_rank"]
    return table.astype(dict.fromkeys([*numbers, "previous_rank_recomputed"], "Int64"))
