"""OLE compound files, the container of XLS: a small file system of chained sectors; every chain is bounded.

Only what the reader of XLS needs: the names of what is inside and the bytes of one stream.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ingest.readers.rules import RefusalError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER_BYTES, _ENTRY_BYTES = 512, 128
_LAST_SECTOR = 0xFFFFFFFA  # from here on the numbers mean: free, end of chain, table
_DIRECT_TABLES = 109
_STREAM, _ROOT = 2, 5


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """The directory of a compound file. Raises :class:`RefusalError` for one that is damaged."""

    def __init__(self, data: bytes) -> None:
        if len(data) < _HEADER_BYTES or not data.startswith(MAGIC):
            raise _damaged()
        shift, mini_shift = struct.unpack_from("<2H", data, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise _damaged()
        self._data = data
        self._sector = 1 << shift
        self._mini_sector = 1 << mini_shift
        self._mini_cutoff = struct.unpack_from("<I", data, 56)[0]
        self._table = self._sector_table()
        self._entries = self._directory(struct.unpack_from("<I", data, 48)[0])
        self._mini_table: tuple[int, ...] | None = None

    def names(self) -> list[str]:
        """Names of all streams and storages."""
        return [entry.name for entry in self._entries]

    def stream(self, name: str) -> bytes:
        """The bytes of a stream. Raises :class:`RefusalError` when it is missing or cut off."""
        for entry in self._entries:
            if entry.name == name and entry.kind == _STREAM:
                content = self._content(entry)
                if len(content) < entry.size:
                    raise _damaged()
                return content[: entry.size]
        raise _damaged()

    def _content(self, entry: _Entry) -> bytes:
        if entry.size >= self._mini_cutoff:
            return self._chain(entry.start)
        root = next((e for e in self._entries if e.kind == _ROOT), None)
        if root is None:
            raise _damaged()
        if self._mini_table is None:
            self._mini_table = _numbers(self._chain(struct.unpack_from("<I", self._data, 60)[0]))
        container = self._chain(root.start)
        width = self._mini_sector
        return b"".join(
            container[number * width : (number + 1) * width]
            for number in _followed(self._mini_table, entry.start)
        )

    def _sector_table(self) -> tuple[int, ...]:
        places = list(struct.unpack_from(f"<{_DIRECT_TABLES}I", self._data, 76))
        following, bound = struct.unpack_from("<2I", self._data, 68)
        for _ in range(min(bound, len(self._data) // self._sector)):
            if following >= _LAST_SECTOR:
                break
            *more, following = _numbers(self._at(following))
            places += more
        return _numbers(b"".join(self._at(place) for place in places if place < _LAST_SECTOR))

    def _directory(self, start: int) -> list[_Entry]:
        content = self._chain(start)
        entries = []
        for at in range(0, len(content) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            length, kind = struct.unpack_from("<HB", content, at + 64)
            if kind == 0 or not 2 <= length <= 64:
                continue
            name = content[at : at + length - 2].decode("utf-16-le", "replace")
            entries.append(_Entry(name, kind, *struct.unpack_from("<2I", content, at + 116)))
        return entries

    def _chain(self, start: int) -> bytes:
        return b"".join(self._at(number) for number in _followed(self._table, start))

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        if start >= len(self._data):
            raise _damaged()
        return self._data[start : start + self._sector]


def _followed(table: tuple[int, ...], start: int) -> list[int]:
    """The sectors of a chain; a ring or a jump out of the table is damage."""
    numbers: list[int] = []
    while start < _LAST_SECTOR:
        if start >= len(table) or len(numbers) > len(table):
            raise _damaged()
        numbers.append(start)
        start = table[start]
    return numbers


def _numbers(content: bytes) -> tuple[int, ...]:
    count = len(content) // 4
    return struct.unpack(f"<{count}I", content[: 4 * count])


def _damaged() -> RefusalError:
    return RefusalError("READ.UNREADABLE", "файл повреждён или загружен не полностью")
