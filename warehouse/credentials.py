"""Address and passwords of the embedded PostgreSQL, in one file that only its owner can read."""

import json
import os
import secrets
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from warehouse.errors import EmbeddedPostgresError

HOST = "127.0.0.1"
SUPERUSER = "orientir_owner"
LOGINS = (
    SUPERUSER,
    "orientir_loader",
    "orientir_transformer",
    "orientir_analyst",
    "orientir_auditor",
    "orientir_ministry",
    "orientir_registrar",
    "orientir_approver",
    "orientir_airflow",
)


@dataclass(frozen=True)
class Credentials:
    """``port`` is where the server listens; ``preferred_port`` is what the settings asked for then."""

    port: int
    preferred_port: int
    passwords: dict[str, str] = field(repr=False)

    @classmethod
    def generate(cls, port: int) -> Self:
        return cls(port, port, {login: secrets.token_urlsafe(24) for login in LOGINS})

    def with_all_logins(self) -> Self:
        """The same with passwords for logins that an earlier version did not know."""
        missing = {login: secrets.token_urlsafe(24) for login in LOGINS if login not in self.passwords}
        return replace(self, passwords={**self.passwords, **missing}) if missing else self

    def with_port(self, port: int, preferred_port: int) -> Self:
        return replace(self, port=port, preferred_port=preferred_port)


class CredentialsFile:
    """``<pg_dir>/credentials.json``, mode 0600, replaced whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        return self.path.exists()

    def read(self) -> Credentials:
        """Raises EmbeddedPostgresError if the file is absent, unreadable, damaged or open to others."""
        try:
            mode = stat.S_IMODE(self.path.stat().st_mode)
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL has not been set up yet: {self.path} is absent. "
                "Run `make run`, or `orientir db migrate`, first."
            ) from error
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"{self.path} belongs to another user. Run the command as the user who started the database."
            ) from error
        except ValueError as error:
            raise EmbeddedPostgresError(f"{self.path} is damaged ({error}). Run `make clean`.") from error
        if mode & 0o077:
            raise EmbeddedPostgresError(
                f"{self.path} can be read by others (mode {mode:o}). Run `chmod 600` on it."
            )
        try:
            return Credentials(content["port"], content["preferred_port"], content["passwords"])
        except KeyError as error:
            raise EmbeddedPostgresError(f"{self.path} lacks {error}. Run `make clean`.") from error

    def write(self, credentials: Credentials) -> None:
        """Replace the file at once, so that a reader sees the old content or the new one."""
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            if self.path.exists() and os.geteuid() == 0:  # with sudo, the file stays its owner's
                before = self.path.stat()
                os.fchown(stream.fileno(), before.st_uid, before.st_gid)
            json.dump(
                {
                    "host": HOST,
                    "port": credentials.port,
                    "preferred_port": credentials.preferred_port,
                    "passwords": credentials.passwords,
                },
                stream,
                indent=2,
            )
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self.path)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)
