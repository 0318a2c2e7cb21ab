"""Airflow and PostgreSQL left running: `orientir up` and `orientir down`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orientir import supervisor
from orientir.airflow_env import ADMIN, load_secrets
from orientir.clock import adopt_demo_clock
from orientir.run import migrate_metadata
from warehouse.settings import Settings, get_settings


@dataclass(frozen=True)
class Address:
    """Where Airflow's pages are, who administers them, and who may approve there, by name of the user."""

    url: str
    user: str
    password: str
    approvers: dict[str, str]


def start(say: Callable[[str], None]) -> Address:
    """Start PostgreSQL and Airflow's four components unless they are up.

    Raises InfrastructureError when a component does not come up; what was started is stopped then.
    """
    from orientir import steps
    from warehouse.embedded import EmbeddedPostgres

    adopt_demo_clock()
    settings = get_settings()
    kept = load_secrets(settings.airflow_home)
    approvers = {name: kept.approver_passwords[name] for name in sorted(settings.approver_titles)}
    address = Address(supervisor.api(settings).address, ADMIN, kept.admin_password, approvers)
    if supervisor.is_up(settings):
        say("Airflow is up already")
        return address
    if settings.is_embedded:
        server = EmbeddedPostgres(settings)
        _remember(settings, started_database=not server.is_ready())
        server.start()
    steps.prepare_database()
    migrate_metadata(settings)
    supervisor.stop_all(settings)
    say("Airflow is starting")
    started = supervisor.start_detached(settings)
    try:
        supervisor.wait_until_healthy(
            settings, supervisor.ALL, lambda: [] if started.find() is not None else [started]
        )
    except BaseException:
        stop()
        raise
    return address


def stop() -> list[str]:
    """Stop what `start` has started. Returns the names of what was running."""
    from warehouse.embedded import EmbeddedPostgres

    settings = get_settings()
    stopped = supervisor.stop_all(settings)
    note = _note(settings)
    started_database = note.exists() and json.loads(note.read_text(encoding="utf-8"))["started_database"]
    if started_database and EmbeddedPostgres(settings).stop():
        stopped.append("postgresql")
    note.unlink(missing_ok=True)
    return stopped


def _note(settings: Settings) -> Path:
    return settings.airflow_home / "up.json"


def _remember(settings: Settings, *, started_database: bool) -> None:
    note = _note(settings)
    if not note.exists():
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({"started_database": started_database}), encoding="utf-8")
