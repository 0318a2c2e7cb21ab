"""What analysts are told to do, done on a region whose organisations have moved, merged and closed."""

from __future__ import annotations

import re
from pathlib import Path

from psycopg import sql

from demo import DemoSummary
from demo_region.drawn_region import YEAR
from warehouse.connection import connect

DOCUMENT = Path(__file__).parents[3] / "docs" / "marts.md"
PERIODS = ("period_code", "school_year")


def recipe() -> str:
    """The join of docs/marts.md that finds what an organisation was when a period ended."""
    (found,) = re.findall(r"```sql\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    assert "marts.dim_organisation" in found
    return str(found)


def test_the_join_of_the_document_loses_and_doubles_no_row(summary: DemoSummary) -> None:
    """Of every fact that holds an organisation and a period, though schools closed inside the periods."""
    with connect("auditor") as connection:
        closed = connection.execute(
            "select count(*) from marts.dim_organisation as o"
            " inner join marts.dim_period as p on p.period_code = %s"
            " where o.closed_on between p.starts_on and p.ends_on - 1",
            [YEAR],
        ).fetchone()
        tables = connection.execute(
            "select table_name, array_agg(column_name) from information_schema.columns"
            " where table_schema = 'marts' and table_name ~ '^(fct_|reporting_discipline$|rating_school$)'"
            " group by table_name having 'ogrn' = any(array_agg(column_name)) order by table_name"
        ).fetchall()
        counted = {}
        for table, columns in tables:
            period = next(name for name in PERIODS if name in columns)
            join = recipe().replace("f.period_code", f"f.{period}")
            query = sql.SQL(
                "select (select count(*) from {mart} where ogrn is not null and {period} is not null),"
                " (select count(*) from {mart} as f {join})"
            )
            parts = {"mart": sql.Identifier("marts", table), "period": sql.Identifier(period)}
            counts = connection.execute(query.format(**parts, join=sql.SQL(join))).fetchone()  # type: ignore[arg-type]
            assert counts is not None
            counted[table] = counts
    assert closed is not None and closed[0] > 0
    assert len(counted) > 50
    assert sum(rows for rows, _ in counted.values()) > 1000
    assert {table: counts for table, counts in counted.items() if counts[0] != counts[1]} == {}


def test_punctuality_of_a_municipality_is_that_of_its_discipline(summary: DemoSummary) -> None:
    """Two marts tell how many reports came in time; 1.2 leaves out what the municipality itself sends."""
    with connect("auditor") as connection:
        compared = connection.execute(
            "with counted as (select municipality_code, school_year, sum(on_time), sum(expected)"
            " from marts.reporting_discipline_municipality where form_code <> 'M1' group by 1, 2)"
            " select counted.*, v.numerator, v.denominator"
            " from counted inner join marts.fct_indicator_value as v"
            " on v.unit_code = counted.municipality_code and v.school_year = counted.school_year"
            " where v.indicator_code = '1.2' and v.unit_type = 'municipality' and v.value is not null"
        ).fetchall()
    assert len(compared) >= 2
    assert [row for row in compared if (row[2], row[3]) != (row[4], row[5])] == []
