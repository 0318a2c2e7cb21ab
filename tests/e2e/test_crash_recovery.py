"""kill -9 at every step of ingest, then a rerun: the same ledger and raw tables as without the crash.

The steps are wrapped from here, in a child process; the code that runs in production knows nothing of it.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
from collections.abc import Callable

import pytest
from emptying import empty_tables
from ledger_dump import dump
from territory import Territory, c1, ogrn, row, s1, territory

from ingest import pull
from ingest.calendar.obligations import sync_obligations
from ingest.ledger.events import verify_chain
from ingest.sources.regions import KINDS
from ingest.sources.registry import load_registry
from warehouse.connection import connect

__all__ = ["territory"]

REGION = "chelyabinsk"
SCHOOL, OTHER_SCHOOL, CENTRE = 1, 2, 3

# function, which call of it, before or after it
STEPS = [
    ("ingest.sources.registry._write_versions", 1, "after"),
    ("ingest.sources.registry._write_organisations", 1, "after"),
    ("ingest.calendar.obligations._add_owed", 1, "after"),
    ("ingest.calendar.obligations._sync", 1, "after"),
    ("pathlib.Path.replace", 3, "before"),  # written, not yet under its name in the landing store
    ("ingest.landing._sync_directory", 3, "before"),
    ("ingest.pull._fetch", 2, "after"),
    ("ingest.pull.record_arrivals", 1, "before"),
    ("ingest.ledger.receipts._insert_receipts", 1, "after"),
    ("ingest.ledger.receipts._remember", 2, "after"),
    ("ingest.ledger.receipts.refresh_duplicate_findings", 2, "after"),
    ("ingest.pull.record_arrivals", 2, "after"),
    ("ingest.pull.read_and_load", 1, "before"),  # landed and committed, not read
    ("ingest.loading.claim", 2, "after"),
    ("ingest.readers.read.read_submission_file", 3, "before"),
    ("ingest.loading._copy_sections", 1, "after"),
    ("ingest.loading._copy_cell_maps", 2, "after"),
    ("ingest.loading._copy_personal", 2, "after"),
    ("ingest.loading.insert_findings", 2, "after"),
    ("ingest.loading.mark_read", 1, "after"),
    ("ingest.ledger.events.append", 4, "before"),
    ("ingest.ledger.events.append", 6, "after"),
    *(("psycopg.Connection.commit", number, "before") for number in (3, 6, 9)),
    *(("psycopg.Connection.commit", number, "after") for number in range(1, 14, 2)),
]


def fill(region: Territory) -> None:
    """Files of every fate: good, corrected, copied from others, broken, nobody's, of a wrong period."""
    region.register(row("school", SCHOOL), row("school", OTHER_SCHOOL), row("employment_center", CENTRE))
    region.put(f"chelyabinsk/{ogrn(SCHOOL)}/S1.xlsx", s1(SCHOOL))
    region.put(f"chelyabinsk/{ogrn(SCHOOL)}/S1 исправленный.xlsx", s1(SCHOOL, site_checklist_count=10))
    region.put(f"chelyabinsk/{ogrn(OTHER_SCHOOL)}/S1.xlsx", s1(SCHOOL), "2025-10-04T10:00:00+05:00")
    region.put(f"chelyabinsk/{ogrn(OTHER_SCHOOL)}/обрывок.xlsx", s1(OTHER_SCHOOL)[:2000])
    region.put("chelyabinsk/nobody/S1.xlsx", s1(OTHER_SCHOOL, site_checklist_count=1))
    for number, period in enumerate(("2025-07", "2025-08", "2027-01")):
        region.put(f"chelyabinsk/{ogrn(CENTRE)}/{number}.json", c1(CENTRE, period=period))


def ingest() -> None:
    """Everything from the registry to the raw tables, as the DAGs call it."""
    load_registry(REGION)
    sync_obligations(REGION)
    for kind in KINDS[:2]:
        for shard in pull.plan_pull(kind, REGION):
            pull.pull_shard(shard)


def kill_at(step: tuple[str, int, str]) -> None:
    """Run ingest in this process and end it by SIGKILL at the step."""
    name, number, moment = step
    owner_name, _, attribute = name.rpartition(".")
    try:
        owner: object = importlib.import_module(owner_name)
    except ModuleNotFoundError:
        module, _, class_name = owner_name.rpartition(".")
        owner = getattr(importlib.import_module(module), class_name)
    original: Callable[..., object] = getattr(owner, attribute)
    calls = 0

    def killed(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls == number and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, attribute, killed)
    ingest()


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files to a chunk, so that there are steps between chunks."""
    monkeypatch.setattr(pull, "CHUNK_FILES", 2)


def test_a_crash_at_any_step_and_a_rerun_end_in_the_same_ledger(
    territory: Territory, small_chunks: None
) -> None:
    fill(territory)
    ingest()
    without_crash = dump()
    assert len(without_crash["ledger.receipt"]) == 8
    assert len(without_crash["raw.s1__card"]) == 4
    blobs = landed(territory)
    ingest()
    assert dump() == without_crash, "a second run changed something"

    processes = multiprocessing.get_context("fork")
    for step in STEPS:
        empty_tables()
        territory.empty_landing()
        child = processes.Process(target=kill_at, args=(step,))
        child.start()
        child.join(60)
        assert child.exitcode == -signal.SIGKILL, f"{step} was not reached"
        ingest()
        assert dump() == without_crash, f"killed {step[2]} call {step[1]} of {step[0]}"
        assert landed(territory) == blobs
        assert verify_chain().is_intact


def killed_by(name: str) -> None:
    """Run ingest in this process, which opening a file of this name ends."""
    from ingest.readers import read

    original = read.read_submission_file

    def deadly(data: object, *, file_name: str, **rest: object) -> object:
        if file_name == name:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(data, file_name=file_name, **rest)  # type: ignore[arg-type]

    read.read_submission_file = deadly  # type: ignore[assignment]
    ingest()


def test_a_file_that_ends_the_reader_is_given_up_after_three_attempts(territory: Territory) -> None:
    fill(territory)
    processes = multiprocessing.get_context("fork")
    exits = []
    for _ in range(5):
        child = processes.Process(target=killed_by, args=("обрывок.xlsx",))
        child.start()
        child.join(60)
        exits.append(child.exitcode)
    assert exits == [-signal.SIGKILL] * 3 + [0, 0]
    with connect("owner") as connection:
        found = connection.execute(
            "select file_name, received from ledger.finding join ledger.submission using (submission_id)"
            " join ledger.receipt using (receipt_id) where rule_id = 'READ.UNREADABLE'"
        ).fetchall()
        waiting = connection.execute(
            "select count(*) from ledger.submission where state = 'received'"
        ).fetchone()
        left = connection.execute("select count(*) from ledger.read_attempt").fetchone()
    assert found == [("обрывок.xlsx", "попыток чтения: 3, и каждая останавливала программу")]
    assert (waiting, left) == ((0,), (0,))


def test_several_pulls_at_once_end_in_the_same_ledger(territory: Territory, small_chunks: None) -> None:
    fill(territory)
    ingest()
    alone = dump()
    empty_tables()
    territory.empty_landing()
    processes = multiprocessing.get_context("fork")
    children = [processes.Process(target=ingest) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(120)
    assert [child.exitcode for child in children] == [0, 0, 0, 0]
    assert dump() == alone
    assert verify_chain().is_intact


def landed(region: Territory) -> set[str]:
    """Contents under their final names."""
    return {path.name for path in region.landing.glob("??/*")}
