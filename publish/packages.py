"""Writing a folder of files so that a reader never sees half of it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PackagedFile:
    """A file of a published folder: its name inside the folder, its SHA-256 and its size in bytes."""

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


def write_checksums(folder: Path) -> None:
    """Write SHA256SUMS over all files of the folder, in the format that `sha256sum -c` reads."""
    lines = [
        f"{file.sha256}  {file.name}\n" for file in files_of(folder) if not file.name.startswith("SHA256SUMS")
    ]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="\n")


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
