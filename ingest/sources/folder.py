"""The folder channel: a directory tree that organisations' files are put into by whatever means.

Own walk over os.scandir rather than fsspec's local file system: that one builds the whole listing in
memory and takes longer (docs/adr/0005). Remote stores come behind the same protocol on fsspec.
"""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from ingest.sources.channel import ChannelError, FileChangedError, RemoteFile

logger = logging.getLogger(__name__)

# Left by office programs, browsers and file-transfer clients while a file is open or still arriving.
TEMPORARY_PREFIXES = (".", "~$", "~wrl")
TEMPORARY_SUFFIXES = (
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".tmp",
    ".temp",
    ".swp",
    ".lock",
    "~",
)
SYSTEM_NAMES = frozenset({"thumbs.db", "desktop.ini", "__macosx"})

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Reversible: what PostgreSQL cannot store or a terminal would obey, and a percent sign that looks like an
# escape.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]|%(?=[0-9A-Fa-f]{2})")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")


class FolderChannel:
    """Files under one directory. Symbolic links are not followed, so nothing outside of it can be reached."""

    name = "folder"

    def __init__(self, root: Path) -> None:
        self.root = root
        self.unlisted: list[str] = []

    def list(self, prefix: str = "") -> Iterator[RemoteFile]:
        """See Channel.list. A missing root is an error; a missing prefix is an empty listing."""
        parts = _parts(prefix)
        if self._is_within(parts):
            yield from self._walk(os.fspath(self.root.joinpath(*parts)), parts)
        elif parts and not is_temporary(parts[-1]) and self._is_within(parts[:-1]):
            yield from _listed(os.fspath(self.root.joinpath(*parts)), _address(parts))

    def names(self, prefix: str) -> Iterator[str]:
        """See Channel.names."""
        parts = _parts(prefix)
        if self._is_within(parts):
            for name, _ in _entries(os.fspath(self.root.joinpath(*parts)), _address(parts), self.unlisted):
                yield name.removesuffix("/")

    def open(self, remote: RemoteFile) -> BinaryIO:
        """See Channel.open."""
        path = os.fspath(self.root)
        try:
            for part in _parts(remote.source_uri):
                if stat.S_ISLNK(os.lstat(path).st_mode) and path != os.fspath(self.root):
                    raise ChannelError(f"folder channel: {remote.source_uri!r} goes through a symbolic link")
                path = f"{path}/{part}"
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise FileChangedError(
                f"folder channel: {remote.source_uri!r} is gone since it was listed"
            ) from error
        except OSError as error:
            raise ChannelError(
                f"folder channel: {remote.source_uri!r} cannot be opened ({error.strerror}): "
                "check the file's owner and permissions"
            ) from error
        stream = os.fdopen(descriptor, "rb")
        state = os.fstat(stream.fileno())
        if not stat.S_ISREG(state.st_mode):
            stream.close()
            raise ChannelError(f"folder channel: {remote.source_uri!r} is not a regular file")
        if state.st_size != remote.size or _moment(state) != remote.modified_at:
            stream.close()
            raise FileChangedError(f"folder channel: {remote.source_uri!r} has changed since it was listed")
        return stream

    def _require_root(self) -> None:
        if not self.root.is_dir():
            raise ChannelError(
                f"inbox folder {self.root} does not exist: create it or set ORIENTIR_INBOX_DIR to the folder "
                "that organisations' files arrive in"
            )

    def _is_within(self, parts: Sequence[str]) -> bool:
        """Whether the parts lead to a directory without going through a link or a name that is not listed."""
        self._require_root()
        directory = self.root
        for part in parts:
            directory = directory / part
            if is_temporary(part) or directory.is_symlink() or not directory.is_dir():
                return False
        return True

    def _walk(self, directory: str, parts: Sequence[str]) -> Iterator[RemoteFile]:
        above = "".join(f"{_escape(part)}/" for part in parts)
        for name, entry in _entries(directory, _address(parts), self.unlisted):
            if name.endswith("/"):
                yield from self._walk(entry.path, [*parts, entry.name])
            else:
                yield from _listed(entry.path, above + name)


def _listed(path: str, address: str) -> Iterator[RemoteFile]:
    try:
        state = os.lstat(path)
    except FileNotFoundError:
        return  # removed while the listing went on
    if stat.S_ISREG(state.st_mode):
        yield RemoteFile(address, address.rpartition("/")[2], state.st_size, _moment(state), _stamp(state))


def _address(parts: Sequence[str]) -> str:
    return "/".join(map(_escape, parts))


def _entries(directory: str, address: str, unlisted: list[str]) -> list[tuple[str, os.DirEntry[str]]]:
    """Folders and regular files of a directory, named as in addresses, in the order of whole addresses.

    The address of a directory that cannot be listed is added to ``unlisted``.
    """
    found = []
    try:
        with os.scandir(directory) as scan:
            for entry in scan:
                if is_temporary(entry.name):
                    continue
                if entry.is_symlink():
                    logger.warning("symbolic link is not followed: %r", entry.path)
                elif entry.is_dir(follow_symlinks=False):
                    found.append((_escape(entry.name) + "/", entry))
                elif entry.is_file(follow_symlinks=False):
                    found.append((_escape(entry.name), entry))
    except FileNotFoundError:
        return []
    except OSError as error:
        # One unreadable folder must not hide the files of all the other organisations.
        logger.error("folder %r cannot be listed: %s", directory, error.strerror)
        unlisted.append(address)
        return []
    return sorted(found, key=lambda pair: pair[0])


def is_temporary(name: str) -> bool:
    """Whether a name is that of a lock, a partial upload or a system file rather than of something sent."""
    lowered = name.lower()
    return (
        lowered.startswith(TEMPORARY_PREFIXES)
        or lowered.endswith(TEMPORARY_SUFFIXES)
        or lowered in SYSTEM_NAMES
    )


def _moment(state: os.stat_result) -> datetime:
    return _when(state.st_mtime_ns)


def _stamp(state: os.stat_result) -> datetime:
    # The kernel's own stamp of the last change of the file, its name or its times: nobody can set it.
    return _when(state.st_ctime_ns)


def _when(nanoseconds: int) -> datetime:
    # Whole microseconds, as PostgreSQL keeps them; a float would not give the same moment twice.
    return _EPOCH + timedelta(microseconds=nanoseconds // 1000)


def _parts(address: str) -> list[str]:
    parts = [_unescape(part) for part in address.split("/") if part]
    if any(part in {".", ".."} or "\x00" in part or "/" in part for part in parts):
        raise ChannelError(f"folder channel: {address!r} leads out of the inbox")
    return parts


def _escape(name: str) -> str:
    if not _UNSAFE.search(name):
        return name
    return _UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in os.fsencode(match[0])), name)


def _unescape(name: str) -> str:
    if "%" not in name:
        return name
    return os.fsdecode(_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), os.fsencode(name)))
