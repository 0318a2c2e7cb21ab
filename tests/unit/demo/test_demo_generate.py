"""Generating: same bytes twice, nothing done the second time, flat memory, people's own files left alone."""

import csv
import hashlib
import time
import tracemalloc
from pathlib import Path

import pytest

from demo import generate
from demo.answer_key.drawing import STAMP, ensure_answer_key
from demo.comparison import MARTS
from demo.files import write_organisation
from demo.generate import answer_key_dir
from demo.organisations import KINDS, count, organisation, organisations
from demo.plan import DemoPlan
from warehouse.settings import Settings

SCALE = 0.03


def _settings(folder: Path) -> Settings:
    return Settings(var_dir=folder, inbox_dir=folder / "inbox", registry_dir=folder / "registry")


def _digest(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            int(path.stat().st_mtime),
        )
        for path in sorted((folder / "inbox").rglob("*"))
        if path.is_file()
    }


def _key(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(ensure_answer_key(_settings(folder)).iterdir())}


def test_same_parameters_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    generate(_settings(first), scale=SCALE)
    generate(_settings(second), scale=SCALE)
    assert _digest(first) == _digest(second)
    assert _key(first) == _key(second)
    tables = {f"{mart.file or mart.mart}.csv" for mart in MARTS}
    # A region without an accepted fault that other forms see has no table of those.
    own = {STAMP, "files.csv", "faults.csv", "critical.csv"}
    assert own | tables == set(_key(first)) - {"cross.csv"}
    # The key says of each file what was written, though it is computed without reading one.
    with (first / "demo" / "answer_key" / "files.csv").open(encoding="utf-8") as file:
        hashes = {f"inbox/{row['source_uri']}": row["sha256"] for row in csv.DictReader(file)}
    assert hashes == {path: sha256 for path, (sha256, _) in _digest(first).items()}


def test_answer_key_without_a_region_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="orientir demo generate"):
        ensure_answer_key(_settings(tmp_path))


def test_second_call_does_nothing_and_says_so(tmp_path: Path) -> None:
    made = generate(_settings(tmp_path), scale=SCALE)
    before = _digest(tmp_path)
    started = time.perf_counter()
    again = generate(_settings(tmp_path), scale=SCALE)
    assert time.perf_counter() - started < 0.5
    assert (made.is_new, again.is_new) == (True, False)
    assert again.files == made.files == len(before)
    assert _digest(tmp_path) == before


def test_another_seed_replaces_the_region_but_not_what_people_put_there(tmp_path: Path) -> None:
    generate(_settings(tmp_path), scale=SCALE, fault_rate=0.0)
    first = set(_digest(tmp_path))
    own = next((tmp_path / "inbox" / "tyumen").iterdir()) / "мой отчёт.xlsx"
    own.write_bytes(b"mine")
    key = answer_key_dir(_settings(tmp_path))
    key.mkdir()
    generate(_settings(tmp_path), seed=3, scale=SCALE, fault_rate=0.5)
    listed = (tmp_path / "demo" / "files.txt").read_text(encoding="utf-8").splitlines()
    assert own.read_bytes() == b"mine"
    assert not key.exists()
    assert set(_digest(tmp_path)) - {str(own.relative_to(tmp_path))} == {f"inbox/{uri}" for uri in listed}
    assert {f"inbox/{uri}" for uri in listed} != first


def test_fault_rate_changes_deliveries_and_not_the_truth() -> None:
    org = organisation(2026, "chelyabinsk", "school", 5, 1.0)
    quiet = {
        f.source_uri: f for f in write_organisation(None, DemoPlan(2026, 1.0, 0.0), org) if f.revision == 1
    }
    loud = [f for f in write_organisation(None, DemoPlan(2026, 1.0, 1.0), org) if f.fault_id is not None]
    assert loud
    assert all(file.fault_id is None or file.outcome == "accepted_with_warnings" for file in quiet.values())
    for file in loud:
        assert file.values.period_code in {f.term.period_code for f in quiet.values()} | {
            file.term.period_code
        }


@pytest.mark.parametrize(("scale", "rate"), [(0.0, 0.1), (-1.0, 0.1), (1.0, 1.5)])
def test_senseless_parameters_are_refused(tmp_path: Path, scale: float, rate: float) -> None:
    with pytest.raises(ValueError, match=r"scale|fault rate"):
        generate(_settings(tmp_path), scale=scale, fault_rate=rate)


def test_memory_does_not_grow_with_the_number_of_organisations(tmp_path: Path) -> None:
    def peak(scale: float) -> tuple[int, int]:
        next(organisations(2026, "tyumen", scale))
        tracemalloc.start()
        number = sum(1 for _ in organisations(2026, "tyumen", scale))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return number, most

    (few, little), (many, more) = peak(1.0), peak(20.0)
    assert (few, many) == (162, 2746)
    assert more < little + 100_000


def test_registry_of_45_000_organisations_can_be_drawn() -> None:
    assert sum(count(kind, region, 165.5) for region in ("chelyabinsk", "tyumen") for kind in KINDS) > 45_000
    last = organisation(2026, "tyumen", "school", count("school", "tyumen", 165.5) - 1, 165.5)
    assert last.oktmo == "71715000"
