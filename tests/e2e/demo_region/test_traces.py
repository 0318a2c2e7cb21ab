"""From released figures to their reports and cells, and back. The last test changes the ledger."""

from __future__ import annotations

import dataclasses
import shutil
from decimal import Decimal

import pytest

from demo_region.drawn_region import (
    ACCEPTED,
    CORRECTED_QUARTER,
    CORRECTED_REGION,
    RECIPIENTS,
    REGION,
    YEAR,
    build_marts,
    decide_as_drawn,
    decide_otherwise,
    leaves,
    releases_of,
    scalar,
)
from publish.extract import build_extract
from publish.extract.build import Package
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import Settings


def test_a_submission_names_every_released_figure_that_it_entered(published: Settings) -> None:
    from publish.touched import touched_by

    with connect("auditor") as connection:
        (submission, ogrn, municipality) = connection.execute(
            "select s.submission_id, s.ogrn, o.municipality_code from marts.fct_submission as s"
            " join marts.dim_organisation as o on o.ogrn = s.ogrn and o.is_current"
            " where s.is_counting and s.form_code = 'S1' and s.school_year = %s and s.region_code = %s"
            " order by s.ogrn limit 1",
            [YEAR, REGION],
        ).fetchone() or ("", "", "")
        (refused,) = connection.execute(
            "select submission_id from ledger.decision where is_current and outcome = 'rejected' limit 1"
        ).fetchone() or ("",)
        found = touched_by(connection, str(submission))
        assert touched_by(connection, str(refused)) == []
    assert [one.release.kind for one in found] == ["annual_reference", *("extract" for _ in RECIPIENTS)]
    for one in found:
        assert one.submission.ogrn == ogrn
        assert one.figures
        marts = {figure.mart.rpartition(".")[2].removesuffix("_public") for figure in one.figures}
        assert {"rating_municipality"} < marts
        keys = [dict(figure.key) for figure in one.figures]
        coverage = {
            key["unit_code"] for key in keys if key.get("indicator_code") == "3.1" and "unit_code" in key
        }
        assert coverage <= {municipality, REGION}
        assert not [key for key in keys if key.get("municipality_code", municipality) != municipality]
        # S1 says nothing of months of the state service.
        assert "state_service" not in marts


def test_every_indicator_is_traced_to_what_counted(published: Settings) -> None:
    """The region's figure of each indicator, as released, and one school or centre down to its cells."""
    from orientir.figure_trace import Asked, choose, trace_figure
    from orientir.trace_tree import disagreements
    from publish.release_figures import figures_of

    (reference,) = releases_of("annual_reference")
    figures = figures_of(reference) or []
    with connect("auditor") as connection:
        defined = connection.execute(
            "select indicator_code, source_forms from marts.dim_indicator"
        ).fetchall()
        counting = {
            row[0]
            for row in connection.execute(
                "select submission_id from marts.fct_submission where is_counting and region_code = %s",
                [REGION],
            ).fetchall()
        }
    traced = {}
    for code, forms in defined:
        where = {"indicator_code": code, "unit_code": REGION, "school_year": YEAR}
        asked = Asked(mart="fct_indicator_value", column="value", where=where)
        if not any(asked.meets(figure) and figure.value for figure in figures):
            continue
        figure = choose(figures, asked)
        tree = trace_figure(figure)
        reports = leaves(tree, "submission")
        assert {node.facts["form_code"] for node in reports} <= set(forms.split(";")) or code == "1.2", code
        assert {node.facts["submission_id"] for node in reports} <= counting, code
        assert reports, code
        (indicator,) = leaves(tree, "indicator")
        assert figure.value is not None
        assert Decimal(figure.value) == indicator.facts["value"], code
        unit = next(node for node in leaves(tree, "unit") if leaves(node, "submission"))
        key = (
            ("indicator_code", code),
            ("school_year", YEAR),
            ("unit_code", unit.facts["unit_code"]),
        )
        one = trace_figure(dataclasses.replace(figure, key=key, value=None))
        assert disagreements(one) == [], code
        traced[code] = len(leaves(one, "cell"))
    assert len(traced) > 25
    assert sum(1 for cells in traced.values() if cells) > 20


def test_a_score_is_traced_through_its_indicators(published: Settings) -> None:
    from orientir.figure_trace import Asked, figure_of_marts, trace_figure

    with connect("auditor") as connection:
        (ogrn, score) = connection.execute(
            "select ogrn, score from marts.rating_school where region_code = %s and school_year = %s"
            " and score is not null order by ogrn limit 1",
            [REGION, YEAR],
        ).fetchone() or ("", 0)
    asked = Asked(mart="rating_school", unit=ogrn, period=YEAR, column="score")
    tree = trace_figure(figure_of_marts(asked))
    assert tree.facts["value"] == str(score)
    indicators = leaves(tree, "indicator")
    assert len(indicators) > 5
    assert {node.facts["unit_code"] for node in indicators} == {ogrn}
    assert leaves(tree, "cell")
    (total,) = [node for node in leaves(tree, "formula") if "agrees" in node.facts]
    assert total.facts["agrees"]


def test_a_score_of_a_municipality_looks_into_every_file_once(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thirty indicators come from the same reports: each file is read, and looked up, for all of them."""
    from ingest import trace
    from orientir.figure_trace import Asked, figure_of_marts, trace_figure
    from orientir.trace_tree import disagreements, folded, lines_of

    read, asked_for = [], []
    read_again, origins = trace._read_again, trace._origins
    monkeypatch.setattr(trace, "_read_again", lambda origin: read.append(origin) or read_again(origin))
    monkeypatch.setattr(trace, "_origins", lambda c, found: asked_for.append(found) or origins(c, found))
    with connect("auditor") as connection:
        (code,) = connection.execute(
            "select r.municipality_code from marts.rating_municipality as r"
            " join marts.dim_organisation as o on o.municipality_code = r.municipality_code and o.is_current"
            " where r.region_code = %s and r.school_year = %s and r.score is not null"
            " group by r.municipality_code order by count(*), r.municipality_code limit 1",
            [REGION, YEAR],
        ).fetchone() or ("",)
    asked = Asked(mart="rating_municipality", unit=code, period=YEAR, column="score")
    tree = trace_figure(figure_of_marts(asked), cells=True)
    assert disagreements(tree) == []
    assert len(read) == len({origin.submission_id for origin in read}) > 0
    assert {node.facts["file"] for node in leaves(tree, "cell")} <= {origin.file_name for origin in read}
    assert len(asked_for) == 2
    shown = lines_of(folded(trace_figure(figure_of_marts(asked))))
    for node in leaves(tree, "indicator"):
        assert f"  {node.text}" in shown


@pytest.mark.parametrize(
    ("column", "where", "said"),
    [
        ("scoer", {}, "marts.rating_school has no column scoer: its columns are region_code, "),
        ("score", {"year": YEAR}, "marts.rating_school has no column year: its columns are region_code, "),
        (
            "score",
            {},
            "marts.rating_school has no row of unit 1 and period 2025-2026: its rows are told apart by",
        ),
    ],
)
def test_a_figure_that_no_mart_holds_is_refused_with_what_there_is(
    published: Settings, column: str, where: dict[str, str], said: str
) -> None:
    from orientir.figure_trace import Asked, NoSuchFigureError, figure_of_marts

    asked = Asked(mart="rating_school", unit="1", period=YEAR, column=column, where=where)
    with pytest.raises(NoSuchFigureError) as refused:
        figure_of_marts(asked)
    assert f"{refused.value}: {refused.value.hint}".startswith(said)


@pytest.mark.slow
def test_a_correction_is_put_back_though_the_revision_before_it_is_gone_too(
    published: Settings, corrected: list[Package]
) -> None:
    """The fourth revision follows from other decisions. Its files and those of the third are rebuilt."""
    from orientir.failures import DataError
    from orientir.reproduce import restore
    from publish.release_register import find_release

    decide_otherwise(3)
    build_marts("changes")
    package = build_extract("open_data", CORRECTED_REGION, CORRECTED_QUARTER, clock.now())
    decide_as_drawn()
    build_marts("changes")
    with connect("auditor") as connection:
        record = find_release(connection, package.release_id)
    assert (package.folder.name, record.has_changes) == ("r4", True)
    kept = package.folder.parent.rename(package.folder.parent.with_name("kept"))
    try:
        assert restore(record, print) == package.folder
        assert {path.name for path in package.folder.parent.iterdir()} == {"r4", "r4-changes"}
        for file in record.files:
            assert (package.folder / file.name).read_bytes() == (kept / "r4" / file.name).read_bytes()
        # The second was made from marts that somebody had changed: it does not come out, nothing is put back.
        with connect("auditor") as connection:
            second = find_release(connection, corrected[1].release_id)
        with pytest.raises(DataError, match="does not come out as it was released"):
            restore(second, print)
        assert not corrected[1].folder.exists()
    finally:
        shutil.rmtree(package.folder.parent, ignore_errors=True)
        kept.rename(package.folder.parent)


@pytest.fixture(scope="module")
def moved_on(published: Settings, corrected: list[Package]) -> None:
    """The registry, the deadlines and the decisions change after the releases; the marts in use stay."""
    with connect("owner") as connection:
        connection.execute(
            "update ledger.obligation set due_on = due_on + 30, grace_until = grace_until + 30"
        )
        connection.execute("update ledger.organisation set name_short = 'Переименована', oktmo = '75701000'")
        connection.execute("update ledger.decision set outcome = 'rejected' where is_current")


def test_a_correction_is_rebuilt_byte_for_byte_after_the_ledger_has_moved_on(
    moved_on: None, corrected: list[Package]
) -> None:
    """An extract with the package of what it changed, in a database of its own that is gone afterwards."""
    from orientir.rebuilding import DATABASE, workplace
    from orientir.reproduce import reproduce
    from publish.release_register import find_release

    with connect("auditor") as connection:
        record = find_release(connection, corrected[2].release_id)
    (outcome,) = reproduce([record], print)
    assert [file.name for file in outcome.files if not file.is_equal] == []
    assert len(outcome.files) == len(record.files)
    assert [file.name for file in outcome.files if file.name.startswith("../r3-changes/")]
    # What was parsed for the marts in use has served: dbt has not parsed again.
    assert not list(workplace().rglob("partial_parse.msgpack"))
    assert scalar("select count(*) from pg_database where datname = %s", DATABASE) == 0


@pytest.mark.slow
def test_releases_are_rebuilt_and_traced_after_the_ledger_has_moved_on(moved_on: None) -> None:
    from orientir.figure_trace import Asked, choose, trace_figure
    from orientir.rebuilding import DATABASE, TRACED, marts_of, read_by
    from orientir.reproduce import write_and_compare
    from orientir.trace_tree import disagreements
    from publish.release_figures import figures_of

    values = "select md5(string_agg(v::text, ',' order by v::text)) from marts.fct_indicator_value as v"
    before = scalar(values)
    (reference,), extracts = releases_of("annual_reference"), releases_of("extract")
    records = [reference, *extracts]
    where = {"indicator_code": "3.1", "unit_code": REGION, "school_year": YEAR}
    with marts_of(records, print, [*read_by(records), *TRACED]):
        outcomes = [write_and_compare(record, print) for record in records]
        figures = figures_of(reference) or []
        tree = trace_figure(choose(figures, Asked(where=where, column="value")))
        # Of every other kind one, by what the marts of then hold.
        others = {figure.mart: figure for figure in figures if figure.value not in (None, "0")}
        assert [
            mart for mart, figure in others.items() if disagreements(trace_figure(figure, cells=True))
        ] == []
    assert [(o.release_id, f.name) for o in outcomes for f in o.files if not f.is_equal] == []
    assert [len(outcome.files) for outcome in outcomes] == [5, *(len(e.files) for e in extracts)]
    # The figure leads to the reports that counted then, under the names of then.
    assert len(leaves(tree, "submission")) > 0
    assert {node.facts["outcome"] for node in leaves(tree, "submission")} <= ACCEPTED
    assert not [node for node in leaves(tree, "unit") if node.facts["unit_name"] == "Переименована"]
    assert scalar(values) == before
    assert scalar("select count(*) from pg_database where datname = %s", DATABASE) == 0
