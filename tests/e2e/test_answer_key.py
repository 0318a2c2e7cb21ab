"""The whole chain on a small demo region with many faults, against the answer key drawn with it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from demo import generate
from demo.comparison import compare
from demo.organisations import KINDS
from warehouse.settings import Settings, get_settings

SCALE = 0.1
FAULT_RATE = 0.3
BUILD_WITHOUT_TESTS = ["build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]


@pytest.fixture
def demo_settings(clean_db: Settings, tmp_path: Path) -> Iterator[Settings]:
    """An empty database, and an inbox and a registry that no other test has written to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORIENTIR_INBOX_DIR", str(tmp_path / "inbox"))
        patch.setenv("ORIENTIR_REGISTRY_DIR", str(tmp_path / "registry"))
        get_settings.cache_clear()
        yield get_settings()
    get_settings.cache_clear()


def test_outcomes_findings_and_marts_equal_the_answer_key(demo_settings: Settings) -> None:
    """Every file has the outcome it deserves, every fault is found at its cell, every mart is as drawn."""
    from expectations.dbt_findings import collect_rule_findings
    from expectations.decision import validate_unidentified
    from expectations.run import pending_forms, validate_form
    from ingest.calendar.obligations import sync_obligations
    from ingest.pull import plan_pull, pull_shard
    from ingest.sources.registry import load_registry
    from warehouse.dbt import run_dbt

    summary = generate(demo_settings, scale=SCALE, fault_rate=FAULT_RATE)
    load_registry()
    sync_obligations()
    for region_code in summary.organisations:
        for kind in KINDS:
            for shard in plan_pull(kind, region_code):
                pull_shard(shard)
    for form_code in pending_forms():
        validate_form(form_code)
    validate_unidentified()
    run_dbt(BUILD_WITHOUT_TESTS)
    collect_rule_findings()

    assert [str(difference) for difference in compare(demo_settings)] == []
    assert len(summary.faults) > 30
