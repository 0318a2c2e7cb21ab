"""Settings of throw-away servers for the tests that start, kill and remove them."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from warehouse.embedded import EmbeddedPostgres
from warehouse.postmaster import free_port
from warehouse.settings import Settings


@pytest.fixture
def server_settings() -> Iterator[Callable[..., Settings]]:
    """Makes settings of a server in a folder of its own; whatever was started there is removed afterwards.

    ``name`` is the project's folder, ``mode`` that of the folder around it: 0700 is one that the account
    PostgreSQL runs under cannot enter when the tests run as root.
    """
    made: list[tuple[Path, Settings]] = []

    def make(name: str = "project", mode: int = 0o755, **changes: object) -> Settings:
        around = Path(tempfile.mkdtemp(prefix="orientir-server-"))
        around.chmod(mode)
        values = {"var_dir": around / name / "var", "pg_port": free_port(), **changes}
        settings = Settings(_env_file=None, **values)  # type: ignore[arg-type,call-arg]
        made.append((around, settings))
        return settings

    yield make
    for around, settings in made:
        EmbeddedPostgres(settings).destroy()
        shutil.rmtree(around, ignore_errors=True)
