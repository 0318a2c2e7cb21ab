"""The rows of the methodologies: whom they rate by what, checked without a database."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
# Level Ш of the core set, and level М, which has all of it.
OF_A_SCHOOL = {
    "1.1", "1.2", "1.3", "1.5", "2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6",
    "4.1", "4.2", "4.3", "4.6", "4.7", "5.1", "5.2", "6.1", "6.2", "6.3", "6.4", "6.5",
}  # fmt: skip
OF_A_MUNICIPALITY = OF_A_SCHOOL | {"1.4", "2.4", "4.4", "4.5", "5.3"}
OF_A_CENTER = {"1.2", "3.6", "4.4", "4.5", "6.5", "Z1", "Z2", "Z3", "Z4", "Z5", "Z6"}
OF_A_COLLEGE = {"1.2", "3.6", "P1", "P2", "P3", "P4", "P5", "P6", "P7"}
FIRST_EDITION = {"1.1", "1.2", "1.5", "3.1", "3.2", "3.3", "3.4", "3.6", "4.1", "4.7", "5.1", "6.1", "6.2"}


def rows(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("methodology", "unit_type", "expected"),
    [
        ("m2024.1", "school", FIRST_EDITION),
        ("m2024.1", "municipality", FIRST_EDITION),
        ("m2025.1", "school", OF_A_SCHOOL),
        ("m2025.1", "municipality", OF_A_MUNICIPALITY),
        ("m2025.1", "employment_center", OF_A_CENTER),
        ("m2025.1", "spo_college", OF_A_COLLEGE),
    ],
)
def test_units_are_rated_by_every_indicator_of_their_level(
    methodology: str, unit_type: str, expected: set[str]
) -> None:
    listed = [
        row["indicator_code"]
        for row in rows("methodology_indicators")
        if (row["methodology_code"], row["unit_type"]) == (methodology, unit_type)
    ]
    assert sorted(listed) == sorted(expected)


def test_indicators_are_measured_for_whom_they_rate() -> None:
    measured = {
        row["indicator_code"]: {*row["measured_units"].split(";"), *row["rolled_up_to"].split(";")}
        for row in rows("indicators")
    }
    for row in rows("methodology_indicators"):
        assert row["unit_type"] in measured[row["indicator_code"]], row


def test_every_weighed_direction_has_indicators_and_every_indicator_a_weighed_direction() -> None:
    """A direction without indicators would lose its weight in silence."""
    weighed = {
        (row["methodology_code"], row["unit_type"], row["direction_no"])
        for row in rows("methodology_directions")
    }
    filled = {
        (row["methodology_code"], row["unit_type"], row["direction_no"])
        for row in rows("methodology_indicators")
    }
    assert weighed == filled
    rated = {(row["methodology_code"], row["unit_type"]) for row in rows("methodology_units")}
    assert rated == {(methodology, unit_type) for methodology, unit_type, _ in weighed}


def test_indicators_keep_the_direction_of_the_registry() -> None:
    directions = {row["indicator_code"]: row["direction_no"] for row in rows("indicators")}
    for row in rows("methodology_indicators"):
        assert row["direction_no"] == directions[row["indicator_code"]], row
        less_is_better = row["indicator_code"] == "2.3"
        assert row["is_inverse"] == str(less_is_better).lower(), row


def test_indicators_made_of_the_same_figures_share_one_weight() -> None:
    shared: dict[str, set[str]] = defaultdict(set)
    for row in rows("methodology_indicators"):
        weight = Decimal(row["weight"])
        assert weight in (Decimal(1), Decimal("0.5")), row
        if weight != 1:
            shared[f"{row['methodology_code']}/{row['unit_type']}"].add(row["indicator_code"])
    assert shared == {
        "m2025.1/school": {"4.1", "4.2"},
        "m2025.1/municipality": {"1.3", "1.4", "4.1", "4.2"},
    }
