"""What every channel can do: list the files it holds and hand one over as a stream.

A channel never writes, moves or deletes: the sender's copy is the sender's. Addresses (``source_uri``) are
relative to the channel's root with forward slashes, begin with ``<region>/<folder>/`` and are valid Unicode
whatever the file is called, so that they can be stored, sorted and shown. Listings come in the order of
``source_uri`` and are streamed: memory does not grow with the number of files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


class ChannelError(Exception):
    """A channel could not list or hand over; the message names the channel, the address and what to do."""


class FileChangedError(ChannelError):
    """The file is no longer the one that was listed: it is still written to; the next pull takes it."""


@dataclass(frozen=True)
class RemoteFile:
    """A file as listed: size in bytes, and its times (timezone-aware).

    `modified_at` is the file's own time, which a sender may set (as clients do that keep a file's time).
    `stamped_at` is when the channel's server last changed it, which no sender sets; None: not known.
    """

    source_uri: str
    file_name: str
    size: int
    modified_at: datetime
    stamped_at: datetime | None = None

    @property
    def folder(self) -> str | None:
        """The sender's folder inside the region, None for a file that lies outside of any."""
        parts = self.source_uri.split("/")
        return parts[1] if len(parts) > 2 else None


class Channel(Protocol):
    """A place that organisations send files to."""

    @property
    def name(self) -> str:
        """Short name that goes into receipts, e.g. ``folder``."""
        ...

    @property
    def unlisted(self) -> Sequence[str]:
        """Addresses of folders that could not be listed so far: what lies there has not been seen."""
        ...

    def list(self, prefix: str = "") -> Iterator[RemoteFile]:
        """Files at or under ``prefix`` in the order of source_uri; none when there is no such prefix."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """Names directly under ``prefix``, of folders and of files, in order; none when there is no such
        prefix.
        """
        ...

    def open(self, remote: RemoteFile) -> BinaryIO:
        """The file's bytes. Raises FileChangedError if it is not as listed, ChannelError if it cannot be
        read.
        """
        ...
