"""The lists of codes: what they hold, and that the days of a code do not contradict each other."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_municipality_has_a_code_and_every_new_code_an_old_one() -> None:
    """76 codes of 2019; 43 of them were replaced by 2026: 25 in Chelyabinsk oblast, 18 in Tyumen oblast."""
    codes = seed("oktmo_codes")
    old = {row["municipality_code"] for row in seed("municipalities")}
    assert {row["oktmo"] for row in codes if row["oktmo"] == row["municipality_code"]} == old
    new = Counter(row["region_code"] for row in codes if row["oktmo"] != row["municipality_code"])
    assert new == {"chelyabinsk": 25, "tyumen": 18}


def test_a_replaced_code_ends_and_its_successor_begins_before_that() -> None:
    """Between the two days both are taken: the day of the change itself could not be verified."""
    codes = {row["oktmo"]: row for row in seed("oktmo_codes")}
    for row in codes.values():
        assert bool(row["valid_to"]) == bool(row["replaced_by"]), row["oktmo"]
        if row["replaced_by"]:
            successor = codes[row["replaced_by"]]
            assert not successor["valid_to"]
            assert successor["valid_from"] < row["valid_to"]


def test_districts_of_the_city_ended_on_1_october_2024() -> None:
    ended = [row for row in seed("oktmo_codes") if row["replaced_by"] == "75701000"]
    assert len(ended) == 7
    assert {row["valid_to"] for row in ended} == {"2024-09-30"}


def test_the_demo_teaches_listed_specialties_only() -> None:
    from demo.facts import specialties

    listed = {row["specialty_code"] for row in seed("specialties")}
    assert {code for code, _ in specialties()} <= listed


def test_every_municipality_has_one_version_of_2019_and_the_reform_makes_a_second() -> None:
    """Okrugs: 27 districts of Chelyabinsk oblast, 20 districts and 2 urban districts of Tyumen oblast."""
    versions = seed("municipality_versions")
    regions = {row["municipality_code"]: row["region_code"] for row in seed("municipalities")}
    firsts = [row["municipality_code"] for row in versions if row["valid_from"] == "2019-04-16"]
    assert sorted(firsts) == sorted(regions)
    okrugs = Counter(
        regions[row["municipality_code"]] for row in versions if row["municipality_type"] == "municipal_okrug"
    )
    assert okrugs == {"chelyabinsk": 27, "tyumen": 22}


def test_a_new_version_has_the_new_code_where_it_is_known() -> None:
    """756xxxxx became 755xxxxx, 716xxxxx 715xxxxx; six new codes could not be verified and are empty."""
    observed = {row["municipality_code"]: row["oktmo_2026"] for row in seed("municipalities")}
    okrugs = [row for row in seed("municipality_versions") if row["municipality_type"] == "municipal_okrug"]
    assert all(row["oktmo"] == observed[row["municipality_code"]] for row in okrugs)
    assert sum(not row["oktmo"] for row in okrugs) == 6
    assert {row["oktmo"][:3] for row in okrugs if row["oktmo"]} == {"755", "715"}


def test_the_districts_of_the_city_are_geography_since_1_october_2024() -> None:
    later = [row for row in seed("municipality_versions") if row["is_municipality"] == "false"]
    assert len(later) == 7
    assert {(row["valid_from"], row["oktmo"], row["municipality_type"]) for row in later} == {
        ("2024-10-01", "75701000", "city_district")
    }
