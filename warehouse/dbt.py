"""Running dbt in this process: importing it costs two seconds, which a subprocess would pay at every call."""

import fcntl
import gc
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from warehouse import clock
from warehouse.connection import uri
from warehouse.settings import get_settings

PROFILE = "orientir"
TARGET = "warehouse"
# What no build needs: unit tests check the SQL and not the data; they run in the test suite.
UNWANTED = ("test_type:unit",)
# What follows from the dbt project alone stays in a build of changes: seeds, and views of forms' sections.
OF_THE_PROJECT = ("resource_type:seed", "fqn:orientir.staging.[a-z][0-9]*")
FAILED = frozenset({"error", "fail", "runtime error", "partial success"})

# New objects before a search for cycles, and searches before those of older objects.
COLLECTION_THRESHOLDS = (50_000, 20, 20)

_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class FailedNode:
    """A model, seed, snapshot or test that did not succeed, and dbt's words about it."""

    unique_id: str
    status: str
    message: str


class DbtFailed(RuntimeError):  # noqa: N818  the name that the tasks know it by
    """dbt did not do what it was asked. ``nodes`` is empty if it failed before running any."""

    def __init__(self, command: str, nodes: tuple[FailedNode, ...], cause: str, log: Path) -> None:
        self.nodes = nodes
        lines = [f"{node.unique_id} ({node.status}): {node.message}" for node in nodes] or [cause]
        super().__init__("\n- ".join([f"`dbt {command}` failed:", *lines]) + f"\nFull log: {log}")


def profile_env(as_of: str | None = None, scope: str = "all") -> dict[str, str]:
    """The environment that ``dbt_project/profiles.yml`` and its macros read.

    dbt connects as the transformer. ``as_of`` is an ISO moment; left out, it is now by the house's clock.
    ``scope``: ``all`` makes every mart anew, ``changes`` keeps what has not changed since the last build.
    """
    address = urlsplit(uri("transformer"))
    return {
        "ORIENTIR_DBT_HOST": str(address.hostname),
        "ORIENTIR_DBT_PORT": str(address.port or 5432),
        "ORIENTIR_DBT_USER": unquote(str(address.username)),
        "ORIENTIR_DBT_PASSWORD": unquote(str(address.password)),
        "ORIENTIR_DBT_DATABASE": unquote(address.path.removeprefix("/")),
        "ORIENTIR_DBT_THREADS": str(get_settings().dbt_threads),
        "ORIENTIR_AS_OF": as_of or clock.now().isoformat(),
        "ORIENTIR_BUILD_SCOPE": scope,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def excluded(scope: str) -> list[str]:
    """What a build leaves out, for ``dbt build --exclude``; ``scope`` as in :func:`profile_env`."""
    return [*UNWANTED, *(OF_THE_PROJECT if scope == "changes" else ())]


def artifact_env() -> dict[str, str]:
    """Where dbt writes: its parse of the project is kept there, so that the next command need not parse."""
    directory = get_settings().dbt_dir
    (directory / "logs").mkdir(parents=True, exist_ok=True)
    return {"DBT_TARGET_PATH": str(directory / "target"), "DBT_LOG_PATH": str(directory / "logs")}


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other process runs dbt on this installation, and keep others waiting meanwhile."""
    directory = get_settings().dbt_dir
    directory.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time, (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run_dbt(
    args: list[str], as_of: str | None = None, *, scope: str = "all", manifest: Any | None = None
) -> None:
    """Run a dbt command, such as ``["build", "--select", "marts"]``, on the project of this house.

    ``as_of`` is the ISO moment that the models see, now if left out; ``scope`` as in :func:`profile_env`.
    ``manifest`` spares dbt the parsing; it serves one command only, which changes it.
    Artifacts go to ``<dbt_dir>/target``, the log to ``<dbt_dir>/logs/dbt.log``; the screen gets errors only,
    unless the environment says ``DBT_QUIET=false``. Commands run one after another, whatever process they are
    called from: two builds at once would replace the same tables.
    Raises DbtFailed, which names the failing nodes.
    """
    settings = get_settings()
    project_dir = settings.project_dir / "dbt_project"
    environment = {
        "DBT_QUIET": "true",
        "DBT_USE_COLORS": "false",
        **os.environ,
        **profile_env(as_of or os.environ.get("ORIENTIR_AS_OF"), scope),
        **artifact_env(),
    }
    # dbt parses anew what was parsed under another spelling of profile and target: Airflow's operators name
    # both.
    named = ["--profile", PROFILE, "--target", TARGET]
    command = [*args, "--project-dir", str(project_dir), "--profiles-dir", str(project_dir), *named]
    with one_at_a_time(), _environment(environment), _few_collections():
        from dbt.cli.main import dbtRunner

        outcome = dbtRunner(manifest=manifest).invoke(command)
    if not outcome.success:
        cause = str(outcome.exception) if outcome.exception is not None else "see the log"
        raise DbtFailed(
            " ".join(args),
            _failed_nodes(outcome.result),
            cause,
            Path(environment["DBT_LOG_PATH"]) / "dbt.log",
        )


def _log_file() -> Path:
    return get_settings().dbt_dir / "logs" / "dbt.log"


def _failed_nodes(result: Any) -> tuple[FailedNode, ...]:
    """The results of a run that did not succeed; commands such as ``parse`` have none."""
    return tuple(
        FailedNode(entry.node.unique_id, str(entry.status), str(entry.message or "").strip())
        for entry in getattr(result, "results", ())
        if str(entry.status) in FAILED
    )


@contextmanager
def _few_collections() -> Iterator[None]:
    """Search for unreachable cycles less often: what dbt reads and parses stays, and looking through it again
    and again costs an eighth of a build's processor time.
    """
    before = gc.get_threshold()
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """dbt reads its profile from the process's environment; what was there comes back afterwards."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables:
            if name in before:
                os.environ[name] = before[name]
            else:
                os.environ.pop(name, None)
