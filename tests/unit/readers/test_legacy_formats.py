"""XLS and ODS: read back equal to what was filled in, and nothing in them can hurt the process that asks."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from ingest.readers.grid import NUMBER, Grid
from ingest.readers.legacy_process import LegacyReader, legacy_grids
from ingest.readers.limits import configured_limits
from ingest.readers.preflight import Package
from ingest.readers.read import read_submission_file
from ingest.readers.result import ExpectedSender, ReadResult
from ingest.readers.rules import RefusalError
from ingest.readers.xlsx import XlsxWorkbook
from tests.bad_files.legacy_traps import SAVED
from tests.bad_files.surgery import OGRN, put_together, take_apart

MEGABYTE = 1024 * 1024


def read(path: Path) -> ReadResult:
    return read_submission_file(path, file_name=path.name, expected=ExpectedSender("chelyabinsk", OGRN))


@pytest.mark.parametrize("form", ["s1", "s3", "s5"])
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_template_saved_by_libreoffice_is_read_back_equal(form: str, kind: str) -> None:
    filled, saved = read(SAVED / f"{form}_as_filled.xlsx"), read(SAVED / f"{form}.{kind}")
    assert filled.findings == []
    assert saved == filled


@pytest.mark.parametrize("form", ["s1", "s3", "s5"])
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_every_cell_is_that_of_the_strict_reader(form: str, kind: str) -> None:
    limits = configured_limits()
    book = XlsxWorkbook(Package((SAVED / f"{form}_as_filled.xlsx").read_bytes(), limits), limits)
    strict = {sheet.name: book.grid(sheet) for sheet in book.sheets}
    legacy = legacy_grids(kind, (SAVED / f"{form}.{kind}").read_bytes(), limits)  # type: ignore[arg-type]
    assert [grid.sheet for grid in legacy] == list(strict)
    for grid in legacy:
        assert _values(grid) == _values(strict[grid.sheet or ""])


def _values(grid: Grid) -> dict[tuple[int, int], tuple[str, str | float, bool]]:
    """Kind, content and whether there is a formula: its text is spelled differently in each format."""
    return {
        (row, column): (
            cell.kind,
            float(cell.text) if cell.kind == NUMBER else cell.text,
            cell.formula is not None,
        )
        for row, cells in grid.rows.items()
        for column, cell in cells.items()
    }


def two_far_cells() -> bytes:
    """Two cells within all limits; calamine makes room for every cell between them."""
    parts = take_apart((SAVED / "s5.ods").read_bytes())
    text = parts["content.xml"].decode()
    start = text.index("<table:table-row ")
    cell = (
        '<table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>'
    )
    rows = (
        f"<table:table-row>{cell}</table:table-row>"
        '<table:table-row table:number-rows-repeated="49000"><table:table-cell/></table:table-row>'
        f'<table:table-row><table:table-cell table:number-columns-repeated="198"/>{cell}</table:table-row>'
    )
    end = text.index("</table:table>", start)
    parts["content.xml"] = (text[:start] + rows + text[end:]).encode()
    return put_together(parts)


def test_a_file_that_ends_the_child_is_refused_and_the_next_one_is_read() -> None:
    reader = LegacyReader(memory_bytes=192 * MEGABYTE, seconds=60)
    good = (SAVED / "s5.ods").read_bytes()
    try:
        with pytest.raises(RefusalError) as refusal:
            reader.read("ods", two_far_cells(), configured_limits())
        assert refusal.value.rule_id == "READ.LIMIT"
        assert "192 МБ" in (refusal.value.expected or "")
        assert reader.read("ods", good, configured_limits())[1].sheet == "Намерения"
    finally:
        reader.close()


def test_a_file_that_takes_too_long_is_refused() -> None:
    reader = LegacyReader(memory_bytes=768 * MEGABYTE, seconds=0.001)
    with pytest.raises(RefusalError) as refusal:
        reader.read("xls", (SAVED / "s5.xls").read_bytes(), configured_limits())
    assert refusal.value.rule_id == "READ.LIMIT"
    assert reader.process_id is None


def test_a_child_killed_between_two_files_is_replaced() -> None:
    reader = LegacyReader(memory_bytes=768 * MEGABYTE, seconds=60)
    good = (SAVED / "s5.xls").read_bytes()
    try:
        first = reader.read("xls", good, configured_limits())
        before = reader.process_id
        assert before is not None
        os.kill(before, signal.SIGKILL)
        assert reader.read("xls", good, configured_limits()) == first
        assert reader.process_id not in (before, None)
    finally:
        reader.close()


def test_one_child_serves_many_files() -> None:
    reader = LegacyReader(memory_bytes=768 * MEGABYTE, seconds=60)
    try:
        children = set()
        for name in ("s1.xls", "truncated", "s5.ods"):
            if name == "truncated":
                with pytest.raises(RefusalError):
                    reader.read("xls", (SAVED / "s5.xls").read_bytes()[:9000], configured_limits())
            else:
                reader.read(name[-3:], (SAVED / name).read_bytes(), configured_limits())  # type: ignore[arg-type]
            children.add(reader.process_id)
        assert len(children) == 1
    finally:
        reader.close()


@pytest.mark.parametrize("name", ["s1.xls", "s5.ods"])
def test_a_damaged_file_is_a_refusal_never_an_error(name: str) -> None:
    """One byte changed, here and there over the whole file: it is read or refused, nothing else."""
    good = (SAVED / name).read_bytes()
    limits = configured_limits()
    outcomes = set()
    for at in range(0, len(good), max(1, len(good) // 100)):
        damaged = good[:at] + bytes([good[at] ^ 0xFF]) + good[at + 1 :]
        try:
            legacy_grids(name[-3:], damaged, limits)  # type: ignore[arg-type]
            outcomes.add("read")
        except RefusalError as refusal:
            outcomes.add(refusal.rule_id)
    assert "READ.UNREADABLE" in outcomes
