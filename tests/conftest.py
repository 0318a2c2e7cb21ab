"""Fixtures of the whole suite: settings that point to a folder of the session's own, and its own PostgreSQL.

Nothing here touches ``var/`` of the project or a server that somebody else started. Under pytest-xdist every
worker has its own folder, port and server.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from emptying import empty_tables

from warehouse.embedded import EmbeddedPostgres
from warehouse.postmaster import free_port
from warehouse.settings import Settings, get_settings

# The demo's "today", so that nothing in the tests depends on the day they run.
CLOCK = "2026-07-20T09:00:00+05:00"


@pytest.fixture(scope="session", autouse=True)
def session_settings() -> Iterator[Settings]:
    """Settings of the session: an own ``var`` folder and port, the demo's clock, no ``.env``."""
    folder = Path(tempfile.mkdtemp(prefix="orientir-tests-"))
    # PostgreSQL's system account has to enter it when the tests run as root.
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ORIENTIR_")]:
            patch.delenv(name)
        patch.setenv("ORIENTIR_ENV_FILE", "")
        patch.setenv("ORIENTIR_VAR_DIR", str(folder / "var"))
        patch.setenv("ORIENTIR_PG_PORT", str(free_port()))
        patch.setenv("ORIENTIR_CLOCK", CLOCK)
        patch.setenv("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
        patch.setenv("DO_NOT_TRACK", "1")
        get_settings.cache_clear()
        settings = get_settings()
        try:
            yield settings
        finally:
            EmbeddedPostgres(settings).destroy()
            shutil.rmtree(folder, ignore_errors=True)
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def warehouse_db(session_settings: Settings) -> Settings:
    """A running PostgreSQL with the migrated database ``orientir``, raw tables included."""
    from ingest.forms.ddl import migrate_raw
    from warehouse.connection import connect
    from warehouse.migrate import migrate

    migrate()
    migrate_raw()
    with connect("owner") as connection:
        connection.autocommit = True
        # These data live no longer than the session: no test pulls the machine's plug.
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")
    return session_settings


@pytest.fixture
def clean_db(warehouse_db: Settings) -> Settings:
    """The database with every table of ``ledger``, ``raw`` and ``pii`` empty."""
    empty_tables()
    return warehouse_db


@pytest.fixture(scope="module")
def database_of_module(warehouse_db: Settings) -> Settings:
    """The same, emptied once, before the first test of a module that builds on one set of data."""
    empty_tables()
    return warehouse_db


# Directories whose files share what takes a minute to make: all of one goes to one worker.
TOGETHER = ("tests/unit/dbt/", "tests/e2e/demo_region/")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests of a file go to one worker, as with ``--dist loadfile``; so do those of some directories."""
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrDirectory(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            shared = next((folder for folder in TOGETHER if nodeid.startswith(folder)), None)
            return shared or str(super()._split_scope(nodeid))

    return ByFileOrDirectory(config, log)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What a passed test has to say besides that it passed: its property ``summary``."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, text in getattr(report, "user_properties", ()):
            if name == "summary" and report.when == "call":
                terminalreporter.write_line(str(text))
