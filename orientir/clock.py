"""The demo's own today: kept beside its files, so that every later command sees the same day."""

from __future__ import annotations

import os
from pathlib import Path

from warehouse.settings import DEMO_APPROVER, Settings, get_settings

VARIABLE = "ORIENTIR_CLOCK"
APPROVERS = "ORIENTIR_APPROVERS"
# Nobody of the ministry approves what is made up: the ledger says so by the name.
DEMO_APPROVERS = f"{DEMO_APPROVER}=Утверждающий демонстрационного региона"


def clock_file(settings: Settings) -> Path:
    """Where the demo's moment is written."""
    return settings.var_dir / "demo" / "clock.txt"


def adopt_demo_clock() -> str | None:
    """Fix the clock of this process, and of those it starts, to the demo's moment if there is a demo inbox.

    With it comes the demo's approver, unless the settings name others. A clock that is set in the environment
    or in `.env` wins. Returns the moment adopted, or None.
    """
    settings = get_settings()
    if settings.clock is not None or not clock_file(settings).exists():
        return None
    moment = clock_file(settings).read_text(encoding="utf-8").strip()
    os.environ[VARIABLE] = moment
    get_settings.cache_clear()
    adopt_demo_approver()
    return moment


def adopt_demo_approver() -> None:
    """Let the demo's own role approve, here and in what is started here, unless the settings name others."""
    if "approvers" not in get_settings().model_fields_set:
        os.environ[APPROVERS] = DEMO_APPROVERS
        get_settings.cache_clear()


def write_demo_clock(settings: Settings, moment: str) -> None:
    """Keep the demo's moment for later commands."""
    path = clock_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{moment}\n", encoding="utf-8")
