"""Files written by several processes are those that one process writes, in the same order."""

from __future__ import annotations

from pathlib import Path

from demo.organisations import organisations
from demo.plan import DemoPlan
from demo.writers import FileWriters

PLAN = DemoPlan(seed=7, scale=0.15, fault_rate=0.3)


def test_two_processes_write_what_one_writes(tmp_path: Path) -> None:
    told = {}
    for processes in (1, 2):
        inbox = tmp_path / str(processes)
        with FileWriters(inbox, PLAN, processes) as writers:
            told[processes] = list(writers.written(organisations(PLAN.seed, "chelyabinsk", PLAN.scale)))
    assert len(told[1]) > 20
    assert told[1] == told[2]
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("1", "2")
    )
    assert one == two
