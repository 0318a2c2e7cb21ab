"""What figures are made of, added up again on the demo region: from reports, cells, findings and due days."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from decimal import Decimal

import pytest

from demo_region.drawn_region import REGION, YEAR, leaves, releases_of
from publish.release_figures import Figure
from warehouse.connection import connect
from warehouse.settings import Settings

# Figures of one column of a mart that are added up from the marts' rows, and that are followed all the way.
ADDED_UP, FOLLOWED = 50, 1


@pytest.fixture(scope="module")
def released(published: Settings) -> list[Figure]:
    """Every figure that left the house, once: of the reference and of the extracts."""
    from publish.release_figures import figures_of

    found: dict[object, Figure] = {}
    for kind in ("annual_reference", "extract"):
        for record in releases_of(kind):
            for figure in figures_of(record) or []:
                if figure.is_number and figure.value is not None:
                    found.setdefault(figure.address, figure)
    return list(found.values())


def computed(released: list[Figure]) -> dict[tuple[str, str], list[Figure]]:
    """Those that are computed from rows of the marts, by mart and column; not nothing first."""
    from orientir.figure_trace import follow_of

    found: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in sorted(released, key=lambda figure: Decimal(figure.value or 0) == 0):
        if follow_of(figure) == "rows":
            found[figure.mart, figure.column].append(figure)
    return found


def test_every_released_figure_is_the_sum_of_what_it_is_made_of(released: list[Figure]) -> None:
    from publish.origins.source_rows import rows_of, total_of
    from publish.origins.terms import plan

    checked = defaultdict(int)
    wrong = []
    with connect("auditor") as connection:
        for (mart, column), figures in computed(released).items():
            for figure in figures[:ADDED_UP]:
                plans = plan(mart, column, dict(figure.key))
                if plans.kind != "value" or plans.leaf == "none":
                    continue
                totals = [
                    total_of(rows_of(connection, term), term)
                    for operand in plans.operands
                    for term in operand.terms
                ]
                total = sum((value for value in totals if value is not None), Decimal(0))
                checked[mart] += 1
                if total != Decimal(figure.value or 0):
                    wrong.append((mart, column, figure.key, figure.value, total))
    assert wrong == []
    assert {
        "marts.fct_intention",
        "marts.fct_contingent",
        "marts.measure_execution_year",
        "marts.quality_finding",
        "marts.reporting_discipline",
        "marts.reporting_discipline_municipality",
        "marts.dim_organisation",
        "public_marts.event_municipality_public",
        "public_marts.state_service_public",
        "public_marts.reporting_discipline_public",
    } <= checked.keys()
    assert min(checked.values()) > 0


def test_figures_are_followed_to_cells_that_sum_to_them(released: list[Figure]) -> None:
    from orientir.figure_trace import trace_figure
    from orientir.trace_tree import disagreements

    ends = defaultdict(set)
    for (mart, column), figures in computed(released).items():
        for figure in figures[:FOLLOWED]:
            tree = trace_figure(figure, cells=True)
            assert disagreements(tree) == [], (mart, column, figure.key)
            for kind in ("cell", "finding", "obligation", "row", "reason"):
                if leaves(tree, kind):
                    ends[kind].add(mart)
            assert leaves(tree, "cell") or leaves(tree, "reason"), (mart, column, figure.key)
    assert {
        "marts.fct_intention",
        "marts.measure_execution_year",
        "public_marts.event_municipality_public",
        "public_marts.state_service_public",
    } <= ends["cell"]
    assert "marts.quality_finding" in ends["finding"]
    assert {"marts.reporting_discipline", "public_marts.reporting_discipline_public"} <= ends["obligation"]


def test_every_column_of_every_fact_is_followed_to_the_cell_of_its_row(published: Settings) -> None:
    """One row of each fact; the file says what the mart holds."""
    from ingest.trace import trace_values
    from publish.origins import fact_fields
    from publish.origins.source_rows import cells_of, rows_of
    from publish.origins.terms import Term

    followed = 0
    with connect("auditor") as connection:
        for fact in fact_fields.facts():
            by_report = defaultdict(list)
            for column in fact.columns.values():
                if column.fields:
                    by_report[fact.submission_column(column.name)].append(column.name)
            for report, columns in by_report.items():
                term = Term(fact.name, "cells", shows=tuple(columns), submission=report)
                rows = rows_of(connection, term)
                if not rows:
                    continue
                # The row that says most.
                row = max(rows, key=lambda row: sum(row.values[name] is not None for name in columns))
                addressed = cells_of(connection, term, [row])
                cells = {
                    (cell.section, cell.field, cell.row_no): cell
                    for cell in trace_values(address for _, address in addressed)
                }
                assert all(cell.agrees for cell in cells.values()), fact.name
                said = [str(cell.value) for cell in cells.values() if cell.value is not None]
                held = [str(row.values[name]) for name in columns if row.values[name] is not None]
                assert sorted(said) == sorted(held), fact.name
                followed += len(held)
    assert followed > 250


def test_both_sources_of_every_reconciliation_are_added_up_again(published: Settings) -> None:
    from orientir.figure_trace import trace_figure
    from orientir.trace_tree import disagreements
    from publish.origins.recipes import reconciled
    from publish.origins.source_rows import rows_of, total_of
    from publish.origins.terms import plan

    columns = ("reconciliation_code", "region_code", "unit_type", "unit_code", "period_code", "detail")
    compared = defaultdict(int)
    with connect("auditor") as connection:
        found = connection.execute(
            "select reconciliation_code, region_code, unit_type, unit_code, period_code, detail,"
            " first_value, second_value from marts.reconciliation order by 1, 2, 3, 4, 5, 6"
        ).fetchall()
        followed: dict[str, Figure] = {}
        for *parts, first, second in found:
            key = dict(zip(columns, parts, strict=True))
            for side, value in (("first_value", first), ("second_value", second)):
                (operand,) = plan("marts.reconciliation", side, key).operands
                (term,) = operand.terms
                total = total_of(rows_of(connection, term), term)
                assert (total or 0) == (value or 0), (key, side)
                compared[key["reconciliation_code"], side] += value is not None
            if first is not None and second is not None:
                named = tuple(sorted(key.items()))
                followed[parts[0]] = Figure(
                    "marts.reconciliation", "difference", named, str(first - second), "the marts in use"
                )
    assert {code for code, _ in compared} == set(reconciled())
    assert min(compared.values()) > 0
    assert len(followed) > 4
    for code, figure in followed.items():
        tree = trace_figure(figure, cells=True)
        assert disagreements(tree) == [], code
        assert leaves(tree, "cell"), code


def test_a_figure_of_a_public_mart_in_use_is_found_by_its_key(released: list[Figure]) -> None:
    from orientir.figure_trace import Asked, figure_of_marts

    figure = next(figure for figure in released if figure.mart == "public_marts.event_municipality_public")
    asked = Asked(mart="event_municipality_public", column=figure.column, where=dict(figure.key))
    assert figure_of_marts(asked).value == figure.value


def test_every_figure_of_a_reference_is_asked_for_by_its_place(published: Settings) -> None:
    """Of running text, notes, tables and charts: each place names one figure, and a tree follows from it."""
    from orientir.figure_trace import Asked, choose, trace_figure
    from orientir.trace_tree import disagreements
    from publish.release_figures import figures_of

    figures = figures_of(releases_of("annual_reference")[0]) or []
    by_place = {figure.place: figure for figure in figures}
    assert len(by_place) == len(figures) > 500
    kinds: dict[str, Figure] = {}
    for place, figure in by_place.items():
        if figure.value is not None:
            kinds.setdefault(re.sub(r"[\d.]+", "", place.split(", ")[0]), figure)
    assert {"Раздел ", "Таблица ", "Рисунок ", "Приложение Г"} <= kinds.keys()
    # Sentences in cells, differences of two marts, and what the reference counts by its own rules.
    kinds["sentence in a cell"] = next(f for f in figures if re.search("столбец 3, число 1$", f.place))
    kinds["two marts"] = next(f for f in figures if " − fct_intention." in f.column)
    kinds["recommended"] = next(f for f in figures if ("rule", "recommended") in f.key)
    for figure in kinds.values():
        chosen = choose(figures, Asked(place=figure.place))
        assert chosen.address == figure.address
        assert disagreements(trace_figure(chosen)) == [], figure.place


def test_a_large_sum_lists_its_members_and_reads_no_file_unless_asked(released: list[Figure]) -> None:
    from orientir.figure_trace import trace_figure
    from orientir.trace_tree import disagreements

    figure = next(
        figure
        for figure in released
        if figure.mart == "marts.fct_intention"
        and figure.column == "surveyed"
        and dict(figure.key)["school_year"] == YEAR
    )
    tree = trace_figure(figure)
    units = leaves(tree, "unit")
    assert len(units) > 1
    assert sum(unit.facts["sum"] for unit in units) == Decimal(figure.value or 0)
    assert leaves(tree, "cell") == []
    assert {node.facts["form_code"] for node in leaves(tree, "submission")} == {"S5"}
    (formula,) = leaves(tree, "formula")
    assert formula.facts["agrees"]
    other = dataclasses.replace(figure, value=str(Decimal(figure.value or 0) + 1))
    assert [node.kind for node in disagreements(trace_figure(other))] == ["formula"]
    # One school of it is followed by itself.
    key = {**dict(figure.key), "ogrn": units[0].facts["unit_code"]}
    own = Figure(figure.mart, "surveyed", tuple(sorted(key.items())), str(units[0].facts["sum"]), "")
    (cell,) = leaves(trace_figure(own), "cell")
    assert cell.facts["field"] == "by_grade.surveyed"
    assert cell.facts["value"] == units[0].facts["sum"]


def test_a_submission_names_no_figure_that_it_says_nothing_of(published: Settings) -> None:
    """Measures are of the whole region: a report is named under those that it says something of."""
    from publish.touched import touched_by

    with connect("auditor") as connection:
        reported = connection.execute(
            "select s.submission_id, array_agg(distinct r.measure_code) from marts.fct_submission as s"
            " left join marts.fct_measure_report as r on r.submission_id = s.submission_id and r.is_evidence"
            " where s.is_counting and s.form_code in ('S3', 'S5', 'C1') and s.school_year = %s"
            " and s.region_code = %s group by 1, s.form_code, s.ogrn order by s.form_code, s.ogrn limit 5",
            [YEAR, REGION],
        ).fetchall()
        for submission, measures in reported:
            (reference, *_) = touched_by(connection, str(submission))
            assert reference.figures is not None
            of_measures = {
                figure.address: dict(figure.key)["measure_code"]
                for figure in reference.figures
                if figure.mart == "marts.measure_execution_year" and "measure_code" in dict(figure.key)
            }
            certain = {code for address, code in of_measures.items() if address in reference.certain}
            # What grows through the year is moved by the last report of it: the others may have moved it.
            assert certain <= {code for code in measures if code is not None} <= set(of_measures.values())
            places = {figure.mart for figure in reference.figures if figure.address not in reference.certain}
            assert "marts.rating_municipality" in places
            assert not [figure for figure in reference.figures if figure.column == "expected"]
