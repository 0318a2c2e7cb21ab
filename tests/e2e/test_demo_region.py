"""A small demo region with many faults, from its files to everything that leaves the house.

The chain runs once. First it is compared with the answer key that was drawn with the files, then what was
published is looked at.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from psycopg import sql

from demo import DemoSummary, generate
from demo.comparison import compare
from demo.organisations import KINDS
from orientir.figure_trace import Node
from publish.approval import Answer, approve
from publish.delivery import deliver
from publish.extract import build_extract
from publish.extract.build import deliver_extract
from publish.feedback import write_feedback
from publish.portal import build_portal
from publish.reference import draft_reference
from publish.release_register import ReleaseRecord, find_release, list_releases
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import Settings, get_settings

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "publish"))
from extract_reading import told_of_people
from page_requests import external_requests, links, outside_addresses
from release_attack import leaks

SCALE, FAULT_RATE = 0.1, 0.3
REGION, YEAR, QUARTER = "chelyabinsk", "2025-2026", "2026-Q2"
RECIPIENTS = ("education_ministry", "open_data")
UNCHECKED = ("--no-write-json", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
ACCEPTED = {"accepted", "accepted_with_warnings"}


@pytest.fixture(scope="module")
def demo_settings(
    database_of_module: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """An empty database, and an inbox and a registry that no other test has written to."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORIENTIR_INBOX_DIR", str(folder / "inbox"))
        patch.setenv("ORIENTIR_REGISTRY_DIR", str(folder / "registry"))
        get_settings.cache_clear()
        yield get_settings()
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def summary(demo_settings: Settings) -> DemoSummary:
    """The demo region, pulled, validated and built; what was drawn."""
    from expectations.dbt_findings import collect_rule_findings
    from expectations.decision import validate_unidentified
    from expectations.run import pending_forms, validate_form
    from ingest.calendar.obligations import sync_obligations
    from ingest.pull import plan_pull, pull_shard
    from ingest.sources.registry import load_registry
    from warehouse.dbt import run_dbt

    drawn = generate(demo_settings, scale=SCALE, fault_rate=FAULT_RATE)
    load_registry()
    sync_obligations()
    for region_code in drawn.organisations:
        for kind in KINDS:
            for shard in plan_pull(kind, region_code):
                pull_shard(shard)
    for form_code in pending_forms():
        validate_form(form_code)
    validate_unidentified()
    # Built in two steps, so that everything that is compared with the answer key went through a build of
    # changes: first with every tenth decision otherwise, then with the true ones.
    decide_otherwise(10)
    run_dbt(["build", *UNCHECKED, "--select", "+fct_submission"])
    decide_as_drawn()
    build_marts("changes")
    collect_rule_findings()
    return drawn


def build_marts(scope: str) -> None:
    """Build all layers as a build of the house does, but for the tests of the models."""
    from publish.disclosure.decide import decide
    from warehouse.dbt import run_dbt

    run_dbt(["build", *UNCHECKED], scope=scope)
    decide(clock.now())
    run_dbt(["run", "--no-write-json", "--select", "tag:layer_public"], scope=scope)


def decide_otherwise(one_in: int) -> None:
    """Refuse some of what was accepted; where it was a correction, the revision before it counts again."""
    with connect("owner") as connection:
        connection.execute(
            "create table decided as select submission_id, outcome from ledger.decision"
            " where is_current and outcome like 'accepted%%' order by md5(submission_id::text)"
            " limit (select count(*) from ledger.decision) / %s",
            [one_in],
        )
        connection.execute(
            "update ledger.decision as d set outcome = 'rejected' from decided"
            " where decided.submission_id = d.submission_id"
        )


def decide_as_drawn() -> None:
    """The true decisions."""
    with connect("owner") as connection:
        connection.execute(
            "update ledger.decision as d set outcome = decided.outcome from decided"
            " where decided.submission_id = d.submission_id"
        )
        connection.execute("drop table decided")


@pytest.fixture(scope="module")
def published(demo_settings: Settings, summary: DemoSummary) -> Settings:
    """The same, published."""
    write_feedback()
    moment = clock.now()
    drafted = draft_reference(REGION, YEAR, moment)
    deliver(approve(drafted.draft_id, Answer("approver", "проверено")).release_id)
    for recipient in RECIPIENTS:
        deliver_extract(build_extract(recipient, REGION, QUARTER, moment), recipient)
    build_portal(clock.now())
    return demo_settings


def test_outcomes_findings_and_marts_equal_the_answer_key(
    demo_settings: Settings, summary: DemoSummary
) -> None:
    """Every file has the outcome it deserves, every fault is found at its cell, every mart is as drawn."""
    assert [str(difference) for difference in compare(demo_settings)] == []
    assert len(summary.faults) > 30


def scalar(query: str, *values: object) -> object:
    with connect("auditor") as connection:
        row = connection.execute(query, values).fetchone()
    assert row is not None
    return row[0]


def test_every_number_of_the_reference_is_what_its_mart_says(published: Settings) -> None:
    """Values of indicators are looked up again by the key that is printed beside them."""
    numbers = json.loads(
        (published.reference_dir / REGION / YEAR / "numbers.json").read_text(encoding="utf-8")
    )
    with connect("analyst") as connection:
        rows = connection.execute(
            "select indicator_code, unit_type, unit_code, school_year, value from marts.fct_indicator_value"
            " where region_code = %s",
            [REGION],
        ).fetchall()
    held = {row[:4]: row[4] for row in rows}
    checked = 0
    for number in numbers:
        key = number["key"]
        if (
            number["mart"] != "marts.fct_indicator_value"
            or number["column"] != "value"
            or "−" in key["school_year"]
        ):
            continue
        address = (key["indicator_code"], key["unit_type"], key["unit_code"], key["school_year"])
        value = held.get(address)
        assert number["value"] == (None if value is None else str(value)), address
        checked += 1
    assert checked > 50


def test_coverage_of_the_reference_is_the_number_of_obligations(published: Settings) -> None:
    due = scalar(
        "select count(*) from marts.fct_obligation where region_code = %s and school_year = %s and is_due",
        REGION,
        YEAR,
    )
    numbers = json.loads(
        (published.reference_dir / REGION / YEAR / "numbers.json").read_text(encoding="utf-8")
    )
    first = next(
        n for n in numbers if n["column"] == "expected" and set(n["key"]) == {"region_code", "school_year"}
    )
    assert first["value"] == str(due)


def test_extract_holds_the_rows_of_its_marts_and_nothing_personal(published: Settings) -> None:
    folder = published.extracts_dir / REGION / "education_ministry" / QUARTER / "latest"
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    with (folder / "data" / "indicator_municipality.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with connect("ministry") as connection:
        held = connection.execute(
            "select count(*), count(value) from public_marts.indicator_municipality_public"
            " where region_code = %s and school_year = %s",
            [REGION, YEAR],
        ).fetchone()
    assert held == (len(rows), sum(1 for row in rows if row["value"]))
    assert not [row for row in rows if row["is_suppressed"] == "true" and row["value"]]
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("data/*.csv"))
    schools = scalar(
        "select string_agg(ogrn, ',') from marts.dim_organisation where region_code = %s and kind = 'school'",
        REGION,
    )
    assert not [ogrn for ogrn in str(schools).split(",") if ogrn in text]


def test_what_the_extract_withholds_cannot_be_inferred_from_it(published: Settings) -> None:
    """Read back from its files, every number of people known: totals of the region and scores."""
    folder = published.extracts_dir / REGION / "education_ministry" / QUARTER / "latest" / "data"
    with connect("auditor") as connection:
        release = told_of_people(folder, connection, REGION, YEAR)
    assert len(release.withheld) > len(release.small) > 0
    assert leaks(release.withheld, release.sums) == []
    # Planted: one of the cells withheld for the sake of others is told after all.
    beside = sorted(set(release.withheld) - release.small)
    assert any(leaks(*release.telling(name)) for name in beside)


def test_a_delivery_is_recorded_once_with_what_it_told(published: Settings) -> None:
    delivered = published.delivery_dir / "open_data" / REGION / QUARTER / "r1"
    assert (delivered / "_SUCCESS").is_file()
    assert scalar("select count(*) from ledger.extract_delivery where recipient = 'open_data'") == 1
    years = scalar(
        "select count(*) from ledger.release_disclosure where region_code = %s and school_year = %s",
        REGION,
        YEAR,
    )
    assert years == len(RECIPIENTS)


def test_check_before_sending_says_what_the_warehouse_decided(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few files of every form and outcome, checked as of their arrival without the warehouse."""
    from expectations.file_check import check_file
    from ingest.landing import blob_path
    from warehouse.settings import get_settings

    with connect("auditor") as connection:
        chosen = connection.execute(
            "select distinct on (s.form_code, d.outcome) s.submission_id, s.sha256, s.ogrn, s.region_code,"
            " r.file_name, s.received_at, d.outcome from ledger.submission as s"
            " join ledger.decision as d on d.submission_id = s.submission_id and d.is_current"
            " join ledger.receipt as r on r.receipt_id = s.receipt_id where s.ogrn is not null"
            " and (s.form_code in ('S1', 'S3', 'P2') or d.outcome = 'unreadable')"
            # equal files of two organisations are seen after sending only
            " and not exists (select 1 from ledger.finding as f where f.submission_id = s.submission_id"
            " and f.rule_id = 'READ.DUPLICATE_CONTENT')"
            " order by s.form_code, d.outcome, d.warning_count desc, s.submission_id"
        ).fetchall()
        said: dict[object, set[tuple[object, ...]]] = {}
        for submission, *finding in connection.execute(
            "select submission_id, rule_id, severity, sheet, cell, received, expected, message, hint"
            " from ledger.finding where source in ('reader', 'gx')"
        ).fetchall():
            said.setdefault(submission, set()).add(tuple(finding))
    assert len({outcome for *_, outcome in chosen}) == 4
    try:
        for submission, sha256, ogrn, region_code, name, received_at, outcome in chosen:
            monkeypatch.setenv("ORIENTIR_CLOCK", received_at.isoformat())
            get_settings.cache_clear()
            content = blob_path(sha256).read_bytes()
            checked = check_file(content, file_name=name, ogrn=ogrn, region_code=region_code)
            found = {
                (f.rule_id, f.severity, f.sheet, f.cell, f.received, f.expected, f.message, f.hint)
                for f in checked.findings
            }
            assert (checked.outcome, found) == (outcome, said.get(submission, set())), name
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_every_decided_submission_has_its_protocol(published: Settings) -> None:
    decided = scalar("select count(*) from ledger.decision where is_current")
    pages = [path for path in published.feedback_dir.rglob("*.html") if path.name != "index.html"]
    assert len(pages) == decided
    assert decided
    assert write_feedback() == 0


def test_portal_is_whole_linked_and_silent(published: Settings) -> None:
    pages = sorted(published.portal_dir.glob("*.html"))
    assert [path.name for path in pages] == [
        "dictionary.html", "discipline.html", "forms.html", "index.html", "quality.html", "rating.html",
        "refused.html",
    ]  # fmt: skip
    for path in [*pages, published.quality_dir / "report.html"]:
        assert external_requests(path.read_text(encoding="utf-8")) == [], path
    for path in pages:
        assert [
            link for link in links(path.read_text(encoding="utf-8")) if not (path.parent / link).is_file()
        ] == []
    dbt = (published.portal_dir / "dbt" / "index.html").read_text(encoding="utf-8")
    assert outside_addresses(dbt) == []
    assert "cloudfront" not in dbt
    assert str(published.project_dir) not in dbt


def test_publishing_again_changes_no_file_and_records_nothing_new(published: Settings) -> None:
    folders = (
        published.reference_dir,
        published.drafts_dir,
        published.extracts_dir,
        published.portal_dir,
        published.delivery_dir,
    )

    def state() -> dict[str, tuple[int, bytes]]:
        files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = state()
    releases = scalar("select count(*) from ledger.release")
    assert draft_reference(REGION, YEAR, clock.now()).is_released
    for recipient in RECIPIENTS:
        deliver_extract(build_extract(recipient, REGION, QUARTER, clock.now()), recipient)
    build_portal(clock.now())
    assert state() == before
    assert scalar("select count(*) from ledger.release") == releases


def test_rebuilding_the_portal_from_nothing_gives_equal_bytes(published: Settings) -> None:
    def content() -> dict[str, bytes]:
        root = published.portal_dir
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}

    before = content()
    for path in sorted(published.portal_dir.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    build_portal(clock.now())
    assert content() == before


def test_releases_name_their_files_with_their_hashes(published: Settings) -> None:
    import hashlib

    with connect("auditor") as connection:
        rows = connection.execute(
            "select r.kind, r.path, f.file_name, f.sha256 from ledger.release as r"
            " join ledger.release_file as f using (release_id) where r.kind <> 'feedback'"
        ).fetchall()
    assert {row[0] for row in rows} == {"annual_reference", "extract", "quality_portal"}
    for _, path, name, sha256 in rows:
        assert hashlib.sha256((published.var_dir / path / name).read_bytes()).hexdigest() == sha256, name


def test_a_release_says_by_which_versions_and_from_which_reports_it_was_made(published: Settings) -> None:
    from ingest.ledger.snapshots import Snapshot
    from publish.versions import house_version

    counting = scalar("select count(*) from marts.fct_submission where is_counting")
    with connect("auditor") as connection:
        made = [r for r in list_releases(connection, region=REGION) if r.kind != "feedback"]
        assert [(r.kind, r.stage, r.status) for r in made] == [
            ("annual_reference", "draft", "approved"),
            ("annual_reference", "released", "released"),
            *(("extract", "released", "released") for _ in RECIPIENTS),
        ]
        for record in made:
            assert record.versions.methodology == "m2025.1"
            assert record.versions.code == house_version()
            assert record.versions.ruleset and record.versions.contracts
            # One build, one state: releases share it.
            assert record.snapshot_sha256 == made[0].snapshot_sha256
            state = Snapshot.read(connection, str(record.snapshot_sha256))
            assert len(state.counting()) == counting
        reference = find_release(connection, made[1].release_id)
    assert reference.approval and reference.approval.approver == "approver"
    (delivery,) = reference.deliveries
    assert {path.name for path in Path(delivery.place).iterdir()} == {
        "SHA256SUMS", "manifest.json", "numbers.json", "reference.docx", "reference.html", "reference.pdf",
    }  # fmt: skip


def rows_of_every_mart() -> dict[str, str]:
    """A digest of the rows of each table that somebody may read."""
    with connect("owner") as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('marts', 'public_marts')"
        ).fetchall()
        return {
            f"{schema}.{table}": str(
                connection.execute(
                    sql.SQL("select md5(string_agg(t::text, '/' order by t::text)) from {} as t").format(
                        sql.Identifier(schema, table)
                    )
                ).fetchone()
            )
            for schema, table in tables
        }


@pytest.mark.slow
def test_a_full_refresh_gives_the_rows_of_a_build_of_changes(published: Settings) -> None:
    """Every mart, after decisions have been taken back and after they have been taken again."""
    built = rows_of_every_mart()
    decide_otherwise(7)
    build_marts("changes")
    changed = rows_of_every_mart()
    build_marts("all")
    assert changed == rows_of_every_mart()
    assert {"marts.fct_event", "marts.fct_school_year", "marts.rating_school"} <= {
        name for name in built if built[name] != changed[name]
    }
    decide_as_drawn()
    build_marts("changes")
    assert rows_of_every_mart() == built


def releases_of(kind: str) -> list[ReleaseRecord]:
    with connect("auditor") as connection:
        listed = list_releases(connection, region=REGION, kind=kind, stage="released")
        return [find_release(connection, record.release_id) for record in listed]


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


def leaves(node: Node, kind: str) -> list[Node]:
    """The steps of a kind in a tree."""
    own = [node] if node.kind == kind else []
    return own + [found for child in node.children for found in leaves(child, kind)]


def test_every_indicator_is_traced_to_what_counted(published: Settings) -> None:
    """The region's figure of each indicator, as released, and one school or centre down to its cells."""
    from orientir.figure_trace import Asked, choose, disagreements, trace_figure
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
        one = trace_figure(dataclasses.replace(figure, key=key))
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


def test_releases_are_rebuilt_and_traced_after_the_ledger_has_moved_on(published: Settings) -> None:
    """The registry, the deadlines and the decisions change after the releases; the marts in use stay."""
    from orientir.figure_trace import Asked, choose, trace_figure
    from orientir.rebuilding import DATABASE, TRACED, marts_of, read_by
    from orientir.reproduce import write_and_compare
    from publish.release_figures import figures_of

    values = "select md5(string_agg(v::text, ',' order by v::text)) from marts.fct_indicator_value as v"
    before = scalar(values)
    (reference,), extracts = releases_of("annual_reference"), releases_of("extract")
    with connect("owner") as connection:
        connection.execute(
            "update ledger.obligation set due_on = due_on + 30, grace_until = grace_until + 30"
        )
        connection.execute("update ledger.organisation set name_short = 'Переименована', oktmo = '75701000'")
        connection.execute("update ledger.decision set outcome = 'rejected' where is_current")
    records = [reference, *extracts]
    where = {"indicator_code": "3.1", "unit_code": REGION, "school_year": YEAR}
    with marts_of(records, print, [*read_by(records), *TRACED]):
        outcomes = [write_and_compare(record, print) for record in records]
        tree = trace_figure(choose(figures_of(reference) or [], Asked(where=where, column="value")))
    assert [(o.release_id, f.name) for o in outcomes for f in o.files if not f.is_equal] == []
    assert [len(outcome.files) for outcome in outcomes] == [5, *(len(e.files) for e in extracts)]
    # The figure leads to the reports that counted then, under the names of then.
    assert len(leaves(tree, "submission")) > 0
    assert {node.facts["outcome"] for node in leaves(tree, "submission")} <= ACCEPTED
    assert not [node for node in leaves(tree, "unit") if node.facts["unit_name"] == "Переименована"]
    assert scalar(values) == before
    assert scalar("select count(*) from pg_database where datname = %s", DATABASE) == 0
