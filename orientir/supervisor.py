"""Airflow's components under one small supervisor.

`airflow standalone` leaves its children behind when it is asked to end, and an api-server left behind
answers "healthy" for the next scheduler. So the components are started here, each in a session of its own,
are remembered with their pids and start times in `var/airflow/pids.json`, and are stopped by those and
nothing else.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from orientir import processes
from orientir.airflow_api import AirflowApi
from orientir.airflow_env import ADMIN, HOST, REREAD_SECONDS, environment, load_secrets, prepare_home
from orientir.failures import InfrastructureError
from orientir.processes import StartedProcess
from warehouse.settings import Settings, get_settings

API_SERVER = "api-server"
SCHEDULER = "scheduler"
DAG_PROCESSOR = "dag-processor"
TRIGGERER = "triggerer"
ALL = (API_SERVER, SCHEDULER, DAG_PROCESSOR, TRIGGERER)
# No task of this project waits in the triggerer, so a run does without it.
FOR_A_RUN = (API_SERVER, SCHEDULER, DAG_PROCESSOR)
SUPERVISOR = "supervisor"
HEALTH_NAMES = {SCHEDULER: "scheduler", DAG_PROCESSOR: "dag_processor", TRIGGERER: "triggerer"}

START_SECONDS = 180.0
LOOK_SECONDS = 2.0
HEALTH_SECONDS = 0.5
RESTARTS = 5
RESTART_WINDOW_SECONDS = 600.0


class Supervisor:
    """Starts, watches and stops the components of one installation."""

    def __init__(
        self,
        settings: Settings,
        components: Sequence[str] = ALL,
        *,
        preload: bool = True,
        reread_seconds: int = REREAD_SECONDS,
    ) -> None:
        self.settings = settings
        self.preload = preload
        self.reread_seconds = reread_seconds
        self.components = tuple(components)
        self.started: dict[str, StartedProcess] = {}
        self._env: dict[str, str] = {}

    def start(self) -> None:
        """Start the components. Their port must be free.

        Raises InfrastructureError when another program listens on the port.
        """
        require_free_port(self.settings.api_port)
        prepare_home(self.settings)
        self._env = environment(self.settings, preload=self.preload, reread_seconds=self.reread_seconds)
        for name in self.components:
            self._start(name)

    def _start(self, name: str) -> None:
        self.started[name] = processes.start(
            name,
            [sys.executable, "-m", "airflow", name],
            self._env,
            log_file(self.settings, name),
            self.settings.project_dir,
        )
        self._save()

    def _save(self) -> None:
        me = StartedProcess(SUPERVISOR, os.getpid(), _start_time(), str(log_file(self.settings, SUPERVISOR)))
        processes.save(pids_file(self.settings), [me, *self.started.values()])

    def dead(self) -> list[StartedProcess]:
        """Components that have ended by themselves."""
        return [started for started in self.started.values() if started.find() is None]

    def watch(self, is_stopping: Callable[[], bool]) -> None:
        """Start again what ends by itself, until told to stop or until one component ends too often."""
        restarts: dict[str, list[float]] = {name: [] for name in self.components}
        while not is_stopping():
            for component in self.dead():
                now = time.monotonic()
                recent = [at for at in restarts[component.name] if now - at < RESTART_WINDOW_SECONDS]
                if len(recent) >= RESTARTS:
                    end = tail(Path(component.log))
                    raise InfrastructureError(
                        f"{component.name} ended {RESTARTS} times in ten minutes\n{end}",
                        hint=f"its log is {component.log}",
                    )
                processes.stop([component])
                restarts[component.name] = [*recent, now]
                print(f"{component.name} (pid {component.pid}) has ended, starting it again", flush=True)
                self._start(component.name)
            time.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """Stop what this supervisor has started."""
        processes.stop(list(self.started.values()))
        self.started = {}
        pids_file(self.settings).unlink(missing_ok=True)


def _start_time() -> float:
    import psutil

    return float(psutil.Process().create_time())


def pids_file(settings: Settings) -> Path:
    """Where the pids of one installation are kept."""
    return settings.airflow_home / "pids.json"


def log_file(settings: Settings, component: str) -> Path:
    """Where the output of one component goes."""
    return settings.airflow_home / "logs" / f"{component}.log"


def tail(log: Path, lines: int = 20) -> str:
    """Return the last lines of a log."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def require_free_port(port: int) -> None:
    """Raise InfrastructureError when a program listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise InfrastructureError(
                f"port {port} on {HOST} is taken by another program",
                hint="stop it, or choose another port: ORIENTIR_API_PORT=18081",
            ) from error


def api(settings: Settings) -> AirflowApi:
    """Open a session with this installation's API server."""
    password = load_secrets(settings.airflow_home).admin_password
    return AirflowApi(f"http://{HOST}:{settings.api_port}", ADMIN, password)


def is_up(settings: Settings) -> bool:
    """True while a supervisor of this installation is running."""
    return any(
        started.name == SUPERVISOR and started.find() is not None
        for started in processes.load(pids_file(settings))
    )


def wait_until_healthy(
    settings: Settings, components: Sequence[str], dead: Callable[[], list[StartedProcess]]
) -> float:
    """Wait until the components answer. Returns the seconds it took.

    Raises InfrastructureError with the end of the log when one has ended or the time is over.
    """
    began = time.monotonic()
    wanted = {"metadatabase", *(HEALTH_NAMES[name] for name in components if name in HEALTH_NAMES)}
    session = api(settings)
    while True:
        for component in dead():
            raise InfrastructureError(
                f"Airflow's {component.name} has ended\n{tail(Path(component.log))}",
                hint=f"its log is {component.log}",
            )
        health = session.health()
        if all(health.get(name) == "healthy" for name in wanted):
            return time.monotonic() - began
        if time.monotonic() - began > START_SECONDS:
            states = ", ".join(f"{name}: {health.get(name, 'no answer')}" for name in sorted(wanted))
            raise InfrastructureError(
                f"Airflow was not ready after {START_SECONDS:.0f} s ({states})",
                hint=f"the logs are under {settings.airflow_home / 'logs'}",
            )
        time.sleep(HEALTH_SECONDS)


def start_detached(settings: Settings) -> StartedProcess:
    """Start a supervisor that outlives this command."""
    require_free_port(settings.api_port)
    return processes.start(
        SUPERVISOR,
        [sys.executable, "-m", "orientir.supervisor"],
        os.environ,
        log_file(settings, SUPERVISOR),
        settings.project_dir,
    )


def stop_all(settings: Settings) -> list[str]:
    """Stop the supervisor and the components of this installation. Returns the names of those that ran."""
    remembered = processes.load(pids_file(settings))
    supervisors = [started for started in remembered if started.name == SUPERVISOR]
    components = [started for started in remembered if started.name != SUPERVISOR]
    # The supervisor first: it would start the others again.
    running = [started.name for started in remembered if started.find() is not None]
    for started in supervisors:
        if started.pid != os.getpid():
            processes.stop([started], seconds=processes.TERM_SECONDS + processes.KILL_SECONDS)
    processes.stop(components)
    pids_file(settings).unlink(missing_ok=True)
    return running


def main() -> int:
    """Run as the supervisor of `make up` until asked to end."""
    stopping = False

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    supervisor = Supervisor(get_settings())
    try:
        supervisor.start()
        supervisor.watch(lambda: stopping)
    except InfrastructureError as failure:
        print(failure, failure.hint, file=sys.stderr, flush=True)
        return failure.exit_code
    finally:
        supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
