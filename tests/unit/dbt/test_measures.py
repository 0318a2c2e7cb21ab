"""The road maps in the warehouse: printed facts, a clean key and the words of the document."""

from __future__ import annotations

import csv
from pathlib import Path

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"


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
