"""The landing store: every content that ever arrived, once, under its SHA-256, never changed afterwards.

A blob appears under its final name only when all its bytes are on the disk: it is written beside,
synchronised, renamed, and the directory is synchronised too. Killing the process or the power at any moment
leaves either the whole blob or a leftover in ``incoming/`` that nobody looks at. Contents that arrive
together are synchronised together: the disk is waited for once, not once for every file.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, TypeVar

from warehouse.settings import get_settings

T = TypeVar("T")

_CHUNK = 1 << 20
_INCOMING = "incoming"

# Files whose bytes are synchronised at once: the file system writes its journal once for all of them.
_SYNC_THREADS = 8


class LandingError(Exception):
    """A blob is missing or damaged; the message names it and says what to do."""


@dataclass(frozen=True)
class StoredBlob:
    """A stored content: key, size in bytes, place."""

    sha256: str
    size: int
    path: Path


@dataclass(frozen=True)
class _Written:
    """A content that lies in ``incoming/`` and waits for its name; the descriptor is open."""

    descriptor: int
    temporary: Path
    final: Path


class Intake:
    """Contents that arrive together; they are in the store when the ``with`` block has ended, not before.

    A block that ends in an exception stores nothing.
    """

    def __init__(self, root: Path | None = None) -> None:
        self._root = root or get_settings().landing_dir
        self._incoming = self._root / _INCOMING
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._written: dict[str, _Written] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._settle()
        finally:
            for written in self._written.values():
                _discard(written.descriptor, written.temporary)
            self._written.clear()

    def store(self, stream: BinaryIO) -> StoredBlob:
        """Take all that a stream has to give; a content that is stored already is not stored again.

        Raises OSError when the disk is full or not writable; nothing of this content is kept then.
        """
        descriptor, name = tempfile.mkstemp(dir=self._incoming, suffix=".part")
        temporary = Path(name)
        is_kept = False
        try:
            sha256, size = _copy(stream, descriptor)
            final = blob_path(sha256, self._root)
            if sha256 not in self._written and not _is_stored(final, size):
                os.fchmod(descriptor, 0o440)
                self._written[sha256] = _Written(descriptor, temporary, final)
                is_kept = True
        finally:
            if not is_kept:
                _discard(descriptor, temporary)
        return StoredBlob(sha256, size, final)

    def _settle(self) -> None:
        """Bytes to the disk, then names, then directories to the disk."""
        waiting = list(self._written.values())
        _all(os.fsync, [written.descriptor for written in waiting])
        directories = {written.final.parent for written in waiting}
        parents = {directory.parent for directory in directories if _make_directory(directory)}
        for written in waiting:
            # Two processes may get here with the same content: the second rename replaces equal bytes by
            # equal bytes.
            written.temporary.replace(written.final)
        _all(_sync_directory, sorted(directories | parents))


def store(stream: BinaryIO, root: Path | None = None) -> StoredBlob:
    """Store all that a stream has to give; storing the same content again changes nothing.

    Raises OSError when the disk is full or not writable; nothing is left under a final name then.
    """
    with Intake(root) as intake:
        return intake.store(stream)


def blob_path(sha256: str, root: Path | None = None) -> Path:
    """Where a content lies, or would lie."""
    return (root or get_settings().landing_dir) / sha256[:2] / sha256


def open_blob(sha256: str, root: Path | None = None) -> BufferedReader:
    """The stored bytes. Raises LandingError when they are not there."""
    path = blob_path(sha256, root)
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise LandingError(
            f"content {sha256} is not in the landing store ({path}): restore var/landing from a backup, "
            "or send the file again"
        ) from error


def verify_blob(sha256: str, root: Path | None = None) -> None:
    """Raise LandingError unless the stored bytes still have the hash that they are stored under."""
    with open_blob(sha256, root) as stream:
        actual = hashlib.file_digest(stream, "sha256").hexdigest()
    if actual != sha256:
        raise LandingError(
            f"content {sha256} is damaged (its bytes now hash to {actual}): "
            f"restore {blob_path(sha256, root)} from a backup"
        )


def _is_stored(path: Path, size: int) -> bool:
    # Another size under the same hash is a damaged disk; the bytes at hand are right and replace it.
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _copy(stream: BinaryIO, descriptor: int) -> tuple[str, int]:
    """Write a stream to a file; return its SHA-256 and size in bytes."""
    digest = hashlib.sha256()
    size = 0
    while block := stream.read(_CHUNK):
        digest.update(block)
        size += len(block)
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    return digest.hexdigest(), size


def _all(synchronise: Callable[[T], None], things: Sequence[T]) -> None:
    """Synchronise all of them, several at once; raises what synchronising one raised."""
    if len(things) == 1:
        synchronise(things[0])
    elif things:
        with ThreadPoolExecutor(min(_SYNC_THREADS, len(things))) as pool:
            for _ in pool.map(synchronise, things):
                pass


def _discard(descriptor: int, temporary: Path) -> None:
    os.close(descriptor)
    temporary.unlink(missing_ok=True)


def _make_directory(directory: Path) -> bool:
    """Make a directory unless it is there; whether it was made."""
    if directory.is_dir():
        return False
    directory.mkdir(parents=True, exist_ok=True)
    return True


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
