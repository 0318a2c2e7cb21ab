"""Every field of every form can be queried in a mart, or its absence is declared here with the reason."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ingest.forms.catalogue import load_contracts
from warehouse.yaml_files import read_yaml

MODELS = Path(__file__).parents[3] / "dbt_project" / "models"
# Every form says who it is from and for which period: the ledger knows that, and the registry the rest.
IDENTIFIES = {"ogrn", "period"}
NOT_IN_MARTS = {
    "inn": "stands in dim_organisation, from the registry",
    "organisation_name": "stands in dim_organisation, from the registry",
    "S1.card.oktmo": "checked against the registry, whose code stands in dim_organisation",
}


@cache
def models() -> list[dict[str, Any]]:
    """What the models' files say of each model."""
    files = [read_yaml(path) for path in sorted(MODELS.rglob("*.yml"))]
    return [model for file in files for model in file.get("models", [])]


@cache
def columns() -> dict[str, list[tuple[str, str]]]:
    """Field of a form as `S1.card.has_order` → the marts and columns that say to hold it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for model in models():
        for column in model.get("columns", []):
            for field in column.get("config", {}).get("meta", {}).get("fields", []):
                found.setdefault(field, []).append((model["name"], column["name"]))
    return found


def reported() -> list[str]:
    """Every field of the forms in force but the personal ones, which live in `pii`."""
    return [
        f"{form.code}.{section.name}.{field.name}"
        for form in load_contracts().values()
        for section in form.sections
        for field in section.raw_fields
        if not (section.layout == "card" and field.name in IDENTIFIES)
    ]


def is_declared(field: str) -> bool:
    return field in NOT_IN_MARTS or field.rpartition(".")[2] in NOT_IN_MARTS


def test_every_field_of_every_form_is_in_a_mart() -> None:
    held = columns()
    missing = [field for field in reported() if field not in held and not is_declared(field)]
    assert missing == [], "add a column to the fact of the process and name the field in its meta.fields"


def test_marts_name_fields_that_forms_have() -> None:
    assert sorted(set(columns()) - set(reported())) == []


def test_no_exception_is_declared_in_vain() -> None:
    held = columns()
    assert [field for field in reported() if field in held and is_declared(field)] == []


def test_a_column_that_names_a_field_reads_its_section() -> None:
    """The model of the mart selects from the staging model of the section and mentions the field."""
    for field, places in columns().items():
        form, section, name = field.split(".")
        for mart, column in places:
            path = next(MODELS.glob(f"facts/**/{mart}.sql"))
            sql = path.read_text(encoding="utf-8")
            assert f"ref('stg_{form.lower()}__{section}')" in sql, f"{mart}.{column} does not read {field}"
            # The macro's own file says that it picks columns by their row's code.
            by_row = name == "row_code" and "columns_by_row(" in sql
            assert name in sql or by_row, f"{mart}.{column} does not select {field}"


def test_personal_fields_are_in_no_mart() -> None:
    personal = {
        field.name
        for form in load_contracts().values()
        for section in form.sections
        for field in section.personal_fields
    }
    assert [m["name"] for m in models() for c in m.get("columns", []) if c["name"] in personal] == []


def test_the_catalogue_of_marts_lists_every_mart() -> None:
    listed = (MODELS.parents[1] / "docs" / "marts.md").read_text(encoding="utf-8")
    # A generated fact is described in dbt's documentation only, until its form gets one of its own.
    generated = {path.stem for path in (MODELS / "facts" / "generated").glob("*.yml")}
    marts = [m["name"] for m in models() if "constraints" in m and m["name"] not in generated]
    assert len(marts) >= 70
    assert [name for name in marts if f"| `{name}` |" not in listed] == []
