"""The rating macros on published and hand-worked examples.

Published: the Technology Achievement Index of 23 countries (sources in rating_examples/seeds/seeds.yml).
The expected ranks are those of the tables; the scores of the other examples were worked by hand.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from warehouse.settings import Settings

PROJECT = Path(__file__).parent / "rating_examples"
PROFILES = Path(__file__).parents[3] / "dbt_project"
SCHEMA = "rating_examples"


def dbt(*args: str) -> Any:
    """Run dbt on the examples as the owner of the database, who may create their schema."""
    from urllib.parse import unquote, urlsplit

    from dbt.cli.main import dbtRunner

    from warehouse.connection import uri
    from warehouse.dbt import profile_env
    from warehouse.settings import get_settings

    owner = urlsplit(uri("owner"))
    target = get_settings().var_dir / "rating_examples"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in profile_env().items():
            patch.setenv(name, value)
        patch.setenv("ORIENTIR_DBT_USER", unquote(str(owner.username)))
        patch.setenv("ORIENTIR_DBT_PASSWORD", unquote(str(owner.password)))
        patch.setenv("DBT_TARGET_PATH", str(target / "target"))
        patch.setenv("DBT_LOG_PATH", str(target / "logs"))
        places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROFILES)]
        return dbtRunner().invoke(["-q", *args, *places])


@pytest.fixture(scope="module")
def examples(warehouse_db: Settings) -> Iterator[psycopg.Connection[Any]]:
    """A connection to the built examples; their schema is dropped afterwards."""
    from warehouse.connection import connect

    outcome = dbt("build", "--exclude", "tag:rounded_weights")
    assert outcome.success, outcome.exception or [r.message for r in outcome.result if r.status != "success"]
    with connect("owner") as connection:
        yield connection
        connection.rollback()
        connection.execute(f"drop schema {SCHEMA} cascade")
        connection.commit()


def ranks(connection: psycopg.Connection[Any], methodology: str) -> dict[str, int | None]:
    rows = connection.execute(
        "select unit_code, rank from rating_examples.ranked where methodology_code = %s", [methodology]
    )
    return dict(rows.fetchall())


def scores(connection: psycopg.Connection[Any], methodology: str) -> dict[str, Decimal | None]:
    rows = connection.execute(
        "select unit_code, score from rating_examples.ranked where methodology_code = %s", [methodology]
    )
    return dict(rows.fetchall())


def published(column: str) -> dict[str, int]:
    with (PROJECT / "seeds" / "tai_countries.csv").open(encoding="utf-8", newline="") as file:
        return {row["country"]: int(row[column]) for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("methodology", "column"),
    [
        ("tai_equal", "rank_equal_weights"),
        ("tai_budget", "rank_budget_allocation"),
        ("tai_geometric", "rank_geometric"),
        ("tai_log10", "rank_equal_weights"),
    ],
)
def test_published_ranks_of_23_countries(
    examples: psycopg.Connection[Any], methodology: str, column: str
) -> None:
    expected = published(column)
    assert len(expected) == 23
    assert ranks(examples, methodology) == expected


def test_published_scores(examples: psycopg.Connection[Any]) -> None:
    """Published: Finland 74.4, United States 73.3; the logged columns are rounded to 0.01."""
    found = scores(examples, "tai_equal")
    assert found["Finland"] == pytest.approx(Decimal("74.4"), abs=Decimal("0.1"))
    assert found["United States"] == pytest.approx(Decimal("73.3"), abs=Decimal("0.1"))


def test_goalposts_from_the_sample_give_other_ranks(examples: psycopg.Connection[Any]) -> None:
    """Negative control: with the minimum and maximum of the sample, 12 ranks of 23 differ."""
    expected = published("rank_equal_weights")
    found = ranks(examples, "tai_sample")
    assert sum(found[country] != rank for country, rank in expected.items()) == 12


def test_geometric_mean_limits_compensation(examples: psycopg.Connection[Any]) -> None:
    assert scores(examples, "mean_arithmetic") == {
        "uneven": Decimal("6.0000"),
        "even": Decimal("6.0000"),
        "uneven plus one": Decimal("6.2500"),
        "even plus one": Decimal("6.2500"),
    }
    assert scores(examples, "mean_geometric") == {
        "uneven": Decimal("2.1407"),
        "even": Decimal("6.0000"),
        "uneven plus one": Decimal("2.5457"),
        "even plus one": Decimal("6.2357"),
    }


def test_missing_rule_clipping_and_competition_ranks(examples: psycopg.Connection[Any]) -> None:
    """Direction 1 (0.4) holds a and b, direction 2 (0.6) holds c; goalposts 0..100.

    U1: 0.4·(50+100)/2 + 0.6·80 = 78. U2, b not submitted: 0.4·25 + 48 = 58.
    U3, b not applicable: 0.4·50 + 48 = 68. U4, c not applicable: only 0.4 of the weight is there, no rank.
    U5: a and b are clipped to 100 and 0: 0.4·50 + 0.6·46.666667 = 48.00. U6: 0.4·50 + 48 = 68, shares rank 2.
    U7 sent nothing: 0. U8: nothing applies. U9: 100, but a missing b puts it outside the rating.
    """
    assert scores(examples, "hand") == {
        "U1": Decimal("78.00"),
        "U2": Decimal("58.00"),
        "U3": Decimal("68.00"),
        "U4": Decimal("75.00"),
        "U5": Decimal("48.00"),
        "U6": Decimal("68.00"),
        "U7": Decimal("0.00"),
        "U8": None,
        "U9": Decimal("100.00"),
    }
    assert ranks(examples, "hand") == {
        "U1": 1, "U3": 2, "U6": 2, "U2": 4, "U5": 5, "U7": 6, "U4": None, "U8": None, "U9": None,
    }  # fmt: skip
    reasons = examples.execute(
        "select unit_code, unranked_reason from rating_examples.ranked"
        " where methodology_code = 'hand' and not is_ranked order by 1"
    ).fetchall()
    assert reasons == [
        ("U4", "low_available_weight"),
        ("U8", "low_available_weight"),
        ("U9", "excluded_missing"),
    ]


def test_a_cap_counts_before_the_goalposts(examples: psycopg.Connection[Any]) -> None:
    """Goalposts 50..150, cap 100: 120 counts as 100, which is 50; raw 90 capped at 40; mean 45.
    Below the caps: 80 is 30, raw 10; mean 20.
    """
    assert scores(examples, "capped") == {"above": Decimal("45.00"), "below": Decimal("20.00")}


def test_geometric_mean_across_directions(examples: psycopg.Connection[Any]) -> None:
    """√(25·100) = 50. A zero makes the whole zero, or counts as 1 where that is the floor: √(1·100) = 10."""
    assert scores(examples, "across") == {"square": Decimal("50.00"), "zero": Decimal("0.00")}
    assert scores(examples, "across_floor") == {"square": Decimal("50.00"), "zero": Decimal("10.00")}


def test_random_numbers_are_those_of_the_published_generator(examples: psycopg.Connection[Any]) -> None:
    """minstd_rand started with 1: the C++ standard (ISO 14882, [rand.predef]) gives the 10000th number."""
    rows = examples.execute(
        "select number from rating_examples.random_numbers where number_no in (1, 10000) order by number_no"
    ).fetchall()
    assert rows == [(48271,), (399268537,)]


@pytest.mark.parametrize("methodology", ["drawn", "drawn_geometric"])
def test_interval_of_places_when_weights_are_varied(
    examples: psycopg.Connection[Any], methodology: str
) -> None:
    """Scores by direction: (90, 90), (80, 60), (60, 80), (10, 0). The best and the worst never move; the two
    between them change places whenever one direction outweighs the other.
    """
    rows = examples.execute(
        "select unit_code, rank_from, rank_to from rating_examples.intervals"
        " where methodology_code = %s and variant_code = 'varied' order by 1",
        [methodology],
    ).fetchall()
    assert rows == [("first", 1, 1), ("last", 4, 4), ("left", 2, 3), ("right", 2, 3)]


def test_an_interval_is_that_of_the_same_draws_elsewhere(examples: psycopg.Connection[Any]) -> None:
    """`left` is third when its second direction weighs more, and shares place 2 when the scores are equal."""
    number, places = 7, []
    for _ in range(300):
        multipliers = []
        for _ in range(2):
            number = number * 48271 % (2**31 - 1)
            multipliers.append(800 + number * 401 // (2**31 - 1))
        one, two = multipliers
        left = Decimal(80 * one + 60 * two) / (one + two)
        right = Decimal(60 * one + 80 * two) / (one + two)
        places.append(3 if round(left, 2) < round(right, 2) else 2)
    places.sort()
    rows = examples.execute(
        "select rank_from, rank_median, rank_to from rating_examples.intervals"
        " where methodology_code = 'drawn' and variant_code = 'varied' and unit_code = 'left'"
    ).fetchall()
    assert rows == [(places[14], places[149], places[284])]


def test_contributions_sum_to_the_score_and_weights_to_one(examples: psycopg.Connection[Any]) -> None:
    rows = examples.execute(
        "select unit_code, indicator_code, round(weight, 4), round(contribution, 4)"
        " from rating_examples.weighted where methodology_code = 'hand' and unit_code in ('U2', 'U3')"
        " order by unit_code, indicator_code"
    ).fetchall()
    assert rows == [
        ("U2", "a", Decimal("0.2000"), Decimal("10.0000")),
        ("U2", "b", Decimal("0.2000"), Decimal("0.0000")),
        ("U2", "c", Decimal("0.6000"), Decimal("48.0000")),
        ("U3", "a", Decimal("0.4000"), Decimal("20.0000")),
        ("U3", "b", Decimal("0.0000"), Decimal("0.0000")),
        ("U3", "c", Decimal("0.6000"), Decimal("48.0000")),
    ]


def test_inverse_indicator(examples: psycopg.Connection[Any]) -> None:
    assert scores(examples, "inverse") == {
        "light": Decimal("100.00"),
        "middle": Decimal("50.00"),
        "heavy": Decimal("0.00"),
        "heavier": Decimal("0.00"),
    }


def test_an_exact_half_rounds_away_from_zero(examples: psycopg.Connection[Any]) -> None:
    """(10.01 + 10.01 + 10.025) / 3 = 10.015 exactly, though a third has no exact decimal."""
    assert scores(examples, "thirds") == {"exact half": Decimal("10.02"), "plain half": Decimal("12.35")}


def test_weights_that_do_not_sum_to_one_are_refused_with_their_sum(
    examples: psycopg.Connection[Any],
) -> None:
    outcome = dbt("build", "--select", "tag:rounded_weights")
    assert not outcome.success
    assert any("сумма весов методики tai_ahp равна 1.01" in str(r.message) for r in outcome.result)
    # Weights are summed for every kind of unit by itself: those of schools are as they should be.
    refused = [str(r.message) for r in outcome.result if "методики m" in str(r.message)]
    assert len(refused) == 1
    assert "сумма весов методики m, spo_college равна 0.99, а должна быть 1." in refused[0]
