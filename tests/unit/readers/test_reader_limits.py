"""Every limit is a finding: size, rows, cells, time; gigabytes are never taken into memory."""

from __future__ import annotations

import os
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.readers.limits import ReaderLimits, configured_limits
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender
from tests.bad_files.surgery import TRIAL, changed, csv_p2, s3
from warehouse.settings import get_settings

SENDER = ExpectedSender("chelyabinsk", None)
SHEET = "xl/worksheets/sheet2.xml"
MEGABYTE = 1024 * 1024


def rules(data: bytes | Path, limits: ReaderLimits) -> list[tuple[str, str | None]]:
    result = read_submission_file(data, file_name="file", expected=SENDER, limits=limits)
    assert result.unreadable
    return [(finding.rule_id, finding.cell) for finding in result.findings]


def many_rows(count: int) -> bytes:
    """A workbook with a sheet of this many rows below its table, in the spelling of no template."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c> </row>' for n in range(100, 100 + count))
    return changed(s3(), SHEET, ("</sheetData>", f"{rows}</sheetData>"))


def test_two_gigabytes_are_refused_by_their_size(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(csv_p2(TRIAL), encoding="utf-8")
    os.truncate(path, 2 * 1024 * MEGABYTE)  # a hole: takes no room on the disk
    tracemalloc.start()
    try:
        assert rules(path, configured_limits()) == [("READ.LIMIT", None)]
        assert tracemalloc.get_traced_memory()[1] < 64 * MEGABYTE
    finally:
        tracemalloc.stop()


def test_rows_that_unpack_to_more_than_allowed_are_not_unpacked() -> None:
    limits = replace(configured_limits(), unzipped_bytes=MEGABYTE)
    assert rules(many_rows(30_000), limits) == [("READ.ZIP_BOMB", None)]


@pytest.mark.parametrize("count", [500, 40_000], ids=["a tree", "a stream"])
def test_rows_are_counted_while_they_are_read(count: int) -> None:
    limits = replace(configured_limits(), rows=400)
    assert rules(many_rows(count), limits) == [("READ.LIMIT", "A401")]


def test_cells_are_counted_while_they_are_read() -> None:
    limits = replace(configured_limits(), cells=200)
    assert rules(many_rows(500), limits) == [("READ.LIMIT", None)]
    assert rules((csv_p2(*[TRIAL] * 40)).encode(), limits) == [("READ.LIMIT", None)]


@pytest.mark.parametrize("data", [many_rows(2_000), csv_p2(*[TRIAL] * 400).encode()], ids=["xlsx", "csv"])
def test_a_file_that_takes_too_long_is_refused(data: bytes) -> None:
    assert rules(data, replace(configured_limits(), seconds=0.0)) == [("READ.LIMIT", None)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FILE_BYTES", "2000"),
        ("UNZIPPED_BYTES", "2000"),
        ("ROWS", "50"),
        ("COLUMNS", "5"),
        ("CELLS", "200"),
        ("READ_SECONDS", "0.0001"),
    ],
)
def test_every_limit_is_a_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    data = many_rows(2_000)
    assert not read_submission_file(data, file_name="file", expected=SENDER).unreadable
    monkeypatch.setenv(f"ORIENTIR_MAX_{name}", value)
    get_settings.cache_clear()
    try:
        (found,) = rules(data, configured_limits())
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
    assert found[0] == ("READ.ZIP_BOMB" if name == "UNZIPPED_BYTES" else "READ.LIMIT")
