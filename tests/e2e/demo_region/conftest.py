"""A small demo region with many faults, from its files to everything that leaves the house.

The chain runs once for all files here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from emptying import empty_tables

from demo import DemoSummary, generate
from demo.organisations import KINDS
from demo_region.drawn_region import (
    CORRECTED_QUARTER,
    CORRECTED_REGION,
    FAULT_RATE,
    QUARTER,
    RECIPIENTS,
    REGION,
    SCALE,
    UNCHECKED,
    YEAR,
    build_marts,
    decide_as_drawn,
    decide_otherwise,
)
from publish.approval import Answer, approve
from publish.delivery import deliver
from publish.extract import build_extract
from publish.extract.build import Package, deliver_extract
from publish.feedback import write_feedback
from publish.portal import build_portal
from publish.reference import draft_reference
from warehouse import clock
from warehouse.connection import connect
from warehouse.settings import Settings, get_settings


@pytest.fixture(scope="package")
def demo_settings(warehouse_db: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An empty database, and an inbox and a registry that no other test has written to."""
    empty_tables()
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ORIENTIR_INBOX_DIR", str(folder / "inbox"))
        patch.setenv("ORIENTIR_REGISTRY_DIR", str(folder / "registry"))
        get_settings.cache_clear()
        yield get_settings()
    get_settings.cache_clear()


@pytest.fixture(scope="package")
def summary(demo_settings: Settings) -> DemoSummary:
    """The demo region, pulled, validated and built; what was drawn."""
    from expectations.dbt_findings import collect_rule_findings
    from expectations.decision import validate_unidentified
    from expectations.run import pending_forms, validate_form
    from ingest.calendar.obligations import sync_obligations
    from ingest.pull import plan_pull, pull_shard
    from ingest.sources.registry import load_registry
    from warehouse.dbt import OF_THE_PROJECT, run_dbt

    drawn = generate(demo_settings, scale=SCALE, fault_rate=FAULT_RATE)
    load_registry()
    sync_obligations()
    for region_code in drawn.organisations:
        for kind in KINDS:
            for shard in plan_pull(kind, region_code):
                pull_shard(shard)
    for form_code in pending_forms():
        validate_form(form_code)
    validate_unidentified()
    # Built in two steps, so that everything that is compared with the answer key went through a build of
    # changes: first with every tenth decision otherwise, then with the true ones.
    decide_otherwise(10)
    run_dbt(["build", *UNCHECKED, "--select", "+fct_submission", *OF_THE_PROJECT])
    decide_as_drawn()
    build_marts("changes")
    collect_rule_findings()
    return drawn


@pytest.fixture(scope="package")
def published(demo_settings: Settings, summary: DemoSummary) -> Settings:
    """The same, published."""
    write_feedback()
    moment = clock.now()
    drafted = draft_reference(REGION, YEAR, moment)
    deliver(approve(drafted.draft_id, Answer("approver", "проверено")).release_id)
    for recipient in RECIPIENTS:
        deliver_extract(build_extract(recipient, REGION, QUARTER, moment), recipient)
    build_portal(clock.now())
    return demo_settings


@pytest.fixture(scope="package")
def corrected(published: Settings) -> list[Package]:
    """Three revisions of an extract: the second tells one value otherwise, the third takes that back."""

    def revise(by: int) -> Package:
        with connect("owner") as connection:
            connection.execute(
                "update public_marts.indicator_region_public set value = value + %s"
                " where region_code = %s and school_year = %s and indicator_code = '3.1'",
                [by, CORRECTED_REGION, YEAR],
            )
        return build_extract("open_data", CORRECTED_REGION, CORRECTED_QUARTER, clock.now())

    return [revise(by) for by in (0, 1, -1)]
