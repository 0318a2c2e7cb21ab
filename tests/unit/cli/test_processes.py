"""Only what was started here is stopped, whatever has happened to its pid meanwhile."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from orientir import processes
from orientir.failures import InfrastructureError
from orientir.processes import StartedProcess
from orientir.supervisor import require_free_port

SLEEPER = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('ready', flush=True)\n"
    "time.sleep(60)\n"
)
PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(60)\n"
)


def start(code: str, tmp_path: Path, name: str = "sleeper") -> StartedProcess:
    return processes.start(name, [sys.executable, "-c", code], {}, tmp_path / f"{name}.log", tmp_path)


def wait_for_line(log: Path) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if log.exists() and (text := log.read_text(encoding="utf-8")).endswith("\n"):
            return text.strip()
        time.sleep(0.02)
    raise AssertionError(f"nothing was written to {log}")


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_started_process_is_found_and_stopped(tmp_path: Path) -> None:
    started = start(SLEEPER, tmp_path)
    assert started.find() is not None
    assert processes.stop([started]) == ["sleeper"]
    assert started.find() is None


def test_a_process_in_a_session_of_its_own_survives_the_terminal(tmp_path: Path) -> None:
    import os

    started = start(SLEEPER, tmp_path)
    assert os.getsid(started.pid) == started.pid
    processes.stop([started])


def test_a_strangers_process_with_the_same_pid_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPER]) as stranger:
        started_at = psutil.Process(stranger.pid).create_time()
        remembered = StartedProcess("scheduler", stranger.pid, started_at - 3600, str(tmp_path / "log"))
        assert remembered.find() is None
        assert processes.stop([remembered]) == []
        assert stranger.poll() is None
        stranger.kill()


def test_what_ignores_the_request_is_ended(tmp_path: Path) -> None:
    started = start(STUBBORN, tmp_path)
    wait_for_line(Path(started.log))
    processes.stop([started], seconds=0.5)
    assert started.find() is None


def test_what_a_process_has_started_ends_with_it(tmp_path: Path) -> None:
    started = start(PARENT, tmp_path)
    child = int(wait_for_line(Path(started.log)))
    processes.stop([started], seconds=0.5)
    assert is_gone(child)


def test_what_a_killed_process_has_left_behind_is_ended(tmp_path: Path) -> None:
    started = start(PARENT, tmp_path)
    child = int(wait_for_line(Path(started.log)))
    process = started.find()
    assert process is not None
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not is_gone(child)
    processes.stop([started])
    assert is_gone(child)


def test_processes_are_remembered_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "pids.json"
    assert processes.load(path) == []
    started = [StartedProcess("scheduler", 11, 1.5, "a.log"), StartedProcess("api-server", 12, 2.5, "b.log")]
    processes.save(path, started)
    assert processes.load(path) == started
    assert replace(started[0], pid=11) == processes.load(path)[0]


def test_a_taken_port_is_named_with_the_setting_that_changes_it() -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InfrastructureError, match=str(port)) as refused:
            require_free_port(port)
        assert "ORIENTIR_API_PORT" in refused.value.hint
