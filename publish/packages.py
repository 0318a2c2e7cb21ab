"""Writing a folder of files so that a reader never sees half of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

# How the name of a file begins that lies in the folder beside.
BESIDE = "../"


@dataclass(frozen=True)
class PackagedFile:
    """A file of a published folder: its name as seen from the folder, its SHA-256 and its size in bytes."""

    name: str
    sha256: str
    size_bytes: int


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files_of(folder: Path) -> list[PackagedFile]:
    """Every file below a folder, sorted by name."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [PackagedFile(name, sha256_of(folder / name), (folder / name).stat().st_size) for name in names]


def files_beside(beside: Path) -> list[PackagedFile]:
    """Every file of a folder that lies beside a published one, named as that one sees it: `../<beside>/…`."""
    return [replace(file, name=f"{BESIDE}{beside.name}/{file.name}") for file in files_of(beside)]


def list_of(files: Iterable[PackagedFile]) -> str:
    """Hashes and names in the format that `sha256sum -c` reads, in the order of the names."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in sorted(files, key=lambda file: file.name))


def digest_of(files: Iterable[PackagedFile]) -> str:
    """One SHA-256 over the names and hashes of some files."""
    return hashlib.sha256(list_of(files).encode("utf-8")).hexdigest()


def write_checksums(folder: Path) -> None:
    """Write SHA256SUMS over all files of the folder."""
    listed = list_of(file for file in files_of(folder) if not file.name.startswith("SHA256SUMS"))
    (folder / "SHA256SUMS").write_text(listed, encoding="utf-8", newline="\n")


def _synchronise(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    _synchronise_directory(folder)


def _synchronise_directory(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def published_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder to fill; when the block ends without an error it takes the place of `target`.

    The content is written beside the target under a name ending in `.partial`, flushed to disk and renamed. A
    process killed half-way leaves the old target as it was; its remains are swept by the next call.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.parent / f".{target.name}.partial"
    replaced = target.parent / f".{target.name}.replaced"
    if replaced.exists() and not target.exists():
        replaced.rename(target)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    _synchronise(partial)
    shutil.rmtree(replaced, ignore_errors=True)
    if target.exists():
        target.rename(replaced)
    partial.rename(target)
    _synchronise_directory(target.parent)
    shutil.rmtree(replaced, ignore_errors=True)


def point_latest(pointer: Path, target: Path) -> None:
    """Make `pointer` a symbolic link to its neighbour `target`, replacing an older one in one step."""
    fresh = pointer.with_name(f".{pointer.name}.partial")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    fresh.replace(pointer)


def write_file(path: Path, content: bytes) -> None:
    """Write one file through a temporary neighbour, so that a reader sees the old content or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    partial.replace(path)
