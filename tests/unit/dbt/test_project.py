"""What people rely on in the dbt project: layers, unit tests, descriptions, queries, reference data."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.unit.dbt.conftest import BuiltProject
from warehouse.dbt import OF_THE_PROJECT
from warehouse.settings import Settings

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
MARTS = ("marts", "public_marts")


def marts(project: BuiltProject) -> list[Any]:
    return [node for node in project.nodes("model") if node.schema in MARTS]


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def models(project: BuiltProject, *prefixes: str) -> set[str]:
    return {node.name for node in project.nodes("model") if node.name.startswith(prefixes)} - {
        "rule_findings"
    }


def test_every_node_is_built_in_exactly_one_layer(project: BuiltProject) -> None:
    """A test that falls between two layers would never run; one in two layers would run twice."""
    nodes = project.nodes("seed", "model", "test")
    runnable = {node.unique_id for node in nodes if node.config.materialized != "ephemeral"}
    built = (name for nodes in project.layers.values() for name in nodes)
    ran = Counter(name for name in built if not name.startswith("operation"))
    assert runnable - set(ran) == set()
    assert [name for name, times in ran.items() if times > 1] == []


def test_what_a_build_of_changes_leaves_out_follows_from_the_project_alone(project: BuiltProject) -> None:
    """Seeds and views that know no moment and read no table that is made anew under another identity."""
    listed = project.invoke("ls", "--select", *OF_THE_PROJECT, "--resource-type", "seed", "model")
    names = {name.rsplit(".", 1)[-1] for name in listed.result}
    left_out = {node.unique_id: node for node in project.nodes("seed", "model") if node.name in names}
    seeds = {node.unique_id for node in project.nodes("seed")}
    forms = {
        node.unique_id
        for node in project.nodes("model")
        if node.name.startswith("stg_") and not node.name.startswith("stg_ledger")
    }
    assert set(left_out) == seeds | forms
    stays = {
        node.unique_id for node in project.nodes("model") if node.config.materialized == "incremental"
    } | set(left_out)
    for name in forms:
        node = left_out[name]
        assert node.config.materialized == "view", name
        assert "macro.orientir.as_of" not in node.depends_on.macros, name
        read = [above for above in node.depends_on.nodes if not above.startswith("source.")]
        assert set(read) <= stays, name


def test_unit_tests_with_numbers_worked_by_hand(project: BuiltProject) -> None:
    outcome = project.invoke("test", "--selector", "unit_tests")
    assert outcome.success, [r.message for r in outcome.result if r.status != "pass"]
    assert len([r for r in outcome.result if r.node.resource_type == "unit_test"]) >= 30


RULE_ID = re.compile(r"'([A-Z]\d+\.CROSS\.[A-Z_]+)'")


def rules_of(node: Any) -> list[str]:
    """The rules that a model tells: one of its own, or a family of rules that differ by the form only."""
    return RULE_ID.findall(node.raw_code)


def test_every_indicator_and_every_rule_has_a_unit_test(project: BuiltProject) -> None:
    """A model of several rules has a failing row for each of them in its test."""
    tests = {test.model: test for test in project.manifest.unit_tests.values()}
    computed = models(project, "ind_", "rule_")
    assert len(computed) >= 16 + 4
    assert computed - set(tests) == set()
    for node in project.nodes("model"):
        family = rules_of(node) if node.name.startswith("rule_") else []
        if len(family) > 1:
            failing = {row["rule_id"] for row in tests[node.name].expect.rows}
            assert failing == set(family), node.name


def test_registries_and_models_name_the_same_indicators_and_rules(project: BuiltProject) -> None:
    indicators = {f"ind_{row['indicator_code'].lower().replace('.', '_')}" for row in seed("indicators")}
    told = [rule for node in project.nodes("model") for rule in rules_of(node)]
    assert indicators == models(project, "ind_")
    assert sorted(row["rule_id"] for row in seed("rule_registry")) == sorted(told)


def test_every_mart_is_contracted_described_and_owned(project: BuiltProject) -> None:
    assert len(marts(project)) >= 70
    for node in marts(project):
        assert node.config.contract.enforced, node.name
        assert node.description.startswith("One row per"), f"{node.name}: say the grain first"
        assert "Key:" in node.description and f"Owner: group `{node.config.group}`" in node.description, (
            node.name
        )
        assert node.config.access == "public", node.name
        for column in node.columns.values():
            assert column.description, f"{node.name}.{column.name} has no description"


def test_every_mart_has_a_key_and_its_relations_are_tested(project: BuiltProject) -> None:
    """By its own test of integrity; or by a primary key in the database and the test that facts share."""
    tests = project.nodes("test")
    generic = [node for node in tests if getattr(node, "test_metadata", None)]
    tested = {node.attached_node for node in generic if node.test_metadata.name == "integrity"}
    shared = next(node for node in tests if node.name == "facts_stand_on_their_dimensions")
    for node in marts(project):
        if node.unique_id not in tested:
            assert node.unique_id in shared.depends_on.nodes, node.name
            assert [c.type for c in node.constraints] == ["primary_key"], node.name


def test_example_queries_run(project: BuiltProject) -> None:
    from warehouse.connection import connect

    with connect("owner") as connection:
        for node in marts(project):
            queries = node.config.meta["example_queries"]
            assert len(queries) >= 2, f"{node.name}: give two queries that a reader may start from"
            for query in queries:
                assert node.name in query, node.name
                connection.execute(query)


def test_road_maps_are_carried_whole() -> None:
    """47 measures of Chelyabinsk, 50 of Tyumen and the heading Т3.2."""
    measures = seed("roadmap_measures")
    real = Counter(row["region_code"] for row in measures if row["is_header"] == "false")
    assert real == {"chelyabinsk": 47, "tyumen": 50}
    assert [row["measure_code"] for row in measures if row["is_header"] == "true"] == ["Т3.2"]


def test_municipalities_are_carried_whole() -> None:
    """Tyumen 26; Chelyabinsk 43 municipalities and 7 districts of the city."""
    rows = seed("municipalities")
    kinds = Counter((row["region_code"], row["municipality_type"]) for row in rows)
    assert kinds == {
        ("tyumen", "municipal_district"): 20,
        ("tyumen", "urban_district"): 6,
        ("chelyabinsk", "municipal_district"): 27,
        ("chelyabinsk", "urban_district"): 16,
        ("chelyabinsk", "city_district"): 7,
    }
    assert {row["parent_code"] for row in rows if row["municipality_type"] == "city_district"} == {"75701000"}


def test_codes_are_text_in_the_warehouse(project: BuiltProject, warehouse_db: Settings) -> None:
    from warehouse.connection import connect

    with connect("owner") as connection:
        numbers = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
            " where table_schema in ('reference', 'staging', 'intermediate', 'marts', 'public_marts')"
            " and (column_name like '%%code' or column_name = 'ogrn' or column_name = 'inn')"
            " and data_type <> 'text' order by 1, 2, 3"
        ).fetchall()
    assert numbers == []


HALVES = ("2025-H1", "2025-H2")


def test_periods_belong_to_school_years(project: BuiltProject) -> None:
    from warehouse.connection import connect

    with connect("owner") as connection:
        rows = connection.execute(
            "select period_code, school_year, starts_on::text, ends_on::text, title_ru from marts.dim_period"
            " where period_code = any(%s) order by period_code",
            [["2025-2026", "2025-Q2", "2025-Q3", "2026-Q1", "2025-06", "2025-07", "2026-02", *HALVES]],
        ).fetchall()
    assert rows == [
        ("2025-06", "2024-2025", "2025-06-01", "2025-06-30", "июнь 2025 г."),
        ("2025-07", "2025-2026", "2025-07-01", "2025-07-31", "июль 2025 г."),
        ("2025-2026", "2025-2026", "2025-09-01", "2026-08-31", "2025/26 учебный год"),
        ("2025-H1", "2024-2025", "2025-01-01", "2025-06-30", "I полугодие 2025 г."),
        ("2025-H2", "2025-2026", "2025-07-01", "2025-12-31", "II полугодие 2025 г."),
        ("2025-Q2", "2024-2025", "2025-04-01", "2025-06-30", "II квартал 2025 г."),
        ("2025-Q3", "2025-2026", "2025-07-01", "2025-09-30", "III квартал 2025 г."),
        ("2026-02", "2025-2026", "2026-02-01", "2026-02-28", "февраль 2026 г."),
        ("2026-Q1", "2025-2026", "2026-01-01", "2026-03-31", "I квартал 2026 г."),
    ]


def test_a_build_of_no_moment_is_refused(project: BuiltProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORIENTIR_AS_OF")
    outcome = project.invoke("run", "--select", "stg_ledger__region")
    assert not outcome.success
    assert "ORIENTIR_AS_OF" in outcome.result.results[0].message


def test_findings_about_what_is_missing_are_no_broken_key(project: BuiltProject) -> None:
    """A report that misses two agreements of the quarter before has two findings without a row."""
    from warehouse.connection import connect

    [compiled] = project.invoke("compile", "--select", "rule_findings_integrity").result
    found = (
        "insert into intermediate.rule_findings"
        " (rule_id, submission_id, section, row_no, field, received, expected, message)"
        " select 'S2.CROSS.DROPPED', '00000000-0000-0000-0000-000000000001', 'agreements', null, null, 'нет',"
        " expected, expected from unnest(%s::text[]) as expected"
    )
    with connect("owner") as connection:
        connection.execute(found, [["№ 7 с ИНН 7453000001", "№ 8 с ИНН 7453000001"]])
        assert connection.execute(compiled.node.compiled_code).fetchall() == []
        connection.execute(found, [["№ 8 с ИНН 7453000001"]])
        assert len(connection.execute(compiled.node.compiled_code).fetchall()) == 1
        connection.rollback()


def test_reference_data_of_another_version_is_replaced_with_its_columns(project: BuiltProject) -> None:
    """An upgrade finds tables as the version before has made them."""
    from warehouse.connection import connect

    with connect("owner") as connection:
        connection.execute("alter table reference.methodology_missing drop column treatment cascade")
    outcome = project.invoke("seed", "--select", "methodology_missing")
    assert outcome.success, [result.message for result in outcome.result]
    with connect("owner") as connection:
        assert connection.execute("select treatment from reference.methodology_missing").fetchall()
