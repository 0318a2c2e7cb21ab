"""What this machine and installation need in order to work, checked one by one."""

from __future__ import annotations

import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from warehouse.settings import Settings, get_settings

FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Check:
    """What was looked at, whether it holds, and what was seen or what to do."""

    name: str
    holds: bool
    text: str


def examine() -> list[Check]:
    """Run every check; none starts or changes anything."""
    settings = get_settings()
    looks: tuple[tuple[str, Callable[[Settings], tuple[bool, str]]], ...] = (
        ("Python", _python),
        ("disk", _disk),
        ("var folder", _var),
        ("PostgreSQL programs", _programs),
        ("database", _database),
        ("Airflow's port", _port),
        ("Airflow", _airflow),
        ("form contracts", _contracts),
        ("rules", _rules),
        ("regions", _regions),
        ("clock", _clock),
    )
    checks = []
    for name, look in looks:
        try:
            holds, text = look(settings)
        except Exception as error:
            holds, text = False, f"{type(error).__name__}: {error}"
        checks.append(Check(name, holds, text))
    return checks


def _python(settings: Settings) -> tuple[bool, str]:
    return sys.version_info[:2] == (3, 11), f"{sys.version.split()[0]} in {sys.prefix}"


def _disk(settings: Settings) -> tuple[bool, str]:
    place = next(path for path in (settings.var_dir, *settings.var_dir.parents) if path.exists())
    free = shutil.disk_usage(place).free
    return free > FREE_BYTES, f"{free / 1024**3:.1f} GB free at {place}"


def _var(settings: Settings) -> tuple[bool, str]:
    import os

    place = next(path for path in (settings.var_dir, *settings.var_dir.parents) if path.exists())
    return os.access(place, os.W_OK), f"{settings.var_dir}" + (
        "" if place == settings.var_dir else ", not made yet"
    )


def _programs(settings: Settings) -> tuple[bool, str]:
    from warehouse.binaries import find_binaries

    if not settings.is_embedded:
        return True, "not needed: ORIENTIR_DATABASE_URL is set"
    found = find_binaries(settings.pg_bin)
    return True, f"version {found.major} in {found.directory}"


def _database(settings: Settings) -> tuple[bool, str]:
    from warehouse.connection import connect
    from warehouse.embedded import EmbeddedPostgres

    if settings.is_embedded and not EmbeddedPostgres(settings).is_ready():
        return True, "the embedded server is down; `orientir db start` starts it"
    with connect("loader") as connection:
        row = connection.execute("select current_setting('server_version')").fetchone()
    return True, f"PostgreSQL {row[0] if row else '?'} answers"


def _port(settings: Settings) -> tuple[bool, str]:
    from orientir import supervisor

    if supervisor.is_up(settings):
        return True, f"{settings.api_port}, in use by this installation"
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", settings.api_port)) == 0
    return not taken, f"{settings.api_port} " + ("is taken: set ORIENTIR_API_PORT" if taken else "is free")


def _airflow(settings: Settings) -> tuple[bool, str]:
    from orientir import supervisor

    if not supervisor.is_up(settings):
        return True, "is down; `orientir up` starts it"
    health = supervisor.api(settings).health()
    return all(state == "healthy" for state in health.values()), ", ".join(
        f"{name} {state}" for name, state in sorted(health.items())
    )


def _contracts(settings: Settings) -> tuple[bool, str]:
    from ingest.forms.catalogue import load_contracts

    return True, ", ".join(load_contracts())


def _rules(settings: Settings) -> tuple[bool, str]:
    from expectations.registry import ruleset_version

    return True, f"rule set {ruleset_version()}"


def _regions(settings: Settings) -> tuple[bool, str]:
    from ingest.sources.regions import load_regions

    codes = sorted(load_regions())
    missing = [
        code for code in codes if not list(Path(settings.registry_dir, code).glob("organisations_*.csv"))
    ]
    if missing:
        return False, f"no registry for {', '.join(missing)} in {settings.registry_dir}"
    return True, ", ".join(codes)


def _clock(settings: Settings) -> tuple[bool, str]:
    from warehouse import clock

    return True, f"{clock.now().isoformat()}" + (", fixed" if settings.clock else "")
