"""The whole chain on a small demo region: marts equal the answer key, every fault is found at its cell."""

from collections.abc import Iterator

import pytest

from demo import generate
from demo.comparison import Difference, compare
from warehouse.settings import Settings

SCALE = 0.1
FAULT_RATE = 0.3


@pytest.fixture(scope="module")
def differences(warehouse_db: Settings) -> Iterator[list[Difference]]:
    """Differences after one run of every step over a demo with many faults."""
    from expectations.dbt_findings import collect_rule_findings

    from expectations.run import pending_forms, validate_form
    from ingest.calendar.obligations import sync_obligations
    from ingest.pull import plan_pull, pull_shard
    from ingest.sources.registry import load_registry
    from warehouse.dbt import run_dbt

    generate(warehouse_db, scale=SCALE, fault_rate=FAULT_RATE)
    load_registry()
    sync_obligations()
    for region_code in ("chelyabinsk", "tyumen"):
        for kind in ("school", "employment_center", "spo_college"):
            for shard in plan_pull(kind, region_code):
                pull_shard(shard)
    for form_code in pending_forms():
        validate_form(form_code)
    run_dbt(["build"])
    collect_rule_findings()
    yield compare(warehouse_db)


def _of(differences: list[Difference], table: str) -> list[str]:
    return [str(difference) for difference in differences if difference.table == table]


def test_every_file_has_the_outcome_it_deserves(differences: list[Difference]) -> None:
    assert _of(differences, "files") == []


def test_every_fault_is_found_at_its_cell(differences: list[Difference]) -> None:
    assert _of(differences, "findings") == []


def test_marts_equal_the_answer_key(differences: list[Difference]) -> None:
    assert [str(d) for d in differences if d.table not in ("files", "findings")] == []
