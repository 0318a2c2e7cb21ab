"""An extract as an attacker reads it: its files, and every number of people besides."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection

Sum = tuple[Mapping[str, float], float]


@dataclass(frozen=True)
class Told:
    """The cells that are withheld with the most they can be, sums of them, and which are small in truth."""

    withheld: dict[str, float]
    sums: list[Sum]
    small: set[str]
    truth: dict[str, float]

    def telling(self, name: str) -> tuple[dict[str, float], list[Sum]]:
        """The same with one withheld cell told."""
        rest = {other: most for other, most in self.withheld.items() if other != name}
        sums = [
            (
                {other: points for other, points in terms.items() if other != name},
                total - terms.get(name, 0.0) * self.truth[name],
            )
            for terms, total in self.sums
        ]
        return rest, sums


def told_of_people(folder: Path, connection: Connection[Any], region: str, year: str) -> Told:
    """Read the tables of indicators and ratings of an extract."""
    counts = {
        (code, unit): (float(numerator), float(denominator), float(scale))
        for code, unit, numerator, denominator, scale in connection.execute(
            "select v.indicator_code, v.unit_code, v.numerator, v.denominator, i.value_scale"
            " from marts.fct_indicator_value as v inner join marts.dim_indicator as i using (indicator_code)"
            " where v.region_code = %s and v.school_year = %s and v.unit_type in ('municipality', 'region')"
            " and i.denominator_counts_people and v.numerator is not null and v.denominator is not null",
            [region, year],
        ).fetchall()
    }
    municipal = _rows(folder / "indicator_municipality.csv")
    regional = _rows(folder / "indicator_region.csv")
    hidden = {
        (r["indicator_code"], r["municipality_code"]) for r in municipal if r["is_suppressed"] == "true"
    }
    hidden |= {(r["indicator_code"], region) for r in regional if r["is_suppressed"] == "true"}
    assert hidden <= set(counts)
    withheld = {_name(key): _most(*counts[key]) for key in hidden}
    small = {_name(key) for key in hidden if _is_small(*counts[key][:2])}
    assert {_name(key) for key in counts if _is_small(*counts[key][:2])} <= set(withheld)
    sums = [
        *_totals(counts, hidden, region),
        *_scores(folder, connection, (region, year), counts, withheld),
    ]
    return Told(withheld, sums, small, {_name(key): counts[key][0] for key in hidden})


def _totals(
    counts: Mapping[tuple[str, str], tuple[float, float, float]], hidden: set[tuple[str, str]], region: str
) -> list[Sum]:
    sums: list[Sum] = []
    for code, unit in counts:
        parts = [key for key in counts if key[0] == code and key[1] != region]
        if unit != region or not parts:
            continue
        terms = {_name(key): 1.0 for key in parts if key in hidden}
        total = -sum(counts[key][0] for key in parts if key not in hidden)
        if (code, region) in hidden:
            terms[_name((code, region))] = -1.0
        else:
            total += counts[code, region][0]
        sums.append((terms, total))
    return sums


def _scores(
    folder: Path,
    connection: Connection[Any],
    scope: tuple[str, str],
    counts: Mapping[tuple[str, str], tuple[float, float, float]],
    withheld: Mapping[str, float],
) -> list[Sum]:
    """A score that is shown less what its other indicators add; beyond a goalpost a person adds nothing."""
    shown = {r["municipality_code"] for r in _rows(folder / "rating_municipality.csv") if r["score"]}
    terms: dict[str, dict[str, float]] = {unit: {} for unit in shown}
    for code, unit, weight, low, high in connection.execute(
        "select c.indicator_code, c.unit_code, c.weight, m.goalpost_low, least(m.goalpost_high, m.value_cap)"
        " from marts.rating_contribution as c"
        " inner join reference.methodology_indicators as m"
        " using (methodology_code, unit_type, indicator_code)"
        " where c.region_code = %s and c.school_year = %s and c.unit_type = 'municipality' and c.weight > 0",
        scope,
    ).fetchall():
        name = _name((code, unit))
        if unit in shown and name in withheld:
            count, of, scale = counts[code, unit]
            if low <= scale * count / of <= high:
                terms[unit][name] = 100 * float(weight) / float(high - low) * scale / of
    return [
        (points, sum(each * counts[_key(name)][0] for name, each in points.items()))
        for _, points in sorted(terms.items())
        if points
    ]


def _is_small(count: float, of: float) -> bool:
    return of < 5 or 0 < count < 5 or 0 < of - count < 5


def _most(count: float, of: float, scale: float) -> float:
    return of if count <= of and scale in (1.0, 100.0) else math.inf


def _name(key: tuple[str, str]) -> str:
    return " ".join(key)


def _key(name: str) -> tuple[str, str]:
    code, _, unit = name.partition(" ")
    return code, unit


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
