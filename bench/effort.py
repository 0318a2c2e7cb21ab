"""What a program and the PostgreSQL that it asks cost: seconds, processor seconds and peak memory of both."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Effort:
    """Cost of one run; memory is the largest resident set of a process since it began, in MiB.

    A backend's resident set holds the pages of the server's shared buffers that it has touched.
    """

    seconds: float
    processor_seconds: float
    program_mib: float
    backend_mib: float


def effort(command: Sequence[str]) -> Effort:
    """Run a program to its end and measure it and the server of this installation.

    Raises RuntimeError with the end of its output when it fails.
    """
    server = psutil.Process(_postmaster())
    before = _processor_seconds(server) + _of_ended_children()
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    ) as program:
        watch = _Watch(server.pid, program.pid)
        watch.start()
        _, errors = program.communicate()
        watch.is_over.set()
    seconds = time.perf_counter() - began
    watch.join()
    if program.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{errors[-2000:]}")
    processor = _processor_seconds(server) + _of_ended_children() - before
    return Effort(seconds, processor, watch.program_mib, watch.backend_mib)


class _Watch(threading.Thread):
    """Looks at the processes now and then: one that has ended can no longer be asked."""

    def __init__(self, server_pid: int, program_pid: int) -> None:
        super().__init__(daemon=True)
        self.is_over = threading.Event()
        self.program_mib = self.backend_mib = 0.0
        self._server, self._program_pid = psutil.Process(server_pid), program_pid

    def run(self) -> None:
        while not self.is_over.wait(LOOK_SECONDS):
            try:
                self.program_mib = max(self.program_mib, _peak_mib(self._program_pid))
                for backend in self._server.children():
                    self.backend_mib = max(self.backend_mib, _peak_mib(backend.pid))
            except (psutil.NoSuchProcess, FileNotFoundError, ProcessLookupError):
                continue


def _peak_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _processor_seconds(process: psutil.Process) -> float:
    """Of a process, of its children that live and of those it has seen end."""
    while True:
        own = process.cpu_times()
        try:
            living = [child.cpu_times() for child in process.children(recursive=True)]
        except psutil.NoSuchProcess:
            continue  # it ended meanwhile, and the process's own account has it now
        return float(
            own.user
            + own.system
            + own.children_user
            + own.children_system
            + sum(t.user + t.system for t in living)
        )


def _of_ended_children() -> float:
    """Processor seconds of the programs that this process has started and that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _postmaster() -> int:
    from warehouse.embedded import EmbeddedPostgres
    from warehouse.settings import get_settings

    pid_file = EmbeddedPostgres(get_settings()).data / "postmaster.pid"
    return int(pid_file.read_text(encoding="utf-8").split()[0])
