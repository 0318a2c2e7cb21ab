"""A warehouse of the benchmark's own: nothing it does touches the project's ``var/``."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEMO_CLOCK = "2026-07-20T09:00:00+05:00"


@contextmanager
def private_warehouse(clock: str = DEMO_CLOCK) -> Iterator[Path]:
    """Point the settings to a new folder, start a PostgreSQL there, migrate; yield the folder, then
    remove it all.
    """
    from ingest.forms.ddl import migrate_raw
    from warehouse.embedded import EmbeddedPostgres
    from warehouse.migrate import migrate
    from warehouse.postmaster import free_port
    from warehouse.settings import get_settings

    folder = Path(tempfile.mkdtemp(prefix="orientir-bench-"))
    folder.chmod(0o755)  # PostgreSQL's system account has to enter it when the benchmark runs as root
    changed = {
        "ORIENTIR_ENV_FILE": "",
        "ORIENTIR_VAR_DIR": str(folder / "var"),
        "ORIENTIR_PG_PORT": str(free_port()),
        "ORIENTIR_API_PORT": str(free_port()),
        "ORIENTIR_CLOCK": clock,
    }
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    get_settings.cache_clear()
    try:
        migrate()
        migrate_raw()
        yield folder
    finally:
        EmbeddedPostgres(get_settings()).destroy()
        shutil.rmtree(folder, ignore_errors=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        get_settings.cache_clear()
