"""`orientir run`: from a folder of files to published documents, through the DAGs, under a real scheduler.

Starts what is not running, runs every chain once, and stops what it started. Every step is incremental: a
second run receives only what is new, builds only when something has changed and publishes only what that
changes.
"""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from orientir import steps, supervisor
from orientir.airflow_api import UNFINISHED
from orientir.airflow_env import environment, prepare_home
from orientir.chain import Chain, follow
from orientir.clock import adopt_demo_approver, adopt_demo_clock
from orientir.failures import InfrastructureError
from orientir.progress import Progress
from orientir.status import Status, read_status
from warehouse.settings import DEMO_APPROVER, Settings, get_settings

PULLS = ("pull_schools", "pull_employment_centers", "pull_spo_colleges", "pull_municipal_authorities")
CONSUMERS = ("validate_submissions", "build_warehouse")
PUBLICATIONS = ("publish_extracts", "annual_reference")
# What is made beside the chain: nothing waits for it but the end of the run.
ASIDE = ("publish_feedback", "publish_quality_portal")
DAGS = frozenset({*PULLS, *CONSUMERS, *PUBLICATIONS, *ASIDE})
DAG_SECONDS = 120.0
# Longer than any run: the DAG files are read once.
RUN_SECONDS = 24 * 3600
METADATA_STAMP = "metadata_version"


def run(progress: Progress, *, demo: bool = False, scale: float = 1.0) -> Status:
    """Run the whole pipeline once and return what the ledger holds then.

    Raises InfrastructureError when PostgreSQL or Airflow cannot work or a task fails; what was started is
    stopped then too. Files that do not hold are rejected, they fail no task.
    """
    settings = get_settings()
    # Asked to end, it stops what it has started first.
    signal.signal(signal.SIGTERM, _interrupt)
    with ExitStack() as stack:
        stack.enter_context(single_run(settings))
        if demo:
            settings = fix_demo_clock(settings, progress)
        stack.enter_context(database(settings, progress))
        if not metadata_is_current(settings):
            steps.prepare_database()
        running = stack.enter_context(airflow(settings, progress, preload=work_is_expected()))
        # Airflow takes its time to start, and the first time to make its tables: meanwhile our own database
        # and the inbox are prepared.
        steps.prepare_database()
        progress.say("database schemas are up to date")
        if demo:
            make_inbox(settings, progress, scale)
        running.wait(progress)
        chain = Chain()
        progress.say("pulling")
        # References and extracts need the marts, not the protocols or the portal.
        running.follow(chain, PULLS, progress, aside=ASIDE)
        progress.say("publishing")
        # Only what is made up is approved without a person; other drafts wait for one.
        is_approved = demo and DEMO_APPROVER in settings.approver_titles
        running.publish(chain, progress, "demo" if is_approved else "later")
        if is_approved:
            progress.say(f"references were approved automatically, by the demo role {DEMO_APPROVER}")
        return read_status()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextmanager
def single_run(settings: Settings) -> Iterator[None]:
    """Hold the installation for one run. Raises InfrastructureError when another run holds it."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    with (settings.var_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InfrastructureError(
                f"another `orientir run` is working in {settings.var_dir}", hint="wait for it to end"
            ) from error
        yield


@contextmanager
def database(settings: Settings, progress: Progress) -> Iterator[None]:
    """Have PostgreSQL up; stop it afterwards if it was not up before."""
    from warehouse.embedded import EmbeddedPostgres, ensure_running

    if not settings.is_embedded:
        yield
        return
    server = EmbeddedPostgres(settings)
    was_up = server.is_ready()
    ensure_running(settings)
    progress.say("PostgreSQL was up already" if was_up else "PostgreSQL is up")
    try:
        yield
    finally:
        if not was_up:
            server.stop()


def fix_demo_clock(settings: Settings, progress: Progress) -> Settings:
    """Make today the demo's day, unless the settings say another. Returns the settings with their clock."""
    from orientir.demo_region import set_demo_clock

    set_demo_clock(settings)
    adopt_demo_clock()
    adopt_demo_approver()
    progress.say(f"today is {get_settings().clock} in the demo region")
    return get_settings()


def make_inbox(settings: Settings, progress: Progress, scale: float) -> None:
    """Write the demo region's inbox unless it is there."""
    from orientir.demo_region import ensure_demo

    summary = ensure_demo(settings, scale)
    progress.say(
        f"demo inbox: {summary.files} files " + ("written" if summary.is_new else "are there already")
    )


def work_is_expected() -> bool:
    """Whether files wait or the marts are not those of the present decisions."""
    import psycopg

    from ingest.pull import pending_count
    from ingest.sources.registry import RegistryError
    from orientir import build

    try:
        return not build.is_current() or pending_count() > 0
    except (RegistryError, psycopg.errors.UndefinedTable):
        # Nothing was ever received: everything is to be done.
        return True


def metadata_is_current(settings: Settings) -> bool:
    """Whether Airflow's own tables are there, made by this version."""
    from warehouse.errors import WarehouseError

    stamp = settings.airflow_home / METADATA_STAMP
    try:
        return stamp.exists() and stamp.read_text(encoding="utf-8") == _metadata_identity()
    except WarehouseError:
        return False


def migrate_metadata(settings: Settings) -> None:
    """Create or upgrade Airflow's own tables, unless this version has done it already."""
    if metadata_is_current(settings):
        return
    prepare_home(settings)
    log = supervisor.log_file(settings, "db-migrate")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [sys.executable, "-m", "airflow", "db", "migrate"],
            env=environment(settings),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    if done.returncode != 0:
        raise InfrastructureError(
            f"Airflow's database could not be migrated\n{supervisor.tail(log)}", hint=f"its log is {log}"
        )
    (settings.airflow_home / METADATA_STAMP).write_text(_metadata_identity(), encoding="utf-8")


def _metadata_identity() -> str:
    """Name the version of Airflow and the database: one that was made anew has another number."""
    from importlib.metadata import version

    import psycopg

    from warehouse.connection import airflow_metadata_uri
    from warehouse.errors import WarehouseUnavailableError

    address = airflow_metadata_uri().replace("postgresql+psycopg2", "postgresql", 1)
    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            row = connection.execute(
                "select c.system_identifier::text || '.' || d.oid::text"
                " from pg_control_system() as c, pg_database as d where d.datname = current_database()"
            ).fetchone()
    except psycopg.OperationalError as error:
        raise WarehouseUnavailableError(f"Airflow's database does not answer: {error}") from error
    return f"{version('apache-airflow-core')} {row[0] if row else ''}"


class RunningAirflow:
    """An Airflow that has been started, and the calls that a run makes to it."""

    def __init__(
        self,
        settings: Settings,
        components: supervisor.Supervisor | None,
        starting: Future[None] | None = None,
    ) -> None:
        self._settings = settings
        self._components = components
        self._starting = starting
        self._opened_at = datetime.now(UTC)
        self._api = supervisor.api(settings)

    def wait(self, progress: Progress) -> None:
        """Wait until it is healthy and has read every DAG. Raises InfrastructureError."""
        if self._starting is not None:
            self._starting.result()
        if self._components is not None:
            wanted, dead = self._components.components, self._components.dead
            seconds = supervisor.wait_until_healthy(self._settings, wanted, dead)
            progress.say(f"Airflow is up ({seconds:.0f} s more)")
        deadline = time.monotonic() + DAG_SECONDS
        while missing := DAGS - self._api.dag_ids():
            self._require_alive()
            if errors := self._api.import_errors():
                raise InfrastructureError("DAG files cannot be read:\n" + "\n".join(errors))
            if time.monotonic() > deadline:
                raise InfrastructureError(f"Airflow has not read the DAGs {', '.join(sorted(missing))}")
            time.sleep(0.5)
        if self._components is not None:
            self._abandon_interrupted(progress)

    def _abandon_interrupted(self, progress: Progress) -> None:
        """Close what an interrupted run has left: one run at a time, and those would stand in the way.

        Nothing is lost by it: every step is incremental, and the runs to come do what these have not done.
        """
        interrupted = [
            run for run in self._api.latest_runs(DAGS, UNFINISHED) if not run.was_made_since(self._opened_at)
        ]
        for run in interrupted:
            self._api.abandon(run)
            progress.say(f"closed a run of {run.dag_id} that was interrupted")
        # Airflow starts no run of a DAG that had one too many when its file was read: let it read that again.
        for dag_id in sorted({run.dag_id for run in interrupted}):
            self._api.read_again(dag_id)

    def follow(
        self, chain: Chain, dags: Sequence[str], progress: Progress, aside: Collection[str] = ()
    ) -> None:
        """Start DAGs for all regions; wait for the chain with all that they set off, less the DAGs aside."""
        chain.add(self._api.trigger(dag, {"region": "all"}) for dag in dags)
        follow(self._api, chain, progress.run_changed, self._require_alive, aside=aside)

    def publish(self, chain: Chain, progress: Progress, approval: str) -> None:
        """Publish for all regions; references are approved in the way given (`dags/approval.py`)."""
        chain.add([self._api.trigger("publish_extracts", {"region": "all"})])
        chain.add([self._api.trigger("annual_reference", {"region": "all", "approval": approval})])
        follow(self._api, chain, progress.run_changed, self._require_alive)

    def _require_alive(self) -> None:
        for dead in self._components.dead() if self._components else ():
            raise InfrastructureError(
                f"Airflow's {dead.name} has ended\n{supervisor.tail(Path(dead.log))}",
                hint=f"its log is {dead.log}",
            )


@contextmanager
def airflow(settings: Settings, progress: Progress, *, preload: bool) -> Iterator[RunningAirflow]:
    """Have Airflow started; stop it afterwards unless `make up` had started it before."""
    if supervisor.is_up(settings):
        progress.say("Airflow was up already")
        yield RunningAirflow(settings, None)
        return
    supervisor.stop_all(settings)
    components = supervisor.Supervisor(
        settings, supervisor.FOR_A_RUN, preload=preload, reread_seconds=RUN_SECONDS
    )
    stopping = threading.Event()
    progress.say("Airflow is starting")
    with ThreadPoolExecutor(1, "airflow") as thread:
        starting = thread.submit(_start, settings, components)
        try:
            threading.Thread(target=_warm_up, args=(settings, stopping), daemon=True).start()
            yield RunningAirflow(settings, components, starting)
        finally:
            stopping.set()
            # What is being started cannot be stopped before it has been.
            wait([starting])
            components.stop()


def _start(settings: Settings, components: supervisor.Supervisor) -> None:
    migrate_metadata(settings)
    components.start()


def _warm_up(settings: Settings, stopping: threading.Event) -> None:
    session = supervisor.api(settings)
    while not stopping.is_set() and not session.warm_up():
        stopping.wait(supervisor.HEALTH_SECONDS)
