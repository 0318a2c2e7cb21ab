"""The server process of one data directory: who answers, which processes are at work, launching, stopping.

Whether the server runs is decided by a real connection and the data directory it reports, never by a process
number: after a crash or a reboot a number means nothing.
"""

import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil
import psycopg

from warehouse.account import Account
from warehouse.binaries import Binaries
from warehouse.credentials import HOST, SUPERUSER, Credentials
from warehouse.errors import EmbeddedPostgresError

# Modest for a laptop, enough for Airflow's four components, its workers, dbt and an analyst at once.
SERVER_OPTIONS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a socket's path has a length limit, and its lock outlives a crash
    "password_encryption": "scram-sha-256",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "huge_pages": "off",
    "jit": "off",  # our queries are short; compiling them costs more than it saves
    "max_parallel_workers_per_gather": "0",  # same plan everywhere, and no need of /dev/shm in a container
    "max_parallel_maintenance_workers": "0",
    "wal_level": "minimal",  # nobody replicates this server; CREATE TABLE AS writes half as much
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "max_locks_per_transaction": "256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}

# Of a shell: it ends, init adopts the server. Arguments: the log, then the command.
LAUNCH = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'

CONNECT_TIMEOUT_S = 5
POLL_S = 0.05


def is_served(data: Path, credentials: Credentials) -> bool:
    """Whether the server at the credentials' port accepts us and serves this data directory."""
    try:
        with psycopg.connect(
            host=HOST,
            port=credentials.port,
            user=SUPERUSER,
            password=credentials.passwords[SUPERUSER],
            dbname="postgres",
            connect_timeout=CONNECT_TIMEOUT_S,
            sslmode="disable",
            gssencmode="disable",
        ) as connection:
            row = connection.execute("show data_directory").fetchone()
    except psycopg.OperationalError:
        return False
    # A copied project knows the same password, but its data lie elsewhere.
    return row is not None and Path(row[0]).resolve() == data.resolve()


def processes_at_work(data: Path) -> list[psutil.Process]:
    """Live processes whose working directory this is: a postmaster and its children stay there."""
    wanted = str(data.resolve())
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == wanted and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return found


def lives(process: psutil.Process | None) -> bool:
    """False for a zombie too: a container without init keeps those for ever."""
    try:
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def port_in_use(data: Path) -> int | None:
    """The port that the running server of this data directory noted, or None if it has noted none."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return None
    lines = pid_file.read_text(encoding="utf-8").splitlines()
    return int(lines[3]) if len(lines) > 3 and lines[3].isdecimal() else None


def remove_stale_pid_file(data: Path) -> None:
    """Remove a postmaster.pid left by a dead server.

    PostgreSQL believes such a file as long as *some* process of the same user has that number: a zombie in a
    container without init, or anybody after a reboot. The caller has made sure that no live process works in
    the data directory, which is what the file is there to protect.
    """
    (data / "postmaster.pid").unlink(missing_ok=True)


def launch(account: Account, binaries: Binaries, data: Path, log: Path, port: int) -> psutil.Process | None:
    """Start the server as nobody's child: init reaps it, it outlives us. None if it ended at once."""
    options = {**SERVER_OPTIONS, "port": str(port)}
    command = [binaries.program("postgres"), "-D", str(data)]
    command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    done = account.run(["/bin/sh", "-c", LAUNCH, "sh", str(log), *command], subprocess.PIPE, timeout=30)
    number, _, complaint = done.stdout.partition("\n")
    if done.returncode != 0 or complaint:
        raise EmbeddedPostgresError(f"{command[0]} could not be launched: {done.stdout}")
    try:
        return psutil.Process(int(number))
    except psutil.NoSuchProcess:
        return None


def shut_down(data: Path, timeout_s: float, *, keep_data: bool = True) -> bool:
    """Ask the server of this data directory to end and wait; False if none runs.

    Sessions are ended and a checkpoint is written, unless the data are not to be kept: writing thousands of
    tables to the disk can take a minute. Raises TimeoutError if processes are left after the time.
    """
    running = processes_at_work(data)
    if not running:
        return False
    numbers = {process.pid for process in running}
    for process in running:
        try:
            if process.ppid() not in numbers:  # the postmaster; its children follow it
                process.send_signal(signal.SIGINT if keep_data else signal.SIGQUIT)
        except psutil.NoSuchProcess:
            continue
    deadline = time.monotonic() + timeout_s
    while processes_at_work(data):
        if time.monotonic() > deadline:
            raise TimeoutError(f"PostgreSQL did not stop within {timeout_s:.0f} s")
        time.sleep(POLL_S)
    return True


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
