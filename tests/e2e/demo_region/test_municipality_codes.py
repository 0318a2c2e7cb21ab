"""A municipality is named by any code that it has had, and printed with the one that was in force."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from demo import DemoSummary
from demo_region.drawn_region import YEAR
from orientir.cli import main
from warehouse.connection import connect


@pytest.fixture(scope="module")
def reformed(summary: DemoSummary) -> tuple[str, str]:
    """A rated municipality whose code has changed before the school year ended: its key and that code."""
    with connect("auditor") as connection:
        found = connection.execute(
            "select m.municipality_code, m.oktmo from marts.dim_municipality as m"
            " inner join marts.dim_period as p on p.period_code = %s"
            " inner join marts.rating_municipality as r"
            " on r.municipality_code = m.municipality_code and r.school_year = p.period_code"
            " where m.oktmo <> m.municipality_code and m.valid_from <= p.ends_on and m.is_current"
            " order by (select count(*) from marts.rating_municipality as y"
            " where y.municipality_code = m.municipality_code) desc, 1 limit 1",
            [YEAR],
        ).fetchone()
    assert found is not None
    return str(found[0]), str(found[1])


def said(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_municipality_is_found_by_any_code_it_has_had(reformed: tuple[str, str]) -> None:
    key, oktmo = reformed
    of_key, of_oktmo = (
        said("rating", "explain", "--rating", "municipality", "--period", YEAR, "--unit", code)
        for code in reformed
    )
    assert of_key == of_oktmo
    assert f"(ОКТМО {oktmo})" in of_key and f"ОКТМО {key}" not in of_key
    by_indicator = ("--school-year", YEAR, "--json")
    assert said("trace", "3.1", oktmo, *by_indicator) == said("trace", "3.1", key, *by_indicator)
    score = ("--mart", "rating_municipality", "--period", YEAR, "--column", "score", "--json")
    by_score = said("trace", *score, "--unit", oktmo)
    assert json.loads(by_score)["facts"]["key"]["municipality_code"] == key
    assert by_score == said("trace", *score, "--unit", key)


def test_the_code_of_a_school_year_before_the_reform_is_the_old_one(reformed: tuple[str, str]) -> None:
    key, oktmo = reformed
    with connect("auditor") as connection:
        before = connection.execute(
            "select r.school_year, m.oktmo from marts.rating_municipality as r"
            " inner join marts.dim_period as p on p.period_code = r.school_year"
            " inner join marts.dim_municipality as m on m.municipality_code = r.municipality_code"
            " and p.ends_on between m.valid_from and m.valid_to"
            " where r.municipality_code = %s and m.oktmo = %s order by 1 limit 1",
            [key, key],
        ).fetchone()
    assert before is not None
    text = said("rating", "explain", "--rating", "municipality", "--period", before[0], "--unit", oktmo)
    assert f"(ОКТМО {before[1]})" in text


def test_a_code_that_no_municipality_has_had_is_refused(summary: DemoSummary) -> None:
    result = CliRunner().invoke(
        main, ["rating", "explain", "--rating", "municipality", "--period", YEAR, "--unit", "71999000"]
    )
    assert result.exit_code == 2
    assert "71999000" in result.output and "OKTMO" in result.output
    result = CliRunner().invoke(main, ["trace", "3.1", "71999000", "--school-year", YEAR])
    assert result.exit_code == 2
    assert "the marts hold no 3.1 of 71999000" in result.output
