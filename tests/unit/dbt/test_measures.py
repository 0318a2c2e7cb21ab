"""The road maps in the warehouse: printed facts, fields or a reason for every measure, windows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.dbt.conftest import BuiltProject
from warehouse.connection import connect
from warehouse.settings import Settings

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
REPORTED = "every_measure_is_reported_or_says_why_not"


def measures() -> dict[str, dict[str, str]]:
    with (SEEDS / "roadmap_measures.csv").open(encoding="utf-8", newline="") as file:
        return {row["measure_code"]: row for row in csv.DictReader(file)}


def test_what_is_printed_is_kept_beside_a_clean_key() -> None:
    listed = measures()
    assert listed["Т2.2"]["printed_number"] == ".2."
    assert listed["Ч2.14"]["printed_number"] == "14."
    assert listed["Т3.2.17"]["deadline_raw"] == "Апрель 2020, октябрь 2019, далее - ежегодно"
    assert listed["Т2.7"]["deadline_raw"] == "Апрель 2020, далее – ежегодно Сентябрь-декабрь 2019"
    # The document leaves this cell empty.
    assert listed["Ч6.5"]["deadline_raw"] == ""


def test_one_executor_printed_in_two_ways_has_one_code() -> None:
    listed = measures()
    assert "МАОУ ДО «ДПШ»" in listed["Ч3.1"]["executors_printed"]
    assert "МАУДО «ДПШ»" in listed["Ч3.4"]["executors_printed"]
    assert listed["Ч3.1"]["executors"] == listed["Ч3.4"]["executors"] == "К; ДПШ; ОО"


def test_numbering_restarts_in_each_direction() -> None:
    numbers: dict[str, list[str]] = {}
    for row in measures().values():
        if row["region_code"] == "chelyabinsk":
            numbers.setdefault(row["direction_no"], []).append(row["printed_number"])
    assert {no: len(printed) for no, printed in numbers.items()} == {
        "1": 11,
        "2": 14,
        "3": 7,
        "4": 6,
        "5": 4,
        "6": 5,
    }
    assert all(printed == [f"{n}." for n in range(1, len(printed) + 1)] for printed in numbers.values())


Change = Callable[[str], Any]


@pytest.fixture
def changed(project: BuiltProject, warehouse_db: Settings) -> Iterator[Change]:
    """Changes the seeds in the warehouse and tells what the test found; they are loaded anew afterwards."""

    def change(statement: str) -> Any:
        with connect("owner") as connection:
            connection.execute(statement)  # type: ignore[call-overload]
            connection.commit()
        return project.invoke("test", "--select", REPORTED)

    yield change
    restored = project.invoke("seed", "--select", "measure_fields", "roadmap_measures")
    assert restored.success


@pytest.mark.parametrize(
    "statement",
    [
        "delete from reference.measure_fields where measure_code = 'Ч1.2'",
        "update reference.roadmap_measures set not_reported_reason = 'Нормативный акт'"
        " where measure_code = 'Ч1.2'",
        "update reference.roadmap_measures set not_reported_reason = null where measure_code = 'Т1.1'",
    ],
)
def test_a_measure_with_neither_or_with_both_fails_the_build(changed: Change, statement: str) -> None:
    outcome = changed(statement)
    assert not outcome.success
    assert [r.failures for r in outcome.result if r.node.name == REPORTED] == [1]
