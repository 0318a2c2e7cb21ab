"""The steps of the pipeline: what a DAG's task and a command both call, one function each.

Arguments and results are plain values, because they pass between tasks. Nothing here decides anything: the rooms do.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from orientir.build import moment
from orientir.failures import USAGE, CommandFailed

ALL_REGIONS = "all"


class UnknownName(CommandFailed):
    """No region, form or period has this code."""

    exit_code = USAGE


def regions(chosen: str) -> list[str]:
    """Return the codes of the regions chosen: one, or all. Raises UnknownName."""
    from ingest.sources.regions import load_regions

    known = sorted(load_regions())
    if chosen == ALL_REGIONS:
        return known
    if chosen not in known:
        raise UnknownName(f"there is no region {chosen!r}", hint=f"the regions are {', '.join(known)}")
    return [chosen]


def prepare_database() -> None:
    """Create or widen schemas, roles and raw tables."""
    from ingest.forms.ddl import migrate_raw
    from warehouse.migrate import migrate

    migrate()
    migrate_raw()


def sync_registry(region: str) -> None:
    """Load the region's newest registry and derive what is due."""
    from ingest.calendar.obligations import sync_obligations
    from ingest.sources.registry import load_registry

    load_registry(region)
    sync_obligations(region)


def plan_pull(kind: str, chosen: str) -> list[dict[str, Any]]:
    """Bring the registry up to date and divide the organisations of a kind into shards."""
    from ingest.pull import plan_pull as shards_of

    planned: list[dict[str, Any]] = []
    for region in regions(chosen):
        sync_registry(region)
        planned += [asdict(shard) for shard in shards_of(kind, region)]
    return planned


def pull_shard(shard: dict[str, Any]) -> dict[str, Any]:
    """List, fetch, land, read and load the files of one shard."""
    from ingest import pull

    return asdict(pull.pull_shard(pull.Shard(**shard)))


def forms_to_validate(form: str | None) -> list[str]:
    """Return the codes of the forms with submissions to check, or the one asked for if it has any."""
    from expectations.run import pending_forms
    from ingest.forms.catalogue import load_contracts

    if form is not None and form not in load_contracts():
        raise UnknownName(f"there is no form {form!r}", hint="`orientir form list` names them")
    return [code for code in pending_forms() if form in (None, code)]


def validate_form(form_code: str) -> dict[str, Any]:
    """Check all waiting submissions of a form and decide on each."""
    from expectations.run import validate_form as validate

    return asdict(validate(form_code))


def settle_unidentified() -> int:
    """Decide on the files that could not be read or identified. Returns how many."""
    from expectations.decision import validate_unidentified

    return validate_unidentified()
