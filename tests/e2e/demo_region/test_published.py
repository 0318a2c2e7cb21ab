"""What was published of the demo region: references, extracts, protocols and portal."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg import sql

from demo_region.drawn_region import (
    QUARTER,
    RECIPIENTS,
    REGION,
    YEAR,
    releases_of,
    scalar,
)
from publish.extract import build_extract
from publish.extract.build import Package, deliver_extract
from publish.extract.contracts import load_recipients
from publish.feedback import write_feedback
from publish.portal import build_portal
from publish.reference import draft_reference
from publish.reference.facts import EmptyYearError
from publish.release_audit import audit_releases
from publish.release_register import find_release, list_releases
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import Settings, get_settings

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "publish"))
from page_requests import external_requests, links, outside_addresses

from demo_region.extract_reading import told_of_people


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


def test_a_year_that_no_report_has_come_for_gives_no_reference(published: Settings) -> None:
    with pytest.raises(EmptyYearError, match=f"the marts hold nothing of {REGION} for 2019-2020"):
        draft_reference(REGION, "2019-2020", clock.now())
    assert not (published.reference_dir / REGION / "2019-2020").exists()


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


def test_every_code_of_an_extract_has_its_word(published: Settings) -> None:
    """People read words; a code that only programs know would be met first by the ministry."""
    with connect("ministry") as connection:
        for recipient in load_recipients().values():
            for dataset in recipient.datasets:
                for field in dataset.fields:
                    statement = sql.SQL("select distinct {} from public_marts.{}").format(
                        *map(sql.Identifier, (field.name, dataset.model))
                    )
                    held = {row[0] for row in connection.execute(statement).fetchall()} - {None}
                    # A lower-case Latin word is a code; those of indicators and forms have digits.
                    codes = {value for value in held if re.fullmatch(r"[a-z_]+", str(value))}
                    assert codes <= set(field.words), (dataset.name, field.name)
    folder = published.extracts_dir / REGION / "education_ministry" / QUARTER / "latest"
    shown = (folder / "excel" / "rating_municipality.csv").read_text(encoding="utf-8-sig")
    assert "urban_district" not in shown
    assert ";городской округ;" in shown


def test_what_the_extract_withholds_cannot_be_inferred_from_it(published: Settings) -> None:
    """Read back from its files and the public tables, every number of people known.

    What follows from totals, scores, figures of the same people, participations and months.
    """
    folder = published.extracts_dir / REGION / "education_ministry" / QUARTER / "latest" / "data"
    with connect("auditor") as connection:
        release = told_of_people(folder, connection, REGION, YEAR)
    assert len(release.withheld) > len(release.small) > 0
    assert release.leaks() == []
    # Planted: one of the cells withheld for the sake of others is told after all.
    beside = sorted(set(release.withheld) - release.small)
    assert any(release.telling(name).leaks() for name in beside)


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
        package = build_extract(recipient, REGION, QUARTER, clock.now())
        assert not package.is_new
        assert not any(delivery.is_new for delivery in deliver_extract(package, recipient))
    build_portal(clock.now())
    assert state() == before
    assert scalar("select count(*) from ledger.release") == releases


def test_a_damaged_extract_is_no_correction_and_is_put_back_as_it_was_released(published: Settings) -> None:
    """Its delivered copy serves: byte for byte what the ledger holds."""
    from orientir.reproduce import restore
    from publish.release_register import ReleaseDamagedError

    (record,) = (release for release in releases_of("extract") if release.recipient == "open_data")
    folder = published.var_dir / record.path
    releases = scalar("select count(*) from ledger.release")
    damaged = folder / "data" / "indicator_region.csv"
    content = damaged.read_bytes()
    for damage in (lambda: damaged.write_bytes(content + b"x"), damaged.unlink):
        damage()
        with pytest.raises(ReleaseDamagedError, match=f"release restore {record.release_id}"):
            build_extract("open_data", REGION, QUARTER, clock.now())
        assert restore(record, print) == folder
        assert record.is_whole_in(folder)
        assert damaged.read_bytes() == content
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith(".")] == []
    assert not build_extract("open_data", REGION, QUARTER, clock.now()).is_new
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


def test_a_municipality_has_one_name_in_the_reference_the_open_data_and_a_trace(published: Settings) -> None:
    from orientir.trace import unit_value
    from publish.mart_queries import municipalities
    from publish.rating_queries import rating

    with connect("analyst") as connection:
        named = {one.code: one.name for one in municipalities(connection, REGION)}
        rated = {row.unit_code: row.unit_name for row in rating(connection, "municipality", REGION, YEAR)}
    with connect("ministry") as connection:
        tables = connection.execute(
            "select table_name from information_schema.columns"
            " where table_schema = 'public_marts' and column_name = 'municipality_name'"
        ).fetchall()
        asked = sql.SQL("select distinct municipality_name from {} where region_code = %s")
        opened = {
            table: {
                name
                for (name,) in connection.execute(
                    asked.format(sql.Identifier("public_marts", table)), [REGION]
                )
            }
            for (table,) in tables
        }
    assert len(opened) >= 5 and len(rated) >= 3
    assert rated.items() <= named.items()
    assert opened["rating_municipality_public"] == set(rated.values())
    assert {table: names - set(named.values()) for table, names in opened.items()} == {
        table: set() for table in opened
    }
    code = min(rated)
    assert unit_value("1.2", code, YEAR).unit_name == named[code]


def test_the_portal_names_a_municipality_that_has_no_organisation_any_more(published: Settings) -> None:
    """Reports were due in it once: its line stays, with what was due."""
    from publish.portal.content import _municipality_names, _region_year

    with connect("owner") as connection:
        before = _region_year(connection, REGION, "область", YEAR)
        (code,) = connection.execute(
            "select min(municipality_code) from marts.reporting_discipline_municipality"
            " where region_code = %s and school_year = %s",
            [REGION, YEAR],
        ).fetchone() or ("",)
        name = _municipality_names(connection, REGION)[code]
        connection.execute(
            "update marts.dim_organisation set is_current = false where municipality_code = %s", [code]
        )
        after = _region_year(connection, REGION, "область", YEAR)
        connection.rollback()
    assert name in dict(before.by_municipality)
    assert dict(after.by_municipality)[name] == dict(before.by_municipality)[name]


def test_two_drafts_of_one_reference_are_not_written_at_a_time(published: Settings) -> None:
    """Runs of the DAG wait for answers beside each other: whoever drafts later finds what is there."""
    from concurrent.futures import ThreadPoolExecutor, wait

    with ThreadPoolExecutor(1) as pool:
        with connect("auditor") as other:
            key = f"annual_reference/{REGION}/{YEAR}"
            other.execute("select pg_advisory_lock(hashtext(%s))", [key])
            drafting = pool.submit(draft_reference, REGION, YEAR, clock.now())
            assert not wait([drafting], timeout=2).done
        assert drafting.result(timeout=60).is_released


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


def test_a_correction_is_released_with_the_package_of_what_it_changed(
    published: Settings, corrected: list[Package]
) -> None:
    """The files beside are recorded with it; a correction that is taken back is one more revision."""
    assert [package.is_new for package in corrected] == [True, True, True]
    assert [package.folder.name for package in corrected] == ["r1", "r2", "r3"]
    with connect("auditor") as connection:
        records = [find_release(connection, package.release_id) for package in corrected]
        assert audit_releases(connection).altered == ()
    for package, record in zip(corrected, records, strict=True):
        beside = f"{package.folder.name}-changes"
        names = {file.name for file in record.files if file.name.startswith("../")}
        there = {path for path in package.folder.with_name(beside).rglob("*") if path.is_file()}
        assert names == {f"../{path.relative_to(package.folder.parent).as_posix()}" for path in there}
        assert record.has_changes == bool(names) == (package.folder.name != "r1")
        assert record.whole_folder() == package.folder
    data = [(package.folder / "data" / "indicator_region.csv").read_bytes() for package in corrected]
    assert data[0] == data[2] != data[1]
    told = corrected[2].folder.with_name("r3-changes") / "data" / "indicator_region.csv"
    with told.open(encoding="utf-8", newline="") as stream:
        rows = [(row["change"], row["indicator_code"], row["value"]) for row in csv.DictReader(stream)]
    values = [
        row["value"]
        for content in data
        for row in csv.DictReader(io.StringIO(content.decode("utf-8")))
        if row["indicator_code"] == "3.1" and row["school_year"] == YEAR
    ]
    assert rows == [("before", "3.1", values[1]), ("after", "3.1", values[0])]
    # Whoever changes the package of changes changes the release.
    content = told.read_bytes()
    told.write_bytes(content.replace(b"before", b"removed"))
    assert records[2].whole_folder() is None
    told.write_bytes(content)
    assert records[2].whole_folder() == corrected[2].folder


def test_a_release_is_put_elsewhere_with_what_lies_beside_it(
    published: Settings, corrected: list[Package], tmp_path: Path
) -> None:
    from orientir.reproduce import restore

    with connect("auditor") as connection:
        record = find_release(connection, corrected[2].release_id)
    assert restore(record, print, to=tmp_path / "архив") == tmp_path / "архив" / "r3"
    assert record.is_whole_in(tmp_path / "архив" / "r3")
    assert {path.name for path in (tmp_path / "архив").iterdir()} == {"r3", "r3-changes"}


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
