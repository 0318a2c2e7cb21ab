"""What counts for a measure: the seed names facts and columns that exist, and leaves out no measure."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from warehouse.yaml_files import read_yaml

PROJECT = Path(__file__).parents[3] / "dbt_project"


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns(mart: str) -> set[str]:
    path = next((PROJECT / "models" / "facts").rglob(f"{mart}.yml"))
    (model,) = read_yaml(path)["models"]
    return {column["name"] for column in model["columns"]}


def test_every_measure_that_forms_serve_has_something_that_counts() -> None:
    """By a line of its own, or because rows of a form name their measure."""
    counted = {row["measure_code"] for row in seed("measure_volumes")}
    named_in_rows = {row["measure_code"] for row in seed("measure_fields") if row["field"] == "measure_code"}
    assert {row["measure_code"] for row in seed("measure_fields")} - counted - named_in_rows == set()


def test_lines_name_columns_that_facts_have() -> None:
    for mart in {row["mart"] for row in seed("measure_volumes")}:
        held = columns(mart)
        for row in seed("measure_volumes"):
            if row["mart"] == mart:
                named = {row["column_name"], row["filter_column"], row["submission_column"]} - {""}
                assert named <= held, row
                assert row["measure_code"] != "*" or "measure_code" in held, row


def test_the_model_reads_exactly_the_facts_that_the_seed_names() -> None:
    sql = (PROJECT / "models" / "execution" / "fct_measure_report.sql").read_text(encoding="utf-8")
    listed = re.findall(r"^    '(fct_\w+)',$", sql, flags=re.MULTILINE)
    assert listed == sorted({row["mart"] for row in seed("measure_volumes")})


def test_the_demo_counts_the_same_measures_by_its_own_list() -> None:
    data = PROJECT.parent / "demo" / "data" / "measure_volumes.csv"
    with data.open(encoding="utf-8", newline="") as file:
        told = {(row["measure_code"], row["volume"]) for row in csv.DictReader(file)}
    assert told == {(row["measure_code"], row["volume"]) for row in seed("measure_volumes")}
