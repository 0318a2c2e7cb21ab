"""Preflight of a zip container: everything that can be refused from its directory, before a byte is unpacked.

Costs a fraction of a millisecond. What passes is unpacked part by part, never beyond the size the directory
declares, so a container cannot grow in memory.
"""

from __future__ import annotations

import re
import struct
import zlib
from functools import lru_cache

from ingest.readers.limits import ReaderLimits
from ingest.readers.rules import RefusalError
from ingest.readers.zip_directory import Entry, directory

MAX_ENTRIES = 300
# A real sheet shrinks 10–60 times; small parts may shrink more without harm.
MAX_RATIO = 200
RATIO_MATTERS_FROM = 8 * 1024 * 1024

_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1
_REMEMBERED_BYTES = 1024
_UNSAFE_NAME = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|[\x00-\x1f]")
_ACTIVE_PARTS: tuple[tuple[str, str, str], ...] = (
    ("vbaproject", "READ.MACROS", "макросы"),
    ("macrosheets/", "READ.MACROS", "макросы"),
    ("externallinks/", "READ.ACTIVE_CONTENT", "связи с другими файлами"),
    ("embeddings/", "READ.ACTIVE_CONTENT", "внедрённые объекты"),
    ("activex/", "READ.ACTIVE_CONTENT", "элементы ActiveX"),
    ("oleobject", "READ.ACTIVE_CONTENT", "внедрённые объекты OLE"),
    ("ctrlprops/", "READ.ACTIVE_CONTENT", "элементы управления формы"),
    ("connections.xml", "READ.ACTIVE_CONTENT", "подключения к внешним данным"),
)


class Package:
    """The parts of a zip container that passed the preflight."""

    def __init__(self, data: bytes, limits: ReaderLimits) -> None:
        """Raises :class:`RefusalError` for a container that is damaged, hostile or beyond the limits."""
        self._data = data
        entries = directory(data)
        if len(entries) > MAX_ENTRIES:
            raise RefusalError("READ.ZIP_BOMB", f"внутри {len(entries)} частей вместо обычных 10–20")
        self._entries: dict[str, Entry] = {}
        total = 0
        end = 0
        for entry in sorted(entries, key=lambda e: e.offset):
            self._check(entry)
            if entry.offset < end:
                raise RefusalError("READ.ZIP_BOMB", "части архива накладываются друг на друга")
            end = entry.offset + _LOCAL_HEADER.size + entry.packed_size
            total += entry.size
            if entry.size > RATIO_MATTERS_FROM and entry.size > MAX_RATIO * max(1, entry.packed_size):
                raise RefusalError("READ.ZIP_BOMB", "файл разворачивается больше чем в 200 раз")
            name = entry.name.lower()
            if name in self._entries:
                raise RefusalError("READ.UNREADABLE", "в архиве две части с одним именем")
            self._entries[name] = entry
        if total > limits.unzipped_bytes:
            size = total // (1024 * 1024)
            raise RefusalError("READ.ZIP_BOMB", f"файл разворачивается до {size} МБ")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def names(self) -> list[str]:
        """Names of all parts, in lower case."""
        return list(self._entries)

    def read(self, name: str) -> bytes:
        """Unpacks one part. Raises :class:`RefusalError` when it is missing, damaged or too large."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise RefusalError("READ.UNREADABLE", f"внутри нет части {name}")
        start = entry.offset
        header = self._data[start : start + _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
            raise RefusalError("READ.UNREADABLE", "архив повреждён")
        fields = _LOCAL_HEADER.unpack(header)
        start += _LOCAL_HEADER.size + fields[9] + fields[10]
        packed = self._data[start : start + entry.packed_size]
        unpack = _unpacked if len(packed) > _REMEMBERED_BYTES else _remembered_part
        return unpack(packed, entry.method, entry.size, entry.checksum)

    def refuse_active_content(self) -> None:
        """Refuses macros, links to other files and embedded objects by the names of their parts."""
        names = "\n".join(self._entries)
        for fragment, rule_id, what in _ACTIVE_PARTS:
            if fragment in names:
                raise RefusalError(rule_id, what)

    @staticmethod
    def _check(entry: Entry) -> None:
        if not _is_safe(entry.name):
            raise RefusalError("READ.ZIP_BOMB", "имя части архива ведёт за его пределы")
        if entry.flags & _ENCRYPTED:
            raise RefusalError("READ.PASSWORD", "архив с паролем")
        if entry.method not in (_STORED, _DEFLATED):
            raise RefusalError("READ.UNREADABLE", "архив сжат необычным способом")


@lru_cache(maxsize=1024)
def _is_safe(name: str) -> bool:
    return _UNSAFE_NAME.search(name) is None


def _unpacked(packed: bytes, method: int, size: int, checksum: int) -> bytes:
    """The content of a part, checked against what the directory says; never more than ``size`` bytes long."""
    content = packed
    if method == _DEFLATED:
        try:
            content = zlib.decompressobj(-15).decompress(packed, size + 1)
        except zlib.error as problem:
            raise RefusalError("READ.UNREADABLE", "архив повреждён или загружен не полностью") from problem
    if len(content) > size:
        raise RefusalError("READ.ZIP_BOMB", "часть архива больше, чем заявлено")
    if len(content) != size or zlib.crc32(content) != checksum:
        raise RefusalError("READ.UNREADABLE", "архив повреждён или загружен не полностью")
    return content


# Files made from one template share their smallest parts, byte by byte.
_remembered_part = lru_cache(maxsize=512)(_unpacked)
