"""What came of the files, compared with the answer key that was drawn with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from psycopg.rows import dict_row

from demo import DemoSummary
from demo.comparison import MartKey, compare
from demo_region.drawn_region import (
    build_marts,
    decide_as_drawn,
    decide_otherwise,
    rows_of_every_mart,
)
from warehouse.connection import connect
from warehouse.settings import Settings


def test_outcomes_findings_and_marts_equal_the_answer_key(
    demo_settings: Settings, summary: DemoSummary, record_property: Callable[[str, object], None]
) -> None:
    """Every file has the outcome it deserves, every fault is found at its cell, every mart is as drawn."""
    comparison = compare(demo_settings)
    record_property("summary", str(comparison))
    assert [str(difference) for difference in comparison.differences] == []
    # Only a region without an accepted fault that other forms see has nothing to compare of those.
    assert {table.table for table in comparison.tables if not table.rows} <= {"cross"}
    assert len(summary.faults) > 30


def test_a_mart_that_is_not_as_drawn_is_told(
    demo_settings: Settings, summary: DemoSummary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another value is one difference, another key two; a mart the key says nothing of differs in all."""
    by_school = ("region_code", "school_year", "ogrn")
    monkeypatch.setattr("demo.comparison.MARTS", (MartKey("rating_school", by_school),))
    assert compare(demo_settings).differences == []
    row = "where (region_code, school_year, ogrn) = (%(region_code)s, %(school_year)s, %(ogrn)s)"
    with connect("owner") as connection:
        connection.row_factory = dict_row
        school = connection.execute(
            "select * from marts.rating_school where score is not null order by score limit 1"
        ).fetchone()
        assert school is not None
        connection.execute(f"update marts.rating_school set score = score + 0.01 {row}", school)
        connection.commit()
        other_value = compare(demo_settings).differences
        connection.execute(f"update marts.rating_school set score = %(score)s, ogrn = '0' {row}", school)
        connection.commit()
        other_key = compare(demo_settings).differences
        connection.execute("update marts.rating_school set ogrn = %(ogrn)s where ogrn = '0'", school)
    assert [(difference.column, difference.expected) for difference in other_value] == [
        ("score", str(school["score"]))
    ]
    assert [(difference.expected, difference.found) for difference in other_key] == [
        ("a row", None),
        (None, "a row"),
    ]
    (as_drawn,) = compare(demo_settings).tables[-1:]
    assert as_drawn.differences == ()
    monkeypatch.setattr("demo.comparison.MARTS", (MartKey("rating_school", by_school, "not_drawn"),))
    assert len(compare(demo_settings).differences) == as_drawn.rows


@pytest.mark.slow
def test_a_full_refresh_gives_the_rows_of_a_build_of_changes(published: Settings) -> None:
    """Every mart, after decisions have been taken back and after they have been taken again."""
    built = rows_of_every_mart()
    decide_otherwise(7)
    build_marts("changes")
    changed = rows_of_every_mart()
    build_marts("all")
    assert changed == rows_of_every_mart()
    assert {"marts.fct_event", "marts.fct_school_year", "marts.rating_school"} <= {
        name for name in built if built[name] != changed[name]
    }
    decide_as_drawn()
    build_marts("changes")
    assert rows_of_every_mart() == built
