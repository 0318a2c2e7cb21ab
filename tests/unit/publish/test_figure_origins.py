"""What published figures are said to be made of, against the marts, seeds and contracts that there are."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from publish_sample import FACTS, REGION

from ingest.forms.catalogue import contract
from publish.blocks import numbers_of
from publish.extract.contracts import load_recipients
from publish.origins import fact_fields, recipes
from publish.origins.row_queries import SHOWN
from publish.origins.source_rows import SourceRow, added_since_january
from publish.origins.terms import DIFFERENCE, Among, Recommended, Standing, Term, plan
from publish.reference.document import build_document
from warehouse.yaml_files import read_yaml

DBT = Path(__file__).parents[3] / "dbt_project"


@cache
def marts() -> dict[str, dict[str, str]]:
    """Every mart that somebody may read, with its columns and their types."""
    found: dict[str, dict[str, str]] = {}
    for folder in ("dimensions", "facts", "execution", "indicators", "ratings", "public"):
        for path in sorted((DBT / "models" / folder).rglob("*.yml")):
            content: dict[str, Any] = read_yaml(path)
            for model in content.get("models", []):
                if model["name"].startswith(("int_", "ind_")):
                    continue
                found[model["name"]] = {c["name"]: c["data_type"] for c in model.get("columns", [])}
    return found


def quoted() -> set[tuple[str, str]]:
    """Marts and columns of all numbers of a reference, and of all tables of the extracts."""
    of_reference = {
        (f"marts.{other}" if other else located.number.reference.mart, column)
        for located in numbers_of(build_document(FACTS))
        for side in located.number.reference.column.split(DIFFERENCE)
        for part in side.split(recipes.RATIO)
        for other, _, column in [part.rpartition(".")]
    }
    of_extracts = {
        (f"public_marts.{dataset.model}", field.name)
        for recipient in load_recipients().values()
        for dataset in recipient.datasets
        for field in dataset.fields
        if field.name not in dataset.primary_key and field.type in ("integer", "number")
    }
    return of_reference | of_extracts


def test_every_quoted_figure_ends_in_cells_or_says_why_not() -> None:
    ends: dict[str, set[str]] = {}
    for mart, column in sorted(quoted()):
        recipe = recipes.recipe(mart, column)
        if recipe.follow != "rows":
            ends.setdefault(recipe.follow, set()).add(mart)
            continue
        if recipe.leaf == "cells":
            fed = fact_fields.is_fact(recipe.of) or recipe.volumes is not None
            assert fed, f"{mart}.{column} has neither cells nor a reason for having none"
        else:
            assert recipe.why, f"{mart}.{column} does not say why it ends in {recipe.leaf}"
        ends.setdefault(recipe.leaf, set()).add(mart)
    assert {"indicator", "rating", "cells", "obligations", "findings", "registry", "rows"} <= ends.keys()
    assert {
        "marts.fct_intention",
        "marts.measure_execution_year",
        "public_marts.event_municipality_public",
    } <= ends["cells"]


def test_rows_that_are_counted_say_what_they_are() -> None:
    for mart, column in sorted(quoted()):
        counted = recipes.recipe(mart, column)
        if counted.follow == "rows" and counted.leaf == "rows":
            assert counted.of in SHOWN, f"{mart}.{column} would be traced to lines without a word"


def test_every_mart_is_described() -> None:
    missing = sorted(set(marts()) - recipes.described_marts())
    assert missing == [], f"say in {recipes.SOURCES_FILE.name} what they are made of"
    assert sorted(recipes.described_marts() - set(marts())) == []


def test_recipes_name_columns_that_there_are() -> None:
    for mart, column in recipes.described_columns():
        recipe = recipes.recipe(mart, column.partition("=")[0], {"status": column.partition("=")[2]})
        if recipe.volumes is not None or recipe.leaf == "none":
            continue
        assert recipe.of in marts(), (mart, column)
        known = marts()[recipe.of]
        named = {*recipe.sums, *recipe.less, *recipe.shows, *recipe.where}
        named |= {name for rule in recipe.rules.values() for name in rule}
        named |= {recipe.count} - {None, recipes.COUNT_ROWS}
        assert named <= known.keys(), (mart, column)
        if not column.startswith("count("):
            special = column in {"schools", "missing"}
            assert special or column in marts()[mart], (mart, column)


def test_both_sources_of_every_reconciliation_are_described() -> None:
    with (DBT / "seeds" / "reconciliations.csv").open(encoding="utf-8", newline="") as stream:
        defined = {row["reconciliation_code"] for row in csv.DictReader(stream)}
    assert set(recipes.reconciled()) == defined
    for code, sources in recipes.reconciled().items():
        for source in sources.values():
            if "." in source.recipe.of:
                form, section = source.recipe.of.split(".")
                held = contract(form).section(section)
                assert all(held.field(name) for name in source.recipe.sums), code
                continue
            known = marts()[source.recipe.of]
            assert {*source.recipe.sums, *source.recipe.where} <= known.keys(), code
            assert source.detail is None or source.detail in known, code


def test_a_column_of_a_matrix_says_which_row_it_holds() -> None:
    """Either the row's code stands in a column, or the column holds one row only and names it."""
    for fact in fact_fields.facts():
        for column in fact.columns.values():
            for held in column.fields:
                section = contract(held.form).section(held.section)
                if section.layout != "matrix":
                    assert held.row is None, (fact.name, column.name)
                elif held.row is None:
                    assert (held.form, held.section) in fact.row_codes, (fact.name, column.name)
                else:
                    assert held.row in section.rows, (fact.name, column.name)
                assert not section.field(held.name).personal


def test_every_column_of_a_fact_belongs_to_one_report() -> None:
    for fact in fact_fields.facts():
        for column in fact.columns.values():
            if column.fields:
                assert fact.submission_column(column.name) in fact.columns, (fact.name, column.name)


def only_term(mart: str, column: str, **key: str) -> Term:
    (operand,) = plan(mart, column, key).operands
    (term,) = operand.terms
    return term


def test_a_figure_of_a_fact_is_the_sum_over_the_rows_of_its_key() -> None:
    term = only_term("marts.fct_intention", "to_spo", region_code=REGION, school_year="2025-2026", grade="9")
    assert (term.of, term.sums, term.submission) == ("fct_intention", ("to_spo",), "submission_id")
    assert Among("grade", ("9",)) in term.conditions
    events = only_term(
        "public_marts.event_municipality_public",
        "participations",
        municipality_code="75701000",
        period_code="2026-Q2",
        activity_kind="trial",
    )
    assert (events.of, events.sums) == ("fct_event", ("participants_total",))
    assert Standing("75701000", at_year_end=False) in events.conditions


def test_volumes_of_a_measure_are_those_of_the_seed() -> None:
    """Т3.1 counts the state service since January; each report adds to the largest before it."""
    (operand,) = plan(
        "marts.measure_execution_year", "participants", {"measure_code": "Т3.1", "school_year": "2025-2026"}
    ).operands
    lines = {term.of: term for term in operand.terms}
    assert lines["fct_state_service"].is_cumulative
    assert lines["fct_state_service"].sums == ("service_fact_cumulative",)
    # Events and meetings name their measure themselves.
    assert Among("measure_code", ("Т3.1",)) in lines["fct_event"].conditions
    assert not lines["fct_event"].is_cumulative


def _report(period: str, school_year: str, figure: int | None) -> SourceRow:
    values = {"ogrn": "1", "of_period_code": period, "of_school_year": school_year}
    return SourceRow(values, None if figure is None else Decimal(figure))


@pytest.mark.parametrize(
    ("figures", "signs"),
    [
        # a wrong zero in February adds nothing and takes nothing off: 469 and 134 are 603
        ({"01": 469, "02": 0, "03": 603}, {"03": 1}),
        # the year before ends with June: 640 of 700
        ({"06": 60, "09": 400, "12": 700}, {"06": -1, "12": 1}),
        # September holds the year before, and nobody says how much: what October added is all that is known
        ({"09": 800, "10": 950}, {"09": -1, "10": 1}),
        ({"05": 200, "09": 260}, {}),
        ({"05": 200, "06": None, "09": 260}, {}),
        ({"08": 300, "09": 330}, {"08": -1, "09": 1}),
        # less than before: not known, and the larger figure stays
        ({"06": 100, "09": 90, "10": 105}, {"06": -1, "10": 1}),
    ],
)
def test_of_a_figure_that_grows_since_january_what_exceeds_the_largest_before_it_is_traced(
    figures: dict[str, int | None], signs: dict[str, int]
) -> None:
    year_of = {month: "2025-2026" if int(month) >= 7 else "2024-2025" for month in figures}
    rows = [_report(f"2025-{month}", year_of[month], figure) for month, figure in figures.items()]
    asked = Among("school_year", (year_of[max(figures)],))
    term = Term("fct_state_service", "cells", sums=("service_fact_cumulative",), conditions=(asked,))
    found = added_since_january(rows, term)
    assert {row.values["of_period_code"][5:]: row.sign for row in found} == signs


def test_shares_and_changes_are_computed_from_their_parts() -> None:
    discipline = "marts.reporting_discipline_municipality"
    share = plan(discipline, "accepted / expected", {"region_code": REGION, "school_year": "2025-2026"})
    assert share.kind == "share"
    assert [operand.column for operand in share.operands] == ["accepted", "expected"]
    whole = plan("marts.fct_inclusion", "included_ovz + included_disabled", {"municipality_code": "75701000"})
    assert whole.kind == "value"
    assert [term.sums for term in whole.operands[0].terms] == [("included_ovz",), ("included_disabled",)]
    assert {Standing("75701000", at_year_end=False)} == {
        c for t in whole.operands[0].terms for c in t.conditions
    }
    change = plan(
        discipline, "accepted / expected", {"region_code": REGION, "school_year": "2025-2026 − 2024-2025"}
    )
    assert change.kind == "change_of_share"
    assert [operand.school_year for operand in change.operands] == ["2025-2026"] * 2 + ["2024-2025"] * 2


def test_a_difference_may_be_taken_from_another_mart() -> None:
    """Who went somewhere, less who had meant to: two shares, each of its own mart."""
    key = {"region_code": REGION, "school_year": "2024-2025", "grade": "9"}
    column = "to_spo / graduates − fct_intention.to_spo / fct_intention.surveyed"
    difference = plan("marts.fct_destination", column, key)
    assert difference.kind == "change_of_share"
    assert [operand.terms[0].of for operand in difference.operands] == ["fct_destination"] * 2 + [
        "fct_intention"
    ] * 2
    assert [operand.terms[0].sums for operand in difference.operands] == [
        ("to_spo",), ("graduates",), ("to_spo",), ("surveyed",),
    ]  # fmt: skip


def test_recommendations_are_counted_by_the_rules_of_the_reference() -> None:
    key = {"region_code": REGION, "school_year": "2025-2026", "indicator_code": "1.2", "rule": "recommended"}
    (operand,) = plan("marts.fct_indicator_value", "count(unit_code)", key).operands
    assert Recommended("1.2", REGION, "2025-2026") in operand.terms[0].conditions


def test_what_nobody_described_is_refused() -> None:
    with pytest.raises(recipes.NotDescribedError, match=r"fct_intention\.applause"):
        recipes.recipe("marts.fct_intention", "applause")
    with pytest.raises(recipes.NotDescribedError, match="the rule 'brave'"):
        plan("marts.reporting_discipline", "count(ogrn)", {"region_code": REGION, "rule": "brave"})
