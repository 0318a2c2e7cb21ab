"""Two versions of a form: what differs, and that files in both are read, checked and told alike."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ingest.forms.catalogue import CONTRACTS_DIR, contract, find_version, read_contracts
from ingest.forms.contract_file import ContractError
from ingest.forms.dbt_sources import generated_files
from ingest.forms.template import write_workbook
from ingest.forms.versions import all_raw_fields, compare, earlier_names, first_version_with, renamed_fields
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender, ReadResult

OGRN, INN = "1027700220624", "7707083893"
EVENT = {
    "event_date": date(2025, 5, 14), "measure_code": "Ч4.4", "title": "Проба", "activity_kind": "trial",
    "level": "school", "has_employer": True, "participants_grade_6": 0, "participants_grade_7": 0,
    "participants_grade_8": 11, "participants_grade_9": 9, "participants_grade_10": 0,
    "participants_grade_11": 0, "participants_total": 20, "participants_ovz": 2, "participants_disabled": 0,
}  # fmt: skip
HOW = {"1.0.0": {"format": "in_person"}, "2.0.0": {"holding_format": "in_person", "teachers": 3}}


def s3(version: str, period: str, **changes: Any) -> bytes:
    form = find_version("S3", version)
    assert form is not None
    unique = {"unique_6_7": 0, "unique_8_9": 20, "unique_10_11": 0, "unique_total": 20, "unique_ovz": 2}
    card = {"ogrn": OGRN, "inn": INN, "organisation_name": "Школа", "period": period}
    coverage = dict.fromkeys(("diagnostics", "open_lesson", "trial", "contest"), unique)
    buffer = io.BytesIO()
    event = {**EVENT, **HOW[version], **changes}
    write_workbook(form, buffer, {"card": card, "events": [event], "coverage": coverage})
    return buffer.getvalue()


def read(content: bytes) -> ReadResult:
    return read_submission_file(content, file_name="S3.xlsx", expected=ExpectedSender("chelyabinsk", OGRN))


def test_comparison_names_what_was_added_renamed_and_moved() -> None:
    old, new = find_version("S3", "1.0.0"), find_version("S3", "2.0.0")
    assert old is not None and new is not None
    assert [(c.kind, c.place, c.is_breaking) for c in compare(old, new)] == [
        ("moved", "events", True),
        ("renamed", "events.holding_format", True),
        ("changed", "events.holding_format", True),
        ("added", "events.teachers", False),
    ]
    assert compare(new, new) == []
    back = {(c.kind, c.place) for c in compare(new, old)}
    assert {("removed", "events.teachers"), ("removed", "events.holding_format")} <= back


def test_narrowed_bounds_and_lists_are_breaking(tmp_path: Path) -> None:
    for path in CONTRACTS_DIR.glob("s5_v1.yaml"):
        text = path.read_text(encoding="utf-8").replace("maximum: 5000", "maximum: 400", 1)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    (narrow,) = read_contracts(tmp_path)
    (change,) = compare(contract("S5"), narrow)
    assert (change.kind, change.is_breaking) == ("narrowed", True)
    assert change.text == "maximum 5000 -> 400"
    (wider,) = compare(narrow, contract("S5"))
    assert (wider.kind, wider.is_breaking) == ("changed", False)


def test_names_that_a_field_had() -> None:
    assert earlier_names("S3", "events", "holding_format") == ("format",)
    assert earlier_names("S3", "events", "level") == ()
    assert renamed_fields(contract("P2"), "trials") == {"has_employer": "employer_involved"}
    assert first_version_with("P2", "trials", "duration_hours").version == "2.0.0"
    assert first_version_with("P2", "trials", "employer_involved").version == "1.0.0"
    assert {"format", "holding_format", "teachers"} <= {f.name for f in all_raw_fields("S3", "events")}


def test_the_staging_model_reads_both_names() -> None:
    model = generated_files()["s3/stg_s3__events.sql"]
    assert "coalesce(section_rows.holding_format, section_rows.format) as holding_format" in model


def test_a_field_was_formerly_one_of_the_version_before(tmp_path: Path) -> None:
    for path in CONTRACTS_DIR.glob("p2_v*.yaml"):
        text = path.read_text(encoding="utf-8").replace('formerly: "has_employer"', 'formerly: "employer"')
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match="formerly 'employer'"):
        read_contracts(tmp_path)


@pytest.mark.parametrize(("version", "period", "first"), [("1.0.0", "2025-Q2", 4), ("2.0.0", "2025-Q3", 5)])
def test_files_in_both_versions_are_read(version: str, period: str, first: int) -> None:
    result = read(s3(version, period))
    assert (result.form_version, result.period_code, result.findings) == (version, period, [])
    ((row_no, *values, _),) = result.sections["events"].rows
    assert row_no == first
    form = find_version("S3", version)
    assert form is not None
    told = dict(zip([f.name for f in form.section("events").raw_fields], values, strict=True))
    assert {name: told[name] for name in HOW[version]} == HOW[version]


def test_a_version_that_is_not_in_force_for_the_period_is_refused() -> None:
    for version, period in (("1.0.0", "2025-Q3"), ("2.0.0", "2025-Q2")):
        assert [f.rule_id for f in read(s3(version, period)).findings] == ["READ.FORM_VERSION"]


def test_rules_hold_for_both_versions_at_the_cells_of_each() -> None:
    from expectations.file_check import check_file

    for version, period, cell in (("1.0.0", "2025-Q2", "F4"), ("2.0.0", "2025-Q3", "F5")):
        gap = "format" if version == "1.0.0" else "holding_format"
        day = date(2025, 5, 14) if version == "1.0.0" else date(2025, 9, 14)
        content = s3(version, period, **{gap: None, "event_date": day})
        found = check_file(content, file_name="S3.xlsx", region_code="chelyabinsk").findings
        places = [(f.rule_id, f.cell) for f in found if f.severity == "critical"]
        assert places == [("S3.REQUIRED.EVENTS.HOLDING_FORMAT", cell)], version


def test_compare_on_the_command_line() -> None:
    from orientir.commands.form_compare import compare as command

    told = CliRunner().invoke(command, ["P2:1.0.0", "P2:2.0.0", "--fail-on-breaking"])
    assert told.exit_code == 1
    assert "trials.employer_involved: was has_employer" in told.output
    assert CliRunner().invoke(command, ["P2:1.0.0", "P2:9.9.9"]).exit_code != 0
