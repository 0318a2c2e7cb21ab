"""A unit test of dbt run without dbt, which takes a tenth of a second for each: here it takes milliseconds.

The given rows stand in temporary tables, which hide the tables of the same name from the model.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
from jinja2 import Environment
from psycopg import sql as built

from warehouse.yaml_files import read_yaml

Row = dict[str, Any]


@dataclass(frozen=True)
class UnitTest:
    """A unit test: what rows its inputs hold, by the input's name, and what rows the model has to give."""

    name: str
    model: str
    given: dict[str, list[Row]]
    expected: list[Row]


def unit_tests(path: Path) -> list[UnitTest]:
    """The unit tests that a file of properties declares."""
    declared = read_yaml(path)["unit_tests"]
    return [
        UnitTest(
            test["name"],
            test["model"],
            {_name(given["input"]): given["rows"] for given in test["given"]},
            test["expect"]["rows"],
        )
        for test in declared
    ]


def _name(reference: str) -> str:
    return reference.removeprefix("ref('").removesuffix("')")


# What indicators are written with.
MACROS = ("school_year.sql", "form_missing.sql")


class GivenRows:
    """The inputs of one unit test in one transaction, which the caller rolls back."""

    def __init__(
        self, connection: psycopg.Connection, test: UnitTest, schemas: dict[str, str], project: Path
    ) -> None:
        self._connection = connection
        self._test = test
        self._jinja = Environment(autoescape=False)
        variables = read_yaml(project / "dbt_project.yml")["vars"]
        self._jinja.globals |= {"ref": lambda name: name, "var": lambda name: variables[name]}
        for file in MACROS:
            macros = (project / "macros" / file).read_text(encoding="utf-8")
            module = self._jinja.from_string(macros).module
            self._jinja.globals |= {name: macro for name, macro in vars(module).items() if name[0] != "_"}
        for name, rows in test.given.items():
            self._load(name, schemas[name], rows)

    def _load(self, name: str, schema: str, rows: list[Row]) -> None:
        table = built.Identifier(name)
        like = built.SQL("create temporary table {} as select * from {}.{} limit 0")
        self._connection.execute(like.format(table, built.Identifier(schema), table))
        for row in rows:
            columns = built.SQL(", ").join(map(built.Identifier, row))
            values = built.SQL(", ").join([built.Placeholder()] * len(row))
            insert = built.SQL("insert into {} ({}) values ({})").format(table, columns, values)
            self._connection.execute(insert, list(row.values()))

    def rows(self, sql: str) -> list[Row]:
        """What a model gives. Raises psycopg.Error if it cannot be run."""
        with self._connection.transaction(force_rollback=True):
            cursor = self._connection.execute(self._jinja.from_string(sql).render().encode())
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, values, strict=True)) for values in cursor]

    def passes(self, sql: str) -> bool:
        """Whether the model gives the expected rows. SQL that is none at all is an error of the caller."""
        try:
            given = self.rows(sql)
        except psycopg.errors.SyntaxError as error:
            raise ValueError(f"{self._test.model} is no SQL any more: {error}\n{sql}") from error
        except psycopg.Error:
            return False
        columns = list(self._test.expected[0])
        return _counted(given, columns) == _counted(self._test.expected, columns)


def _counted(rows: list[Row], columns: list[str]) -> Counter[tuple[Any, ...]]:
    """Rows without their order. ``"4.80"`` in a file of properties is the number 4.8."""
    numbers = ("numerator", "denominator")
    return Counter(
        tuple(
            Decimal(str(row[name])) if name in numbers and row[name] is not None else row[name]
            for name in columns
        )
        for row in rows
    )
