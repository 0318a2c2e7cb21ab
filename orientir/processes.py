"""Processes that this project starts: told from others by pid and start time, stopped without touching
strangers.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

TERM_SECONDS = 20.0
KILL_SECONDS = 5.0


@dataclass(frozen=True)
class StartedProcess:
    """A process by name, pid and start time. A pid alone may belong to another program tomorrow."""

    name: str
    pid: int
    started_at: float
    log: str

    def find(self) -> psutil.Process | None:
        """Return the live process, or None when it has ended or its pid was given to another."""
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.started_at) > 1.0 or process.status() == psutil.STATUS_ZOMBIE:
                return None
        except psutil.NoSuchProcess:
            return None
        return process


def start(name: str, command: Sequence[str], env: Mapping[str, str], log: Path, cwd: Path) -> StartedProcess:
    """Start a command in a session of its own, its output appended to the log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            list(command),
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return StartedProcess(name, child.pid, psutil.Process(child.pid).create_time(), str(log))


def stop(processes: Sequence[StartedProcess], seconds: float = TERM_SECONDS) -> list[str]:
    """Ask the processes to end, then end them with all they started. Returns the names that were running."""
    families: list[tuple[StartedProcess, list[psutil.Process]]] = []
    for started in processes:
        process = started.find()
        if process is None:
            # Whoever would have asked these to end is dead.
            left = _session(started)
            families.append((started, left))
            for member in left:
                _signal(member, signal.SIGTERM)
        else:
            families.append((started, [process, *_descendants(process)]))
            _signal(process, signal.SIGTERM)
    everyone = [member for _, members in families for member in members]
    _wait(everyone, seconds)
    for member in everyone:
        _signal(member, signal.SIGKILL)
    _wait(everyone, KILL_SECONDS)
    return [started.name for started, members in families if members]


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _session(started: StartedProcess) -> list[psutil.Process]:
    """What a process that has died left behind in the session that it led, and nothing that is older."""
    left: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == started.pid and process.create_time() >= started.started_at - 1.0:
                left.append(process)
        except (psutil.NoSuchProcess, ProcessLookupError, PermissionError):
            continue
    return left


def _signal(process: psutil.Process, number: int) -> None:
    with suppress(psutil.NoSuchProcess):
        if process.is_running():
            process.send_signal(number)


def _wait(processes: Sequence[psutil.Process], seconds: float) -> None:
    """Wait until all have ended. A zombie that its parent has not collected yet has ended too."""
    deadline = time.monotonic() + seconds
    remaining = list(processes)
    while remaining and time.monotonic() < deadline:
        remaining = [process for process in remaining if _is_alive(process)]
        if remaining:
            time.sleep(0.1)


def _is_alive(process: psutil.Process) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            # Collect our own child; another's zombie is left to its parent.
            with suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)
            return False
        return process.is_running()
    except psutil.NoSuchProcess:
        return False


def save(path: Path, processes: Sequence[StartedProcess]) -> None:
    """Remember what was started, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(json.dumps([asdict(process) for process in processes], indent=2), encoding="utf-8")
    partial.replace(path)


def load(path: Path) -> list[StartedProcess]:
    """Read what was started; an empty list when nothing was."""
    if not path.exists():
        return []
    return [StartedProcess(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
