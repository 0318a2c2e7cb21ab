"""What tasks would each read anew: done once, in the process that their processes are forked from."""

from __future__ import annotations

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)


def warm_up() -> None:
    """Read the contracts, the rules, the calendar, the regions and the dbt project, and keep them.

    Like the code itself they are taken as they were when the process began. What cannot be read is left to
    the task that needs it: its log says what is wrong.
    """
    from expectations.registry import all_rules, ruleset_version
    from ingest.calendar.cyclogram import load_cyclogram
    from ingest.reading_version import reading_version
    from ingest.sources.regions import load_regions

    reads: tuple[Callable[[], object], ...] = (
        reading_version,
        all_rules,
        ruleset_version,
        load_cyclogram,
        load_regions,
        _parse_dbt_project,
    )
    for read in reads:
        try:
            read()
        except Exception:
            logger.exception("%s is left to the tasks", read)


def _parse_dbt_project() -> None:
    """Parse the project into dbt's target folder.

    dbt builds its own classes when it is first used: two seconds that every task with dbt would pay again.
    """
    from warehouse.dbt import run_dbt

    run_dbt(["parse", "--no-write-json"])
