"""Raw tables in a real PostgreSQL: created, widened, never narrowed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest

from ingest.forms import ddl
from ingest.forms.catalogue import contract
from ingest.forms.contract import Field, FormContract
from warehouse.connection import connect
from warehouse.settings import Settings


@pytest.fixture
def owner(clean_db: Settings) -> Any:
    with connect("owner") as connection:
        yield connection
        connection.rollback()


def columns(connection: psycopg.Connection[Any], table: str) -> dict[str, str]:
    rows = connection.execute(
        "select column_name, data_type from information_schema.columns "
        "where table_schema = 'raw' and table_name = %s",
        (table,),
    )
    return dict(rows.fetchall())


def with_fields(form: FormContract, *fields: Field) -> FormContract:
    section = replace(form.sections[0], fields=fields)
    return replace(form, sections=(section,))


def test_a_table_has_the_contract_s_columns_and_no_personal_ones(owner: psycopg.Connection[Any]) -> None:
    found = columns(owner, "s1__card")
    assert found["submission_id"] == "uuid" and found["row_no"] == "integer" and found["notes"] == "jsonb"
    assert found["site_section_updated_on"] == "date" and found["has_order"] == "boolean"
    assert not {"responsible_full_name", "responsible_phone"} & set(found)


def test_comments_are_the_russian_titles(owner: psycopg.Connection[Any]) -> None:
    row = owner.execute(
        "select obj_description('raw.s3__events'::regclass), col_description('raw.s3__events'::regclass, "
        "(select attnum from pg_attribute "
        "where attrelid = 'raw.s3__events'::regclass and attname = 'winners'))"
    ).fetchone()
    assert row == ("S3 «Мероприятия», раздел «Мероприятия»", "Победителей и призёров, чел.")


def test_applying_twice_changes_nothing(owner: psycopg.Connection[Any]) -> None:
    assert ddl.apply(owner) == []


def test_a_new_field_is_a_new_column_and_rows_stay(
    owner: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = contract("S5")
    section = form.sections[0]
    owner.execute(
        "insert into raw.s5__card (submission_id, row_no, inn) values "
        "('00000000-0000-0000-0000-000000000001', 0, '7400000001')"
    )
    added = Field("note", "Примечание", "text", "text", required=False)
    wider = replace(section.field("inn"), name="row_no_text", title="x", physical_type="text")
    monkeypatch.setattr(ddl, "all_contracts", lambda: (with_fields(form, *section.fields, added, wider),))
    assert ddl.apply(owner) == [
        "raw.s5__card: column note text added",
        "raw.s5__card: column row_no_text text added",
    ]
    row = owner.execute("select inn, note from raw.s5__card where row_no = 0").fetchone()
    assert row == ("7400000001", None)


def test_a_type_is_widened_with_its_values_and_never_narrowed(
    owner: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = contract("S5")
    number = Field("n", "Число", "integer", "integer", required=False)

    def apply(physical_type: str) -> list[str]:
        field = replace(number, physical_type=physical_type)
        monkeypatch.setattr(
            ddl, "all_contracts", lambda: (with_fields(form, form.sections[0].fields[0], field),)
        )
        return ddl.apply(owner)

    assert apply("integer") == ["raw.s5__card: column n integer added"]
    owner.execute(
        "insert into raw.s5__card (submission_id, row_no, n) "
        "values ('00000000-0000-0000-0000-000000000002', 0, 7)"
    )
    assert apply("bigint") == ["raw.s5__card: column n widened from integer to bigint"]
    assert apply("integer") == []
    assert columns(owner, "s5__card")["n"] == "bigint"
    assert apply("text") == ["raw.s5__card: column n widened from bigint to text"]
    assert owner.execute("select n from raw.s5__card where row_no = 0").fetchone() == ("7",)
    # Fields that left the contract stay in the table.
    assert "inn" in columns(owner, "s5__card")


def test_neither_wider_is_an_error_that_says_what_to_do(
    owner: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = contract("S1")
    section = form.section("card")
    changed = [replace(f, physical_type="date") if f.name == "has_order" else f for f in section.fields]
    monkeypatch.setattr(ddl, "all_contracts", lambda: (with_fields(form, *changed),))
    with pytest.raises(ValueError, match=r"raw.s1__card.has_order is boolean .* Give the field another name"):
        ddl.apply(owner)


def test_the_loader_may_add_and_remove_rows_but_not_the_transformer(warehouse_db: Settings) -> None:
    with connect("loader") as connection:
        connection.execute("delete from raw.s1__card where false")
    with connect("transformer") as connection:
        connection.execute("select * from raw.s1__card limit 0")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("delete from raw.s1__card where false")


def test_contracts_are_checked_when_they_are_not_those_of_the_tables(
    warehouse_db: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    monkeypatch.setattr(ddl, "check_contracts", lambda: checked.append("all"))
    ddl.migrate_raw()
    assert not checked
    with monkeypatch.context() as patch:
        patch.setattr(ddl, "_contracts_sha256", lambda: "of other contracts")
        ddl.migrate_raw()
        ddl.migrate_raw()
    assert checked == ["all"]
    ddl.migrate_raw()
    assert checked == ["all", "all"]
