"""The PostgreSQL this project starts for itself: set up, started, stopped and removed under one folder.

Whether the server runs is decided by a real connection and the data directory it reports, never by a process
number: after a crash or a reboot a number means nothing. Why it is done so: docs/adr/0002-embedded-postgresql.md.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

import psutil
import psycopg

from warehouse.account import Account, account_for, forget_installation, installation_dir, is_root
from warehouse.binaries import Binaries, copy_binaries, find_binaries
from warehouse.credentials import HOST, SUPERUSER, Credentials, CredentialsFile
from warehouse.errors import EmbeddedPostgresError
from warehouse.settings import Settings, get_settings

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

CONNECT_TIMEOUT_S = 5
START_TIMEOUT_S = 600.0  # recovery after a crash under load takes minutes; a server that ends is seen at once
START_ATTEMPTS = 5
RETRY_S = 0.5
STOP_TIMEOUT_S = 120.0
POLL_S = 0.05
LOG_KEEP_BYTES = 8 * 1024 * 1024


class _Answer(Enum):
    """What answers at our port."""

    OURS = "our server, ready"
    OTHER = "something that is not our server, or not ready yet"
    NOTHING = "nothing"


class EmbeddedPostgres:
    """One PostgreSQL server, whose folder is ``settings.pg_dir``. Safe to use from several processes at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pg_dir = settings.pg_dir
        self._credentials = CredentialsFile(self._pg_dir / "credentials.json")
        self._location_note = self._pg_dir / "location.json"

    # ------------------------------------------------------------------ what others ask

    def is_ready(self) -> bool:
        """True if our server accepts a connection now."""
        return self._credentials.exists() and self._answer(self._credentials.read()) is _Answer.OURS

    def credentials(self) -> Credentials:
        """Raises EmbeddedPostgresError if the server has never been set up."""
        return self._credentials.read()

    @property
    def home(self) -> Path:
        """The folder with the data directory and the server's log; outside ``pg_dir`` where root needs it so."""
        noted = self._noted_home()
        if noted is None or noted.parent == self._pg_dir:
            return self._pg_dir / "server"
        return installation_dir(self._pg_dir) / "server"

    @property
    def log_file(self) -> Path:
        return self.home / "server.log"

    def start(self) -> None:
        """Set up the server if it is not there, start it if it does not run, return when it accepts connections.

        Raises EmbeddedPostgresError with the end of the server's log if it cannot be started.
        """
        if self._pg_dir.exists() and self.is_ready():
            return
        with self._lock():
            account, binaries = self._prepare()
            self._start_locked(account, binaries)

    def stop(self) -> bool:
        """Stop our server and nobody else's; False if it did not run.

        Raises EmbeddedPostgresError if it does not stop within a minute.
        """
        if not self._pg_dir.exists():
            return False
        with self._lock():
            return self._stop_locked()

    def destroy(self) -> None:
        """Stop the server and remove all that was made for it, inside and outside the project's folder."""
        if self._pg_dir.exists():
            with self._lock():
                self._stop_locked()
                if self.home.exists():
                    shutil.rmtree(self.home)
                shutil.rmtree(self._pg_dir)
        forget_installation(self._pg_dir)

    # ------------------------------------------------------------------ setting up

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """One process at a time sets up, starts or stops this server."""
        try:
            self._pg_dir.mkdir(parents=True, exist_ok=True)
            stream = (self._pg_dir / "lock").open("w")
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"{self._pg_dir} belongs to another user ({error}). Run the command as that user, or point "
                "ORIENTIR_VAR_DIR to a folder of your own."
            ) from error
        with stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def _prepare(self) -> tuple[Account, Binaries]:
        """Account, programs, credentials and data directory, each made if it is not there."""
        binaries = find_binaries(self._settings.pg_bin)
        account = account_for(self._pg_dir, self._settings.pg_system_user)
        self._choose_home(account)
        account.own(self.home)
        if not account.can_execute(binaries.program("postgres")):
            if not is_root():
                raise EmbeddedPostgresError(f"{binaries.directory}/postgres cannot be executed.")
            binaries = copy_binaries(binaries, installation_dir(self._pg_dir) / "postgresql")
        self._initialise(account, binaries)
        return account, binaries

    def _choose_home(self, account: Account) -> None:
        noted = self._noted_home()
        if noted is None:
            home = self._pg_dir / "server"
            if not account.can_enter(self._pg_dir):
                home = installation_dir(self._pg_dir) / "server"
            note = {"home": str(home), "pg_dir": str(self._pg_dir)}
            self._location_note.write_text(json.dumps(note, ensure_ascii=False) + "\n", encoding="utf-8")
        elif noted not in (self.home, self._pg_dir / "server") and noted.exists() and not self.home.exists():
            raise EmbeddedPostgresError(
                f"The database of this project lies in {noted}, which belongs to the project's former place. "
                f"If the project was moved, move the database too: `mkdir -p {self.home.parent} && "
                f"mv {noted} {self.home}`. If it was copied, remove {self._pg_dir}."
            )

    def _noted_home(self) -> Path | None:
        if not self._location_note.exists():
            return None
        return Path(json.loads(self._location_note.read_text(encoding="utf-8"))["home"])

    def _initialise(self, account: Account, binaries: Binaries) -> None:
        data = self.home / "data"
        if data.exists():
            if not self._credentials.exists():
                raise EmbeddedPostgresError(
                    f"{data} is there, but {self._credentials.path} with its passwords is not. Put the file "
                    "back, or run `make clean` to begin anew."
                )
            major = (data / "PG_VERSION").read_text(encoding="ascii").strip()
            if major != str(binaries.major):
                raise EmbeddedPostgresError(
                    f"{data} was made by PostgreSQL {major}, the programs in {binaries.directory} are of "
                    f"{binaries.major}. Set ORIENTIR_PG_BIN to version {major}, or run `make clean`."
                )
            return
        # The passwords are on disk before the data that need them, and the data get their name when whole.
        credentials = Credentials.generate(self._settings.pg_port)
        self._credentials.write(credentials)
        unfinished = self.home / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        password_file = self.home / "password"
        password_file.write_text(credentials.passwords[SUPERUSER], encoding="ascii")
        try:
            password_file.chmod(0o600)
            if account.uid is not None and account.gid is not None:
                os.chown(password_file, account.uid, account.gid)
            done = account.run(
                [
                    binaries.program("initdb"),
                    f"--pgdata={unfinished}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    *binaries.locale_options,
                ],
                subprocess.PIPE,
                timeout=300,
            )
        finally:
            password_file.unlink()
        if done.returncode != 0:
            raise EmbeddedPostgresError(f"initdb failed in {unfinished}:\n{done.stdout}")
        unfinished.rename(data)

    # ------------------------------------------------------------------ starting

    def _start_locked(self, account: Account, binaries: Binaries) -> None:
        self._settle_port()
        began = time.monotonic()
        launched: psutil.Process | None = None
        attempts = 0
        while True:
            credentials = self._credentials.read()
            answer = self._answer(credentials)
            if answer is _Answer.OURS:
                return
            waited = time.monotonic() - began
            if self._server_processes() or _lives(launched):
                # It is starting, recovering after a crash, or going down.
                if waited > START_TIMEOUT_S:
                    raise self._not_started(f"does not accept connections after {waited:.0f} s")
                time.sleep(POLL_S if waited < 5 else 10 * POLL_S)
                continue
            if attempts == START_ATTEMPTS:
                raise self._not_started(f"ended {attempts} times as soon as it was started")
            if attempts:
                time.sleep(attempts * RETRY_S)
            if answer is _Answer.OTHER or not _is_free(credentials.port):
                self._credentials.write(credentials.with_port(_free_port(), credentials.preferred_port))
            self._remove_stale_pid_file()
            launched = self._launch(account, binaries)
            attempts += 1

    def _not_started(self, what: str) -> EmbeddedPostgresError:
        return EmbeddedPostgresError(f"PostgreSQL {what}. End of {self.log_file}:\n{self._log_end()}")

    def _settle_port(self) -> None:
        """Where the server runs already, its port; where it does not, the port that the settings ask for now."""
        credentials = self._credentials.read()
        wanted = self._settings.pg_port
        port = credentials.port if credentials.preferred_port == wanted else wanted
        pid_file = self.home / "data" / "postmaster.pid"
        if self._server_processes() and pid_file.exists():
            lines = pid_file.read_text(encoding="utf-8").splitlines()
            port = int(lines[3]) if len(lines) > 3 else credentials.port
        if (port, wanted) != (credentials.port, credentials.preferred_port):
            self._credentials.write(credentials.with_port(port, wanted))

    def _launch(self, account: Account, binaries: Binaries) -> psutil.Process | None:
        """Start the postmaster as nobody's child, so that it is reaped by init and outlives this process."""
        options = {**SERVER_OPTIONS, "port": str(self._credentials.read().port)}
        command = [binaries.program("postgres"), "-D", str(self.home / "data")]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_KEEP_BYTES:
            self.log_file.unlink()
        done = account.run(
            ["/bin/sh", "-c", 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!', "sh"]
            + [str(self.log_file), *command],
            subprocess.PIPE,
            timeout=30,
        )
        if done.returncode != 0:
            raise EmbeddedPostgresError(f"{command[0]} could not be launched: {done.stdout}")
        try:
            return psutil.Process(int(done.stdout))
        except psutil.NoSuchProcess:
            return None

    def _remove_stale_pid_file(self) -> None:
        """Remove a postmaster.pid left by a dead server.

        PostgreSQL believes such a file as long as *some* process of the same user has that number: a zombie in
        a container without init, or anybody after a reboot. The caller has made sure that no live process
        works in the data directory, which is what the file is there to protect.
        """
        (self.home / "data" / "postmaster.pid").unlink(missing_ok=True)

    # ------------------------------------------------------------------ looking

    def _answer(self, credentials: Credentials) -> _Answer:
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
            return _Answer.OTHER if _listens(credentials.port) else _Answer.NOTHING
        # A copied project knows the same password, but its data lie elsewhere.
        is_ours = row is not None and Path(row[0]).resolve() == (self.home / "data").resolve()
        return _Answer.OURS if is_ours else _Answer.OTHER

    def _server_processes(self) -> list[psutil.Process]:
        """Live processes that work in our data directory: the postmaster and its children stay there."""
        data = str((self.home / "data").resolve())
        found = []
        for process in psutil.process_iter():
            try:
                if process.cwd() == data and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
        return found

    def _log_end(self, lines: int = 20) -> str:
        if not self.log_file.exists():
            return "(there is no log)"
        return "\n".join(self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    # ------------------------------------------------------------------ stopping

    def _stop_locked(self) -> bool:
        """Ask the postmaster for a fast shutdown: sessions are ended, a checkpoint is written."""
        running = self._server_processes()
        if not running:
            return False
        children = {child.pid for process in running for child in _children(process)}
        for process in running:
            if process.pid not in children:
                process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while self._server_processes():
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"PostgreSQL did not stop within {STOP_TIMEOUT_S:.0f} s. End of {self.log_file}:\n"
                    f"{self._log_end()}"
                )
            time.sleep(POLL_S)
        return True


def ensure_running(settings: Settings | None = None) -> None:
    """Start the embedded PostgreSQL if it is the one in use and does not run. With ORIENTIR_DATABASE_URL: nothing."""
    chosen = settings or get_settings()
    if chosen.is_embedded:
        EmbeddedPostgres(chosen).start()


def _lives(process: psutil.Process | None) -> bool:
    return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children()
    except psutil.NoSuchProcess:
        return []


def _listens(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=CONNECT_TIMEOUT_S):
            return True
    except OSError:
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
