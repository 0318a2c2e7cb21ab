"""Who PostgreSQL runs as. It refuses to run as root, so root starts it under a system account.

Two things follow. The account must reach the data and the programs: where the project lies in a folder
that others cannot enter (``/root`` is 0700), both are put under ``/var/lib/orientir-postgresql``, and no
folder of anybody's is opened. And the account is something this project made on the machine, so the last
installation that goes away takes it along.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from warehouse.binaries import CHILD_ENVIRONMENT
from warehouse.errors import EmbeddedPostgresError

STATE_DIR = Path("/var/lib/orientir-postgresql")


@dataclass(frozen=True)
class Account:
    """The user PostgreSQL runs as; ``uid`` is None for "as we are"."""

    uid: int | None
    gid: int | None

    def run(
        self, command: Sequence[str], output: int | IO[str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, away from any folder, with a clean environment."""
        return subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
            cwd="/",
            env=CHILD_ENVIRONMENT,
            umask=0o077,
            start_new_session=True,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def can_enter(self, directory: Path) -> bool:
        """Whether this user can change into the directory: tried, not derived from modes and lists."""
        return self._succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(directory)])

    def can_execute(self, programs: Iterable[str]) -> bool:
        """Whether each program starts, with the libraries it needs."""
        return all(self._succeeds([program, "--version"]) for program in programs)

    def own(self, directory: Path) -> None:
        """Create a directory that only this user may enter."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
        if self.uid is not None and self.gid is not None:
            os.chown(directory, self.uid, self.gid)

    def _succeeds(self, command: Sequence[str]) -> bool:
        try:
            return self.run(command, subprocess.DEVNULL, timeout=30).returncode == 0
        except PermissionError:
            return False


def is_root() -> bool:
    return os.geteuid() == 0


def installation_dir(pg_dir: Path) -> Path:
    """Where root keeps what belongs to one project: named by the hash of the project's database folder."""
    digest = hashlib.sha256(os.fsencode(pg_dir)).hexdigest()[:16]
    return STATE_DIR / digest


def account_for(pg_dir: Path, system_user: str) -> Account:
    """The account to run PostgreSQL under; as root, made if absent and noted for this project.

    Raises EmbeddedPostgresError if root cannot create it.
    """
    if not is_root():
        return Account(None, None)
    with _state_lock():
        directory = installation_dir(pg_dir)
        _enterable(directory)
        (directory / "belongs-to").write_text(f"{pg_dir}\n", encoding="utf-8")
        try:
            entry = pwd.getpwnam(system_user)
        except KeyError:
            (STATE_DIR / f"created-{system_user}").touch()
            _create(system_user)
            entry = pwd.getpwnam(system_user)
    if entry.pw_uid == 0:
        raise EmbeddedPostgresError(
            f"ORIENTIR_PG_SYSTEM_USER={system_user} is root itself. Name an unprivileged system user."
        )
    return Account(entry.pw_uid, entry.pw_gid)


def owner_of(data: Path) -> Account:
    """The account of an existing data directory: only its owner can run a server there.

    Root acts for the owner, so that a command run with sudo serves a user's project. Raises
    EmbeddedPostgresError if somebody else asks.
    """
    owner = data.stat()
    if is_root():
        return Account(owner.st_uid, owner.st_gid)
    if owner.st_uid != os.geteuid():
        raise EmbeddedPostgresError(
            f"{data} belongs to another user (uid {owner.st_uid}). Run the command as that user."
        )
    return Account(None, None)


def forget_installation(pg_dir: Path) -> None:
    """Remove what root keeps for this project and, with the last project, the account made for it."""
    if not is_root() or not STATE_DIR.exists():
        return
    with _state_lock():
        shutil.rmtree(installation_dir(pg_dir), ignore_errors=True)
        for note in STATE_DIR.glob("*/belongs-to"):
            if not _is_in_use(note):
                shutil.rmtree(note.parent)
        if any(STATE_DIR.glob("*/belongs-to")):
            return
        for mark in STATE_DIR.glob("created-*"):
            _remove(mark.name.removeprefix("created-"))
            mark.unlink()
        STATE_DIR.rmdir()


def _is_in_use(note: Path) -> bool:
    """False for a project whose folder was removed by hand and that has no data outside of it."""
    project = Path(note.read_text(encoding="utf-8").rstrip("\n"))
    return project.exists() or (note.parent / "server").exists()


def _remove(system_user: str) -> None:
    command = "userdel" if shutil.which("userdel") else "deluser"
    done = subprocess.run([command, system_user], capture_output=True, text=True, check=False)
    try:
        pwd.getpwnam(system_user)
    except KeyError:
        return
    raise EmbeddedPostgresError(f"The system user {system_user} could not be removed: {done.stderr.strip()}")


def _create(system_user: str) -> None:
    if shutil.which("useradd"):
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        command += ["--shell", "/usr/sbin/nologin", system_user]
    elif shutil.which("adduser"):  # BusyBox
        command = ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", system_user]
    else:
        raise EmbeddedPostgresError(
            "PostgreSQL does not run as root and this system has neither useradd nor adduser. Create an "
            "unprivileged user and name it in ORIENTIR_PG_SYSTEM_USER, or run Orientir as an ordinary user."
        )
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root, and `{' '.join(command)}` failed: {done.stderr.strip()}. "
            "Name an existing unprivileged user in ORIENTIR_PG_SYSTEM_USER, or run as an ordinary user."
        )


@contextmanager
def _state_lock() -> Iterator[None]:
    # The parent is locked: the folder itself goes away with the last installation, and no file shall stay.
    STATE_DIR.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(STATE_DIR.parent, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _enterable(STATE_DIR)
        yield
    finally:
        os.close(descriptor)


def _enterable(directory: Path) -> None:
    """Make a directory of ours that everybody may enter, whatever the umask."""
    directory.mkdir(exist_ok=True)
    directory.chmod(0o755)
