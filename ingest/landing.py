"""The landing store: every content that ever arrived, once, under its SHA-256, never changed afterwards.

A blob appears under its final name only when all its bytes are on the disk: it is written beside,
synchronised, renamed, and the directory is synchronised too. Killing the process or the power at any moment
leaves either the whole blob or a leftover in ``incoming/`` that nobody looks at.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from warehouse.settings import get_settings

_CHUNK = 1 << 20
_INCOMING = "incoming"


class LandingError(Exception):
    """A blob is missing or damaged; the message names it and says what to do."""


@dataclass(frozen=True)
class StoredBlob:
    """A stored content: key, size in bytes, place."""

    sha256: str
    size: int
    path: Path


def store(stream: BinaryIO, root: Path | None = None) -> StoredBlob:
    """Store all that a stream has to give; storing the same content again changes nothing.

    Raises OSError when the disk is full or not writable; nothing is left under a final name then.
    """
    root = root or get_settings().landing_dir
    incoming = root / _INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    size = 0
    descriptor, name = tempfile.mkstemp(dir=incoming, suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as target:
            while block := stream.read(_CHUNK):
                digest.update(block)
                target.write(block)
                size += len(block)
            target.flush()
            sha256 = digest.hexdigest()
            final = blob_path(sha256, root)
            if _is_stored(final, size):
                return StoredBlob(sha256, size, final)
            os.fchmod(target.fileno(), 0o440)
            os.fsync(target.fileno())
        _make_directory(final.parent)
        # Two processes may get here with the same content: the second rename replaces equal bytes by equal
        # bytes.
        temporary.replace(final)
        _sync_directory(final.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return StoredBlob(sha256, size, final)


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


def _make_directory(directory: Path) -> None:
    if not directory.is_dir():
        directory.mkdir(parents=True, exist_ok=True)
        _sync_directory(directory.parent)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
