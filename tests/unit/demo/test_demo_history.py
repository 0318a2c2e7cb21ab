"""The demo shows a renaming, a move, a merging and a closing, and what each changes in what is owed."""

import csv
from datetime import date
from pathlib import Path

from demo.history import CHANGED_ON, CLOSED, MERGED, MOVED, RENAMED, SUCCESSOR, described_on
from demo.organisations import organisation, registry_files
from demo.periods import terms

SEED, SCALE, REGION = 2026, 0.06, "chelyabinsk"


def school(serial: int):
    return organisation(SEED, REGION, "school", serial, SCALE)


def test_the_second_registry_tells_what_happened(tmp_path: Path) -> None:
    registry_files(tmp_path, SEED, REGION, SCALE)
    before, after = (
        {row["ogrn"]: row for row in csv.DictReader(path.open(encoding="utf-8"))}
        for path in sorted((tmp_path / REGION).glob("*.csv"))
    )
    changed = {ogrn: [name for name in row if row[name] != before[ogrn][name]] for ogrn, row in after.items()}
    assert {ogrn: names for ogrn, names in changed.items() if names} == {
        school(RENAMED).ogrn: ["name_full", "name_short"],
        school(MOVED).ogrn: ["oktmo", "territory_oktmo"],
        school(MERGED).ogrn: ["valid_to", "successor_ogrn"],
        school(CLOSED).ogrn: ["valid_to"],
    }
    assert after[school(MERGED).ogrn]["successor_ogrn"] == school(SUCCESSOR).ogrn


def test_a_school_that_moved_stands_in_the_old_place_until_then() -> None:
    moved = school(MOVED)
    last_day = date(2025, 8, 31)
    assert described_on(moved, last_day).oktmo == moved.oktmo
    assert described_on(moved, CHANGED_ON).oktmo != moved.oktmo


def test_a_closed_school_owes_nothing_that_begins_later() -> None:
    """Closed on 31.12.2025: the report on the fourth quarter is owed, that on the first is not."""
    owed = {(t.form_code, t.period_code) for t in terms("school", REGION) if school(CLOSED).owes(t)}
    assert ("S3", "2025-Q4") in owed
    assert ("S3", "2026-Q1") not in owed
    assert ("S5", "2025-2026") not in owed
