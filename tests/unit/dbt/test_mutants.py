"""Whether the unit tests of the indicators would notice a mistake: each is made, and must be noticed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.unit.dbt.conftest import PROJECT, BuiltProject
from tests.unit.dbt.given_rows import GivenRows, Row, unit_tests
from tests.unit.dbt.mutants import mutants
from warehouse.connection import connect

MODELS = {path.stem: path for path in sorted((PROJECT / "models" / "indicators").glob("ind_*.sql"))}

# Mistakes that change nothing, in whatever model, and why the result is the same.
HARMLESS = {
    "last_grade is one more": "no form asks of a grade above the last one",
    "coalesce takes schools.s3_gap_reason before schools.s3_missing_reason": "a gap has one accepted",
}


@pytest.fixture(scope="module")
def connection(project: BuiltProject) -> Iterator[psycopg.Connection]:
    """As the one who owns what dbt has built."""
    with connect("transformer") as opened:
        yield opened


def test_mistakes_are_of_every_kind() -> None:
    sql = (
        "-- a share, not a difference: a - b\n"
        "select\n    a.x - a.y as numerator,\n    a.z as denominator,\n"
        "    coalesce(a.why, 'late') as missing_reason\n"
        "from a\nleft join b\n    on\n        a.k = b.k\n        and b.kind in ('trial', 'contest')\n"
        "where\n    a.grade between {{ var('first') }} and 11\n    and a.z >= 5\n"
    )
    made = mutants(sql)
    assert [mutant.mistake for mutant in made] == [
        "numerator and denominator swapped",
        "line 11: without where a.grade between {{ var('first') }} and 11 and a.z >= 5",
        "line 9: without a.k = b.k",
        "line 12: without a.grade between {{ var('first') }} and 11",
        "line 10: without b.kind in ('trial', 'contest')",
        "line 10: and became or",
        "line 13: without a.z >= 5",
        "line 13: and became or",
        "line 10: in a list without 'trial'",
        "line 10: in a list without 'contest'",
        "line 5: coalesce without a.why",
        "line 5: coalesce without 'late'",
        "line 5: coalesce takes 'late' before a.why",
        "line 12: first is one more",
        "line 12: first is one less",
        "line 5: without the reason why a value is missing",
        "line 13: >= became >",
        "line 3: - became +",
        "line 7: left join became inner join",
    ]
    assert len({mutant.sql for mutant in made} | {sql}) == len(made) + 1
    assert all(mutant.sql.startswith("-- a share, not a difference: a - b\n") for mutant in made)


@pytest.mark.parametrize("model", MODELS)
def test_every_mistake_in_an_indicator_is_noticed(
    model: str, project: BuiltProject, connection: psycopg.Connection
) -> None:
    sql = _text(MODELS[model])
    made = {mutant.mistake: mutant.sql for mutant in mutants(sql)}
    unnoticed = {
        mistake: text for mistake, text in made.items() if mistake.split(": ", 1)[-1] not in HARMLESS
    }
    assert len(unnoticed) >= 2
    schemas = {node.name: node.schema for node in project.nodes("seed", "model")}
    for test in unit_tests(MODELS[model].with_suffix(".yml")):
        try:
            given = GivenRows(connection, test, schemas, PROJECT)
            assert given.passes(sql), test.name
            _names_itself(model, given.rows(sql))
            unnoticed = {mistake: text for mistake, text in unnoticed.items() if given.passes(text)}
        finally:
            connection.rollback()
    assert list(unnoticed) == [], "no unit test notices these"


def _names_itself(model: str, rows: list[Row]) -> None:
    """An indicator copied from another has its own code, and the units that the registry gives it."""
    with (PROJECT / "seeds" / "indicators.csv").open(encoding="utf-8", newline="") as file:
        units = {row["indicator_code"]: row["measured_units"].split(";") for row in csv.DictReader(file)}
    codes = {f"ind_{row['indicator_code'].lower().replace('.', '_')}" for row in rows}
    assert codes == {model}
    assert all(row["unit_type"] in units[row["indicator_code"]] for row in rows)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
