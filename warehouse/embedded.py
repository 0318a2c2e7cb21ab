"""The PostgreSQL this project starts for itself: set up, started, stopped and removed with one folder.

Why it is done so: docs/adr/0002-embedded-postgresql.md.
"""

import fcntl
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from warehouse import postmaster
from warehouse.account import (
    STATE_DIR,
    Account,
    account_for,
    forget_installation,
    installation_dir,
    is_root,
    owner_of,
)
from warehouse.binaries import PROGRAMS, Binaries, copy_binaries, find_binaries
from warehouse.credentials import SUPERUSER, Credentials, CredentialsFile
from warehouse.errors import EmbeddedPostgresError
from warehouse.postmaster import POLL_S
from warehouse.settings import Settings, get_settings

START_TIMEOUT_S = 600.0  # recovery after a crash under load takes minutes; a server that ends is seen at once
START_ATTEMPTS = 5
RETRY_S = 0.5
STOP_TIMEOUT_S = 120.0
LOG_KEEP_BYTES = 8 * 1024 * 1024


class EmbeddedPostgres:
    """The PostgreSQL server of ``settings.pg_dir``. Safe to use from several processes at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pg_dir = settings.pg_dir.resolve()
        self._credentials = CredentialsFile(self._pg_dir / "credentials.json")
        self._location_note = self._pg_dir / "location.json"

    def is_ready(self) -> bool:
        """True if our server accepts a connection now."""
        if not self._credentials.exists():
            return False
        return postmaster.is_served(self.data, self._credentials.read())

    def complete_credentials(self) -> None:
        """Draw passwords for logins that were not known when this server was set up."""
        kept = self._credentials.read()
        complete = kept.with_all_logins()
        if complete is not kept:
            self._credentials.write(complete)

    def credentials(self) -> Credentials:
        """Raises EmbeddedPostgresError if the server has never been set up."""
        return self._credentials.read()

    @property
    def home(self) -> Path:
        """The folder of the data directory and the server's log; outside ``pg_dir`` if root needs it so."""
        noted = self._noted_home()
        if noted is None or not noted.is_relative_to(STATE_DIR):
            return self._pg_dir / "server"
        return installation_dir(self._pg_dir) / "server"

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log_file(self) -> Path:
        return self.home / "server.log"

    def start(self) -> None:
        """Set up the server if need be, start it if it does not run, return when it accepts connections.

        Raises EmbeddedPostgresError with the end of the server's log if it cannot be started.
        """
        if self.is_ready():
            return
        with self._lock():
            binaries = find_binaries(self._settings.pg_bin)
            if self.data.exists():
                account = owner_of(self.data)
            else:
                account = account_for(self._pg_dir, self._settings.pg_system_user)
                self._choose_home(account)
                account.own(self.home)
            if not account.can_execute(map(binaries.program, PROGRAMS)):
                if not is_root():
                    raise EmbeddedPostgresError(
                        f"The programs in {binaries.directory} do not run. Run `uv sync --reinstall`, or "
                        "set ORIENTIR_PG_BIN."
                    )
                binaries = copy_binaries(binaries, installation_dir(self._pg_dir) / "postgresql")
            if self.data.exists():
                self._check_data(binaries)
            else:
                self._initialise(account, binaries)
            self._bring_up(account, binaries)

    def stop(self) -> bool:
        """Stop our server and nobody else's; False if it did not run.

        Raises EmbeddedPostgresError if it does not stop within two minutes.
        """
        if not self._pg_dir.exists():
            return False
        with self._lock():
            return self._shut_down()

    def destroy(self) -> None:
        """Stop the server and remove all that was made for it, inside and outside the project's folder."""
        if self._pg_dir.exists():
            with self._lock():
                self._shut_down(keep_data=False)
                if self.home.exists():
                    shutil.rmtree(self.home)
                shutil.rmtree(self._pg_dir)
        outside = installation_dir(self._pg_dir) / "server" / "data"
        if outside.exists():  # somebody removed the project's folder by hand, and the server still runs
            postmaster.shut_down(outside, STOP_TIMEOUT_S, keep_data=False)
        forget_installation(self._pg_dir)

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

    def _noted_home(self) -> Path | None:
        if not self._location_note.exists():
            return None
        return Path(json.loads(self._location_note.read_text(encoding="utf-8"))["home"])

    def _choose_home(self, account: Account) -> None:
        """Note where the data lie: in the project, or where the account can reach them."""
        noted = self._noted_home()
        if noted is None:
            home = self._pg_dir / "server"
            if not account.can_enter(self._pg_dir):
                home = installation_dir(self._pg_dir) / "server"
            note = {"home": str(home), "pg_dir": str(self._pg_dir)}
            self._location_note.write_text(json.dumps(note, ensure_ascii=False) + "\n", encoding="utf-8")
        elif noted != self.home and noted.is_relative_to(STATE_DIR) and noted.exists():
            raise EmbeddedPostgresError(
                f"The database of this project lies in {noted}, which belongs to the project's former place. "
                f"If the project was moved, move the database too: `mkdir -p {self.home.parent} && "
                f"mv {noted} {self.home}`. If it was copied, remove {self._pg_dir}."
            )

    def _check_data(self, binaries: Binaries) -> None:
        if not self._credentials.exists():
            raise EmbeddedPostgresError(
                f"{self.data} is there, but {self._credentials.path} with its passwords is not. Put the file "
                "back, or run `make clean` to begin anew."
            )
        major = (self.data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if major != str(binaries.major):
            raise EmbeddedPostgresError(
                f"{self.data} was made by PostgreSQL {major}, the programs in {binaries.directory} are of "
                f"{binaries.major}. Set ORIENTIR_PG_BIN to version {major}, or run `make clean`."
            )

    def _initialise(self, account: Account, binaries: Binaries) -> None:
        """Make the data directory.

        The passwords are on disk before the data that need them, and the data get their name when they are
        whole: a kill at any moment leaves something that the next start goes on from.
        """
        credentials = Credentials.generate(self._settings.pg_port)
        self._credentials.write(credentials)
        unfinished = self.home / "data.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        password_file = self.home / "password"
        password_file.write_text(credentials.passwords[SUPERUSER], encoding="utf-8")
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
        unfinished.rename(self.data)

    def _bring_up(self, account: Account, binaries: Binaries) -> None:
        """Launch until our server answers: a port may be taken, a dead server may have left its pid file."""
        self._settle_port()
        began = time.monotonic()
        launched: psutil.Process | None = None
        attempts = 0
        while True:
            credentials = self._credentials.read()
            if postmaster.lives(launched) or postmaster.processes_at_work(self.data):
                # It is ready, starting, recovering after a crash, or going down.
                if postmaster.is_served(self.data, credentials):
                    return
                waited = time.monotonic() - began
                if waited > START_TIMEOUT_S:
                    raise self._failure(f"does not accept connections after {waited:.0f} s")
                time.sleep(POLL_S if waited < 5 else 10 * POLL_S)
                continue
            if attempts == START_ATTEMPTS:
                raise self._failure(f"ended {attempts} times as soon as it was started")
            time.sleep(attempts * RETRY_S)
            if not postmaster.is_free(credentials.port):
                credentials = credentials.with_port(postmaster.free_port(), credentials.preferred_port)
                self._credentials.write(credentials)
            postmaster.remove_stale_pid_file(self.data)
            if self.log_file.exists() and self.log_file.stat().st_size > LOG_KEEP_BYTES:
                self.log_file.unlink()
            launched = postmaster.launch(account, binaries, self.data, self.log_file, credentials.port)
            attempts += 1

    def _settle_port(self) -> None:
        """The port of the server if it runs already, else the port that the settings ask for now."""
        credentials = self._credentials.read()
        wanted = self._settings.pg_port
        port = credentials.port if credentials.preferred_port == wanted else wanted
        if postmaster.processes_at_work(self.data):
            port = postmaster.port_in_use(self.data) or credentials.port
        if (port, wanted) != (credentials.port, credentials.preferred_port):
            self._credentials.write(credentials.with_port(port, wanted))

    def _shut_down(self, *, keep_data: bool = True) -> bool:
        if not self.data.exists():
            return False
        try:
            return postmaster.shut_down(self.data, STOP_TIMEOUT_S, keep_data=keep_data)
        except TimeoutError as error:
            raise self._failure("did not stop in time") from error

    def _failure(self, what: str) -> EmbeddedPostgresError:
        end = "(there is no log)"
        if self.log_file.exists():
            lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
            end = "\n".join(lines[-20:])
        return EmbeddedPostgresError(f"PostgreSQL {what}. End of {self.log_file}:\n{end}")


def ensure_running(settings: Settings | None = None) -> None:
    """Start the embedded PostgreSQL if it does not run; with ORIENTIR_DATABASE_URL there is none to start."""
    chosen = settings or get_settings()
    if chosen.is_embedded:
        EmbeddedPostgres(chosen).start()
