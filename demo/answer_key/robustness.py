"""How firm a place is and what moves it, worked out apart from the warehouse."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from demo.answer_key.exact import SCORE_DECIMALS, VALUE_DECIMALS, rounded
from demo.answer_key.methodologies import M2024, M2025, Methodology, Scale, direction, in_force, not_in_force
from demo.answer_key.rating import (
    UNIT,
    Assessment,
    assess,
    places_a_year_later,
    score_columns,
    unit_values,
)

SCOPE = UNIT[:3]
DIRECTIONS = 6
DRAWS = 500
SEED = 2025
VARIATION = 200  # thousandths of a weight
GEOMETRIC_FLOOR = 1.0
MODULUS = 2**31 - 1
MULTIPLIER = 48271
MILLION = 10**6
OTHER = "other methodology"


def alternatives(values: pd.DataFrame) -> pd.DataFrame:
    """Each unit under every other way to compute its rating, and its direction scores by the one in force."""
    rows: list[dict[str, Any]] = []
    for identity, held in unit_values(values):
        year, unit_type = identity["school_year"], identity["unit_type"]
        methodology, other = in_force(year, unit_type), not_in_force(year, unit_type)
        ways: dict[str, dict[str, Any]] = {}
        if methodology is not None and methodology.rates(held):
            official = assess(held, methodology)
            scores = [official.direction_score(number) for number in range(1, DIRECTIONS + 1)]
            millionths = [-1 if s is None else int(rounded(s, VALUE_DECIMALS) * MILLION) for s in scores]
            ways = {
                "official": {**score_columns(official), "directions": millionths},
                "geometric": {**score_columns(official), "score": _geometric(official)},
                "equal_weights": score_columns(assess(held, methodology.with_equal_weights())),
                "reweighted_missing": score_columns(assess(held, methodology, forgiving=True)),
            }
        if other is not None and other.rates(held):
            ways[OTHER] = score_columns(assess(held, other))
        rows += [{**identity, "way": way, **columns} for way, columns in ways.items()]
    return pd.DataFrame(rows)


def _geometric(unit: Assessment) -> Decimal | None:
    terms = [
        (float(weight), max(float(score), GEOMETRIC_FLOOR))
        for number, weight in unit.methodology.direction_weight.items()
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
    own = frame[frame["way"] != OTHER]
    official = own[own["way"] == "official"][[*UNIT, "rank"]].rename(columns={"rank": "official"})
    drawn = intervals.assign(way="varied_weights", score=None, is_ranked=True)
    every = pd.concat([own, drawn], ignore_index=True).merge(official, on=UNIT)
    # Drawn are those that have a place officially; of other ways, places are counted again without the rest.
    moved = every["rank"] - every["official"]
    every = every.assign(
        ranked_units=every.groupby([*SCOPE, "way"])["rank"].transform("count"),
        rank_shift=moved.where(
            every["way"] == "varied_weights",
            -_places_gained(every, "official", "rank", [*SCOPE, "way"]),
        ),
        methodology_code=_codes_in_force(every),
    ).rename(columns={"way": "variant_code"})
    numbers = ["rank", "ranked_units", "rank_shift", "rank_from", "rank_to"]
    columns = [*UNIT, "variant_code", "score", *numbers, "is_ranked", "methodology_code"]
    return every.astype(dict.fromkeys(numbers, "Int64"))[columns]


def _places_gained(frame: pd.DataFrame, before: str, after: str, scope: list[str]) -> pd.Series:
    """Places gained among those alone that have one before and one after."""
    both = frame[frame[before].notna() & frame[after].notna()]
    again = {name: both.groupby(scope)[name].rank(method="min").astype("Int64") for name in (before, after)}
    return (again[before] - again[after]).reindex(frame.index)


def effect_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of rating_methodology_effect: m2024.1 against m2025.1 on the same values."""
    held = _codes_in_force(frame)
    earlier_code, later_code = (edition["school"].code for edition in (M2024, M2025))
    other = held.map({earlier_code: later_code, later_code: earlier_code})
    frame = frame.assign(code=other.where(frame["way"] == OTHER, held), held=held)
    # What only one of the two rates has not changed its methodology.
    frame = frame[frame["way"].isin(["official", OTHER]) & frame["held"].notna()]
    frame = frame[[*UNIT, "code", "held", "score", "rank"]]
    # Of a year in which few have a place, a place says nothing.
    rating = frame.groupby([*SCOPE, "code"])["rank"]
    frame = frame.assign(rank=frame["rank"].where(rating.transform("count") * 2 >= rating.transform("size")))
    earlier, later = (frame[frame["code"] == code] for code in (earlier_code, later_code))
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
            "from_ranked_units": both.groupby(SCOPE)["rank_from"].transform("count"),
            "to_ranked_units": both.groupby(SCOPE)["rank_to"].transform("count"),
            "places_gained": _places_gained(both, "rank_from", "rank_to", SCOPE),
            "methodology_code": both["held"],
        }
    )


def _codes_in_force(frame: pd.DataFrame) -> pd.Series:
    rows = zip(frame["school_year"], frame["unit_type"], strict=True)
    codes = [None if (held := in_force(*row)) is None else held.code for row in rows]
    return pd.Series(codes, index=frame.index, dtype=object)


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
    for (_, school_year, unit_type), units in official.groupby(SCOPE):
        methodology = in_force(str(school_year), str(unit_type))
        if methodology is None:
            continue
        weights = drawn_weights(methodology)
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
        methodology = in_force(identity["school_year"], identity["unit_type"])
        if methodology is None:
            continue
        unit = assess(held, methodology)
        for code, position in unit.positions.items():
            scale = methodology.scales[code]
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
                    "points_per_unit": rounded(weight * 100 / (scale.high - scale.low), VALUE_DECIMALS)
                    if counts
                    else None,
                    "value_gap": None if held[code][1] or value is None else _gap(scale, value),
                    "direction_score": None
                    if of_direction is None
                    else rounded(of_direction, VALUE_DECIMALS),
                    "direction_weight": rounded(unit.direction_weight(direction(code)), VALUE_DECIMALS),
                }
            )
    return pd.DataFrame(rows)


def _gap(scale: Scale, value: Decimal) -> Decimal:
    """How far the value may still rise, or fall where less is better."""
    return max(Decimal(0), value - scale.low if scale.is_inverse else scale.high - value)


def explanation_units(frame: pd.DataFrame, intervals: pd.DataFrame) -> pd.DataFrame:
    """Place, the next place and what lacks to it, last year's place, the interval: one row per unit."""
    official = frame[frame["way"] == "official"]
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
    table = table.merge(places_a_year_later(official, "previous_rank"), on=UNIT, how="left")
    table = table.merge(recomputed_places(frame), on=UNIT, how="left")
    numbers = ["rank", "ranked_units", "next_rank", "rank_from", "rank_to", "previous_rank"]
    return table.astype(dict.fromkeys([*numbers, "previous_rank_recomputed"], "Int64"))


def recomputed_places(frame: pd.DataFrame) -> pd.DataFrame:
    """Last year's places by this year's methodology: it changed between the two years of the demo."""
    other = frame[frame["way"] == OTHER]
    # A rating in which fewer than half of the units have a place is nothing to compare with.
    has_place = other.groupby(SCOPE)["is_ranked"].transform("sum") * 2 >= other.groupby(SCOPE)[
        "is_ranked"
    ].transform("size")
    return places_a_year_later(other[has_place], "previous_rank_recomputed")
