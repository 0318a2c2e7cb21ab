"""What counts for a measure: the seed names facts and columns that exist, and leaves out no form."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ingest.forms.catalogue import contract
from warehouse.yaml_files import read_yaml

PROJECT = Path(__file__).parents[3] / "dbt_project"


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def demo_lines() -> list[dict[str, str]]:
    data = PROJECT.parent / "demo" / "data" / "measure_volumes.csv"
    with data.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def columns(mart: str) -> dict[str, list[tuple[str, str, str]]]:
    """The columns of a fact, each with the fields that it holds: form, section, field."""
    path = next((PROJECT / "models" / "facts").rglob(f"{mart}.yml"))
    (model,) = read_yaml(path)["models"]
    held = {}
    for column in model["columns"]:
        fields = column.get("config", {}).get("meta", {}).get("fields", ())
        held[column["name"]] = [tuple(name.split(".")) for name in fields]
    return held


def forms_told_by(line: dict[str, str]) -> set[str]:
    """The forms whose rows a line can count: they fill its column, and know the value that it asks for."""
    held = columns(line["mart"])
    counted = (
        held[line["column_name"]] if line["column_name"] else [f for fields in held.values() for f in fields]
    )
    forms = {form for form, _, _ in counted}
    if line["measure_code"] == "*":
        forms &= {form for form, _, _ in held["measure_code"]}
    if line["filter_column"] == "form_code":
        forms &= {line["filter_value"]}
    elif line["filter_column"]:
        forms &= {field[0] for field in held[line["filter_column"]] if knows(*field, line["filter_value"])}
    return forms


def knows(form: str, section: str, name: str, value: str) -> bool:
    """Whether a field of a form may hold a value: the code of a row, one of its codes."""
    asked = contract(form).section(section)
    if name == "row_code":
        return value in asked.rows
    (field,) = (field for field in asked.fields if field.name == name)
    return not field.codes or value in field.codes.values()


def served() -> set[tuple[str, str]]:
    return {(row["measure_code"], row["form_code"]) for row in seed("measure_fields")}


def named_in_rows() -> set[tuple[str, str]]:
    """Measures and forms whose rows name the measure themselves."""
    return {
        (row["measure_code"], row["form_code"])
        for row in seed("measure_fields")
        if row["field"] == "measure_code"
    }


def counted_by_forms(lines: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Measure and form of every line; `*` is every measure that rows of the form name."""
    told = set(lines)
    return told | {(measure, form) for measure, form in named_in_rows() if ("*", form) in told}


def test_every_form_that_serves_a_measure_has_something_that_counts() -> None:
    """A form without it would be asked for and never be heard: however it reports, the measure looks silent.

    There are no exceptions: a field that is no volume serves a measure together with one that is, or with
    the report itself, which counts as a document (Ч1.2 in S4).
    """
    told = ((line["measure_code"], form) for line in seed("measure_volumes") for form in forms_told_by(line))
    assert sorted(served() - counted_by_forms(told)) == []


def test_every_form_that_serves_a_measure_counts_in_the_demo_too() -> None:
    told = ((line["measure_code"], line["form_code"]) for line in demo_lines())
    assert sorted(served() - counted_by_forms(told)) == []


def test_lines_name_columns_that_facts_have() -> None:
    for mart in {row["mart"] for row in seed("measure_volumes")}:
        held = set(columns(mart))
        for row in seed("measure_volumes"):
            if row["mart"] == mart:
                named = {row["column_name"], row["filter_column"], row["submission_column"]} - {""}
                assert named <= held, row
                assert row["measure_code"] != "*" or "measure_code" in held, row


def test_the_model_reads_exactly_the_facts_that_the_seed_names() -> None:
    sql = (PROJECT / "models" / "execution" / "fct_measure_report.sql").read_text(encoding="utf-8")
    listed = re.findall(r"^    '(fct_\w+)',$", sql, flags=re.MULTILINE)
    assert listed == sorted({row["mart"] for row in seed("measure_volumes")})


def test_the_demo_counts_the_same_forms_for_each_measure_by_its_own_list() -> None:
    told = {(line["measure_code"], line["volume"], line["form_code"]) for line in demo_lines()}
    assert told == {
        (line["measure_code"], line["volume"], form)
        for line in seed("measure_volumes")
        for form in forms_told_by(line)
    }
